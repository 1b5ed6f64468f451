//! Emitted code for the smallest document that shows each feature.
//!
//! Each fixture and the snapshot of its relevant files are side by side in `emission/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use insta::{assert_snapshot, with_settings};
use openapiv3::{Components, OpenAPI};
use proc_macro2::{TokenStream, TokenTree};
use xtask::codegen::{self, Generated};
use xtask::document::{self, Selection};
use xtask::lower::Options;

use crate::common::{crates, description, fixture, fixture_path, parse, up_to};

fn generate(name: &str) -> Generated {
    let document = fixture("emission", name).openapi;
    codegen::generate(document, &Options::default()).unwrap_or_else(|failure| panic!("{failure:?}"))
}

/// Compares the files at `paths` that are emitted for a fixture with the fixture's snapshot.
fn shows(name: &str, paths: &[&str]) {
    let generated = generate(name);
    let text = |path: &&str| {
        let file = generated.files.iter().find(|file| file.path == *path);
        let file = file.unwrap_or_else(|| panic!("`{path}` is not emitted"));
        format!("// ==> {path} <==\n{}", file.text)
    };
    let texts: Vec<String> = paths.iter().map(text).collect();
    with_settings!({
        snapshot_path => "emission", prepend_module_to_snapshot => false, omit_expression => true,
        description => description(&fixture("emission", name)),
    }, { assert_snapshot!(name, texts.join("\n")) });
}

#[test]
fn an_optional_field_is_an_option_with_a_setter() {
    shows("01-fields", &["models/fields.rs"]);
}

#[test]
fn a_field_that_only_the_server_sets_has_a_setter_only_for_tests() {
    shows("26-read-only", &["models/cluster.rs"]);
}

#[test]
fn values_have_idiomatic_types() {
    shows("02-values", &["models/values.rs"]);
}

#[test]
fn each_value_of_an_enum_has_a_variant() {
    shows("03-enum", &["models/odd.rs", "models/enum_holder.rs"]);
}

#[test]
fn a_number_in_an_enum_has_the_name_that_the_document_gives_it() {
    let models = ["titled", "listed", "incomplete", "either", "text", "named_states"];
    let paths = models.map(|model| format!("models/{model}.rs"));
    shows("34-named-values", &paths.each_ref().map(String::as_str));
}

#[test]
fn a_union_is_an_enum_that_writes_its_own_discriminator() {
    let models = ["union_request", "small_request", "bare_request", "union_response"];
    let paths = models.map(|model| format!("models/{model}.rs"));
    let mut paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    paths.push("operations/create_union.rs");
    shows("04-union", &paths);
}

#[test]
fn an_integer_or_a_boolean_can_select_the_variant_of_a_union() {
    let models = ["component", "row", "channel", "text_channel", "tags"];
    let paths = models.map(|model| format!("models/{model}.rs"));
    let mut paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    paths.push("operations/create_tags.rs");
    shows("35-tags", &paths);
}

#[test]
fn deprecated_items_have_the_deprecated_attribute() {
    shows(
        "05-deprecated",
        &[
            "models/deprecated_request.rs",
            "models/deprecated_response.rs",
            "operations/create_deprecated.rs",
        ],
    );
}

#[test]
fn a_body_is_checked_before_it_is_sent() {
    shows(
        "06-rules",
        &[
            "models/rules_request.rs",
            "models/rules_part.rs",
            "operations/put_rules.rs",
            "operations/patch_rules.rs",
        ],
    );
}

#[test]
fn a_bound_that_the_type_cannot_represent_is_dropped() {
    shows("38-useless-bounds", &["operations/get_bounds.rs"]);
}

#[test]
fn an_operation_with_its_own_server_is_sent_there_by_default() {
    shows("39-servers", &["operations/upload_file.rs", "operations/delete_files.rs"]);
}

#[test]
fn an_operation_without_parameters_has_no_setters() {
    shows("07-operation-bare", &["operations/delete_bare.rs"]);
}

