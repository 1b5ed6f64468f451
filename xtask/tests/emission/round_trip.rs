//! Decodes and encodes values of the fixture `25-kept`. `emission.rs` compiles this file with the
//! client of all fixtures.

use generated_client::models::{Kept, KeptBase, KeptInferred, KeptLarge, KeptOpen};
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
fn integers_of_every_size_are_variants() {
    for large in [json!(i64::MIN), json!(i32::MAX), json!(1_i64 << 31), json!(u64::MAX)] {
        let kept: Kept = serde_json::from_value(json!({"large": large})).unwrap();
        assert!(!matches!(kept.large, None | Some(KeptLarge::Unknown(_))), "{kept:?}");
        assert_eq!(serde_json::to_value(&kept).unwrap(), json!({"large": large}));
    }
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
