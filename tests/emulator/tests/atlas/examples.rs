//! Operations and versions that are in the spec, but that the local Atlas does not implement.

#![expect(clippy::indexing_slicing, reason = "tests and their helpers fail by panicking")]

use std::path::PathBuf;

use anyhow::Context as _;
use atlas_emulator::{Emulator, Fault, StatusCode, Target};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::session::{Answer, JOBS, Session, answer};

const SPEC: &str = include_str!("../../../../spec/atlas.yaml");
const GROUP: &str = "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8";

/// Operations that are not implemented.
const PATHS: &str = r"
  /api/atlas/v2/groups/{groupId}/things:
    parameters: [{ $ref: '#/components/parameters/groupId' }]
    get:
      operationId: listThings
      parameters:
        - $ref: '#/components/parameters/itemsPerPage'
        - $ref: '#/components/parameters/pageNum'
        - { name: size, in: query, schema: { type: array, items: { type: integer } } }
      responses:
        '200':
          description: A page.
          content:
            application/vnd.atlas.2024-08-05+json:
              schema: { $ref: '#/components/schemas/Things' }
              example:
                links: [{ rel: next, href: 'https://example.com/' }]
                results: [{ kind: small, count: 1 }, { kind: large, count: 2 }]
    post:
      operationId: createThing
      requestBody:
        required: true
        content:
          application/vnd.atlas.2024-08-05+json:
            schema: { $ref: '#/components/schemas/Small' }
      responses:
        '201':
          description: The thing.
          content:
            application/vnd.atlas.2024-08-05+json:
              schema: { $ref: '#/components/schemas/Thing' }
  /api/atlas/v2/groups/{groupId}/things/{name}:
    parameters:
      - $ref: '#/components/parameters/groupId'
      - { name: name, in: path, required: true, schema: { type: string } }
    get:
      operationId: getThing
      responses:
        '200':
          description: The thing.
          content:
            application/vnd.atlas.2024-08-05+json:
              schema: { type: object, required: [key], properties: { key: { type: string, pattern: '^K[0-9]{9}$' } } }
    delete:
      operationId: deleteThing
      parameters: [{ name: reason, in: query, required: true, schema: { type: string } }]
      responses:
        '204': { description: Deleted. }
";

const SCHEMAS: &str = r"
    Things:
      type: object
      required: [results]
      properties:
        links: { type: array, items: { $ref: '#/components/schemas/Link' } }
        results: { type: array, items: { $ref: '#/components/schemas/Thing' } }
        totalCount: { type: integer }
    Thing:
      type: object
      required: [kind]
      properties:
        kind: { type: string, enum: [small, large] }
        id: { type: string, pattern: '^([a-f0-9]{24})$' }
        changed: { type: string, format: date-time }
        parent: { $ref: '#/components/schemas/Thing' }
        secret: { type: string, writeOnly: true }
      discriminator:
        propertyName: kind
        mapping: { small: '#/components/schemas/Small', large: '#/components/schemas/Large' }
    Small:
      allOf:
        - $ref: '#/components/schemas/Thing'
        - type: object
          required: [count]
          properties: { count: { type: integer, minimum: 1, maximum: 3 } }
    Large:
      allOf: [{ $ref: '#/components/schemas/Thing' }]
";

/// Starts a local Atlas with the given spec.
async fn start(name: &str, spec: &str) -> anyhow::Result<Session> {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.yaml"));
    std::fs::write(&file, spec)?;
    Session::with(Emulator::builder().spec(file)).await
}

async fn with_things(name: &str) -> anyhow::Result<Session> {
    let spec = SPEC.replacen("\ncomponents:\n", &format!("{PATHS}\ncomponents:\n"), 1);
    start(name, &spec.replacen("\n  schemas:\n", &format!("\n  schemas:{SCHEMAS}"), 1)).await
}