#[test]
fn a_parameter_is_an_argument_or_a_setter() {
    let paths = ["operations/get_parameters.rs", "models/get_parameters.rs"];
    shows("08-operation-parameters", &paths);
}

#[test]
fn a_body_and_a_response_can_be_lists() {
    shows("09-lists", &["operations/create_lists.rs"]);
}

#[test]
fn a_body_and_a_response_need_not_be_models() {
    shows(
        "10-plain",
        &["operations/put_map.rs", "operations/post_any.rs", "operations/patch_text.rs"],
    );
}

#[test]
fn a_reserved_name_is_changed() {
    let operations = ["operations/create_names.rs", "operations/list_names.rs"];
    shows(
        "11-names",
        &["models/mod.rs", "models/names.rs", "models/methods.rs", operations[0], operations[1]],
    );
}

#[test]
fn a_model_can_have_the_name_of_a_request() {
    shows("37-models-and-requests", &["models/task_success.rs", "operations/task.rs"]);
}

#[test]
fn the_docs_of_a_version_state_its_date_and_its_sunset() {
    let files = ["get_versions_v2023_01_01", "get_sunsets", "create_status"];
    let files = files.map(|name| format!("operations/{name}.rs"));
    shows("12-versions", &files.each_ref().map(String::as_str));
}

