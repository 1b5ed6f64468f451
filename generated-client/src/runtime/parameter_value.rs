//! How values are written in a path, a query or a header.

use super::InvalidInput;
use crate::ObjectId;

/// The value of a parameter: nothing, one text, or a text for each item of a list, which repeats the
/// key.
pub(crate) trait ParameterValue {
    fn each(&self, add: &mut dyn FnMut(&str));

    /// What was wrong with the value when it was given.
    fn fault(&self) -> Option<&InvalidInput> {
        None
    }
}

/// A value that was converted from what the caller gave.
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

impl ParameterValue for str {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self);
    }
}

impl ParameterValue for String {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self);
    }
}

impl ParameterValue for chrono::DateTime<chrono::Utc> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(&self.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
    }
}

impl<T: ParameterValue + ?Sized> ParameterValue for &T {
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

impl<T: ParameterValue> ParameterValue for [T] {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        for value in self {
            value.each(add);
        }
    }
}

impl<T: ParameterValue> ParameterValue for Vec<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        self.as_slice().each(add);
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

written_as_displayed!(bool, i32, i64, u32, u64, f32, f64, ObjectId, chrono::NaiveDate, uuid::Uuid);

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(value: impl ParameterValue) -> Vec<String> {
        let mut texts = Vec::new();
        value.each(&mut |text| texts.push(text.to_owned()));
        texts
    }

    #[test]
    fn a_list_gives_a_text_an_item_and_what_is_absent_gives_none() {
        assert_eq!(texts(Some(vec!["a", "b"])), ["a", "b"]);
        assert_eq!(texts(&[true, false][..]), ["true", "false"]);
        assert!(texts(None::<u32>).is_empty());
    }

    #[test]
    fn times_are_those_of_rfc_3339() {
        let time: chrono::DateTime<chrono::Utc> = "2024-05-30T10:00:00+02:00".parse().unwrap();
        assert_eq!(texts(time), ["2024-05-30T08:00:00Z"]);
    }
}
