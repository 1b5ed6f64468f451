//! The crates that `--out` writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use xtask::codegen::Generated;
use xtask::diagnostic::{Place, Pointer};
use xtask::document::Selection;
use xtask::lower::{Naming, Options};
use xtask::output::Output;
use xtask::{codegen, document, standalone};

use crate::common::{crates, root};

/// Applies `change` to the workspace's own document and generates a client from it. The client has only the given
/// operations, or all operations if none are given.
fn generated(change: impl FnOnce(&str) -> String, operations: &[&str]) -> Generated {
    let text = std::fs::read_to_string(root().join("spec/atlas.yaml")).unwrap();
    let document = document::parse("spec/atlas.yaml", &change(&text)).unwrap();
    let operations = operations.iter().map(ToString::to_string).collect();
    let selection = Selection { operations, ..Selection::default() };
    let options = Options { selection, ..Options::default() };
    codegen::generate(document.openapi, &options).unwrap()
}

/// Returns the files of the crate for the client from [`generated`].
fn output(change: impl FnOnce(&str) -> String, operations: &[&str]) -> Output {
    let out = tempfile::tempdir().unwrap();
    standalone::output(root(), out.path(), &generated(change, operations)).unwrap()
}

fn watches(output: &Output) -> bool {
    let root = output.files.get("lib.rs").unwrap();
    let is_declared = root.contains("\nmod watch;\n");
    let is_used = root.contains("\npub use watch::");
    let exists = output.files.contains_key("watch.rs");
    assert_eq!((is_declared, is_used), (exists, exists), "{root}");
    exists
}

#[test]
fn a_module_that_uses_generated_code_is_included_if_that_code_is_generated() {
    assert!(watches(&output(str::to_owned, &[])));
    let operations = ["listGroupClusterBackupExports", "getGroupClusterBackupExport"];
    assert!(watches(&output(str::to_owned, &operations)));
}

#[test]
fn a_module_is_left_out_if_the_generated_code_that_it_uses_is_absent_or_different() {
    assert!(!watches(&output(str::to_owned, &["createGroupBackupExportBucket"])));
    assert!(!watches(&output(str::to_owned, &["listGroupClusterBackupExports"])));
    let renamed = |text: &str| text.replace("ExportJobState", "JobState");
    assert!(!watches(&output(renamed, &[])));
    let changed = |text: &str| text.replace("exportStatus:", "progress:");
    assert!(!watches(&output(changed, &[])));
}

#[test]
fn the_small_pattern_engine_is_used_if_it_supports_all_patterns() {
    let engine = |output: &Output| {
        let manifests = output.beside.iter().filter(|(path, _)| path.ends_with("Cargo.toml"));
        let manifest: String = manifests.map(|(_, text)| text.as_str()).collect();
        let module = output.files.get("runtime/pattern.rs").unwrap();
        ["regex-lite", "regress"].map(|name| {
            let is_used = module.contains(&format!("use {}::", name.replace('-', "_")));
            assert_eq!(manifest.contains(&format!("\n{name} = ")), is_used, "{manifest}\n{module}");
            is_used
        })
    };
    assert_eq!(engine(&output(str::to_owned, &[])), [true, false]);
    assert_eq!(engine(&output(with_lookahead, &[])), [false, true]);
    let text = "{type: string, pattern: '^(?!-)'}";
    for schema in [
        format!("{{type: array, items: {text}}}"),
        format!("{{type: object, additionalProperties: {{type: array, items: {text}}}}}"),
        format!("{{type: object, properties: {{a: {{oneOf: [{text}, {{type: integer}}]}}}}}}"),
    ] {
        let body = format!("{{application/json: {{schema: {schema}}}}}");
        let operation = "    get:\n      operationId: getPet\n";
        let document = PETS.replace(
            operation,
            &format!("{operation}      requestBody: {{content: {body}}}\n").replace("get", "put"),
        );
        assert_eq!(engine(&other(&document, Naming::default())), [false, true], "{schema}");
    }
}

