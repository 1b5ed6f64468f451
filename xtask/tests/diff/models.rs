//! Changes to models, features and error bodies.

use serde_json::json;
use xtask::api::types::{Feature, Type};
use xtask::diff::Effect::{Compatible, Compile, Variant, Wire};

use super::{
    before, expect, expect_between, model, new_field, object, operation, read, union, values,
};

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

/// If a response contains `paid`, existing code receives `Unknown`, and new code receives the variant `Paid`.
#[test]
fn a_new_variant_changes_what_callers_receive_if_responses_contain_the_model() {
    for (was_in_responses, is_in_responses, effect) in
        [(true, true, Variant), (false, false, Compatible), (false, true, Compatible)]
    {
        let mut old = before();
        model(&mut old, "ThingState").usage.response = was_in_responses;
        let mut new = old.clone();
        model(&mut new, "ThingState").usage.response = is_in_responses;
        values(&mut new).push(read(json!({"ident": "Paid", "value": "paid"})));
        expect_between(&old, &new, &[(effect, "model `ThingState`, variant `Paid`: new")]);
    }
}

#[test]
fn a_retyped_variant_of_a_union_breaks_callers_and_a_removed_value_changes_the_wire() {
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
fn a_retyped_method_of_a_union_breaks_callers_and_a_new_one_does_not() {
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
