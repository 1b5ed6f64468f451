//! Lists of export jobs.

use std::collections::BTreeSet;

use atlas_emulator::{Emulator, sample_jobs, sample_jobs_of};
use reqwest::Method;
use serde_json::{Value, json};

use crate::session::{Answer, JOBS, LEGACY_JOBS, Session, answer, bound, vnd};

fn link<'a>(answer: &'a Answer, rel: &str) -> Option<&'a str> {
    let links = answer.body.get("links")?.as_array()?;
    links.iter().find(|link| link["rel"] == rel)?["href"].as_str()
}

#[tokio::test]
async fn lazily_created_jobs_equal_the_sample_jobs() -> anyhow::Result<()> {
    let session = Session::with(Emulator::builder().sample_jobs(2_147_483_647)).await?;
    let page = session.list("?itemsPerPage=50&pageNum=2").await?;
    assert_eq!(page.body["results"], json!(sample_jobs(100).get(50..)));
    assert_eq!(page.body["totalCount"], i32::MAX);
    let last = session.list("?itemsPerPage=50&pageNum=42949673").await?;
    assert_eq!(last.body["results"].as_array().map(Vec::len), Some(47));
    Ok(())
}

#[tokio::test]
async fn clusters_have_different_sample_jobs() -> anyhow::Result<()> {
    let ids = |cluster: &str| {
        let jobs = sample_jobs_of(cluster, 6);
        let text = |job: &Value, name: &str| job[name].as_str().map(str::to_owned);
        let names = ["id", "snapshotId", "prefix"];
        let found = jobs.iter().flat_map(|job| names.map(|name| text(job, name)));
        let parts = jobs.iter().filter_map(|job| job["components"].as_array()).flatten();
        let parts = parts.flat_map(|part| ["exportId", "replicaSetName"].map(|it| text(part, it)));
        found.chain(parts).flatten().collect::<BTreeSet<_>>()
    };
    let (zero, one, two) = (ids("Cluster0"), ids("Cluster1"), ids("Cluster2"));
    assert_eq!(zero.len(), 6 + 6 + 6 + 4, "{zero:?}");
    assert!(zero.is_disjoint(&one) && one.is_disjoint(&two) && two.is_disjoint(&zero));
    assert_eq!(sample_jobs(6), sample_jobs_of("Cluster0", 6));
    Ok(())
}

#[tokio::test]
async fn the_default_jobs_cover_every_state() -> anyhow::Result<()> {
    let answer = Session::start().await?.list("").await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let results = answer.body["results"].as_array().expect("the page has no `results`");
    let states = results.iter().filter_map(|job| job["state"].as_str()).collect::<BTreeSet<_>>();
    let all = ["Cancelled", "Failed", "InProgress", "Queued", "Successful"];
    assert_eq!(states, BTreeSet::from(all));
    assert_eq!(answer.body["totalCount"], 6);
    for job in results {
        assert_eq!(job["state"] == "Failed", job.get("stateReason").is_some());
    }
    assert!(results.iter().any(|job| job.get("components").is_some()));
    Ok(())
}

#[tokio::test]
async fn next_links_lead_through_all_pages_and_the_last_page_links_back() -> anyhow::Result<()> {
    let jobs = sample_jobs(9);
    let session = Session::with(Emulator::builder().jobs(jobs.clone())).await?;
    let mut found = Vec::new();
    let mut page = session.list("?itemsPerPage=3&pretty=true").await?;
    loop {
        found.extend(page.body["results"].as_array().expect("the page has no `results`").clone());
        let Some(next) = link(&page, "next") else {
            break;
        };
        let path =
            next.strip_prefix(session.atlas.url()).expect("the link leads to another server");
        assert!(path.contains("pretty=true"), "the link drops the other parameters: `{path}`");
        page =
            answer(session.request(Method::GET, path).header("Accept", vnd("2023-01-01"))).await?;
    }
    assert_eq!(found, jobs);
    assert!(link(&page, "self").is_some_and(|href| href.ends_with("pageNum=3&itemsPerPage=3")));
    assert!(link(&page, "previous").is_some_and(|href| href.ends_with("itemsPerPage=3&pageNum=2")));
    Ok(())
}

