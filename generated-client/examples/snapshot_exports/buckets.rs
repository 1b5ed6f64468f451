//! The commands for export buckets.

use generated_client::models::{
    AwsExportBucketRequest, AzureExportBucketRequest, ExportBucket, ExportBucketRequest,
    GcpExportBucketRequest,
};
use generated_client::{Client, Error, ObjectId};

use crate::options::{CreateBucket, Place, Provider, or_local};
use crate::output;
use crate::server::LOCAL_ROLE_ID;

/// Prints all export buckets of the project.
pub(crate) async fn list(client: &Client, place: &Place) -> anyhow::Result<()> {
    let mut buckets = client.list_group_backup_export_buckets(place.group_id()?).stream();
    let mut all = Vec::new();
    while let Some(bucket) = buckets.next().await.transpose()? {
        all.push(bucket);
    }
    output::buckets(&all, place.json)
}

/// Prints the export bucket with the given name and provider. If the project has no such bucket, creates it first.
pub(crate) async fn create(
    client: &Client,
    place: &Place,
    options: CreateBucket,
) -> anyhow::Result<()> {
    let group_id = place.group_id()?;
    let (name, provider) = (options.name.clone(), options.provider);
    let request = request(options)?;
    let bucket = if let Some(bucket) = find(client, &group_id, &name, provider).await? {
        eprintln!("the export bucket already exists");
        bucket
    } else {
        let created = client.create_group_backup_export_bucket(group_id, request).send().await?;
        eprintln!("created the export bucket");
        created.into_inner()
    };
    output::buckets(&[bucket], place.json)
}

async fn find(
    client: &Client,
    group_id: &str,
    name: &str,
    provider: Provider,
) -> Result<Option<ExportBucket>, Error> {
    let mut buckets = client.list_group_backup_export_buckets(group_id).stream();
    buckets.find(|it| it.bucket_name() == Some(name) && is_on(it, provider)).await
}

const fn is_on(bucket: &ExportBucket, provider: Provider) -> bool {
    matches!(
        (bucket, provider),
        (ExportBucket::Aws(_), Provider::Aws)
            | (ExportBucket::Azure(_), Provider::Azure)
            | (ExportBucket::Gcp(_), Provider::Gcp)
    )
}

fn request(options: CreateBucket) -> anyhow::Result<ExportBucketRequest> {
    let CreateBucket { name, provider, role_id, service_url, private } = options;
    let role_id = or_local(role_id, "role-id", LOCAL_ROLE_ID)?;
    Ok(match provider {
        Provider::Aws => {
            AwsExportBucketRequest::new(name, role_id).require_private_networking(private).into()
        }
        Provider::Azure => {
            let url = service_url.unwrap_or_default();
            AzureExportBucketRequest::new(role_id, url).bucket_name(name).into()
        }
        Provider::Gcp => GcpExportBucketRequest::new(name, role_id).into(),
    })
}

/// Deletes an export bucket.
pub(crate) async fn delete(client: &Client, place: &Place, id: ObjectId) -> anyhow::Result<()> {
    client.delete_group_backup_export_bucket(place.group_id()?, id).send().await?;
    eprintln!("deleted the export bucket {id}");
    Ok(())
}
