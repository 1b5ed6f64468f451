//! Models, built from named schemas.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::{IndexMap, IndexSet};
use openapiv3::{
    Discriminator, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type as Shape,
    VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::engine;
use super::types::{
    Docs, EnumValue, Field, JsonType, Kind, Model, Rules, Struct, Tag, Type, TypeUnion,
    TypeVariant, Union, Usage, Variant,
};
use super::usage::{self, Property};
use super::{names, rules};
use crate::diagnostic::Pointer;
use crate::lower::{DESCRIPTIONS, NAMES, Origins, Tags, TypeUnions, text};
use crate::schema::{self, SchemaRef};

/// A named schema that becomes a model.
pub(super) struct Source<'a> {
    ident: &'a str,
    owner: Option<String>,
    pointer: Pointer,
    usage: Usage,
    tag: Option<Tag>,
    /// The optional properties that examples set.
    shown: &'a [String],
    /// The JSON types of each variant, if the schema is a union without a discriminator.
    json_types: Option<&'a [BTreeSet<JsonType>]>,
    schema: &'a Schema,
}

/// Returns the schemas that become models: objects, enums and unions.
pub(super) fn sources<'a>(
    openapi: &'a OpenAPI,
    usage: &BTreeMap<String, Usage>,
    idents: &'a BTreeMap<String, String>,
    origins: &Origins,
    first_requires: &'a BTreeMap<String, Vec<String>>,
    tags: &Tags,
    type_unions: &'a TypeUnions,
) -> Vec<Source<'a>> {
    let Some(components) = &openapi.components else { return Vec::new() };
    let source = |(name, schema): (&String, &'a ReferenceOr<Schema>)| {
        let tag = tags.get(name).cloned().map(|(property, value)| Tag { property, value });
        let owner = origins
            .0
            .get(name)
            .filter(|origin| origin.owner != *name)
            .map(|origin| idents.get(&origin.owner).unwrap_or(&origin.owner).clone());
        let pointer = origins.pointer(name);
        let usage = usage.get(name).copied().unwrap_or_default();
        let shown = first_requires.get(name).map_or(&[][..], Vec::as_slice);
        let (ident, schema) = (idents.get(name)?, schema.as_item()?);
        let json_types = type_unions.get(name).map(Vec::as_slice);
        Some(Source { ident, owner, pointer, usage, tag, shown, json_types, schema })
    };
    components.schemas.iter().filter_map(source).filter(Source::is_model).collect()
}

impl<'a> Source<'a> {
    fn is_model(&self) -> bool {
        match &self.schema.schema_kind {
            SchemaKind::Type(Shape::Object(_)) | SchemaKind::OneOf { .. } => true,
            SchemaKind::Type(Shape::String(string)) => !string.enumeration.is_empty(),
            SchemaKind::Any(any) => !any.enumeration.is_empty(),
            _ => false,
        }
    }

