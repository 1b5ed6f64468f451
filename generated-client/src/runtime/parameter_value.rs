//! The text of parameters in a path, a query or a header.

use super::InvalidInput;
use crate::{Base64, Secret};

/// The value of a parameter, written as strings. An absent value has no string, a list has one string per item, and any
/// other value has exactly one.
pub(crate) trait ParameterValue {
    fn each(&self, add: &mut dyn FnMut(&str));

    /// Returns the error of the conversion that produced the value, if that conversion failed.
    fn fault(&self) -> Option<&InvalidInput> {
        None
    }
}

/// The result of converting an argument.
impl<T: ParameterValue> ParameterValue for Result<T, InvalidInput> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        if let Ok(value) = self {
            value.each(add);
        }
    }

    fn fault(&self) -> Option<&InvalidInput> {
        self.as_ref().err()
    }
}

impl ParameterValue for String {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self);
    }
}

impl ParameterValue for Base64 {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(&self.to_string());
    }
}

impl ParameterValue for Secret {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self.expose_secret());
    }
}

impl ParameterValue for chrono::DateTime<chrono::Utc> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(&self.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
    }
}

impl<T: ParameterValue> ParameterValue for &T {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        (**self).each(add);
    }

    fn fault(&self) -> Option<&InvalidInput> {
        (**self).fault()
    }
}

impl<T: ParameterValue> ParameterValue for Option<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        if let Some(value) = self {
            value.each(add);
        }
    }
}

impl<T: ParameterValue> ParameterValue for Vec<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        for value in self {
            value.each(add);
        }
    }
}

macro_rules! written_as_displayed {
    ($($type:ty),+) => {$(
        impl ParameterValue for $type {
            fn each(&self, add: &mut dyn FnMut(&str)) {
                add(&self.to_string());
            }
        }
    )+};
}

written_as_displayed!(bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);
written_as_displayed!(chrono::NaiveDate, uuid::Uuid);

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(value: impl ParameterValue) -> Vec<String> {
        let mut texts = Vec::new();
        value.each(&mut |text| texts.push(text.to_owned()));
        texts
    }

    #[test]
    fn a_list_has_one_string_per_item_and_an_absent_value_has_none() {
        assert_eq!(texts(Some(vec!["a".to_owned(), "b".to_owned()])), ["a", "b"]);
        assert_eq!(texts(vec![true, false]), ["true", "false"]);
        assert!(texts(None::<u32>).is_empty());
        assert_eq!(texts(vec![u8::MAX]), ["255"]);
        assert_eq!(
            [texts(i8::MIN), texts(i16::MIN), texts(u16::MAX)].concat(),
            ["-128", "-32768", "65535"]
        );
    }

    #[test]
    fn times_are_formatted_as_in_rfc_3339() {
        let time: chrono::DateTime<chrono::Utc> = "2024-05-30T10:00:00+02:00".parse().unwrap();
        assert_eq!(texts(time), ["2024-05-30T08:00:00Z"]);
    }
}
