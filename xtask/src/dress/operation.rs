//! An operation: a prepared request with a method for each parameter, and `send`.

use anyhow::Context as _;
use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs::{self, Docs};
use super::structs::DEPRECATED;
use super::{SourceFile, constructor, example, keyword_safe, paging, rules};
use crate::api::{About, Operation, Parameter, Place};
use crate::engine::{Emitted, Method};
use crate::features::Features;
use crate::rust_type::Type;

/// An operation beside the types that the engine gave its parts.
pub(super) struct Call<'a> {
    pub(super) operation: &'a Operation,
    pub(super) arguments: Vec<Argument<'a>>,
    pub(super) body: Option<Type>,
    pub(super) answer: Type,
}

/// A parameter and its type.
pub(super) struct Argument<'a> {
    pub(super) parameter: &'a Parameter,
    pub(super) ident: Ident,
    pub(super) ty: Type,
}

impl Argument<'_> {
    /// Whether the value is an id that may come as text, so that what is wrong with it is kept until
    /// the request is sent.
    pub(super) fn is_converted(&self) -> bool {
        self.parameter.about.required && self.ty.plain_name() == Some("ObjectId")
    }
}

impl<'a> Call<'a> {
    pub(super) fn read(operation: &'a Operation, emitted: &Emitted) -> anyhow::Result<Self> {
        let method = emitted
            .methods
            .get(&operation.method_name)
            .with_context(|| format!("the engine emitted no method for `{}`", operation.id))?;
        let arguments = operation.parameters.iter().map(|parameter| {
            let name = keyword_safe(&parameter.name.to_snake_case());
            let ty = argument_type(method, &name).with_context(|| {
                format!("the engine emitted no argument `{name}` for `{}`", operation.id)
            })?;
            Ok(Argument { parameter, ident: ident(&name), ty })
        });
        Ok(Self {
            operation,
            arguments: arguments.collect::<anyhow::Result<_>>()?,
            body: operation.body.as_ref().and_then(|_| argument_type(method, "body")),
            answer: method.answer.clone(),
        })
    }

    /// Whether a success says nothing but that it is one.
    pub(super) fn answers_nothing(&self) -> bool {
        self.answer.is_unit()
    }

    fn required(&self) -> impl Iterator<Item = &Argument<'a>> {
        self.arguments.iter().filter(|argument| argument.parameter.about.required)
    }

    fn optional(&self) -> impl Iterator<Item = &Argument<'a>> {
        self.arguments.iter().filter(|argument| !argument.parameter.about.required)
    }
}

/// The file of an operation.
pub(super) fn file(
    operation: &Operation,
    emitted: &Emitted,
    features: &Features,
    docs: Docs<'_>,
) -> anyhow::Result<SourceFile> {
    let call = Call::read(operation, emitted)?;
    let constant = constant(operation);
    let request = request(&call, &docs);
    let method = client_method(&call, emitted, features, &docs);
    let name = format_ident!("{}", operation.type_name);
    let setters = call.optional().map(|argument| setter(argument, &docs));
    let send = send(&call, &docs);
    let stream = paging::stream(&call, emitted, &docs);
    let methods = super::block(quote!(impl<'a> #name<'a>), setters.chain([send]).chain(stream));
    let path = format!("operations/{}.rs", operation.method_name);
    super::source_file(path, [constant, request, method, methods].into_iter().collect(), docs)
}

