//! The rules that are checked before anything is sent: read from the checks, and compared.

use std::collections::BTreeMap;
use std::fmt;

use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprCall, Lit, Member, RangeLimits, UnOp};

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RuleKind {
    Value,
    Length,
    Items,
    Pattern,
}

impl RuleKind {
    fn of(check: &str) -> Option<Self> {
        Some(match check {
            "range" => Self::Value,
            "length" => Self::Length,
            "items" => Self::Items,
            "pattern" => Self::Pattern,
            _ => return None,
        })
    }
}

impl fmt::Display for RuleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "value",
            Self::Length => "number of characters",
            Self::Items => "number of items",
            Self::Pattern => "pattern",
        })
    }
}

/// What a value must be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rule {
    Pattern(String),
    Range { low: Option<Limit>, high: Option<Limit> },
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Limit {
    text: String,
    is_within: bool,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = match self {
            Self::Pattern(pattern) => return write!(f, "`{pattern}`"),
            Self::Range { low, high } => (low, high),
        };
        if let (Some(Limit { text: low, is_within: true }), Some(high)) = (low, high)
            && high.is_within
        {
            return write!(f, "{low} to {}", high.text);
        }
        let end = |limit: &Limit, within, outside| {
            format!("{} {}", if limit.is_within { within } else { outside }, limit.text)
        };
        let low = low.as_ref().map(|it| end(it, "at least", "more than"));
        let high = high.as_ref().map(|it| end(it, "at most", "less than"));
        let ends: Vec<String> = low.into_iter().chain(high).collect();
        f.write_str(&ends.join(" and "))
    }
}

/// Whether some value that kept the old rule may break the new one. No rule is kept by all.
pub(super) fn may_refuse(old: Option<&Rule>, new: Option<&Rule>) -> bool {
    match (old, new) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(Rule::Range { low, high }), Some(Rule::Range { low: new_low, high: new_high })) => {
            is_tighter(low.as_ref(), new_low.as_ref(), |new, old| new > old)
                || is_tighter(high.as_ref(), new_high.as_ref(), |new, old| new < old)
        }
        // Nobody can tell in general whether one pattern matches all that another one does.
        (Some(old), Some(new)) => old != new,
    }
}

fn is_tighter(old: Option<&Limit>, new: Option<&Limit>, beyond: fn(f64, f64) -> bool) -> bool {
    let (old, new) = match (old, new) {
        (_, None) => return false,
        (None, Some(_)) => return true,
        (Some(old), Some(new)) => (old, new),
    };
    if old.text == new.text {
        return old.is_within && !new.is_within;
    }
    match (old.text.parse::<f64>(), new.text.parse::<f64>()) {
        // Two numbers too large to tell apart may be either way round.
        #[expect(clippy::float_cmp, reason = "equal to the last bit is what is asked")]
        (Ok(old), Ok(new)) => old == new || beyond(new, old),
        _ => true,
    }
}

/// The checks in the body of a function, by the field of `self` that they look at.
pub(super) fn read(block: &Block) -> BTreeMap<(String, RuleKind), Rule> {
    let mut checks = Checks::default();
    checks.visit_block_mut(&mut block.clone());
    checks.found
}

#[derive(Default)]
struct Checks {
    found: BTreeMap<(String, RuleKind), Rule>,
}

impl VisitMut for Checks {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        self.found.extend(check(call));
        visit_mut::visit_expr_call_mut(self, call);
    }
}

/// `check::length(at.field("name"), &self.name, 3..=63)`.
fn check(call: &ExprCall) -> Option<((String, RuleKind), Rule)> {
    let Expr::Path(function) = call.func.as_ref() else { return None };
    let kind = RuleKind::of(&function.path.segments.last()?.ident.to_string())?;
    let mut arguments = call.args.iter().skip(1);
    let member = field_of_self(arguments.next()?)?;
    Some(((member, kind), rule(arguments.next()?)?))
}

