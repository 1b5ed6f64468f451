//! The files that a run writes, and the messages on the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output as Ran, Stdio};

use tempfile::TempDir;
use xtask::output::Output;

use crate::common::fixture_path;

fn temp() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn output(folder: &Path, files: &[(&str, &str)]) -> Output {
    let files = files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned()));
    Output { folder: folder.to_owned(), files: files.collect(), ..Output::default() }
}

/// Returns every file in a folder, with its text.
fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
        } else {
            found.insert(path.clone(), fs::read_to_string(&path).unwrap());
        }
    }
    found
}

#[test]
fn written_files_are_not_stale() {
    let temp = temp();
    let output = output(&temp.path().join("generated"), &[("mod.rs", "a\n"), ("b/c.rs", "c\n")]);
    assert_eq!(output.stale().unwrap().len(), 2);
    output.write().unwrap();
    assert_eq!(output.stale().unwrap(), []);
}

#[test]
fn a_second_write_changes_no_byte() {
    let temp = temp();
    let output = output(&temp.path().join("generated"), &[("mod.rs", "a\n"), ("b/c.rs", "c\n")]);
    output.write().unwrap();
    let before = tree(temp.path());
    output.write().unwrap();
    assert_eq!(tree(temp.path()), before);
}

#[test]
fn a_file_that_is_no_longer_emitted_is_stale_and_removed() {
    let temp = temp();
    let folder = temp.path().join("generated");
    output(&folder, &[("mod.rs", "a\n"), ("old.rs", "old\n")]).write().unwrap();
    let output = output(&folder, &[("mod.rs", "a\n")]);
    let stale = output.stale().unwrap();
    assert_eq!(stale.len(), 1);
    assert!(stale[0].diff().ends_with("+++ /dev/null\n@@ -1 +0,0 @@\n-old\n"), "{:?}", stale[0]);
    output.write().unwrap();
    assert_eq!(tree(temp.path()).into_keys().collect::<Vec<_>>(), [folder.join("mod.rs")]);
}

#[test]
fn differences_are_shown_as_a_unified_diff() {
    let temp = temp();
    let folder = temp.path().join("generated");
    output(&folder, &[("mod.rs", "a\nb\nc\n")]).write().unwrap();
    let stale = output(&folder, &[("mod.rs", "a\nB\nc\n")]).stale().unwrap();
    let diff = stale[0].diff();
    assert!(diff.ends_with("@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"), "{diff}");
    assert_eq!(diff.matches(&*folder.join("mod.rs").to_string_lossy()).count(), 2, "{diff}");
}

#[test]
fn a_failed_write_leaves_the_old_files_unchanged() {
    let temp = temp();
    let folder = temp.path().join("generated");
    output(&folder, &[("mod.rs", "old\n")]).write().unwrap();
    fs::write(temp.path().join("file"), "in the way\n").unwrap();
    let before = tree(temp.path());
    let mut output = output(&folder, &[("mod.rs", "new\n")]);
    // A folder cannot be created where a file exists, so the new file cannot be written.
    output.beside.insert(temp.path().join("file/Cargo.toml"), "new\n".to_owned());
    let error = output.write().unwrap_err();
    assert!(error.to_string().contains("file/Cargo.toml"), "{error:#}");
    assert_eq!(tree(temp.path()), before);
    // The path `a` is both a file and a folder.
    let broken = self::output(&folder, &[("a", "file\n"), ("a/b.rs", "below it\n")]);
    broken.write().unwrap_err();
    assert_eq!(tree(temp.path()), before);
}

#[test]
fn a_folder_in_place_of_a_file_leaves_the_old_files_unchanged() {
    let temp = temp();
    let folder = temp.path().join("generated");
    output(&folder, &[("mod.rs", "old\n")]).write().unwrap();
    fs::create_dir(temp.path().join("Cargo.toml")).unwrap();
    let mut output = output(&folder, &[("mod.rs", "new\n")]);
    output.beside.insert(temp.path().join("Cargo.toml"), "new\n".to_owned());
    let error = output.write().unwrap_err();
    assert!(error.to_string().contains("which is a folder"), "{error:#}");
    assert_eq!(fs::read_to_string(folder.join("mod.rs")).unwrap(), "old\n");
}

