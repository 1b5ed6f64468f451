//! Ways through an OpenAPI document that several passes take.

use std::borrow::Cow;

use crate::notes::{Note, Untyped};
use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ObjectType, OpenAPI, Operation, Parameter, ParameterData,
    ParameterSchemaOrContent, PathItem, ReferenceOr, RequestBody, Response, Schema, SchemaData,
    SchemaKind, Type,
};

/// What a schema of several kinds says of objects by itself, without its members and variants.
#[must_use]
pub fn own_object(any: &AnySchema) -> ObjectType {
    ObjectType {
        properties: any.properties.clone(),
        required: any.required.clone(),
        additional_properties: any.additional_properties.clone(),
        min_properties: any.min_properties,
        max_properties: any.max_properties,
    }
}

/// Where every named schema lives.
pub const SCHEMAS: &str = "#/components/schemas/";

/// A place that holds a schema or a reference to one.
#[derive(Debug)]
pub enum Slot<'a> {
    /// As in the members of `allOf` or a media type.
    Plain(&'a mut ReferenceOr<Schema>),
    /// As in the properties of an object.
    Boxed(&'a mut ReferenceOr<Box<Schema>>),
}

impl<'a> Slot<'a> {
    /// The reference that stands here, if it is one.
    #[must_use]
    pub fn reference(self) -> Option<&'a mut String> {
        match self {
            Self::Plain(ReferenceOr::Reference { reference })
            | Self::Boxed(ReferenceOr::Reference { reference }) => Some(reference),
            _ => None,
        }
    }

    /// The schema that is written out here, if it is one.
    #[must_use]
    pub fn schema(self) -> Option<&'a mut Schema> {
        match self {
            Self::Plain(ReferenceOr::Item(schema)) => Some(schema),
            Self::Boxed(ReferenceOr::Item(schema)) => Some(schema),
            _ => None,
        }
    }

    /// The same place, borrowed for a shorter time.
    pub fn reborrow(&mut self) -> Slot<'_> {
        match self {
            Self::Plain(slot) => Slot::Plain(slot),
            Self::Boxed(slot) => Slot::Boxed(slot),
        }
    }

    /// Puts `schema` here.
    pub fn fill(self, schema: ReferenceOr<Schema>) {
        match self {
            Self::Plain(slot) => *slot = schema,
            Self::Boxed(slot) => *slot = boxed(schema),
        }
    }
}

/// A reference to the named schema.
#[must_use]
pub fn schema_reference(name: &str) -> ReferenceOr<Schema> {
    ReferenceOr::Reference { reference: format!("{SCHEMAS}{name}") }
}

/// The name that a reference to a schema points at.
#[must_use]
pub fn schema_name(reference: &str) -> &str {
    reference.strip_prefix(SCHEMAS).unwrap_or(reference)
}

/// The schemas of which a value has one.
#[must_use]
pub fn variants(kind: &SchemaKind) -> &[ReferenceOr<Schema>] {
    match kind {
        SchemaKind::OneOf { one_of: variants } | SchemaKind::AnyOf { any_of: variants } => variants,
        SchemaKind::Any(any) if any.one_of.is_empty() => &any.any_of,
        SchemaKind::Any(any) => &any.one_of,
        _ => &[],
    }
}

/// Takes up what is said of a value only elsewhere.
pub fn complete(own: &mut SchemaData, elsewhere: &SchemaData) {
    own.description = own.description.take().or_else(|| elsewhere.description.clone());
    own.example = own.example.take().or_else(|| elsewhere.example.clone());
    own.default = own.default.take().or_else(|| elsewhere.default.clone());
    if let Some(untyped) = Untyped::read(&elsewhere.extensions) {
        untyped.write(&mut own.extensions);
    }
}

fn boxed(schema: ReferenceOr<Schema>) -> ReferenceOr<Box<Schema>> {
    match schema {
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
        ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
    }
}

