//! Converts OpenAPI 3.1 syntax, and the `itemSchema` of OpenAPI 3.2, to OpenAPI 3.0 syntax if there is an equivalent.

use serde_json::{Map, Value, json};

use super::bounds;
use super::type_lists::{Types, is_union};
use super::types::is_of_integers;
use crate::document::findings::Findings;
use crate::document::openapi::Kind;
use crate::document::visitor::{self, Object};
use crate::media_type::{Family, family, is_json};

/// Keys of OpenAPI 3.1 that do not affect a client.
const HARMLESS: &[&str] = &[
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$id",
    "$schema",
    "contentEncoding",
    "contentMediaType",
    "examples",
    "identifier",
    "jsonSchemaDialect",
    "pathItems",
    "summary",
    "webhooks",
];

/// Converts the newer syntax in an object. Returns the keys that need no other check.
pub(super) fn check<'t>(object: Object<'t>, findings: &mut Findings) -> Vec<&'t str> {
    let mut done = Vec::new();
    match object.kind {
        Kind::Schema => whole_number(object, findings),
        Kind::MediaType => part_types(object, findings),
        _ => {}
    }
    for (key, value) in object.fields {
        let conversion = match object.kind {
            Kind::Schema => conversion(object, key, value),
            Kind::MediaType => item_schema(object, key, value),
            _ => None,
        };
        if let Some(conversion) = conversion {
            convert(object, key, conversion, findings);
            if key == "prefixItems" {
                // The conversion replaces `items`.
                done.push("items");
            }
        } else if object.is_newer() && object.kind == Kind::Schema && key == "propertyNames" {
            property_names(value, findings);
        } else if !is_harmless(object, key) {
            continue;
        }
        done.push(key.as_str());
    }
    done
}

/// Applies a conversion, with a warning if necessary.
fn convert(object: Object<'_>, key: &str, conversion: Conversion, findings: &mut Findings) {
    let Conversion { set, remove, instead, warns } = conversion;
    let is_newer = object.is_newer();
    if warns == Warns::Always || warns == Warns::InOpenApi30 && !is_newer {
        let version = if key == "itemSchema" { "3.2" } else { "3.1" };
        let what = if is_newer {
            format!("`{key}` is not fully supported")
        } else {
            format!("`{key}` uses OpenAPI {version} syntax")
        };
        let (fallback, help) = (format!("{instead} is used instead"), format!("write {instead}"));
        findings.key(&[key]).warn(what, fallback, help);
    }
    if remove {
        findings.at(&[key]).remove();
    }
    for (key, value) in set {
        findings.at(&[key]).set(value);
    }
    if object.kind == Kind::Schema && UNIONS.contains(&key) {
        // The list itself stays in place, because its other members can also have edits.
        let members = object.items(key).iter().enumerate();
        let nulls = members.filter(|(_, member)| is_null(member, object.root));
        nulls.for_each(|(index, _)| findings.at(&[key, &index.to_string()]).remove());
    }
}

/// Gives a number with a format for integers the type `integer`, unless one of its values or bounds has a fraction.
/// Such formats apply to the type `number` since OpenAPI 3.1.1.
fn whole_number(schema: Object<'_>, findings: &mut Findings) {
    let is_number = schema.text("type") == Some("number");
    let Some(format) = schema.text("format").filter(|it| is_number && is_of_integers(it)) else {
        return;
    };
    // Other conversions replace these keys first.
    let newer = ["const", "exclusiveMaximum", "exclusiveMinimum"];
    if newer.iter().any(|key| schema.fields.get(*key).is_some_and(|it| !it.is_boolean())) {
        return;
    }
    let values = ["default", "enum", "example", "examples", "maximum", "minimum", "multipleOf"];
    let values = values.iter().filter_map(|key| schema.fields.get(*key));
    let has_fraction = |value: &Value| value.as_f64().is_some_and(|it| it.fract() != 0.0);
    let mut values = values.flat_map(|value| match value {
        Value::Array(values) => values.as_slice(),
        single => std::slice::from_ref(single),
    });
    if values.any(has_fraction) {
        return;
    }
    let mut spot = findings.at(&["type"]);
    if !schema.is_newer() {
        let what = format!("the format `{format}` is for integers, but the type is `number`");
        let help = "write `type: integer`, or remove the format";
        spot = spot.warn(what, "the type is read as `integer`", help);
    }
    spot.set("integer");
    if let Some(whole) = schema.fields.get("default").and_then(whole_float) {
        findings.at(&["default"]).set(whole);
    }
    for (index, value) in schema.items("enum").iter().enumerate() {
        if let Some(whole) = whole_float(value) {
            findings.at(&["enum", &index.to_string()]).set(whole);
        }
    }
}

