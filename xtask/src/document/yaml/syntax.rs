//! Explains why text is not YAML. The parser often detects an error only some lines after its cause.

use crate::diagnostic::{Finding, Place, Span};

/// Explains a syntax error that the parser detected at `at`.
pub(super) fn explain(text: &str, at: Span, info: &str) -> Vec<Finding> {
    let lines: Vec<&str> = text.lines().collect();
    let conflicts = conflicts(&lines, at);
    if !conflicts.is_empty() {
        return conflicts;
    }
    let noticed = usize::try_from(at.line).unwrap_or_default();
    let numbered = || lines.iter().copied().enumerate();
    // JSON allows any indentation.
    let is_json = text.trim_start().starts_with(['{', '[']);
    let cause = if is_json {
        None
    } else {
        let near = numbered().take(noticed + 1).skip(noticed.saturating_sub(3));
        tab(near, at).or_else(|| indentation(numbered().take(noticed), at))
    };
    let finding = cause.unwrap_or_else(|| {
        let help = "look here and on the line above for a missing quote, colon or bracket";
        Finding::error(Place::Text(at), format!("this is not valid YAML: {info}"), help)
    });
    vec![finding]
}

/// Reports each line with a conflict marker from a version control system, if one of the lines marks the start of a
/// conflict (`<<<<<<<`).
fn conflicts(lines: &[&str], at: Span) -> Vec<Finding> {
    const MARKERS: &[&str] = &["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
    let is_conflict = lines.iter().any(|line| line.starts_with("<<<<<<< "));
    let marked = lines.iter().enumerate().filter_map(|(index, line)| {
        let marker = MARKERS.iter().find(|marker| line.starts_with(**marker))?;
        let what = format!("`{marker}` marks a merge conflict");
        let help = "resolve the conflict and remove its markers";
        Some(Finding::error(Place::Text(span(at, index, 0, line.len())), what, help))
    });
    if is_conflict { marked.collect() } else { Vec::new() }
}

/// Reports the tab in the last line that is indented with a tab.
fn tab<'l>(lines: impl Iterator<Item = (usize, &'l str)>, at: Span) -> Option<Finding> {
    let tabs = lines.filter_map(|(index, line)| {
        let indent = line.len() - line.trim_start().len();
        let tab = line.get(..indent)?.find('\t')?;
        (!line.trim().is_empty()).then_some((index, tab))
    });
    let (index, tab) = tabs.last()?;
    let help = "indent with spaces";
    Some(Finding::error(Place::Text(span(at, index, tab, 1)), "a tab indents this line", help))
}

/// Reports the last line if no enclosing block has its indentation, or if it is indented more than the line above,
/// which already has a value.
fn indentation<'l>(above: impl Iterator<Item = (usize, &'l str)>, at: Span) -> Option<Finding> {
    let mut open: Vec<usize> = Vec::new();
    let mut wrong = None;
    let mut previous = "";
    for (index, line) in above {
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = line.len() - content.len();
        let deepest = open.last().copied();
        while open.last().is_some_and(|last| *last > indent) {
            open.pop();
        }
        let is_known = open.last() == Some(&indent);
        let was_closed = deepest.is_some_and(|deepest| deepest > indent);
        let was_complete = previous.contains(": ") && !previous.ends_with(['|', '>', ':', '-']);
        wrong = if !is_known && was_closed {
            Some((
                index,
                indent,
                "fewer spaces than the lines above, but with more than the enclosing block",
            ))
        } else if deepest.is_some_and(|deepest| deepest < indent)
            && was_complete
            && content.contains(':')
        {
            Some((index, indent, "more spaces than the line above, which already has a value"))
        } else {
            None
        };
        if !is_known {
            open.push(indent);
        }
        // The entries of a list item start after its dash.
        if let Some(rest) = content.strip_prefix("- ") {
            open.push(indent + 2 + rest.len() - rest.trim_start().len());
        }
        previous = content.trim_end();
    }
    let (index, indent, how) = wrong?;
    let what = format!("wrong indentation: the line starts with {how}");
    let help = "align the line with the lines around it";
    Some(Finding::error(Place::Text(span(at, index, 0, indent.max(1))), what, help))
}

/// Returns the span of `length` characters in the line with the given index.
fn span(at: Span, index: usize, start: usize, length: usize) -> Span {
    let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    Span { line: number(index + 1), column: number(start + 1), length: number(length), ..at }
}
