//! A client generated from a document, as a separate crate.

use std::path::Path;

use serde_json::Value;
use xtask::api::{Operation, Security, SecurityKind, SecurityScheme};
use xtask::document::{self, Selection};
use xtask::lower::{Naming, Options};
use xtask::{api, codegen, emit, standalone};

use crate::common::root;
use crate::vendor::examples;

/// A client generated from a document.
pub(crate) struct Client {
    /// The file name of the document.
    pub(crate) document: String,
    /// The document, as its author wrote it.
    pub(crate) raw: Value,
    /// The name of the package, and of its folder.
    pub(crate) package: String,
    /// The name of the crate in code.
    pub(crate) ident: String,
    /// Whether the crate has a feature for each tag.
    pub(crate) has_features: bool,
    pub(crate) calls: Vec<Call>,
}

/// A call of a method.
pub(crate) struct Call {
    pub(crate) method: String,
    /// Whether the call sets every optional parameter.
    pub(crate) is_complete: bool,
    /// The credentials that the operation requires, as an expression.
    pub(crate) credentials: String,
    /// The statements of the example.
    pub(crate) code: String,
}

impl Client {
    /// Generates a client from a document and writes its crate.
    pub(crate) fn write(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_string_lossy().replace('_', "-");
        let package = format!("client-{name}");
        let document = document::load(path, &[], &Selection::default())
            .unwrap_or_else(|errors| panic!("{errors}"));
        let naming = Naming { name: Some(package.clone()), ..Naming::default() };
        let options = Options { package: Some(naming), ..Options::default() };
        let generated = codegen::generate(document.openapi, &options)
            .unwrap_or_else(|failure| panic!("{failure:?}"));
        let folder = super::folder().join(&package);
        standalone::output(root(), &folder, &generated).unwrap().write().unwrap();

        let raw: Value = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let ident = generated.api.crate_ident();
        let security = &generated.api.package.as_ref().unwrap().security;
        let mut calls = Vec::new();
        for example in examples::all(&generated.files) {
            let mut operations = generated.api.operations.iter();
            let operation = operations.find(|it| it.ident == example.method).unwrap();
            let credentials = credentials(&raw, security, operation, &ident);
            if operation.params.iter().any(|param| !param.required) {
                let example = api::complete_example(&generated.api, operation);
                let complete = Operation { example, ..operation.clone() };
                calls.push(Call {
                    method: operation.ident.clone(),
                    is_complete: true,
                    credentials: credentials.clone(),
                    code: emit::example_statements(&complete, &ident),
                });
            }
            calls.push(Call {
                method: example.method,
                is_complete: false,
                credentials,
                code: example.code,
            });
        }
        Self {
            calls,
            document: path.file_name().unwrap().to_string_lossy().into_owned(),
            raw,
            package,
            ident,
            has_features: !generated.api.features.is_empty(),
        }
    }
}

/// Returns an expression for the credentials of the first alternative that the document lists for an operation.
fn credentials(raw: &Value, security: &Security, operation: &Operation, ident: &str) -> String {
    let own = &raw["paths"][&operation.path][operation.method.to_lowercase()]["security"];
    let alternatives = if own.is_array() { own } else { &raw["security"] };
    let names = alternatives[0].as_object().into_iter().flat_map(|it| it.keys());
    let constructors = names.map(|name| {
        let is_meant = |it: &&SecurityScheme| {
            it.name == *name && !matches!(it.kind, SecurityKind::ClientCredentials(_))
        };
        let scheme = security
            .schemes
            .iter()
            .find(is_meant)
            .unwrap_or_else(|| panic!("the client has no security scheme `{name}`"));
        let arguments = scheme.kind.arguments().iter();
        let arguments: Vec<String> = arguments.map(|it| format!("{it:?}")).collect();
        format!("{ident}::Credentials::{}({})", scheme.ident, arguments.join(", "))
    });
    let both = constructors.reduce(|one, other| format!("{one}.and({other})"));
    both.unwrap_or_else(|| format!("{ident}::Credentials::none()"))
}
