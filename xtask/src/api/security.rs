//! The security schemes of a document, and their combinations.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToShoutySnakeCase as _;
use openapiv3::{
    APIKeyLocation, OAuth2Flows, OpenAPI, SecurityRequirement, SecurityScheme as Document,
};

use super::names;
use super::types::{Security, SecurityKind, SecurityScheme};
use crate::diagnostic::{Finding, Place, Pointer};
use crate::free_name::free_name;

/// The methods of `Credentials` that are not constructors for schemes, and the other names in their module.
const MEMBERS: &[&str] = &[
    "alternatives",
    "and",
    "check",
    "clone",
    "fmt",
    "from_env",
    "is_optional",
    "new",
    "none",
    "of_variables",
    "with",
    "with_scopes",
    "with_secret_in_form",
    "with_token",
    "with_token_parameter",
    "with_token_url",
];

/// Returns the security schemes of a document and their combinations. The names of all environment variables start with
/// `prefix`.
pub(super) fn of(openapi: &OpenAPI, prefix: &str, findings: &mut Vec<Finding>) -> Security {
    let mut schemes = Vec::new();
    let declared = openapi.components.iter().flat_map(|it| &it.security_schemes);
    for (name, scheme) in declared {
        let Some(scheme) = scheme.as_item() else { continue };
        schemes.extend(credentials(name, scheme, findings));
    }
    if schemes.is_empty() {
        schemes.push(undeclared());
    }
    name(&mut schemes, prefix);
    let requirements = || {
        openapi.operations().map(|(_, _, it)| it.security.as_ref().or(openapi.security.as_ref()))
    };
    let is_free = |it: Option<&Vec<SecurityRequirement>>| {
        it.is_none_or(|it| it.is_empty() || it.iter().any(indexmap::IndexMap::is_empty))
    };
    let first = openapi.security.iter().flatten();
    let used = first.chain(requirements().flatten().flatten()).filter(|it| !it.is_empty());
    let alternatives = alternatives(&schemes, used, findings);
    let each = (0..schemes.len()).map(|index| vec![index]);
    Security {
        is_optional: requirements().all(is_free),
        alternatives: if alternatives.is_empty() { each.collect() } else { alternatives },
        schemes,
    }
}

/// Returns a bearer scheme for a document that declares no scheme, because many such APIs require a token anyway.
fn undeclared() -> SecurityScheme {
    let description = "The document declares no security scheme. Use this constructor if the API requires a token anyway.";
    SecurityScheme {
        ident: String::new(),
        name: "bearer".to_owned(),
        kind: SecurityKind::Bearer,
        variables: Vec::new(),
        description: Some(description.to_owned()),
    }
}

/// Returns a scheme once for each kind of credentials that it accepts.
fn credentials(name: &str, scheme: &Document, findings: &mut Vec<Finding>) -> Vec<SecurityScheme> {
    let (kinds, description) = match scheme {
        Document::APIKey { location, name, description, .. } => {
            let kind = match location {
                APIKeyLocation::Query => SecurityKind::Query(name.clone()),
                APIKeyLocation::Header => SecurityKind::Header(name.clone()),
                APIKeyLocation::Cookie => SecurityKind::Cookie(name.clone()),
            };
            (vec![kind], description)
        }
        Document::HTTP { scheme, description, .. } => {
            (vec![http(name, scheme, findings)], description)
        }
        Document::OAuth2 { flows, description, .. } => (oauth(flows), description),
        Document::OpenIDConnect { description, .. } => (vec![SecurityKind::Bearer], description),
    };
    let description = description.clone().filter(|it| !it.trim().is_empty());
    let of_kind = |kind| SecurityScheme {
        ident: String::new(),
        name: name.to_owned(),
        kind,
        variables: Vec::new(),
        description: description.clone(),
    };
    kinds.into_iter().map(of_kind).collect()
}