fn constant(operation: &Operation) -> TokenStream {
    let wire = &operation.wire;
    let (id, path) = (&wire.operation_id, &wire.path);
    let method = format_ident!("{}", operation.method);
    let accept = wire.accept.as_deref().unwrap_or("application/json");
    let content_type = wire.content_type.as_ref();
    let content_type = content_type.map_or_else(|| quote!(None), |it| quote!(Some(#it)));
    quote! {
        const OPERATION: Operation = Operation {
            id: #id,
            method: Method::#method,
            path: #path,
            accept: #accept,
            content_type: #content_type,
        };
    }
}

fn request(call: &Call<'_>, docs: &Docs<'_>) -> TokenStream {
    let name = format_ident!("{}", call.operation.type_name);
    let method = &call.operation.method_name;
    let doc = docs.wrapped(&format!("A request of [`Client::{method}`]."));
    let fields = call.arguments.iter().map(|argument| {
        let Argument { ident, ty, .. } = argument;
        match (argument.is_converted(), argument.parameter.about.required) {
            (true, _) => quote!(#ident: Result<#ty, InvalidInput>,),
            (false, true) => quote!(#ident: #ty,),
            (false, false) => quote!(#ident: Option<#ty>,),
        }
    });
    let body = call.body.as_ref().map(|ty| quote!(body: #ty,));
    quote! {
        #doc
        #[must_use = "nothing happens until the request is sent"]
        #[derive(Debug, Clone)]
        pub struct #name<'a> {
            client: &'a Client,
            #(#fields)*
            #body
        }
    }
}

fn client_method(
    call: &Call<'_>,
    emitted: &Emitted,
    features: &Features,
    docs: &Docs<'_>,
) -> TokenStream {
    let operation = call.operation;
    let doc = method_docs(call, emitted, features, docs);
    let deprecated = deprecation(operation).map(|note| quote!(#[deprecated(note = #note)]));
    let method = format_ident!("{}", operation.method_name);
    let name = format_ident!("{}", operation.type_name);
    let arguments = call.required().map(|argument| {
        let Argument { ident, ty, .. } = argument;
        let ty = if argument.is_converted() {
            quote!(impl TryInto<#ty, Error: std::fmt::Display>)
        } else {
            constructor::argument_type(ty)
        };
        quote!(#ident: #ty)
    });
    let body_argument = call.body.as_ref().map(|ty| quote!(body: impl Into<#ty>));
    let arguments = arguments.chain(body_argument);
    let values = call.arguments.iter().map(|argument| {
        let Argument { ident, ty, parameter } = argument;
        let wire_name = &parameter.name;
        match (argument.is_converted(), parameter.about.required) {
            (true, _) => quote!(#ident: check::convert(#wire_name, #ident),),
            (false, true) => {
                let value = constructor::given(ident, ty).map(|value| quote!(: #value));
                quote!(#ident #value,)
            }
            (false, false) => quote!(#ident: None,),
        }
    });
    let body = call.body.as_ref().map(|_| quote!(body: body.into(),));
    quote! {
        impl Client {
            #doc
            #deprecated
            pub fn #method(&self, #(#arguments),*) -> #name<'_> {
                #name { client: self, #(#values)* #body }
            }
        }
    }
}

fn setter(argument: &Argument<'_>, docs: &Docs<'_>) -> TokenStream {
    let Argument { ident, ty, parameter } = argument;
    let doc = docs.of_value(&parameter.name, ty, &parameter.about);
    let deprecated = parameter.about.deprecated.then(|| quote!(#[deprecated(note = #DEPRECATED)]));
    let argument_type = constructor::argument_type(ty);
    let value = constructor::given(ident, ty).unwrap_or_else(|| quote!(#ident));
    quote! {
        #doc
        #deprecated
        pub fn #ident(mut self, #ident: #argument_type) -> Self {
            self.#ident = Some(#value);
            self
        }
    }
}

fn send(call: &Call<'_>, docs: &Docs<'_>) -> TokenStream {
    let doc = send_docs(call.operation, docs);
    let answer = &call.answer;
    let parts = call.arguments.iter().map(part);
    let body = call.body.as_ref().map(|ty| {
        let check =
            rules::holds_rules(ty, docs.api).then(|| quote!(.check(self.body.validate(At::BODY))));
        quote!(#check .body(&self.body))
    });
    let is_bytes = answer.plain_name() == Some("ByteStream");
    let (call, answer) = match () {
        () if call.answers_nothing() => (quote!(call_empty), quote!(#answer)),
        () if is_bytes => (quote!(call_bytes), quote!(#answer)),
        () if call.operation.wire.may_be_empty => (quote!(call_optional), quote!(Option<#answer>)),
        () => (quote!(call), quote!(#answer)),
    };
    quote! {
        #doc
        pub fn send(self) -> ResponseFuture<'a, #answer> {
            let request = Request::new(&OPERATION) #(#parts)* #body;
            self.client.#call(request)
        }
    }
}

/// The check of an argument, and its place in the request.
fn part(argument: &Argument<'_>) -> TokenStream {
    let Argument { ident, parameter, .. } = argument;
    let name = &parameter.name;
    let checks = argument_checks(argument);
    let place = match parameter.place {
        Place::Path => quote!(path),
        Place::Query => quote!(query),
        Place::Header => quote!(header),
    };
    quote!(#(.check(#checks))* .#place(#name, self.#ident))
}

fn argument_checks(argument: &Argument<'_>) -> Vec<TokenStream> {
    let Argument { ident, ty, parameter } = argument;
    let About { rules, required, .. } = &parameter.about;
    let name = &parameter.name;
    let ty = if *required { ty.clone() } else { Type::around("Option", ty.clone()) };
    rules::checks(rules, &quote!(At::parameter(#name)), &quote!(self.#ident), &ty)
}

fn method_docs(
    call: &Call<'_>,
    emitted: &Emitted,
    features: &Features,
    docs: &Docs<'_>,
) -> TokenStream {
    let operation = call.operation;
    let wire = &operation.wire;
    let id = format!("The operation `{}`", operation.wire.operation_id);
    let summary = operation.summary.as_deref().unwrap_or(&id).trim_end_matches('.');
    let version = wire.version.as_ref().map(|version| format!(", resource version {version}"));
    let feature = features.of_operation(&operation.id).map(|it| format!(", feature `{it}`"));
    let address = [Some(format!("`{} {}`", operation.method, wire.path)), version, feature];
    let address: String = address.into_iter().flatten().collect();
    let mut paragraphs = vec![format!("{summary}.")];
    paragraphs.extend(operation.description.clone());
    let role = operation.roles.join(" or ");
    let role = if role.is_empty() { role } else { format!(" The caller needs the role {role}.") };
    paragraphs.push(format!("{address}.{role}"));
    paragraphs.extend(
        operation
            .body
            .as_ref()
            .and_then(|body| body.description.as_ref())
            .map(|it| format!("`body`: {it}")),
    );
    let text = docs.of_text(&paragraphs.join("\n\n"));
    let example = docs.raw(format!("\n# Example\n\n{}", example::of(call, docs.api, emitted)));
    quote!(#text #example)
}

fn send_docs(operation: &Operation, docs: &Docs<'_>) -> TokenStream {
    let mut text =
        "Sends the request.\n\n# Errors\n\n[`Error::InvalidInput`](crate::Error) ".to_owned();
    let errors = &operation.wire.errors;
    if errors.is_empty() {
        text.push_str("where a value breaks its rule; nothing is sent then.");
    } else if errors.iter().all(|(status, meaning)| is_reason_phrase(status, meaning)) {
        let statuses: Vec<&str> = errors.keys().map(String::as_str).collect();
        text.extend([
            "before it is sent, [`Error::Api`](crate::Error) on ",
            &statuses.join(", "),
            ".",
        ]);
    } else {
        text.push_str(
            "where a value breaks its rule; nothing is sent then. [`Error::Api`](crate::Error) where \
             the server answers with an error:\n\n",
        );
        text.extend(errors.iter().map(|(status, meaning)| {
            format!("- {status}: {}\n", docs::escape(&meaning.replace('\n', " ")))
        }));
    }
    docs.wrapped(&text)
}

/// Whether the meaning of an error is no more than what HTTP calls its status.
fn is_reason_phrase(status: &str, meaning: &str) -> bool {
    let status = status.parse::<http::StatusCode>().ok();
    let phrase = status.and_then(|status| status.canonical_reason());
    phrase.is_some_and(|phrase| phrase.eq_ignore_ascii_case(meaning.trim_end_matches('.')))
}

/// Why not to use the operation, if the document says not to.
fn deprecation(operation: &Operation) -> Option<String> {
    let wire = &operation.wire;
    let until = wire.sunset.as_ref().map(|date| format!("the server answers it until {date}"));
    let instead = wire.successor.as_ref().and_then(|successor| {
        let newer = operation
            .id
            .strip_suffix(&format!("_v{}", wire.version.as_ref()?.replace('-', "_")))?;
        Some(format!("use resource version {successor}, `{}`", newer.to_snake_case()))
    });
    let known: Vec<String> = until.into_iter().chain(instead).collect();
    operation.deprecated.then(|| match known.as_slice() {
        [] => "the server may stop to answer it".to_owned(),
        known => known.join("; "),
    })
}

/// The name of a parameter's field and method, beside those that every request has.
fn ident(name: &str) -> Ident {
    let is_taken = ["client", "body", "send"].contains(&name);
    if is_taken { format_ident!("{name}_") } else { format_ident!("{name}") }
}

fn argument_type(method: &Method, name: &str) -> Option<Type> {
    let mut arguments = method.arguments.iter();
    arguments.find(|(argument, _)| argument == name).map(|(_, ty)| ty.clone())
}
