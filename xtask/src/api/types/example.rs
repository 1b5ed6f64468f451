//! An example call in the docs of a method.

use std::collections::BTreeSet;

use serde_json::Value;

use super::value::Type;

/// An example call of an operation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Example {
    /// The required parameters.
    pub arguments: Vec<Expression>,
    /// The body, with its type if the expression does not determine it.
    pub body: Option<(Option<Type>, Expression)>,
    /// The Rust names and the values of optional parameters.
    pub options: Vec<(String, Expression)>,
    /// The models that the call uses.
    pub models: BTreeSet<String>,
}

/// An expression in an example.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// `"text"`
    Text(String),
    /// `"text".to_owned()`
    OwnedText(String),
    /// `"text".parse()?`
    Parsed(String),
    /// `b"value"`
    Bytes,
    /// `true` or `false`
    Bool(bool),
    /// A floating-point number.
    Float(f64),
    /// An integer, as a literal.
    Integer(String),
    /// `serde_json::json!(..)`
    Json(Value),
    /// `Default::default()`
    Default,
    /// `None`
    None,
    /// `Some(..)`
    Some(Box<Expression>),
    /// `Box::new(..)`
    Boxed(Box<Expression>),
    /// `vec![..]`
    List(Vec<Expression>),
    /// `BTreeMap::from([(.., ..)])`
    Map(Vec<(String, Expression)>),
    /// `value.into()`
    Into(Box<Expression>),
    /// `Model::new(..).field(..)`
    New {
        /// The model.
        model: String,
        /// The arguments of its constructor.
        arguments: Vec<Expression>,
        /// The setters of optional fields, with their values.
        setters: Vec<(String, Expression)>,
    },
    /// `Model::Variant`, or `Model::Variant(..)` with a value.
    Variant {
        /// The model.
        model: String,
        /// The variant.
        variant: String,
        /// The value of the variant.
        value: Option<Box<Expression>>,
    },
}
