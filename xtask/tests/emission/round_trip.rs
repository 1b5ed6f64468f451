//! Decodes and encodes values of the fixtures `02-values`, `25-kept`, `30-type-unions`, `31-type-lists`,
//! `34-named-values` and `35-tags`.
//! `emission.rs` compiles this file with the client generated from all fixtures.

use generated_client::models::{
    Channel, Component, Kept, KeptBase, KeptInferred, KeptLarge, KeptOpen, NamedStates,
    NamedStatesPair, Tags, TagsNumbered, TagsOutcome, TypeLists, TypeUnions, TypeUnionsAllowed,
    TypeUnionsInput, TypeUnionsItem, TypeUnionsTool, TypeUnionsToolObject, TypeUnionsValue, Values,
};
use serde_json::{Value, json};

#[test]
fn described_values_survive_decoding_and_encoding() {
    for value in [
        json!({}),
        json!({"composed": {"own": "a", "left": "b", "same": "c"}}),
        json!({"composed": {"own": "a", "right": "b", "same": 1}}),
        json!({"inferred": {"id": "1", "kind": "one", "one": "a"}}),
        json!({"inferred": {"id": "1", "kind": "three", "three": [{}]}}),
        json!({"either": {"b": "a"}}),
        json!({"base": {"kind": "base", "base": "a"}}),
        json!({"base": {"kind": "child", "base": "a", "child": "b"}}),
        json!({"open": {"kind": "one", "any": {"value": [1.5]}}}),
        json!({"size": -1, "mixed": "auto", "either_text": "c"}),
        json!({"size": 7, "mixed": 2.5, "bytes": "dmFsdWU="}),
        json!({"mixed": true, "part": null, "share": null}),
        json!({"mixed": 1, "part": {"left": "a"}, "share": 3.999_999_999_999_999_6}),
        json!({"list": [], "map": {}, "new": "a", "default": "b", "more": {"left": "a"}}),
    ] {
        let kept: Kept = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&kept).unwrap(), value, "{kept:?}");
    }
}

#[test]
fn values_of_each_type_in_a_list_of_types_survive() {
    for value in [
        json!({"id": "a", "at": null, "size": 1.5, "level": 1, "anything": [{}], "content": "a"}),
        json!({"id": 1, "at": 1.5, "level": "high", "content": ["a", null], "mixed": 7}),
        json!({"id": [], "at": "2024-05-30T00:00:00Z", "content": {"inner": true}, "clash": false}),
        json!({"id": "a", "content": {"inner": 1}, "mixed": {"name": "a"}, "clash": "a"}),
    ] {
        let lists: TypeLists = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&lists).unwrap(), value, "{lists:?}");
    }
}

#[test]
fn a_response_can_lack_a_required_property_that_allows_any_value() {
    let values: Values = serde_json::from_value(json!({"musts": [], "none": null})).unwrap();
    assert_eq!(values.must, Value::Null);
    serde_json::from_value::<Values>(json!({"must": 1, "none": null})).unwrap_err();
}

#[test]
fn integers_of_every_size_decode_into_known_variants() {
    for large in [json!(i64::MIN), json!(i32::MAX), json!(1_i64 << 31), json!(u64::MAX)] {
        let kept: Kept = serde_json::from_value(json!({"large": large})).unwrap();
        assert!(!matches!(kept.large, None | Some(KeptLarge::Unknown(_))), "{kept:?}");
        assert_eq!(serde_json::to_value(&kept).unwrap(), json!({"large": large}));
    }
}

#[test]
fn the_order_of_keys_does_not_matter_in_an_enum_of_objects() {
    let states: NamedStates = serde_json::from_value(json!({"pair": {"x": [2], "y": 1}})).unwrap();
    assert_eq!(states.pair, Some(NamedStatesPair::Y1X2));
}

#[test]
fn the_discriminator_selects_the_variant() {
    let kept: Kept = serde_json::from_value(json!({
        "inferred": {"id": "1", "kind": "two"},
        "base": {"kind": "child", "child": "b"},
        "open": {"kind": "other"},
    }))
    .unwrap();
    assert!(matches!(kept.inferred, Some(KeptInferred::Two(_))), "{kept:?}");
    assert!(matches!(kept.base, Some(KeptBase::Child(_))), "{kept:?}");
    let Some(KeptOpen::Unknown(open)) = kept.open else { panic!("{kept:?}") };
    assert_eq!(Value::Object(open), json!({"kind": "other"}));
}

