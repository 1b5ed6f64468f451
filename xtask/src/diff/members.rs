//! Facts about parameters and fields.

use super::change::Effect;
use super::fact::{API, DEFAULT, DOCUMENTATION, FORM, Fact, NOTE, always};
use super::rules;
use super::value::code;
use crate::api::types::{Docs, Rules, Type};

/// A parameter or a field.
pub(super) struct Member<'a> {
    pub(super) ty: &'a Type,
    pub(super) required: bool,
    /// The name on the wire. For a parameter, also the location in the request. For a path parameter, only the
    /// location.
    pub(super) wire: String,
    pub(super) rules: &'a Rules,
    pub(super) docs: &'a Docs,
}

impl Member<'_> {
    /// Returns the facts. `provided` is true for parameters, and for fields of structs that requests contain in both
    /// versions.
    pub(super) fn fact(&self, provided: bool) -> Fact {
        let Docs { description, example, default, deprecated, .. } = self.docs;
        let has_option = self.ty.is_option();
        let (need, policy) = match (provided, self.required) {
            (true, true) => ("required ", always(Effect::Compile)),
            (true, false) if !has_option => ("optional ", API),
            _ => ("", API),
        };
        let fact = Fact::new(policy, format!("{need}`{}`", self.ty))
            .code("on the wire", FORM, &self.wire)
            .optional("deprecation", NOTE, deprecated.then_some(""))
            .documentation((description, example));
        let default = default.as_ref().map(code);
        if provided {
            return rules::facts(fact.optional("default", DEFAULT, default), "", self.rules);
        }
        // An absent list is decoded as empty, so the type does not show whether the list may be absent.
        let presence = if self.required { "always present" } else { "may be absent" };
        fact.optional("default", DOCUMENTATION, default).optional(
            "presence",
            FORM,
            (!has_option).then_some(presence),
        )
    }
}