#[tokio::test]
async fn the_size_of_a_page_follows_the_spec() -> anyhow::Result<()> {
    let default = bound("parameters/itemsPerPage/schema/default")?;
    let most = bound("parameters/itemsPerPage/schema/maximum")?;
    let session = Session::with(Emulator::builder().jobs(sample_jobs(most + 1))).await?;
    for (query, count) in [
        (String::new(), default),
        (format!("?itemsPerPage={most}"), most),
        (format!("?itemsPerPage={most}&pageNum=2"), 1),
        ("?pageNum=2147483647".to_owned(), 0),
    ] {
        let answer = session.list(&query).await?;
        assert_eq!(answer.body["results"].as_array().map(Vec::len), Some(count), "{query}");
        assert_eq!(answer.body["totalCount"], most + 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_request_can_omit_the_total_count() -> anyhow::Result<()> {
    let answer = Session::start().await?.list("?includeCount=false").await?;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body.get("totalCount"), None);
    Ok(())
}

#[tokio::test]
async fn the_legacy_operation_lists_the_same_jobs_without_a_version() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let legacy = answer(session.request(Method::GET, LEGACY_JOBS)).await?;
    assert_eq!(legacy.header("content-type"), Some("application/json"));
    assert_eq!(legacy.body["results"], session.list("").await?.body["results"]);
    Ok(())
}

#[tokio::test]
async fn configured_jobs_are_returned_unchanged() -> anyhow::Result<()> {
    let odd =
        json!({ "state": "NotAnAtlasState", "prefix": 7, "notAnAtlasField": { "deep": [null] } });
    let session = Session::with(Emulator::builder().jobs(vec![odd.clone()])).await?;
    assert_eq!(session.list("").await?.body["results"], Value::from(vec![odd]));
    Ok(())
}

#[tokio::test]
async fn an_error_names_the_invalid_parameter() -> anyhow::Result<()> {
    let above = bound("parameters/itemsPerPage/schema/maximum")? + 1;
    let cases = [
        ("?itemsPerPage=0", "itemsPerPage"),
        (&format!("?itemsPerPage={above}"), "itemsPerPage"),
        ("?itemsPerPage=ten", "itemsPerPage"),
        ("?itemsPerPage=", "itemsPerPage"),
        ("?pageNum=0", "pageNum"),
        ("?pageNum=-1", "pageNum"),
        ("?pageNum=2147483648", "pageNum"),
        // In a query, a plus sign is a space.
        ("?pageNum=+1", "pageNum"),
        ("?pageNum=1&pageNum=2", "pageNum"),
        ("?includeCount=yes", "includeCount"),
        ("?pretty=1", "pretty"),
        ("?envelope", "envelope"),
        ("?items_per_page=5", "items_per_page"),
    ];
    let session = Session::start().await?;
    for (query, name) in cases {
        let answer = session.list(query).await?;
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(answer.body["errorCode"], "INVALID_QUERY_PARAMETER", "{query}");
        assert_eq!(answer.body["parameters"], json!([name]), "{query}");
        assert_eq!(answer.bad_fields(), [name], "{query}: {}", answer.text);
    }
    Ok(())
}

#[tokio::test]
async fn an_error_names_all_invalid_parameters() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let path = format!("{}?color=red&pageNum=0", JOBS.replace("Cluster0", "-"));
    let answer = session.call(Method::GET, &path, "2023-01-01", None).await?;
    assert_eq!(answer.body["errorCode"], "INVALID_PATH_PARAMETER");
    assert_eq!(answer.body["parameters"], json!(["clusterName"]));
    assert_eq!(answer.bad_fields(), ["clusterName", "pageNum", "color"]);
    Ok(())
}

#[tokio::test]
async fn projects_and_clusters_are_looked_up_by_the_values_in_the_path() -> anyhow::Result<()> {
    let other = "0123456789abcdef01234567";
    let builder = Emulator::builder().cluster(other, "Cluster1", sample_jobs(1));
    let session = Session::with(builder).await?;
    let default = "32b6e34b3d91647abb20e7b8";
    let cases = [
        (default, "Cluster0", 200, None),
        (default, "%43luster0", 200, None),
        (other, "Cluster1", 200, None),
        (other, "Cluster0", 404, Some("CLUSTER_NOT_FOUND")),
        ("ffffffffffffffffffffffff", "Cluster0", 404, Some("GROUP_NOT_FOUND")),
        ("FFFFFFFFFFFFFFFFFFFFFFFF", "Cluster0", 400, Some("INVALID_PATH_PARAMETER")),
        (default, "-", 400, Some("INVALID_PATH_PARAMETER")),
        (default, "a%2Fb", 400, Some("INVALID_PATH_PARAMETER")),
    ];
    for (group, cluster, status, code) in cases {
        let path = JOBS.replace(default, group).replace("Cluster0", cluster);
        let request = session.request(Method::GET, &path).header("Accept", vnd("2023-01-01"));
        let answer = answer(request).await?;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.body["errorCode"].as_str(), code, "{path}");
    }
    Ok(())
}