#[test]
fn a_newer_version_deprecates_only_versions_that_are_older_than_the_plain_one() {
    let document = fixture("passes", "06-versions-three").openapi;
    let generated = codegen::generate(document, &up_to("2024-12-31")).unwrap();
    let head = |version: &str| {
        let path = format!("operations/get_thing{version}.rs");
        let file = generated.files.iter().find(|file| file.path == path).unwrap();
        let code = file.text.split("impl Client {\n").nth(1).unwrap();
        let (docs, rest) = code.split_once("    ///\n    /// # Example").unwrap();
        let deprecation = rest.lines().filter(|line| line.contains("#[deprecated("));
        docs.lines().chain(deprecation).map(str::trim).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(head("_v2023_01_01"), @r#"
    /// Sends `GET /things`, resource version 2023-01-01.
    #[deprecated(note = "use `get_thing_v2025_02_19` (resource version 2025-02-19)")]
    "#);
    assert_snapshot!(head(""), @r"
    /// Sends `GET /things`, resource version 2024-05-30.
    ///
    /// [`get_thing_v2025_02_19`](crate::Client::get_thing_v2025_02_19) requests the newer resource
    /// version 2025-02-19.
    ");
    assert_snapshot!(head("_v2025_02_19"), @"/// Sends `GET /things`, resource version 2025-02-19.");
}

#[test]
fn a_description_links_to_the_method_with_the_plain_name() {
    let text = fs::read_to_string(fixture_path("passes", "06-versions-three")).unwrap();
    let id = "operationId: deleteThing";
    assert!(text.contains(id), "{text}");
    let text = text.replace(id, &format!("{id}\n      description: Undoes `getThing`."));
    let generated =
        codegen::generate(parse("linked", &text).openapi, &up_to("2024-12-31")).unwrap();
    let mut files = generated.files.iter();
    let file = files.find(|file| file.path == "operations/delete_thing.rs").unwrap();
    assert!(file.text.contains("/// Undoes [`get_thing`](crate::Client::get_thing)."), "{file:?}");
}

#[test]
fn a_description_becomes_a_valid_doc_comment() {
    let operations = ["get_blank", "get_fence", "put_fence", "post_fence", "get_pattern"];
    let operations = operations.map(|operation| format!("operations/{operation}.rs"));
    let operations = operations.each_ref().map(String::as_str);
    shows("13-docs", &[&["models/docs.rs"], &operations[..]].concat());
}

#[test]
fn a_recursive_model_is_boxed() {
    let models = ["circle", "circle_back", "circle_variant"].map(|it| format!("models/{it}.rs"));
    let [circle, back, variant] = models.each_ref().map(String::as_str);
    shows("14-circle", &[circle, back, variant, "operations/create_circle_node.rs"]);
}

#[test]
fn a_body_can_be_bytes_or_text() {
    let operations = [
        "put_bytes",
        "put_text",
        "put_cover",
        "put_any_text",
        "put_mixed",
        "add_mixed",
        "put_raw_form",
    ];
    let paths = operations.map(|operation| format!("operations/{operation}.rs"));
    shows("17-raw-bodies", &paths.each_ref().map(String::as_str));
}

#[test]
fn bodies_can_be_described_as_in_openapi_3_1() {
    let operations = ["post_newer_files", "get_newer_lines", "get_newer_events"];
    let paths = operations.map(|operation| format!("operations/{operation}.rs"));
    shows("29-newer-bodies", &paths.each_ref().map(String::as_str));
}

#[test]
fn a_body_can_be_a_form() {
    let operations = ["post_fields", "post_parts", "post_typed_parts", "post_free_parts"];
    let paths = operations.map(|operation| format!("operations/{operation}.rs"));
    shows("18-forms", &paths.each_ref().map(String::as_str));
}

#[test]
fn a_body_with_several_media_types_has_several_methods() {
    let operations = ["post_several_types", "post_several_types_as_xml"];
    let paths = operations.map(|operation| format!("operations/{operation}.rs"));
    shows("19-several-media-types", &paths.each_ref().map(String::as_str));
}

#[test]
fn an_optional_body_has_a_setter() {
    shows("27-optional-bodies", &["operations/put_optional.rs", "operations/put_optional_text.rs"]);
}

#[test]
fn a_success_can_have_several_values_or_none() {
    let operations =
        ["put_several", "get_ranges", "post_ranges", "head_several", "get_redirect", "get_lines"];
    let paths = operations.map(|operation| format!("operations/{operation}.rs"));
    shows("20-successes", &paths.each_ref().map(String::as_str));
}

#[test]
fn the_docs_of_an_error_name_the_model_of_its_body() {
    shows(
        "21-errors",
        &[
            "operations/get_errors.rs",
            "operations/get_one_error.rs",
            "operations/get_two_errors.rs",
            "models/mod.rs",
        ],
    );
}

#[test]
fn a_paged_list_has_a_stream() {
    shows("15-pages", &["models/page_of_items.rs", "operations/list_pages.rs"]);
}

#[test]
fn an_item_of_a_page_has_an_id_that_may_be_absent() {
    shows("36-page-ids", &["models/page_ids.rs", "operations/list_page_id_unions.rs"]);
}

#[test]
fn a_request_can_contain_an_empty_list_and_null_where_the_schema_allows_it() {
    shows("17-three-states", &["models/states.rs", "models/states_received.rs"]);
}

#[test]
fn a_parameter_states_its_style_unless_it_is_the_default() {
    shows("20-styles", &["operations/get_styles.rs"]);
}

#[test]
fn an_example_sets_the_properties_that_only_the_first_variant_requires() {
    shows("28-merged-unions", &["operations/put_merged.rs"]);
}

#[test]
fn an_example_uses_only_integers_that_the_type_can_represent() {
    shows("33-examples", &["operations/get_examples.rs"]);
}

#[test]
fn models_keep_every_value_of_numeric_enums_and_unions() {
    shows("25-kept", &["models/kept.rs", "models/kept_inferred.rs"]);
}

#[test]
fn a_union_of_json_types_is_an_enum_with_a_variant_for_each_type() {
    let models = ["type_unions", "type_unions_input", "type_unions_tool", "type_unions_filter"];
    let models = models.map(|model| format!("models/{model}.rs"));
    let operations = ["create_type_unions", "put_type_unions"];
    let operations = operations.map(|operation| format!("operations/{operation}.rs"));
    let paths: Vec<&str> = models.iter().chain(&operations).map(String::as_str).collect();
    shows("30-type-unions", &paths);
}

#[test]
fn a_list_of_types_is_a_union_of_these_types() {
    let models = ["models/type_lists.rs", "operations/create_type_lists.rs"];
    shows("31-type-lists", &models);
}

#[test]
fn a_password_is_a_secret() {
    let operations = ["post_secrets", "post_secret_parts", "put_secret_text"];
    let operations = operations.map(|it| format!("operations/{it}.rs"));
    let models = ["models/secrets.rs", "models/secret_merged.rs"].map(str::to_owned);
    let paths: Vec<String> = models.into_iter().chain(operations).collect();
    shows("32-secrets", &paths.iter().map(String::as_str).collect::<Vec<_>>());
}

/// The start of a document, up to the properties of the schema `All`.
const NAMES: &str = "\
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /names:
    get:
      operationId: getNames
      responses:
        '200': {description: All names., content: {application/json: {schema: {$ref: '#/components/schemas/All'}}}}
components:
  schemas:
    All: {type: object, properties: {";

/// A file cannot both import a name and define a model with this name.
#[test]
fn no_model_has_the_name_of_an_import() {
    let mut imported = BTreeSet::new();
    let fixtures = codegen::generate(every_fixture(), &Options::default()).unwrap();
    let spec = codegen::generate(spec(), &Options::default()).unwrap();
    for file in fixtures.files.iter().chain(&spec.files) {
        let imports = file.text.split("\nuse ").skip(1).filter_map(|it| it.split(';').next());
        let names = imports.filter(|it| !it.starts_with("crate::models::")).flat_map(|it| {
            it.split(|letter: char| !letter.is_alphanumeric()).map(ToOwned::to_owned)
        });
        imported.extend(names.filter(|it| it.starts_with(|it: char| it.is_ascii_uppercase())));
    }
    assert!(imported.contains("ResponseFuture"), "{imported:?}");
    let names = || imported.iter().map(String::as_str);
    let mut text = NAMES.to_owned();
    text.extend(names().flat_map(|it| [it, ": {$ref: '#/components/schemas/", it, "'}, "]));
    text.push_str("}}\n");
    let schema = ": {type: object, properties: {name: {type: string}}}\n";
    text.extend(names().flat_map(|it| ["    ", it, schema]));
    let api = codegen::generate(parse("names", &text).openapi, &Options::default()).unwrap().api;
    assert_eq!(api.models.len(), imported.len() + 1);
    let taken = api.models.iter().filter(|model| imported.contains(&model.ident));
    assert_eq!(taken.map(|model| model.ident.as_str()).collect::<Vec<_>>(), [""; 0]);
}

/// Returns every string literal and every line of a doc comment in the emitted files.
fn literals(generated: &Generated) -> BTreeSet<String> {
    fn collect(tokens: TokenStream, found: &mut BTreeSet<String>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => collect(group.stream(), found),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        found.insert(text.value().trim().to_owned());
                    }
                }
                _ => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    for file in generated.files.iter().filter(|file| file.path != codegen::API_JSON) {
        collect(file.text.parse().unwrap(), &mut found);
    }
    found
}

/// The test that compiles all fixtures also compiles this fixture.
#[test]
fn text_that_looks_like_rust_is_emitted_unchanged() {
    let found = literals(&generate("16-text"));
    for text in [
        "A (B)",
        "C {D} \"E\" \\F // G",
        "kind (of) \"it\"",
        "prop (x) \"y\" \\z",
        "q (x) \"y\" \\z",
        "/text (x)/{id}:move",
        "^[^\"(\\\\{]*// (a)$",
        "{x}",
        "say \"hi\"",
        "back\\slash",
        "// none",
        "line\nbreak",
        "r#\"raw\"#",
        "é",
        "A (B) {x} \"hi\" back\\slash // none line r#\"raw\"# done.",
    ] {
        assert!(found.contains(text), "{text:?} is lost in {found:#?}");
    }
    let default = "Defaults to `A (B) {x} \"hi\" \\ // r#\"`.";
    assert!(found.iter().any(|line| line.contains(default)), "{found:#?}");
}

/// Each model and each operation has its own file, and the lists in the other files are sorted.
#[test]
fn the_order_of_schemas_and_paths_changes_no_file() {
    for document in [spec(), every_fixture()] {
        let mut reversed = document.clone();
        reversed.paths.paths.reverse();
        reversed.components.as_mut().unwrap().schemas.reverse();
        let files = |document| codegen::generate(document, &Options::default()).unwrap().files;
        for (reversed, file) in files(reversed).into_iter().zip(files(document)) {
            assert_eq!(reversed.text, file.text, "{}", file.path);
        }
    }
}

/// Compiles all fixtures as one document, because compiling a crate takes seconds. Also compiles the smallest fixture,
/// whose crate must have no warnings about unused code.
#[test]
fn emitted_code_and_its_examples_compile_without_warnings() {
    // `wire.rs` sends requests to sockets, and `round_trip.rs` decodes and encodes values.
    let files = compiles(every_fixture(), "whole", &["wire", "round_trip"]);
    let folder = crates::write_shared("whole", files);
    let tests = ["test", "--features", "test-util"];
    crates::succeeds(&folder, &[&tests[..], &["--test", "wire", "--test", "round_trip"]].concat());
    // The filter `generated` excludes the examples of hand-written code, because they call operations that the fixtures
    // lack.
    crates::succeeds(&folder, &[&tests[..], &["--doc", "generated"]].concat());
    compiles(fixture("emission", "07-operation-bare").openapi, "bare", &[]);
}

/// Compiles the crate for a document, and checks that there are no warnings. Returns the crate's files, including the
/// given tests.
fn compiles(document: OpenAPI, name: &str, tests: &[&str]) -> BTreeMap<String, String> {
    let generated = codegen::generate(document, &Options::default()).unwrap();
    let mut files = crates::files(&generated);
    // Cargo would confuse crates that have the same name and version in one target folder.
    let version = format!("\nversion = \"0.0.0-{name}+");
    let manifest = files.get("Cargo.toml").unwrap().replacen("\nversion = \"", &version, 1);
    files.insert("Cargo.toml".to_owned(), format!("{manifest}\n{TOKIO}"));
    for test in tests {
        let source = fixture_path("emission", test).with_extension("rs");
        files.insert(format!("tests/{test}.rs"), fs::read_to_string(source).unwrap());
    }
    crates::succeeds(&crates::write(name, files.clone()), &["check"]);
    files
}

/// The manifest lines for tokio, on which the tests in the generated crate depend.
const TOKIO: &str = "[dev-dependencies.tokio]\nversion = \"1\"\nfeatures = [\"fs\", \"io-util\", \"macros\", \"net\", \"rt\"]\n";

fn spec() -> OpenAPI {
    let spec = fixture_path("emission", "../../../spec/atlas");
    let document = document::load(&spec, &[], &Selection::default());
    document.unwrap_or_else(|error| panic!("{error}")).openapi
}

fn every_fixture() -> OpenAPI {
    let folder = fixture_path("emission", "any");
    let entries = fs::read_dir(folder.parent().unwrap()).unwrap().map(|it| it.unwrap().path());
    let yaml = entries.filter(|path| path.extension().is_some_and(|it| it == "yaml"));
    let mut names: Vec<String> =
        yaml.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    let mut whole = fixture("emission", &names.remove(0)).openapi;
    let mut schemas = whole.components.take().unwrap_or_default().schemas;
    for name in names {
        let part = fixture("emission", &name).openapi;
        whole.paths.paths.extend(part.paths.paths);
        schemas.extend(part.components.unwrap_or_default().schemas);
    }
    whole.components = Some(Components { schemas, ..Components::default() });
    whole
}
