//! Runs progenitor, and reads from what it emits the parts that are dressed.

use std::collections::BTreeMap;

use anyhow::Context as _;
use openapiv3::{OpenAPI, SchemaData};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use syn::parse::{ParseStream, Parser};
use syn::{FnArg, ItemStruct, Lit, Pat, ReturnType, Signature};

use crate::api::{Api, Shape};
use crate::lower::OBJECT_ID;
use crate::rust_type::Type;
use crate::walk;

/// What the engine makes of a document: the fields of each object and the types of each operation, by
/// name. Its other emission is never parsed: it is most of the text, and none of it is used.
#[derive(Debug, Clone, Default)]
pub struct Emitted {
    /// The fields of the structs.
    pub structs: BTreeMap<String, Vec<Field>>,
    /// The types of the methods.
    pub methods: BTreeMap<String, Method>,
}

/// A field of a struct.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in Rust.
    pub name: String,
    /// Its name on the wire.
    pub wire_name: String,
    /// Its type.
    pub ty: Type,
}

/// The types of a method.
#[derive(Debug, Clone)]
pub struct Method {
    /// Those of its arguments, by name, without what only says how they are passed.
    pub arguments: Vec<(String, Type)>,
    /// What it gives where all goes well.
    pub answer: Type,
}

/// Runs the engine over a lowered document.
///
/// # Errors
///
/// What the engine cannot read, in its own words.
pub fn run(mut document: OpenAPI, api: &Api) -> anyhow::Result<Emitted> {
    strip(&mut document);
    let tokens = Generator::new(&settings(api))
        .generate_tokens(&document)
        .context("progenitor cannot read the lowered document")?;
    let mut emitted = Emitted::default();
    for block in items(tokens) {
        if holds(&block, &["mod", "types"]) {
            for item in items(inside(block)).into_iter().filter_map(|item| from(item, "struct")) {
                let item: ItemStruct = syn::parse2(item)?;
                emitted.structs.insert(item.ident.to_string(), fields(&item));
            }
        } else if holds(&block, &["impl", "Client"]) {
            for item in items(inside(block)).into_iter().filter_map(|item| from(item, "async")) {
                let signature = signature.parse2(item)?;
                let method = method(&signature).map(|method| (signature.ident.to_string(), method));
                emitted.methods.extend(method);
            }
        }
    }
    Ok(emitted)
}

/// Takes away what makes no difference to types: the engine would write it all into comments.
fn strip(document: &mut OpenAPI) {
    walk::every_schema(document, &mut |schema| {
        let SchemaData { description, example, extensions, .. } = &mut schema.schema_data;
        (*description, *example) = (None, None);
        extensions.clear();
    });
    for operation in walk::operations_mut(document) {
        (operation.summary, operation.description) = (None, None);
        operation.extensions.clear();
    }
}

/// Enums and unions are emitted by `dress`: the engine's enums are closed and refuse values that
/// make no identifier, and its unions guess.
fn settings(api: &Api) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_map_type("::std::collections::BTreeMap");
    let object_id = SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some(OBJECT_ID.to_owned()),
        ..SchemaObject::default()
    };
    let text = [TypeImpl::Display, TypeImpl::FromStr];
    settings.with_conversion(object_id, "crate::ObjectId", text.into_iter());
    for (name, model) in &api.models {
        if !matches!(model.shape, Shape::Object { .. }) {
            settings.with_replacement(name, format!("types::{name}"), text.into_iter());
        }
    }
    settings
}

/// The items of a file or of a block: each ends with a block or a semicolon. What is not read of them is
/// never made into syntax, and nothing is copied: it is most of the text.
fn items(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut items = Vec::new();
    let mut item = Vec::new();
    for token in tokens {
        let is_end = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            _ => false,
        };
        item.push(token);
        if is_end {
            items.push(std::mem::take(&mut item));
        }
    }
    items
}

/// Whether these words stand in an item one behind the other.
fn holds(item: &[TokenTree], words: &[&str]) -> bool {
    item.windows(words.len()).any(|tokens| tokens.iter().zip(words).all(|(it, word)| is(it, word)))
}

fn is(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// What of an item begins with a keyword, without its attributes, if it has the keyword.
fn from(item: Vec<TokenTree>, keyword: &str) -> Option<TokenStream> {
    let start = item.iter().position(|token| is(token, keyword))?;
    Some(item.into_iter().skip(start).collect())
}

/// The inside of the block that ends an item.
fn inside(item: Vec<TokenTree>) -> TokenStream {
    match item.into_iter().next_back() {
        Some(TokenTree::Group(block)) => block.stream(),
        _ => TokenStream::new(),
    }
}

/// The signature of a method, without its body.
fn signature(input: ParseStream<'_>) -> syn::Result<Signature> {
    let signature = input.parse()?;
    input.parse::<Group>()?;
    Ok(signature)
}

fn fields(item: &ItemStruct) -> Vec<Field> {
    let fields = item.fields.iter().filter_map(|field| {
        let name = field.ident.as_ref()?.to_string();
        let wire_name = renamed(field).unwrap_or_else(|| name.clone());
        Some(Field { name, wire_name, ty: Type::read(&field.ty) })
    });
    fields.collect()
}

/// The name that a serde attribute gives a field.
fn renamed(field: &syn::Field) -> Option<String> {
    let mut name = None;
    for attribute in field.attrs.iter().filter(|it| it.path().is_ident("serde")) {
        let read = attribute.parse_nested_meta(|meta| {
            let value = meta.value().and_then(syn::parse::ParseBuffer::parse::<Lit>);
            if let (true, Ok(Lit::Str(value))) = (meta.path.is_ident("rename"), value) {
                name = Some(value.value());
            }
            Ok(())
        });
        read.ok()?;
    }
    name
}

fn method(signature: &Signature) -> Option<Method> {
    let arguments = signature.inputs.iter().filter_map(|input| {
        let FnArg::Typed(input) = input else { return None };
        let Pat::Ident(name) = input.pat.as_ref() else { return None };
        Some((name.ident.to_string(), passed(&input.ty)))
    });
    // `Result<ResponseValue<T>, …>`
    let ReturnType::Type(_, ty) = &signature.output else { return None };
    let answer = Type::read(ty);
    let answer = answer.argument("Result")?.argument("ResponseValue")?.clone();
    Some(Method { arguments: arguments.collect(), answer })
}

/// The type of an argument: `Option<&'a str>` and `&'a str` are `String`.
fn passed(ty: &syn::Type) -> Type {
    let ty = Type::read(ty);
    let ty = ty.argument("Option").unwrap_or(&ty);
    if ty.plain_name() == Some("str") { Type::plain("String") } else { ty.clone() }
}