#[test]
fn the_client_of_the_workspace_rejects_patterns_that_its_engine_does_not_support() {
    let check = |change: fn(&str) -> String| {
        let generated = generated(change, &[]);
        let errors = standalone::unsupported(root(), &generated).unwrap();
        errors.into_iter().map(|error| (error.place, error.what)).unzip()
    };
    let (_, errors): (Vec<_>, Vec<_>) = check(str::to_owned);
    assert_eq!(errors, Vec::<String>::new());
    let (places, errors) = check(with_lookahead);
    let path = "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports";
    assert!(
        matches!(&places[0], Place::Key(it) if *it == Pointer::new(["paths", path, "post"])),
        "{places:?}"
    );
    let expected = "`generated-client` cannot check the pattern `^(?!-)[a-zA-Z0-9-]*$`, because ";
    assert!(errors[0].starts_with(expected), "{errors:?}");
    let (_, errors) =
        check(|text| text.replace("^[a-zA-Z0-9][a-zA-Z0-9-]*$", &"(?!-)a".repeat(50)));
    let shown = format!(" `{}(?…`, ", "(?!-)a".repeat(13));
    assert!(errors[0].contains(&shown), "{errors:?}");
}

#[test]
fn the_client_of_the_workspace_rejects_operations_that_need_more_code() {
    let document = PETS.replace("application/json", "application/x-ndjson");
    let options = Options::default();
    let document = document::parse("pets.yaml", &document).unwrap();
    let generated = codegen::generate(document.openapi, &options).unwrap();
    let errors = standalone::unsupported(root(), &generated).unwrap();
    let what = "`getPet` has a response of JSON lines, which `generated-client` does not support";
    assert_eq!(errors[0].what, what);
    let place = Pointer::new(["paths", "/pets/{petId}", "get"]);
    assert!(matches!(&errors[0].place, Place::Key(it) if *it == place), "{:?}", errors[0].place);
}

fn with_lookahead(text: &str) -> String {
    let changed = text.replace("^[a-zA-Z0-9][a-zA-Z0-9-]*$", "^(?!-)[a-zA-Z0-9-]*$");
    assert_ne!(changed, text);
    changed
}

