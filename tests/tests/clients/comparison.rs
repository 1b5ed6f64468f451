//! A comparison of the requests that the clients send for the same calls.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::client::{CLIENTS, Kind, OURS, Run};
use super::operations::Operation;
use super::reasons::REASONS;
use super::wire::{BODY, LINE, fields};

/// The requests to compare, in the order of the snapshot.
const SECTIONS: [Section; 4] = [
    Section::new("The request for a token of a service account", &[Kind::Account], 0),
    Section::new("Calls with a bearer token", &[Kind::Token, Kind::Account], 0),
    Section::new("Calls with an API key, before the challenge", &[Kind::Key], 0),
    Section::new("Calls with an API key, after the challenge", &[Kind::Key], 1),
];

struct Section {
    title: &'static str,
    kinds: &'static [Kind],
    /// The index of the request among the requests of the same operation.
    number: usize,
}

/// The values of a field, each with the clients that send it. Clients that do not send the field have the value `None`.
type Values = Vec<(Option<String>, Vec<&'static str>)>;

/// The requests of one operation. Maps each client to the fields of its request, by name.
type Requests = BTreeMap<&'static str, BTreeMap<String, String>>;

/// A field of the requests in a section.
struct Field {
    name: String,
    /// The operations, grouped by their values of this field, and the values of each group.
    groups: Vec<(Vec<&'static str>, Values)>,
    /// Whether all operations in the section have the same values.
    is_uniform: bool,
}

/// The fields of each section.
pub(crate) struct Comparison(Vec<(&'static str, Vec<Field>)>);

impl Section {
    const fn new(title: &'static str, kinds: &'static [Kind], number: usize) -> Self {
        Self { title, kinds, number }
    }

    fn operations(&self) -> Vec<Operation> {
        let is_token = self.kinds == [Kind::Account];
        if is_token { vec![Operation::token()] } else { Operation::calls().into() }
    }

    /// Returns each client's request for an operation. Asserts that the fields do not depend on the
    /// kind of credentials.
    fn requests(&self, operation: &Operation, runs: &[Run]) -> Requests {
        let mut found = BTreeMap::new();
        for run in runs.iter().filter(|run| self.kinds.contains(&run.kind)) {
            let mut here = run
                .requests
                .iter()
                .filter(|request| operation.is(request.method.as_str(), &request.uri.to_string()));
            let name =
                format!("{}, {}: {} with {:?}", self.title, operation.name, run.client, run.kind);
            let fields =
                fields(here.nth(self.number).unwrap_or_else(|| panic!("{name}: no request")));
            let first = found.entry(run.client).or_insert_with(|| fields.clone());
            assert_eq!(*first, fields, "{name}");
        }
        found
    }

    fn compare(&self, runs: &[Run]) -> Vec<Field> {
        let operations = self.operations();
        let requests: Vec<(&'static str, Requests)> =
            operations.iter().map(|it| (it.name, self.requests(it, runs))).collect();
        let names = requests.iter().flat_map(|(_, requests)| requests.values());
        let names = names.flat_map(BTreeMap::keys).collect::<BTreeSet<_>>();
        let headers =
            names.iter().map(|name| name.as_str()).filter(|name| ![LINE, BODY].contains(name));
        [LINE].into_iter().chain(headers).chain([BODY]).map(|name| field(name, &requests)).collect()
    }
}

/// Groups the operations by the values of a field. Omits the operations that do not have the field.
fn field(name: &str, requests: &[(&'static str, Requests)]) -> Field {
    let mut groups: Vec<(Vec<&'static str>, Values)> = Vec::new();
    for (operation, requests) in requests {
        let values = values(name, requests);
        if values.iter().all(|(value, _)| value.is_none()) {
            continue;
        }
        match groups.iter_mut().find(|(_, others)| *others == values) {
            Some((operations, _)) => operations.push(operation),
            None => groups.push((vec![operation], values)),
        }
    }
    let is_uniform = groups.first().is_some_and(|(first, _)| first.len() == requests.len());
    Field { name: name.to_owned(), groups, is_uniform }
}

/// Returns the values of one field in the order of `CLIENTS`, which starts with `generated-client`.
fn values(field: &str, requests: &Requests) -> Values {
    let mut values: Values = Vec::new();
    for client in CLIENTS.iter().filter(|client| requests.contains_key(client.name)) {
        let value = requests.get(client.name).and_then(|fields| fields.get(field)).cloned();
        match values.iter_mut().find(|(other, _)| *other == value) {
            Some((_, clients)) => clients.push(client.name),
            None => values.push((value, vec![client.name])),
        }
    }
    values
}

impl Comparison {
    pub(crate) fn of(runs: &[Run]) -> Self {
        Self(SECTIONS.iter().map(|section| (section.title, section.compare(runs))).collect())
    }

    /// Returns every client whose value differs from that of `generated-client`, with the section, the field and the
    /// value.
    fn differences(
        &self,
    ) -> impl Iterator<Item = (&'static str, &str, &'static str, Option<&str>)> {
        self.0.iter().flat_map(|(section, fields)| {
            fields.iter().flat_map(move |field| {
                let values = field.groups.iter().flat_map(|(_, values)| values);
                let others = values.filter(|(_, clients)| !clients.contains(&OURS));
                others.flat_map(move |(value, clients)| {
                    let name = field.name.as_str();
                    clients.iter().map(move |client| (*section, name, *client, value.as_deref()))
                })
            })
        })
    }

    /// Asserts that each difference has a reason, and that each reason explains a difference.
    pub(crate) fn check_reasons(&self) {
        let mut used = BTreeSet::new();
        let mut missing = Vec::new();
        for (section, field, client, value) in self.differences() {
            match REASONS.iter().position(|reason| reason.explains(field, client, value)) {
                Some(index) => _ = used.insert(index),
                None => missing.push(format!("{section}: {field} of {client}: {value:?}")),
            }
        }
        assert!(
            missing.is_empty(),
            "differences without a reason; add reasons to `reasons.rs`:\n{}",
            missing.join("\n")
        );
        let stale = REASONS.iter().enumerate().filter(|(index, _)| !used.contains(index));
        let stale = stale.map(|(_, reason)| format!("{reason:?}")).collect::<Vec<_>>();
        assert!(
            stale.is_empty(),
            "reasons without a difference; remove them from `reasons.rs`:\n{}",
            stale.join("\n")
        );
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "The requests of each client for the same calls, with the reason for each difference from ours."
        )?;
        for (title, fields) in &self.0 {
            writeln!(f, "\n\n== {title}")?;
            for Field { name, groups, is_uniform } in fields {
                for (operations, values) in groups {
                    let only =
                        if *is_uniform { "" } else { &format!(": {}", operations.join(", ")) };
                    writeln!(f, "\n{name}{only}")?;
                    for (value, clients) in values {
                        writeln!(f, "    {}", value.as_deref().unwrap_or("(none)"))?;
                        write_clients(f, name, value.as_deref(), clients, values.len() == 1)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Writes the clients that send a value, with the reasons for their differences from `generated-client`.
fn write_clients(
    f: &mut fmt::Formatter<'_>,
    field: &str,
    value: Option<&str>,
    clients: &[&'static str],
    all: bool,
) -> fmt::Result {
    if all {
        return writeln!(f, "        all");
    }
    if clients.contains(&OURS) {
        return writeln!(f, "        {}", clients.join(", "));
    }
    let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
    for client in clients {
        let reason = REASONS.iter().find(|reason| reason.explains(field, client, value));
        let reason = reason.map_or("no reason", |reason| reason.text);
        match lines.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, clients)) => clients.push(client),
            None => lines.push((reason, vec![client])),
        }
    }
    lines
        .iter()
        .try_for_each(|(reason, clients)| writeln!(f, "        {}: {reason}", clients.join(", ")))
}
