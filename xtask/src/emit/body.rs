//! Emits the code that adds the body to a request.

use proc_macro2::TokenStream;
use quote::quote;

use super::Imports;
use super::docs::{self, Links};
use super::tokens::ident;
use super::validation::{self, Place};
use crate::api::{Body, Docs, Encoding, FormStyle, Location, Operation, Param, Part, Type};
use crate::media_type;

/// Emits the calls that check the body in `value` and add it to the request.
pub(super) fn add(body: &Body, value: &TokenStream, imports: &Imports) -> TokenStream {
    let at = body.validates.then(|| {
        imports.runtime("Validate");
        imports.runtime("At")
    });
    let check = at.map(|at| quote!(.check(#value.validate(#at::BODY))));
    let rules = rules(body, value, imports);
    let add = match &body.encoding {
        Encoding::Json => quote!(.body(&#value)),
        Encoding::Text if body.ty == Type::Secret => quote!(.text(#value.expose_secret())),
        Encoding::Text => quote!(.text(#value)),
        Encoding::Bytes => quote!(.upload(#value)),
        Encoding::Multipart => quote!(.multipart(#value)),
        Encoding::Form(styles) => {
            let styles = styles.iter().map(|(name, style)| {
                let style = self::style(*style, imports);
                quote!((#name, #style))
            });
            quote!(.form(&#value, &[#(#styles),*]))
        }
    };
    quote!(#(.check(#rules))* #check #add)
}

/// Emits the expressions that check the body against its own rules.
fn rules(body: &Body, value: &TokenStream, imports: &Imports) -> Vec<TokenStream> {
    if body.rules.is_empty() {
        return Vec::new();
    }
    let at = imports.runtime("At");
    let place = Place::owned(quote!(#at::BODY), value.clone());
    validation::checks(&body.rules, &body.ty, &place, imports)
}

fn style(style: FormStyle, imports: &Imports) -> TokenStream {
    let name = imports.runtime("FormStyle");
    match style {
        FormStyle::Commas => quote!(#name::Joined(",")),
        FormStyle::Spaces => quote!(#name::Joined(" ")),
        FormStyle::Pipes => quote!(#name::Joined("|")),
        FormStyle::Properties => quote!(#name::Properties),
        FormStyle::Deep => quote!(#name::Deep),
        FormStyle::Json => quote!(#name::Json),
    }
}

/// Returns the type of the argument for the body.
pub(super) fn argument_type(body: &Body, imports: &Imports) -> TokenStream {
    let ty = imports.ty(&body.ty);
    quote!(impl Into<#ty>)
}

/// Returns the media type of a body of parts, with a boundary, if callers pass the parts as an `Upload`.
pub(super) fn parts(body: &Body) -> Option<String> {
    let is_parts = body.encoding == Encoding::Bytes && media_type::is_multipart(&body.media_type);
    is_parts.then(|| format!("{}; boundary=b", media_type::essence(&body.media_type)))
}

/// Adds a note to the docs of a body, if callers must set the boundary of its parts.
pub(super) fn with_note(text: String, body: &Body) -> String {
    let Some(media_type) = parts(body) else { return text };
    let setter = "[`Upload::content_type`](crate::Upload::content_type)";
    format!(
        "{}\n\nSet the boundary of the parts with {setter}, as in `{media_type}`.",
        text.trim_end()
    )
}

/// Returns the method that sets an optional body.
pub(super) fn setter(body: &Body, imports: &Imports, links: &Links<'_>) -> TokenStream {
    let subject = if body.description.is_some() { "the body" } else { "the body of the request" };
    let description = body.description.as_ref().map(|text| docs::markdown(text, links));
    let description = with_note(docs::sets(subject, description.as_deref()), body);
    let doc = docs::value(description, &body.rules, &Docs::default());
    let ty = argument_type(body, imports);
    quote! {
        #doc
        pub fn body(mut self, body: #ty) -> Self {
            self.body = Some(body.into());
            self
        }
    }
}

/// Emits the call that adds the multipart form, if the parts of the body are parameters.
pub(super) fn add_form(operation: &Operation, imports: &Imports) -> Option<TokenStream> {
    let form = operation.is_multipart.then(|| imports.root("Form"))?;
    let parts = operation.params.iter().filter_map(|param| Some(part(param, part_of(param)?)));
    // The form is a single expression, because a variable would need a name that no parameter has.
    Some(quote!(.multipart(#form::new() #(#parts)*)))
}

/// Returns the encoding of a form part, or `None` if the parameter is not a form part.
pub(super) const fn part_of(param: &Param) -> Option<Part> {
    match param.location {
        Location::Part(part) => Some(part),
        _ => None,
    }
}

fn part(param: &Param, part: Part) -> TokenStream {
    let (field, name) = (ident(&param.ident), &param.name);
    let add = match part {
        Part::Text => quote!(.values(#name, self.#field)),
        Part::Json => quote!(.json(#name, &self.#field)),
        Part::Value => quote!(.value(#name, &self.#field)),
        Part::File => return files(param),
    };
    let media_type = param.media_type.iter();
    quote!(#add #(.content_type(#name, #media_type))*)
}

fn files(param: &Param) -> TokenStream {
    let (field, name) = (ident(&param.ident), &param.name);
    let media_type = param.media_type.as_ref();
    let media_type = media_type.map_or_else(|| quote!(None), |it| quote!(Some(#it)));
    let files = match (&param.ty, param.required) {
        (Type::List(_), false) => quote!(self.#field.into_iter().flatten()),
        (Type::List(_), true) | (_, false) => quote!(self.#field),
        (_, true) => quote!([self.#field]),
    };
    quote!(.files(#name, #media_type, #files))
}
