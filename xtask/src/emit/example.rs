//! Emits the example in an operation's docs, which is compiled as a doctest.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::body;
use super::tokens::{self, MODELS, ident};
use crate::api::{Expression, Operation, Success, Type};
use crate::layout;

/// Returns the code of the example, in a fence.
pub(super) fn of(operation: &Operation, crate_ident: &str) -> String {
    let allow = if operation.deprecated { "# #![allow(deprecated)]\n" } else { "" };
    let head = format!(
        "# async fn example(client: {crate_ident}::Client) -> Result<(), Box<dyn std::error::Error>> {{"
    );
    let statements = statements(operation, crate_ident);
    format!("```no_run\n{allow}{head}\n{statements}# Ok(()) }}\n```")
}

/// Returns the imports of the models that the example uses, followed by its statements.
#[must_use]
pub fn statements(operation: &Operation, crate_ident: &str) -> String {
    let root = ident(crate_ident);
    let uses = imports(operation, &root).map(|uses| layout::code(uses) + "\n").unwrap_or_default();
    uses + &layout::statements(&call(operation, &root))
}

/// Returns a program that calls the operation.
pub(crate) fn program(operation: &Operation, crate_ident: &str) -> String {
    let root = ident(crate_ident);
    let models = imports(operation, &root);
    let call = call(operation, &root);
    let head = layout::code(quote! {
        use #root::Client;
        #models
    });
    let program = layout::code(quote! {
        #[tokio::main]
        async fn main() -> Result<(), Box<dyn std::error::Error>> {
            let client = Client::from_env()?;
            #call
            Ok(())
        }
    });
    format!("{head}\n{program}")
}

/// Returns the import of the models that the example uses, if there are any.
fn imports(operation: &Operation, root: &Ident) -> Option<TokenStream> {
    let models: Vec<Ident> = operation.example.models.iter().map(|model| ident(model)).collect();
    (!models.is_empty()).then(|| quote!(use #root::models::{#(#models),*};))
}

fn call(operation: &Operation, root: &Ident) -> TokenStream {
    let example = &operation.example;
    let parts = operation.body.as_ref().and_then(body::parts);
    let body = example.body.as_ref().map(|(ty, value)| {
        if let (Some(media_type), Expression::Into(value)) = (&parts, value) {
            let value = expression(value);
            return quote!(let body = #root::Upload::from(#value).content_type(#media_type););
        }
        let (ty, value) = (ty.as_ref().map(|ty| self::ty(ty, root)), expression(value));
        let ty = ty.map(|ty| quote!(: #ty));
        quote!(let body #ty = #value;)
    });
    let arguments = example.arguments.iter().map(expression);
    let is_optional = operation.body.as_ref().is_some_and(|body| body.optional);
    let body_argument = example.body.as_ref().map(|_| quote!(body));
    let (setter, body_argument) =
        if is_optional { (body_argument, None) } else { (None, body_argument) };
    let setter = setter.map(|body| quote!(.body(#body)));
    let arguments = arguments.chain(body_argument);
    let options = example.options.iter().map(self::setter);
    let method = ident(&operation.ident);
    let call = quote!(client.#method(#(#arguments),*)#setter #(#options)*);
    let send = match (&operation.success, &operation.paging) {
        (_, Some(_)) => quote! {
            let mut items = #call.stream();
            while let Some(item) = items.next().await {
                let item = item?;
                println!("{item:?}");
            }
        },
        (Success::Lines(_), None) => quote! {
            let mut lines = #call.send().await?.into_inner();
            while let Some(line) = lines.next().await {
                let line = line?;
                println!("{line:?}");
            }
        },
        (Success::Nothing | Success::Redirect, None) => quote!(#call.send().await?;),
        _ => quote! {
            let response = #call.send().await?;
            println!("{:?}", response.into_inner());
        },
    };
    quote!(#body #send)
}

/// Emits a type. Types other than models include their path, because an example imports only models.
fn ty(ty: &Type, root: &Ident) -> TokenStream {
    tokens::ty(ty, &|module, name| {
        let name = ident(name);
        match module {
            MODELS => quote!(#name),
            "crate" => quote!(#root::#name),
            _ => {
                let path = tokens::parsed(module);
                quote!(#path::#name)
            }
        }
    })
}

fn setter((name, value): &(String, Expression)) -> TokenStream {
    let (name, value) = (ident(name), expression(value));
    quote!(.#name(#value))
}

fn expression(value: &Expression) -> TokenStream {
    match value {
        Expression::Text(text) => quote!(#text),
        Expression::OwnedText(text) => quote!(#text.to_owned()),
        Expression::Parsed(text) => quote!(#text.parse()?),
        Expression::Bytes => quote!(b"value"),
        Expression::Bool(value) => quote!(#value),
        Expression::Float(value) => tokens::parsed(&format!("{value:?}")),
        Expression::Integer(value) => tokens::parsed(value),
        Expression::Json(value) => tokens::json(value),
        Expression::Default => quote!(Default::default()),
        Expression::None => quote!(None),
        Expression::Some(inner) => {
            let inner = expression(inner);
            quote!(Some(#inner))
        }
        Expression::Boxed(inner) => {
            let inner = expression(inner);
            quote!(Box::new(#inner))
        }
        Expression::List(items) => {
            let items = items.iter().map(expression);
            quote!(vec![#(#items),*])
        }
        Expression::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let value = expression(value);
                quote!((#key.to_owned(), #value))
            });
            quote!(std::collections::BTreeMap::from([#(#entries),*]))
        }
        Expression::Into(inner) => {
            let inner = expression(inner);
            quote!(#inner.into())
        }
        Expression::New { model, arguments, setters } => {
            let (model, arguments) = (ident(model), arguments.iter().map(expression));
            let setters = setters.iter().map(setter);
            quote!(#model::new(#(#arguments),*) #(#setters)*)
        }
        Expression::Variant { model, variant, value } => {
            let (model, variant) = (ident(model), ident(variant));
            let value = value.as_ref().map(|value| expression(value)).map(|value| quote!((#value)));
            quote!(#model::#variant #value)
        }
    }
}
