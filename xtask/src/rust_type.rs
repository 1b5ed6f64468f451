//! A type of the emitted code, written the way people do: `Option<String>`, not
//! `::std::option::Option<::std::string::String>`.

use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt as _, format_ident, quote};

/// Paths that are shortened to their last segment: in the prelude, or imported.
const SHORT: [&str; 5] = ["chrono", "crate", "std", "types", "uuid"];

/// A type, as it is written in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// Its path, or what stands for it where it has none: `String`, `serde_json::Value`, `()`.
    path: String,
    arguments: Vec<Type>,
}

impl Type {
    /// A type with a path and nothing else.
    #[must_use]
    pub fn plain(path: &str) -> Self {
        Self { path: path.to_owned(), arguments: Vec::new() }
    }

    /// `NAME<inner>`.
    #[must_use]
    pub fn around(name: &str, inner: Self) -> Self {
        Self { path: name.to_owned(), arguments: vec![inner] }
    }

    /// A type as the engine writes it, without a reference around it.
    #[must_use]
    pub fn read(ty: &syn::Type) -> Self {
        let path = match ty {
            syn::Type::Path(path) => path,
            syn::Type::Reference(reference) => return Self::read(&reference.elem),
            _ => return Self::plain(&ty.to_token_stream().to_string()),
        };
        let names: Vec<String> = path.path.segments.iter().map(|it| it.ident.to_string()).collect();
        let is_short = names.first().is_some_and(|first| SHORT.contains(&first.as_str()));
        let last = path.path.segments.last();
        let arguments = last.map(|segment| match &segment.arguments {
            syn::PathArguments::AngleBracketed(arguments) => {
                let types = arguments.args.iter().filter_map(|argument| match argument {
                    syn::GenericArgument::Type(ty) => Some(Self::read(ty)),
                    _ => None,
                });
                types.collect()
            }
            _ => Vec::new(),
        });
        let path =
            if is_short { names.last().cloned().unwrap_or_default() } else { names.join("::") };
        Self { path, arguments: arguments.unwrap_or_default() }
    }

    /// The argument of a type such as `Option<T>` or `Vec<T>`, if the type is called `name`.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Self> {
        self.arguments.first().filter(|_| self.last_name() == name)
    }

    /// The name of the type within any `Option`, `Vec` or `Box`.
    #[must_use]
    pub fn innermost(&self) -> Option<&str> {
        let containers = ["Option", "Vec", "Box"];
        match containers.into_iter().find_map(|name| self.argument(name)) {
            Some(inner) => inner.innermost(),
            None => self.plain_name(),
        }
    }

    /// The last segment of the path.
    #[must_use]
    pub fn last_name(&self) -> &str {
        self.path.rsplit(':').next().unwrap_or_default()
    }

    /// The name of a type that is a name and nothing else.
    #[must_use]
    pub fn plain_name(&self) -> Option<&str> {
        (self.arguments.is_empty() && self.is_name()).then_some(self.path.as_str())
    }

    /// Whether the path is a single name.
    fn is_name(&self) -> bool {
        !self.path.contains([':', '(', ' ', '[', '&'])
    }

    /// Whether it is `()`.
    #[must_use]
    pub fn is_unit(&self) -> bool {
        self.path == "()"
    }
}

impl ToTokens for Type {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if self.is_name() {
            tokens.append(format_ident!("{}", self.path));
        } else {
            tokens.extend(self.path.parse::<TokenStream>().unwrap_or_default());
        }
        let arguments = &self.arguments;
        if !arguments.is_empty() {
            tokens.extend(quote!(<#(#arguments),*>));
        }
    }
}
