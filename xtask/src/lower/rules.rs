//! Moves what the server demands out of the schemas.

use openapiv3::{
    AnySchema, IntegerFormat, IntegerType, OpenAPI, Schema, SchemaData, SchemaKind, StringFormat,
    StringType, Type, VariantOrUnknownOrEmpty,
};

use super::{Lowered, OBJECT_ID, Options};
use crate::notes::{Note, Rules, ServerDefault, Usage};
use crate::walk::{self, Slot};

/// Takes patterns, lengths, bounds and defaults out of every schema. Where a request holds the
/// value, a note keeps them: they are checked before anything is sent. Where only answers hold it,
/// nothing keeps them: one odd value must not cost the caller a whole answer.
///
/// A number that is only sent and cannot be negative becomes unsigned. A text of which the format has
/// a type of its own needs no rules besides.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let sent = Usage { request: true, response: false };
    let received = Usage { request: false, response: true };
    for operation in walk::operations_mut(&mut document) {
        let body = operation.request_body.as_mut();
        for (_, slot) in walk::request_slots(&mut operation.parameters, body) {
            relax_below(slot, sent);
        }
        for (_, response) in walk::responses_mut(&mut operation.responses) {
            for (_, slot) in walk::response_slots(response) {
                relax_below(slot, received);
            }
        }
    }
    for (_, schema) in walk::schemas_mut(&mut document) {
        let usage = schema.as_item().and_then(|it| Usage::read(&it.schema_data.extensions));
        relax_below(Slot::Plain(schema), usage.unwrap_or_default());
    }
    Ok(document)
}

fn relax_below(slot: Slot<'_>, usage: Usage) {
    walk::below(slot, &mut |slot| {
        if let Some(schema) = slot.schema() {
            relax(schema, usage);
        }
    });
}

fn relax(schema: &mut Schema, usage: Usage) {
    let rules = match &mut schema.schema_kind {
        SchemaKind::Type(kind) => take(kind),
        SchemaKind::Any(any) => {
            *any = AnySchema::default();
            Rules::default()
        }
        _ => Rules::default(),
    };
    if let (SchemaKind::Type(Type::Integer(integer)), false) =
        (&mut schema.schema_kind, usage.response)
    {
        unsign(integer, &rules);
    }
    let SchemaData { default, extensions, .. } = &mut schema.schema_data;
    let default = default.take().map(ServerDefault);
    if usage.request {
        if let Some(default) = default {
            default.write(extensions);
        }
        if !rules.is_empty() {
            rules.write(extensions);
        }
    }
}

fn take(kind: &mut Type) -> Rules {
    let mut rules = Rules::default();
    match kind {
        Type::String(string) if string.enumeration.is_empty() && has_a_type(string) => {
            *string = StringType { format: string.format.clone(), ..StringType::default() };
        }
        Type::String(string) => {
            rules.pattern = string.pattern.take();
            rules.min_length = string.min_length.take();
            rules.max_length = string.max_length.take();
            string.format = VariantOrUnknownOrEmpty::Empty;
        }
        Type::Integer(integer) => {
            let above = i64::from(std::mem::take(&mut integer.exclusive_minimum));
            let below = i64::from(std::mem::take(&mut integer.exclusive_maximum));
            rules.minimum = integer.minimum.take().map(|it| it.saturating_add(above).into());
            rules.maximum = integer.maximum.take().map(|it| it.saturating_sub(below).into());
            integer.multiple_of = None;
            integer.enumeration.clear();
        }
        Type::Number(number) => {
            rules.minimum = number.minimum.take().and_then(serde_json::Number::from_f64);
            rules.maximum = number.maximum.take().and_then(serde_json::Number::from_f64);
            rules.exclusive_minimum = std::mem::take(&mut number.exclusive_minimum);
            rules.exclusive_maximum = std::mem::take(&mut number.exclusive_maximum);
            number.multiple_of = None;
            number.enumeration.clear();
        }
        Type::Array(array) => {
            rules.min_items = array.min_items.take();
            rules.max_items = array.max_items.take();
            array.unique_items = false;
        }
        Type::Object(object) => {
            object.min_properties = None;
            object.max_properties = None;
        }
        Type::Boolean(boolean) => boolean.enumeration.clear(),
    }
    rules
}

/// Whether the engine reads the format as a type, whose values are all in order.
fn has_a_type(string: &StringType) -> bool {
    match &string.format {
        VariantOrUnknownOrEmpty::Item(format) => {
            matches!(format, StringFormat::Date | StringFormat::DateTime)
        }
        VariantOrUnknownOrEmpty::Unknown(format) => format == "uuid" || format == OBJECT_ID,
        VariantOrUnknownOrEmpty::Empty => false,
    }
}

fn unsign(integer: &mut IntegerType, rules: &Rules) {
    let least = rules.minimum.as_ref().and_then(serde_json::Number::as_i64);
    if least.is_none_or(|least| least < 0) {
        return;
    }
    let fits = rules.maximum.as_ref().and_then(serde_json::Number::as_i64).map(u32::try_from);
    let is_short = integer.format == VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32);
    let format = if is_short || fits.is_some_and(|it| it.is_ok()) { "uint32" } else { "uint64" };
    integer.format = VariantOrUnknownOrEmpty::Unknown(format.to_owned());
}
