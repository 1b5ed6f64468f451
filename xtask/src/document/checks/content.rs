//! Checks that the keys of each `content` are media types. Also replaces references to media types with copies of their
//! targets, so that later stages find no such references.
//!
//! OpenAPI 3.2 allows a `$ref` in place of a media type object. No version allows a `$ref` in place of a whole
//! `content`, but some documents have one.

use serde_json::Value;

use super::references::inline;
use crate::diagnostic::Pointer;
use crate::document::findings::Findings;
use crate::document::openapi::Kind;
use crate::document::tree;
use crate::document::visitor::{Fields, Object, resolve};

pub(super) fn check(object: Object<'_>, findings: &mut Findings) {
    match object.kind {
        Kind::MediaType => media_type(object, findings),
        Kind::Header | Kind::Parameter | Kind::RequestBody | Kind::Response => {
            if let Some(Value::Object(fields)) = object.fields.get("content") {
                findings.enter("content");
                keys(fields, findings);
                whole(Object { fields, ..object }, findings);
                findings.leave();
            }
        }
        _ => {}
    }
}

/// Removes keys that are not media types. Usually, the indentation of such a key is wrong.
fn keys(content: &Fields, findings: &mut Findings) {
    for key in content.keys().filter(|key| !key.contains('/') && *key != "$ref") {
        let what = format!("`{key}` is not a media type");
        let help = if Kind::MediaType.shape(key).is_some() {
            format!("indent `{key}` under a media type such as `application/json`")
        } else {
            "write a media type such as `application/json`".to_owned()
        };
        findings.key(&[key]).warn(what, format!("`{key}` is ignored"), help).remove();
    }
}

/// Inlines the target of a `$ref` that replaces a media type object.
fn media_type(media: Object<'_>, findings: &mut Findings) {
    let help = "write the media type object here";
    let Some(from) = target(media, help, findings) else { return };
    if !media.is_newer() {
        let what = "a `$ref` to a media type object uses OpenAPI 3.2 syntax";
        findings.key(&["$ref"]).warn(what, "a copy of the target is used instead", help);
    }
    inline(media, &from, findings);
}

/// Inlines the target of a `$ref` that replaces a whole `content`.
fn whole(content: Object<'_>, findings: &mut Findings) {
    let help = "write the media types here";
    let Some(from) = target(content, help, findings) else { return };
    let fields = tree::get(content.root, &from).and_then(Value::as_object);
    let is_content = |fields: &Fields| fields.keys().all(|key| key == "$ref" || key.contains('/'));
    if fields.is_some_and(is_content) {
        let what = "`content` cannot be a `$ref`";
        findings.key(&["$ref"]).warn(what, "a copy of the target is used instead", help);
        inline(content, &from, findings);
    } else {
        let what = "`content` cannot be a `$ref`, and the keys of the target are not media types";
        findings.key(&["$ref"]).warn(what, "the `$ref` is ignored", help).remove();
    }
}

/// Returns the location to which the object's `$ref` leads. Removes a `$ref` that leads to no object.
fn target(object: Object<'_>, help: &str, findings: &mut Findings) -> Option<Pointer> {
    let target = object.text("$ref")?;
    let leads_to_object = |from: &Pointer| {
        tree::get(object.root, from).is_some_and(|it| resolve(object.root, it).is_some())
    };
    let from = Pointer::of_reference(target).filter(leads_to_object);
    if from.is_none() {
        let what = format!("`{target}` leads to no media type");
        findings.at(&["$ref"]).warn(what, "the `$ref` is ignored", help).remove();
    }
    from
}