#[test]
fn an_output_folder_that_is_a_file_is_rejected() {
    let temp = temp();
    fs::write(temp.path().join("file"), "mine\n").unwrap();
    output(&temp.path().join("file/generated"), &[("mod.rs", "a\n")]).write().unwrap_err();
    assert_eq!(fs::read_to_string(temp.path().join("file")).unwrap(), "mine\n");
}

/// Runs `cargo xtask codegen` with the given arguments.
fn codegen(arguments: &[&str]) -> Ran {
    Command::new(env!("CARGO_BIN_EXE_xtask")).arg("codegen").args(arguments).output().unwrap()
}

/// Runs `cargo xtask codegen --spec` on a fixture, with `out` as the output folder.
fn codegen_into(out: &Path, fixture: &str, arguments: &[&str]) -> Ran {
    let spec = fixture_path("emission", fixture);
    let paths = ["--spec", spec.to_str().unwrap(), "--out", out.to_str().unwrap()];
    codegen(&[&paths, arguments].concat())
}

fn stdout(ran: &Ran) -> String {
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

fn failure(ran: &Ran) -> String {
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    String::from_utf8_lossy(&ran.stderr).into_owned()
}

#[test]
fn a_second_run_finds_nothing_to_change() {
    let temp = temp();
    let first = codegen_into(temp.path(), "12-versions", &[]);
    assert!(first.status.success(), "{first:?}");
    let before = tree(temp.path());
    let second = codegen_into(temp.path(), "12-versions", &[]);
    assert!(stdout(&second).contains("lines: nothing changed ("), "{second:?}");
    assert_eq!(tree(temp.path()), before);
}

#[test]
fn check_accepts_written_files() {
    let temp = temp();
    codegen_into(temp.path(), "12-versions", &[]);
    let checked = codegen_into(temp.path(), "12-versions", &["--check"]);
    assert!(checked.status.success(), "{checked:?}");
    assert_eq!(stdout(&checked).lines().count(), 1);
}

#[test]
fn a_closed_output_pipe_is_not_a_failure() {
    let temp = temp();
    let spec = fixture_path("emission", "12-versions");
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["codegen", "-v", "--spec"]).arg(spec).arg("--out").arg(temp.path());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ran = child.wait_with_output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
}

#[test]
fn check_prints_stale_files_writes_nothing_and_fails() {
    let temp = temp();
    codegen_into(temp.path(), "12-versions", &[]);
    let edited = temp.path().join("src/generated/mod.rs");
    let text = fs::read_to_string(&edited).unwrap();
    fs::write(&edited, text.replace("pub mod models;", "pub mod values;")).unwrap();
    let before = tree(temp.path());
    let checked = codegen_into(temp.path(), "12-versions", &["--check"]);
    assert_eq!(checked.status.code(), Some(1));
    let stdout = stdout(&checked);
    assert!(stdout.contains("-pub mod values;\n+pub mod models;\n"), "{stdout}");
    assert!(stdout.contains("0 files missing, 1 stale, 0 left over"), "{stdout}");
    assert_eq!(tree(temp.path()), before);
}

#[test]
fn check_names_the_model_if_only_the_model_is_stale() {
    let temp = temp();
    codegen_into(temp.path(), "12-versions", &[]);
    let model = temp.path().join("src/generated/api.json");
    fs::write(&model, fs::read_to_string(&model).unwrap() + "\n").unwrap();
    let stdout = stdout(&codegen_into(temp.path(), "12-versions", &["--check"]));
    assert!(stdout.starts_with(&format!("{} differs\n", model.display())), "{stdout}");
}

