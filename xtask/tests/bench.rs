//! The tables of `cargo xtask bench`, and the file that keeps them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::process::Command;

use xtask::bench::comparison::{Comparison, Target, Unit, Verdict, digits, table};
use xtask::bench::report::{Section, Table, cell, keep, replace};
use xtask::bench::runtime::{compared, read};

const LINES: &str = r#"
{"row":"decode","what":"ours","unit":"ns","value":700000.0}
{"row":"decode","what":"floor","unit":"ns","value":1000000.0}
{"row":"decode","what":"parser floor","unit":"ns","value":350000.0}
{"row":"decode","what":"peer","unit":"ns","value":1600000.0}
{"row":"list","what":"ours","unit":"ms","value":2600.5}
{"row":"list","what":"peer","unit":"ms","value":21000.0}
{"row":"list memory","what":"ours","unit":"KiB","value":20000.0}
{"row":"list memory","what":"floor","unit":"KiB","value":10000.0}
{"row":"digest round trips","what":"ours","unit":"requests","value":1.0}
{"row":"digest round trips","what":"peer","unit":"requests","value":2.0}
{"row":"something new","what":"ours","unit":"allocations","value":12345.0}
{"row":"nothing of ours","what":"peer","unit":"ns","value":1.0}
"#;

#[test]
fn measurements_become_a_table() {
    insta::assert_snapshot!(table(&compared(&read(LINES).unwrap())), @r"
    |  | ours | floor | ours / floor | peer | ours / peer | target | verdict |
    |---|---|---|---|---|---|---|---|
    | decode a page of 500 export jobs | 700 µs | 1 ms | 0.70 | 1.60 ms | 0.44 | at most 0.8 of the floor | met |
    | the same beside parser floor | 700 µs | 350 µs | 2.00 |  |  |  |  |
    | list 100,000 jobs, 20 ms a page; 8 pages at once | 2.60 s |  |  | 21 s | 0.12 | at most 0.143 of the peer | met |
    | memory for 1,000,000 jobs, beside 1,000 | 20.5 MB | 10.2 MB | 2.00 |  |  | at most 1.1 of the floor | **missed** |
    | requests for a call with an API key | 1 |  |  | 2 | 0.50 | 1 | met |
    | something new, in allocations | 12,345 |  |  |  |  |  |  |
    ");
}

#[test]
fn a_line_that_is_no_measurement_is_shown() {
    let error = read("{\"row\":\"decode\"}\n").unwrap_err();
    assert_eq!(error.to_string(), "`{\"row\":\"decode\"}` is no measurement");
}

#[test]
fn a_number_meets_its_target_or_misses_it_or_nobody_knows() {
    let ours = |value| Comparison::new("", Unit::Time, value);
    let of_floor = Target::OfFloor(1.15);
    for (comparison, verdict) in [
        (ours(1.0), Verdict::Untargeted),
        (ours(1.14).floor(1.0).target(of_floor), Verdict::Met),
        (ours(1.16).floor(1.0).target(of_floor), Verdict::Missed),
        (ours(1.0).target(of_floor), Verdict::Unknown),
        (ours(0.4).peer(Some(1.0)).target(Target::OfPeer(0.5)), Verdict::Met),
        (ours(0.4).peer(None).target(Target::OfPeer(0.5)), Verdict::Unknown),
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
fn the_reason_stands_only_where_a_target_is_missed() {
    let comparison = Comparison::new("size", Unit::Memory, 3e6).floor(2e6).reason("it | retries");
    let met = comparison.clone().target(Target::OfFloor(1.5));
    let missed = comparison.target(Target::OfFloor(1.1));
    insta::assert_snapshot!(table(&[met, missed]), @r"
    |  | ours | floor | ours / floor | target | verdict |
    |---|---|---|---|---|---|
    | size | 3 MB | 2 MB | 1.50 | at most 1.5 of the floor | met |
    | size | 3 MB | 2 MB | 1.50 | at most 1.1 of the floor | **missed**: it \| retries |
    ");
}

#[test]
fn numbers_have_three_digits_that_count() {
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
        ("ns", 950.0, "950 ns"),
        ("ns", 12_340.0, "12.3 µs"),
        ("ms", 12.5, "12.5 ms"),
        ("s", 158.0, "158 s"),
        ("KiB", 100.0, "102 kB"),
        ("B", 6.3e9, "6,300 MB"),
        ("allocations", 3.0, "3"),
    ] {
        let (unit, value) = Unit::scaled(unit, value);
        assert_eq!(unit.show(value), text);
    }
}

#[test]
fn a_cell_is_one_line_and_not_long() {
    assert_eq!(cell("a | b\n  c"), "a \\| b c");
    let long = cell(&"ä".repeat(300));
    assert_eq!(long.chars().count(), 201);
    assert!(long.ends_with('…'));
}

#[test]
fn a_column_with_nothing_in_it_is_left_out() {
    let mut table = Table::new(&["", "a", "b"]);
    table.push(["x".to_owned(), String::new(), "1".to_owned()]);
    assert_eq!(table.without_empty_columns().to_string(), "|  | b |\n|---|---|\n| x | 1 |\n");
}

fn section(title: &str, body: &str) -> Section {
    Section { title: title.to_owned(), body: body.to_owned() }
}

#[test]
fn a_part_that_is_measured_again_takes_its_own_place() {
    let text = replace("", section("One", "1"));
    let text = replace(&text, section("Two", "| a |\n|---|\n\n- 2"));
    let again = replace(&text, section("One", "3"));
    insta::assert_snapshot!(again, @r"
    # Measured

    The client beside what it could cost at best (the floor) and beside other generators (the peers), as
    `cargo xtask bench --write` measures them. Everything in a section was measured in one run on one machine;
    of several rounds the median counts. A number that misses its target stays as it is, with the reason.

    ## One

    3

    ## Two

    | a |
    |---|

    - 2
    ");
    assert_eq!(replace(&again, section("One", "3")), again);
}

#[test]
fn results_are_kept_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("benches/RESULTS.md");
    keep(&file, section("One", "1")).unwrap();
    keep(&file, section("Two", "2")).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.ends_with("\n## One\n\n1\n\n## Two\n\n2\n"), "{text}");
    let error = keep(folder.path(), section("One", "1")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read `"), "{error}");
}

#[test]
fn a_part_that_does_not_exist_is_refused_with_those_that_do() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(["bench", "--only", "all"]).output();
    let stderr = String::from_utf8(output.unwrap().stderr).unwrap();
    assert!(
        stderr.contains("[possible values: runtime, codegen, build, program, document]"),
        "{stderr}"
    );
}
