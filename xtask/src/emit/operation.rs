//! Emits an operation: the method of `Client` that creates the request, a setter for each optional parameter, and the
//! methods that send the request.

use std::iter;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::{self, Links};
use super::tokens::{OPERATIONS, conversion, deprecated, ident};
use super::validation::{self, Place};
use super::{Imports, body, operation_docs, paging, success};
use crate::api::{Api, Encoding, Location, Operation, Param, Style, StyleKind, Type};
use crate::layout::SourceFile;

/// Emits the file of an operation.
pub(super) fn file(api: &Api, operation: &Operation, links: &Links<'_>) -> SourceFile {
    let own = iter::once(&operation.type_ident).chain(operation.success.ident());
    let imports = Imports::of_file(OPERATIONS, own.map(String::as_str));
    let mut items = vec![constant(operation, &imports)];
    items.extend(operation.base_url.as_deref().map(server));
    items.extend([
        request(operation, &imports),
        client_method(operation, &imports, links),
        request_methods(operation, &imports, links),
        into_future(operation, &imports),
    ]);
    items.extend(success::definition(operation, &imports, links));
    let path = super::files::operation_path(api, operation);
    SourceFile { path, docs: None, head: imports.groups(), items }
}

fn constant(operation: &Operation, imports: &Imports) -> TokenStream {
    let Operation { id, path, accept, .. } = operation;
    let (kind, method_type) = (imports.runtime("Operation"), imports.runtime("Method"));
    let method = ident(&operation.method);
    // The media type of a multipart body contains a boundary, which is unknown until the body is built.
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

/// Emits the constant with the operation's own server.
fn server(url: &str) -> TokenStream {
    quote! {
        /// The server of the operation, which replaces the default base URL.
        const SERVER: &str = #url;
    }
}

fn request(operation: &Operation, imports: &Imports) -> TokenStream {
    let name = ident(&operation.type_ident);
    let client = imports.root("Client");
    let headers = imports.runtime("ExtraHeaders");
    let doc = docs::own(&format!("A request built by [`Client::{}`].", operation.ident));
    let fields = operation.params.iter().map(|param| {
        let (name, ty) = (ident(&param.ident), imports.ty(&param.ty));
        match (param.is_converted(), param.required) {
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
    let doc = operation_docs::of_method(operation, links);
    let deprecated = operation_docs::deprecation(operation, links)
        .map(|note| quote!(#[deprecated(note = #note)]));
    let (method, name) = (ident(&operation.ident), ident(&operation.type_ident));
    let client = imports.root("Client");
    let arguments = operation.params.iter().filter(|param| param.required).map(|param| {
        let name = ident(&param.ident);
        if param.is_converted() {
            let ty = imports.ty(&param.ty);
            quote!(#name: impl TryInto<#ty, Error: std::fmt::Display>)
        } else {
            let ty = argument(param, imports);
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

/// Emits the field initializer of a parameter in a new request.
fn value(param: &Param, imports: &Imports) -> TokenStream {
    let (name, wire_name) = (ident(&param.ident), &param.name);
    if !param.required {
        return quote!(#name: None,);
    }
    if param.is_converted() {
        let check = imports.runtime("check");
        return quote!(#name: #check::convert(#wire_name, #name),);
    }
    let value = converted(&name, param).map(|value| quote!(: #value));
    quote!(#name #value,)
}

/// Emits the type of a parameter's argument. For an enum of strings, the argument can also be text.
fn argument(param: &Param, imports: &Imports) -> TokenStream {
    if param.accepts_text {
        let ty = imports.ty(&param.ty);
        return quote!(impl Into<#ty>);
    }
    imports.argument(&param.ty)
}

/// Emits the conversion of a parameter's argument, or nothing if the argument already has the type.
fn converted(name: &Ident, param: &Param) -> Option<TokenStream> {
    if param.accepts_text { Some(quote!(#name.into())) } else { conversion(name, &param.ty) }
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
    let has_default = param.docs.default.as_ref().is_some_and(|default| !default.is_null());
    let unset = (param.location == Location::Header && has_default).then(|| {
        docs::section(
            "The client sends the header only if it is set. Otherwise, the server uses the default.",
        )
    });
    let deprecated = deprecated(param.docs.deprecated);
    let name = ident(&param.ident);
    let ty = argument(param, imports);
    let value = converted(&name, param).unwrap_or_else(|| quote!(#name));
    quote! {
        #doc
        #unset
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
        "Adds a header to the request, for example for a gateway. `send` returns an error for a header that the client \
         sets itself, such as `Authorization`.",
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
    let doc = operation_docs::of_send(operation, links);
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
        // Queries and cookies are never logged.
        let is_logged = matches!(param.location, Location::Path | Location::Header);
        let is_secret = is_logged && *param.ty.innermost() == Type::Secret;
        let secret = is_secret.then(|| quote!(.secret(#name)));
        if let Some(style) = param.style.map(|style| self::style(style, imports)) {
            quote!(#check .#styled(#name, #style, &self.#field) #secret)
        } else {
            quote!(#check .#usual(#name, self.#field) #secret)
        }
    });
    let server = operation.base_url.as_ref().map(|_| quote!(.server(SERVER)));
    let form = body::add_form(operation, imports);
    let (optional, required): (Vec<_>, Vec<_>) =
        operation.body.iter().partition(|body| body.optional);
    let body = required.into_iter().map(|body| body::add(body, &quote!(self.body), imports));
    let optional_body: Vec<_> =
        optional.into_iter().map(|body| body::add(body, &quote!(body), imports)).collect();
    let mutable = optional_body.first().map(|_| quote!(mut));
    let call = success::call(&operation.success);
    let value = success::ty(&operation.success, imports);
    let (future, request) = (imports.root("ResponseFuture"), imports.runtime("Request"));
    quote! {
        #doc
        pub fn send(self) -> #future<#value> {
            #(#lets)*
            let #mutable request = #request::new(&OPERATION) #server .headers(self.headers) #(#parts)* #(#body)* #form;
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
