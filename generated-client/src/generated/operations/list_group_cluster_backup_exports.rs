use std::fmt::Display;

use crate::models::PaginatedExportJobs;
use crate::runtime::{At, Method, Operation, Request, check};
use crate::{Client, Error, InvalidInput, ObjectId, Response};

const OPERATION: Operation = Operation {
    id: "listGroupClusterBackupExports",
    method: Method::GET,
    path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports",
    accept: "application/vnd.atlas.2023-01-01+json",
    content_type: None,
};

/// The request of [`Client::list_group_cluster_backup_exports`].
#[must_use = "a request is sent by `send`"]
#[derive(Debug, Clone)]
pub struct ListGroupClusterBackupExports<'a> {
    client: &'a Client,
    group_id: Result<ObjectId, InvalidInput>,
    cluster_name: String,
    envelope: Option<bool>,
    include_count: Option<bool>,
    items_per_page: Option<u32>,
    page_num: Option<u32>,
    pretty: Option<bool>,
}

impl Client {
    /// Lists the export jobs of a cluster, one page at a time.
    ///
    /// `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports`, version
    /// 2023-01-01. The caller needs the role Project Atlas Admin.
    ///
    /// - `group_id`: the project, as an [`ObjectId`] or as its text.
    /// - `cluster_name`: the name of the cluster, unique within its project: letters, digits and
    ///   hyphens.
    ///
    /// ```no_run
    /// # use generated_client::{Client, Error};
    /// # async fn example(client: Client) -> Result<(), Error> {
    /// let page = client
    ///     .list_group_cluster_backup_exports("32b6e34b3d91647abb20e7b8", "Cluster0")
    ///     .items_per_page(50)
    ///     .send()
    ///     .await?;
    /// for job in &page.results {
    ///     println!("{:?} {:?}", job.id, job.state);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_group_cluster_backup_exports(
        &self,
        group_id: impl TryInto<ObjectId, Error: Display>,
        cluster_name: impl Into<String>,
    ) -> ListGroupClusterBackupExports<'_> {
        ListGroupClusterBackupExports {
            client: self,
            group_id: check::convert("groupId", group_id),
            cluster_name: cluster_name.into(),
            envelope: None,
            include_count: None,
            items_per_page: None,
            page_num: None,
            pretty: None,
        }
    }
}

impl ListGroupClusterBackupExports<'_> {
    /// Whether the body of the answer repeats its status. Atlas takes `false` where it is absent.
    pub fn envelope(mut self, envelope: bool) -> Self {
        self.envelope = Some(envelope);
        self
    }

    /// Whether the answer holds `total_count`. Atlas takes `true` where it is absent.
    pub fn include_count(mut self, include_count: bool) -> Self {
        self.include_count = Some(include_count);
        self
    }

    /// The most results that one page may hold, from 1 to 500. Atlas takes 100 where it is absent.
    pub fn items_per_page(mut self, items_per_page: u32) -> Self {
        self.items_per_page = Some(items_per_page);
        self
    }

    /// The page to return, counted from 1, which is what Atlas takes where it is absent. A page
    /// after the last one is empty.
    pub fn page_num(mut self, page_num: u32) -> Self {
        self.page_num = Some(page_num);
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
    /// - [`Error::Api`] if Atlas says no (401, 403, 404, 429 or 500).
    /// - The other variants of [`Error`] if there is no answer, or none that can be read.
    pub async fn send(self) -> Result<Response<PaginatedExportJobs>, Error> {
        let group_id = self.group_id?;
        check::pattern(
            At::parameter("clusterName"),
            &self.cluster_name,
            "^[a-zA-Z0-9][a-zA-Z0-9-]*$",
        )?;
        check::range(At::parameter("itemsPerPage"), self.items_per_page, 1..=500)?;
        check::range(At::parameter("pageNum"), self.page_num, 1..)?;
        let request = Request::new(&OPERATION)
            .path("groupId", &group_id)
            .path("clusterName", &self.cluster_name)
            .query("envelope", self.envelope)
            .query("includeCount", self.include_count)
            .query("itemsPerPage", self.items_per_page)
            .query("pageNum", self.page_num)
            .query("pretty", self.pretty);
        self.client.call(request).await
    }
}
