//! Code that all operations share, so that the emitted code stays short.

mod at;
mod by_status;
pub(crate) mod check;
mod content;
mod extra_headers;
pub(crate) mod flattened;
mod input;
#[allow(dead_code, reason = "only some models contain lists that are not required")]
pub(crate) mod null;
mod operation;
pub(crate) mod page;
mod parameter_value;
mod pattern;
mod request;
mod string_enum;
mod style;
mod tagged_union;
mod type_union;
mod validate;
mod value_enum;

pub(crate) use crate::json::decode;
pub(crate) use at::At;
pub(crate) use by_status::{ByStatus, Decoded};
pub(crate) use content::Content;
pub(crate) use extra_headers::{ExtraHeaders, RESERVED_HEADERS, check_settable};
pub(crate) use operation::Operation;
pub(crate) use page::Page;
pub(crate) use parameter_value::ParameterValue;
pub(crate) use request::{Request, add_pair};
pub(crate) use reqwest::Method;
pub(crate) use string_enum::{deserialize_text, string_enum};
pub(crate) use style::{NOT_IN_COOKIES, RESERVED, Style};
pub(crate) use tagged_union::{
    IntegerTag, JsonObject, TaggedUnion, UnionVisitor, decode_variant, tagged_union,
};
pub(crate) use type_union::{JsonType, TypeUnion, TypeVisitor, type_union};
pub(crate) use validate::Validate;
pub(crate) use value_enum::{deserialize_value, value_enum};

pub use input::InvalidInput;