#[test]
fn the_guides_are_included() {
    let output = output(str::to_owned, &[]);
    let names: Vec<_> =
        output.beside.keys().filter_map(|path| path.file_name()?.to_str()).collect();
    for name in ["Cargo.toml", "README.md", "limits.md", "paging.md", "errors.md"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

/// Generates a client from a document, with features for its tags and with the given name and version.
fn generated_other(text: &str, naming: Naming) -> Generated {
    let document = document::parse("spec.yaml", text).unwrap();
    let options = Options { package: Some(naming), ..Options::default() };
    codegen::generate(document.openapi, &options).unwrap()
}

/// Returns the files of the crate for the client from [`generated_other`].
fn other(text: &str, naming: Naming) -> Output {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("client");
    standalone::output(root(), &folder, &generated_other(text, naming)).unwrap()
}

const PETS: &str = "
openapi: 3.0.3
info: {title: Swagger Petstore, version: '1.0', description: Sells pets.}
servers:
  - url: http://{shop}.example.com/{version}
    description: A shop
    variables:
      shop: {default: main, enum: [main, other], description: Which shop}
      version: {default: v1}
  - {url: 'https://example.com/v2', description: Everything}
  - {url: /v3}
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      parameters:
        - {name: petId, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: A pet.
          content:
            application/json:
              schema: {type: object, properties: {name: {type: string}}}
";

fn beside<'a>(output: &'a Output, name: &str) -> &'a str {
    output.beside.iter().find(|(path, _)| path.ends_with(name)).unwrap().1
}

#[test]
fn the_manifest_is_formatted_and_does_not_mention_the_workspace() {
    let upload = PETS.replace(
        "    get:\n      operationId: getPet\n",
        "    put:\n      operationId: putPet\n      requestBody: {content: {multipart/form-data: {schema: {type: \
         object}}}}\n      parameters: [{name: petId, in: path, required: true, schema: {type: string}}]\n      \
         responses: {'204': {description: It.}}\n    get:\n      operationId: getPet\n",
    );
    let output = other(&upload, Naming::default());
    let manifest = beside(&output, "Cargo.toml");
    assert!(!manifest.contains(" ,"), "{manifest}");
    for about in ["benchmarks", "stay in the workspace", "autobenches"] {
        assert!(!manifest.contains(about), "{about}: {manifest}");
    }
    let dependencies = manifest.split("\n[dependencies]\n").nth(1).unwrap();
    let names = dependencies.lines().take_while(|line| !line.is_empty());
    let names = names.filter(|line| !line.starts_with('#'));
    let names: Vec<_> = names.map(|line| line.split(' ').next().unwrap()).collect();
    assert!(names.is_sorted() && names.contains(&"bytes"), "{names:?}");
}

#[test]
fn a_crate_is_named_and_described_by_its_document() {
    let output = other(PETS, Naming::default());
    let manifest = beside(&output, "Cargo.toml");
    for line in [
        "name = \"swagger-petstore\"",
        "version = \"1.0.0\"",
        "description = \"A typed client for Swagger Petstore\"",
    ] {
        assert!(manifest.lines().any(|it| it == line), "{line}: {manifest}");
    }
    assert!(!manifest.contains("keywords"), "{manifest}");
    let readme = beside(&output, "README.md");
    for text in [
        "# swagger-petstore\n",
        "A typed Rust client for Swagger Petstore, API version 1.0.\n\n> Sells pets.\n",
        "use swagger_petstore::Client;\n",
        "SWAGGER_PETSTORE_BASE_URL",
        "| `get_pet` | `GET /pets/{petId}` |\n",
        "- `https://example.com/v2`: Everything\n",
        // The document declares no security scheme, so the client accepts a bearer token.
        "| `Credentials::bearer(token)` | a bearer token (RFC 6750) | `SWAGGER_PETSTORE_TOKEN` |\n",
        "According to the document, no operation requires credentials. If the server requires none, use `Credentials::none()`.\n",
    ] {
        assert!(readme.contains(text), "{text}: {readme}");
    }
    let root = &output.files["lib.rs"];
    assert!(root.starts_with("#![doc = include_str!(\"../README.md\")]\n"), "{root}");
    // The README is already the crate's documentation. If `lib.rs` included it again, its examples would be compiled
    // twice.
    assert_eq!(root.matches("README").count(), 1, "{root}");
    assert!(
        output.files["generated/operations/get_pet.rs"]
            .contains("client: swagger_petstore::Client")
    );
    let (name, version) = (Some("pets".to_owned()), Some("7.1.0-rc.1".to_owned()));
    let named = Naming { name, version, ..Naming::default() };
    let manifest = other(PETS, named);
    let manifest = beside(&manifest, "Cargo.toml");
    assert!(
        manifest.contains("name = \"pets\"\n") && manifest.contains("\"7.1.0-rc.1\""),
        "{manifest}"
    );
}

#[test]
fn object_ids_are_left_out_if_the_api_has_none() {
    let has_ids = |output: &Output| {
        let is_present = output.files.contains_key("object_id.rs");
        for text in [&output.files["lib.rs"], beside(output, "README.md")] {
            assert_eq!(text.contains("ObjectId"), is_present, "{text}");
        }
        for text in
            [&output.files["lib.rs"], beside(output, "README.md"), beside(output, "Cargo.toml")]
        {
            assert_eq!(text.contains("bson"), is_present, "{text}");
        }
        is_present
    };
    assert!(!has_ids(&other(PETS, Naming::default())));
    let id = "{type: string, pattern: '^([a-f0-9]{24})$'}";
    let list = format!("{{type: array, items: {id}}}");
    let json = format!("content: {{application/json: {{schema: {list}}}}}");
    let operation = "    get:\n      operationId: getPet\n";
    let with = |keyword: &str| PETS.replace(operation, &format!("{operation}      {keyword}\n"));
    for document in [
        PETS.replace(
            "required: true, schema: {type: string}",
            &format!("required: true, schema: {id}"),
        ),
        PETS.replace("name: {type: string}", &format!("name: {list}")),
        PETS.replace("{type: object, properties: {name: {type: string}}}", &list),
        with(&format!("requestBody: {{{json}}}")).replace("get", "put"),
        PETS.replace(
            "      responses:\n",
            &format!("      responses:\n        '404': {{description: None., {json}}}\n"),
        ),
    ] {
        assert!(has_ids(&other(&document, Naming::default())), "{document}");
    }
}

#[test]
fn the_readme_omits_what_the_crate_does_not_have() {
    let readme = |text: &str| beside(&other(text, Naming::default()), "README.md").to_owned();
    let text = readme(PETS);
    for absent in ["Credentials::and", "alternatives", "paged list", "token URL"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
    let keys = "openapi: 3.0.3\n\
         info: {title: Keys, version: '1'}\n\
         servers: [{url: 'https://example.com', description: Only}]\n\
         security: [{a: [], b: []}, {b: []}]\n\
         paths:\n  /keys: {get: {operationId: getKeys, responses: {'204': {description: Nothing.}}}}\n\
         components:\n  securitySchemes:\n    \
           a: {type: apiKey, in: header, name: A}\n    b: {type: apiKey, in: header, name: B}\n";
    let text = readme(keys);
    assert!(text.contains("`Credentials::and` combines"), "{text}");
    assert!(text.contains("variables are all set:\n\n- `a` and `b`\n- `b`\n"), "{text}");
    let only = readme(&keys.replace("{a: [], b: []}, {b: []}", "{a: [], b: []}"));
    assert!(!only.contains("alternatives"), "{only}");
    assert!(
        only.contains("`Credentials::from_env` reads the variables of `a` and `b`.\n"),
        "{only}"
    );
    // The only server is the default, so it is not listed separately.
    assert!(
        text.contains("`https://example.com`. To use another URL") && !text.contains("Only"),
        "{text}"
    );
}

#[test]
fn each_item_of_the_readme_begins_a_line() {
    let output = other(include_str!("emission/15-pages.yaml"), Naming::default());
    let readme = beside(&output, "README.md");
    for start in
        ["\n- The client returns a paged list", "\n- An error message", "\n\nThe module `docs`"]
    {
        assert!(readme.contains(start), "{start:?}: {readme}");
    }
    let output = other(PETS, Naming::default());
    let readme = beside(&output, "README.md");
    for start in ["\n- An error message", "\n\nThe module `docs`"] {
        assert!(readme.contains(start), "{start:?}: {readme}");
    }
}

#[test]
fn the_readme_shows_an_operation_that_is_not_deprecated_and_escapes_paths_in_its_table() {
    let responses = "responses: {'200': {description: It., content: {text/plain: {}}}}";
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: Pets, version: '1'}}\npaths:\n  \
         /old: {{get: {{operationId: getOld, deprecated: true, {responses}}}}}\n  \
         /cats|dogs: {{get: {{operationId: getPets, {responses}}}}}\n"
    );
    let output = other(&text, Naming::default());
    let readme = beside(&output, "README.md");
    assert!(readme.contains("client.get_pets()"), "{readme}");
    assert!(readme.contains("| `get_pets` | `GET /cats\\|dogs` |\n"), "{readme}");
}