/// Returns the integer that a number such as `2.0` is equal to.
fn whole_float(value: &Value) -> Option<i64> {
    let Value::Number(number) = value else { return None };
    if number.is_f64() { bounds::whole(number) } else { None }
}

/// Copies `contentMediaType` from the parts of a form to `encoding`, where OpenAPI 3.0 describes it. Leaves out the
/// usual media type of a file, parts in base64, which do not contain the bytes of this media type, and JSON: with the
/// media type in `encoding`, the client would encode the text of the part again. Reads only direct `properties`.
fn part_types(media: Object<'_>, findings: &mut Findings) {
    let form = media.fields.get("schema").filter(|_| family(media.name) == Family::Multipart);
    let form = form.and_then(|schema| visitor::resolve(media.root, schema));
    for (name, part) in form.into_iter().flat_map(|form| visitor::entries(form, "properties")) {
        let part = visitor::resolve(media.root, part);
        let items = part.and_then(|it| visitor::resolve(media.root, it.get("items")?));
        let part = items.or(part).filter(|it| {
            !it.contains_key("contentEncoding") && it.get("format") != Some(&json!("byte"))
        });
        let media_type = part.and_then(|it| it.get("contentMediaType")?.as_str());
        let is_described = visitor::entries(media.fields, "encoding")
            .any(|(known, encoding)| known == name && encoding.get("contentType").is_some());
        let media_type = media_type
            .filter(|it| !is_described && *it != "application/octet-stream" && !is_json(it));
        if let Some(media_type) = media_type {
            findings.at(&["encoding", name, "contentType"]).set(media_type);
        }
    }
}

/// Returns whether a key does not affect a client.
fn is_harmless(object: Object<'_>, key: &str) -> bool {
    // The `content` check has already copied `mediaTypes` to the locations that refer to them.
    object.kind == Kind::Components && key == "mediaTypes"
        || object.is_newer() && HARMLESS.contains(&key) && object.kind.shape(key).is_none()
}

/// Removes `propertyNames`, because the client does not check the keys of a map.
fn property_names(schema: &Value, findings: &mut Findings) {
    let spot = findings.key(&["propertyNames"]);
    let what = "`propertyNames` restricts the keys of the map";
    let help = "list the allowed keys in the map's `description`";
    if restricts_keys(schema) {
        spot.warn(what, "the client does not check the keys", help).remove();
    } else {
        spot.remove();
    }
}

/// Returns whether the schema of a map's keys rejects at least one string. `type: string` rejects none, because keys
/// are always strings.
fn restricts_keys(schema: &Value) -> bool {
    const ANNOTATIONS: &[&str] =
        &["$comment", "default", "deprecated", "description", "example", "examples", "title"];
    let Value::Object(schema) = schema else { return *schema != json!(true) };
    schema.iter().any(|(key, value)| match key.as_str() {
        "type" => *value != json!("string"),
        key => !ANNOTATIONS.contains(&key),
    })
}

const UNIONS: &[&str] = &["anyOf", "oneOf"];

