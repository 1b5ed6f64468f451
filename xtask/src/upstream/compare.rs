//! The comparison of two contracts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::contract::{Operation, Operations};
use super::effect::{self, Effect};
use super::marks::Marks;
use super::node::{Fact, Node};
use super::schema::{Direction, Schema};
use crate::diagnostic::Pointer;
use crate::document::Raw;
use crate::media_type::released_version;

/// A difference between the spec and the vendor's document.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    /// The location in the spec, which may not exist yet.
    pub(super) pointer: Pointer,
    /// The value in the spec, or `null` if there is none.
    pub(super) ours: Value,
    /// The value in the vendor's document, or `null` if there is none.
    pub(super) vendor: Value,
    /// The effect on callers if the spec followed the vendor.
    pub(super) effect: Effect,
    /// Whether the spec marks the difference, and whether the mark is still correct.
    pub(super) state: State,
}

/// The state of a difference.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    /// The difference is not marked.
    New,
    /// The difference is marked, but the vendor has since changed the value. Contains the vendor's
    /// value from the mark.
    Changed(Value),
    /// The difference is marked, and the two documents now agree.
    Agreed,
    /// The difference is marked, and the vendor's value is unchanged.
    Deliberate,
}

/// The differences found so far.
pub(super) struct Comparison<'m> {
    marks: &'m Marks,
    found: BTreeMap<(Pointer, String), Difference>,
    compared: BTreeSet<(Pointer, Pointer, Direction)>,
    /// The newest released version in the spec.
    newest: Option<String>,
    /// Whether to stop after the first difference that is not deliberate.
    stops: bool,
}

impl<'m> Comparison<'m> {
    pub(super) fn new(marks: &'m Marks) -> Self {
        let (found, compared) = (BTreeMap::new(), BTreeSet::new());
        Self { marks, found, compared, newest: None, stops: false }
    }

    /// Creates a comparison that only determines whether every difference is deliberate.
    pub(super) fn until_difference(marks: &'m Marks) -> Self {
        Self { stops: true, ..Self::new(marks) }
    }

    /// Compares every operation of the spec with the vendor's document.
    pub(super) fn of(ours: &Raw, vendor: &Raw, marks: &'m Marks) -> Self {
        let (mine, theirs) = (Operations::of(ours), Operations::of(vendor));
        let media_types = mine.iter().flat_map(Operation::media_types);
        let released =
            media_types.filter_map(|(name, _)| released_version(&name).map(ToOwned::to_owned));
        let mut comparison = Self { newest: released.max(), ..Self::new(marks) };
        for operation in mine.iter() {
            comparison.operation(operation, theirs.same_as(operation));
        }
        comparison
    }

    /// Returns all differences, sorted by location, and then an entry for each mark without a difference.
    pub(super) fn finish(self) -> Vec<Difference> {
        let Self { marks, found, .. } = self;
        let is_marked = |pointer: &Pointer| marks.get(pointer).map(|mark| &mark.pointer);
        let used: BTreeSet<&Pointer> =
            found.values().filter_map(|it| is_marked(&it.pointer)).collect();
        let unused = marks.iter().filter(|mark| !used.contains(&mark.pointer));
        let agreed: Vec<Difference> = unused
            .map(|mark| Difference {
                pointer: mark.pointer.clone(),
                ours: mark.vendor.clone(),
                vendor: mark.vendor.clone(),
                effect: Effect::Nothing,
                state: State::Agreed,
            })
            .collect();
        found.into_values().chain(agreed).collect()
    }

