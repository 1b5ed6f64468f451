//! Models, read from the file that holds them.

use std::collections::{BTreeMap, BTreeSet};

use syn::parse::{ParseStream, Parser as _};
use syn::{
    Expr, Field, Fields, File, Ident, ImplItemFn, Item, ItemEnum, ItemImpl, ItemStruct, Lit,
};
use syn::{LitStr, ReceiverKind, Token, Type, Visibility};

use super::method::functions;
use super::rules;
use super::surface::{Interface, Kind, Member, Owner, Surface, Variant};
use super::syntax::{arguments, deprecation, inner, settings, type_text};

/// The models of a file; `None` if it has anything else that callers see.
pub(super) fn read(file: &File) -> Option<Surface> {
    let mut models = BTreeMap::new();
    for item in &file.items {
        match item {
            Item::Struct(item) => {
                models.insert(item.ident.to_string(), object(item));
            }
            Item::Enum(item) => {
                models.insert(item.ident.to_string(), union(item));
            }
            Item::Macro(item) if item.mac.path.is_ident("string_enum") => {
                let item: ItemEnum = syn::parse2(item.mac.tokens.clone()).ok()?;
                models.insert(item.ident.to_string(), strings(&item));
            }
            _ => {}
        }
    }
    for item in &file.items {
        match item {
            Item::Impl(item) => read_impl(&mut models, item),
            Item::Macro(item) if item.mac.path.is_ident("tagged_union") => {
                tagged_union(&mut models).parse2(item.mac.tokens.clone()).ok()?;
            }
            Item::Struct(_) | Item::Enum(_) | Item::Use(_) | Item::Macro(_) => {}
            _ => return None,
        }
    }
    Some(models.into_iter().map(|(name, model)| (Owner::Model(name), model)).collect())
}

fn object(item: &ItemStruct) -> Interface {
    let mut object = Interface {
        kind: Kind::Object,
        deprecated: deprecation(&item.attrs),
        non_exhaustive: has(&item.attrs, "non_exhaustive"),
        traits: traits(&item.attrs),
        ..Interface::default()
    };
    let serde = settings(&item.attrs, "serde").unwrap_or_default();
    if let (Some(property), Some(value)) = (serde.get("tag"), serde.get("rename")) {
        object.wire.insert("discriminator", format!("{property}: {value}"));
    }
    if let Fields::Named(fields) = &item.fields {
        let public = fields.named.iter().filter(|it| matches!(it.vis, Visibility::Public(_)));
        object.members = public.filter_map(field).collect();
    }
    object
}

fn traits(attributes: &[syn::Attribute]) -> BTreeSet<String> {
    settings(attributes, "derive").unwrap_or_default().into_keys().collect()
}

fn has(attributes: &[syn::Attribute], name: &str) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident(name))
}

fn field(field: &Field) -> Option<(String, Member)> {
    let name = field.ident.as_ref()?.to_string();
    let serde = settings(&field.attrs, "serde").unwrap_or_default();
    let member = Member {
        ty: type_text(&field.ty),
        wire: serde.get("rename").unwrap_or(&name).clone(),
        deprecated: deprecation(&field.attrs),
        may_be_absent: serde.contains_key("skip_serializing_if"),
    };
    Some((name, member))
}

fn union(item: &ItemEnum) -> Interface {
    let variants = item.variants.iter().map(|variant| {
        let ty = variant.fields.iter().next().map(|field| type_text(&field.ty));
        let variant_of = Variant { ty: ty.unwrap_or_default(), values: Vec::new() };
        (variant.ident.to_string(), variant_of)
    });
    Interface {
        kind: Kind::Union,
        deprecated: deprecation(&item.attrs),
        non_exhaustive: has(&item.attrs, "non_exhaustive"),
        traits: traits(&item.attrs),
        variants: variants.collect(),
        ..Interface::default()
    }
}

/// The macro makes every enum of strings non-exhaustive, and derives the same for each.
fn strings(item: &ItemEnum) -> Interface {
    let variants = item.variants.iter().map(|variant| {
        let value = variant.discriminant.as_ref().and_then(|(_, value)| text(value));
        let variant_of = Variant { ty: String::new(), values: value.into_iter().collect() };
        (variant.ident.to_string(), variant_of)
    });
    Interface {
        kind: Kind::Strings,
        deprecated: deprecation(&item.attrs),
        non_exhaustive: true,
        variants: variants.collect(),
        ..Interface::default()
    }
}

fn text(expression: &Expr) -> Option<String> {
    let Expr::Lit(literal) = expression else { return None };
    let Lit::Str(text) = &literal.lit else { return None };
    Some(text.value())
}

fn read_impl(models: &mut BTreeMap<String, Interface>, item: &ItemImpl) {
    let Some(model) = models.get_mut(&type_text(&item.self_ty)) else { return };
    let implemented = item.trait_.as_ref().and_then(|(path, _)| path.get_ident());
    if implemented.is_some_and(|name| name == "Validate") {
        functions(item).for_each(|function| model.rules.extend(rules::read(&function.block)));
    } else if item.trait_.is_none() {
        functions(item).for_each(|function| read_function(model, function));
    }
}

fn read_function(model: &mut Interface, function: &ImplItemFn) {
    let signature = &function.sig;
    let name = signature.ident.to_string();
    match signature.receiver() {
        None if name == "new" => {
            let names = arguments(signature).into_iter().map(|(name, _)| name);
            model.arguments = Some(names.collect());
        }
        // `name(&self) -> Option<T>`: what all variants of a union have.
        Some(receiver) if matches!(receiver.kind, ReceiverKind::Reference(..)) => {
            if let syn::ReturnType::Type(_, ty) = &signature.output {
                model.gives.insert(name, type_text(inner(ty).unwrap_or(ty)));
            }
        }
        // A setter stands for a field that is there already.
        _ => {}
    }
}

/// `Name by "property" { "VALUE" => Variant(Type), … }`.
fn tagged_union(
    models: &mut BTreeMap<String, Interface>,
) -> impl FnOnce(ParseStream<'_>) -> syn::Result<()> {
    |input| {
        let name: Ident = input.parse()?;
        input.parse::<Ident>()?;
        let property: LitStr = input.parse()?;
        let Some(union) = models.get_mut(&name.to_string()) else {
            return Err(input.error("there is no such enum"));
        };
        union.wire.insert("discriminator", property.value());
        let entries;
        syn::braced!(entries in input);
        while !entries.is_empty() {
            let mut values = vec![entries.parse::<LitStr>()?.value()];
            while entries.parse::<Option<Token![|]>>()?.is_some() {
                values.push(entries.parse::<LitStr>()?.value());
            }
            entries.parse::<Token![=>]>()?;
            let variant: Ident = entries.parse()?;
            let held;
            syn::parenthesized!(held in entries);
            held.parse::<Type>()?;
            entries.parse::<Option<Token![,]>>()?;
            if let Some(variant) = union.variants.get_mut(&variant.to_string()) {
                variant.values = values;
            }
        }
        Ok(())
    }
}
