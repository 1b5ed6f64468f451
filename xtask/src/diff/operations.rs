//! Facts about the methods of `Client` and their requests.

use std::collections::BTreeSet;

use super::change::Effect;
use super::fact::{API, DEMAND, FORM, Fact, NOTE, Policy, VARIANT, WIRE, always};
use super::members::Member;
use super::rules;
use super::value::{Arguments, Value, code, codes};
use crate::api::types::{
    Api, Body, Encoding, Kind, Location, Operation, Param, Style, StyleKind, Success, Type,
};

/// Returns the facts about a method, before and after the change. If the method exists in only one version of the API,
/// its fact has no parts.
pub(super) fn facts(
    old: Option<&Operation>,
    new: Option<&Operation>,
    api: &Api,
) -> [Option<Fact>; 2] {
    let (Some(was), Some(is)) = (old, new) else {
        return [old, new].map(|it| it.map(|_| Fact::new(API, "")));
    };
    let body = |it: &Operation| it.body.as_ref().map(|body| body.ty.clone());
    let accepts_old = is_variant(body(was).as_ref(), body(is).as_ref(), api);
    let body = if accepts_old { NOTE } else { always(Effect::Compile) };
    let old = fact(was, &renamed(was, is), body).part("`send`", returned(was, is));
    [Some(old), Some(fact(is, &[], body).part("`send`", returned(is, was)))]
}

fn fact(it: &Operation, renamed: &[(&str, &str)], body: Policy) -> Fact {
    let ident = |param: &Param| new_name(&param.ident, renamed).to_owned();
    let arguments = required(it).map(|param| (ident(param), param.ty.clone())).collect();
    let newest = it.successor.as_ref().map(|it| format!("`{}` ({})", it.ident, it.version));
    let roles: BTreeSet<&String> = it.roles.iter().collect();
    let role = Policy { removed: Some(Effect::Compatible), ..WIRE };
    let fact = Fact::new(API, "")
        .code("request type", API, &it.type_ident)
        .code("id in errors and traces", NOTE, &it.id)
        .optional("deprecation", NOTE, it.deprecated.then_some(""))
        .optional("newest version", NOTE, newest)
        .optional("date of removal", NOTE, it.sunset.as_ref())
        .optional("required feature", DEMAND, it.feature.as_ref().map(code))
        .code("HTTP method", WIRE, &it.method)
        .code("path", WIRE, path(it, renamed))
        .code("`Accept`", WIRE, &it.accept)
        .optional("required role", role, codes(roles, " or "))
        .optional("required credentials", NOTE, it.security.as_ref().map(|it| credentials(it)))
        .optional("scopes", NOTE, codes(&it.scopes, ", "))
        .optional("default base URL", WIRE, it.base_url.as_ref().map(code))
        .optional("server", NOTE, it.server.as_ref().map(code))
        .part("order of arguments", Fact::new(API, Value::Arguments(Arguments(arguments))))
        .part("parameter `body`", it.body.as_ref().map(|it| self::body(it, body)))
        .optional("success is a redirect", WIRE, (it.success == Success::Redirect).then_some(""))
        .documentation((&it.summary, &it.description, &it.errors));
    let stream = it.paging.as_ref().map(|it| {
        let parameters = codes(std::iter::once(&it.number).chain(&it.size), " and ");
        Fact::new(API, code(&it.item)).optional("parameters", FORM, parameters)
    });
    let fact = it.errors.iter().fold(fact, |fact, error| {
        let body = error.ty.as_ref().map(code);
        fact.optional(format_args!("error body for {}", error.status), NOTE, body)
    });
    it.params.iter().fold(fact.part("`stream`", stream), |fact, it| {
        fact.part(format_args!("parameter `{}`", ident(it)), param(it))
    })
}

fn body(it: &Body, policy: Policy) -> Fact {
    let policy = if it.optional { Policy { new: API.new, ..policy } } else { policy };
    let fact = Fact::new(policy, code(&it.ty));
    rules::facts(fact, "", &it.rules)
        .optional("optional", always(Effect::Compile), it.optional.then_some(""))
        .code("`Content-Type`", FORM, &it.media_type)
        .optional("encoding", WIRE, encoding(it))
        .documentation((&it.description, &it.example))
}

/// Returns the encoding of the body, or `None` for JSON.
fn encoding(it: &Body) -> Option<String> {
    (it.encoding != Encoding::Json).then(|| format!("{:?}", it.encoding))
}

fn param(it: &Param) -> Fact {
    let (place, usual) = match it.location {
        Location::Path => ("path", Some((StyleKind::Simple, false))),
        Location::Query => ("query", Some((StyleKind::Form, true))),
        Location::Header => ("header", Some((StyleKind::Simple, false))),
        Location::Cookie => ("cookie", None),
        Location::Part(_) => ("part", None),
    };
    let wire = match it.location {
        // Callers depend on the position in the path, but not on the name.
        Location::Path => place.to_owned(),
        Location::Query | Location::Header | Location::Cookie => format!("{place} {}", it.name),
        Location::Part(part) => {
            let media_type = it.media_type.as_deref().unwrap_or_default();
            format!("part {} as {part:?} {media_type}", it.name)
        }
    };
    let usual = usual.map(|(kind, explode)| Style { kind, explode, reserved: false });
    let style = it.style.or(usual).map(style);
    let Param { ty, rules, docs, required, .. } = it;
    let fact = Member { ty, required: *required, wire, rules, docs }.fact(true);
    let name = Policy { changed: Some(Effect::Documentation), ..FORM };
    fact.optional(format_args!("style in the {place}"), FORM, style).optional(
        "name",
        name,
        required.then(|| code(&it.ident)),
    )
}

