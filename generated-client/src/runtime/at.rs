//! Locations of values in a request.

use std::fmt;

/// The location of a value in a request: a parameter, the body, or a part of either.
///
/// Each location borrows its parent, so checking a valid value allocates nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> At<'a> {
    pub(crate) const BODY: At<'static> = At::parameter("body");

    pub(crate) const fn parameter(name: &'a str) -> Self {
        Self { parent: None, step: Step::Name(name) }
    }

    pub(crate) const fn field(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Name(name) }
    }

    pub(crate) const fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Name(name) if self.parent.is_some() => write!(f, ".{name}"),
            Step::Name(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_formatted_as_a_path() {
        assert_eq!(At::parameter("itemsPerPage").to_string(), "itemsPerPage");
        assert_eq!(At::parameter("tags").index(0).to_string(), "tags[0]");
        assert_eq!(At::BODY.field("tags").index(3).field("key").to_string(), "body.tags[3].key");
    }
}