    /// Returns the Rust name, if the schema is a union without a discriminator.
    pub(super) fn type_union(&self) -> Option<&'a str> {
        self.json_types.map(|_| self.ident)
    }

    /// Returns the variants with their JSON types, if the schema is a union without a discriminator.
    fn variants(&self) -> impl Iterator<Item = (SchemaRef<'a>, &BTreeSet<JsonType>)> {
        let variants = schema::variants(&self.schema.schema_kind).iter().map(SchemaRef::from);
        variants.zip(self.json_types.into_iter().flatten())
    }

    fn properties(&self) -> impl Iterator<Item = Property<'a>> {
        let usage = self.usage;
        schema::object(self.schema)
            .into_iter()
            .flat_map(move |object| usage::properties(object, usage))
    }

    /// Returns the values whose types [`model`](Self::model) needs.
    pub(super) fn values(&self) -> Vec<engine::Value<'a>> {
        let value = |schema, required| engine::Value { schema, required, is_parameter: false };
        let properties = self.properties().map(|it| value(it.schema, it.required));
        let variants = self.variants().map(|(schema, _)| schema);
        let others = self.rest().into_iter().chain(variants).map(|schema| value(schema, true));
        properties.chain(others).collect()
    }

    /// Returns the schema of the properties that the object allows but does not define.
    fn rest(&self) -> Option<SchemaRef<'a>> {
        schema::object(self.schema).and_then(schema::rest)
    }

    pub(super) fn model(&self, types: Vec<Type>, idents: &BTreeMap<String, String>) -> Model {
        let data = &self.schema.schema_data;
        let kind = match &self.schema.schema_kind {
            SchemaKind::Type(Shape::String(string)) => {
                let values = string.enumeration.iter().flatten().cloned().map(Value::String);
                Kind::Enum(enum_values(values, data))
            }
            SchemaKind::Any(any) => Kind::Enum(enum_values(any.enumeration.iter().cloned(), data)),
            SchemaKind::OneOf { .. } => match &data.discriminator {
                Some(discriminator) => Kind::Union(union(discriminator, idents)),
                None => Kind::TypeUnion(TypeUnion {
                    variants: self.type_variants(types),
                    is_nullable: false,
                    is_nullable_box: false,
                }),
            },
            _ => Kind::Struct(Struct {
                fields: self.fields(types),
                tag: self.tag.clone(),
                page: None,
            }),
        };
        Model {
            ident: self.ident.to_owned(),
            module: names::module(self.owner.as_deref().unwrap_or(self.ident)),
            owner: self.owner.clone(),
            pointer: self.pointer.clone(),
            description: data.description.clone(),
            usage: self.usage,
            validates: false,
            in_parameter: false,
            is_nullable_text: false,
            features: Vec::new(),
            kind,
        }
    }

    /// Returns the variants of a union without a discriminator. A variant without a title is named after its type.
    fn type_variants(&self, types: Vec<Type>) -> Vec<TypeVariant> {
        let titles = self.variants().zip(&types).map(|((schema, json_types), ty)| {
            let title = schema.data().and_then(|data| data.title.as_deref());
            title.filter(|title| !title.is_empty()).unwrap_or_else(|| word(ty, json_types))
        });
        let idents = names::variants(titles);
        let variants = self.variants().zip(types).zip(idents);
        let variants = variants.map(|(((schema, json_types), ty), ident)| TypeVariant {
            ident,
            ty,
            json_types: json_types.clone(),
            is_text: false,
            models: Vec::new(),
            rules: if self.usage.request { rules::of(schema) } else { Rules::default() },
            description: schema.data().and_then(|data| data.description.clone()),
            validates: false,
        });
        variants.collect()
    }

    fn fields(&self, types: Vec<Type>) -> Vec<Field> {
        let mut in_use = names::InUse::default();
        let mut types = types.into_iter();
        let fields = self.properties().zip(types.by_ref()).map(|(property, ty)| {
            let mut docs = docs(property.schema);
            // Responses are not validated, because one unexpected value must not make the whole response an error.
            let is_sent = self.usage.request && !property.read_only;
            let rules = if is_sent { rules::of(property.schema) } else { Rules::default() };
            docs.default = docs.default.filter(|_| self.usage.request);
            let optional = !property.required && has_absent_value(&ty);
            let is_nullable = property.schema.data().is_some_and(|data| data.nullable);
            let ty = if is_sent && optional { sent(ty, is_nullable) } else { ty };
            let ty = if self.usage.response { ty } else { id_input(ty) };
            Field {
                ident: in_use.free(&names::field(property.name)),
                name: property.name.to_owned(),
                optional,
                required_in_requests: property.required_in_requests
                    && matches!(ty, Type::Option(_)),
                in_example: is_sent
                    && matches!(ty, Type::Option(_))
                    && self.shown.iter().any(|it| it == property.name),
                read_only: property.read_only,
                ty,
                rest: false,
                rules,
                accepts_text: false,
                validates: false,
                docs,
            }
        });
        let mut fields: Vec<Field> = fields.collect();
        let rest = self.rest().zip(types.next());
        fields.extend(rest.map(|(schema, ty)| self.rest_field(schema, ty, &mut in_use)));
        fields
    }

    fn rest_field(&self, schema: SchemaRef<'_>, ty: Type, in_use: &mut names::InUse) -> Field {
        let each = if self.usage.request { rules::each(schema) } else { None };
        let description = Some("The properties without a separate field.".to_owned());
        Field {
            ident: in_use.free("additional_properties"),
            name: "additionalProperties".to_owned(),
            ty: match ty {
                Type::Json => Type::JsonObject,
                values => Type::Map(Box::new(values)),
            },
            optional: true,
            required_in_requests: false,
            in_example: false,
            read_only: false,
            rest: true,
            rules: Rules { each, ..Rules::default() },
            accepts_text: false,
            validates: false,
            docs: Docs { description, ..Docs::default() },
        }
    }
}

/// Returns the name of a variant without a title.
fn word(ty: &Type, json_types: &BTreeSet<JsonType>) -> &'static str {
    match (ty, json_types.iter().collect::<Vec<_>>().as_slice()) {
        (Type::ObjectId, _) => "ObjectId",
        (Type::Bytes, _) => "Bytes",
        (Type::Secret, _) => "Secret",
        (Type::Uuid, _) => "Uuid",
        (Type::DateTime, _) => "DateTime",
        (Type::Date, _) => "Date",
        (Type::Map(_) | Type::JsonObject, _) => "Map",
        (_, [JsonType::Boolean]) => "Boolean",
        (_, [JsonType::Integer]) => "Integer",
        (_, [.., JsonType::Number]) => "Number",
        (_, [JsonType::String]) => "String",
        (_, [JsonType::Array]) => "List",
        (_, [JsonType::Object]) => "Object",
        _ => "Value",
    }
}