#[test]
fn an_integer_or_a_boolean_selects_the_variant() {
    for value in [
        json!({"inferred": {"type": 1, "components": [{"type": 3, "label": "a"}, {"type": 1}]}, "mapped": {"kind": 0}}),
        json!({"mapped": {"kind": -1, "bitrate": 8}, "outcome": {"ok": false, "error": "a"}}),
        json!({"mapped": {"kind": 0}, "numbered": {"version": "1"}}),
        json!({"mapped": {"kind": 0}, "numbered": {"version": "3"}}),
    ] {
        let tags: Tags = serde_json::from_value(value.clone()).unwrap();
        assert!(!format!("{tags:?}").contains("Unknown"), "{tags:?}");
        assert_eq!(serde_json::to_value(&tags).unwrap(), value);
    }
    let value = json!({
        "inferred": {"type": 7, "label": "a"}, "mapped": {"kind": "text"}, "outcome": {"ok": null},
    });
    let tags: Tags = serde_json::from_value(value.clone()).unwrap();
    assert!(matches!(&tags.inferred, Some(Component::Unknown(_))), "{tags:?}");
    assert!(matches!(&tags.mapped, Channel::Unknown(_)), "{tags:?}");
    assert!(matches!(&tags.outcome, Some(TagsOutcome::Unknown(_))), "{tags:?}");
    assert_eq!(serde_json::to_value(&tags).unwrap(), value);
    // The document allows only strings for this discriminator.
    for version in [1, 2] {
        let value = json!({"mapped": {"kind": 0}, "numbered": {"version": version}});
        let tags: Tags = serde_json::from_value(value.clone()).unwrap();
        assert!(matches!(&tags.numbered, Some(TagsNumbered::Unknown(_))), "{tags:?}");
        assert_eq!(serde_json::to_value(&tags).unwrap(), value);
    }
}

#[test]
fn a_union_of_json_types_decodes_and_encodes_values_of_each_type() {
    for value in [
        json!({"input": "a"}),
        json!({"input": [{"text": "a", "next": "b"}, {"text": "c", "next": [], "only": {"text": "d", "only": true}}]}),
        json!({"input": "a", "stop": null, "value": null}),
        json!({"input": "a", "stop": "b", "value": "1", "tool": "auto"}),
        json!({"input": "a", "stop": ["b"], "value": 1.5, "tool": "new"}),
        json!({"input": "a", "value": false, "tool": {"type": "allowed", "tools": ["b"]}}),
        json!({"input": "a", "tool": {"type": "function", "name": "b"}, "values": [1, "1", -7]}),
        json!({"input": "a", "tool": {"type": "new", "any": [1.5, null]}}),
        json!({"input": "a", "named": {"one": {"text": "b"}, "many": [{"text": "b"}, {"text": "c"}]}}),
        json!({"input": "a", "embedded": ["b", 1, [2, 3]]}),
        json!({"input": "a", "embedded": [], "filter": {"field": "b", "all": [true, {"all": []}]}}),
        // Values that the document does not describe.
        json!({"input": {"any": [1]}, "stop": 7, "tool": ["a"], "value": [u64::MAX], "values": [1.5, null]}),
        json!({"input": false, "embedded": {"a": {}}, "filter": "a"}),
    ] {
        let decoded: TypeUnions = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&decoded).unwrap(), value, "{decoded:?}");
    }
    let error = serde_json::from_value::<TypeUnions>(json!({"input": [{"text": 7}]})).unwrap_err();
    assert_eq!(error.to_string(), "invalid type: integer `7`, expected a string");
}

#[test]
fn setters_accept_the_values_of_a_union_of_json_types() {
    let items = vec![TypeUnionsItem::new("a").next("b").only(true)];
    let input = TypeUnions::new(items).stop("c").value(7.0).tool("auto").embedded("d").filter(true);
    let expected = json!({
        "input": [{"text": "a", "next": "b", "only": true}],
        "stop": "c", "value": 7.0, "tool": "auto", "embedded": "d", "filter": true,
    });
    assert_eq!(serde_json::to_value(&input).unwrap(), expected);
    let allowed = TypeUnionsAllowed::new().tools(vec!["a".to_owned()]);
    let object = TypeUnionsToolObject::from(allowed.clone());
    assert_eq!(TypeUnionsTool::from(object), TypeUnionsTool::from(allowed.clone()));
    let input = TypeUnions::new("a")
        .stop(vec!["b".to_owned()])
        .value(None)
        .tool(allowed)
        .values(vec![1.into(), "1".into()])
        .embedded(vec![1.into(), vec![2, 3].into()]);
    let expected = json!({
        "input": "a", "stop": ["b"], "value": null, "tool": {"type": "allowed", "tools": ["a"]}, "values": [1, "1"],
        "embedded": [1, [2, 3]],
    });
    assert_eq!(serde_json::to_value(&input).unwrap(), expected);
}

#[test]
fn a_value_that_a_union_of_json_types_does_not_describe_is_unknown() {
    let input: TypeUnionsInput = serde_json::from_value(json!(7)).unwrap();
    assert_eq!(input, TypeUnionsInput::Unknown(json!(7)));
    let tool: TypeUnionsTool = serde_json::from_value(json!(null)).unwrap();
    assert_eq!(tool, TypeUnionsTool::Unknown(json!(null)));
    let value: TypeUnionsValue = serde_json::from_value(json!(1)).unwrap();
    assert_eq!(value, TypeUnionsValue::Number(1.0));
}
