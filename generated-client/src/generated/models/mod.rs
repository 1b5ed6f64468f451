//! The values that requests and answers hold.

mod aws_export_bucket;
mod aws_export_bucket_request;
mod azure_export_bucket;
mod azure_export_bucket_request;
mod export_bucket;
mod export_bucket_request;
mod export_job;
mod export_job_state;
mod export_member;
mod export_status;
mod gcp_export_bucket;
mod gcp_export_bucket_request;
mod label;
mod link;
mod paginated_export_jobs;
mod state_reason;

pub use aws_export_bucket::AwsExportBucket;
pub use aws_export_bucket_request::AwsExportBucketRequest;
pub use azure_export_bucket::AzureExportBucket;
pub use azure_export_bucket_request::AzureExportBucketRequest;
pub use export_bucket::ExportBucket;
pub use export_bucket_request::ExportBucketRequest;
pub use export_job::ExportJob;
pub use export_job_state::ExportJobState;
pub use export_member::ExportMember;
pub use export_status::ExportStatus;
pub use gcp_export_bucket::GcpExportBucket;
pub use gcp_export_bucket_request::GcpExportBucketRequest;
pub use label::Label;
pub use link::Link;
pub use paginated_export_jobs::PaginatedExportJobs;
pub use state_reason::StateReason;
