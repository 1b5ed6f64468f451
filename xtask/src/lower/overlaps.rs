//! Groups of variants that share a key, such as a JSON type.

use std::collections::BTreeSet;

use openapiv3::{ReferenceOr, Schema};

/// Variants that share keys.
pub(super) struct Group<'a, K> {
    /// The keys that distinguish the group from all others.
    pub(super) keys: BTreeSet<K>,
    pub(super) slots: Vec<&'a ReferenceOr<Schema>>,
}

/// Adds the variant `slot` to the group that shares one of its keys. If several groups do, they become one group. If no
/// group does, the variant gets a new group.
pub(super) fn insert<'a, K: Ord>(
    slot: &'a ReferenceOr<Schema>,
    mut keys: BTreeSet<K>,
    groups: &mut Vec<Group<'a, K>>,
) {
    let overlaps = |group: &Group<'_, K>| !group.keys.is_disjoint(&keys);
    let position = groups.iter().position(overlaps).unwrap_or(groups.len());
    let (shared, others): (Vec<_>, Vec<_>) = groups.drain(..).partition(overlaps);
    let mut slots = Vec::new();
    for group in shared {
        keys.extend(group.keys);
        slots.extend(group.slots);
    }
    slots.push(slot);
    *groups = others;
    groups.insert(position, Group { keys, slots });
}
