//! Targets of faults.

use crate::{record::RecordedRequest, route, spec::Operation};

/// The requests that a fault applies to.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> anyhow::Result<()> {
/// use atlas_emulator::{Emulator, Fault, Target};
///
/// // Throttles the next request to one cluster, while requests to other clusters succeed.
/// let atlas = Emulator::start().await?;
/// atlas.inject_at(Target::cluster("Cluster0"), [Fault::too_many_requests(1)])?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// Requests to one path, which is percent-encoded and has no query. The token endpoints have
    /// the paths `/api/oauth/token` and `/api/oauth/revoke`.
    Path(String),
    /// Requests to the operation with the given `operationId`.
    Operation(String),
    /// Requests to the clusters with the given name, in any project.
    Cluster(String),
}

/// The properties of a request that a [`Target`] can match.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    path: &'a str,
    operation: Option<&'a str>,
    cluster: Option<String>,
}

impl Target {
    /// Creates a target for one path, such as `/api/oauth/token`.
    #[must_use]
    pub fn path(path: impl Into<String>) -> Self {
        Self::Path(path.into())
    }

    /// Creates a target for one operation, such as `listGroupClusterBackupExports`.
    #[must_use]
    pub fn operation(id: impl Into<String>) -> Self {
        Self::Operation(id.into())
    }

    /// Creates a target for the clusters with the given name, such as `Cluster0`, in any project.
    #[must_use]
    pub fn cluster(name: impl Into<String>) -> Self {
        Self::Cluster(name.into())
    }

    /// Fails if the target is an operation that is not in the spec.
    pub(crate) fn check(&self, operations: &[Operation]) -> anyhow::Result<()> {
        let Self::Operation(id) = self else { return Ok(()) };
        let known = operations.iter().map(|operation| operation.id.as_str()).collect::<Vec<_>>();
        anyhow::ensure!(
            known.contains(&id.as_str()),
            "cannot target `{id}` with a fault: expected one of the operations `{}`",
            known.join("`, `")
        );
        Ok(())
    }

    pub(crate) fn holds(&self, place: &Place<'_>) -> bool {
        match self {
            Self::Path(path) => path == place.path,
            Self::Operation(id) => place.operation == Some(id),
            Self::Cluster(name) => place.cluster.as_ref() == Some(name),
        }
    }
}

impl<'a> Place<'a> {
    pub(crate) fn of(request: &'a RecordedRequest, operations: &'a [Operation]) -> Self {
        let path = request.uri.path();
        match route::find(operations, &request.method, path) {
            Ok((operation, mut captures)) => {
                let cluster = captures.remove("clusterName");
                Self { path, operation: Some(&operation.id), cluster }
            }
            // The request later fails with 404 or 405, unless it is for a token endpoint.
            Err(_) => Self { path, operation: None, cluster: None },
        }
    }
}