#[test]
fn the_readme_enables_the_feature_of_its_example() {
    let letters = |last: char| {
        let operations = ('a'..=last).map(|tag| {
            let responses = "{'200': {description: Text., content: {text/plain: {}}}}";
            format!(
                "  /{tag}: {{get: {{operationId: get-{tag}, tags: [{tag}], responses: {responses}}}}}\n"
            )
        });
        let head = "openapi: 3.0.3\ninfo: {title: Letters, version: '1'}\npaths:\n".to_owned();
        other(&(head + &operations.collect::<String>()), Naming::default())
    };
    // With up to eight tags, the crate has no features for tags.
    assert!(beside(&letters('h'), "README.md").contains("letters = { path = \"../client\" }\n"));
    let output = letters('i');
    let readme = beside(&output, "README.md");
    assert!(
        readme.contains("letters = { path = \"../client\", features = [\"a\"] }\n"),
        "{readme}"
    );
    assert!(readme.contains("client.get_a()"), "{readme}");
}

#[test]
fn no_tag_has_the_name_of_another_feature_of_the_crate() {
    let generated = |tags: &[&str]| {
        let operations = tags.iter().map(|tag| {
            format!("  /{tag}: {{get: {{operationId: get-{tag}, tags: [{tag}], responses: {{'204': {{description: Done.}}}}}}}}\n")
        });
        let head = "openapi: 3.0.3\ninfo: {title: Tags, version: '1'}\npaths:\n".to_owned();
        let naming = Naming { tag_features: Some(true), ..Naming::default() };
        (head + &operations.collect::<String>(), naming)
    };
    let (text, naming) = generated(&["pets"]);
    let output = other(&text, naming);
    let manifest: toml_edit::DocumentMut = beside(&output, "Cargo.toml").parse().unwrap();
    let features = manifest["features"].as_table().unwrap().iter().map(|(name, _)| name);
    let others: Vec<&str> = features.filter(|name| *name != "pets").collect();
    assert!(others.contains(&"default") && others.contains(&"full"), "{others:?}");
    let (text, naming) = generated(&others);
    let tags = generated_other(&text, naming).api.features.into_iter().map(|it| it.name);
    let expected = others.iter().map(|name| format!("{name}-api"));
    assert_eq!(tags.collect::<BTreeSet<_>>(), expected.collect());
}

#[test]
fn a_feature_with_the_name_of_an_operation_does_not_link_to_it() {
    let operations = ('a'..='i').map(|tag| {
        format!("  /{tag}: {{get: {{operationId: {tag}, tags: [{tag}], description: See `b`., responses: {{'204': {{description: Done.}}}}}}}}\n")
    });
    let head = "openapi: 3.0.3\ninfo: {title: Letters, version: '1'}\npaths:\n".to_owned();
    let output = other(&(head + &operations.collect::<String>()), Naming::default());
    let code = &output.files["generated/operations/a/a.rs"];
    assert!(code.contains("/// See [`b`](crate::Client::b).\n"), "{code}");
    assert!(code.contains("/// `GET /a`, feature `a`.\n"), "{code}");
}