fn style(style: Style) -> String {
    let kind = match style.kind {
        StyleKind::Matrix => "matrix",
        StyleKind::Label => "label",
        StyleKind::Form => "form",
        StyleKind::Simple => "simple",
        StyleKind::SpaceDelimited => "spaceDelimited",
        StyleKind::PipeDelimited => "pipeDelimited",
        StyleKind::DeepObject => "deepObject",
        StyleKind::Json => return "JSON".to_owned(),
    };
    let reserved = if style.reserved { " and `allowReserved: true`" } else { "" };
    format!("`{kind}` with `explode: {}`{reserved}", style.explode)
}

fn credentials(alternatives: &[Vec<String>]) -> String {
    let alternatives = alternatives.iter().filter_map(|it| codes(it, " and "));
    let alternatives: Vec<String> = alternatives.collect();
    if alternatives.is_empty() { "none".to_owned() } else { alternatives.join(", or ") }
}

/// Returns the parameters that are arguments of the method.
fn required(it: &Operation) -> impl Iterator<Item = &Param> {
    it.params.iter().filter(|param| param.required)
}

/// Returns the old and the new name of each argument that is only renamed. Calls do not contain the names of arguments,
/// so they still compile.
fn renamed<'a>(old: &'a Operation, new: &'a Operation) -> Vec<(&'a str, &'a str)> {
    if required(old).count() != required(new).count() {
        return Vec::new();
    }
    let has = |it: &Operation, name: &str| it.params.iter().any(|param| param.ident == name);
    let renamed = required(old)
        .zip(required(new))
        .filter(|(was, is)| was.ty == is.ty && !has(old, &is.ident) && !has(new, &was.ident));
    renamed.map(|(was, is)| (was.ident.as_str(), is.ident.as_str())).collect()
}

fn new_name<'a>(ident: &'a str, renamed: &[(&'a str, &'a str)]) -> &'a str {
    renamed.iter().find(|(old, _)| *old == ident).map_or(ident, |(_, new)| new)
}

/// Returns the path with the name of each parameter replaced by the name of its argument. If the argument is in
/// `renamed`, uses its new name.
fn path(it: &Operation, renamed: &[(&str, &str)]) -> String {
    let (mut path, mut rest) = (String::new(), it.path.as_str());
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let mut params = it.params.iter().filter(|it| it.location == Location::Path);
        let param = params.find(|param| param.name == name);
        let ident = param.map_or(name, |param| new_name(&param.ident, renamed));
        path.extend([before, "{", ident, "}"]);
        rest = after;
    }
    path + rest
}

/// Returns whether the type `one` is a variant of `union`. A method accepts every variant of its body's type, so a
/// change of that type from `one` to `union` does not break callers.
fn is_variant(one: Option<&Type>, union: Option<&Type>, api: &Api) -> bool {
    let (Some(one), Some(Type::Model(union) | Type::TypeUnion(union))) = (one, union) else {
        return false;
    };
    let model = api.models.iter().find(|model| model.ident == *union);
    model.is_some_and(|model| match &model.kind {
        Kind::Union(union) => {
            matches!(one, Type::Model(one) if union.variants.iter().any(|it| it.model == *one))
        }
        Kind::TypeUnion(union) => union.variants.iter().any(|it| it.ty == *one),
        _ => false,
    })
}

/// Returns the facts about the value that `send` returns on success: its type and, if it is an enum of success values in
/// both versions of the API, the variants. Existing code received the value of a new variant as another variant.
fn returned(it: &Operation, other: &Operation) -> Fact {
    let fact = Fact::new(API, code(type_of(&it.success)));
    let (Success::Statuses { values, .. }, Success::Statuses { .. }) =
        (&it.success, &other.success)
    else {
        return fact;
    };
    values.iter().fold(fact, |fact, value| {
        let ty = value.ty.as_ref().map_or_else(|| "no value".to_owned(), code);
        let variant = Fact::new(VARIANT, ty).code("status", WIRE, &value.status);
        fact.part(format_args!("variant `{}`", value.ident), variant.documentation(&value.meaning))
    })
}

fn type_of(success: &Success) -> String {
    match success {
        Success::Nothing | Success::Redirect => "()".to_owned(),
        Success::Json(ty) => ty.to_string(),
        Success::Optional(ty) => format!("Option<{ty}>"),
        Success::Statuses { ident, .. } => ident.clone(),
        Success::Lines(ty) => format!("JsonLines<{ty}>"),
        Success::Text => "String".to_owned(),
        Success::Bytes => "ByteStream".to_owned(),
    }
}