/// The places directly below a schema, each with the word that tells it apart from its siblings:
/// the name of a property, `Item`, `Value` or the number of a variant. A member of `allOf` has no
/// word: it is a part of the schema, not a value within.
pub fn children(schema: &mut Schema) -> Vec<(Cow<'_, str>, Slot<'_>)> {
    match &mut schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            object_children(&mut object.properties, &mut object.additional_properties)
        }
        SchemaKind::Type(Type::Array(array)) => {
            array.items.iter_mut().map(|items| ("Item".into(), Slot::Boxed(items))).collect()
        }
        SchemaKind::OneOf { one_of: members } | SchemaKind::AnyOf { any_of: members } => {
            numbered(members)
        }
        SchemaKind::AllOf { all_of } => parts(all_of),
        SchemaKind::Not { not } => vec![("Not".into(), Slot::Plain(not))],
        SchemaKind::Any(any) => {
            let mut slots = object_children(&mut any.properties, &mut any.additional_properties);
            slots.extend(any.items.iter_mut().map(|items| ("Item".into(), Slot::Boxed(items))));
            slots.extend(numbered(&mut any.one_of));
            slots.extend(parts(&mut any.all_of));
            slots.extend(numbered(&mut any.any_of));
            slots
        }
        SchemaKind::Type(_) => Vec::new(),
    }
}

/// The way to each place that [`children`] gives, as the end of a JSON pointer.
#[must_use]
pub fn ways(kind: &SchemaKind) -> Vec<String> {
    let object = |properties: &IndexMap<String, _>, additional: &Option<AdditionalProperties>| {
        let properties = properties.keys().map(|name: &String| {
            format!("/properties/{}", name.replace('~', "~0").replace('/', "~1"))
        });
        let is_schema = matches!(additional, Some(AdditionalProperties::Schema(_)));
        let additional = is_schema.then(|| "/additionalProperties".to_owned());
        properties.chain(additional).collect::<Vec<_>>()
    };
    let list =
        |key: &str, length: usize| (0..length).map(|index| format!("/{key}/{index}")).collect();
    match kind {
        SchemaKind::Type(Type::Object(it)) => object(&it.properties, &it.additional_properties),
        SchemaKind::Type(Type::Array(_)) => vec!["/items".to_owned()],
        SchemaKind::Type(_) => Vec::new(),
        SchemaKind::OneOf { one_of } => list("oneOf", one_of.len()),
        SchemaKind::AnyOf { any_of } => list("anyOf", any_of.len()),
        SchemaKind::AllOf { all_of } => list("allOf", all_of.len()),
        SchemaKind::Not { .. } => vec!["/not".to_owned()],
        SchemaKind::Any(any) => {
            let mut ways = object(&any.properties, &any.additional_properties);
            ways.extend(any.items.iter().map(|_| "/items".to_owned()));
            ways.extend::<Vec<_>>(list("oneOf", any.one_of.len()));
            ways.extend::<Vec<_>>(list("allOf", any.all_of.len()));
            ways.extend::<Vec<_>>(list("anyOf", any.any_of.len()));
            ways
        }
    }
}

fn object_children<'a>(
    properties: &'a mut IndexMap<String, ReferenceOr<Box<Schema>>>,
    additional: &'a mut Option<AdditionalProperties>,
) -> Vec<(Cow<'a, str>, Slot<'a>)> {
    let properties =
        properties.iter_mut().map(|(name, property)| (name.into(), Slot::Boxed(property)));
    let additional = match additional {
        Some(AdditionalProperties::Schema(values)) => Some(("Value".into(), Slot::Plain(values))),
        _ => None,
    };
    properties.chain(additional).collect()
}

fn parts(members: &mut [ReferenceOr<Schema>]) -> Vec<(Cow<'_, str>, Slot<'_>)> {
    members.iter_mut().map(|member| ("".into(), Slot::Plain(member))).collect()
}

fn numbered(members: &mut [ReferenceOr<Schema>]) -> Vec<(Cow<'_, str>, Slot<'_>)> {
    members
        .iter_mut()
        .enumerate()
        .map(|(index, member)| (format!("Variant{}", index + 1).into(), Slot::Plain(member)))
        .collect()
}

/// Shows `see` this place, and every place below it that is written out here.
pub fn below(mut slot: Slot<'_>, see: &mut dyn FnMut(Slot<'_>)) {
    see(slot.reborrow());
    if let Some(schema) = slot.schema() {
        for (_, child) in children(schema) {
            below(child, see);
        }
    }
}

/// The named schemas of the document.
pub fn schemas_mut(
    document: &mut OpenAPI,
) -> impl Iterator<Item = (&String, &mut ReferenceOr<Schema>)> {
    document.components.iter_mut().flat_map(|it| &mut it.schemas)
}

