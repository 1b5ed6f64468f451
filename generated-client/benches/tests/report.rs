//! The tables of `cargo xtask bench`, and the file that contains them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::process::Command;

use atlas_bench::report::comparison::{Comparison, Target, Unit, Verdict, digits, table};
use atlas_bench::report::results::{Section, keep, replace};
use atlas_bench::report::table::{Table, cell};

#[test]
fn a_row_shows_both_sides_their_ratio_and_a_verdict() {
    let rows = [
        Comparison::new("instructions", Unit::Count, 105_370.0)
            .beside("bare reqwest", 99_880.0)
            .target(Target::Times(1.05)),
        Comparison::new("time", Unit::Time, 2.6)
            .beside("curl | one page after another", 21.0)
            .target(Target::Times(1.0 / 6.0)),
        Comparison::new("errors", Unit::Count, 0.0)
            .beside("a crate", 0.0)
            .target(Target::Times(1.0)),
        Comparison::new("memory", Unit::Memory, 20.5e6).target(Target::AtMost(2e9)),
        Comparison::new("decoding", Unit::Time, f64::NAN)
            .beside("serde", 1.0)
            .target(Target::Times(0.85)),
        Comparison::new("requests", Unit::Count, 2.0).target(Target::Exactly(1.0)),
        Comparison::new("size", Unit::Memory, 12_300.0),
    ];
    insta::assert_snapshot!(table(&rows), @r"
    |  | ours | compared with | theirs | ratio | target | verdict |
    |---|---|---|---|---|---|---|
    | instructions | 105,370 | bare reqwest | 99,880 | 1.055 | at most 1.05 x | **missed** |
    | time | 2.60 s | curl \| one page after another | 21 s | 0.124 | at most 0.167 x | met |
    | errors | 0 | a crate | 0 |  | at most 1 x | met |
    | memory | 20.5 MB |  |  |  | at most 2,000 MB | met |
    | decoding | not measured | serde | 1 s |  | at most 0.85 x | not measured |
    | requests | 2 |  |  |  | 1 | **missed** |
    | size | 12.3 kB |  |  |  |  |  |
    ");
}

#[test]
fn an_empty_column_is_left_out() {
    insta::assert_snapshot!(table(&[Comparison::new("size", Unit::Memory, 3e6)]), @r"
    |  | ours |
    |---|---|
    | size | 3 MB |
    ");
    let mut table = Table::new(&["", "a", "b"]);
    table.push(["x".to_owned(), String::new(), "1".to_owned()]);
    assert_eq!(table.without_empty_columns().to_string(), "|  | b |\n|---|---|\n| x | 1 |\n");
}

#[test]
fn a_target_is_met_missed_or_not_measured() {
    let ours = |value| Comparison::new("", Unit::Time, value);
    let beside = |value, theirs| ours(value).beside("it", theirs).target(Target::Times(1.15));
    for (comparison, verdict) in [
        (ours(1.0), Verdict::Untargeted),
        (beside(1.14, 1.0), Verdict::Met),
        (beside(1.16, 1.0), Verdict::Missed),
        (beside(1.0, f64::NAN), Verdict::Unknown),
        (beside(f64::NAN, 1.0), Verdict::Unknown),
        (ours(1.0).target(Target::Times(1.0)), Verdict::Unknown),
        (ours(2.0).target(Target::AtMost(2.0)), Verdict::Met),
        (ours(2.1).target(Target::AtMost(2.0)), Verdict::Missed),
        (ours(0.0).target(Target::Exactly(0.0)), Verdict::Met),
        (ours(-1.0).target(Target::Exactly(0.0)), Verdict::Missed),
        (ours(f64::NAN).target(Target::AtMost(2.0)), Verdict::Unknown),
        (ours(f64::NAN).target(Target::Exactly(0.0)), Verdict::Unknown),
    ] {
        assert_eq!(comparison.verdict(), verdict, "{comparison:?}");
    }
}

#[test]
fn numbers_below_1000_have_at_most_three_significant_digits() {
    for (value, text) in [
        (0.0, "0"),
        (7.0, "7"),
        (1.234, "1.23"),
        (12.34, "12.3"),
        (123.4, "123"),
        (1234.0, "1,234"),
        (124_949.0, "124,949"),
        (1_234_567.8, "1,234,568"),
    ] {
        assert_eq!(digits(value), text);
    }
    for (unit, value, text) in [
        (Unit::Time, 950e-9, "950 ns"),
        (Unit::Time, 12.34e-6, "12.3 µs"),
        (Unit::Time, 12.5e-3, "12.5 ms"),
        (Unit::Time, 158.0, "158 s"),
        (Unit::Memory, 102_400.0, "102 kB"),
        (Unit::Memory, 6.3e9, "6,300 MB"),
        (Unit::Count, f64::NAN, "not measured"),
    ] {
        assert_eq!(unit.show(value), text);
    }
}

#[test]
fn a_cell_is_one_short_line() {
    assert_eq!(cell("a | b\n  c"), "a \\| b c");
    let long = cell(&"ä".repeat(300));
    assert_eq!(long.chars().count(), 201);
    assert!(long.ends_with('…'));
}

const TITLES: [&str; 2] = ["One", "Two"];

fn section(title: &str, body: &str) -> Section {
    Section { title: title.to_owned(), body: body.to_owned() }
}

#[test]
fn a_section_replaces_the_old_section_and_unknown_sections_are_dropped() {
    let text = replace("", &TITLES, section("Two", "| a |\n|---|\n\n- 2"));
    let text = replace(&text, &TITLES, section("One", "1"));
    let text = format!("{text}\n## By hand\n\nA note.\n");
    let again = replace(&text, &TITLES, section("One", "3"));
    insta::assert_snapshot!(again, @r"
    # Benchmarks

    `cargo xtask bench --write` writes this file and overwrites manual edits. Each section comes from one run on one
    machine, with at least three rounds. If a row compares this project with other code, each round measures both.
    Numbers that vary between rounds are medians. The column `ours` is for this project, and `theirs` is for the other
    code. The ratio is `ours` divided by `theirs`, so a smaller ratio is better. Missed targets stay in the tables.
    Plain progenitor is progenitor without this project's generator.

    ## One

    3

    ## Two

    | a |
    |---|

    - 2
    ");
    assert_eq!(replace(&again, &TITLES, section("One", "3")), again);
}

#[test]
fn sections_are_written_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("RESULTS.md");
    keep(&file, &TITLES, section("One", "1")).unwrap();
    keep(&file, &TITLES, section("Two", "2")).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.ends_with("\n## One\n\n1\n\n## Two\n\n2\n"), "{text}");
    let error = keep(folder.path(), &TITLES, section("One", "1")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read `"), "{error}");
}

/// Runs the program with invalid arguments and returns its standard error.
fn refused(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_atlas-bench")).args(arguments).output().unwrap();
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn an_unknown_part_is_rejected_with_a_list_of_parts() {
    let stderr = refused(&["--only", "all"]);
    assert!(stderr.contains("[possible values: decode, call, api-key, list, faults"), "{stderr}");
}

#[test]
fn results_of_fewer_than_three_rounds_are_not_written() {
    let stderr = refused(&["--only", "program", "--rounds", "2", "--write"]);
    assert_eq!(stderr, "error: `--write` needs at least 3 rounds, not 2\n");
}
