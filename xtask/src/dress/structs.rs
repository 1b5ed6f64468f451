//! Objects: the engine's fields under our attributes.

use std::collections::HashMap;

use anyhow::Context as _;
use indexmap::IndexMap;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs::Docs;
use crate::api::{About, Api, Model, Shape};
use crate::engine::{Emitted, Field};
use crate::notes::Tag;
use crate::rust_type::Type;

/// Why not to use a value that the document deprecates.
pub(super) const DEPRECATED: &str = "the API gives it up";

/// What lets an impl name these fields, if some of them are deprecated.
pub(super) fn allow_deprecated(fields: &[&ObjectField<'_>]) -> Option<TokenStream> {
    let reason = "what is deprecated can still be named";
    let is_needed = fields.iter().any(|field| field.about.deprecated);
    is_needed.then(|| quote!(#[allow(deprecated, reason = #reason)]))
}

/// An object: its fields, in the order of the document.
pub(super) struct Object<'a> {
    pub(super) fields: Vec<ObjectField<'a>>,
}

/// A field of an object.
pub(super) struct ObjectField<'a> {
    /// Its name in Rust.
    pub(super) ident: Ident,
    /// Its name on the wire.
    pub(super) wire_name: &'a str,
    /// Its type in Rust.
    pub(super) ty: Type,
    /// What the document says of it.
    pub(super) about: &'a About,
}

impl ObjectField<'_> {
    /// The type of the value where there is one.
    pub(super) fn value_type(&self) -> &Type {
        self.ty.argument("Option").unwrap_or(&self.ty)
    }

    /// Whether the value may be absent.
    pub(super) fn is_optional(&self) -> bool {
        self.skip().is_some()
    }

    /// What reads the value faster than its type does.
    fn reader(&self) -> Option<&'static str> {
        let is_time = |ty: &Type| ty.argument("DateTime").is_some();
        match self.ty.argument("Option") {
            Some(ty) => is_time(ty).then_some("crate::runtime::date_time::optional"),
            None => is_time(&self.ty).then_some("crate::runtime::date_time::required"),
        }
    }

    /// The test for an absent value.
    fn skip(&self) -> Option<&'static str> {
        if self.about.required {
            return None;
        }
        let containers = [
            ("Option", "Option::is_none"),
            ("Vec", "Vec::is_empty"),
            ("BTreeMap", "BTreeMap::is_empty"),
            ("Map", "serde_json::Map::is_empty"),
        ];
        let known = containers.iter().find(|(name, _)| self.ty.argument(name).is_some());
        known.map(|(_, test)| *test)
    }
}

impl<'a> Object<'a> {
    /// The object that a model is, if it is one.
    pub(super) fn of(name: &str, api: &'a Api, emitted: &Emitted) -> Option<Self> {
        let Shape::Object { fields, .. } = &api.models.get(name)?.shape else { return None };
        Self::read(name, fields, emitted, api).ok()
    }

    /// Reads the struct that the engine emitted for the schema, in the order in which the document
    /// has the fields.
    pub(super) fn read(
        name: &str,
        fields: &'a IndexMap<String, About>,
        emitted: &Emitted,
        api: &Api,
    ) -> anyhow::Result<Self> {
        let item = emitted.structs.get(name);
        let item = item.with_context(|| format!("the engine emitted no struct for `{name}`"))?;
        let known: HashMap<&str, &Field> =
            item.iter().map(|field| (field.wire_name.as_str(), field)).collect();
        let fields = fields.iter().map(|(wire_name, about)| {
            let field = known.get(wire_name.as_str()).with_context(|| {
                format!("the engine emitted no field `{wire_name}` for `{name}`")
            })?;
            let (ident, ty) = (format_ident!("{}", field.name), boxed(&field.ty, name, api));
            Ok(ObjectField { ident, wire_name, ty, about })
        });
        Ok(Self { fields: fields.collect::<anyhow::Result<_>>()? })
    }

    /// The struct.
    pub(super) fn item(
        &self,
        name: &str,
        model: &Model,
        tag: Option<&Tag>,
        docs: &Docs<'_>,
    ) -> TokenStream {
        let doc = docs.of_model(name);
        let ident = format_ident!("{name}");
        let tag =
            tag.map(|Tag { property, value }| quote!(#[serde(tag = #property, rename = #value)]));
        let default = self.fields.iter().all(ObjectField::is_optional).then(|| quote!(Default,));
        let fields = self.fields.iter().map(|field| field.emit(docs));
        let must_use = (model.usage.request && !model.usage.response)
            .then(|| quote!(#[must_use = "it is to be sent"]));
        quote! {
            #doc
            #must_use
            #[derive(Debug, Clone, #default PartialEq, Serialize, Deserialize)]
            #tag
            #[non_exhaustive]
            pub struct #ident { #(#fields)* }
        }
    }
}

impl ObjectField<'_> {
    fn emit(&self, docs: &Docs<'_>) -> TokenStream {
        let Self { ident, wire_name, ty, about } = self;
        let doc = docs.of_value(wire_name, ty, about);
        let deprecated = about.deprecated.then(|| quote!(#[deprecated(note = #DEPRECATED)]));
        let rename = (ident != wire_name).then(|| quote!(rename = #wire_name));
        let reader = self.reader().map(|reader| quote!(deserialize_with = #reader));
        // An absent `Option` is read without it as well, by code that takes longer to compile.
        let default = self.is_optional().then(|| quote!(default));
        let skip = self.skip().map(|test| quote!(skip_serializing_if = #test));
        let parts: Vec<_> = rename.into_iter().chain(default).chain(reader).chain(skip).collect();
        let serde = (!parts.is_empty()).then(|| quote!(#[serde(#(#parts),*)]));
        quote!(#doc #deprecated #serde pub #ident: #ty,)
    }
}

/// The type with a box around each model that leads back to `holder`. The engine boxes where it
/// happens to meet a circle first, and sees none that goes through a union.
fn boxed(ty: &Type, holder: &str, api: &Api) -> Type {
    if let Some(ty) = ty.argument("Box") {
        return boxed(ty, holder, api);
    }
    if let Some(ty) = ty.argument("Option") {
        return Type::around("Option", boxed(ty, holder, api));
    }
    let leads_back = ty.plain_name().is_some_and(|model| api.leads_to(model, holder));
    if leads_back { Type::around("Box", ty.clone()) } else { ty.clone() }
}
