//! Enums and other scalars, and the scalar that several schemas have in common.

use openapiv3::{
    AnySchema, BooleanType, IntegerType, NumberType, Schema, SchemaKind, StringType, Type,
};
use serde_json::Value;

use crate::schema::is_secret;

/// Creates a string enum if all values are strings, and otherwise an enum without a type. Omits `null`, which
/// `nullable` represents.
pub(super) fn enum_of(mut values: Vec<Value>) -> SchemaKind {
    values.retain(|value| !value.is_null());
    let strings: Option<Vec<String>> =
        values.iter().map(|value| value.as_str().map(ToOwned::to_owned)).collect();
    match strings {
        Some(strings) => {
            let enumeration = strings.into_iter().map(Some).collect();
            SchemaKind::Type(Type::String(StringType { enumeration, ..StringType::default() }))
        }
        None => SchemaKind::Any(AnySchema { enumeration: values, ..AnySchema::default() }),
    }
}

/// Returns the values of an enum, or `None` for any other schema.
pub(super) fn values(schema: &Schema) -> Option<Vec<Value>> {
    let values: Vec<Value> = match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => {
            string.enumeration.iter().flatten().cloned().map(Value::String).collect()
        }
        SchemaKind::Any(any) => any.enumeration.clone(),
        _ => Vec::new(),
    };
    (!values.is_empty()).then_some(values)
}

/// Returns the values of an enum or of a boolean with an `enum`, or `None` for any other schema.
pub(super) fn constants(schema: &Schema) -> Option<Vec<Value>> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Boolean(it)) if !it.enumeration.is_empty() => {
            Some(it.enumeration.iter().copied().flatten().map(Value::Bool).collect())
        }
        _ => values(schema),
    }
}

/// Returns the common scalar type of all schemas, which is `number` for a mix of integers and other numbers. Keeps the
/// format of numbers if all schemas have the same type and format. Keeps no format of strings, except `password` if one
/// of the strings has it.
pub(super) fn common_scalar(schemas: &[&Schema]) -> Option<Type> {
    let scalars: Option<Vec<Type>> = schemas.iter().map(|schema| scalar(schema)).collect();
    let scalars = scalars?;
    let (first, others) = scalars.split_first()?;
    if others.iter().all(|other| other == first) {
        return Some(first.clone());
    }
    let all = |is: fn(&Type) -> bool| scalars.iter().all(is);
    if all(|it| matches!(it, Type::Integer(_))) {
        Some(Type::Integer(IntegerType::default()))
    } else if all(|it| matches!(it, Type::Integer(_) | Type::Number(_))) {
        Some(Type::Number(NumberType::default()))
    } else if all(|it| matches!(it, Type::String(_))) {
        scalars.into_iter().find(|it| matches!(it, Type::String(string) if is_secret(string)))
    } else {
        None
    }
}

/// Returns the type of a scalar, without its rules. For strings, keeps only the format that marks a secret.
fn scalar(schema: &Schema) -> Option<Type> {
    let integer = Type::Integer(IntegerType::default());
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(it)) => {
            let format =
                if is_secret(it) { it.format.clone() } else { StringType::default().format };
            Some(Type::String(StringType { format, ..StringType::default() }))
        }
        SchemaKind::Type(Type::Integer(it)) => {
            Some(Type::Integer(IntegerType { format: it.format.clone(), ..IntegerType::default() }))
        }
        SchemaKind::Type(Type::Number(it)) => {
            Some(Type::Number(NumberType { format: it.format.clone(), ..NumberType::default() }))
        }
        SchemaKind::Type(Type::Boolean(_)) => Some(Type::Boolean(BooleanType::default())),
        SchemaKind::Any(any) if !any.enumeration.is_empty() => {
            any.enumeration.iter().all(Value::is_i64).then_some(integer)
        }
        _ => None,
    }
}
