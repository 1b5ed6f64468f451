use std::fmt::Display;

use crate::models::{ExportBucket, ExportBucketRequest};
use crate::runtime::{At, Method, Operation, Request, Validate, check};
use crate::{Client, Error, InvalidInput, ObjectId, Response};

const OPERATION: Operation = Operation {
    id: "createGroupBackupExportBucket",
    method: Method::POST,
    path: "/api/atlas/v2/groups/{groupId}/backup/exportBuckets",
    accept: "application/vnd.atlas.2024-05-30+json",
    content_type: Some("application/vnd.atlas.2024-05-30+json"),
};

/// The request of [`Client::create_group_backup_export_bucket`].
#[must_use = "a request is sent by `send`"]
#[derive(Debug, Clone)]
pub struct CreateGroupBackupExportBucket<'a> {
    client: &'a Client,
    group_id: Result<ObjectId, InvalidInput>,
    envelope: Option<bool>,
    pretty: Option<bool>,
    body: ExportBucketRequest,
}

impl Client {
    /// Lets a project export snapshots to a bucket in AWS, Azure or Google Cloud.
    ///
    /// `POST /api/atlas/v2/groups/{groupId}/backup/exportBuckets`, version 2024-05-30. The caller
    /// needs the role Project Owner.
    ///
    /// - `group_id`: the project, as an [`ObjectId`] or as its text.
    /// - `body`: the bucket, of one of the cloud providers.
    ///
    /// ```no_run
    /// use generated_client::models::AwsExportBucketRequest;
    ///
    /// # use generated_client::Client;
    /// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let role = "668c5f0ed436263134491592".parse()?;
    /// let bucket = client
    ///     .create_group_backup_export_bucket(
    ///         "32b6e34b3d91647abb20e7b8",
    ///         AwsExportBucketRequest::new("export-bucket", role).require_private_networking(true),
    ///     )
    ///     .send()
    ///     .await?;
    /// println!("{bucket:?}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_group_backup_export_bucket(
        &self,
        group_id: impl TryInto<ObjectId, Error: Display>,
        body: impl Into<ExportBucketRequest>,
    ) -> CreateGroupBackupExportBucket<'_> {
        CreateGroupBackupExportBucket {
            client: self,
            group_id: check::convert("groupId", group_id),
            envelope: None,
            pretty: None,
            body: body.into(),
        }
    }
}

impl CreateGroupBackupExportBucket<'_> {
    /// Whether the body of the answer repeats its status. Atlas takes `false` where it is absent.
    pub fn envelope(mut self, envelope: bool) -> Self {
        self.envelope = Some(envelope);
        self
    }

    /// Whether the JSON of the answer is indented for people. Atlas takes `false` where it is
    /// absent.
    pub fn pretty(mut self, pretty: bool) -> Self {
        self.pretty = Some(pretty);
        self
    }

    /// Sends the request.
    ///
    /// # Errors
    /// - [`Error::InvalidInput`], before anything is sent, if an argument breaks a rule of the API.
    /// - [`Error::Api`] if Atlas says no (400, 401, 403, 404, 429 or 500).
    /// - The other variants of [`Error`] if there is no answer, or none that can be read.
    pub async fn send(self) -> Result<Response<ExportBucket>, Error> {
        let group_id = self.group_id?;
        self.body.validate(At::BODY)?;
        let request = Request::new(&OPERATION)
            .path("groupId", &group_id)
            .query("envelope", self.envelope)
            .query("pretty", self.pretty)
            .body(&self.body)?;
        self.client.call(request).await
    }
}