#[test]
fn servers_become_base_urls() {
    let output = other(PETS, Naming::default());
    let identity = &output.files["identity.rs"];
    assert!(identity.contains("Some(\"http://main.example.com/v1\")"), "{identity}");
    assert!(identity.contains("IS_PLAIN_HTTP: bool = true"), "{identity}");
    let servers = &output.files["servers.rs"];
    for text in [
        "pub const DEFAULT_BASE_URL: &'static str = \"http://main.example.com/v1\";",
        "pub fn default_base_url(shop: &str, version: &str) -> String {",
        "/// - `shop`: Which shop. One of `main`, `other`. The document's default is `main`.\n",
        "pub const EVERYTHING_BASE_URL: &'static str = \"https://example.com/v2\";",
    ] {
        assert!(servers.contains(text), "{text}: {servers}");
    }
    assert_eq!(servers.matches("_BASE_URL: ").count(), 2, "{servers}");
    let relative = PETS.replace("http://{shop}.example.com", "").replace("https://example.com", "");
    let output = other(&relative, Naming::default());
    assert!(output.files["identity.rs"].contains("BASE_URL: Option<&str> = None;"));
    assert!(
        beside(&output, "README.md")
            .contains("put the scheme and the host of the API before it. The document lists these servers:\n\n- `/{version}`")
    );
    let (start, rest) = PETS.split_once("  - url: http").unwrap();
    let (_, end) = rest.split_once("  - {url: /v3}\n").unwrap();
    let output = other(&format!("{start}  - {{url: /v3}}\n{end}"), Naming::default());
    let readme = beside(&output, "README.md");
    assert!(readme.contains("The document lists this server:\n\n- `/v3`\n"), "{readme}");
}

/// If a local server in the document allowed plain `http`, callers could send credentials to any host without TLS.
#[test]
fn a_local_server_does_not_make_plain_http_the_protocol_of_the_api() {
    let is_plain = |server: &str| {
        let document = PETS.replace("http://{shop}.example.com", server);
        let output = other(&document, Naming::default());
        output.files["identity.rs"].contains("IS_PLAIN_HTTP: bool = true")
    };
    for local in ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:8080"] {
        assert!(!is_plain(local), "{local}");
    }
    for remote in ["http://localhost.example.com", "http://192.0.2.1", "http://{shop}:80"] {
        assert!(is_plain(remote), "{remote}");
    }
}

#[test]
fn only_a_complete_url_of_the_first_server_is_the_default() {
    let unknown = "url: http://{shop}.{region}.example.com/{version}";
    let document = PETS.replace("url: http://{shop}.example.com/{version}", unknown);
    let output = other(&document, Naming::default());
    assert!(output.files["identity.rs"].contains("BASE_URL: Option<&str> = None;"));
    let servers = &output.files["servers.rs"];
    assert!(
        servers.contains("    /// Everything.\n    pub const EVERYTHING_BASE_URL: "),
        "{servers}"
    );
    assert!(!servers.contains("region") && !servers.contains("DEFAULT"), "{servers}");
    assert!(beside(&output, "README.md").contains("There is no default base URL"));

    let (head, rest) = PETS.split_once("servers:").unwrap();
    let (_, paths) = rest.split_once("paths:").unwrap();
    let query = "servers: [{url: 'https://example.com/?tenant=a'}]\n";
    let output = other(&format!("{head}{query}paths:{paths}"), Naming::default());
    assert!(output.files["identity.rs"].contains("BASE_URL: Option<&str> = None;"));
    let output = other(&format!("{head}paths:{paths}"), Naming::default());
    let readme = beside(&output, "README.md");
    assert!(readme.contains("for `Client::from_env`.\n\n## Credentials"), "{readme}");
    assert!(readme.contains("because the document lists no servers."), "{readme}");
    let output = other(
        &format!("{head}servers: [{{url: '', description: Own}}]\npaths:{paths}"),
        Naming::default(),
    );
    let readme = beside(&output, "README.md");
    let item =
        "\n- an empty URL, so the API is on the host that serves the OpenAPI document: Own\n";
    assert!(readme.contains(item), "{readme}");
}

