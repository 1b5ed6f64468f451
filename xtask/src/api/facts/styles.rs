//! Styles that parameters do not need, because their values have the default form for their location.

use std::collections::BTreeSet;

use crate::api::types::{Api, Kind, Location, Model, Param, Style, StyleKind, Type};

/// Removes the default style of a path, query or header parameter whose value is a single string. Also removes the
/// default style of a query parameter whose value is a list of strings with one key per item.
pub(super) fn settle(api: &mut Api) {
    let is_enum = |model: &&Model| matches!(model.kind, Kind::Enum(_));
    let enums = api.models.iter().filter(is_enum).map(|model| model.ident.clone());
    let enums: BTreeSet<String> = enums.collect();
    for param in api.operations.iter_mut().flat_map(|operation| &mut operation.params) {
        param.style = param.style.filter(|style| !is_usual(param, *style, &enums));
    }
}

fn is_usual(param: &Param, style: Style, enums: &BTreeSet<String>) -> bool {
    let of_place = match param.location {
        Location::Path | Location::Header => StyleKind::Simple,
        Location::Query => StyleKind::Form,
        Location::Cookie | Location::Part(_) => return false,
    };
    let item = match &param.ty {
        Type::List(item) if param.location == Location::Query && style.explode => item,
        other => other,
    };
    style.kind == of_place && !style.reserved && item.is_text(&|name| enums.contains(name))
}
