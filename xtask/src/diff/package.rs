//! Facts about the servers and credentials of a separate crate.

use std::collections::BTreeMap;

use super::change::Effect;
use super::fact::{API, Fact, Policy, WIRE, always};
use super::value::{Arguments, Value, code, codes};
use crate::api::types::{Api, Package, Security, SecurityKind, SecurityScheme, Server, Type};

/// The facts before and after the change, by subject.
type Facts = BTreeMap<String, [Option<Fact>; 2]>;

/// The policy for constants in callers' code. A different value, such as another base URL, changes where calls are
/// sent.
const SENT: Policy = Policy { changed: WIRE.changed, ..API };
/// The policy for environment variables. A program that sets a removed variable may not start.
const ENVIRONMENT: Policy =
    Policy { removed: Some(Effect::Call), changed: WIRE.changed, new: Some(Effect::Compatible) };
/// The policy for the variables that `from_env` prefers to others. A program that sets both sends other credentials.
const ORDER: Policy = Policy { removed: None, ..WIRE };

/// Returns the part of a model that describes emitted servers and credentials. Returns `None` if these are
/// hand-written.
pub(super) fn recorded(api: &Api) -> Option<&Package> {
    api.package.as_ref().filter(|package| !package.is_hand_written)
}

/// Returns the facts about the names of the crate and of the base URL's variable, about each constant, function and
/// constructor, and about `Credentials::from_env`.
pub(super) fn facts(old: &Package, new: &Package) -> Facts {
    let mut facts = Facts::new();
    let is_named = !old.name.is_empty() && !new.name.is_empty();
    for (version, package) in [old, new].into_iter().enumerate() {
        let servers = package.servers.iter().flat_map(server);
        let constructors = package.security.schemes.iter().map(constructor);
        let environment = ("`Credentials::from_env`".to_owned(), environment(&package.security));
        let names = names(package).into_iter().filter(|_| is_named);
        for (subject, fact) in servers.chain(constructors).chain([environment]).chain(names) {
            if let Some(place) = facts.entry(subject).or_default().get_mut(version) {
                *place = Some(fact);
            }
        }
    }
    facts
}

fn names(package: &Package) -> [(String, Fact); 2] {
    let variable = Fact::new(ENVIRONMENT, code(package.base_url_variable()));
    [
        ("crate".to_owned(), Fact::new(API, code(&package.name))),
        ("environment variable of the base URL".to_owned(), variable),
    ]
}

fn server(server: &Server) -> impl Iterator<Item = (String, Fact)> {
    let constant = server.constant.as_ref().map(|constant| {
        (format!("constant `Client::{constant}`"), Fact::new(SENT, code(server.default_url())))
    });
    let function = server.function.as_ref().map(|function| {
        let names = server.variables.iter().map(|variable| &variable.ident);
        let arguments = names.clone().map(|name| (name.clone(), Type::String)).collect();
        let fact = Fact::new(API, Value::Arguments(Arguments(arguments)));
        let fact = names.fold(fact, |fact, name| {
            fact.part(format_args!("argument `{name}`"), Fact::new(always(Effect::Compile), ""))
        });
        (format!("function `Client::{function}`"), fact.code("URL", WIRE, &server.url))
    });
    constant.into_iter().chain(function)
}

fn constructor(scheme: &SecurityScheme) -> (String, Fact) {
    let arguments = scheme.kind.arguments().len().to_string();
    let fact = Fact::new(API, "")
        .part("number of arguments", Fact::new(API, arguments))
        .part("sent as", Fact::new(WIRE, sent_as(&scheme.kind)));
    (format!("constructor `Credentials::{}`", scheme.ident), fact)
}

/// Returns the facts about the variables that `from_env` reads, and about the credentials that they contain.
fn environment(security: &Security) -> Fact {
    let optional = security.is_optional.then_some("");
    let mut fact = Fact::new(API, "").optional("success without variables", ENVIRONMENT, optional);
    let mut preferred = Vec::new();
    for alternative in &security.alternatives {
        let schemes = alternative.iter().filter_map(|index| security.schemes.get(*index));
        let variables = codes(schemes.clone().flat_map(|scheme| &scheme.variables), " and ");
        let variables = variables.unwrap_or_default();
        let sent: Vec<String> = schemes.map(|scheme| sent_as(&scheme.kind)).collect();
        let before = (!preferred.is_empty()).then(|| preferred.join(", or "));
        let credentials = Fact::new(ENVIRONMENT, sent.join(" and ")).optional(
            "preferred variables",
            ORDER,
            before,
        );
        fact = fact.part(&variables, credentials);
        preferred.push(variables);
    }
    fact
}

fn sent_as(kind: &SecurityKind) -> String {
    match kind {
        SecurityKind::Bearer => "a bearer token".to_owned(),
        SecurityKind::Basic => "HTTP Basic".to_owned(),
        SecurityKind::Digest => "HTTP Digest".to_owned(),
        SecurityKind::Header(name) => format!("the header `{name}`"),
        SecurityKind::Query(name) => format!("the query parameter `{name}`"),
        SecurityKind::Cookie(name) => format!("the cookie `{name}`"),
        SecurityKind::ClientCredentials(url) => format!("a bearer token from `{url}`"),
    }
}