#[test]
fn check_prints_the_whole_diff_with_verbose() {
    let temp = temp();
    let short = stdout(&codegen_into(temp.path(), "12-versions", &["--check"]));
    assert!(short.contains("more lines; `-v` prints all lines"), "{short}");
    let whole = stdout(&codegen_into(temp.path(), "12-versions", &["--check", "-v"]));
    assert!(whole.lines().count() > 1000, "{}", whole.lines().count());
    assert_eq!(tree(temp.path()), BTreeMap::new());
}

#[test]
fn a_spec_with_an_error_changes_no_file() {
    let temp = temp();
    codegen_into(temp.path(), "12-versions", &[]);
    let before = tree(temp.path());
    let spec = temp.path().join("broken.yaml");
    let text = fs::read_to_string(fixture_path("emission", "12-versions")).unwrap();
    fs::write(&spec, text.replacen("paths:", "path:", 1)).unwrap();
    let out = temp.path().to_str().unwrap();
    let error = failure(&codegen(&["--spec", spec.to_str().unwrap(), "--out", out]));
    fs::remove_file(&spec).unwrap();
    assert!(error.contains(&format!("--> {}:", spec.display())), "{error}");
    assert!(error.contains("the document has no `paths`"), "{error}");
    assert_eq!(tree(temp.path()), before);
}

#[test]
fn a_missing_spec_is_an_error() {
    let error = failure(&codegen(&["--spec", "nowhere.yaml"]));
    assert!(error.contains("cannot read the OpenAPI document `nowhere.yaml`"), "{error}");
}

#[test]
fn an_unknown_operation_is_an_error() {
    let temp = temp();
    let ran = codegen_into(temp.path(), "12-versions", &["--operations", "getVersions,getVersion"]);
    let error = failure(&ran);
    assert!(error.contains("no operation has the operationId `getVersion`"), "{error}");
    assert!(error.contains("12-versions.yaml:9:20\n"), "{error}");
    assert_eq!(tree(temp.path()), BTreeMap::new());
}

#[test]
fn operations_that_are_not_selected_are_left_out() {
    let temp = temp();
    let ran = codegen_into(temp.path(), "12-versions", &["--operations", "getSunsets"]);
    assert!(stdout(&ran).starts_with("1 operation, "), "{ran:?}");
    assert!(temp.path().join("src/generated/operations/get_sunsets.rs").exists());
}

#[test]
fn the_first_run_records_the_date_of_plain_names() {
    let temp = temp();
    codegen_into(temp.path(), "01-fields", &[]);
    assert_eq!(recorded(temp.path()), None);
    codegen_into(temp.path(), "12-versions", &[]);
    assert_eq!(recorded(temp.path()).as_deref(), Some("2024-05-30"));
    let manifest = fs::read_to_string(temp.path().join("Cargo.toml")).unwrap();
    let comment = "\n# Plain method names are those of the newest resource versions up to this date. A later date can \
                   break callers.\napi-version = ";
    assert!(manifest.contains(comment), "{manifest}");
}

/// Otherwise, an operation that a later run selects would get an old version as its plain name.
#[test]
fn the_recorded_date_does_not_depend_on_the_selected_operations() {
    let temp = temp();
    codegen_into(temp.path(), "12-versions", &["--operations", "getSunsets"]);
    assert_eq!(recorded(temp.path()).as_deref(), Some("2024-05-30"));
}

