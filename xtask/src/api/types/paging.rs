//! The pages of a list.

use super::is_false;
use super::value::Type;
use serde::{Deserialize, Serialize};

/// The facts that the client needs to read all pages of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paging {
    /// The Rust name of the parameter that selects the page.
    pub number: String,
    /// How the parameter identifies the page.
    #[serde(default, skip_serializing_if = "PagingStyle::is_number")]
    pub style: PagingStyle,
    /// The Rust name of the parameter for the number of items per page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The server's default for the number of items per page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_size: Option<u64>,
    /// The type of an item.
    pub item: Type,
    /// The field that identifies an item. `None` if a page is an object, or if the client relies on the `Link` header
    /// to find the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<PageField>,
    /// The wire name of the query parameter that contains the next cursor in the URL from the `Link` header. `None` if
    /// the cursor is not in this header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// The way in which the pages of a list are identified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PagingStyle {
    /// By a number that starts at 1.
    #[default]
    Number,
    /// By a number that starts at 0.
    NumberFromZero,
    /// By the number of items before the page.
    Offset,
    /// By a string from the response with the previous page.
    Cursor,
    /// By a number or a UUID from the response with the previous page.
    // Models that earlier versions of the generator wrote can contain the alias.
    #[serde(alias = "nextNumber")]
    NextValue,
}

impl PagingStyle {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    fn is_number(&self) -> bool {
        *self == Self::Number
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The Rust name of the field that contains the items.
    pub items: String,
    /// Whether that field is optional.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_optional: bool,
    /// The type of an item.
    pub item: Type,
    /// The links that indicate whether there is a next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<PageLinks>,
    /// The field that identifies an item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<PageField>,
    /// The field with the estimated number of items on all pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<PageField>,
    /// The cursor of the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<PageCursor>,
}

/// The cursor of the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCursor {
    /// Where the page contains the cursor.
    pub source: CursorSource,
    /// The boolean field that indicates the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<PageEnd>,
}

/// The location of the next page's cursor in a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CursorSource {
    /// In a field. The path leads from the page to that field.
    Field(Vec<PageField>),
    /// In a query parameter of a link.
    Link {
        /// The path from the page to the field that contains the link.
        path: Vec<PageField>,
        /// The name of the parameter on the wire.
        parameter: String,
    },
    /// In the id of the last item.
    LastId,
}

/// A boolean field that indicates the last page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageEnd {
    /// The field.
    pub field: PageField,
    /// The value on the last page.
    pub value: bool,
}

/// The links of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLinks {
    /// The Rust name of the field that contains the links.
    pub ident: String,
    /// The field of a link that contains its relation.
    pub relation: PageField,
}

/// A field of a page, an item or a link that the client reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageField {
    /// The name in Rust.
    pub ident: String,
    /// Whether the type is an `Option`.
    pub optional: bool,
    /// Whether the field belongs to all variants of a union. If so, a method of the union returns it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_shared: bool,
}
