//! Emits the modules that describe a separate crate's API: its identity, servers and security
//! schemes.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::tokens::ident;
use super::wrap::list_item;
use crate::api::{Package, Server};
use crate::layout::SourceFile;
use crate::server_url::is_plain_http;

/// Returns the files, which are next to the folder of generated code.
pub(crate) fn files(package: &Package) -> Vec<SourceFile> {
    vec![identity(package), servers(package), super::schemes::file(&package.security)]
}

fn identity(package: &Package) -> SourceFile {
    let title = &package.title;
    let base_url = default_base_url(package).map_or(quote!(None), |url| quote!(Some(#url)));
    let variable = package.base_url_variable();
    let is_plain_http = package.servers.iter().any(|it| is_plain_http(&it.default_url()));
    let items = vec![
        quote! {
            /// The name of the API in messages.
            pub(crate) const API: &str = #title;
        },
        quote! {
            /// The default base URL.
            pub(crate) const BASE_URL: Option<&str> = #base_url;
        },
        quote! {
            /// The common prefix of all paths, if users may copy it from the API reference into the base URL.
            pub(crate) const PATH: Option<&str> = None;
        },
        quote! {
            /// The environment variable that overrides the base URL.
            pub(crate) const BASE_URL_VARIABLE: &str = #variable;
        },
        quote! {
            /// Whether the API itself is served over plain http.
            pub(crate) const IS_PLAIN_HTTP: bool = #is_plain_http;
        },
        quote! {
            /// Whether every API error is an object that `ApiError` describes.
            pub(crate) const HAS_ERROR_OBJECTS: bool = false;
        },
        quote! {
            /// Whether a response can be in an envelope, which repeats the status in the body.
            pub(crate) const HAS_ENVELOPES: bool = false;
        },
        quote! {
            /// The name of each call's span.
            pub(crate) const SPAN: &str = "api_call";
        },
    ];
    let docs = Some("Settings that are specific to this API.".to_owned());
    SourceFile { path: "identity.rs".to_owned(), docs, head: Vec::new(), items }
}

/// Returns the URL of the first server, if it is complete.
pub(crate) fn default_base_url(package: &Package) -> Option<String> {
    package.servers.first().filter(|it| it.is_complete()).map(Server::default_url)
}

fn servers(package: &Package) -> SourceFile {
    let default = package.servers.first();
    let members = package.servers.iter().flat_map(|it| server(it, default == Some(it)));
    let members: Vec<TokenStream> = members.collect();
    let mut head = Vec::new();
    let mut items = Vec::new();
    if !members.is_empty() {
        head.push(vec![quote!(
            use crate::Client;
        )]);
        items.push(quote!(impl Client { #(#members)* }));
    }
    let docs = Some("The servers of the API.".to_owned());
    SourceFile { path: "servers.rs".to_owned(), docs, head, items }
}

/// Emits a constant with the base URL of a server, and a function if the URL has variables. Emits nothing if the URL is
/// not complete.
fn server(server: &Server, is_default: bool) -> Vec<TokenStream> {
    let Some(constant) = &server.constant else { return Vec::new() };
    let url = server.default_url();
    let about = server.description.as_deref().unwrap_or("A server of the API.");
    let about = format!("{}.", about.trim_end_matches('.'));
    let default = if is_default { " The default." } else { "" };
    let constant = ident(constant);
    let doc = docs::own(&format!("{}{default}", docs::escape(&about)));
    let constant = quote!(#doc pub const #constant: &'static str = #url;);
    let function =
        server.function.as_ref().map(|function| with_variables(function, server, &about));
    std::iter::once(constant).chain(function).collect()
}

fn with_variables(function: &str, server: &Server, about: &str) -> TokenStream {
    let mut arguments = Vec::new();
    let mut list = String::new();
    let mut replaced = quote!();
    for variable in &server.variables {
        let name = &variable.ident;
        let described = variable.description.as_ref();
        let described =
            described.map(|text| format!(": {}.", docs::escape(text.trim_end_matches('.'))));
        let described = described.unwrap_or_default();
        let values: Vec<String> = variable.values.iter().map(|it| docs::code(it)).collect();
        let values = if values.is_empty() {
            String::new()
        } else {
            format!(" One of {}.", values.join(", "))
        };
        let separator = if described.is_empty() { ":" } else { "" };
        list.push_str(&list_item(&format!(
            "`{name}`{described}{separator}{values} The document's default is {}.",
            docs::code(&variable.default)
        )));
        let argument = ident(name);
        let braces = format!("{{{}}}", variable.name);
        arguments.push(quote!(#argument: &str));
        replaced = quote!(#replaced.replace(#braces, #argument));
    }
    let function = ident(function);
    let url = &server.url;
    let doc = docs::own(&format!(
        "Returns the base URL `{url}` with the given values for its variables. {}\n\n# Arguments\n\n{list}",
        docs::escape(about)
    ));
    quote! {
        #doc
        #[must_use]
        pub fn #function(#(#arguments),*) -> String {
            #url #replaced
        }
    }
}
