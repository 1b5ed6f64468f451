//! Compressed responses.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
#[cfg(feature = "gzip")]
use generated_client::models::AwsExportBucketRequest;
use generated_client::models::PaginatedExportJobs;
use generated_client::{BodyProblem, Error, Response};

use super::{builder, list};
#[cfg(feature = "gzip")]
use crate::GROUP;
use crate::server::Server;

const PAGE: &str = r#"{"results":[{"exportBucketId":"32b6e34b3d91647abb20e7b8"}],"totalCount":1}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn encoded(status: &str, encoding: &str, body: impl AsRef<[u8]>) -> Server {
    let headers = format!("Content-Type: application/json\r\nContent-Encoding: {encoding}\r\n");
    Server::answer(status, &headers, body)
}

async fn answer(server: &Server) -> Result<Response<PaginatedExportJobs>, Error> {
    list(&builder(server.url()).build().unwrap()).await
}

async fn problem(server: &Server) -> (BodyProblem, String) {
    let error = answer(server).await.unwrap_err();
    let Error::UnexpectedBody { problem, .. } = &error else { panic!("{error:?}") };
    (*problem, error.to_string())
}

#[cfg(feature = "gzip")]
mod on {
    use super::*;

    #[tokio::test]
    async fn gzip_is_requested_and_decoded() {
        let server = encoded("200 OK", "gzip", gzip(PAGE.as_bytes()));
        let page = answer(&server).await.unwrap();
        assert_eq!((page.results.len(), page.total_count), (1, Some(1)));
        let request = server.request().unwrap().to_ascii_lowercase();
        assert!(request.contains("\r\naccept-encoding: gzip\r\n"), "{request}");
    }

    #[tokio::test]
    async fn uncompressed_responses_are_decoded() {
        assert_eq!(answer(&Server::ok(PAGE)).await.unwrap().results.len(), 1);
        for encoding in ["identity", "Identity"] {
            let server = encoded("200 OK", encoding, PAGE);
            assert_eq!(answer(&server).await.unwrap().results.len(), 1);
        }
    }

    #[tokio::test]
    async fn compressed_errors_are_decoded() {
        let refusal = br#"{"error":404,"errorCode":"CLUSTER_NOT_FOUND"}"#;
        let server = encoded("404 Not Found", "gzip", gzip(refusal));
        let error = answer(&server).await.unwrap_err();
        assert_eq!(error.error_code(), Some("CLUSTER_NOT_FOUND"), "{error}");
    }

    #[tokio::test]
    async fn the_response_limit_counts_decompressed_bytes() {
        let page = format!("{PAGE}{}", " ".repeat(100_000));
        let server = encoded("200 OK", "gzip", gzip(page.as_bytes()));
        let limited = |limit| builder(server.url()).response_limit(limit).build().unwrap();
        assert!(list(&limited(page.len())).await.is_ok());
        let error = list(&limited(page.len() - 1)).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    }

    #[tokio::test]
    async fn truncated_gzip_is_reported_as_cut_off_and_damaged_gzip_as_corrupt() {
        let whole = gzip(PAGE.as_bytes());
        for end in [1, 12, whole.len() - 1] {
            let (problem, message) = problem(&encoded("200 OK", "gzip", &whole[..end])).await;
            assert_eq!(problem, BodyProblem::CutOff, "{message}");
        }
        for index in [0, 12, whole.len() - 6] {
            let mut corrupt = whole.clone();
            corrupt[index] ^= 0xff;
            let (problem, message) = problem(&encoded("200 OK", "gzip", corrupt)).await;
            assert_eq!(problem, BodyProblem::Corrupt, "{message}");
            assert!(
                message.contains("it is corrupt: ") && message.ends_with("; try again"),
                "{message}"
            );
        }
    }

    #[tokio::test]
    async fn after_a_corrupt_response_to_a_post_the_message_says_to_check_first() {
        let server = encoded("200 OK", "gzip", PAGE);
        let bucket = AwsExportBucketRequest::new("export-bucket", GROUP);
        let client = builder(server.url()).build().unwrap();
        let error = client.create_group_backup_export_bucket(GROUP, bucket).await.unwrap_err();
        assert!(error.is_transient() && error.may_have_been_carried_out(), "{error:?}");
        let message = error.to_string();
        assert!(message.contains("it is corrupt: "), "{message}");
        let check = "; the operation may have been carried out: check before you try again";
        assert!(message.ends_with(check), "{message}");
    }
}

#[cfg(not(feature = "gzip"))]
mod off {
    use super::*;

    #[tokio::test]
    async fn without_the_feature_gzip_is_not_requested_and_is_an_error() {
        let server = encoded("200 OK", "gzip", gzip(PAGE.as_bytes()));
        let (problem, message) = problem(&server).await;
        assert_eq!(problem, BodyProblem::ContentEncoding, "{message}");
        assert!(message.contains("its `Content-Encoding` is unexpected: `gzip`"), "{message}");
        let request = server.request().unwrap().to_ascii_lowercase();
        assert!(!request.contains("accept-encoding"), "{request}");
    }
}

#[tokio::test]
async fn an_error_names_an_unrequested_encoding() {
    for encoding in ["br", "zstd", "deflate", "compress", "x-gzip", "gzip, br"] {
        for status in ["200 OK", "502 Bad Gateway"] {
            let (problem, message) = problem(&encoded(status, encoding, "\u{1}\u{2}")).await;
            assert_eq!(problem, BodyProblem::ContentEncoding, "{message}");
            let named = format!("its `Content-Encoding` is unexpected: `{encoding}`; ");
            assert!(message.contains(&named), "{message}");
        }
    }
}
