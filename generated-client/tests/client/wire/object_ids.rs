//! Conversions between object ids and text, bytes, JSON and BSON.

use generated_client::{IdInput, ObjectId};

const TEXT: &str = "668c5f0ed436263134491592";

#[test]
fn text_and_bytes_convert_to_the_same_id() {
    let id: ObjectId = TEXT.parse().unwrap();
    assert_eq!(id.bytes()[..3], [0x66, 0x8c, 0x5f]);
    assert_eq!(ObjectId::from(id.bytes()), id);
    assert_eq!(id.to_string(), TEXT);
    assert_eq!(format!("{id:?}"), format!("ObjectId(\"{TEXT}\")"));
    assert_eq!(format!("{id:>26}"), format!("  {TEXT}"));
}

#[test]
fn json_is_the_text_as_a_string() {
    let id: ObjectId = TEXT.parse().unwrap();
    let json = serde_json::to_string(&id).unwrap();
    assert_eq!(json, format!("\"{TEXT}\""));
    assert_eq!(serde_json::from_str::<ObjectId>(&json).unwrap(), id);
}

#[test]
fn every_string_type_converts() {
    let id: ObjectId = TEXT.parse().unwrap();
    let owned = TEXT.to_owned();
    assert_eq!(ObjectId::try_from(TEXT), Ok(id));
    assert_eq!(ObjectId::try_from(&owned), Ok(id));
    assert_eq!(ObjectId::try_from(owned), Ok(id));
}

#[test]
fn a_parse_error_names_the_broken_rule() {
    let explain = |text: &str| text.parse::<ObjectId>().unwrap_err().to_string();
    assert_eq!(
        explain("668c"),
        "\"668c\" is not an object id: \
         expected 24 lowercase hex digits, found 4 characters"
    );
    assert!(explain("6").ends_with("found 1 character"), "{}", explain("6"));
    assert_eq!(
        explain("668C5f0ed436263134491592"),
        "\"668C5f0ed436263134491592\" is not an object id: \
         expected lower case, found 'C' at position 4"
    );
    assert_eq!(
        explain("668c5f0ed43626313449159é"),
        "\"668c5f0ed43626313449159é\" is not an object id: \
         expected a hex digit, found 'é' at position 24"
    );
    assert!(explain(&"\n".repeat(1_000_000)).len() < 400);
}

#[test]
fn literals_references_and_bytes_convert() {
    const ID: ObjectId = ObjectId::literal(TEXT);
    assert_eq!(ID.to_string(), TEXT);
    assert_eq!(ObjectId::from(&ID), ID);
    assert_eq!(ObjectId::try_from(&ID.bytes()[..]).unwrap(), ID);
    assert_eq!(
        ObjectId::try_from(&ID.bytes()[1..]).unwrap_err().to_string(),
        "the byte slice is not an object id: expected 12 bytes, found 11"
    );
    assert_eq!(format!("{ID:x} {ID:#x}"), format!("{TEXT} 0x{TEXT}"));
    assert_eq!(ObjectId::try_from(&IdInput::from(TEXT)), Ok(ID));
    assert!(ObjectId::try_from(IdInput::from("668c")).is_err());
    assert_eq!(ID.timestamp().to_rfc3339(), "2024-07-08T21:50:06+00:00");
}

#[cfg(feature = "bson")]
#[test]
fn bson_ids_convert_both_ways() {
    let id: ObjectId = TEXT.parse().unwrap();
    let bson = bson::oid::ObjectId::from(id);
    assert_eq!(bson.to_hex(), TEXT);
    assert_eq!(ObjectId::from(bson), id);
}
