//! Changes to models, features, servers and error bodies.

use serde_json::json;
use xtask::api::types::{Api, Feature, Kind, Type};
use xtask::diff::Effect::{Call, Compatible, Compile, Runtime, Wire};

use super::{
    before, expect, expect_between, field, model, new_field, object, operation, read, union, values,
};

#[test]
fn a_removed_or_retyped_model_breaks_callers_and_a_new_one_does_not() {
    expect(
        |api| api.models.retain(|it| it.ident != "ThingState"),
        &[(Compile, "model `ThingState`: removed")],
    );
    expect(
        |api| {
            let mut copy = model(api, "ThingState").clone();
            copy.ident = "Copied".to_owned();
            api.models.push(copy);
        },
        &[(Compatible, "model `Copied`: new, an enum of strings")],
    );
    let enumeration = Kind::Enum(Vec::new());
    expect(
        |api| model(api, "Thing").kind = enumeration,
        &[(Compile, "model `Thing`: a struct becomes an enum of strings")],
    );
    expect(
        |api| {
            let thing = model(api, "Thing").kind.clone();
            model(api, "AnyThing").kind = thing;
        },
        &[(Compile, "model `AnyThing`: a union becomes a struct")],
    );
}

#[test]
fn a_model_that_is_no_longer_sent_loses_new_and_its_setters() {
    expect(
        |api| model(api, "ThingLink").usage.request = false,
        &[(Compile, "model `ThingLink`, `new` and setters: removed")],
    );
    // The rules for a model that gets `new` are not reported, because nobody could send the model
    // before.
    expect(
        |api| {
            model(api, "Thing").usage.request = true;
            field(api, "Thing", "full_name").rules.max_length = Some(3);
        },
        &[(Compatible, "model `Thing`, `new` and setters: new")],
    );
    expect(|api| model(api, "ThingLink").usage.response = false, &[]);
}

#[test]
fn a_struct_has_a_default_only_without_required_fields() {
    expect(
        |api| object(api, "ThingLink").fields.push(new_field("extra", false)),
        &[
            (Compile, "model `ThingLink`, `Default`: removed"),
            (Compile, "model `ThingLink`, field `extra`: new, required `bool`"),
        ],
    );
    expect(
        |api| object(api, "BigThing").fields.clear(),
        &[
            (Compile, "model `BigThing`, field `name`: removed"),
            (Compatible, "model `BigThing`, `Default`: new"),
        ],
    );
}

#[test]
fn a_different_discriminator_changes_the_wire() {
    expect(
        |api| object(api, "BigThing").tag.as_mut().unwrap().value = "LARGE".into(),
        &[(Wire, "model `BigThing`, discriminator: `kind: BIG` becomes `kind: LARGE`")],
    );
    expect(
        |api| object(api, "BigThing").tag.as_mut().unwrap().value = 1.into(),
        &[(Wire, "model `BigThing`, discriminator: `kind: BIG` becomes `kind: 1`, an integer")],
    );
    expect(
        |api| object(api, "BigThing").tag = None,
        &[(Wire, "model `BigThing`, discriminator: removed")],
    );
    expect(
        |api| union(api).property = "type".to_owned(),
        &[(Wire, "model `AnyThing`, discriminator: `kind` becomes `type`")],
    );
}

#[test]
fn only_a_removed_value_of_an_enum_breaks_callers() {
    expect(
        |api| values(api).push(read(json!({"ident": "Lost", "value": "LOST"}))),
        &[(Compatible, "model `ThingState`, variant `Lost`: new")],
    );
    expect(
        |api| values(api).truncate(1),
        &[(Compile, "model `ThingState`, variant `Busy`: removed")],
    );
    expect(
        |api| values(api)[0].value = "idle".into(),
        &[(Wire, "model `ThingState`, variant `Idle`, on the wire: `IDLE` becomes `idle`")],
    );
}

#[test]
fn a_removed_or_retyped_variant_of_a_union_breaks_callers() {
    expect(
        |api| {
            union(api)
                .variants
                .push(read(json!({"ident": "Odd", "model": "Thing", "values": ["ODD"]})));
        },
        &[(Compatible, "model `AnyThing`, variant `Odd`: new, `Thing`")],
    );
    expect(
        |api| union(api).variants.truncate(1),
        &[(Compile, "model `AnyThing`, variant `Big`: removed")],
    );
    expect(
        |api| union(api).variants[0].model = "Thing".to_owned(),
        &[(Compile, "model `AnyThing`, variant `Small`: `SmallThing` becomes `Thing`")],
    );
    expect(
        |api| union(api).variants[1].values.truncate(1),
        &[(Wire, "model `AnyThing`, variant `Big`, on the wire: `BIG` or `HUGE` becomes `BIG`")],
    );
}

