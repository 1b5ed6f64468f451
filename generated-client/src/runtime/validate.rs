//! The validation of values by the rules of their types.

use std::collections::BTreeMap;

use super::{At, InvalidInput};
use crate::Nullable;

/// A request body, or a part of one, that can be checked before it is sent.
pub(crate) trait Validate {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput>;
}

impl<T: Validate> Validate for Option<T> {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
        self.as_ref().map_or(Ok(()), |value| value.validate(at))
    }
}

impl<T: Validate> Validate for Nullable<T> {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
        self.as_ref().map_or(Ok(()), |value| value.validate(at))
    }
}

impl<T: Validate> Validate for Vec<T> {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
        self.iter().enumerate().try_for_each(|(index, item)| item.validate(at.index(index)))
    }
}

impl<T: Validate> Validate for BTreeMap<String, T> {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
        self.iter().try_for_each(|(key, value)| value.validate(at.field(key)))
    }
}

impl<T: Validate + ?Sized> Validate for Box<T> {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
        (**self).validate(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::check;

    struct Name(&'static str);

    impl Validate for Name {
        fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
            check::length(at.field("name"), self.0, 1..)
        }
    }

    #[test]
    fn an_error_names_the_item_or_the_key() {
        let names = Some(Box::new(vec![Name("a"), Name("")]));
        let error = names.validate(At::BODY.field("names")).unwrap_err();
        assert_eq!(error.parameter(), "body.names[1].name");
        assert_eq!(None::<Name>.validate(At::BODY), Ok(()));
        let names =
            BTreeMap::from([("first".to_owned(), Name("a")), ("last".to_owned(), Name(""))]);
        let error = names.validate(At::BODY.field("names")).unwrap_err();
        assert_eq!(error.parameter(), "body.names.last.name");
    }
}
