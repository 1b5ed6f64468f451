//! Facts about the values that callers name: the parameters of a method and the fields of a struct.

use std::fmt;

use super::Effect;
use super::fact::{API, DEFAULT, DOCUMENTATION, FORM, Fact, NOTE, always, code};
use super::rules;
use crate::api::types::{Docs, Rules, Type};

/// A parameter or a field.
pub(super) struct Member<'a> {
    pub(super) ty: &'a Type,
    pub(super) required: bool,
    /// Its place and name in a request or response.
    pub(super) wire: String,
    pub(super) rules: &'a Rules,
    pub(super) docs: &'a Docs,
}

impl Member<'_> {
    /// The facts. Callers provide each parameter, and the fields of structs that requests hold.
    pub(super) fn fact(&self, provided: bool) -> Fact {
        let Docs { description, example, default, deprecated, .. } = self.docs;
        let has_option = matches!(self.ty, Type::Option(_));
        let (need, policy) = match (provided, self.required) {
            (true, true) => ("required ", always(Effect::Compile)),
            (true, false) if !has_option => ("optional ", API),
            _ => ("", API),
        };
        let fact = Fact::new(policy, format!("{need}`{}`", rust(self.ty)))
            .code("on the wire", FORM, &self.wire)
            .optional("deprecation", NOTE, deprecated.then_some(""))
            .documentation((description, example));
        let default = default.as_ref().map(code);
        if provided {
            return rules::facts(fact.optional("default", DEFAULT, default), "", self.rules);
        }
        // An absent list is read as an empty one: its type does not show whether it may be absent.
        let presence = if self.required { "always present" } else { "may be absent" };
        fact.optional("default", DOCUMENTATION, default).optional(
            "presence",
            FORM,
            (!has_option).then_some(presence),
        )
    }
}

/// The arguments of a method or of `new`: the name and type of each, in order.
#[derive(PartialEq)]
pub(super) struct Arguments(pub(super) Vec<(String, Type)>);

impl Arguments {
    /// The effect of another order. Without names in a call, it compiles if the types stay in place.
    pub(super) fn effect_since(&self, old: &Self) -> Option<Effect> {
        let common = |these: &Self, others: &Self| -> Vec<String> {
            let names = these.0.iter().map(|(name, _)| name);
            names.filter(|name| others.0.iter().any(|(other, _)| other == *name)).cloned().collect()
        };
        let types = |of: &Self| of.0.iter().map(|(_, ty)| ty.clone()).collect::<Vec<_>>();
        let is_reordered = common(old, self) != common(self, old);
        let effect = if types(old) == types(self) { Effect::Call } else { Effect::Compile };
        is_reordered.then_some(effect)
    }
}

impl fmt::Display for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        write!(f, "`{}`", names.join(", "))
    }
}

/// The type as Rust code.
pub(super) fn rust(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Integer(name) | Type::Float(name) | Type::Model(name) => name.clone(),
        Type::String => "String".to_owned(),
        Type::ObjectId => "ObjectId".to_owned(),
        Type::Uuid => "Uuid".to_owned(),
        Type::DateTime => "DateTime<Utc>".to_owned(),
        Type::Date => "NaiveDate".to_owned(),
        Type::Json => "serde_json::Value".to_owned(),
        Type::JsonObject => "serde_json::Map<String, serde_json::Value>".to_owned(),
        Type::Option(inner) => format!("Option<{}>", rust(inner)),
        Type::List(inner) => format!("Vec<{}>", rust(inner)),
        Type::Map(inner) => format!("BTreeMap<String, {}>", rust(inner)),
        Type::Boxed(inner) => format!("Box<{}>", rust(inner)),
    }
}
