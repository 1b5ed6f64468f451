//! Facts that depend on the whole model.

pub(super) mod bounds;
mod features;
mod paging;
mod styles;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::types::{Api, Field, Kind, Model, Type};
use crate::graph::Graph;

/// Computes the facts that depend on the whole model, which must otherwise be complete.
pub(super) fn complete(api: &mut Api) {
    let graph = graph(&api.models);
    box_cycles(&mut api.models, &graph);
    share_fields(&mut api.models);
    paging::find(api);
    // This step follows `paging::find`, which derives the first page from the minimum of a page number, even if the
    // type of the number implies that minimum.
    bounds::drop_useless(api);
    mark_validated(api, &graph.reversed());
    let enums = string_enums(&api.models);
    mark_parameters(api, &enums);
    mark_text_fields(&mut api.models, &enums);
    mark_conversions(&mut api.models, &enums);
    mark_tags(&mut api.models, &enums);
    describe(api);
    styles::settle(api);
    features::assign(api);
}

/// Returns a graph with an edge from each model to every model that it contains.
fn graph(models: &[Model]) -> Graph {
    models.iter().map(|model| (model.ident.clone(), held(model))).collect()
}

fn held(model: &Model) -> Vec<String> {
    match &model.kind {
        Kind::Union(union) => union.variants.iter().map(|variant| variant.model.clone()).collect(),
        kind => kind.values().filter_map(|(ty, _)| ty.model()).map(ToOwned::to_owned).collect(),
    }
}

/// Boxes each field through which a struct contains itself. Lists and maps need no box.
fn box_cycles(models: &mut [Model], graph: &Graph) {
    let cycles = graph.cycles();
    for model in models {
        let Kind::Struct(object) = &mut model.kind else { continue };
        for field in &mut object.fields {
            box_cycle(&mut field.ty, &model.ident, &cycles);
        }
    }
}

fn box_cycle(ty: &mut Type, holder: &str, cycles: &BTreeMap<&str, usize>) {
    match ty {
        Type::Option(inner) | Type::Nullable(inner) => box_cycle(inner, holder, cycles),
        Type::Model(model) | Type::TypeUnion(model)
            if cycles.get(model.as_str()) == cycles.get(holder) =>
        {
            *ty = Type::Boxed(Box::new(ty.clone()));
        }
        _ => {}
    }
}

/// Marks the models to validate before sending: request models that have rules or an `IdInput`, directly or in the
/// models that they contain. Also marks the variants, fields, parameters and bodies that contain such a model, and the
/// fields that contain an `IdInput`.
fn mark_validated(api: &mut Api, holders: &Graph) {
    let sent = || api.models.iter().filter(|model| model.usage.request);
    let ruled: BTreeSet<&str> = sent().filter(|it| has_rules(it)).map(|it| &*it.ident).collect();
    let ruled = holders.reachable(ruled);
    let validated = sent().filter(|model| ruled.contains(&*model.ident));
    let validated: BTreeSet<String> = validated.map(|model| model.ident.clone()).collect();
    let contains = |ty: &Type| ty.model().is_some_and(|model| validated.contains(model));
    for model in &mut api.models {
        model.validates = validated.contains(&model.ident);
        match &mut model.kind {
            Kind::Union(union) => {
                for variant in &mut union.variants {
                    variant.validates = validated.contains(&variant.model);
                }
            }
            Kind::TypeUnion(union) => {
                for variant in &mut union.variants {
                    variant.validates = contains(&variant.ty);
                }
            }
            Kind::Struct(object) => {
                for field in &mut object.fields {
                    field.validates = is_id_input(&field.ty) || contains(&field.ty);
                }
            }
            Kind::Enum(_) => {}
        }
    }
    for operation in &mut api.operations {
        for param in &mut operation.params {
            param.validates = contains(&param.ty);
        }
        if let Some(body) = &mut operation.body {
            body.validates = contains(&body.ty);
        }
    }
}