#[test]
fn later_runs_use_the_recorded_date_of_plain_names() {
    let temp = temp();
    let method = temp.path().join("src/generated/operations/get_versions.rs");
    let is_old = || fs::read_to_string(&method).unwrap().contains("vnd.atlas.2023-01-01+json");
    codegen_into(temp.path(), "12-versions", &["--api-version", "2023-12-31"]);
    assert!(is_old());
    let again = codegen_into(temp.path(), "12-versions", &[]);
    assert!(stdout(&again).contains("nothing changed"), "{again:?}");

    // A person edits the date, and then passes another one.
    let manifest = temp.path().join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"2023-12-31\"", "\"2026-11-01\" # ours")).unwrap();
    let ran = codegen_into(temp.path(), "12-versions", &[]);
    let moved = "  plain method names, `api-version`: 2023-12-31 becomes 2026-11-01\n";
    assert!(stdout(&ran).contains(moved), "{ran:?}");
    assert!(!is_old() && fs::read_to_string(&manifest).unwrap().contains("\"2026-11-01\" # ours"));
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("2026-11-01", "2027-11-01")).unwrap();
    codegen_into(temp.path(), "12-versions", &["--api-version", "2023-01-01"]);
    assert!(is_old());
    let text = fs::read_to_string(&manifest).unwrap();
    assert!(text.contains("\napi-version = \"2023-01-01\" # ours\n"), "{text}");

    // The date is recorded again if a person deletes it.
    let without: String =
        text.split_inclusive('\n').filter(|it| !it.starts_with("api-version")).collect();
    fs::write(&manifest, without).unwrap();
    codegen_into(temp.path(), "12-versions", &["--api-version", "2023-01-01"]);
    assert_eq!(recorded(temp.path()).as_deref(), Some("2023-01-01"));
}

#[test]
fn a_recorded_date_that_is_no_date_is_an_error() {
    let temp = temp();
    codegen_into(temp.path(), "12-versions", &[]);
    let path = temp.path().join("Cargo.toml");
    let manifest = fs::read_to_string(&path).unwrap();
    for value in ["2024-05-30", "\"newest\""] {
        fs::write(&path, manifest.replace("\"2024-05-30\"", value)).unwrap();
        let error = failure(&codegen_into(temp.path(), "12-versions", &[]));
        let path = path.display();
        let expected = format!(
            "invalid `api-version` in `{path}`: expected a date in quotes, such as `\"2024-05-30\"`, found `{value}`"
        );
        assert!(error.contains(&expected), "{error}");
    }
}

/// Returns the date of plain names in the manifest of a crate.
fn recorded(crate_folder: &Path) -> Option<String> {
    let text = fs::read_to_string(crate_folder.join("Cargo.toml")).unwrap();
    let (_, rest) = text.split_once("\napi-version = \"")?;
    Some(rest.split('"').next().unwrap().to_owned())
}

#[test]
fn a_version_that_is_not_a_date_is_rejected() {
    for text in ["nonsense", "2023-02-29", "2023-1-1"] {
        let ran = codegen(&["--api-version", text]);
        assert_eq!(ran.status.code(), Some(2), "{ran:?}");
        assert!(
            String::from_utf8_lossy(&ran.stderr).contains("expected a date, such as `2024-05-30`"),
            "{ran:?}"
        );
    }
}

#[test]
fn a_folder_with_other_files_is_rejected() {
    let temp = temp();
    fs::write(temp.path().join("thesis.txt"), "years of work\n").unwrap();
    let error = failure(&codegen_into(temp.path(), "12-versions", &[]));
    assert!(error.contains("contains files, but no crate from an earlier run"), "{error}");
    assert_eq!(tree(temp.path()).len(), 1);
}

#[test]
fn leftovers_of_an_interrupted_first_run_are_removed() {
    let temp = temp();
    let leftover = temp.path().join(".codegen-abc/new/lib.rs");
    fs::create_dir_all(leftover.parent().unwrap()).unwrap();
    fs::write(&leftover, "half\n").unwrap();
    fs::write(temp.path().join(".codegen-def"), "half\n").unwrap();
    let ran = codegen_into(temp.path(), "12-versions", &[]);
    assert!(ran.status.success(), "{ran:?}");
    let left = tree(temp.path()).into_keys().find(|it| it.to_string_lossy().contains(".codegen-"));
    assert_eq!(left, None);
}

#[test]
fn leftovers_are_removed_even_if_no_file_is_stale() {
    let temp = temp();
    let output = output(&temp.path().join("generated"), &[("mod.rs", "a\n")]);
    output.write().unwrap();
    let leftover = temp.path().join(".codegen-abc");
    fs::create_dir(&leftover).unwrap();
    assert_eq!(output.update().unwrap(), []);
    assert!(!leftover.exists());
}

