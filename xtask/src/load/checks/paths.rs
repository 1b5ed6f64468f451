//! The braces in a path and the path parameters of its operations are the same names.

use std::collections::HashSet;

use super::parameters::{Listed, of_operation};
use crate::load::grammar::Kind;
use crate::load::outline::{Object, Operation, Outline};
use crate::load::report::Report;
use crate::load::suggest::nearest;

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for item in outline.all(Kind::PathItem) {
        template(item, report);
    }
    for operation in outline.operations() {
        if let Some(names) = names(operation.path) {
            parameters(outline, operation, &names, report);
        }
    }
}

fn template(item: Object<'_>, report: &mut Report) {
    let path = item.name;
    if !path.starts_with('/') {
        report.add(
            item.at,
            format!("the path `{path}` does not start with a slash"),
            format!("write `/{path}`"),
        );
    }
    let Some(names) = names(path) else {
        report.add(
            item.at,
            format!("the braces in the path `{path}` do not pair"),
            "write each parameter as `{name}`",
        );
        return;
    };
    if names.iter().collect::<HashSet<_>>().len() < names.len() {
        report.add(
            item.at,
            format!("the path `{path}` has the same parameter twice"),
            "give each its own name",
        );
    }
}

fn parameters(
    outline: &Outline<'_>,
    operation: Operation<'_>,
    names: &[&str],
    report: &mut Report,
) {
    let declared: Vec<Listed<'_>> = of_operation(outline, operation)
        .into_iter()
        .filter(|parameter| parameter.place == "path")
        .collect();
    for name in names {
        if !declared.iter().any(|parameter| parameter.name == *name) {
            report.add(
                operation.at,
                format!(
                    "`{} {}` does not declare the path parameter `{name}`",
                    operation.method, operation.path
                ),
                "add it to `parameters` with `in: path`",
            );
        }
    }
    for parameter in declared {
        if !names.contains(&parameter.name) {
            let help = match nearest(parameter.name, names.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => {
                    format!("add `{{{}}}` to the path, or remove the parameter", parameter.name)
                }
            };
            report.add(
                parameter.at,
                format!("the path `{}` has no `{{{}}}`", operation.path, parameter.name),
                help,
            );
        }
    }
}

/// The names in braces; nothing if the braces do not pair or enclose nothing.
fn names(path: &str) -> Option<Vec<&str>> {
    let mut parts = path.split('{');
    let literal = parts.next()?;
    let pieces = parts.map(|part| part.split_once('}'));
    let (names, literals): (Vec<_>, Vec<_>) =
        pieces.collect::<Option<Vec<_>>>()?.into_iter().unzip();
    let stray = literals.iter().chain([&literal]).any(|text| text.contains('}'));
    let nameless = names.iter().any(|name| name.is_empty());
    (!stray && !nameless).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_stand_in_paired_braces() {
        assert_eq!(names("/a/{b}/c:{d}"), Some(vec!["b", "d"]));
        assert_eq!(names("/a"), Some(vec![]));
        for broken in ["/{a", "/a}", "/{}", "/{a{b}}", "/{a}}"] {
            assert_eq!(names(broken), None, "{broken}");
        }
    }
}