fn has_rules(model: &Model) -> bool {
    model.kind.values().any(|(ty, rules)| is_id_input(ty) || !rules.is_empty())
}

/// Returns whether the type is `IdInput`, possibly in an `Option`, `Nullable` or `Box`. An `IdInput` may contain text
/// that is not an identifier.
fn is_id_input(ty: &Type) -> bool {
    *ty.unwrapped() == Type::IdInput
}

/// Marks the models that are values of parameters, or items of such values. Also marks the parameters whose type is an
/// enum of strings.
fn mark_parameters(api: &mut Api, enums: &BTreeSet<String>) {
    for param in api.operations.iter_mut().flat_map(|operation| &mut operation.params) {
        param.accepts_text = matches!(&param.ty, Type::Model(name) if enums.contains(name));
    }
    let params = api.operations.iter().flat_map(|operation| &operation.params);
    let sent: BTreeSet<&str> = params.filter_map(|param| param.ty.model()).collect();
    for model in &mut api.models {
        model.in_parameter = sent.contains(&*model.ident);
    }
}

/// Marks the fields whose argument is an enum of strings.
fn mark_text_fields(models: &mut [Model], enums: &BTreeSet<String>) {
    for model in models {
        let Kind::Struct(object) = &mut model.kind else { continue };
        for field in &mut object.fields {
            field.accepts_text =
                matches!(field.argument(), Type::Model(name) if enums.contains(name));
        }
    }
}

/// Returns the enums whose values are all strings.
fn string_enums(models: &[Model]) -> BTreeSet<String> {
    let enums = models.iter().filter(|model| match &model.kind {
        Kind::Enum(values) => values.iter().all(|it| it.value.is_string()),
        _ => false,
    });
    enums.map(|model| model.ident.clone()).collect()
}

/// Determines which values convert to a union of JSON types, besides the values of its variants. Strings convert if a
/// variant accepts every string. The models of a variant that is itself a union always convert. If a nullable field has
/// the union as its type, all values that convert to the union also convert to `Nullable` of the union, or of its `Box`.
/// In the same way, text converts to `Nullable` of an enum of strings.
fn mark_conversions(models: &mut [Model], enums: &BTreeSet<String>) {
    let fields = models.iter().flat_map(|model| match &model.kind {
        Kind::Struct(object) => object.fields.as_slice(),
        _ => &[],
    });
    let nullable = fields.filter_map(|field| match &field.ty {
        Type::Nullable(inner) => Some((**inner).clone()),
        _ => None,
    });
    let nullable: HashSet<Type> = nullable.collect();
    for model in models.iter_mut().filter(|model| enums.contains(&model.ident)) {
        model.is_nullable_text = nullable.contains(&Type::Model(model.ident.clone()));
    }
    let unions = models.iter().filter_map(|model| match &model.kind {
        Kind::Union(union) => {
            let models = union.variants.iter().map(|variant| variant.model.clone());
            Some((model.ident.clone(), models.collect()))
        }
        _ => None,
    });
    let unions: BTreeMap<String, Vec<String>> = unions.collect();
    for model in models {
        let Kind::TypeUnion(union) = &mut model.kind else { continue };
        let ty = Type::TypeUnion(model.ident.clone());
        union.is_nullable = nullable.contains(&ty);
        union.is_nullable_box = nullable.contains(&Type::Boxed(Box::new(ty)));
        for variant in &mut union.variants {
            match &variant.ty {
                Type::String | Type::Secret => variant.is_text = true,
                Type::Model(name) => {
                    variant.is_text = enums.contains(name);
                    variant.models = unions.get(name).cloned().unwrap_or_default();
                }
                _ => {}
            }
        }
    }
}

/// Marks the unions whose discriminator can be a number or a boolean. A discriminator that the document does not
/// declare is a string. `enums` are the enums of strings.
fn mark_tags(models: &mut [Model], enums: &BTreeSet<String>) {
    let kinds = models.iter().map(|model| (model.ident.as_str(), &model.kind)).collect();
    let marked = models.iter().filter(|model| match &model.kind {
        Kind::Union(union) => !is_string(&model.ident, &union.property, &kinds, enums),
        _ => false,
    });
    let marked: BTreeSet<String> = marked.map(|model| model.ident.clone()).collect();
    for model in models {
        if let Kind::Union(union) = &mut model.kind {
            union.has_json_tags = marked.contains(&model.ident);
        }
    }
}

