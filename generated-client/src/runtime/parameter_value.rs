//! How values are written in a query.

use crate::ObjectId;

/// A value of a query parameter: nothing, one text, or a text for each item of a list, which
/// repeats the key.
pub(crate) trait QueryValue {
    fn each(&self, add: &mut dyn FnMut(&str));
}

impl QueryValue for str {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self);
    }
}

impl QueryValue for String {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self);
    }
}

impl QueryValue for chrono::DateTime<chrono::Utc> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(&self.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
    }
}

impl<T: QueryValue + ?Sized> QueryValue for &T {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        (**self).each(add);
    }
}

impl<T: QueryValue> QueryValue for Option<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        if let Some(value) = self {
            value.each(add);
        }
    }
}

impl<T: QueryValue> QueryValue for [T] {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        for value in self {
            value.each(add);
        }
    }
}

impl<T: QueryValue> QueryValue for Vec<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        self.as_slice().each(add);
    }
}

macro_rules! written_as_displayed {
    ($($type:ty),+) => {$(
        impl QueryValue for $type {
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

    fn texts(value: impl QueryValue) -> Vec<String> {
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