#[test]
fn a_description_cannot_change_the_rest_of_the_readme() {
    let document = PETS.replace(
        "description: Sells pets.",
        r#"description: "Sells.\n\n```\ncode\n```\n\n    indented\n\n```json\nunclosed""#,
    );
    let readme = beside(&other(&document, Naming::default()), "README.md").to_owned();
    let quoted = "> Sells.\n>\n> ```text\n> code\n> ```\n>\n>    indented\n>\n> ```text\n> unclosed\n> ```\n";
    assert!(readme.contains(quoted), "{readme}");
}

#[test]
fn a_crate_for_atlas_keeps_the_modules_that_are_specific_to_atlas() {
    let text = std::fs::read_to_string(root().join("spec/atlas.yaml")).unwrap();
    let output = other(&text, standalone::naming(root(), root(), Some("mine"), None).unwrap());
    for text in ["MONGODB_ATLAS_BASE_URL", "HAS_ENVELOPES: bool = true"] {
        assert!(output.files["identity.rs"].contains(text), "{text}");
    }
    assert!(beside(&output, "docs/errors.md").contains("\n\n# Envelopes\n"));
    assert!(watches(&output));
    assert!(output.files["watch.rs"].contains("client: mine::Client"));
}

/// Writes a crate. Compiles the crate, its example and its documentation without warnings, and runs the given test
/// files.
fn passes(name: &str, spec: &str, tests: &[&str]) {
    let mut files = crates::files(&generated_other(spec, Naming::default()));
    let readme = files.get("README.md").unwrap();
    let (_, example) = readme.split_once("```rust,no_run\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    files.insert("examples/readme.rs".to_owned(), example.to_owned());
    // If another manifest replaced this one before the tests, the next run would document the crate again.
    let folder = crates::write(&format!("{name}-alone"), files.clone());
    crates::succeeds(&folder, &["check", "--example", "readme"]);
    // With `--examples`, dependencies have the same features as in the previous command, so cargo does not compile them
    // again.
    crates::succeeds(&folder, &["doc", "--no-deps", "--lib", "--examples"]);
    crates::succeeds(&with_tests(name, files, tests), &["test"]);
}

/// Writes a crate with the given test files. Returns its folder.
fn with_tests(name: &str, mut files: BTreeMap<String, String>, tests: &[&str]) -> PathBuf {
    for test in tests {
        let text = root().join("xtask/tests/standalone").join(test);
        files.insert(format!("tests/{test}"), std::fs::read_to_string(text).unwrap());
    }
    crates::write_shared(name, files)
}

#[test]
fn a_crate_generated_from_another_document_builds_on_its_own() {
    passes("pets", PETS, &[]);
}

#[test]
fn calls_are_sent_as_the_document_describes_them() {
    let things = std::fs::read_to_string(root().join("xtask/tests/standalone/things.yaml"));
    passes("things", &things.unwrap(), &["calls.rs"]);
}

#[test]
fn credentials_in_the_environment_are_complete_or_absent() {
    let pairs = PETS.replace("Swagger Petstore", "Pairs")
        + "components:\n  securitySchemes:\n    basic: {type: http, scheme: basic}\n    \
           bearer: {type: http, scheme: bearer}\n";
    let files = crates::files(&generated_other(&pairs, Naming::default()));
    crates::succeeds(&with_tests("pairs", files, &["environment.rs"]), &["test"]);
}

/// A document with an operation that has its own server.
fn uploads() -> String {
    PETS.replace("Swagger Petstore", "Uploads")
        + "  /uploads:\n    put:\n      operationId: putUpload\n      \
           servers: [{url: 'http://uploads.example.com/{version}/', variables: {version: {default: v2}}}]\n      \
           responses: {'204': {description: Done.}}\n"
}

#[test]
fn an_operation_is_sent_to_its_own_server_unless_the_caller_sets_a_base_url() {
    let files = crates::files(&generated_other(&uploads(), Naming::default()));
    crates::succeeds(&with_tests("uploads", files, &["servers.rs"]), &["test"]);
}

#[test]
fn the_readme_lists_the_servers_of_operations() {
    let output = other(&uploads(), Naming::default());
    let readme = beside(&output, "README.md");
    let text = "\nSome operations have their own server, to which the client sends them unless you set a base URL: \
                `http://uploads.example.com/v2/`.\n\n## Credentials\n";
    assert!(readme.contains(text), "{readme}");
    let readme = beside(&other(PETS, Naming::default()), "README.md").to_owned();
    assert!(!readme.contains("own server"), "{readme}");
}

#[test]
fn no_scheme_has_the_name_of_another_item() {
    let schemes = "components:\n  securitySchemes:\n    alternatives: {type: http, scheme: basic}\n    \
                   isOptional: {type: http, scheme: bearer}\n";
    let output = other(&format!("{PETS}{schemes}"), Naming::default());
    let text = &output.files["credentials/schemes.rs"];
    for name in ["ALTERNATIVES: ", "IS_OPTIONAL: "] {
        assert_eq!(text.matches(name).count(), 1, "{name}: {text}");
    }
}

#[test]
fn the_docs_of_a_method_state_its_own_credentials_and_server() {
    let things = std::fs::read_to_string(root().join("xtask/tests/standalone/things.yaml"));
    let output = other(&things.unwrap(), Naming::default());
    for (operation, text) in [
        ("get_public", "`GET /public`. Requires no credentials.\n"),
        (
            "get_public",
            "/// The API serves this operation at the root of the host that serves the OpenAPI",
        ),
        ("ping", "Scopes: `read`.\n"),
        (
            "get_optional",
            "`GET /optional`. Can be called without credentials, or with `Credentials::bearer`.\n",
        ),
        (
            "get_elsewhere",
            "Requires the credentials `Credentials::basic` and\n    /// `Credentials::query_key`, or `Credentials::bearer`.\n",
        ),
        (
            "get_elsewhere",
            "/// The API serves this operation at `https://elsewhere.example.com`. Call it",
        ),
    ] {
        let file = &output.files[&format!("generated/operations/{operation}.rs")];
        assert!(file.contains(text), "{text}: {file}");
    }
    let ping = &output.files["generated/operations/ping.rs"];
    assert!(!ping.contains("credentials") && !ping.contains("serves"), "{ping}");
}

#[test]
fn a_crate_generated_from_another_document_does_not_mention_atlas() {
    let output = other(PETS, Naming::default());
    let files = output.files.iter().map(|(path, text)| (path.clone(), text));
    let beside = output.beside.iter().map(|(path, text)| (path.display().to_string(), text));
    for (path, text) in files.chain(beside).filter(|(path, _)| !path.contains("LICENSE")) {
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.to_lowercase();
            assert!(
                !line.contains("atlas") && !line.contains("mongodb"),
                "{path}:{number}: {line}"
            );
        }
    }
}

