//! Finds the operation that a user means.

use crate::diagnostic::nearest;
use crate::identifier;

/// Returns the `operationId` that a name probably refers to. The name can be an `operationId`, or the name of a Rust
/// method with or without a version. It can also be a name in the vendor's own clients
/// (`x-xgen-operation-id-override`). Any of these names can contain a typo.
pub(crate) fn meant<'d>(
    name: &str,
    operations: impl IntoIterator<Item = (&'d str, Option<&'d str>)>,
) -> Option<&'d str> {
    let operations: Vec<_> = operations.into_iter().collect();
    let (method, _) = name.split_once("_v2").unwrap_or((name, ""));
    let is_same = |(id, alias): &&(&str, Option<&str>)| {
        *alias == Some(name) || identifier::method(id) == method || id.eq_ignore_ascii_case(name)
    };
    let same = operations.iter().find(is_same).map(|(id, _)| *id);
    same.or_else(|| {
        let methods: Vec<String> =
            operations.iter().map(|(id, _)| identifier::method(id)).collect();
        let methods = methods.iter().map(String::as_str).zip(&operations);
        let names: Vec<(&str, &str)> = methods
            .flat_map(|(method, (id, alias))| {
                [Some(*id), Some(method), *alias].into_iter().flatten().map(move |it| (it, *id))
            })
            .collect();
        let found = nearest(name, names.iter().map(|(name, _)| *name))?;
        names.iter().find(|(name, _)| *name == found).map(|(_, id)| *id)
    })
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn an_operation_is_found_by_any_of_its_names_despite_a_typo() {
        let operations = [
            ("createGroupBackupExportBucket", Some("createExportBucket")),
            ("listGroupBackupExportBuckets", None),
        ];
        for name in [
            "createGroupBackupExportBuckets",
            "create_group_backup_export_bucket",
            "create_group_backup_export_bucket_v2023_01_01",
            "createExportBucket",
            "createExportBuckt",
            "CreateGroupBackupExportBucket",
        ] {
            assert_eq!(meant(name, operations), Some("createGroupBackupExportBucket"), "{name}");
        }
        assert_eq!(meant("deleteEverything", operations), None);
        let plurals = "listIDsOfURLsOfAPIs";
        assert_eq!(meant("list_ids_of_urls_of_apis", [(plurals, None)]), Some(plurals));
    }
}
