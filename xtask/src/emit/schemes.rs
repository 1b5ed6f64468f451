//! Emits the security schemes of a crate: a constructor of `Credentials` for each.

use heck::ToShoutySnakeCase as _;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs;
use super::tokens::ident;
use crate::api::{Security, SecurityKind, SecurityScheme};
use crate::layout::SourceFile;
use crate::text::{first_sentence, one_line};

/// Returns the module of the security schemes.
pub(super) fn file(security: &Security) -> SourceFile {
    let schemes = &security.schemes;
    let is_optional = security.is_optional;
    let alternatives = security.alternatives.iter().map(|alternative| {
        let statics = alternative.iter().filter_map(|index| schemes.get(*index)).map(static_ident);
        quote!(&[#(&#statics),*])
    });
    let mut items: Vec<TokenStream> = schemes.iter().map(declaration).collect();
    items.push(quote! {
        /// The combinations of schemes that the API accepts. `from_env` uses the first one whose variables are all set.
        pub(crate) static ALTERNATIVES: &[&[&Scheme]] = &[#(#alternatives),*];
    });
    items.push(quote! {
        /// Whether every operation can be called without credentials.
        pub(crate) const IS_OPTIONAL: bool = #is_optional;
    });
    let constructors = schemes.iter().map(constructor);
    items.push(quote!(impl Credentials { #(#constructors)* }));
    let head = vec![
        vec![quote!(
            use secrecy::SecretString;
        )],
        vec![quote!(
            use super::{Credentials, Scheme, SchemeKind};
        )],
    ];
    let docs = Some("The security schemes of the API.".to_owned());
    SourceFile { path: "credentials/schemes.rs".to_owned(), docs, head, items }
}

fn static_ident(scheme: &SecurityScheme) -> Ident {
    ident(&scheme.ident.to_shouty_snake_case())
}

fn declaration(scheme: &SecurityScheme) -> TokenStream {
    let (constant, SecurityScheme { name, variables, .. }) = (static_ident(scheme), scheme);
    let kind = match &scheme.kind {
        SecurityKind::Bearer => quote!(Bearer),
        SecurityKind::Basic => quote!(Basic),
        SecurityKind::Digest => quote!(Digest),
        SecurityKind::Header(name) => quote!(Header(#name)),
        SecurityKind::Query(name) => quote!(Query(#name)),
        SecurityKind::Cookie(name) => quote!(Cookie(#name)),
        SecurityKind::ClientCredentials(url) => quote!(ClientCredentials { token_url: #url }),
    };
    quote! {
        static #constant: Scheme = Scheme {
            name: #name,
            kind: SchemeKind::#kind,
            variables: &[#(#variables),*],
        };
    }
}

fn constructor(scheme: &SecurityScheme) -> TokenStream {
    let (constant, function) = (static_ident(scheme), ident(&scheme.ident));
    let described = scheme.description.as_deref().map(|text| format!("\n\n{}", docs::escape(text)));
    let doc = docs::own(&format!(
        "Creates credentials for the security scheme `{}`: {}.{}",
        scheme.name,
        about(&scheme.kind),
        described.unwrap_or_default()
    ));
    let arguments: Vec<Ident> = scheme.kind.arguments().iter().map(|name| ident(name)).collect();
    let (parameters, values) = match arguments.as_slice() {
        [id, secret] => {
            (quote!(#id: impl Into<String>, #secret: impl Into<SecretString>), quote!(#id, #secret))
        }
        secret => (quote!(#(#secret: impl Into<SecretString>),*), quote!("", #(#secret),*)),
    };
    quote! {
        #doc
        #[must_use]
        pub fn #function(#parameters) -> Self {
            Self::new(&#constant, #values)
        }
    }
}

/// Returns whether the name is that of the `Authorization` header. Its values usually begin with the name of a scheme.
fn is_authorization(name: &str) -> bool {
    name.eq_ignore_ascii_case("Authorization")
}

/// Describes the credentials of a scheme for a table, in lower case. For the `Authorization` header, appends the first
/// sentence of the description, which usually says how the value begins.
pub(crate) fn summary(scheme: &SecurityScheme) -> String {
    let is_value = matches!(&scheme.kind, SecurityKind::Header(name) if is_authorization(name));
    let description = scheme.description.as_deref().filter(|_| is_value).and_then(one_line);
    let description = description.map(|text| {
        let sentence = docs::escape(first_sentence(&text).unwrap_or(&text));
        format!(". {}", sentence.replace('|', "\\|"))
    });
    about(&scheme.kind) + &description.unwrap_or_default()
}

/// Describes a kind of credentials, in lower case.
fn about(kind: &SecurityKind) -> String {
    match kind {
        SecurityKind::Bearer => "a bearer token (RFC 6750)".to_owned(),
        SecurityKind::Basic => "a username and password for HTTP Basic (RFC 7617)".to_owned(),
        SecurityKind::Digest => "a username and password for HTTP Digest (RFC 7616)".to_owned(),
        SecurityKind::Header(name) if is_authorization(name) => format!(
            "the value of the `{name}` header, with a prefix such as `Token` if the API requires one"
        ),
        SecurityKind::Header(name) => format!("a key for the `{name}` header"),
        SecurityKind::Query(name) => format!("a key for the query parameter `{name}`"),
        SecurityKind::Cookie(name) => format!("a key for the cookie `{name}`"),
        SecurityKind::ClientCredentials(url) => format!(
            "an OAuth 2.0 client id and secret, used to request and renew tokens at `{url}`"
        ),
    }
}