#[test]
fn environment_variables_repeat_words_only_where_necessary() {
    let variables = |title: &str, schemes: &[&str]| {
        let scheme =
            |name: &&str| format!("    {name}: {{type: apiKey, in: header, name: X-{name}}}\n");
        let schemes: String = schemes.iter().map(scheme).collect();
        let pets = PETS.replace("Swagger Petstore", title);
        let output =
            other(&format!("{pets}components:\n  securitySchemes:\n{schemes}"), Naming::default());
        let schemes = &output.files["credentials/schemes.rs"];
        let lists = schemes.split("variables: &[\"").skip(1);
        let lists: Vec<_> = lists.map(|it| it.split_once('"').unwrap().0.to_owned()).collect();
        lists
    };
    assert_eq!(variables("Pets API", &["one"]), ["PETS_API_KEY"]);
    assert_eq!(
        variables("Pets", &["x_api_key", "api", "key"]),
        ["PETS_X_API_KEY", "PETS_API_KEY", "PETS_KEY_API_KEY"]
    );
    assert_eq!(variables("Pets", &["api", "api_key"]), ["PETS_API_KEY", "PETS_API_KEY_API_KEY"]);
    assert_eq!(
        variables("Pets", &["ApiKey", "apiKey", "api_key"]),
        ["PETS_API_KEY", "PETS_API_KEY_API_KEY", "PETS_API_KEY_API_KEY2"]
    );
    // The first scheme keeps its variable when the document adds others.
    assert_eq!(
        variables("Pets", &["one", "other", "token"]),
        ["PETS_API_KEY", "PETS_OTHER_API_KEY", "PETS_TOKEN_API_KEY"]
    );
    // A variable always begins with the whole name of the crate, even if that name is a part of `API_KEY`.
    assert_eq!(variables("API", &["one"]), ["API_API_KEY"]);
}

#[test]
fn the_example_of_the_readme_calls_the_simplest_read() {
    let shown = |document: &str| {
        let output = other(document, Naming::default());
        let readme = beside(&output, "README.md").to_owned();
        readme.split_once("client.").unwrap().1.split_once('(').unwrap().0.to_owned()
    };
    assert_eq!(shown(PETS), "get_pet");
    let more = |id: &str, about: &str, content: &str| {
        format!(
            "  /{id}:\n    get:\n      operationId: {id}\n      {about}\n      responses: {{'200': {{description: It., content: \
             {{{content}: {{schema: {{type: object, properties: {{a: {{type: string}}}}}}}}}}}}}}\n"
        )
    };
    let with = |operation: String| PETS.to_owned() + &operation;
    assert_eq!(shown(&with(more("status", "summary: One.", "application/json"))), "status");
    assert_eq!(shown(&with(more("status", "deprecated: true", "application/json"))), "get_pet");
    assert_eq!(shown(&with(more("status", "summary: One.", "image/png"))), "get_pet");
}

