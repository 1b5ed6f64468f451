//! The document after each pass, and the model, for the smallest document that shows each effect.
//!
//! Each fixture and its snapshot are side by side in `passes/`.

use insta::{assert_snapshot, with_settings};
use openapiv3::OpenAPI;
use serde_yaml::{Mapping, Value};
use xtask::api;
use xtask::lower::{self, Options};

use crate::common::{description, fixture, only, rendered, tagged, up_to};

/// Runs every pass up to and including `pass` on a fixture and compares the document with the snapshot.
fn shows(pass: &str, name: &str) {
    shows_with(&Options::default(), pass, name, name);
}

fn shows_with(options: &Options, pass: &str, name: &str, snapshot: &str) {
    let document = fixture("passes", name);
    let after = lower::lower_until(pass, document.openapi.clone(), options);
    let findings = rendered(&document, &after.findings);
    let text = format!("{}{findings}", text(&after.openapi));
    compare(snapshot, &format!("After `{pass}`: {}", description(&document)), &text);
}

/// Compares the findings of all passes on a fixture with a snapshot.
fn finds(name: &str, options: &Options) {
    let document = fixture("passes", name);
    let lowered = lower::lower(document.openapi.clone(), options);
    let snapshot = format!("{name}-findings");
    compare(&snapshot, &description(&document), &rendered(&document, &lowered.findings));
}

/// Compares the model of a fixture with its snapshot.
fn becomes(name: &str) {
    let document = fixture("passes", name);
    let mut lowered = lower::lower(document.openapi.clone(), &Options::default());
    let model =
        api::build(&mut lowered, &Options::default()).unwrap_or_else(|error| panic!("{error:#}"));
    let text = serde_yaml::to_string(&serde_json::to_value(&model).unwrap()).unwrap();
    let findings = rendered(&document, &lowered.findings);
    compare(name, &format!("The model: {}", description(&document)), &format!("{text}{findings}"));
}

fn compare(snapshot: &str, about: &str, text: &str) {
    with_settings!({
        snapshot_path => "passes", prepend_module_to_snapshot => false, omit_expression => true,
        description => about,
    }, { assert_snapshot!(snapshot, text) });
}

/// Returns the parts of a document that the passes change.
fn text(document: &OpenAPI) -> String {
    let is_empty = |value: &Value| *value == Value::Mapping(Mapping::default());
    let mut value = serde_yaml::to_value(document).unwrap();
    let whole = value.as_mapping_mut().unwrap();
    whole.retain(|key, value| {
        ["servers", "paths", "components"].iter().any(|it| key == *it) && !is_empty(value)
    });
    serde_yaml::to_string(&value).unwrap()
}

#[test]
fn select_keeps_selected_operations_and_no_empty_path() {
    shows_with(&only(&["createThing"]), "select", "01-select-operations", "01-select-operations");
}

#[test]
fn select_reports_every_unknown_operation() {
    finds("01-select-operations", &only(&["createThing", "createThings", "getThing"]));
}

#[test]
fn select_keeps_the_operations_of_a_tag() {
    shows_with(&tagged(&["Big Things"]), "select", "54-select-tags", "54-select-tags");
}

