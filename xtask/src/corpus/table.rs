//! The table of all documents, in Markdown.

use super::row::{Problem, Row};

/// Returns the table, followed by the reasons for failures and omissions.
pub(super) fn report(rows: &[Row]) -> String {
    let head =
        ["document", "operations", "emitted", "warnings", "seconds", "compiles", "rustc warnings"];
    let mut lines = vec![line(&head), ruler(head.len())];
    lines.extend(rows.iter().map(|row| line(&cells(row))));
    lines.push(line(&totals(rows)));
    lines.extend(reasons(rows));
    lines.join("\n") + "\n"
}

fn cells(row: &Row) -> [String; 7] {
    let compiles = match (&row.failure, &row.compiled) {
        (Some(Problem::Invalid(_)), _) => "invalid",
        (Some(Problem::Bug(_)), _) => "fails",
        (None, None) => "",
        (None, Some(compiled)) if compiled.errors > 0 => "no",
        (None, Some(_)) => "yes",
    };
    let warnings = row.compiled.as_ref().map(|it| it.warnings.to_string());
    [
        format!("`{}`", row.name),
        row.found.to_string(),
        row.emitted.to_string(),
        row.warnings.to_string(),
        format!("{:.2}", row.seconds),
        compiles.to_owned(),
        warnings.unwrap_or_default(),
    ]
}

fn totals(rows: &[Row]) -> [String; 7] {
    let sum = |count: fn(&Row) -> usize| rows.iter().map(count).sum::<usize>();
    let generated = rows.iter().filter(|row| row.failure.is_none()).count();
    let compiled = rows.iter().filter_map(|row| row.compiled.as_ref());
    let (clean, warnings) = compiled.fold((0, 0), |(clean, warnings), it| {
        (clean + usize::from(it.errors == 0), warnings + it.warnings)
    });
    [
        format!("{generated} of {} generated", rows.len()),
        sum(|row| row.found).to_string(),
        sum(|row| row.emitted).to_string(),
        sum(|row| row.warnings).to_string(),
        format!("{:.2}", rows.iter().map(|row| row.seconds).sum::<f64>()),
        clean.to_string(),
        warnings.to_string(),
    ]
}

/// Returns the reasons for failures and omissions, as a Markdown list.
fn reasons(rows: &[Row]) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows {
        let failure = row.failure.iter().map(|problem| match problem {
            Problem::Invalid(reason) | Problem::Bug(reason) => reason.clone(),
        });
        let reasons = failure.chain(row.omissions.iter().cloned());
        lines.extend(reasons.map(|reason| format!("- `{}`: {reason}", row.name)));
    }
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |", cells.join(" | "))
}

/// Returns the line below the headings, which aligns the first column to the left and all others to the right.
fn ruler(columns: usize) -> String {
    format!("|---|{}", "--:|".repeat(columns.saturating_sub(1)))
}
