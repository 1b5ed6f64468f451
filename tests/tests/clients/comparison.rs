//! Compares what all clients send for the same request.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::client::{CLIENTS, Kind, OURS, Run};
use crate::reasons::REASONS;
use crate::wire::{BODY, LINE, fields};

/// The requests to compare, in the order of the snapshot.
const SECTIONS: [Section; 7] = [
    Section::new("Issue a token for a service account", &[Kind::Account], "/token", 0),
    Section::new("List with a bearer token", &[Kind::Token, Kind::Account], "/exports", 0),
    Section::new("Create with a bearer token", &[Kind::Token, Kind::Account], "/exportBuckets", 0),
    Section::new("List with an API key, before the challenge", &[Kind::Key], "/exports", 0),
    Section::new("List with an API key, after the challenge", &[Kind::Key], "/exports", 1),
    Section::new("Create with an API key, before the challenge", &[Kind::Key], "/exportBuckets", 0),
    Section::new("Create with an API key, after the challenge", &[Kind::Key], "/exportBuckets", 1),
];

struct Section {
    title: &'static str,
    kinds: &'static [Kind],
    /// The end of the path.
    path: &'static str,
    /// The index of the request among those to that path.
    number: usize,
}

/// The values of a field, each with the clients that send it. `None` if they do not send the field.
type Values = Vec<(Option<String>, Vec<&'static str>)>;

/// For each section, the values of each field.
pub(crate) struct Comparison(Vec<(&'static str, Vec<(String, Values)>)>);

impl Section {
    const fn new(
        title: &'static str,
        kinds: &'static [Kind],
        path: &'static str,
        number: usize,
    ) -> Self {
        Self { title, kinds, path, number }
    }

    /// Returns the fields of each client's request. Asserts that they do not depend on the kind of
    /// credentials.
    fn requests(&self, runs: &[Run]) -> BTreeMap<&'static str, BTreeMap<String, String>> {
        let mut found = BTreeMap::new();
        for run in runs.iter().filter(|run| self.kinds.contains(&run.kind)) {
            let requests = run.requests.iter();
            let mut here = requests.filter(|request| request.uri.path().ends_with(self.path));
            let name = format!("{}: {} with {:?}", self.title, run.client, run.kind);
            let fields = fields(here.nth(self.number).unwrap_or_else(|| panic!("{name}: missing")));
            let first = found.entry(run.client).or_insert_with(|| fields.clone());
            assert_eq!(*first, fields, "{name}");
        }
        found
    }

    fn compare(&self, runs: &[Run]) -> Vec<(String, Values)> {
        let requests = self.requests(runs);
        let names = requests.values().flat_map(BTreeMap::keys).collect::<BTreeSet<_>>();
        let headers =
            names.iter().map(|name| name.as_str()).filter(|name| ![LINE, BODY].contains(name));
        let fields = [LINE].into_iter().chain(headers).chain([BODY]);
        let fields = fields.map(|field| (field.to_owned(), values(field, &requests)));
        fields.filter(|(_, values)| values.iter().any(|(value, _)| value.is_some())).collect()
    }
}

/// Returns the values of one field in the order of the clients, ours first.
fn values(field: &str, requests: &BTreeMap<&'static str, BTreeMap<String, String>>) -> Values {
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

    /// Returns every client whose value differs from ours, with the section, the field and the
    /// value.
    fn differences(
        &self,
    ) -> impl Iterator<Item = (&'static str, &str, &'static str, Option<&str>)> {
        self.0.iter().flat_map(|(section, fields)| {
            fields.iter().flat_map(move |(field, values)| {
                let others = values.iter().filter(|(_, clients)| !clients.contains(&OURS));
                others.flat_map(move |(value, clients)| {
                    clients
                        .iter()
                        .map(move |client| (*section, field.as_str(), *client, value.as_deref()))
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
            "differences without a reason; add reasons to reasons.rs:\n{}",
            missing.join("\n")
        );
        let stale = REASONS.iter().enumerate().filter(|(index, _)| !used.contains(index));
        let stale = stale.map(|(_, reason)| format!("{reason:?}")).collect::<Vec<_>>();
        assert!(
            stale.is_empty(),
            "reasons without a difference; remove them from reasons.rs:\n{}",
            stale.join("\n")
        );
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "What each client sends for the same request. Where it differs from ours, why."
        )?;
        for (title, fields) in &self.0 {
            writeln!(f, "\n\n== {title}")?;
            for (field, values) in fields {
                writeln!(f, "\n{field}")?;
                for (value, clients) in values {
                    writeln!(f, "    {}", value.as_deref().unwrap_or("(none)"))?;
                    write_clients(f, field, value.as_deref(), clients, values.len() == 1)?;
                }
            }
        }
        Ok(())
    }
}

/// Writes the clients that send a value, and the reason.
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
