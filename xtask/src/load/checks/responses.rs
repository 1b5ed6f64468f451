//! Every operation has a success response, and its statuses exist.

use crate::load::outline::{Operation, Outline};
use crate::load::report::Report;

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for operation in outline.operations() {
        statuses(operation, report);
        success(operation, report);
    }
}

fn statuses(operation: Operation<'_>, report: &mut Report) {
    for (status, entry) in operation.fields.entries("responses") {
        if !is_status(status) && !status.starts_with("x-") {
            report.add(
                entry.at,
                format!("`{status}` is not a response status"),
                "write a code such as `\"200\"`, a range such as `4XX`, or `default`",
            );
        }
    }
}

fn success(operation: Operation<'_>, report: &mut Report) {
    let Some(entry) = operation.fields.entry("responses") else {
        return;
    };
    let Some(responses) = entry.node.mapping() else {
        return;
    };
    if !responses.keys().any(|status| status.starts_with('2') || status == "default") {
        report.add(
            entry.at,
            format!("`{} {}` has no success response", operation.method, operation.path),
            "add the response of a call that succeeds, such as `\"200\"` or `\"204\"`",
        );
    }
}

/// A code from 100 to 599, a range, or `default`.
fn is_status(status: &str) -> bool {
    let (class, rest) = status.split_at_checked(1).unwrap_or_default();
    let digits = rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit());
    status == "default"
        || (matches!(class, "1" | "2" | "3" | "4" | "5") && (digits || rest == "XX"))
}