/// Returns whether a property of a model can only be a string. For a union, this applies to the property of each
/// variant.
fn is_string(
    model: &str,
    property: &str,
    kinds: &BTreeMap<&str, &Kind>,
    enums: &BTreeSet<String>,
) -> bool {
    match kinds.get(model) {
        Some(Kind::Struct(object)) => {
            let mut fields = object.fields.iter().filter(|field| field.name == property);
            let is_field = fields.any(|field| match field.ty.unwrapped() {
                Type::Model(name) => enums.contains(name),
                ty => *ty == Type::String,
            });
            let tag = object.tag.as_ref().filter(|tag| tag.property == property);
            is_field || tag.is_some_and(|tag| tag.value.is_string())
        }
        Some(Kind::Union(union)) => {
            let mut variants = union.variants.iter();
            variants.all(|variant| is_string(&variant.model, property, kinds, enums))
        }
        _ => false,
    }
}

/// Finds the required fields that all variants of a union have with the same type, so that callers can read them
/// without a `match`.
fn share_fields(models: &mut [Model]) {
    let structs = models.iter().filter_map(|model| match &model.kind {
        Kind::Struct(object) => Some((model.ident.clone(), object.fields.clone())),
        _ => None,
    });
    let structs: BTreeMap<String, Vec<Field>> = structs.collect();
    for model in models {
        let Kind::Union(union) = &mut model.kind else { continue };
        let variants = union.variants.iter().map(|variant| structs.get(&variant.model));
        let Some(variants) = variants.collect::<Option<Vec<_>>>() else { continue };
        let Some((first, others)) = variants.split_first() else { continue };
        let same = |field: &Field, fields: &Vec<Field>| {
            fields
                .iter()
                .any(|it| it.name == field.name && it.ty == field.ty && it.ident == field.ident)
        };
        let shared =
            first.iter().filter(|it| !it.optional && others.iter().all(|other| same(it, other)));
        union.shared = shared.cloned().collect();
    }
}

/// Copies the descriptions of models to fields, parameters and variants without a description.
fn describe(api: &mut Api) {
    let descriptions = api.models.iter();
    let descriptions: BTreeMap<String, String> = descriptions
        .filter_map(|model| Some((model.ident.clone(), model.description.clone()?)))
        .collect();
    let describe = |description: &mut Option<String>, ty: &Type| {
        if description.is_none() {
            *description = described_model(ty).and_then(|model| descriptions.get(model)).cloned();
        }
    };
    let describe_fields = |fields: &mut [Field]| {
        for field in fields {
            describe(&mut field.docs.description, &field.ty);
        }
    };
    for model in &mut api.models {
        match &mut model.kind {
            Kind::Struct(object) => describe_fields(&mut object.fields),
            Kind::Union(union) => {
                for variant in &mut union.variants {
                    variant.description = descriptions.get(&variant.model).cloned();
                }
                describe_fields(&mut union.shared);
            }
            Kind::TypeUnion(union) => {
                for variant in &mut union.variants {
                    describe(&mut variant.description, &variant.ty);
                }
            }
            Kind::Enum(_) => {}
        }
    }
    for param in api.operations.iter_mut().flat_map(|operation| &mut operation.params) {
        describe(&mut param.docs.description, &param.ty);
    }
}

/// Returns the model whose description applies to a value of the type.
fn described_model(ty: &Type) -> Option<&str> {
    match ty {
        Type::Option(inner) | Type::Nullable(inner) | Type::List(inner) | Type::Boxed(inner) => {
            described_model(inner)
        }
        Type::Model(name) | Type::TypeUnion(name) => Some(name),
        _ => None,
    }
}
