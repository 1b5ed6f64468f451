//! Emits an operation: a request with a method for each optional parameter, and the methods that
//! send the request.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{self, Links};
use super::tokens::{conversion, deprecated, ident};
use super::validation::{self, Place};
use super::{Imports, body, example, paging, success};
use crate::api::{
    Api, Docs, Encoding, ErrorStatus, Location, Operation, Param, Style, StyleKind, Success, Type,
};
use crate::layout::SourceFile;

/// Emits the file of an operation.
pub(super) fn file(api: &Api, operation: &Operation, links: &Links<'_>) -> SourceFile {
    let imports = Imports::of_file([operation.type_ident.as_str()]);
    let mut items = vec![
        constant(operation, &imports),
        request(operation, &imports),
        client_method(operation, &imports, links),
        request_methods(operation, &imports, links),
        into_future(operation, &imports),
    ];
    items.extend(success::definition(operation, &imports, links));
    let path = super::files::operation_path(api, operation);
    SourceFile { path, docs: None, head: imports.groups(), items }
}

fn constant(operation: &Operation, imports: &Imports) -> TokenStream {
    let Operation { id, path, accept, .. } = operation;
    let (kind, method_type) = (imports.runtime("Operation"), imports.runtime("Method"));
    let method = ident(&operation.method);
    // The media type contains the boundary between parts, which is not known yet.
    let body = operation.body.as_ref().filter(|body| body.encoding != Encoding::Multipart);
    let content_type = body.map(|body| &body.media_type);
    let content_type = content_type.map_or_else(|| quote!(None), |it| quote!(Some(#it)));
    quote! {
        const OPERATION: #kind = #kind {
            id: #id,
            method: #method_type::#method,
            path: #path,
            accept: #accept,
            content_type: #content_type,
        };
    }
}

/// Returns whether an argument is an id that callers may pass as text. The request keeps a
/// conversion error until it is sent.
fn is_converted(param: &Param) -> bool {
    param.required && param.ty == Type::ObjectId && param.style.is_none()
}

fn request(operation: &Operation, imports: &Imports) -> TokenStream {
    let name = ident(&operation.type_ident);
    let client = imports.root("Client");
    let headers = imports.runtime("ExtraHeaders");
    let doc = docs::own(&format!("A request built by [`Client::{}`].", operation.ident));
    let fields = operation.params.iter().map(|param| {
        let (name, ty) = (ident(&param.ident), imports.ty(&param.ty));
        match (is_converted(param), param.required) {
            (true, _) => {
                let error = imports.root("InvalidInput");
                quote!(#name: Result<#ty, #error>,)
            }
            (false, true) => quote!(#name: #ty,),
            (false, false) => quote!(#name: Option<#ty>,),
        }
    });
    let body = operation.body.as_ref().map(|body| {
        let ty = imports.ty(&body.ty);
        if body.optional { quote!(body: Option<#ty>,) } else { quote!(body: #ty,) }
    });
    quote! {
        #doc
        #[must_use = "requests do nothing until sent"]
        #[derive(Debug, Clone)]
        pub struct #name {
            client: #client,
            headers: #headers,
            #(#fields)*
            #body
        }
    }
}

fn client_method(operation: &Operation, imports: &Imports, links: &Links<'_>) -> TokenStream {
    let doc = method_docs(operation, links);
    let deprecated = deprecation(operation, links).map(|note| quote!(#[deprecated(note = #note)]));
    let (method, name) = (ident(&operation.ident), ident(&operation.type_ident));
    let client = imports.root("Client");
    let arguments = operation.params.iter().filter(|param| param.required).map(|param| {
        let name = ident(&param.ident);
        if is_converted(param) {
            let ty = imports.ty(&param.ty);
            quote!(#name: impl TryInto<#ty, Error: std::fmt::Display>)
        } else {
            let ty = imports.argument(&param.ty);
            quote!(#name: #ty)
        }
    });
    let body_argument = operation.body.as_ref().filter(|body| !body.optional).map(|body| {
        let ty = body::argument_type(body, imports);
        quote!(body: #ty)
    });
    let arguments = arguments.chain(body_argument);
    let values = operation.params.iter().map(|param| value(param, imports));
    let body = operation
        .body
        .as_ref()
        .map(|body| if body.optional { quote!(body: None,) } else { quote!(body: body.into(),) });
    let headers = imports.runtime("ExtraHeaders");
    quote! {
        impl #client {
            #doc
            #deprecated
            pub fn #method(&self, #(#arguments),*) -> #name {
                #name { client: self.clone(), headers: #headers::default(), #(#values)* #body }
            }
        }
    }
}

/// Returns the initial value of a parameter in a new request.
fn value(param: &Param, imports: &Imports) -> TokenStream {
    let (name, wire_name) = (ident(&param.ident), &param.name);
    if !param.required {
        return quote!(#name: None,);
    }
    if is_converted(param) {
        let check = imports.runtime("check");
        return quote!(#name: #check::convert(#wire_name, #name),);
    }
    let value = conversion(&name, &param.ty).map(|value| quote!(: #value));
    quote!(#name #value,)
}

fn request_methods(operation: &Operation, imports: &Imports, links: &Links<'_>) -> TokenStream {
    let name = ident(&operation.type_ident);
    let optional = operation.params.iter().filter(|param| !param.required);
    let setters = optional.map(|param| setter(param, imports, links));
    let body = operation.body.as_ref().filter(|body| body.optional);
    let body = body.map(|body| body::setter(body, imports, links));
    let header = header();
    let send = send(operation, imports, links);
    let stream = operation.paging.as_ref().map(|paging| paging::stream(paging, imports));
    quote!(impl #name { #body #(#setters)* #header #send #stream })
}

fn setter(param: &Param, imports: &Imports, links: &Links<'_>) -> TokenStream {
    let doc = docs::of_setter(&param.name, &param.rules, &param.docs, links);
    let deprecated = deprecated(param.docs.deprecated);
    let name = ident(&param.ident);
    let ty = imports.argument(&param.ty);
    let value = conversion(&name, &param.ty).unwrap_or_else(|| quote!(#name));
    quote! {
        #doc
        #deprecated
        pub fn #name(mut self, #name: #ty) -> Self {
            self.#name = Some(#value);
            self
        }
    }
}

/// Emits `header`, which adds a header to the request.
fn header() -> TokenStream {
    let doc = docs::own(
        "Adds a header to the request, such as one that a gateway requires. `send` returns an error for a header that \
         the client sets itself, such as `Authorization`.",
    );
    quote! {
        #doc
        pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            self.headers.add(name.as_ref(), value.as_ref());
            self
        }
    }
}

/// Emits `send`, which validates the parameters and the body before it sends them.
fn send(operation: &Operation, imports: &Imports, links: &Links<'_>) -> TokenStream {
    let doc = send_docs(operation, links);
    let checks: Vec<Option<TokenStream>> =
        operation.params.iter().map(|param| check(param, imports)).collect();
    let lets = operation.params.iter().zip(&checks).filter_map(|(param, check)| {
        let (name, check) = (ident(&param.ident), check.as_ref()?);
        Some(quote!(let #name = #check;))
    });
    let parts = operation.params.iter().zip(&checks).map(|(param, check)| {
        let (field, name) = (ident(&param.ident), &param.name);
        let check = check.as_ref().map(|_| quote!(.check(#field)));
        let (usual, styled) = match param.location {
            Location::Path => (quote!(path), quote!(path_styled)),
            Location::Query => (quote!(query), quote!(query_styled)),
            Location::Header => (quote!(header), quote!(header_styled)),
            Location::Cookie => (quote!(cookie), quote!(cookie)),
            Location::Part(_) => return quote!(#check),
        };
        if let Some(style) = param.style.map(|style| self::style(style, imports)) {
            quote!(#check .#styled(#name, #style, &self.#field))
        } else {
            quote!(#check .#usual(#name, self.#field))
        }
    });
    let form = body::add_form(operation, imports);
    let (optional, required): (Vec<_>, Vec<_>) =
        operation.body.iter().partition(|body| body.optional);
    let body = required.into_iter().map(|body| body::add(body, &quote!(self.body), imports));
    let optional_body: Vec<_> =
        optional.into_iter().map(|body| body::add(body, &quote!(body), imports)).collect();
    let mutable = optional_body.first().map(|_| quote!(mut));
    let call = match &operation.success {
        Success::Nothing => quote!(call_empty),
        Success::Statuses { .. } => quote!(call_by_status),
        Success::Lines(_) => quote!(call_lines),
        Success::Redirect => quote!(call_redirect),
        Success::Text => quote!(call_text),
        Success::Bytes => quote!(call_bytes),
        Success::Optional(_) => quote!(call_optional),
        Success::Json(_) => quote!(call),
    };
    let value = success::ty(&operation.success, imports);
    let (future, request) = (imports.root("ResponseFuture"), imports.runtime("Request"));
    quote! {
        #doc
        pub fn send(self) -> #future<#value> {
            #(#lets)*
            let #mutable request = #request::new(&OPERATION).headers(self.headers) #(#parts)* #(#body)* #form;
            #(if let Some(body) = self.body { request = request #optional_body; })*
            self.client.#call(request)
        }
    }
}

/// Implements `IntoFuture`, so that a request can be awaited without `send`.
fn into_future(operation: &Operation, imports: &Imports) -> TokenStream {
    let (name, value) = (ident(&operation.type_ident), success::ty(&operation.success, imports));
    let future = imports.root("ResponseFuture");
    let (response, error) = (imports.root("Response"), imports.root("Error"));
    quote! {
        impl IntoFuture for #name {
            type Output = Result<#response<#value>, #error>;
            type IntoFuture = #future<#value>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }
    }
}

fn style(style: Style, imports: &Imports) -> TokenStream {
    let name = imports.runtime("Style");
    let kind = match style.kind {
        StyleKind::Matrix => quote!(MATRIX),
        StyleKind::Label => quote!(LABEL),
        StyleKind::Form => quote!(FORM),
        StyleKind::Simple => quote!(SIMPLE),
        StyleKind::SpaceDelimited => quote!(SPACE_DELIMITED),
        StyleKind::PipeDelimited => quote!(PIPE_DELIMITED),
        StyleKind::DeepObject => quote!(DEEP_OBJECT),
        StyleKind::Json => quote!(JSON),
    };
    let exploded = style.explode.then(|| quote!(.exploded()));
    let reserved = style.reserved.then(|| quote!(.reserved()));
    quote!(#name::#kind #exploded #reserved)
}

/// Emits the expression that checks a parameter, if the parameter has rules or contains a model
/// with rules.
fn check(param: &Param, imports: &Imports) -> Option<TokenStream> {
    if param.rules.is_empty() && !param.validates {
        return None;
    }
    let (field, name, at) = (ident(&param.ident), &param.name, imports.runtime("At"));
    let optional = Type::Option(Box::new(param.ty.clone()));
    let ty = if param.required { &param.ty } else { &optional };
    let at = quote!(#at::parameter(#name));
    let place = Place::owned(at.clone(), quote!(self.#field));
    let mut checks = validation::checks(&param.rules, ty, &place, imports);
    if param.validates {
        imports.runtime("Validate");
        checks.push(quote!(self.#field.validate(#at)));
    }
    let (first, others) = checks.split_first()?;
    Some(quote!(#first #(.and_then(|()| #others))*))
}

fn method_docs(operation: &Operation, links: &Links<'_>) -> TokenStream {
    let version = operation.version.iter().map(|version| format!(", resource version {version}"));
    let feature = operation.feature.iter().map(|feature| format!(", feature `{feature}`"));
    let address = format!("`{} {}`", operation.method, operation.path);
    let body = operation.body.iter().filter(|body| body.encoding != Encoding::Json);
    let body = body.map(|body| format!(", body `{}`", body.media_type));
    let address = std::iter::once(address).chain(version).chain(body).chain(feature);
    let address: String = address.collect();
    let role = match operation.roles.as_slice() {
        [] => String::new(),
        roles => format!(" Requires the role {}.", roles.join(" or ")),
    };
    let security = operation.security.as_deref().map(security).unwrap_or_default();
    let sentence = |text: &str| text.trim_end().trim_end_matches('.').to_owned();
    let summary = operation.summary.as_deref().map(sentence);
    let description = operation.description.as_deref().filter(|it| summary != Some(sentence(it)));
    let verb = if summary.is_none() && description.is_none() { "Sends " } else { "" };
    let server = operation.server.iter().map(|url| {
        format!("The API serves this operation at `{url}`. Call it with a client that has this base URL.")
    });
    let paragraphs = summary.map(|it| it + ".").into_iter();
    let paragraphs = paragraphs.chain(description.map(|it| it.trim_end().to_owned()));
    let paragraphs = paragraphs.chain([format!("{verb}{address}.{role}{security}")]).chain(server);
    // Each paragraph is converted separately, so that an unclosed code block contains no other
    // paragraph.
    let paragraphs: Vec<String> = paragraphs.map(|it| docs::markdown(&it, links)).collect();
    let text = docs::own(&paragraphs.join("\n\n"));
    let arguments = argument_docs(operation, links);
    let example =
        docs::lines(&format!("\n# Example\n\n{}", example::of(operation, links.crate_ident())));
    quote!(#text #arguments #example)
}

/// Formats the credentials of an operation whose requirements differ from the document's.
fn security(alternatives: &[Vec<String>]) -> String {
    if alternatives.iter().all(Vec::is_empty) {
        return " Requires no credentials.".to_owned();
    }
    let is_optional = alternatives.iter().any(Vec::is_empty);
    let needed = alternatives.iter().filter(|it| !it.is_empty());
    let needed: Vec<String> = needed.map(|it| format!("`{}`", it.join("` and `"))).collect();
    let needed = needed.join(", or ");
    if is_optional {
        format!(" Can be called without credentials, or with {needed}.")
    } else {
        format!(" Requires the credentials {needed}.")
    }
}

/// Formats a section about the required parameters and the body, if there are any.
fn argument_docs(operation: &Operation, links: &Links<'_>) -> Option<TokenStream> {
    let required = operation.params.iter().filter(|param| param.required);
    let params = required.map(|param| {
        let description = first_paragraph(param.docs.description.as_deref().unwrap_or_default());
        let bounds = docs::bounds(&param.rules, &param.docs).unwrap_or_default();
        (param.ident.as_str(), format!("{description} {bounds}"))
    });
    let body = operation.body.iter().filter(|body| !body.optional).map(|body| {
        let description = body.description.as_deref().unwrap_or("The body of the request.");
        let bounds = docs::bounds(&body.rules, &Docs::default()).unwrap_or_default();
        ("body", format!("{} {bounds}", first_paragraph(description)))
    });
    let arguments = params.chain(body).map(|(name, text)| {
        let text = docs::markdown(text.trim(), links);
        docs::list_item(&format!("`{name}`{}{text}", if text.is_empty() { "" } else { ": " }))
    });
    let arguments: String = arguments.collect();
    (!arguments.is_empty()).then(|| docs::section(&format!("# Arguments\n\n{arguments}")))
}

/// Returns the first paragraph of a text, on one line.
fn first_paragraph(text: &str) -> String {
    let lines = text.trim().lines().map(str::trim);
    let lines = lines.take_while(|line| !line.is_empty() && !line.starts_with(['-', '*', '|']));
    lines.collect::<Vec<_>>().join(" ")
}

fn send_docs(operation: &Operation, links: &Links<'_>) -> TokenStream {
    let mut text = "Sends the request.\n\n# Errors\n\n[`Error::InvalidInput`], before anything is \
                    sent, if a value breaks a rule."
        .to_owned();
    let errors = &operation.errors;
    let is_bare = |it: &ErrorStatus| it.ty.is_none() && is_reason_phrase(&it.status, &it.meaning);
    if errors.iter().all(is_bare) {
        let statuses: Vec<&str> = errors.iter().map(|error| error.status.as_str()).collect();
        if !statuses.is_empty() {
            text.extend([" [`Error::Api`] on ", &statuses.join(", "), "."]);
        }
    } else {
        text.push_str(" [`Error::Api`] if the server returns an error:\n\n");
        text.extend(errors.iter().map(|error| {
            let meaning = docs::markdown(error.meaning.replace('\n', " ").trim(), links);
            let text = match error.ty.as_ref().map(error_body) {
                Some(body) if meaning.is_empty() => body,
                Some(body) if meaning.ends_with(['.', '!', '?', ':']) => {
                    format!("{meaning} {body}")
                }
                Some(body) => format!("{meaning}. {body}"),
                None => meaning,
            };
            docs::list_item(format!("{}: {text}", error.status).trim_end_matches(": "))
        }));
    }
    docs::own(&text)
}

/// Returns a sentence that explains how to decode the body of an error.
fn error_body(ty: &Type) -> String {
    match ty {
        Type::Model(name) | Type::TypeUnion(name) => format!(
            "[`Error::decode`] returns its body as a \
             [`{name}`](crate::models::{name})."
        ),
        ty => format!("[`Error::decode`] returns its body as a `{ty}`."),
    }
}

/// Returns whether the meaning of an error is only the name of its HTTP status.
fn is_reason_phrase(status: &str, meaning: &str) -> bool {
    let status = status.parse::<http::StatusCode>().ok();
    let phrase = status.and_then(|status| status.canonical_reason());
    phrase.is_some_and(|phrase| phrase.eq_ignore_ascii_case(meaning.trim_end_matches('.')))
}

/// Returns the reason for the deprecation, if the operation is deprecated. Without a newer version, the reason names
/// the method that the description refers to.
fn deprecation(operation: &Operation, links: &Links<'_>) -> Option<String> {
    let until =
        operation.sunset.as_ref().map(|date| format!("the server removes this version on {date}"));
    let instead = operation.successor.as_ref().map(|successor| {
        format!("use `{}` (resource version {})", successor.ident, successor.version)
    });
    let known: Vec<String> = until.into_iter().chain(instead).collect();
    let other = || links.only_method(operation.description.as_deref()?, &operation.ident);
    operation.deprecated.then(|| match (known.as_slice(), other()) {
        ([], None) => "the server may remove this operation".to_owned(),
        ([], Some(other)) => format!("the server may remove this operation; see `{other}`"),
        (known, _) => known.join("; "),
    })
}