fn http(name: &str, scheme: &str, findings: &mut Vec<Finding>) -> SecurityKind {
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => SecurityKind::Bearer,
        "basic" => SecurityKind::Basic,
        "digest" => SecurityKind::Digest,
        _ => {
            findings.push(Finding::warning(
                Place::Value(Pointer::new(["components", "securitySchemes", name, "scheme"])),
                format!("the HTTP scheme `{scheme}` is not supported"),
                "callers pass the whole value of the `Authorization` header".to_owned(),
                "write `basic`, `bearer` or `digest` if the API accepts one of them",
            ));
            SecurityKind::Header("Authorization".to_owned())
        }
    }
}

/// Returns the kinds of credentials for an OAuth 2.0 scheme. For the client credentials flow, the first kind is an id
/// and a secret, which the client exchanges for a token. The last kind is always a token from the caller.
fn oauth(flows: &OAuth2Flows) -> Vec<SecurityKind> {
    let url = flows.client_credentials.as_ref().map(|flow| flow.token_url.clone());
    let requested = url.map(SecurityKind::ClientCredentials);
    requested.into_iter().chain([SecurityKind::Bearer]).collect()
}

/// Names the constructors after the schemes and assigns the environment variables.
fn name(schemes: &mut [SecurityScheme], prefix: &str) {
    let mut in_use = names::InUse::default();
    let requested: BTreeSet<String> = schemes
        .iter()
        .filter(|it| matches!(it.kind, SecurityKind::ClientCredentials(_)))
        .map(|it| it.name.clone())
        .collect();
    let short = short(schemes, prefix);
    let mut variables_in_use = BTreeSet::new();
    for (index, scheme) in schemes.iter_mut().enumerate() {
        let ident = names::snake(&scheme.name);
        let long = long(scheme, prefix);
        let is_second = scheme.kind == SecurityKind::Bearer && requested.contains(&scheme.name);
        let ident = if is_second { format!("{ident}_token") } else { ident };
        let ident =
            if MEMBERS.contains(&ident.as_str()) { format!("{ident}_scheme") } else { ident };
        scheme.ident = in_use.free(&ident);
        let parts = parts(&scheme.kind);
        let own = if short.get(parts) == Some(&index) { prefix.to_owned() } else { long };
        let variables = parts.iter().map(|part| {
            let (short, whole) = (joined(&own, part), format!("{own}_{part}"));
            let name = if variables_in_use.contains(&short) { whole } else { short };
            free_name(&name, |name| variables_in_use.insert(name.to_owned()))
        });
        scheme.variables = variables.collect();
    }
}

/// Returns a prefix for the scheme's variables that contains the name of the scheme.
fn long(scheme: &SecurityScheme, prefix: &str) -> String {
    format!("{prefix}_{}", names::snake(&scheme.name).to_shouty_snake_case())
}

/// Returns, for each list of suffixes, the index of the scheme whose variables do not contain the name of the scheme.
/// Usually, this is the first scheme with these suffixes, so that adding another scheme does not rename its variables.
/// However, a scheme whose name repeats the suffix takes precedence: a scheme named `api_key` has the variable
/// `API_KEY`.
fn short(schemes: &[SecurityScheme], prefix: &str) -> BTreeMap<&'static [&'static str], usize> {
    let has_same_name = |scheme: &SecurityScheme| {
        let long = long(scheme, prefix);
        parts(&scheme.kind).iter().all(|part| joined(&long, part) == joined(prefix, part))
    };
    let named = schemes.iter().enumerate().filter(|(_, scheme)| has_same_name(scheme));
    let mut short = BTreeMap::new();
    for (index, scheme) in named.chain(schemes.iter().enumerate()) {
        short.entry(parts(&scheme.kind)).or_insert(index);
    }
    short
}

/// Joins two names with `_`, without repeating words: `PETS_API` and `API_KEY` become `PETS_API_KEY`. The result is
/// always longer than `part`.
fn joined(name: &str, part: &str) -> String {
    let (name_words, part_words): (Vec<_>, Vec<_>) =
        (name.split('_').collect(), part.split('_').collect());
    let shared = (0..name_words.len()).skip(1).find_map(|start| {
        let shared = name_words.get(start..)?;
        part_words.strip_prefix(shared)
    });
    let rest = shared.unwrap_or(&part_words);
    [name_words.as_slice(), rest].concat().join("_")
}

