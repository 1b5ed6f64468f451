//! Paths, output and messages for all commands.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use annotate_snippets::Renderer;
use anyhow::Context as _;
use xtask::diagnostic::{Diagnostics, Severity};
use xtask::text::count;

/// Returns the root of the workspace, which contains this package. Reads the package's folder from `CARGO_MANIFEST_DIR`
/// at run time, because a program that was built in one checkout can run in another. If this variable is absent or
/// names another package, uses its value at compile time.
pub(super) fn workspace_root() -> anyhow::Result<PathBuf> {
    let member = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let member = member.filter(|it| it.ends_with("xtask"));
    let member = member.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).to_owned());
    Ok(member.parent().context("xtask is not within a workspace")?.to_owned())
}

/// Makes a path relative to the current folder if the path is in that folder.
pub(super) fn from_here(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).map(Path::to_owned).unwrap_or(path)
}

/// Writes to standard output. A closed pipe, such as one to `head`, is not an error.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}

/// Prints an error. Diagnostics are in colour on a terminal, unless `NO_COLOR` is set. If `writes` is set, the
/// diagnostics end with `nothing was written`. Unless `verbose` is set, hides all but the first few of many similar
/// warnings.
pub(super) fn print_error(error: &anyhow::Error, writes: bool, verbose: bool) {
    match error.downcast_ref::<Diagnostics>() {
        Some(diagnostics) => {
            anstream::eprintln!("{}\n", rendered(diagnostics, verbose));
            let effect = if writes { "; nothing was written" } else { "" };
            eprintln!("{}{effect}", counts(diagnostics));
        }
        None => eprintln!("error: {error:#}"),
    }
}

/// Prints the warnings with their excerpts, followed by their number. If `quiet` is set, prints only the number. Unless
/// `verbose` is set, hides all but the first few of many similar warnings.
pub(super) fn print_warnings(warnings: &Diagnostics, quiet: bool, verbose: bool) {
    if warnings.is_empty() {
        return;
    }
    if !quiet {
        anstream::eprintln!("{}\n", rendered(warnings, verbose));
    }
    eprintln!("{}", counts(warnings));
}

fn rendered(diagnostics: &Diagnostics, verbose: bool) -> String {
    let renderer = Renderer::styled();
    if verbose { diagnostics.render(&renderer) } else { diagnostics.render_briefly(&renderer) }
}

/// Formats the numbers of errors and warnings, as in `2 errors, 1 warning`.
fn counts(diagnostics: &Diagnostics) -> String {
    let errors = diagnostics.count(Severity::Error);
    let warnings = diagnostics.len() - errors;
    let parts = [(errors, "error"), (warnings, "warning")];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, of)| count(*number, of)).collect();
    parts.join(", ")
}