#[derive(Default)]
struct Conversion {
    set: Vec<(&'static str, Value)>,
    remove: bool,
    /// A description of the OpenAPI 3.0 equivalent.
    instead: String,
    warns: Warns,
}

/// The documents in which a conversion causes a warning.
#[derive(Default, PartialEq)]
enum Warns {
    /// Only in a document of OpenAPI 3.0, which does not allow this syntax.
    #[default]
    InOpenApi30,
    /// In every document, because the OpenAPI 3.0 equivalent loses information.
    Always,
    /// Never, because OpenAPI 3.0 also allows the key in this form, or because `type_lists` warns about the key.
    Never,
}

impl Warns {
    fn of(is_lossy: bool) -> Self {
        if is_lossy { Self::Always } else { Self::InOpenApi30 }
    }
}

fn conversion(object: Object<'_>, key: &str, value: &Value) -> Option<Conversion> {
    let conversion = |set, remove, instead: &str| {
        let instead = instead.to_owned();
        Some(Conversion { set, remove, instead, ..Conversion::default() })
    };
    match (key, value) {
        ("type", Value::Array(types)) => Some(type_list(object, types)),
        // `convert` removes `null` members of unions instead.
        ("type", Value::String(name)) if name == "null" && !UNIONS.contains(&object.name) => {
            conversion(vec![("nullable", json!(true))], true, "`nullable: true`")
        }
        ("const", value) => {
            conversion(vec![("enum", json!([value]))], true, "an `enum` with this one value")
        }
        ("exclusiveMinimum" | "exclusiveMaximum", Value::Number(_)) => {
            let (bound, key, instead) = if key == "exclusiveMinimum" {
                ("minimum", "exclusiveMinimum", "`minimum` with `exclusiveMinimum: true`")
            } else {
                ("maximum", "exclusiveMaximum", "`maximum` with `exclusiveMaximum: true`")
            };
            // The stricter of two bounds applies.
            let other = object.fields.get(bound).and_then(Value::as_f64);
            let is_looser = value.as_f64().zip(other).is_some_and(|(exclusive, inclusive)| {
                if bound == "minimum" { exclusive < inclusive } else { exclusive > inclusive }
            });
            if is_looser {
                return conversion(Vec::new(), true, &format!("only the stricter `{bound}`"));
            }
            conversion(vec![(bound, value.clone()), (key, json!(true))], false, instead)
        }
        ("examples", Value::Array(examples)) if !object.fields.contains_key("example") => {
            let first = examples.first().map(|first| ("example", first.clone()));
            conversion(first.into_iter().collect(), true, "`example`")
        }
        ("prefixItems", Value::Array(prefix)) => Some(positions(object, prefix)),
        ("patternProperties", Value::Object(patterns)) if !patterns.is_empty() => {
            Some(pattern_properties(object, patterns))
        }
        ("contentMediaType", Value::String(name)) if is_plain_text(object) => {
            let is_binary =
                family(name) == Family::Bytes && !object.fields.contains_key("contentEncoding");
            let set = vec![("type", json!("string")), ("format", json!("binary"))];
            if is_binary { conversion(set, true, "`format: binary`") } else { None }
        }
        ("contentEncoding", Value::String(name)) if is_plain_text(object) => {
            let format = match name.to_ascii_lowercase().as_str() {
                "base64" => "byte",
                "binary" => "binary",
                _ => return None,
            };
            let set = vec![("type", json!("string")), ("format", json!(format))];
            conversion(set, true, &format!("`format: {format}`"))
        }
        ("anyOf" | "oneOf", Value::Array(members))
            if members.iter().any(|member| is_null(member, object.root)) =>
        {
            let nullable = conversion(vec![("nullable", json!(true))], false, "`nullable: true`")?;
            let is_old = members.iter().all(|member| member.get("type") != Some(&json!("null")));
            Some(if is_old { Conversion { warns: Warns::Never, ..nullable } } else { nullable })
        }
        _ => None,
    }
}

/// Converts `prefixItems`, the schemas of the first items of a list, to one schema for all items. Without `items`,
/// further items can have any value.
fn positions(list: Object<'_>, prefix: &[Value]) -> Conversion {
    let rest = list.fields.get("items");
    let is_closed = rest == Some(&json!(false));
    let mut schemas: Vec<&Value> = Vec::new();
    for schema in prefix.iter().chain(rest.filter(|_| !is_closed)) {
        if !schemas.contains(&schema) {
            schemas.push(schema);
        }
    }
    let is_open = schemas.is_empty() || rest.is_none_or(|rest| *rest == json!(true));
    let (items, instead) = match schemas.as_slice() {
        _ if is_open => (json!({}), "`items: {}`"),
        [only] => ((*only).clone(), "`items` with the one schema"),
        _ => (json!({ "anyOf": schemas }), "`items` with a union of all item schemas"),
    };
    let mut set = vec![("items", items)];
    if is_closed {
        let most = list.fields.get("maxItems").and_then(Value::as_u64);
        let count = prefix.len() as u64;
        set.push(("maxItems", json!(most.map_or(count, |most| most.min(count)))));
    }
    let warns = Warns::of(is_open || schemas.len() > 1);
    Conversion { set, remove: true, instead: instead.to_owned(), warns }
}

/// Converts `patternProperties`, the schemas of properties whose names match a pattern, to one schema for all
/// undeclared properties.
fn pattern_properties(object: Object<'_>, patterns: &Map<String, Value>) -> Conversion {
    let mut schemas = patterns.values();
    let rest = object.fields.get("additionalProperties");
    // If there are declared properties next to the patterns, all other properties can have any value.
    let open = json!(true);
    let rest = rest.or_else(|| object.fields.contains_key("properties").then_some(&open));
    let others = rest.into_iter().filter(|rest| **rest != json!(false));
    let first = schemas.next().filter(|first| schemas.chain(others).all(|other| other == *first));
    let (values, instead) = match first {
        Some(only) => (only.clone(), "`additionalProperties` with the schema of the pattern"),
        None => (json!(true), "`additionalProperties: true`"),
    };
    let set = vec![("additionalProperties", values)];
    let instead = instead.to_owned();
    Conversion { set, remove: true, instead, warns: Warns::of(first.is_none()) }
}

/// Returns whether a member of a union means `null`, which OpenAPI 3.0 writes as an enum. The Rust crate `schemars`
/// instead writes an inline schema with only `nullable: true`. A named schema like this would allow any value.
fn is_null(member: &Value, root: &Value) -> bool {
    let is_plain = |key: &String| ["description", "nullable", "title"].contains(&key.as_str());
    if member.get("nullable") == Some(&json!(true))
        && member.as_object().is_some_and(|it| it.keys().all(is_plain))
    {
        return true;
    }
    let Some(member) = visitor::resolve(root, member) else { return false };
    match member.get("type") {
        Some(name) => name == "null",
        None => member.get("enum") == Some(&json!([null])),
    }
}

/// Returns whether a schema is a string without a format. A schema without a type is also treated as a string, because
/// binary data needs no type in OpenAPI 3.1.
fn is_plain_text(object: Object<'_>) -> bool {
    let is_text = match object.fields.get("type") {
        Some(Value::Array(types)) => types.iter().all(|name| name == "string" || name == "null"),
        Some(name) => name == "string",
        None => UNIONS.iter().all(|key| !object.fields.contains_key(*key)),
    };
    is_text && !object.fields.contains_key("format")
}

/// Converts `itemSchema`, the schema of the items in a sequence (OpenAPI 3.2). For media types other than JSON lines,
/// the body can be any value.
fn item_schema(media: Object<'_>, key: &str, value: &Value) -> Option<Conversion> {
    if key != "itemSchema" || media.fields.contains_key("schema") {
        return None;
    }
    let (schema, instead) = match family(media.name) {
        Family::Lines => {
            (json!({"type": "array", "items": value}), "a `schema` with these `items`")
        }
        _ => (json!({}), "a `schema` for any value"),
    };
    let set = vec![("schema", schema)];
    Some(Conversion { set, remove: true, instead: instead.to_owned(), ..Conversion::default() })
}

/// Converts a list of types. A type and `null` become a nullable type. Later, `type_lists` converts several types to a
/// union. If other keys also determine the values, the types are dropped instead.
fn type_list(object: Object<'_>, list: &[Value]) -> Conversion {
    let types = Types::of(list);
    if is_union(object.fields, &types) {
        return Conversion { warns: Warns::Never, ..Conversion::default() };
    }
    let mut set = Vec::new();
    let instead = match (types.names.as_slice(), types.has_null) {
        ([name], false) => format!("`type: {name}`"),
        ([name], true) => format!("`type: {name}` with `nullable: true`"),
        (_, false) => "a schema without `type`".to_owned(),
        (_, true) => "a schema with `nullable: true` and without `type`".to_owned(),
    };
    if let [name] = types.names.as_slice() {
        set.push(("type", json!(name)));
    }
    if types.has_null {
        set.push(("nullable", json!(true)));
    }
    // The values of an enum already determine the types.
    let is_enum = ["enum", "const"].iter().any(|key| object.fields.contains_key(*key));
    let warns = Warns::of(types.names.len() > 1 && !is_enum);
    Conversion { set, remove: types.names.len() != 1, instead, warns }
}