/// Returns the suffixes of a scheme's environment variables.
fn parts(kind: &SecurityKind) -> &'static [&'static str] {
    match kind {
        SecurityKind::Bearer => &["TOKEN"],
        SecurityKind::Basic | SecurityKind::Digest => &["USERNAME", "PASSWORD"],
        SecurityKind::Header(_) | SecurityKind::Query(_) | SecurityKind::Cookie(_) => &["API_KEY"],
        SecurityKind::ClientCredentials(_) => &["CLIENT_ID", "CLIENT_SECRET"],
    }
}

/// Returns the combinations of credentials that satisfy a requirement, each once, as indices into `schemes`. Leaves out
/// combinations that use the same header, query parameter or cookie twice. Adds a warning if a requirement has only
/// such combinations.
fn alternatives<'a>(
    schemes: &[SecurityScheme],
    requirements: impl Iterator<Item = &'a SecurityRequirement>,
    findings: &mut Vec<Finding>,
) -> Vec<Vec<usize>> {
    let mut alternatives: Vec<Vec<usize>> = Vec::new();
    let mut refused = BTreeSet::new();
    for requirement in requirements {
        let all = combinations(schemes, requirement.keys());
        let are_none = all.is_empty();
        let possible: Vec<_> = all.into_iter().filter(|it| !has_conflict(it, schemes)).collect();
        if possible.is_empty() && !are_none {
            refused.insert(requirement.keys().cloned().collect::<Vec<_>>().join("` and `"));
        }
        for alternative in possible {
            if !alternatives.contains(&alternative) {
                alternatives.push(alternative);
            }
        }
    }
    findings.extend(refused.iter().map(|names| {
        Finding::warning(
            Place::Value(Pointer::new(["components", "securitySchemes"])),
            format!(
                "a request cannot carry `{names}` together, because two of them use the same header, \
                 query parameter or cookie"
            ),
            "this alternative of `security` is ignored".to_owned(),
            "require schemes that use different headers, query parameters or cookies",
        )
    }));
    alternatives
}

/// Returns every combination of credentials for schemes that are required together, as indices into `schemes`.
fn combinations<'a>(
    schemes: &[SecurityScheme],
    names: impl IntoIterator<Item = &'a String>,
) -> Vec<Vec<usize>> {
    let mut combinations = vec![Vec::new()];
    for name in names {
        let kinds = schemes.iter().enumerate().filter(|(_, it)| it.name == *name);
        let kinds: Vec<usize> = kinds.map(|(index, _)| index).collect();
        let extend = |base: &Vec<usize>| {
            let base = base.clone();
            kinds.clone().into_iter().map(move |kind| [base.as_slice(), &[kind]].concat())
        };
        combinations = combinations.iter().flat_map(extend).collect();
    }
    combinations
}

/// Returns the constructors of the credentials for each combination that a request can carry. If there is no such
/// combination, returns the names of the schemes unchanged.
pub(super) fn constructors(security: &Security, alternatives: &[Vec<String>]) -> Vec<Vec<String>> {
    let schemes = &security.schemes;
    let all = alternatives.iter().flat_map(|names| combinations(schemes, names));
    let possible = all.filter(|combination| !has_conflict(combination, schemes));
    let constructors = possible.map(|combination| {
        let schemes = combination.into_iter().filter_map(|index| schemes.get(index));
        schemes.map(|scheme| format!("Credentials::{}", scheme.ident)).collect()
    });
    let constructors: Vec<Vec<String>> = constructors.collect();
    if constructors.is_empty() { alternatives.to_vec() } else { constructors }
}

fn has_conflict(alternative: &[usize], schemes: &[SecurityScheme]) -> bool {
    let mut seen = BTreeSet::new();
    let kinds = alternative.iter().filter_map(|index| schemes.get(*index)).map(|it| &it.kind);
    let mut places = kinds.map(|kind| match kind {
        SecurityKind::Header(name) => ("header", name.to_ascii_lowercase()),
        SecurityKind::Query(name) => ("query", name.clone()),
        SecurityKind::Cookie(name) => ("cookie", name.clone()),
        _ => ("header", "authorization".to_owned()),
    });
    !places.all(|place| seen.insert(place))
}
