//! What differs between two interfaces, and what that means to callers.

use std::collections::{BTreeMap, BTreeSet};

use super::Effect::{self, Call, Compile, Nothing, Wire};
use super::arguments;
use super::report::Change;
use super::rules::{self, Rule};
use super::surface::{Interface, Kind, Member, Owner, Surface};

/// Everything that differs, the worst first.
pub(super) fn compare(old: &Surface, new: &Surface) -> Vec<Change> {
    let mut changes = Vec::new();
    for (owner, old, new) in both(old, new) {
        let mut found = Found { owner, changes: &mut changes };
        match (old, new) {
            (Some(_), None) => found.tell(Compile, "", "removed"),
            (None, Some(new)) => found.tell(Nothing, "", &added(owner, new)),
            (Some(old), Some(new)) if old.kind != new.kind => {
                found.tell(Compile, "", &format!("{} becomes {}", old.kind, new.kind));
            }
            (Some(old), Some(new)) => compare_one(old, new, &mut found),
            (None, None) => {}
        }
    }
    changes.sort_by_key(|change| change.effect);
    changes
}

fn added(owner: &Owner, new: &Interface) -> String {
    let accept = new.wire.get("Accept").filter(|_| matches!(owner, Owner::Method(_)));
    accept.map_or_else(|| "new".to_owned(), |accept| format!("new, asks for `{accept}`"))
}

fn compare_one(old: &Interface, new: &Interface, found: &mut Found<'_>) {
    let renamed = arguments::renamed(old, new);
    for (old, new) in &renamed {
        found.tell(Nothing, &format!("parameter `{old}`"), &format!("called `{new}` now"));
    }
    let old = &arguments::under_new_names(old, &renamed);
    whole(old, new, found);
    gives(old, new, found);
    if let Some((effect, what)) = arguments::reordered(old, new) {
        found.tell(effect, "", &what);
    }
    for (name, was, is) in both(&old.members, &new.members) {
        let part = format!("{} `{name}`", new.member_noun());
        match (was, is) {
            (Some(_), None) => found.tell(Compile, &part, "removed"),
            (None, Some(is)) => {
                let (effect, what) = added_member(name, is, old, new);
                found.tell(effect, &part, &what);
            }
            (Some(was), Some(is)) => {
                let need = Need::of(name, old, new);
                changed_member(was, is, need, &mut |effect, what| found.tell(effect, &part, what));
            }
            (None, None) => {}
        }
    }
    variants(old, new, found);
    rules(old, new, found);
}

/// The entries of two maps side by side.
fn both<'a, K: Ord, V>(
    old: &'a BTreeMap<K, V>,
    new: &'a BTreeMap<K, V>,
) -> Vec<(&'a K, Option<&'a V>, Option<&'a V>)> {
    let keys: BTreeSet<&K> = old.keys().chain(new.keys()).collect();
    keys.into_iter().map(|key| (key, old.get(key), new.get(key))).collect()
}

/// What is found about one method or model.
struct Found<'a> {
    owner: &'a Owner,
    changes: &'a mut Vec<Change>,
}

impl Found<'_> {
    /// Tells of a part, or where that is empty of the whole.
    fn tell(&mut self, effect: Effect, part: &str, what: &str) {
        let separator = if part.is_empty() { "" } else { ", " };
        let text = format!("{}{separator}{part}: {what}", self.owner);
        self.changes.push(Change { effect, text });
    }
}

fn whole(old: &Interface, new: &Interface, found: &mut Found<'_>) {
    if let Some(what) = deprecation(old.deprecated.as_ref(), new.deprecated.as_ref()) {
        found.tell(Nothing, "", &what);
    }
    for lost in old.traits.difference(&new.traits) {
        found.tell(Compile, "", &format!("no longer `{lost}`"));
    }
    for gained in new.traits.difference(&old.traits) {
        found.tell(Nothing, "", &format!("`{gained}` now"));
    }
    match (old.is_made_by_callers(), new.is_made_by_callers()) {
        (true, false) => found.tell(Compile, "", "no longer sent, so `new` and its setters go"),
        (false, true) => found.tell(Nothing, "", "sent now, so it has `new` and setters"),
        _ => {}
    }
    for (name, was, is) in both(&old.wire, &new.wire) {
        if was != is {
            let value = |it: Option<&String>| it.map_or("none".to_owned(), |it| format!("`{it}`"));
            found.tell(Wire, "", &format!("{name} {} becomes {}", value(was), value(is)));
        }
    }
}