#[test]
fn runs_at_the_same_time_wait_for_each_other() {
    let temp = temp();
    let folder = temp.path().join("generated");
    let files: Vec<_> = (0..50).map(|index| format!("{index}.rs")).collect();
    std::thread::scope(|scope| {
        for text in ["a\n", "b\n", "c\n"] {
            let files: Vec<_> = files.iter().map(|name| (name.as_str(), text)).collect();
            let output = output(&folder, &files);
            scope.spawn(move || (0..20).for_each(|_| drop(output.update().unwrap())));
        }
    });
    let texts: BTreeSet<String> = tree(temp.path()).into_values().collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
}

#[test]
fn a_run_completes_an_interrupted_run() {
    let temp = temp();
    codegen_into(temp.path(), "12-versions", &[]);
    let whole = tree(temp.path());
    // A run writes the list of its files first, then the files outside `src`, then `src`.
    for stopped in [&["src"][..], &["src", "Cargo.toml", "README.md", "docs"]] {
        for name in stopped {
            let path = temp.path().join(name);
            if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
        }
        let ran = codegen_into(temp.path(), "12-versions", &[]);
        assert!(ran.status.success(), "{ran:?}");
        assert_eq!(tree(temp.path()), whole);
    }
}

#[cfg(unix)]
#[test]
fn file_modes_follow_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;
    let temp = temp();
    let out = temp.path().join("out");
    for (umask, mode) in [("027", 0o640), ("022", 0o644)] {
        let ran = Command::new("sh")
            .args(["-c", "umask $1; exec \"$2\" codegen --spec \"$3\" --out \"$4\"", "sh"])
            .args([umask, env!("CARGO_BIN_EXE_xtask")])
            .args([fixture_path("emission", "12-versions"), out.clone()])
            .output()
            .unwrap();
        assert!(ran.status.success(), "{ran:?}");
        for path in tree(&out).into_keys() {
            let found = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{}", path.display());
        }
        fs::remove_dir_all(&out).unwrap();
    }
}

#[test]
fn files_that_users_added_to_the_crate_are_kept() {
    let temp = temp();
    codegen_into(temp.path(), "12-versions", &[]);
    let files = ["src/bin/tool.rs", "examples/mine.rs", "notes.txt"];
    for file in files {
        let path = temp.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "// mine\n").unwrap();
    }
    // A file from an earlier run that is no longer emitted is removed.
    fs::write(temp.path().join("src/generated/old.rs"), "// old\n").unwrap();
    fs::write(temp.path().join("src/generated/old.bin"), b"\xff").unwrap();
    let ran = codegen_into(temp.path(), "01-fields", &[]);
    assert!(ran.status.success(), "{ran:?}");
    for file in files {
        assert_eq!(fs::read_to_string(temp.path().join(file)).unwrap(), "// mine\n");
    }
    for name in ["old.rs", "old.bin"] {
        assert!(!temp.path().join("src/generated").join(name).exists());
    }
    assert!(
        stdout(&codegen_into(temp.path(), "01-fields", &["--check"])).contains("nothing changed")
    );
}