#[test]
fn select_accepts_tags_with_commas_together_with_operations() {
    let kept = |options: &Options| {
        let document = fixture("passes", "54-select-tags").openapi;
        let after = lower::lower_until("select", document, options).openapi;
        let ids = after.operations().map(|(_, _, it)| it.operation_id.clone().unwrap());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(kept(&tagged(&["Things, Small"])), ["listThings"]);
    assert_eq!(kept(&tagged(&["Big Things, Things, Small"])), ["createThing", "getThing"]);
    assert_eq!(kept(&tagged(&["Big Things", "Things, Small"])), ["listThings", "createThing"]);
    let mut both = tagged(&["Big Things"]);
    both.selection.operations.push("getThing".to_owned());
    assert_eq!(kept(&both), ["createThing", "getThing"]);
}

#[test]
fn select_reports_every_unknown_tag() {
    finds("54-select-tags", &tagged(&["Big Thing", "Things", "Tings", "Nothing"]));
}

#[test]
fn resolve_copies_path_item_parameters_unless_the_operation_overrides_them() {
    shows("resolve", "02-inline-parameters");
}

#[test]
fn schemas_in_shared_components_are_named_after_the_component() {
    shows("shared", "73-inline-schemas-of-components");
}

#[test]
fn resolve_inlines_shared_components() {
    shows("resolve", "03-inline-components");
}

#[test]
fn references_can_have_escapes() {
    shows("discriminators", "106-escaped-references");
}

#[test]
fn versions_leave_an_operation_without_versions_unchanged() {
    shows("versions", "04-versions-none");
}

#[test]
fn versions_become_one_operation_each_and_the_newest_keeps_the_path() {
    shows("versions", "05-versions-two");
}

#[test]
fn versions_are_ordered_by_date() {
    shows("versions", "06-versions-three");
}

#[test]
fn versions_up_to_a_date_keep_the_path_and_later_ones_do_not() {
    let snapshot = "06-versions-three-up-to-2024-12-31";
    shows_with(&up_to("2024-12-31"), "versions", "06-versions-three", snapshot);
}

#[test]
fn the_oldest_of_the_versions_keeps_the_path_if_all_are_later_than_the_date() {
    let document = fixture("passes", "06-versions-three").openapi;
    let after = lower::lower_until("versions", document, &up_to("2022-12-31")).openapi;
    let paths: Vec<_> = after.paths.paths.keys().map(String::as_str).collect();
    assert_eq!(paths, ["/things", "/things\0_v2025_02_19", "/things\0_v2024_05_30"]);
}

#[test]
fn versions_that_are_left_out_are_an_error_if_the_operation_is_selected() {
    finds("08-versions-preview", &only(&["getPreview"]));
}

#[test]
fn versions_keep_their_sunset_date() {
    shows("versions", "07-versions-sunset");
}

#[test]
fn versions_that_are_unreleased_are_left_out() {
    shows("versions", "08-versions-preview");
}

#[test]
fn versions_that_are_unreleased_are_kept_with_preview() {
    let preview = Options { preview: true, ..Options::default() };
    shows_with(&preview, "versions", "08-versions-preview", "08-versions-preview-taken");
}

#[test]
fn versions_become_one_operation_for_each_format() {
    shows("versions", "10-versions-formats");
}

#[test]
fn versions_use_the_newest_body_up_to_the_version_of_the_response() {
    shows("versions", "09-versions-body-lags");
}

#[test]
fn versions_keep_only_the_successful_responses_of_their_date() {
    shows("versions", "71-versions-statuses");
}

#[test]
fn responses_keep_the_names_of_media_types() {
    shows("responses", "14-media-types");
}

#[test]
fn responses_can_have_a_media_type_other_than_json() {
    shows("responses", "15-media-types-bytes");
}

#[test]
fn responses_with_the_same_schema_are_reduced_to_one() {
    shows("responses", "11-answers");
}

#[test]
fn responses_can_be_empty_for_some_statuses() {
    shows("responses", "12-answers-may-be-empty");
}

#[test]
fn responses_of_several_statuses_keep_their_schemas_if_all_are_json() {
    shows("responses", "13-answers-differ");
}

#[test]
fn responses_keep_error_bodies_that_the_runtime_has_no_type_for() {
    shows("responses", "16-errors-declared");
}

#[test]
fn responses_keep_error_bodies_with_other_types_than_the_runtime_reads() {
    shows("responses", "96-errors-of-other-types");
}

#[test]
fn responses_can_have_a_default_error() {
    shows("responses", "17-errors-default");
}

#[test]
fn responses_keep_the_default_of_a_redirect_as_an_error() {
    shows("responses", "81-responses-redirect");
}

#[test]
fn simplify_replaces_an_all_of_with_its_only_member() {
    shows("simplify", "18-simplify");
}

#[test]
fn compose_merges_bases_of_bases() {
    shows("compose", "24-compose-nested");
}

#[test]
fn compose_merges_keywords_next_to_all_of() {
    shows("compose", "25-compose-outer-required");
}

#[test]
fn compose_lets_a_child_refine_a_property_of_its_base() {
    shows("compose", "26-compose-refined");
}

#[test]
fn compose_lets_a_child_refine_the_additional_properties_of_its_base() {
    shows("compose", "83-compose-additional-properties");
}

#[test]
fn compose_keeps_what_a_child_does_not_redefine() {
    shows("compose", "79-compose-annotated");
}

#[test]
fn compose_keeps_what_a_less_specific_child_repeats() {
    shows("compose", "93-compose-less-specific");
}

#[test]
fn compose_merges_inline_objects_of_the_base_and_the_child() {
    shows("compose", "94-compose-inline-objects");
}

#[test]
fn compose_combines_inline_objects_of_several_members() {
    shows("compose", "100-compose-repeated-properties");
}

#[test]
fn compose_reports_objects_and_lists_that_a_later_base_replaces() {
    shows("compose", "105-compose-several-bases");
}

#[test]
fn compose_stops_at_a_schema_that_refers_to_itself() {
    shows("compose", "27-compose-circle");
}

#[test]
fn compose_stops_at_a_property_that_extends_its_own_schema() {
    shows("compose", "28-compose-circle-extended");
}

#[test]
fn compose_makes_an_alias_of_an_object_a_separate_type() {
    shows("compose", "29-compose-names");
}

#[test]
fn compose_makes_contradictory_members_any_value() {
    finds("30-compose-text-and-object", &Options::default());
}

#[test]
fn compose_keeps_the_rules_of_all_strings_and_numbers() {
    shows("compose", "63-compose-strings");
}

#[test]
fn compose_adds_rules_to_lists_and_numbers() {
    shows("compose", "97-compose-lists");
}

#[test]
fn compose_adds_rules_without_a_type_to_scalars() {
    shows("unions", "99-compose-rules");
}

#[test]
fn compose_ignores_rules_that_do_not_apply_to_objects() {
    shows("compose", "89-compose-object-and-rules");
}

#[test]
fn compose_keeps_unions() {
    shows("compose", "57-compose-union");
}

#[test]
fn compose_merges_both_unions_of_a_schema() {
    shows("discriminators", "107-one-of-and-any-of");
}

#[test]
fn compose_makes_a_reference_to_a_union_an_alias() {
    shows("aliases", "85-compose-union-aliases");
}

#[test]
fn compose_drops_a_type_that_the_reference_has() {
    shows("aliases", "86-typed-references");
}

#[test]
fn unions_with_a_type_become_that_type() {
    shows("any_values", "88-unions-with-a-type");
}

#[test]
fn nested_unions_of_strings_become_one_string() {
    shows("aliases", "84-nested-unions-of-strings");
}

#[test]
fn unions_of_enums_become_one_enum() {
    shows("unions", "31-unions-enums");
}

#[test]
fn unions_whose_variants_share_a_value_become_one_object() {
    shows("unions", "58-unions-that-share-values");
}

#[test]
fn unions_get_the_discriminator_that_the_document_leaves_out() {
    shows("unions", "32-unions-inferred");
}

#[test]
fn unions_with_indistinguishable_variants_become_one_object() {
    shows("unions", "33-unions-of-objects");
}

#[test]
fn a_property_is_read_only_if_it_is_in_all_variants() {
    shows("unions", "109-annotations-of-some-variants");
}

#[test]
fn references_to_references_are_followed() {
    becomes("41-references-to-references");
}

#[test]
fn unions_keep_one_variant_for_each_json_type() {
    shows("json_types", "69-unions-of-json-types");
}

#[test]
fn unions_whose_variants_share_a_json_type_become_any_value() {
    shows("json_types", "70-unions-that-share-json-types");
}

#[test]
fn an_enum_determines_its_values_regardless_of_composed_schemas() {
    shows("compose", "72-enums-of-compositions");
}

#[test]
fn unions_of_arrays_become_one_array() {
    becomes("74-unions-of-arrays");
}

#[test]
fn additional_properties_of_a_union_keep_their_type_only_if_the_variants_agree() {
    shows("unions", "63-unions-with-other-properties");
}

#[test]
fn properties_of_a_union_also_have_the_values_of_a_map() {
    shows("unions", "104-unions-of-maps-and-objects");
}

#[test]
fn discriminators_make_a_base_the_union_of_its_children() {
    shows("discriminators", "34-discriminators-base");
}

#[test]
fn unions_of_bases_that_become_any_value_also_become_any_value() {
    becomes("112-discriminators-of-unsound-variants");
}

#[test]
fn discriminators_keep_the_property_of_a_child_with_two_values() {
    shows("discriminators", "35-discriminators-two-values");
}

#[test]
fn discriminators_keep_the_property_of_a_child_with_an_unmapped_value() {
    shows("discriminators", "90-discriminators-unmapped-values");
}

#[test]
fn discriminators_without_a_mapping_use_the_names_of_the_variants() {
    shows("discriminators", "36-discriminators-one-of");
}

#[test]
fn discriminators_without_a_mapping_find_the_children_of_a_base() {
    shows("discriminators", "37-discriminators-base-without-mapping");
}

#[test]
fn discriminators_without_a_mapping_find_the_descendants_of_a_base() {
    becomes("114-mappings-of-descendants");
}

#[test]
fn mappings_refer_to_a_second_schema_for_a_base_that_is_its_own_variant() {
    shows("mappings", "23-mappings-itself");
}

#[test]
fn mappings_can_leave_out_children_of_a_base() {
    shows("mappings", "64-mappings-of-some-children");
}

#[test]
fn unions_of_children_use_the_discriminator_of_their_base() {
    becomes("102-unions-of-siblings");
}

#[test]
fn variants_that_share_a_value_become_one_variant() {
    becomes("103-variants-that-share-a-value");
}

#[test]
fn mappings_contain_the_values_of_enums() {
    shows("mappings", "66-mappings-of-constants");
}

#[test]
fn mappings_contain_a_repeated_variant_once() {
    shows("mappings", "68-repeated-variants");
}

#[test]
fn unions_can_have_variants_with_descriptions() {
    shows("aliases", "67-unions-described");
}

#[test]
fn mappings_without_a_schema_are_reported() {
    finds("22-mappings-empty", &Options::default());
}

#[test]
fn discriminators_keep_a_child_without_other_properties_as_a_type() {
    shows("aliases", "38-discriminators-bare-child");
}

#[test]
fn discriminators_are_found_in_inline_unions() {
    shows("discriminators", "39-discriminators-in-place");
}

#[test]
fn discriminators_keep_the_properties_of_a_child_of_two_unions() {
    shows("discriminators", "40-discriminators-two-properties");
}

#[test]
fn discriminators_make_variants_require_what_the_union_requires() {
    shows("discriminators", "65-unions-that-require");
}

#[test]
fn discriminators_give_the_additional_properties_of_a_union_to_its_variants() {
    shows("discriminators", "113-discriminators-additional-properties");
}

#[test]
fn page_numbers_are_integers() {
    shows("page_numbers", "75-page-numbers");
}

#[test]
fn a_page_in_an_object_becomes_parameters() {
    shows("page_objects", "77-page-objects");
}

#[test]
fn whole_numbers_in_enums_are_integers() {
    becomes("76-numbers-in-enums");
}

#[test]
fn nullable_moves_from_a_named_schema_to_its_references() {
    shows("nullable", "42-nullable");
}

#[test]
fn nullable_variants_without_a_type_mean_null() {
    becomes("87-nullable-variants");
}

#[test]
fn null_in_an_enum_without_a_type_makes_the_schema_nullable() {
    shows("nullable", "108-null-in-enums");
}

#[test]
fn nullable_moves_to_annotated_references_and_to_responses() {
    shows("aliases", "80-nullable-annotated");
}

#[test]
fn nullable_applies_if_all_typed_members_have_it() {
    shows("nullable", "110-compose-nullable");
}

#[test]
fn nullable_moves_from_the_variants_of_a_union_to_its_references() {
    shows("nullable", "95-nullable-unions");
}

#[test]
fn hoist_names_a_type_after_its_path() {
    shows("hoist", "19-outline-names");
}

#[test]
fn hoist_avoids_names_of_other_schemas() {
    shows("hoist", "20-outline-taken");
}

#[test]
fn hoist_names_variants_after_a_distinguishing_value_property_or_title() {
    shows("hoist", "74-variant-names");
}

#[test]
fn hoist_names_a_schema_of_a_base_only_once() {
    shows("compose", "21-outline-composed");
}

#[test]
fn a_fragment_of_a_path_changes_no_method() {
    becomes("91-paths-with-fragments");
}

#[test]
fn servers_of_an_operation_are_kept_if_they_differ_and_reported_if_they_are_not_used() {
    shows("servers", "60-servers");
}

#[test]
fn servers_of_an_operation_are_not_used_if_there_is_no_default_base_url() {
    shows("servers", "60-servers-without-default");
}

#[test]
fn servers_that_all_operations_share_belong_to_the_document() {
    shows("servers", "61-servers-shared");
}

#[test]
fn servers_with_other_values_of_their_variables_differ() {
    shows("servers", "61-servers-with-variables");
}

#[test]
fn response_media_types_with_different_schemas_are_reported() {
    finds("62-response-media-types", &Options::default());
}

#[test]
fn annotated_references_keep_the_annotations_of_all_schemas() {
    shows("aliases", "78-annotated-references");
}

#[test]
fn aliases_are_replaced_by_their_targets() {
    shows("aliases", "43-aliases");
}

#[test]
fn circular_aliases_become_any_value() {
    shows("aliases", "44-aliases-endless");
}

#[test]
fn unions_of_circular_aliases_become_any_value() {
    becomes("111-unions-of-endless-aliases");
}

#[test]
fn any_values_are_reported() {
    shows("any_values", "55-untyped");
}

#[test]
fn keywords_without_a_type_are_reported() {
    finds("98-no-type", &Options::default());
}

#[test]
fn prune_drops_unreachable_schemas() {
    shows("prune", "45-prune");
}

#[test]
fn names_become_rust_type_names_in_references_and_mappings_too() {
    becomes("46-names");
}

#[test]
fn names_that_collide_get_a_number() {
    becomes("47-names-same");
}

#[test]
fn identifiers_are_recognized_by_their_pattern() {
    becomes("48-identifiers");
}

#[test]
fn values_have_the_types_that_their_schemas_allow() {
    becomes("72-values");
}

#[test]
fn bodies_that_can_only_be_empty_are_removed() {
    shows("empty_bodies", "100-empty-bodies");
}

#[test]
fn bodies_have_one_method_for_each_suffix_of_their_media_types() {
    becomes("73-bodies");
}

#[test]
fn a_body_without_a_method_is_reported() {
    finds("116-bodies-without-methods", &Options::default());
}

#[test]
fn a_part_with_the_media_type_of_a_file_is_a_file() {
    shows("parts", "119-parts");
}

#[test]
fn bytes_and_text_have_no_models() {
    becomes("117-opaque");
}

#[test]
fn a_success_without_a_schema_is_reported() {
    finds("118-responses-without-schemas", &Options::default());
}

#[test]
fn usage_distinguishes_sent_and_received_models() {
    becomes("49-usage");
}

#[test]
fn usage_counts_a_parameter_as_sent_whatever_its_name() {
    becomes("82-usage-parameter-names");
}

#[test]
fn usage_counts_a_read_only_body_as_sent() {
    becomes("56-usage-read-only-body");
}

#[test]
fn rules_of_received_values_are_dropped() {
    becomes("50-rules-received");
}

#[test]
fn rules_of_sent_values_are_kept() {
    becomes("51-rules-sent");
}

#[test]
fn rules_of_values_sent_and_received_are_kept() {
    becomes("52-rules-shared");
}

#[test]
fn rules_that_a_type_enforces_are_dropped() {
    becomes("53-rules-typed");
}
