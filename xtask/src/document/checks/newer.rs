//! Converts OpenAPI 3.1 syntax to its OpenAPI 3.0 equivalent, if there is one.

use serde_json::{Value, json};

use crate::document::findings::Findings;
use crate::document::openapi::Kind;
use crate::document::visitor::Object;

/// Keys of OpenAPI 3.1 that do not affect a client.
const HARMLESS: &[&str] = &[
    "$comment",
    "$defs",
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

/// Converts an object. Returns the keys that need no other check. In an OpenAPI 3.0 document, each
/// conversion causes a warning. In an OpenAPI 3.1 document, only lossy conversions do.
pub(super) fn check<'t>(object: Object<'t>, findings: &mut Findings) -> Vec<&'t str> {
    let is_newer = object.is_newer();
    let mut done = Vec::new();
    for (key, value) in object.fields {
        let is_schema = object.kind == Kind::Schema;
        let conversion = if is_schema { conversion(object, key, value) } else { None };
        if let Some(Conversion { set, remove, instead, is_lossy }) = conversion {
            if is_lossy || !is_newer {
                let what = format!("`{key}` uses OpenAPI 3.1 syntax");
                let (fallback, help) =
                    (format!("{instead} is used instead"), format!("write {instead}"));
                findings.key(&[key]).warn(what, fallback, help);
            }
            if remove {
                findings.at(&[key]).remove();
            }
            for (key, value) in set {
                findings.at(&[key]).set(value);
            }
            done.push(key.as_str());
        } else if is_newer && HARMLESS.contains(&key.as_str()) && object.kind.shape(key).is_none() {
            done.push(key.as_str());
        }
    }
    done
}

const UNIONS: &[&str] = &["anyOf", "oneOf"];

struct Conversion {
    set: Vec<(&'static str, Value)>,
    remove: bool,
    /// A description of the OpenAPI 3.0 equivalent.
    instead: String,
    /// Whether the OpenAPI 3.0 equivalent loses information.
    is_lossy: bool,
}

fn conversion(object: Object<'_>, key: &str, value: &Value) -> Option<Conversion> {
    let conversion = |set, remove, instead: &str| {
        Some(Conversion { set, remove, instead: instead.to_owned(), is_lossy: false })
    };
    match (key, value) {
        ("type", Value::Array(types)) => Some(type_list(types)),
        // The code below removes `null` members of unions instead.
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
            conversion(vec![(bound, value.clone()), (key, json!(true))], false, instead)
        }
        ("examples", Value::Array(examples)) if !object.fields.contains_key("example") => {
            let first = examples.first().map(|first| ("example", first.clone()));
            conversion(first.into_iter().collect(), true, "`example`")
        }
        ("anyOf" | "oneOf", Value::Array(members)) => {
            let is_null = |member: &Value| member.get("type").is_some_and(|it| it == "null");
            if !members.iter().any(is_null) {
                return None;
            }
            let rest: Vec<_> = members.iter().filter(|member| !is_null(member)).cloned().collect();
            let key = if key == "anyOf" { "anyOf" } else { "oneOf" };
            let set = vec![("nullable", json!(true)), (key, json!(rest))];
            conversion(set, false, "`nullable: true`")
        }
        _ => None,
    }
}

/// Converts a list of types. A type and `null` become a nullable type; several types become any
/// value.
fn type_list(types: &[Value]) -> Conversion {
    let names: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
    let others: Vec<&str> = names.iter().copied().filter(|name| *name != "null").collect();
    let (mut set, mut instead) = (Vec::new(), "a schema without `type`".to_owned());
    if let [name] = others.as_slice() {
        set.push(("type", json!(name)));
        instead = format!("`type: {name}`");
    }
    if others.len() < names.len() {
        set.push(("nullable", json!(true)));
        instead += " with `nullable: true`";
    }
    Conversion { remove: others.len() != 1, set, instead, is_lossy: others.len() > 1 }
}