#[test]
fn a_removed_or_retyped_variant_of_a_union_of_json_types_breaks_callers() {
    let union = |types: &[&str], ty: &str, most: u8| {
        let mut api = before();
        let rules = json!({"maximum": most});
        let variant = json!({"ident": "Value", "ty": ty, "json_types": types, "rules": rules});
        model(&mut api, "AnyThing").kind =
            read(json!({"typeUnion": {"variants": [variant], "is_nullable": false}}));
        api
    };
    let before = union(&["integer"], "string", 9);
    let expect = |after: &Api, expected| expect_between(&before, after, expected);
    expect(
        &union(&["integer", "string"], "string", 9),
        &[(
            Wire,
            "model `AnyThing`, variant `Value`, on the wire: `integer` becomes `integer` or `string`",
        )],
    );
    expect(
        &union(&["integer"], "bool", 9),
        &[(Compile, "model `AnyThing`, variant `Value`: `String` becomes `bool`")],
    );
    expect(
        &union(&["integer"], "string", 7),
        &[(Call, "model `AnyThing`, variant `Value`, value: at most 9 becomes at most 7")],
    );
    let mut none = before.clone();
    model(&mut none, "AnyThing").kind = read(json!({"typeUnion": {"variants": []}}));
    expect(&none, &[(Compile, "model `AnyThing`, variant `Value`: removed")]);
    expect_between(
        &none,
        &before,
        &[(Compatible, "model `AnyThing`, variant `Value`: new, `String`")],
    );
}

#[test]
fn a_removed_or_retyped_method_of_a_union_breaks_callers() {
    expect(
        |api| union(api).shared.clear(),
        &[(Compile, "model `AnyThing`, method `name`: removed")],
    );
    expect(
        |api| union(api).shared[0].ty = Type::Uuid,
        &[(Compile, "model `AnyThing`, method `name`: `String` becomes `Uuid`")],
    );
    expect(
        |api| union(api).shared.push(new_field("extra", false)),
        &[(Compatible, "model `AnyThing`, method `extra`: new, `bool`")],
    );
}

#[test]
fn a_removed_or_newly_required_feature_breaks_callers() {
    expect(
        |api| api.features.push(Feature { name: "more".to_owned(), tag: "More".to_owned() }),
        &[(Compatible, "feature `more`: new")],
    );
    // The models of a removed feature are not listed separately.
    expect(
        |api| {
            api.features.truncate(1);
            operation(api, "create_thing").feature = Some("parts".to_owned());
            model(api, "ThingRequest").features = vec!["parts".to_owned()];
        },
        &[
            (Compile, "feature `things`: removed"),
            (Compile, "method `create_thing`, required feature: `things` becomes `parts`"),
        ],
    );
    // A different tag moves an operation to a different feature.
    expect(
        |api| {
            operation(api, "get_part").feature = Some("things".to_owned());
            model(api, "AnyThing").features = vec!["things".to_owned()];
        },
        &[
            (Compile, "method `get_part`, required feature: `parts` becomes `things`"),
            (Compile, "model `AnyThing`, available with the feature `parts`: removed"),
        ],
    );
    expect(
        |api| model(api, "ThingLink").features = vec!["parts".to_owned()],
        &[(Compile, "model `ThingLink`, available with the feature `things`: removed")],
    );
    expect(|api| model(api, "Thing").features.push("parts".to_owned()), &[]);
    expect(
        |api| model(api, "ThingState").features = vec!["parts".to_owned(), "things".to_owned()],
        &[(Compile, "model `ThingState`, required feature: new, `parts` or `things`")],
    );
    expect(
        |api| {
            operation(api, "get_part").feature = None;
            model(api, "AnyThing").features.clear();
        },
        &[
            (Compatible, "method `get_part`, required feature: removed"),
            (Compatible, "model `AnyThing`, required feature: removed"),
        ],
    );
    let mut old = before();
    operation(&mut old, "get_part").feature = None;
    expect_between(
        &old,
        &before(),
        &[(Compile, "method `get_part`, required feature: new, `parts`")],
    );
}

#[test]
fn servers_and_error_bodies_affect_only_the_runtime() {
    expect(
        |api| api.servers.push("https://example.org".to_owned()),
        &[(
            Runtime,
            "servers: `https://example.com` becomes `https://example.com`, `https://example.org`",
        )],
    );
    expect(|api| api.servers.clear(), &[(Runtime, "servers: `https://example.com` becomes none")]);
    let error = json!({"type": "object", "properties": {"detail": {"type": "array"}, "code": {"type": "integer"}}});
    expect(
        |api| *api.error_bodies.get_mut("ApiError").unwrap() = error,
        &[
            (Runtime, "error body `ApiError`, `properties`, `code`: new"),
            (
                Runtime,
                "error body `ApiError`, `properties`, `detail`, `type`: `\"string\"` becomes `\"array\"`",
            ),
            (Runtime, "error body `ApiError`, `required`: removed"),
        ],
    );
    expect(
        |api| {
            let body = api.error_bodies.remove("ApiError").unwrap();
            api.error_bodies.insert("Problem".to_owned(), body);
        },
        &[(Runtime, "error body `ApiError`: removed"), (Runtime, "error body `Problem`: new")],
    );
}
