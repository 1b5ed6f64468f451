//! What callers see of emitted code.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::rules::{Rule, RuleKind};

/// The methods and the models of some files.
pub(super) type Surface = BTreeMap<Owner, Interface>;

/// A method of the client, or a model.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    Method(String),
    Model(String),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method(name) => write!(f, "method `{name}`"),
            Self::Model(name) => write!(f, "model `{name}`"),
        }
    }
}

/// What callers see of a method, with its request, or of a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Interface {
    pub(super) kind: Kind,
    /// The reason that `#[deprecated]` gives.
    pub(super) deprecated: Option<String>,
    /// The traits that are derived.
    pub(super) traits: BTreeSet<String>,
    /// Whether callers must reckon with more fields or variants.
    pub(super) non_exhaustive: bool,
    /// What goes over the wire and stands for the whole: its name, and the value.
    pub(super) wire: BTreeMap<&'static str, String>,
    /// The types that it gives: the name of a method, and the type.
    pub(super) gives: BTreeMap<String, String>,
    /// What callers must give at once, in order: to the method, or to `new`. `None` where there is
    /// no `new`.
    pub(super) arguments: Option<Vec<String>>,
    /// The parameters, or the fields.
    pub(super) members: BTreeMap<String, Member>,
    pub(super) variants: BTreeMap<String, Variant>,
    /// What is checked before it is sent, by the name of the member.
    pub(super) rules: BTreeMap<(String, RuleKind), Rule>,
}

/// What an interface is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Method,
    Object,
    Strings,
    Union,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Method => "a method",
            Self::Object => "an object",
            Self::Strings => "an enum of strings",
            Self::Union => "a union",
        })
    }
}

/// A parameter of a method, or a field of a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Member {
    /// The type of the value.
    pub(super) ty: String,
    /// Its name and place on the wire.
    pub(super) wire: String,
    pub(super) deprecated: Option<String>,
    /// Whether an object without it is read and written.
    pub(super) may_be_absent: bool,
}

/// A variant of an enum.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Variant {
    /// The type of what it holds; of an enum of strings, nothing.
    pub(super) ty: String,
    /// What stands for it on the wire.
    pub(super) values: Vec<String>,
}

impl Interface {
    /// Whether callers must give this member at once.
    pub(super) fn requires(&self, member: &str) -> bool {
        self.arguments.iter().flatten().any(|argument| argument == member)
    }

    /// Whether callers can make a value of it: a request, or an object with `new`.
    pub(super) const fn is_made_by_callers(&self) -> bool {
        self.arguments.is_some()
    }

    /// What its members are called.
    pub(super) const fn member_noun(&self) -> &'static str {
        match self.kind {
            Kind::Method => "parameter",
            _ => "field",
        }
    }
}
