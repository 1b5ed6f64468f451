//! Checks paths: they must start with a slash and contain no query. Braces must be balanced and contain the names of
//! declared path parameters.

use std::collections::HashSet;

use indexmap::IndexSet;
use serde_json::json;

use super::parameters::of_operation;
use crate::diagnostic::did_you_mean;
use crate::document::findings::Findings;
use crate::document::visitor::{Object, paths};

pub(super) fn check(item: Object<'_>, findings: &mut Findings) {
    let path = item.name;
    if !path.starts_with('/') {
        let rooted = format!("/{path}");
        if paths(item.root).any(|other| other.name == rooted) {
            let why = format!(
                "the path `{path}` does not start with a slash, and the document also has the path `{rooted}`"
            );
            leave_out(item, &why, "move the operation to the path with the slash", findings);
            return;
        }
        let what = format!("the path `{path}` does not start with a slash");
        let fallback = format!("the path is read as `{rooted}`");
        let help = format!("write `{rooted}`");
        findings.here().warn(what, fallback, help).rename(rooted);
    }
    if path.contains('?') {
        let what = format!("the path `{path}` contains a query");
        let help = "describe the keys of the query as parameters with `in: query`";
        findings.here().warn(what, "every request contains this query", help);
    }
    let Some(names) = names(path) else {
        let why = format!("unbalanced or empty braces in the path `{path}`");
        leave_out(item, &why, "write each parameter as `{name}`", findings);
        return;
    };
    if names.iter().collect::<HashSet<_>>().len() < names.len() {
        let what = format!("the path `{path}` repeats a path parameter");
        let help = "give each parameter its own name";
        findings.here().warn(what, "all occurrences get the same value", help);
    }
    for operation in item.operations() {
        declared(operation, item, &names, findings);
    }
}

/// Leaves out all operations of a path.
fn leave_out(item: Object<'_>, why: &str, help: &str, findings: &mut Findings) {
    for operation in item.operations() {
        let id = operation.text("operationId").unwrap_or(operation.name);
        let what = format!("`{id}` cannot be emitted: {why}");
        findings.key(&[operation.name]).leave_out(what, help);
    }
    findings.here().remove();
}

/// Declares missing path parameters, and removes declared path parameters that are not in the path.
fn declared(operation: Object<'_>, item: Object<'_>, names: &[&str], findings: &mut Findings) {
    let mut parameters = of_operation(operation, item);
    parameters.retain(|parameter| parameter.place() == "path");
    let missing: IndexSet<&str> = names.iter().copied().collect();
    let is_declared = |name: &&str| parameters.iter().any(|parameter| parameter.name() == *name);
    let (method, path) = (operation.name, item.name);
    for name in missing.into_iter().filter(|name| !is_declared(name)) {
        let what = format!("`{method} {path}` does not declare the path parameter `{name}`");
        let help = format!("add `{name}` to `parameters` with `in: path`");
        findings.key(&[method]).warn(what, "the parameter is declared as a string", help);
        let schema = json!({ "type": "string" });
        let parameter = json!({ "name": name, "in": "path", "required": true, "schema": schema });
        findings.at(&[method, "parameters"]).append(parameter);
    }
    for parameter in parameters {
        let name = parameter.name();
        if !names.contains(&name) {
            let otherwise = format!("add `{{{name}}}` to the path, or remove the parameter");
            let help = did_you_mean(name, names.iter().copied(), otherwise);
            let what = format!("the path `{path}` has no `{{{name}}}`");
            parameter.spot(findings).warn(what, "the parameter is ignored", help).remove();
        }
    }
}

/// Returns the names in braces, or `None` if braces are unbalanced or empty.
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
    fn only_paired_braces_around_a_name_are_valid() {
        assert_eq!(names("/a/{b}/c:{d}"), Some(vec!["b", "d"]));
        assert_eq!(names("/a"), Some(vec![]));
        for broken in ["/{a", "/a}", "/{}", "/{a{b}}", "/{a}}"] {
            assert_eq!(names(broken), None, "{broken}");
        }
    }
}
