//! Bounds that the type of an integer implies, or that it cannot represent. The first kind adds nothing to the docs or
//! the checks, and the second kind does not compile as a literal of the type.

use std::ops::RangeInclusive;

use serde_json::Number;

use crate::api::types::{Api, Kind, Rules, Type};

/// Removes the bounds and divisors of integers that their type implies or cannot represent, such as a minimum of 0 or a
/// maximum of -1 for `u32`.
pub(super) fn drop_useless(api: &mut Api) {
    for param in api.operations.iter_mut().flat_map(|operation| &mut operation.params) {
        drop_for(&param.ty, &mut param.rules);
    }
    for body in api.operations.iter_mut().filter_map(|operation| operation.body.as_mut()) {
        drop_for(&body.ty, &mut body.rules);
    }
    for model in &mut api.models {
        match &mut model.kind {
            Kind::Struct(object) => {
                object.fields.iter_mut().for_each(|it| drop_for(&it.ty, &mut it.rules));
            }
            Kind::TypeUnion(union) => {
                union.variants.iter_mut().for_each(|it| drop_for(&it.ty, &mut it.rules));
            }
            Kind::Union(union) => {
                union.shared.iter_mut().for_each(|it| drop_for(&it.ty, &mut it.rules));
            }
            Kind::Enum(_) => {}
        }
    }
}

fn drop_for(ty: &Type, rules: &mut Rules) {
    match ty.unwrapped() {
        Type::Integer(name) => {
            let Some((least, most)) = range(name) else { return };
            let is_within = |it: &Number, range: RangeInclusive<i128>| {
                it.as_i128().is_none_or(|it| range.contains(&it))
            };
            rules.minimum = rules.minimum.take().filter(|it| is_within(it, least + 1..=most));
            rules.maximum = rules.maximum.take().filter(|it| is_within(it, least..=most - 1));
            rules.multiple_of = rules.multiple_of.take().filter(|it| is_within(it, 1..=most));
        }
        Type::List(item) | Type::Map(item) => {
            let Some(each) = &mut rules.each else { return };
            drop_for(item, each);
            if each.is_empty() {
                rules.each = None;
            }
        }
        _ => {}
    }
}

/// Returns the least and the greatest value of an integer type.
pub(in crate::api) fn range(ty: &str) -> Option<(i128, i128)> {
    Some(match ty {
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" => (i64::MIN.into(), i64::MAX.into()),
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" => (0, u64::MAX.into()),
        _ => return None,
    })
}
