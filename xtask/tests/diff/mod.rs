//! Changes between two versions of an API, in cases that `changes/` does not contain.
//!
//! Each case edits the model in `before.json`. `changes.rs` compares whole documents and compiles a
//! caller against the clients generated from them.

mod command;
mod facts;
mod json;
mod members;
mod models;
mod operations;
mod package;
mod report;
mod since;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use xtask::api::types::{Api, EnumValue, Field, Kind, Model, Operation, Param, Struct, Union};
use xtask::diff::{self, Changes, Effect};

const BEFORE: &str = include_str!("before.json");

fn before() -> Api {
    diff::from_json(BEFORE).unwrap()
}

/// Returns the changes that an edit makes.
fn changes(edit: impl FnOnce(&mut Api)) -> Changes {
    let mut after = before();
    edit(&mut after);
    diff::compare(&before(), &after)
}

/// Asserts that an edit makes exactly the expected changes, in order.
#[track_caller]
fn expect(edit: impl FnOnce(&mut Api), expected: &[(Effect, &str)]) {
    let mut after = before();
    edit(&mut after);
    expect_between(&before(), &after, expected);
}

#[track_caller]
fn expect_between(old: &Api, new: &Api, expected: &[(Effect, &str)]) {
    let found = diff::compare(old, new).changes;
    let found: Vec<_> = found.iter().map(|it| (it.effect, it.text.as_str())).collect();
    assert_eq!(found, expected);
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn operation<'a>(api: &'a mut Api, ident: &str) -> &'a mut Operation {
    api.operations.iter_mut().find(|it| it.ident == ident).unwrap()
}

fn param<'a>(api: &'a mut Api, operation: &str, ident: &str) -> &'a mut Param {
    let params = &mut self::operation(api, operation).params;
    params.iter_mut().find(|it| it.ident == ident).unwrap()
}

fn model<'a>(api: &'a mut Api, ident: &str) -> &'a mut Model {
    api.models.iter_mut().find(|it| it.ident == ident).unwrap()
}

fn object<'a>(api: &'a mut Api, model: &str) -> &'a mut Struct {
    match &mut self::model(api, model).kind {
        Kind::Struct(object) => object,
        other => panic!("{model} is {other:?}"),
    }
}

fn field<'a>(api: &'a mut Api, model: &str, ident: &str) -> &'a mut Field {
    object(api, model).fields.iter_mut().find(|it| it.ident == ident).unwrap()
}

fn values(api: &mut Api) -> &mut Vec<EnumValue> {
    match &mut model(api, "ThingState").kind {
        Kind::Enum(values) => values,
        other => panic!("{other:?}"),
    }
}

fn union(api: &mut Api) -> &mut Union {
    match &mut model(api, "AnyThing").kind {
        Kind::Union(union) => union,
        other => panic!("{other:?}"),
    }
}

fn new_field(ident: &str, optional: bool) -> Field {
    let ty = if optional { json!({"option": "bool"}) } else { json!("bool") };
    read(json!({"ident": ident, "name": ident, "ty": ty, "optional": optional}))
}
