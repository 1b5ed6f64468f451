//! A row of the table.

use super::compile::Compiled;
use crate::text::count;

/// The result for a document.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The path of the document within the folder.
    pub(super) name: String,
    /// The number of operations in the document.
    pub(super) found: usize,
    /// The number of operations that have methods.
    pub(super) emitted: usize,
    /// The operations without methods, each with the reason.
    pub(super) omissions: Vec<String>,
    pub(super) warnings: usize,
    pub(super) seconds: f64,
    /// The reason why there is no crate.
    pub(super) failure: Option<Problem>,
    pub(super) compiled: Option<Compiled>,
}

/// A reason why a document has no crate.
#[derive(Debug)]
pub(super) enum Problem {
    /// The document has errors.
    Invalid(String),
    /// The generator has a bug.
    Bug(String),
}

impl Row {
    pub(super) fn failed(problem: Problem) -> Self {
        Self { failure: Some(problem), ..Self::default() }
    }

    /// Returns the faults of the generator: bugs, operations left out without a reason, and the first error or warning
    /// of rustc. If `is_compiled` is true, a crate about which cargo printed nothing is also a fault. A document with
    /// errors is not a fault.
    pub(super) fn faults(&self, is_compiled: bool) -> Vec<String> {
        let name = &self.name;
        match (&self.failure, &self.compiled) {
            (Some(Problem::Bug(fault)), _) => return vec![format!("{name}: {fault}")],
            (Some(Problem::Invalid(_)), _) => return Vec::new(),
            (None, _) => {}
        }
        let mut faults = Vec::new();
        if self.emitted + self.omissions.len() != self.found {
            faults.push(format!(
                "{name}: {} in the document, but {} emitted and {} left out with a reason",
                count(self.found, "operation"),
                self.emitted,
                self.omissions.len()
            ));
        }
        match &self.compiled {
            Some(Compiled { first: Some(first), .. }) => faults.push(format!("{name}: {first}")),
            None if is_compiled => {
                faults.push(format!("{name}: cargo printed no message for the crate"));
            }
            _ => {}
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::{Compiled, Problem, Row};

    #[test]
    fn an_operation_omitted_without_a_reason_is_a_fault() {
        let row = |emitted| Row {
            found: 3,
            emitted,
            omissions: vec!["its path is wrong".to_owned()],
            ..Row::default()
        };
        assert_eq!(row(2).faults(false), Vec::<String>::new());
        assert_eq!(
            row(1).faults(false),
            [": 3 operations in the document, but 1 emitted and 1 left out with a reason"]
        );
    }

    #[test]
    fn a_rustc_message_or_a_missing_result_is_a_fault() {
        let row = |compiled| Row { compiled, ..Row::default() };
        let warned =
            Compiled { warnings: 1, first: Some("unused".to_owned()), ..Compiled::default() };
        assert_eq!(row(Some(warned)).faults(true), [": unused"]);
        assert_eq!(row(Some(Compiled::default())).faults(true), Vec::<String>::new());
        assert_eq!(row(None).faults(true), [": cargo printed no message for the crate"]);
        let invalid = Row::failed(Problem::Invalid("it has no paths".to_owned()));
        assert_eq!(invalid.faults(true), Vec::<String>::new());
    }
}