async fn call(
    session: &Session,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> anyhow::Result<Answer> {
    session.call(method, &format!("{GROUP}{path}"), "2024-08-05", body.as_ref()).await
}

#[tokio::test]
async fn an_unimplemented_operation_returns_the_example_of_the_spec() -> anyhow::Result<()> {
    let session = with_things("example").await?;
    let page = call(&session, Method::GET, "/things?size=1&size=2", None).await?;
    assert_eq!(page.status, 200, "{}", page.text);
    let things = json!([{ "kind": "small", "count": 1 }, { "kind": "large", "count": 2 }]);
    assert_eq!((&page.body["results"], &page.body["totalCount"]), (&things, &json!(2)));
    Ok(())
}

#[tokio::test]
async fn a_list_ends_even_if_its_example_links_to_a_next_page() -> anyhow::Result<()> {
    let session = with_things("pages").await?;
    let mut count = 0;
    for (page, rels) in [(1, vec!["self", "next"]), (2, vec!["self", "previous"])] {
        let path = format!("/things?itemsPerPage=1&pageNum={page}");
        let page = call(&session, Method::GET, &path, None).await?;
        let links = page.body["links"].as_array().context("the page has no `links`")?;
        assert_eq!(links.iter().filter_map(|it| it["rel"].as_str()).collect::<Vec<_>>(), rels);
        count += page.body["results"].as_array().context("the page has no `results`")?.len();
    }
    assert_eq!(count, 2);
    Ok(())
}

#[tokio::test]
async fn an_example_is_built_from_the_schema_if_the_spec_has_none() -> anyhow::Result<()> {
    let session = with_things("made").await?;
    let body = json!({ "kind": "small", "count": 2 });
    let made = call(&session, Method::POST, "/things", Some(body)).await?;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!((&made.body["kind"], &made.body["count"]), (&json!("small"), &json!(1)));
    assert_eq!(made.body["id"], "32b6e34b3d91647abb20e7b8");
    assert_eq!(made.body.get("secret"), None);
    assert_eq!(made.body["parent"]["kind"], "small");
    Ok(())
}

#[tokio::test]
async fn unimplemented_operations_validate_requests() -> anyhow::Result<()> {
    let session = with_things("checks").await?;
    let wrong = json!({ "kind": "small", "count": 4 });
    let wrong = call(&session, Method::POST, "/things", Some(wrong)).await?;
    assert_eq!((wrong.status, wrong.bad_fields()), (400, vec!["count"]));
    let unknown = call(&session, Method::GET, "/things?color=red", None).await?;
    assert_eq!((unknown.status, unknown.bad_fields()), (400, vec!["color"]));
    let text = call(&session, Method::GET, "/things?size=big", None).await?;
    assert_eq!((text.status, text.bad_fields()), (400, vec!["size"]));
    let missing = call(&session, Method::DELETE, "/things/a", None).await?;
    assert_eq!((missing.status, missing.bad_fields()), (400, vec!["reason"]));
    assert_eq!(missing.body["errorCode"], "MISSING_QUERY_PARAMETER");
    assert_eq!(missing.body["parameters"], json!(["reason"]));
    let elsewhere = "/api/atlas/v2/groups/ffffffffffffffffffffffff/things";
    let elsewhere = session.call(Method::GET, elsewhere, "2024-08-05", None).await?;
    assert_eq!(elsewhere.body["errorCode"], "GROUP_NOT_FOUND");
    let old = format!("{GROUP}/things");
    assert_eq!(session.call(Method::GET, &old, "2024-08-04", None).await?.status, 406);
    Ok(())
}

#[tokio::test]
async fn an_operation_without_a_response_body_needs_no_version() -> anyhow::Result<()> {
    let session = with_things("empty").await?;
    let path = format!("{GROUP}/things/a?reason=old");
    let deleted = answer(session.request(Method::DELETE, &path)).await?;
    assert_eq!((deleted.status, &*deleted.text), (204, ""));
    assert_eq!(deleted.header("content-type"), None);
    Ok(())
}

#[tokio::test]
async fn a_response_explains_that_the_spec_has_no_valid_example() -> anyhow::Result<()> {
    let session = with_things("invalid").await?;
    let answer = call(&session, Method::GET, "/things/a", None).await?;
    assert_eq!((answer.status, &answer.body["errorCode"]), (501, &json!("NOT_IMPLEMENTED")));
    let detail = answer.body["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("getThing") && detail.contains("`key`"), "{detail}");
    assert!(detail.contains("Add an `example`"), "{detail}");
    Ok(())
}

#[tokio::test]
async fn faults_can_target_unimplemented_operations() -> anyhow::Result<()> {
    let session = with_things("faults").await?;
    let fault = Fault::status(StatusCode::CONFLICT);
    session.atlas.inject_at(Target::operation("listThings"), [fault])?;
    assert_eq!(call(&session, Method::GET, "/things", None).await?.status, 409);
    assert_eq!(call(&session, Method::GET, "/things", None).await?.status, 200);
    Ok(())
}

/// Returns the spec with a newer version of the list of export jobs. `change` edits the properties
/// of a job in the newer version.
fn with_version(change: impl FnOnce(&mut Map<String, Value>)) -> anyhow::Result<String> {
    let mut spec: Value = serde_yaml::from_str(SPEC)?;
    let schemas = &mut spec["components"]["schemas"];
    let mut job = schemas["ExportJob"].clone();
    change(job["properties"].as_object_mut().context("`ExportJob` has no `properties`")?);
    let mut page = schemas["PaginatedExportJobs"].clone();
    page["properties"]["results"]["items"] = json!({ "$ref": "#/components/schemas/NewJob" });
    schemas["NewJob"] = job;
    schemas["NewPage"] = page;
    let path = "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports";
    let content = &mut spec["paths"][path]["get"]["responses"]["200"]["content"];
    let schema = json!({ "$ref": "#/components/schemas/NewPage" });
    content["application/vnd.atlas.2099-01-01+json"] = json!({ "schema": schema });
    Ok(serde_json::to_string(&spec)?)
}

#[tokio::test]
async fn an_unsupported_version_is_rejected_with_the_reason() -> anyhow::Result<()> {
    let spec = with_version(|properties| {
        let renamed = properties.shift_remove("finishedAt").unwrap_or_default();
        properties.insert("renamedAt".to_owned(), renamed);
    })?;
    let session = start("renamed", &spec).await?;
    let new = session.call(Method::GET, JOBS, "2099-01-01", None).await?;
    assert_eq!((new.status, &new.body["errorCode"]), (501, &json!("NOT_IMPLEMENTED")));
    let detail = new.body["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("2099-01-01") && detail.contains("`finishedAt`"), "{detail}");
    assert!(detail.contains("behaviour.rs"), "{detail}");
    assert_eq!(session.list("").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_version_with_a_new_optional_property_is_supported() -> anyhow::Result<()> {
    let spec = with_version(|properties| {
        properties.insert("addedLater".to_owned(), json!({ "type": "integer" }));
    })?;
    let session = start("added", &spec).await?;
    let new = session.call(Method::GET, JOBS, "2099-01-01", None).await?;
    assert_eq!(new.status, 200, "{}", new.text);
    assert_eq!(new.body["results"], session.list("").await?.body["results"]);
    Ok(())
}