/// Shows `see` every place in the document that holds a schema.
pub fn every_slot(document: &mut OpenAPI, see: &mut dyn FnMut(Slot<'_>)) {
    for operation in operations_mut(document) {
        for (_, slot) in operation_slots(operation) {
            below(slot, see);
        }
    }
    for (_, schema) in schemas_mut(document) {
        below(Slot::Plain(schema), see);
    }
}

/// Shows `see` every schema in the document that is written out.
pub fn every_schema(document: &mut OpenAPI, see: &mut dyn FnMut(&mut Schema)) {
    every_slot(document, &mut |slot| {
        if let Some(schema) = slot.schema() {
            see(schema);
        }
    });
}

/// The places of an operation that hold a schema: its parameters, its body and its answers. What a
/// reference to another component hides is not among them; `inline` takes those away first.
pub fn operation_slots(operation: &mut Operation) -> Vec<(Cow<'_, str>, Slot<'_>)> {
    let mut slots = request_slots(&mut operation.parameters, operation.request_body.as_mut());
    for (_, response) in responses_mut(&mut operation.responses) {
        slots.extend(response_slots(response));
    }
    slots
}

/// The places that a request is made of.
pub fn request_slots<'a>(
    parameters: &'a mut [ReferenceOr<Parameter>],
    body: Option<&'a mut ReferenceOr<RequestBody>>,
) -> Vec<(Cow<'a, str>, Slot<'a>)> {
    let parameters = parameters.iter_mut().filter_map(|parameter| {
        let ParameterData { name, format, .. } = parameter_data_mut(item_mut(parameter)?);
        match format {
            ParameterSchemaOrContent::Schema(schema) => {
                Some((name.as_str().into(), Slot::Plain(schema)))
            }
            ParameterSchemaOrContent::Content(_) => None,
        }
    });
    let bodies = body
        .and_then(item_mut)
        .into_iter()
        .flat_map(|body| body.content.values_mut())
        .filter_map(|media| Some(("Body".into(), Slot::Plain(media.schema.as_mut()?))));
    parameters.chain(bodies).collect()
}

/// The places that an answer is made of.
pub fn response_slots(response: &mut Response) -> Vec<(Cow<'_, str>, Slot<'_>)> {
    response
        .content
        .values_mut()
        .filter_map(|media| Some(("Response".into(), Slot::Plain(media.schema.as_mut()?))))
        .collect()
}

/// The answers of an operation that are written out, each with its status (`200`, `4XX`, `default`).
pub fn responses_mut(
    responses: &mut openapiv3::Responses,
) -> impl Iterator<Item = (String, &mut Response)> {
    let default = responses.default.iter_mut().map(|response| ("default".to_owned(), response));
    responses
        .responses
        .iter_mut()
        .map(|(status, response)| (status.to_string(), response))
        .chain(default)
        .filter_map(|(status, response)| Some((status, item_mut(response)?)))
}

/// What is written out here, if it is no reference.
pub fn item_mut<T>(slot: &mut ReferenceOr<T>) -> Option<&mut T> {
    match slot {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { .. } => None,
    }
}

/// What all kinds of parameters share.
pub fn parameter_data_mut(parameter: &mut Parameter) -> &mut ParameterData {
    match parameter {
        Parameter::Query { parameter_data, .. }
        | Parameter::Header { parameter_data, .. }
        | Parameter::Path { parameter_data, .. }
        | Parameter::Cookie { parameter_data, .. } => parameter_data,
    }
}

/// Every operation of the document, in its order.
pub fn operations_mut(document: &mut OpenAPI) -> impl Iterator<Item = &mut Operation> {
    document
        .paths
        .paths
        .values_mut()
        .filter_map(item_mut)
        .flat_map(methods_mut)
        .filter_map(|(_, operation)| operation.as_mut())
}

/// The operations of a path, by method, in the order in which the engine takes them.
pub fn methods_mut(item: &mut PathItem) -> [(&'static str, &mut Option<Operation>); 8] {
    [
        ("GET", &mut item.get),
        ("PUT", &mut item.put),
        ("POST", &mut item.post),
        ("DELETE", &mut item.delete),
        ("OPTIONS", &mut item.options),
        ("HEAD", &mut item.head),
        ("PATCH", &mut item.patch),
        ("TRACE", &mut item.trace),
    ]
}