/// The types that its methods give.
fn gives(old: &Interface, new: &Interface, found: &mut Found<'_>) {
    for (name, was, is) in both(&old.gives, &new.gives) {
        let part = format!("`{name}`");
        match (was, is) {
            (Some(_), None) => found.tell(Compile, &part, "removed"),
            (None, Some(is)) => found.tell(Nothing, &part, &format!("new, gives `{is}`")),
            (Some(was), Some(is)) if was != is => {
                found.tell(Compile, &part, &format!("gives `{is}` instead of `{was}`"));
            }
            _ => {}
        }
    }
}

fn added_member(name: &str, is: &Member, old: &Interface, new: &Interface) -> (Effect, String) {
    let ty = &is.ty;
    // Where `new` is new as well, nobody calls it yet.
    if old.is_made_by_callers() && new.requires(name) {
        return (Compile, format!("new and required, `{ty}`"));
    }
    let is_open = old.non_exhaustive || old.kind == Kind::Method;
    (if is_open { Nothing } else { Compile }, format!("new, `{ty}`"))
}

/// Whether callers have to give a member at once.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    Same,
    Required,
    Optional,
}

impl Need {
    fn of(name: &str, old: &Interface, new: &Interface) -> Self {
        let is_made = old.is_made_by_callers() && new.is_made_by_callers();
        match (old.requires(name), new.requires(name)) {
            (false, true) if is_made => Self::Required,
            (true, false) if is_made => Self::Optional,
            _ => Self::Same,
        }
    }
}

fn changed_member(was: &Member, is: &Member, need: Need, tell: &mut dyn FnMut(Effect, &str)) {
    let types = format!("`{}` becomes `{}`", was.ty, is.ty);
    let need_now = if need == Need::Required { "required now" } else { "optional now" };
    match (was.ty != is.ty, need) {
        (true, Need::Same) => tell(Compile, &types),
        (true, _) => tell(Compile, &format!("{need_now}, {types}")),
        (false, Need::Same) => match (was.may_be_absent, is.may_be_absent) {
            (true, false) => tell(Wire, "never absent on the wire"),
            (false, true) => tell(Wire, "may be absent on the wire"),
            _ => {}
        },
        (false, _) => tell(Compile, need_now),
    }
    if was.wire != is.wire {
        tell(Wire, &format!("on the wire `{}` becomes `{}`", was.wire, is.wire));
    }
    if let Some(what) = deprecation(was.deprecated.as_ref(), is.deprecated.as_ref()) {
        tell(Nothing, &what);
    }
}

fn variants(old: &Interface, new: &Interface, found: &mut Found<'_>) {
    for (name, was, is) in both(&old.variants, &new.variants) {
        let (effect, what) = match (was, is) {
            (Some(_), None) => (Compile, "removed".to_owned()),
            (None, Some(_)) if old.non_exhaustive => (Nothing, "new".to_owned()),
            (None, Some(_)) => (Compile, "new".to_owned()),
            (Some(was), Some(is)) if was.ty != is.ty => {
                (Compile, format!("`{}` becomes `{}`", was.ty, is.ty))
            }
            (Some(was), Some(is)) if was.values != is.values => {
                let (was, is) = (was.values.join("`, `"), is.values.join("`, `"));
                (Wire, format!("on the wire `{was}` becomes `{is}`"))
            }
            _ => continue,
        };
        found.tell(effect, &format!("variant `{name}`"), &what);
    }
}

/// The rules of what callers could give before, and still can.
fn rules(old: &Interface, new: &Interface, found: &mut Found<'_>) {
    if !old.is_made_by_callers() || !new.is_made_by_callers() {
        return;
    }
    let text = |rule: Option<&Rule>| rule.map_or("any".to_owned(), ToString::to_string);
    for ((name, kind), was, is) in both(&old.rules, &new.rules) {
        if was == is || !old.members.contains_key(name) || !new.members.contains_key(name) {
            continue;
        }
        let effect = if rules::may_refuse(was, is) { Call } else { Nothing };
        let part = format!("{} `{name}`", new.member_noun());
        found.tell(effect, &part, &format!("{kind}: {} becomes {}", text(was), text(is)));
    }
}

fn deprecation(was: Option<&String>, is: Option<&String>) -> Option<String> {
    match (was, is) {
        (None, Some(note)) => Some(format!("deprecated: {note}")),
        (Some(_), None) => Some("no longer deprecated".to_owned()),
        (Some(was), Some(is)) if was != is => Some(format!("still deprecated: {is}")),
        _ => None,
    }
}