#[test]
fn a_guide_that_is_no_longer_emitted_is_removed_but_guides_of_users_are_kept() {
    let temp = temp();
    let path = |name: &str| temp.path().join(name);
    codegen_into(temp.path(), "12-versions", &[]);
    // An earlier version of the generator emitted another guide.
    let record = fs::read_to_string(path(".codegen/files.txt")).unwrap();
    fs::write(path(".codegen/files.txt"), format!("{record}docs/old.md\n")).unwrap();
    fs::write(path("docs/old.md"), "old\n").unwrap();
    fs::write(path("docs/mine.md"), "mine\n").unwrap();
    let checked = stdout(&codegen_into(temp.path(), "12-versions", &["--check"]));
    assert!(checked.contains("0 files missing, 1 stale, 1 left over"), "{checked}");
    let ran = codegen_into(temp.path(), "12-versions", &[]);
    assert!(ran.status.success(), "{ran:?}");
    assert!(!path("docs/old.md").exists());
    assert_eq!(fs::read_to_string(path("docs/mine.md")).unwrap(), "mine\n");
    // An earlier version of the generator did not emit this guide.
    fs::write(path(".codegen/files.txt"), record.replace("docs/paging.md\n", "")).unwrap();
    fs::write(path("docs/paging.md"), "mine\n").unwrap();
    let before = tree(temp.path());
    let error = failure(&codegen_into(temp.path(), "12-versions", &[]));
    assert!(error.contains("docs/paging.md` is not from an earlier run"), "{error}");
    assert_eq!(tree(temp.path()), before);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_kept() {
    let temp = temp();
    let out = temp.path().join("out");
    codegen_into(&out, "12-versions", &[]);
    fs::create_dir(temp.path().join("shared")).unwrap();
    fs::write(temp.path().join("shared/tool.rs"), "// shared\n").unwrap();
    fs::create_dir(out.join("src/bin")).unwrap();
    let links = [
        ("src/bin/tool.rs", "../../../shared/tool.rs"),
        ("src/shared", "../../shared"),
        ("src/broken", "nowhere"),
    ];
    for (link, target) in links {
        std::os::unix::fs::symlink(target, out.join(link)).unwrap();
    }
    for arguments in [&[][..], &["--check"]] {
        let ran = codegen_into(&out, "01-fields", arguments);
        assert!(ran.status.success(), "{ran:?}");
        for (link, target) in links {
            assert_eq!(fs::read_link(out.join(link)).unwrap(), Path::new(target));
        }
    }
}

#[test]
fn files_that_are_not_text_are_kept() {
    let temp = temp();
    codegen_into(temp.path(), "12-versions", &[]);
    let image = temp.path().join("src/images/logo.png");
    fs::create_dir_all(image.parent().unwrap()).unwrap();
    fs::write(&image, b"\x89PNG\xff").unwrap();
    for arguments in [&[][..], &["--check"]] {
        let ran = codegen_into(temp.path(), "12-versions", arguments);
        assert!(ran.status.success(), "{ran:?}");
        assert_eq!(fs::read(&image).unwrap(), b"\x89PNG\xff");
    }
}

#[test]
fn changes_to_the_manifest_are_kept() {
    let temp = temp();
    let manifest = temp.path().join("Cargo.toml");
    codegen_into(temp.path(), "12-versions", &["--name", "mine", "--version", "2.3.4"]);
    let text = fs::read_to_string(&manifest).unwrap();
    assert!(text.contains("name = \"mine\"\n"), "{text}");
    let mut edited = text.replace("version = \"2.3.4\"", "version = \"2.4.0\" # ours");
    assert_ne!(edited, text);
    edited.push_str("\n[profile.release]\nlto = true\n");
    edited = edited.replace("\n[dependencies]\n", "\n[dependencies]\nanyhow = \"1\"\n");
    fs::write(&manifest, &edited).unwrap();
    let ran = codegen_into(temp.path(), "01-fields", &[]);
    assert!(ran.status.success(), "{ran:?}");
    let after = fs::read_to_string(&manifest).unwrap();
    for kept in [
        "name = \"mine\"\n",
        "2.4.0\" # ours",
        "anyhow = \"1\"\n",
        "[profile.release]\nlto = true\n",
    ] {
        assert!(after.contains(kept), "{kept}: {after}");
    }
    let renamed = codegen_into(temp.path(), "01-fields", &["--name", "other"]);
    assert!(renamed.status.success(), "{renamed:?}");
    let after = fs::read_to_string(&manifest).unwrap();
    assert!(after.contains("name = \"other\"\n") && after.contains("2.4.0\" # ours"), "{after}");
    let numbered = codegen_into(temp.path(), "01-fields", &["--version", "3.0.0"]);
    assert!(numbered.status.success(), "{numbered:?}");
    let after = fs::read_to_string(&manifest).unwrap();
    assert!(after.contains("version = \"3.0.0\"") && !after.contains("2.4.0"), "{after}");
    let inherited = after.replace("version = \"3.0.0\"", "version.workspace = true");
    fs::write(&manifest, &inherited).unwrap();
    let again = codegen_into(temp.path(), "01-fields", &[]);
    assert!(again.status.success(), "{again:?}");
    assert_eq!(fs::read_to_string(&manifest).unwrap(), inherited);
}

#[test]
fn a_damaged_record_of_the_manifest_is_an_error_with_its_path() {
    let temp = temp();
    codegen_into(temp.path(), "12-versions", &[]);
    fs::write(temp.path().join(".codegen/manifest.toml"), "[package\n").unwrap();
    let error = failure(&codegen_into(temp.path(), "12-versions", &[]));
    assert!(error.contains(".codegen/manifest.toml`"), "{error}");
    assert!(!error.contains("Cargo.toml`"), "{error}");
}

#[test]
fn a_name_that_cargo_rejects_is_an_error() {
    let temp = temp();
    for name in ["-x", "1x", "if", "x y", "é", ""] {
        let ran = codegen_into(temp.path(), "12-versions", &[&format!("--name={name}")]);
        let error = String::from_utf8_lossy(&ran.stderr).into_owned();
        let expected = "`-` and `_`, starting with a letter or `_`, and neither a keyword";
        assert!(error.contains(expected), "{name}: {error}");
    }
    let ran = codegen_into(temp.path(), "12-versions", &["--name=_x"]);
    assert!(ran.status.success(), "{ran:?}");
}

#[test]
fn selecting_no_operation_is_an_error_and_deletes_nothing() {
    let temp = temp();
    let (spec, out) = (fixture_path("passes", "08-versions-preview"), temp.path().join("out"));
    let text = fs::read_to_string(spec).unwrap();
    let spec = temp.path().join("spec.yaml");
    let id = "      operationId: getPreview\n";
    assert!(text.contains(id), "{text}");
    fs::write(&spec, text.replace(id, &format!("{id}      tags: [Previews]\n"))).unwrap();
    let arguments = ["--spec", spec.to_str().unwrap(), "--out", out.to_str().unwrap()];
    assert!(codegen(&arguments).status.success());
    let before = tree(&out);
    let error = failure(&codegen(&[&arguments[..], &["--tags", "Previews"]].concat()));
    assert!(error.contains("has no operation that the options select"), "{error}");
    assert_eq!(tree(&out), before);
}

#[test]
fn a_document_whose_operations_are_all_left_out_becomes_a_client_without_methods() {
    let temp = temp();
    let spec = temp.path().join("spec.yaml");
    let text = "openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200': {description: All., content: {application/vnd.things.preview+json: {schema: {type: string}}}}
";
    fs::write(&spec, text).unwrap();
    let out = temp.path().join("things");
    let ran = codegen(&["--spec", spec.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert!(ran.status.success(), "{ran:?}");
    assert!(stdout(&ran).starts_with("1 operation left out:\n"), "{ran:?}");
    assert!(out.join("src/lib.rs").exists());
}

#[test]
fn check_prints_the_command_that_writes_the_files() {
    let temp = temp();
    let out = temp.path().join("my crate");
    let checked = stdout(&codegen_into(&out, "12-versions", &["--check"]));
    let last = checked.lines().last().unwrap();
    let spec = fixture_path("emission", "12-versions");
    let command = format!(
        ": run `cargo xtask codegen --spec {} --out '{}'` (",
        spec.display(),
        out.display()
    );
    assert!(last.contains(&command), "{last}");
}

#[test]
fn a_method_name_in_place_of_an_operation_id_gets_a_suggestion() {
    let temp = temp();
    for name in ["get_versions", "get_versions_v2023_01_01", "getversions"] {
        let ran = codegen_into(temp.path(), "12-versions", &["--operations", name]);
        let error = failure(&ran);
        assert!(error.contains("help: did you mean `getVersions`?"), "{error}");
    }
}
