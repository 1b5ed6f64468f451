//! What callers give by its place, not by its name.

use std::collections::BTreeMap;

use super::Effect;
use super::surface::{Interface, Kind};

/// The arguments of a method that have another name and are otherwise what they were: the old name
/// and the new one.
pub(super) fn renamed(old: &Interface, new: &Interface) -> Vec<(String, String)> {
    let (Some(was), Some(is)) = (&old.arguments, &new.arguments) else { return Vec::new() };
    if old.kind != Kind::Method || was.len() != is.len() {
        return Vec::new();
    }
    let pairs = was.iter().zip(is).filter(|(was, is)| {
        let is_free = !new.members.contains_key(*was) && !old.members.contains_key(*is);
        let type_of = |interface: &Interface, name: &str| {
            interface.members.get(name).map(|member| member.ty.clone())
        };
        is_free && type_of(old, was) == type_of(new, is)
    });
    pairs.map(|(was, is)| (was.clone(), is.clone())).collect()
}

/// The interface with the new names in the place of the old ones.
pub(super) fn under_new_names(old: &Interface, renamed: &[(String, String)]) -> Interface {
    let name = |name: &String| {
        let new = renamed.iter().find(|(was, _)| was == name);
        new.map_or(name, |(_, is)| is).clone()
    };
    let members = old.members.iter().map(|(it, member)| (name(it), member.clone()));
    let rules = old.rules.iter().map(|((it, kind), rule)| ((name(it), *kind), rule.clone()));
    Interface {
        arguments: old.arguments.as_ref().map(|arguments| arguments.iter().map(name).collect()),
        members: members.collect::<BTreeMap<_, _>>(),
        rules: rules.collect(),
        ..old.clone()
    }
}

/// What was and still is to be given at once, if its order is another one.
pub(super) fn reordered(old: &Interface, new: &Interface) -> Option<(Effect, String)> {
    let (was, is) = (old.arguments.as_ref()?, new.arguments.as_ref()?);
    let common = |these: &[String], others: &[String]| -> Vec<String> {
        these.iter().filter(|name| others.contains(name)).cloned().collect()
    };
    let (before, after) = (common(was, is), common(is, was));
    if before == after {
        return None;
    }
    let types = |names: &[String], interface: &Interface| -> Vec<Option<String>> {
        names.iter().map(|it| Some(interface.members.get(it)?.ty.clone())).collect()
    };
    // Where the types stand as they did, calls compile and mean something else.
    let is_silent = types(was, old) == types(is, new);
    let effect = if is_silent { Effect::Call } else { Effect::Compile };
    let what = format!(
        "arguments in another order: `{}` becomes `{}`",
        before.join(", "),
        after.join(", ")
    );
    Some((effect, what))
}