    /// Returns the locations of the schemas that were compared. Each pair contains the location in the spec, then the
    /// location in the vendor's document.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&Pointer, &Pointer)> {
        self.compared.iter().map(|(ours, vendor, _)| (ours, vendor))
    }

    /// Returns whether every difference so far is deliberate.
    pub(super) fn is_clean(&self) -> bool {
        self.found.values().all(|it| it.state == State::Deliberate)
    }

    /// Returns whether further differences are irrelevant.
    fn is_decided(&self) -> bool {
        self.stops && !self.is_clean()
    }

    fn add(&mut self, pointer: Pointer, ours: Value, vendor: Value, effect: Effect) {
        if is_same(&ours, &vendor) {
            return;
        }
        let state = match self.marks.get(&pointer) {
            None => State::New,
            Some(mark) if is_same(&mark.vendor, &vendor) => State::Deliberate,
            Some(mark) => State::Changed(mark.vendor.clone()),
        };
        let key = (pointer.clone(), vendor.to_string());
        let difference = Difference { pointer, ours, vendor, effect, state };
        let known = self.found.entry(key).or_insert(difference);
        known.effect = known.effect.min(effect);
    }

    /// Compares facts by keyword. A missing fact is treated as `null`.
    fn facts<K: Ord + AsRef<str> + Clone>(
        &mut self,
        owner: &Pointer,
        ours: &BTreeMap<K, Fact>,
        vendor: &BTreeMap<K, Fact>,
        effect: impl Fn(&str, &Value, &Value) -> Effect,
    ) {
        let keywords: BTreeSet<&K> = ours.keys().chain(vendor.keys()).collect();
        for keyword in keywords {
            let value = |of: &BTreeMap<K, Fact>| {
                of.get(keyword).map(|fact| fact.value.clone()).unwrap_or_default()
            };
            let (mine, theirs) = (value(ours), value(vendor));
            let place = ours.get(keyword).map(|fact| fact.pointer.clone());
            let place = place.unwrap_or_else(|| owner.join([keyword.as_ref()]));
            let effect = effect(keyword.as_ref(), &mine, &theirs);
            self.add(place, mine, theirs, effect);
        }
    }

    /// Compares the parts of a value by name. Reports parts that only one side has, and returns the parts that both
    /// sides have.
    fn parts<'a, 'd>(
        &mut self,
        place: &Pointer,
        ours: &'a BTreeMap<String, Node<'d>>,
        vendor: &'a BTreeMap<String, Node<'d>>,
        summary: impl Fn(&Node<'d>) -> Value,
        effect: impl Fn(bool, &Node<'d>) -> Effect,
    ) -> Vec<(&'a str, &'a Node<'d>, &'a Node<'d>)> {
        let names: BTreeSet<&String> = ours.keys().chain(vendor.keys()).collect();
        let mut both = Vec::new();
        for name in names {
            match (ours.get(name), vendor.get(name)) {
                (Some(mine), Some(theirs)) => both.push((name.as_str(), mine, theirs)),
                (Some(mine), None) => {
                    let effect = effect(false, mine);
                    self.add(place.join([name]), summary(mine), Value::Null, effect);
                }
                (None, Some(theirs)) => {
                    let effect = effect(true, theirs);
                    self.add(place.join([name]), Value::Null, summary(theirs), effect);
                }
                (None, None) => {}
            }
        }
        both
    }

    /// Compares an operation with the vendor's, or reports that the vendor has none.
    fn operation(&mut self, ours: &Operation<'_>, vendor: Option<&Operation<'_>>) {
        let place = &ours.node.pointer;
        let Some(vendor) = vendor else {
            let address = json!(ours.address());
            return self.add(place.clone(), address, Value::Null, effect::presence(false));
        };
        self.facts(place, &ours.facts(), &vendor.facts(), |keyword, _, _| {
            effect::of_operation(keyword)
        });
        self.parameters(ours, vendor);
        match (ours.body(), vendor.body()) {
            (Some(ours), Some(vendor)) => self.body(&ours, &vendor, Direction::Request),
            (None, None) => {}
            (ours, vendor) => {
                let present = |it: Option<Node<'_>>| it.map(|_| json!("present"));
                let (ours, vendor) = (present(ours), present(vendor));
                let (ours, vendor) = (ours.unwrap_or_default(), vendor.unwrap_or_default());
                self.add(place.join(["requestBody"]), ours, vendor, Effect::Breaks);
            }
        }
        let (mine, theirs) = (ours.responses(), vendor.responses());
        let place = place.join(["responses"]);
        let effect = |_, node: &Node<'_>| {
            let status = node.pointer.keys().last().map(String::as_str).unwrap_or_default();
            if status.starts_with('2') { Effect::Wire } else { Effect::Nothing }
        };
        for (_, ours, vendor) in self.parts(&place, &mine, &theirs, present, effect) {
            self.body(ours, vendor, Direction::Response);
            self.headers(ours, vendor);
        }
    }

    fn parameters(&mut self, ours: &Operation<'_>, vendor: &Operation<'_>) {
        let place = ours.node.pointer.join(["parameters"]);
        let effect = |is_theirs, parameter: &Node<'_>| {
            let is_demanded = is_theirs && parameter.resolved().is("required");
            if is_demanded { Effect::Breaks } else { effect::presence(is_theirs) }
        };
        let (mine, theirs) = (ours.parameters(), vendor.parameters());
        for (_, ours, vendor) in self.parts(&place, &mine, &theirs, present, effect) {
            self.parameter(&ours.resolved(), &vendor.resolved());
        }
    }

    /// Compares two parameters with the same location and name.
    pub(super) fn parameter(&mut self, ours: &Node<'_>, vendor: &Node<'_>) {
        let facts = |node: &Node<'_>| {
            facts_of(node, &["required", "deprecated", "style", "explode", "allowReserved"])
        };
        self.facts(&ours.pointer, &facts(ours), &facts(vendor), |keyword, _, _| {
            effect::of_operation(keyword)
        });
        self.optional(ours, vendor, "schema", Direction::Request);
    }

    /// Compares the content of two request bodies or of two responses.
    pub(super) fn body(&mut self, ours: &Node<'_>, vendor: &Node<'_>, direction: Direction) {
        let (ours, vendor) = (ours.resolved(), vendor.resolved());
        let facts = |node: &Node<'_>| facts_of(node, &["required"]);
        self.facts(&ours.pointer, &facts(&ours), &facts(&vendor), |keyword, _, _| {
            effect::of_operation(keyword)
        });
        let (mine, theirs): (BTreeMap<_, _>, BTreeMap<_, _>) =
            (ours.children("content").collect(), vendor.children("content").collect());
        let place = ours.pointer.join(["content"]);
        // A version that is newer than all others gets a method of its own, because the recorded date of plain names is
        // usually not later than the newest version in the spec. Any other new or removed version can change which
        // version has the plain name.
        let newest = self.newest.clone();
        let effect = |is_theirs, media: &Node<'_>| {
            let is_newer = newest.is_some() && released_version(media.name()) > newest.as_deref();
            effect::presence(is_theirs && is_newer)
        };
        for (_, ours, vendor) in self.parts(&place, &mine, &theirs, present, effect) {
            self.optional(ours, vendor, "schema", direction);
        }
    }

    /// Reports headers that only the vendor's document lists. Headers that only the spec lists are not reported,
    /// because Atlas sends more headers than its document lists.
    fn headers(&mut self, ours: &Node<'_>, vendor: &Node<'_>) {
        let (ours, vendor) = (ours.resolved(), vendor.resolved());
        let known: BTreeSet<String> = ours.children("headers").map(|(name, _)| name).collect();
        for (name, header) in vendor.children("headers").filter(|(name, _)| !known.contains(name)) {
            let place = ours.pointer.join(["headers", &name]);
            self.add(place, Value::Null, present(&header), Effect::Nothing);
        }
    }

    /// Compares the schemas under a key, which may be missing on either side.
    fn optional(&mut self, ours: &Node<'_>, vendor: &Node<'_>, key: &str, direction: Direction) {
        self.both(
            &ours.pointer,
            key,
            ours.child(key).as_ref(),
            vendor.child(key).as_ref(),
            direction,
        );
    }

    fn both(
        &mut self,
        owner: &Pointer,
        key: &str,
        ours: Option<&Node<'_>>,
        vendor: Option<&Node<'_>>,
        direction: Direction,
    ) {
        if let (Some(ours), Some(vendor)) = (ours, vendor) {
            return self.schema(ours, vendor, direction);
        }
        let [ours, vendor] = [ours, vendor].map(|it| it.map(summary).unwrap_or_default());
        self.add(owner.join([key]), ours, vendor, Effect::Breaks);
    }

    /// Compares two schemas and everything in them.
    pub(super) fn schema(&mut self, ours: &Node<'_>, vendor: &Node<'_>, direction: Direction) {
        if self.is_decided() {
            return;
        }
        let pair = (ours.resolved().pointer, vendor.resolved().pointer, direction);
        if !self.compared.insert(pair) {
            return;
        }
        let (ours, vendor) = (Schema::of(ours, direction), Schema::of(vendor, direction));
        let place = &ours.node.pointer;
        self.facts(place, &ours.facts, &vendor.facts, |keyword, ours, vendor| {
            effect::of_schema(keyword, direction, ours, vendor)
        });
        if self.is_decided() {
            return;
        }
        self.properties(&ours, &vendor, direction);
        self.both(place, "items", ours.items.as_ref(), vendor.items.as_ref(), direction);
        let (mine, theirs) = (ours.values.as_ref(), vendor.values.as_ref());
        self.both(place, "additionalProperties", mine, theirs, direction);
        let effect = |is_theirs, _: &Node<'_>| effect::presence(is_theirs);
        let place = place.join(["variants"]);
        for (_, ours, vendor) in
            self.parts(&place, &ours.variants, &vendor.variants, present, effect)
        {
            self.schema(ours, vendor, direction);
        }
    }

    fn properties(&mut self, ours: &Schema<'_>, vendor: &Schema<'_>, direction: Direction) {
        let place = ours.node.pointer.join(["properties"]);
        let effect = |is_theirs, property: &Node<'_>| {
            let name = property.pointer.keys().last().map(String::as_str).unwrap_or_default();
            let is_demanded = is_theirs && vendor.required.contains(name);
            let is_sent = direction == Direction::Request;
            if is_demanded && is_sent { Effect::Breaks } else { effect::presence(is_theirs) }
        };
        let (mine, theirs) = (&ours.properties, &vendor.properties);
        for (name, mine, theirs) in self.parts(&place, mine, theirs, summary, effect) {
            let [ours, vendor] = [ours, vendor].map(|of| {
                let is_required = of.required.contains(name);
                if is_required { Value::Bool(true) } else { Value::Null }
            });
            self.add(mine.pointer.join(["required"]), ours, vendor, Effect::Breaks);
            self.schema(mine, theirs, direction);
        }
    }
}

/// Returns the facts under `keys`.
fn facts_of(node: &Node<'_>, keys: &[&'static str]) -> BTreeMap<&'static str, Fact> {
    let facts = keys.iter().filter_map(|key| {
        let value = node.fact(key)?.clone();
        Some((*key, Fact { value, pointer: node.pointer.join([*key]) }))
    });
    facts.collect()
}

fn present(_: &Node<'_>) -> Value {
    json!("present")
}

/// Returns the type of a schema, or `present` if it has none.
fn summary(node: &Node<'_>) -> Value {
    let schema = Schema::of(node, Direction::Response);
    let ty = schema.facts.get("type").map(|fact| fact.value.clone()).unwrap_or_default();
    if ty.is_null() { json!("present") } else { ty }
}

/// Returns whether two values are equal. The notation of a number is irrelevant.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other).is_eq(),
        _ => one == other,
    }
}