/// Returns whether the type can represent an absent field, for example as `None` or an empty list.
fn has_absent_value(ty: &Type) -> bool {
    matches!(ty, Type::Option(_) | Type::List(_) | Type::Map(_) | Type::JsonObject)
}

/// Returns the type of an optional field in a request. The type distinguishes an absent field from an empty list or map
/// and, if the schema allows `null`, from `null`.
fn sent(ty: Type, is_nullable: bool) -> Type {
    match ty {
        Type::Option(value) if is_nullable => Type::Nullable(value),
        Type::List(_) | Type::Map(_) | Type::JsonObject => Type::Option(Box::new(ty)),
        other => other,
    }
}

/// Returns the type of a field that only requests contain. Callers may set an identifier in such a field as text.
fn id_input(ty: Type) -> Type {
    match ty {
        Type::ObjectId => Type::IdInput,
        Type::Option(inner) => Type::Option(Box::new(id_input(*inner))),
        Type::Nullable(inner) => Type::Nullable(Box::new(id_input(*inner))),
        other => other,
    }
}

/// Returns the documentation of a value from its schema's annotations.
pub(super) fn docs(schema: SchemaRef<'_>) -> Docs {
    let SchemaRef::Schema(schema) = schema else { return Docs::default() };
    let data = &schema.schema_data;
    Docs {
        description: data.description.clone(),
        deprecated: data.deprecated,
        default: data.default.clone(),
        example: data.example.clone().or_else(|| format_example(schema)),
    }
}

/// Returns an example for a string whose format has no Rust type, or for a list of such strings.
fn format_example(schema: &Schema) -> Option<Value> {
    let string = match &schema.schema_kind {
        SchemaKind::Type(Shape::String(string)) => string,
        SchemaKind::Type(Shape::Array(array)) => {
            let item = format_example(array.items.as_ref()?.as_item()?)?;
            return Some(Value::Array(vec![item]));
        }
        _ => return None,
    };
    let VariantOrUnknownOrEmpty::Unknown(format) = &string.format else { return None };
    let example = match format.as_str() {
        "email" | "idn-email" => "user@example.com",
        "hostname" | "idn-hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "iri" | "uri" | "url" => "https://example.com",
        _ => return None,
    };
    Some(Value::from(example))
}

/// Returns the values of an enum. The document can name values that are not strings. Strings, and values without such a
/// name, are named after their text.
fn enum_values(values: impl Iterator<Item = Value>, data: &SchemaData) -> Vec<EnumValue> {
    let note = |extension, text: &str| data.extensions.get(extension)?.get(text)?.as_str();
    let values: IndexSet<Value> = values.collect();
    let texts: Vec<String> = values.iter().map(text).collect();
    let names = values.iter().zip(&texts).map(|(value, text)| {
        let name = note(NAMES, text).filter(|name| !value.is_string() && !name.is_empty());
        name.unwrap_or(text)
    });
    let idents = names::variants(names);
    let values = values.iter().zip(&texts).zip(idents).map(|((value, text), ident)| EnumValue {
        ident,
        value: value.clone(),
        description: note(DESCRIPTIONS, text).map(ToOwned::to_owned),
    });
    values.collect()
}

/// Builds a union. A variant for a single discriminator value is named after that value, unless the value is also
/// valid JSON, such as `1` or `true`. Other variants are named after their models.
fn union(discriminator: &Discriminator, idents: &BTreeMap<String, String>) -> Union {
    let mut models: IndexMap<&String, Vec<String>> = IndexMap::new();
    for (value, reference) in &discriminator.mapping {
        if let Some(model) = idents.get(schema::name(reference)) {
            models.entry(model).or_default().push(value.clone());
        }
    }
    let names = models.iter().map(|(model, values)| match values.as_slice() {
        [value] if serde_json::from_str::<Value>(value).is_err() => value.as_str(),
        _ => model.as_str(),
    });
    let variants = names::variants(names);
    let variants = models.into_iter().zip(variants).map(|((model, values), ident)| Variant {
        ident,
        model: model.clone(),
        values,
        description: None,
        validates: false,
    });
    Union {
        property: discriminator.property_name.clone(),
        has_json_tags: false,
        variants: variants.collect(),
        shared: Vec::new(),
    }
}
