//! Request bodies: the encoding of a value, and the parts of `multipart/form-data`.

use std::collections::BTreeMap;

use openapiv3::{
    MediaType, ObjectType, OpenAPI, QueryStyle, ReferenceOr, RequestBody, Schema, SchemaKind,
    Type as Shape,
};

use super::types::{Body, Encoding, FormStyle, Location, Param, Part, Rules, Type};
use super::{models, names, rules};
use crate::media_type::{self, Family, family};
use crate::schema::{self, SchemaRef};

/// The media type of bytes without a more specific type.
const BYTES: &str = "application/octet-stream";

/// The kind of content of a body that is not a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Json,
    Text,
    Bytes,
}

/// Returns the kind of content of a body with the given media type.
pub(super) fn content(name: &str, media: &MediaType) -> Content {
    let schema = media.schema.as_ref().map(SchemaRef::from);
    match (family(name), schema) {
        // The contents of a file are bytes, even with a JSON media type.
        (Family::Json | Family::Any, Some(schema)) if is_binary(schema) => Content::Bytes,
        (Family::Any, Some(schema)) if is_text(schema) => Content::Text,
        (Family::Any, None) => Content::Bytes,
        (Family::Json | Family::Any, _) => Content::Json,
        (Family::Text, _) => Content::Text,
        _ => Content::Bytes,
    }
}

/// Builds the body of a request. JSON bodies, forms and secret text have the type `ty`, which is the type of the
/// schema. Other bodies have a fixed type.
pub(super) fn body((body, name, media): (&RequestBody, &String, &MediaType), ty: Type) -> Body {
    let schema = media.schema.as_ref().map(SchemaRef::from);
    let (encoding, ty) = match (family(name), content(name, media)) {
        // The checks replace the schema of a form that allows no object.
        (Family::Form, _) if schema.is_some_and(is_binary) => (Encoding::Bytes, Type::Upload),
        (Family::Form, _) => (Encoding::Form(styles(media)), ty),
        (Family::Multipart, _) => (Encoding::Multipart, Type::Form),
        (_, Content::Json) => (Encoding::Json, ty),
        (_, Content::Text) if ty == Type::Secret => (Encoding::Text, ty),
        // A range also allows a file, and an `Upload` can be text.
        (Family::Any, Content::Text) | (_, Content::Bytes) => (Encoding::Bytes, Type::Upload),
        (_, Content::Text) => (Encoding::Text, Type::String),
    };
    // A document can declare a range such as `*/*`, but a request has exactly one media type.
    let media_type = match &encoding {
        Encoding::Json if media_type::is_range(name) => "application/json",
        Encoding::Text if media_type::is_range(name) => "text/plain",
        _ if media_type::is_range(name) => BYTES,
        _ => name,
    };
    let rules = match (&encoding, &media.schema) {
        (Encoding::Json, Some(schema)) => rules::of(schema.into()),
        // The rules of a number do not apply to its text.
        (Encoding::Text, Some(schema)) if is_text(schema.into()) => rules::of(schema.into()),
        _ => Rules::default(),
    };
    let described = schema.and_then(|it| it.data()?.description.clone());
    let named = media.examples.values().find_map(|it| it.as_item()?.value.clone());
    Body {
        media_type: media_type.to_owned(),
        encoding,
        ty,
        optional: !body.required,
        rules,
        validates: false,
        description: body.description.clone().or(described),
        example: media.example.clone().or(named),
    }
}

/// Returns the styles of a form's properties. Leaves out properties with neither `style` nor a JSON `contentType`. A
/// list without a style becomes one field for each item, and an object without a style is encoded as JSON.
fn styles(media: &MediaType) -> BTreeMap<String, FormStyle> {
    let styles = media.encoding.iter().filter_map(|(name, encoding)| {
        let is_json = encoding.content_type.as_deref().is_some_and(media_type::is_json);
        let style = match encoding.style {
            Some(QueryStyle::DeepObject) => FormStyle::Deep,
            Some(_) if encoding.explode => FormStyle::Properties,
            Some(QueryStyle::Form) => FormStyle::Commas,
            Some(QueryStyle::SpaceDelimited) => FormStyle::Spaces,
            Some(QueryStyle::PipeDelimited) => FormStyle::Pipes,
            None if is_json => FormStyle::Json,
            None => return None,
        };
        Some((name.clone(), style))
    });
    styles.collect()
}

/// The parts of a `multipart/form-data` body.
pub(super) struct Multipart<'a> {
    openapi: &'a OpenAPI,
    object: &'a ObjectType,
    media: &'a MediaType,
}

impl<'a> Multipart<'a> {
    /// Returns the parts that the document describes, if the media type is `multipart/form-data` and its schema is an
    /// inline object with properties.
    pub(super) fn of(openapi: &'a OpenAPI, name: &str, media: &'a MediaType) -> Option<Self> {
        let schema = media.schema.as_ref().and_then(ReferenceOr::as_item)?;
        let object = schema::object(schema)?;
        let has_parts = family(name) == Family::Multipart && !object.properties.is_empty();
        has_parts.then_some(Self { openapi, object, media })
    }

