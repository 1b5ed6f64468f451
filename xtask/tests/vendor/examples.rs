//! The example from the documentation of each method, as statements that a test program runs.
//!
//! Ids that are arguments are replaced with ids that depend on the name of the parameter. The test
//! can then detect an id in the wrong place.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use quote::ToTokens as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, FnArg, ImplItem, Item, Lit, Pat};
use xtask::layout::PrintedFile;

/// A method and its example.
#[derive(Debug)]
pub(crate) struct Example {
    /// The name of the method.
    pub(crate) method: String,
    /// The formatted statements of the example.
    pub(crate) code: String,
    /// The literal arguments, by the names of their parameters, which [`plain`] normalizes.
    pub(crate) arguments: BTreeMap<String, String>,
}

/// Returns the examples of all methods in the emitted files.
pub(crate) fn all(files: &[PrintedFile]) -> Vec<Example> {
    let files = files.iter().filter(|file| file.text.contains("const OPERATION"));
    files.map(|file| example(&file.text)).collect()
}

fn example(text: &str) -> Example {
    let file = syn::parse_file(text).unwrap();
    let methods = file.items.into_iter().filter_map(|item| match item {
        Item::Impl(item) if item.self_ty.to_token_stream().to_string() == "Client" => {
            Some(item.items)
        }
        _ => None,
    });
    let mut methods = methods.flatten();
    let Some(ImplItem::Fn(method)) = methods.next() else { panic!("no method in {text}") };
    let names = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => match input.pat.as_ref() {
            Pat::Ident(pat) => Some(plain(&pat.ident.to_string())),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    let mut call = Call { names: names.collect(), arguments: BTreeMap::new() };
    let code = code(&method.attrs);
    let mut example: syn::File = syn::parse_str(&format!("fn example() {{ {code} }}"))
        .unwrap_or_else(|it| {
            panic!("the example of `{}` is not Rust: {it}\n{code}", method.sig.ident)
        });
    call.visit_file_mut(&mut example);
    let text = prettyplease::unparse(&example);
    let code: Vec<&str> = text.lines().skip(1).filter(|line| *line != "}").collect();
    Example {
        method: method.sig.ident.to_string(),
        code: code.join("\n"),
        arguments: call.arguments,
    }
}

/// Returns the code of the example, without lines that rustdoc hides.
fn code(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
        match &pair.value {
            Expr::Lit(literal) if pair.path.is_ident("doc") => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        }
    });
    let lines: Vec<String> = lines.collect();
    let within = lines.iter().skip_while(|line| line.trim() != "```no_run").skip(1);
    let within = within.take_while(|line| line.trim() != "```");
    let shown = within.filter(|line| !line.trim_start().starts_with("# "));
    shown.flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// A visitor that finds the call of a method. Replaces the ids in the arguments of the call, and records its literal
/// arguments by the names of the parameters.
struct Call {
    names: Vec<String>,
    arguments: BTreeMap<String, String>,
}

impl VisitMut for Call {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.receiver.to_token_stream().to_string() != "client" {
            return;
        }
        for (name, argument) in self.names.iter().zip(&mut call.args) {
            if let Some(literal) = literal(argument) {
                if let Lit::Str(text) = literal
                    && is_id(&text.value())
                {
                    *text = syn::LitStr::new(&id(name), text.span());
                }
                self.arguments.insert(name.clone(), shown(literal));
            }
        }
    }
}

/// Returns the literal in an argument, such as `7` or `"7".parse()?`.
fn literal(argument: &mut Expr) -> Option<&mut Lit> {
    match argument {
        Expr::Lit(literal) => Some(&mut literal.lit),
        Expr::Try(within) => literal(&mut within.expr),
        Expr::MethodCall(call) if call.method == "parse" => literal(&mut call.receiver),
        _ => None,
    }
}

fn shown(literal: &Lit) -> String {
    match literal {
        Lit::Str(text) => text.value(),
        other => other.to_token_stream().to_string(),
    }
}

/// Normalizes the name of a parameter: `groupId` and `group_id` become the same string.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}

fn is_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

/// Returns an id that is unique for the name.
fn id(name: &str) -> String {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    format!("{:024x}", hasher.finish())
}
