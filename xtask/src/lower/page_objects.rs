//! Splits a query parameter that is an object for pagination into one parameter for each property. Such an object has a
//! page size, and a page number or an offset. In documents from Spring services, the parameter is named `pageable`. The
//! request stays the same: an exploded object is sent as one parameter for each property, and its own name is not sent.
//! The parameter is not split if a query parameter already has the name of one of the properties.

use indexmap::IndexMap;
use openapiv3::{
    OpenAPI, Parameter, ParameterData, ParameterSchemaOrContent, QueryStyle, ReferenceOr, Schema,
    SchemaKind, Type,
};

use super::{Lowered, NUMBERS, OFFSETS, Options, SIZES, is_named};
use crate::schema::{self, Schemas};
use crate::visitor;

pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let OpenAPI { paths, components, .. } = &mut lowered.openapi;
    let schemas = &components.get_or_insert_default().schemas;
    for (_, operation) in visitor::operations_mut(paths) {
        let mut parameters = operation.parameters.iter().enumerate();
        let found = parameters.find_map(|(index, it)| Some((index, split(it, schemas)?)));
        let Some((index, parts)) = found else { continue };
        let is_taken = |part: &Parameter| {
            let others = operation.parameters.iter().filter_map(ReferenceOr::as_item);
            let mut queries = others.filter(|it| matches!(it, Parameter::Query { .. }));
            queries.any(|it| it.parameter_data_ref().name == part.parameter_data_ref().name)
        };
        if !parts.iter().any(is_taken) {
            operation.parameters.splice(index..=index, parts.into_iter().map(ReferenceOr::Item));
        }
    }
}

/// Splits an exploded object with a page number or an offset, and a page size, into one parameter for each property.
/// Returns `None` for any other parameter, if the object allows additional properties, or if one of its properties
/// cannot be a parameter.
fn split(parameter: &ReferenceOr<Parameter>, schemas: &Schemas) -> Option<Vec<Parameter>> {
    let ReferenceOr::Item(Parameter::Query { parameter_data, style: QueryStyle::Form, .. }) =
        parameter
    else {
        return None;
    };
    let ParameterSchemaOrContent::Schema(schema) = &parameter_data.format else { return None };
    let object = schema::resolved(schema, schemas).and_then(schema::object)?;
    let has = |names: &[&str]| {
        object.properties.keys().any(|key| names.iter().any(|name| is_named(key, name)))
    };
    let is_paging = (has(NUMBERS) || has(OFFSETS)) && has(SIZES);
    if !is_paging || parameter_data.explode == Some(false) || schema::rest(object).is_some() {
        return None;
    }
    let parts = object.properties.iter().map(|(name, schema)| {
        let required = parameter_data.required && object.required.contains(name);
        part(name, required, schema.as_item()?)
    });
    parts.collect()
}

/// Returns the query parameter for a property, or `None` if the property is read-only, is an object, or has no single
/// type.
fn part(name: &str, required: bool, schema: &Schema) -> Option<Parameter> {
    let SchemaKind::Type(ty) = &schema.schema_kind else { return None };
    if matches!(ty, Type::Object(_)) || schema.schema_data.read_only {
        return None;
    }
    Some(Parameter::Query {
        parameter_data: ParameterData {
            name: name.to_owned(),
            description: schema.schema_data.description.clone(),
            required,
            deprecated: schema.schema_data.deprecated.then_some(true),
            format: ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema.clone())),
            example: None,
            examples: IndexMap::default(),
            explode: None,
            extensions: IndexMap::default(),
        },
        allow_reserved: false,
        style: QueryStyle::Form,
        allow_empty_value: None,
    })
}
