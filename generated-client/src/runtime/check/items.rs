//! The items of lists and maps.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::{At, InvalidInput};
use crate::Nullable;

/// A list or a map, which may be absent.
pub(crate) trait Items {
    type Item;
    /// The names of one item and of several items in error messages.
    const UNIT: (&str, &str);

    /// Returns the number of items, or `None` if there is no list or map.
    fn count(&self) -> Option<usize>;

    fn try_each(
        &self,
        at: At<'_>,
        check: impl FnMut(At<'_>, &Self::Item) -> Result<(), InvalidInput>,
    ) -> Result<(), InvalidInput>;
}

impl<T> Items for Vec<T> {
    type Item = T;
    const UNIT: (&str, &str) = ("item", "items");

    fn count(&self) -> Option<usize> {
        Some(self.len())
    }

    fn try_each(
        &self,
        at: At<'_>,
        mut check: impl FnMut(At<'_>, &T) -> Result<(), InvalidInput>,
    ) -> Result<(), InvalidInput> {
        self.iter().enumerate().try_for_each(|(index, item)| check(at.index(index), item))
    }
}

impl<T> Items for BTreeMap<String, T> {
    type Item = T;
    const UNIT: (&str, &str) = ("entry", "entries");

    fn count(&self) -> Option<usize> {
        Some(self.len())
    }

    fn try_each(
        &self,
        at: At<'_>,
        mut check: impl FnMut(At<'_>, &T) -> Result<(), InvalidInput>,
    ) -> Result<(), InvalidInput> {
        self.iter().try_for_each(|(key, value)| check(at.field(key), value))
    }
}

impl Items for Map<String, Value> {
    type Item = Value;
    const UNIT: (&str, &str) = ("entry", "entries");

    fn count(&self) -> Option<usize> {
        Some(self.len())
    }

    fn try_each(
        &self,
        at: At<'_>,
        mut check: impl FnMut(At<'_>, &Value) -> Result<(), InvalidInput>,
    ) -> Result<(), InvalidInput> {
        self.iter().try_for_each(|(key, value)| check(at.field(key), value))
    }
}

impl<C: Items> Items for Option<C> {
    type Item = C::Item;
    const UNIT: (&str, &str) = C::UNIT;

    fn count(&self) -> Option<usize> {
        self.as_ref().and_then(C::count)
    }

    fn try_each(
        &self,
        at: At<'_>,
        check: impl FnMut(At<'_>, &C::Item) -> Result<(), InvalidInput>,
    ) -> Result<(), InvalidInput> {
        self.as_ref().map_or(Ok(()), |values| values.try_each(at, check))
    }
}

impl<C: Items> Items for Nullable<C> {
    type Item = C::Item;
    const UNIT: (&str, &str) = C::UNIT;

    fn count(&self) -> Option<usize> {
        self.as_ref().and_then(C::count)
    }

    fn try_each(
        &self,
        at: At<'_>,
        check: impl FnMut(At<'_>, &Self::Item) -> Result<(), InvalidInput>,
    ) -> Result<(), InvalidInput> {
        self.as_ref().map_or(Ok(()), |values| values.try_each(at, check))
    }
}