#[test]
fn each_security_scheme_has_a_constructor_and_variables() {
    let things = std::fs::read_to_string(root().join("xtask/tests/standalone/things.yaml"));
    let output = other(&things.unwrap(), Naming::default());
    let schemes = &output.files["credentials/schemes.rs"];
    for text in [
        "    &[&KEY],\n    &[&BASIC, &KEY],\n    &[&OAUTH],\n    &[&OAUTH_TOKEN],\n",
        "pub(crate) const IS_OPTIONAL: bool = false;",
        "variables: &[\"THINGS_CLIENT_ID\", \"THINGS_CLIENT_SECRET\"],",
        "variables: &[\"THINGS_API_KEY\"],",
        "pub fn oauth_token(token: impl Into<SecretString>) -> Self {",
        "/// Creates credentials for the security scheme `key`: a key for the `X-Key` header.\n    ///\n    /// From the portal.\n",
    ] {
        assert!(schemes.contains(text), "{text}: {schemes}");
    }
    let readme = beside(&output, "README.md");
    assert!(readme.contains("| `Credentials::basic(username, password)` |"), "{readme}");
    assert!(readme.contains("- `basic` and `key`\n"), "{readme}");
    assert!(readme.contains("pass it to `Credentials::with_token_url`.\n"), "{readme}");
}

/// Returns the text of `credentials/schemes.rs` for a document with two keys, an alias and the given requirements.
fn keys(security: &str) -> String {
    let document = format!(
        "
openapi: 3.0.3
info: {{title: Keys, version: '1'}}
security: {security}
paths:
  /ping: {{get: {{operationId: ping, responses: {{'204': {{description: Done.}}}}}}}}
components:
  securitySchemes:
    one: {{type: apiKey, in: header, name: X-Key}}
    alias: {{$ref: '#/components/securitySchemes/one'}}
    other: {{type: apiKey, in: header, name: x-key}}
"
    );
    other(&document, Naming::default()).files.remove("credentials/schemes.rs").unwrap()
}

#[test]
fn the_docs_of_an_authorization_header_mention_the_prefix() {
    let document = "
openapi: 3.0.3
info: {title: Keys, version: '1'}
security: [{token: []}, {other: []}]
paths:
  /ping: {get: {operationId: ping, responses: {'204': {description: Done.}}}}
components:
  securitySchemes:
    token: {type: apiKey, in: header, name: authorization, description: \"Send `Token a|b`.\\n\\nNever share it.\"}
    other: {type: apiKey, in: header, name: X-Key, description: From the portal.}
";
    let output = other(document, Naming::default());
    let value = "the value of the `authorization` header, with a prefix such as `Token` if the API requires one";
    let readme = beside(&output, "README.md");
    for row in [
        &format!("| `Credentials::token(key)` | {value}. Send `Token a\\|b`. | `"),
        "| `Credentials::other(key)` | a key for the `X-Key` header | `",
    ] {
        assert!(readme.contains(row), "{row}: {readme}");
    }
    let schemes = &output.files["credentials/schemes.rs"];
    assert!(schemes.contains("if the API requires one.\n"), "{schemes}");
    assert!(
        schemes.contains("/// Send `Token a|b`.\n    ///\n    /// Never share it.\n"),
        "{schemes}"
    );
}

#[test]
fn an_empty_requirement_makes_credentials_optional() {
    assert!(keys("[{one: []}, {}]").contains("pub(crate) const IS_OPTIONAL: bool = true;"));
    assert!(keys("[{one: []}]").contains("pub(crate) const IS_OPTIONAL: bool = false;"));
}

#[test]
fn a_reference_to_a_scheme_is_treated_as_a_scheme() {
    let schemes = keys("[{alias: []}]");
    assert!(schemes.contains("&[&ALIAS]") && !schemes.contains("&[&ONE]"), "{schemes}");
}

#[test]
fn two_keys_in_the_same_header_are_never_sent_together() {
    let schemes = keys("[{one: [], other: []}, {one: []}]");
    assert!(schemes.contains("&[&ONE]"), "{schemes}");
    assert!(!schemes.contains("&ONE, &OTHER"), "{schemes}");
}
