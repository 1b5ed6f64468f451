//! The README lists the flags of `cargo xtask codegen`.

use std::process::Command;

const README: &str = include_str!("../../README.md");

/// The long flags that begin a line, with or without a short one before. `---` begins a table.
fn flags(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|line| line.trim_start_matches([' ', '|', '`']));
    let lines = lines.filter(|line| line.starts_with('-') && !line.starts_with("---"));
    lines.filter_map(long_flag).collect()
}

fn long_flag(line: &str) -> Option<&str> {
    let flag = line.get(line.find("--")?..)?;
    let end = flag.find(|it: char| it != '-' && !it.is_ascii_alphanumeric());
    flag.get(..end.unwrap_or(flag.len()))
}

#[test]
fn the_readme_lists_every_flag() {
    let help = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["codegen", "--help"]).output();
    let help = String::from_utf8(help.unwrap().stdout).unwrap();
    let (_, table) = README.split_once("All flags of `cargo xtask codegen`:").unwrap();
    let (table, _) = table.split_once("\n#").unwrap();
    let mut expected = flags(&help);
    assert!(expected.contains(&"--check") && expected.contains(&"--verbose"), "{help}");
    expected.retain(|flag| *flag != "--help");
    assert_eq!(flags(table), expected);
}
