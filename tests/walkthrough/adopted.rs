//! Calls to the operations that `tests/walkthrough/run` adopts from MongoDB's document. The script copies this file to
//! `tests/tests/`.

use atlas_emulator::{
    DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, DEFAULT_SNAPSHOT_ID, DEFAULT_TOKEN, Emulator,
};
use generated_client::models::{
    DiskBackupOnDemandSnapshotRequest, DiskBackupSnapshotRestoreJob,
    DiskBackupSnapshotRestoreJobDeliveryType as DeliveryType,
};
use generated_client::{Client, Credentials};

#[tokio::test]
async fn the_local_atlas_responds_to_every_adopted_operation()
-> Result<(), Box<dyn std::error::Error>> {
    let atlas = Emulator::start().await?;
    let token = Credentials::access_token(DEFAULT_TOKEN);
    let client = Client::builder(token).base_url(atlas.url()).build()?;
    let (project, cluster) = (DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME);

    let page = client.list_group_cluster_backup_snapshots(project, cluster).await?;
    assert!(!page.results.is_empty());
    client.get_group_cluster_backup_snapshot(project, cluster, DEFAULT_SNAPSHOT_ID).await?;
    let snapshot = DiskBackupOnDemandSnapshotRequest::new().retention_in_days(3);
    client.take_group_cluster_backup_snapshots(project, cluster, snapshot).await?;
    let restore = DiskBackupSnapshotRestoreJob::new(DeliveryType::Download);
    let restore = client.create_group_cluster_backup_restore_job(project, cluster, restore).await?;
    assert!(!matches!(restore.delivery_type, DeliveryType::Unknown(_)));
    client.get_group_backup_compliance_policy(project).await?;

    let called = atlas.requests();
    assert_eq!(called.len(), 5);
    Ok(())
}
