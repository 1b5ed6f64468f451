//! What is emitted, on the smallest document that shows it.
//!
//! A fixture and the snapshot of the files that matter stand side by side in `emission/`.

mod common;

use insta::{assert_snapshot, with_settings};
use xtask::codegen::{self, Generated};
use xtask::lower::Options;

use common::{description, fixture};

fn generate(name: &str) -> Generated {
    let document = fixture("emission", name).openapi;
    codegen::generate(document, &Options::default()).unwrap_or_else(|failure| panic!("{failure:?}"))
}

/// Compares these files of what a fixture becomes.
fn shows(name: &str, paths: &[&str]) {
    let generated = generate(name);
    let text = |path: &&str| {
        let file = generated.files.iter().find(|file| file.path == *path);
        let file = file.unwrap_or_else(|| panic!("{path} is not emitted"));
        format!("// ==> {path} <==\n{}", file.text)
    };
    let texts: Vec<String> = paths.iter().map(text).collect();
    with_settings!({
        snapshot_path => "emission", prepend_module_to_snapshot => false, omit_expression => true,
        description => description(&fixture("emission", name)),
    }, { assert_snapshot!(name, texts.join("\n")) });
}

#[test]
fn a_field_that_may_be_absent_is_an_option_with_a_setter() {
    shows("01-fields", &["models/fields.rs"]);
}

#[test]
fn a_value_has_the_type_that_people_would_give_it() {
    shows("02-values", &["models/values.rs"]);
}

#[test]
fn a_value_of_an_enum_gets_a_name_of_its_own() {
    shows("03-enum", &["models/odd.rs"]);
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
fn what_is_deprecated_says_so() {
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
fn a_body_checks_its_rules() {
    shows("06-rules", &["models/rules_request.rs", "models/rules_part.rs"]);
}

#[test]
fn an_operation_without_parameters_is_sent_at_once() {
    shows("07-operation-bare", &["operations/delete_bare.rs"]);
}

#[test]
fn a_parameter_is_an_argument_or_a_setter() {
    shows("08-operation-parameters", &["operations/get_parameters.rs"]);
}

#[test]
fn a_list_is_a_body_and_an_answer() {
    shows("09-lists", &["operations/create_lists.rs"]);
}

#[test]
fn a_body_and_an_answer_need_not_be_models() {
    shows("10-plain", &["operations/put_map.rs", "operations/post_any.rs", "operations/patch_text.rs"]);
}

#[test]
fn a_name_that_rust_or_the_client_needs_is_another() {
    shows("11-names", &["models/mod.rs", "models/names.rs", "operations/create_names.rs"]);
}

#[test]
fn a_version_says_which_it_is_and_how_long_it_is_answered() {
    shows("12-versions", &["operations/get_versions_v2023_01_01.rs", "operations/get_sunsets.rs"]);
}

#[test]
fn a_description_becomes_a_doc_comment_that_rustdoc_reads() {
    shows("13-docs", &["models/docs.rs"]);
}

#[test]
fn a_model_that_holds_itself_is_boxed() {
    shows("14-circle", &["models/circle.rs", "models/circle_back.rs"]);
}
