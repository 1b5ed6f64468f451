//! A method and its request, read from the file of an operation.

use std::collections::BTreeMap;

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, File, ImplItem, ImplItemFn, Item, ItemImpl, Lit};

use super::rules;
use super::surface::{Interface, Member, Owner};
use super::syntax::{argument_text, arguments, deprecation, given, type_text};

/// The method of the client, if the file has one.
pub(super) fn read(file: &File) -> Option<(Owner, Interface)> {
    let mut method = None;
    let mut interface = Interface::default();
    for item in &file.items {
        match item {
            Item::Const(item) => interface.wire.extend(constant(&item.expr)),
            Item::Impl(item) if is_of_client(item) => {
                let function = functions(item).next()?;
                method = Some(function.sig.ident.to_string());
                read_call(&mut interface, function);
            }
            Item::Impl(item) => {
                functions(item).for_each(|function| read_request(&mut interface, function));
            }
            _ => {}
        }
    }
    let is_whole = interface.gives.contains_key("send") && interface.wire.contains_key("Accept");
    method.filter(|_| is_whole).map(|method| (Owner::Method(method), interface))
}

fn is_of_client(item: &ItemImpl) -> bool {
    type_text(&item.self_ty) == "Client"
}

pub(super) fn functions(item: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> {
    item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

/// The constant that says what goes over the wire.
fn constant(expression: &Expr) -> BTreeMap<&'static str, String> {
    let Expr::Struct(value) = expression else { return BTreeMap::new() };
    let fields = value.fields.iter().filter_map(|field| {
        let syn::Member::Named(name) = &field.member else { return None };
        let value = wire_value(&field.expr);
        Some(match name.to_string().as_str() {
            "id" => ("operation id", value),
            "method" => ("HTTP method", value),
            "path" => ("path", nameless(&value)),
            "accept" => ("Accept", value),
            "content_type" => ("Content-Type", value),
            _ => return None,
        })
    });
    fields.collect()
}

/// The text in `"text"` and `Some("text")`; `GET` of `Method::GET`.
fn wire_value(expression: &Expr) -> String {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value(),
            other => type_text(other),
        },
        Expr::Call(call) => call.args.first().map(wire_value).unwrap_or_default(),
        Expr::Path(path) => {
            path.path.segments.last().map(|it| it.ident.to_string()).unwrap_or_default()
        }
        other => type_text(other),
    }
}

/// A path without the names of its parameters, which nobody sends.
fn nameless(path: &str) -> String {
    let segments =
        path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

fn read_call(interface: &mut Interface, function: &ImplItemFn) {
    interface.deprecated = deprecation(&function.attrs);
    let arguments = arguments(&function.sig);
    interface.arguments = Some(arguments.iter().map(|(name, _)| name.clone()).collect());
    for (name, ty) in arguments {
        let wire = if name == "body" { "body".to_owned() } else { String::new() };
        interface.members.entry(name).or_default().clone_from(&Member {
            ty,
            wire,
            ..Member::default()
        });
    }
    if let syn::ReturnType::Type(_, ty) = &function.sig.output {
        interface.gives.insert("request".to_owned(), type_text(ty));
    }
}

fn read_request(interface: &mut Interface, function: &ImplItemFn) {
    let name = function.sig.ident.to_string();
    match name.as_str() {
        "send" => {
            let answer = given(&function.sig).map(type_text);
            interface.gives.insert(name, answer.unwrap_or_default());
            interface.rules = rules::read(&function.block);
            let mut places = Places(BTreeMap::new());
            places.visit_block_mut(&mut function.block.clone());
            for (member, wire) in places.0 {
                if let Some(member) = interface.members.get_mut(&member) {
                    member.wire = wire;
                }
            }
        }
        "stream" => {
            let item = given(&function.sig).map(type_text).unwrap_or_default();
            interface.gives.insert(name, item);
        }
        _ => {
            let ty = function.sig.inputs.iter().find_map(|input| match input {
                syn::FnArg::Typed(input) => Some(argument_text(&input.ty)),
                syn::FnArg::Receiver(_) => None,
            });
            let member = Member {
                ty: ty.unwrap_or_default(),
                deprecated: deprecation(&function.attrs),
                ..Member::default()
            };
            interface.members.insert(name, member);
        }
    }
}

/// Where in a request a parameter goes, by the name of the parameter in Rust.
struct Places(BTreeMap<String, String>);

impl VisitMut for Places {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        self.0.extend(place(call));
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}

/// `.query("pageNum", self.page_num)`.
fn place(call: &ExprMethodCall) -> Option<(String, String)> {
    let place = call.method.to_string();
    let mut arguments = call.args.iter();
    let (name, value) = (arguments.next()?, arguments.next()?);
    let Expr::Lit(name) = name else { return None };
    let Lit::Str(name) = &name.lit else { return None };
    let member = rules::field_of_self(value)?;
    let wire = match place.as_str() {
        // The place in the path counts, not what the document calls it.
        "path" => place,
        "query" | "header" => format!("{place} {}", name.value()),
        _ => return None,
    };
    Some((member, wire))
}