    /// Returns the name and schema of each part. Leaves out `readOnly` properties, because requests do not contain
    /// them.
    fn properties(&self) -> impl Iterator<Item = (&'a String, SchemaRef<'a>)> + use<'a> {
        let properties = self.object.properties.iter();
        let properties = properties.map(|(name, schema)| (name, SchemaRef::from(schema)));
        properties.filter(|(_, schema)| !schema.data().is_some_and(|data| data.read_only))
    }

    pub(super) fn schemas(&self) -> impl Iterator<Item = SchemaRef<'a>> + use<'a> {
        self.properties().map(|(_, schema)| schema)
    }

    /// Returns the named schema that a schema refers to.
    fn named(&self, schema: SchemaRef<'_>) -> Option<&Schema> {
        let name = match schema {
            SchemaRef::Name(name) => name,
            SchemaRef::Schema(schema) => schema::only_member(schema)?,
        };
        self.openapi.components.as_ref()?.schemas.get(name)?.as_item()
    }

    /// Returns whether a value is text, or a list of texts, rather than JSON. A list of lists is JSON.
    fn is_text(&self, schema: SchemaRef<'_>, ty: &Type) -> bool {
        let item = if let Type::List(item) = ty { item } else { ty };
        let named = self.named(items(schema).unwrap_or(schema));
        item.is_text(&|_| named.is_some_and(|it| is_text(SchemaRef::Schema(it))))
    }

    /// Returns whether every variant of a union is a file or a list of files. Callers pass a list, even for one file.
    fn is_files(&self, schema: SchemaRef<'_>) -> bool {
        let variants = self.named(schema).map(|it| schema::variants(&it.schema_kind));
        let variants = variants.unwrap_or_default().iter().map(SchemaRef::from);
        let is_file = |it: SchemaRef<'_>| is_binary(it) || items(it).is_some_and(is_binary);
        variants.len() > 0 && variants.into_iter().all(is_file)
    }

    /// Returns a parameter for each part.
    pub(super) fn params(
        &self,
        types: &mut impl Iterator<Item = Type>,
        in_use: &mut names::InUse,
    ) -> Vec<Param> {
        let params = self.properties().zip(types);
        params.map(|((name, schema), ty)| self.param(name, schema, &ty, in_use)).collect()
    }

    fn param(
        &self,
        name: &str,
        schema: SchemaRef<'_>,
        ty: &Type,
        in_use: &mut names::InUse,
    ) -> Param {
        let encoding = self.media.encoding.get(name);
        let media_type = encoding.and_then(|it| it.content_type.clone());
        let media_type = media_type.filter(|it| !it.contains(',') && !media_type::is_range(it));
        let is_json = media_type.as_deref().is_some_and(media_type::is_json);
        let (part, ty) = match ty.value() {
            _ if is_binary(schema) => (Part::File, Type::Upload),
            Type::List(_) if items(schema).is_some_and(is_binary) => {
                (Part::File, Type::List(Box::new(Type::Upload)))
            }
            _ if self.is_files(schema) => (Part::File, Type::List(Box::new(Type::Upload))),
            ty @ Type::TypeUnion(_) if !is_json => (Part::Value, ty.clone()),
            ty if !is_json && self.is_text(schema, ty) => (Part::Text, ty.clone()),
            ty => (Part::Json, ty.clone()),
        };
        let is_file = part == Part::File;
        Param {
            ident: in_use.free(&names::param(name)),
            name: name.to_owned(),
            location: Location::Part(part),
            style: None,
            media_type: media_type.filter(|it| !part.is_usual(it)),
            ty,
            required: self.object.required.iter().any(|it| it == name),
            rules: if is_file { Rules::default() } else { rules::of(schema) },
            validates: false,
            accepts_text: false,
            docs: models::docs(schema),
        }
    }
}

fn items(schema: SchemaRef<'_>) -> Option<SchemaRef<'_>> {
    let SchemaRef::Schema(schema) = schema else { return None };
    let SchemaKind::Type(Shape::Array(array)) = &schema.schema_kind else { return None };
    array.items.as_ref().map(SchemaRef::from)
}

/// Returns whether the schema is `type: string, format: binary`.
fn is_binary(schema: SchemaRef<'_>) -> bool {
    let SchemaRef::Schema(schema) = schema else { return false };
    matches!(&schema.schema_kind, SchemaKind::Type(Shape::String(it)) if schema::is_binary(it))
}

/// Returns whether the schema itself is a string, not a reference to one.
fn is_text(schema: SchemaRef<'_>) -> bool {
    let SchemaRef::Schema(schema) = schema else { return false };
    matches!(&schema.schema_kind, SchemaKind::Type(Shape::String(_)))
}
