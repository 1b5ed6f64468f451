//! One number of ours beside the floor, the peers and the target.

use super::report::{Table, cell};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Time,
    /// Bytes.
    Memory,
    /// Things; what they are is said beside the number.
    Count,
}

/// A number of ours and what stands beside it.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What was measured.
    pub what: String,
    /// What the numbers count.
    pub unit: Unit,
    /// The number of ours.
    pub ours: f64,
    /// What it could be at best.
    pub floor: Option<f64>,
    /// What another does.
    pub peer: Option<f64>,
    /// What it should be.
    pub target: Option<Target>,
    /// Why it misses the target, if it does.
    pub reason: String,
}

/// What a number should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// At most so many times the floor.
    OfFloor(f64),
    /// At most so many times the peer.
    OfPeer(f64),
    /// At most this.
    AtMost(f64),
    /// Exactly this.
    Exactly(f64),
}

/// Whether a number is what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Met,
    /// It is not.
    Missed,
    /// What it is compared with was not measured.
    Unknown,
    /// Nothing is asked of it.
    Untargeted,
}

impl Unit {
    /// A number in a unit as `atlas-bench` names it, in the unit of the tables.
    #[must_use]
    pub fn scaled(name: &str, value: f64) -> (Self, f64) {
        match name {
            "ns" => (Self::Time, value * 1e-9),
            "us" => (Self::Time, value * 1e-6),
            "ms" => (Self::Time, value * 1e-3),
            "s" => (Self::Time, value),
            "B" => (Self::Memory, value),
            "KiB" => (Self::Memory, value * 1024.0),
            _ => (Self::Count, value),
        }
    }

    /// A number as a person reads it.
    #[must_use]
    pub fn show(self, value: f64) -> String {
        match self {
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

/// Three digits that count, and a comma at every thousand.
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
    /// A number with nothing beside it.
    #[must_use]
    pub fn new(what: impl Into<String>, unit: Unit, ours: f64) -> Self {
        let (floor, peer, target) = (None, None, None);
        Self { what: what.into(), unit, ours, floor, peer, target, reason: String::new() }
    }

    /// With what the number could be at best.
    #[must_use]
    pub fn floor(self, floor: f64) -> Self {
        Self { floor: Some(floor), ..self }
    }

    /// With what another does, if that was measured.
    #[must_use]
    pub fn peer(self, peer: Option<f64>) -> Self {
        Self { peer, ..self }
    }

    /// With what it should be.
    #[must_use]
    pub fn target(self, target: Target) -> Self {
        Self { target: Some(target), ..self }
    }

    /// With why it misses the target, which is shown only if it does.
    #[must_use]
    pub fn reason(self, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..self }
    }

    /// Whether the number is what it should be.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let bound = match self.target {
            None => return Verdict::Untargeted,
            Some(Target::Exactly(_)) if self.ours.is_nan() => None,
            Some(Target::Exactly(value)) if (self.ours - value).abs() < 5e-4 => Some(f64::INFINITY),
            Some(Target::Exactly(_)) => Some(f64::NEG_INFINITY),
            Some(Target::AtMost(bound)) => Some(bound),
            Some(Target::OfFloor(ratio)) => self.floor.map(|floor| floor * ratio),
            Some(Target::OfPeer(ratio)) => self.peer.map(|peer| peer * ratio),
        };
        match bound {
            Some(bound) if self.ours <= bound => Verdict::Met,
            Some(bound) if self.ours > bound => Verdict::Missed,
            _ => Verdict::Unknown,
        }
    }

    fn cells(&self) -> [String; 8] {
        let show =
            |value: Option<f64>| value.map_or_else(String::new, |value| self.unit.show(value));
        let ratio = |other: Option<f64>| {
            other.map_or_else(String::new, |other| format!("{:.2}", self.ours / other))
        };
        let target = match self.target {
            None => String::new(),
            Some(Target::OfFloor(times)) => format!("at most {times} of the floor"),
            Some(Target::OfPeer(times)) => format!("at most {} of the peer", short(times)),
            Some(Target::AtMost(bound)) => format!("at most {}", self.unit.show(bound)),
            Some(Target::Exactly(value)) => self.unit.show(value),
        };
        let verdict = match self.verdict() {
            Verdict::Untargeted => String::new(),
            Verdict::Met => "met".to_owned(),
            Verdict::Unknown => "not known".to_owned(),
            Verdict::Missed if self.reason.is_empty() => "**missed**".to_owned(),
            Verdict::Missed => format!("**missed**: {}", cell(&self.reason)),
        };
        [
            cell(&self.what),
            show(Some(self.ours)),
            show(self.floor),
            ratio(self.floor),
            show(self.peer),
            ratio(self.peer),
            target,
            verdict,
        ]
    }
}

/// A ratio such as 1/7 in few digits.
fn short(ratio: f64) -> String {
    let text = format!("{ratio:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The table of some comparisons. A column that would be empty is left out.
#[must_use]
pub fn table(comparisons: &[Comparison]) -> Table {
    const HEAD: [&str; 8] =
        ["", "ours", "floor", "ours / floor", "peer", "ours / peer", "target", "verdict"];
    let mut table = Table::new(&HEAD);
    for comparison in comparisons {
        table.push(comparison.cells());
    }
    table.without_empty_columns()
}
