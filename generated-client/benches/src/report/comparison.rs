//! A comparison of one of our numbers with the number of the other side and with a target.

use super::table::{Table, cell};

/// The unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Time,
    /// Bytes.
    Memory,
    /// A number without a unit, such as a count of requests.
    Count,
}

/// A row of a table: one of our numbers, and the number that it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What was measured.
    pub what: String,
    /// The unit of the numbers.
    pub unit: Unit,
    /// Our number.
    pub ours: f64,
    /// The name and the number of the other side. `None` if there is no comparison.
    pub beside: Option<(String, f64)>,
    /// The target for our number.
    pub target: Option<Target>,
}

/// A target for a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// At most this multiple of the other side's number.
    Times(f64),
    /// At most this number.
    AtMost(f64),
    /// Exactly this number.
    Exactly(f64),
}

/// The result of comparing a number with its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The target is met.
    Met,
    /// The target is missed.
    Missed,
    /// A number that the target needs was not measured.
    Unknown,
    /// There is no target.
    Untargeted,
}

impl Unit {
    /// Formats a number with its unit.
    #[must_use]
    pub fn show(self, value: f64) -> String {
        match self {
            _ if !value.is_finite() => "not measured".to_owned(),
            Self::Time => {
                let units = [("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)];
                let unit = units.into_iter().find(|(_, size)| value >= *size);
                let (name, size) = unit.unwrap_or(("ns", 1e-9));
                format!("{} {name}", digits(value / size))
            }
            Self::Memory if value < 1e6 => format!("{} kB", digits(value / 1e3)),
            Self::Memory => format!("{} MB", digits(value / 1e6)),
            Self::Count => digits(value),
        }
    }
}

/// Formats a number below 1,000 with at most three significant digits, and a greater number as a whole number with
/// commas between thousands.
#[must_use]
pub fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        value if value.fract() < 5e-4 => 0,
        value if value < 10.0 => 2,
        value if value < 100.0 => 1,
        _ => 0,
    };
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

impl Comparison {
    /// Creates a row with only our number.
    #[must_use]
    pub fn new(what: impl Into<String>, unit: Unit, ours: f64) -> Self {
        Self { what: what.into(), unit, ours, beside: None, target: None }
    }

    /// Sets the name and the number of the other side.
    #[must_use]
    pub fn beside(self, what: impl Into<String>, theirs: f64) -> Self {
        Self { beside: Some((what.into(), theirs)), ..self }
    }

    /// Sets the target.
    #[must_use]
    pub fn target(self, target: Target) -> Self {
        Self { target: Some(target), ..self }
    }

    /// Compares our number with its target.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let Some(target) = self.target else { return Verdict::Untargeted };
        let theirs = self.beside.as_ref().map_or(f64::NAN, |(_, theirs)| *theirs);
        let (value, bound) = match target {
            Target::Times(times) => (self.ours, theirs * times),
            Target::AtMost(bound) => (self.ours, bound),
            Target::Exactly(value) => ((self.ours - value).abs(), 5e-4),
        };
        match value.partial_cmp(&bound) {
            None => Verdict::Unknown,
            Some(order) if order.is_le() => Verdict::Met,
            Some(_) => Verdict::Missed,
        }
    }

    fn cells(&self) -> [String; 7] {
        let (beside, theirs, ratio) = match &self.beside {
            None => (String::new(), String::new(), String::new()),
            Some((beside, theirs)) if !(self.ours / theirs).is_finite() => {
                (cell(beside), self.unit.show(*theirs), String::new())
            }
            Some((beside, theirs)) => {
                let ratio = format!("{:.3}", self.ours / theirs);
                (cell(beside), self.unit.show(*theirs), ratio)
            }
        };
        let target = match self.target {
            None => String::new(),
            Some(Target::Times(times)) => format!("at most {} x", short(times)),
            Some(Target::AtMost(bound)) => format!("at most {}", self.unit.show(bound)),
            Some(Target::Exactly(value)) => self.unit.show(value),
        };
        let verdict = match self.verdict() {
            Verdict::Untargeted => "",
            Verdict::Met => "met",
            Verdict::Missed => "**missed**",
            Verdict::Unknown => "not measured",
        };
        let ours = self.unit.show(self.ours);
        [cell(&self.what), ours, beside, theirs, ratio, target, verdict.to_owned()]
    }
}

/// Formats a ratio such as 1/7 with at most three decimals.
fn short(ratio: f64) -> String {
    let text = format!("{ratio:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Creates a table with a row for each comparison, without empty columns.
#[must_use]
pub fn table(comparisons: &[Comparison]) -> Table {
    const HEAD: [&str; 7] = ["", "ours", "compared with", "theirs", "ratio", "target", "verdict"];
    let mut table = Table::new(&HEAD);
    for comparison in comparisons {
        table.push(comparison.cells());
    }
    table.without_empty_columns()
}