/// The `name` in `self.name`, wherever that stands in an expression.
pub(super) fn field_of_self(expression: &Expr) -> Option<String> {
    let mut finder = FieldOfSelf(None);
    finder.visit_expr_mut(&mut expression.clone());
    finder.0
}

struct FieldOfSelf(Option<String>);

impl VisitMut for FieldOfSelf {
    fn visit_expr_field_mut(&mut self, field: &mut syn::ExprField) {
        let is_of_self = matches!(field.base.as_ref(), Expr::Path(it) if it.path.is_ident("self"));
        if let (true, Member::Named(name)) = (is_of_self, &field.member) {
            self.0 = Some(name.to_string());
        }
        visit_mut::visit_expr_field_mut(self, field);
    }
}

fn rule(expression: &Expr) -> Option<Rule> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(pattern) => Some(Rule::Pattern(pattern.value())),
            _ => None,
        },
        Expr::Range(range) => {
            let is_within = matches!(range.limits, RangeLimits::Closed(_));
            let limit = |end: &Option<Box<Expr>>, is_within| {
                let text = end.as_deref().and_then(number)?;
                Some(Limit { text, is_within })
            };
            Some(Rule::Range { low: limit(&range.start, true), high: limit(&range.end, is_within) })
        }
        Expr::Tuple(ends) => {
            let mut ends = ends.elems.iter().map(bound);
            Some(Rule::Range { low: ends.next()?, high: ends.next()? })
        }
        _ => None,
    }
}

/// `Bound::Excluded(0)`.
fn bound(expression: &Expr) -> Option<Limit> {
    let Expr::Call(call) = expression else { return None };
    let Expr::Path(function) = call.func.as_ref() else { return None };
    let is_within = function.path.segments.last()?.ident == "Included";
    Some(Limit { text: number(call.args.first()?)?, is_within })
}

fn number(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => Some(number.base10_digits().to_owned()),
            Lit::Float(number) => Some(number.base10_digits().to_owned()),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            number(&unary.expr).map(|it| format!("-{it}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(check: &str) -> Rule {
        let block = syn::parse_str(&format!("{{ check::{check}?; }}")).unwrap();
        read(&block).into_values().next().unwrap()
    }

    #[test]
    fn a_rule_reads_as_it_is_meant() {
        for (check, meaning) in [
            ("length(at.field(\"a\"), self.a.as_deref(), 3..=63)", "3 to 63"),
            ("items(at.field(\"a\"), self.a.as_slice(), ..=3)", "at most 3"),
            ("range(at.field(\"a\"), self.a, -5..)", "at least -5"),
            ("pattern(at.field(\"a\"), &self.a, \"^a$\")", "`^a$`"),
            (
                "range(at.field(\"a\"), self.a, (Bound::Excluded(0.0), Bound::Included(1.0)))",
                "more than 0.0 and at most 1.0",
            ),
        ] {
            assert_eq!(read_one(check).to_string(), meaning);
        }
    }

    #[test]
    fn a_rule_refuses_more_where_its_range_is_smaller() {
        let range = |text: &str| read_one(&format!("range(at, self.a, {text})"));
        for (old, new, refuses) in [
            ("3..=63", "3..=64", false),
            ("3..=63", "2..=63", false),
            ("3..=63", "3..", false),
            ("3..=63", "4..=64", true),
            ("3..=63", "1..=62", true),
            ("3..", "3..=63", true),
            ("9..=10", "10..=11", true),
            ("-1..", "-5..", false),
            ("0..", "(Bound::Excluded(0), Bound::Unbounded)", true),
            ("(Bound::Excluded(0), Bound::Unbounded)", "0..", false),
            ("..=9223372036854775807", "..=9223372036854775806", true),
        ] {
            assert_eq!(may_refuse(Some(&range(old)), Some(&range(new))), refuses, "{old} {new}");
        }
    }
}
