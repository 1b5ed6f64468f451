//! The builders of requests, one an operation. A method of [`Client`](crate::Client) begins each.

mod create_group_backup_export_bucket;
mod list_group_cluster_backup_exports;

pub use create_group_backup_export_bucket::CreateGroupBackupExportBucket;
pub use list_group_cluster_backup_exports::ListGroupClusterBackupExports;
