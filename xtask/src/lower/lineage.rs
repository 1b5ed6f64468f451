//! Records which unions are merged, and which schemas merging adds.

use std::collections::BTreeMap;

use openapiv3::{ReferenceOr, Schema};

use super::json_types;
use crate::schema;

/// The recorded unions, and the parent of each added schema. The parent is the schema whose merging added the schema.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    /// The variants of each recorded union.
    variants: BTreeMap<String, Vec<ReferenceOr<Schema>>>,
    parents: BTreeMap<String, String>,
}

impl Lineage {
    /// Records a union before its variants are merged. Leaves out a schema that is nullable, has a discriminator, or
    /// has keywords other than its variants.
    pub(super) fn record(&mut self, name: &str, schema: &Schema) {
        let data = &schema.schema_data;
        let is_plain = data.discriminator.is_none() && !data.nullable;
        if is_plain && json_types::has_only_variants(&schema.schema_kind) {
            let variants = schema::variants(&schema.schema_kind).to_vec();
            self.variants.insert(name.to_owned(), variants);
        }
    }

    /// Records that merging `parent` added the schema `name`.
    pub(super) fn descend(&mut self, name: &str, parent: &str) {
        self.parents.insert(name.to_owned(), parent.to_owned());
    }

    /// Follows the chain of schemas whose merging added the schema `name`, starting with this schema itself. Returns
    /// the first schema in the chain that is recorded as a union of `variants`.
    pub(super) fn ancestor<'n>(
        &'n self,
        name: &'n str,
        variants: &[ReferenceOr<Schema>],
    ) -> Option<&'n str> {
        let parent = |name: &&'n str| self.parents.get(*name).map(String::as_str);
        let mut line = std::iter::successors(Some(name), parent);
        line.find(|name| self.variants.get(*name).is_some_and(|known| known == variants))
    }
}
