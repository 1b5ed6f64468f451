//! Writes types the way people do: `Option<String>`, not `::std::option::Option<::std::string::String>`.

use syn::visit_mut::{self, VisitMut};
use syn::{Path, Type};

/// Paths that are shortened to their last segment: in the prelude, or imported.
const SHORT: [&str; 5] = ["chrono", "crate", "std", "types", "uuid"];

/// Shortens every path in a type.
pub(super) fn shorten(mut ty: Type) -> Type {
    Shorten.visit_type_mut(&mut ty);
    ty
}

struct Shorten;

impl VisitMut for Shorten {
    fn visit_path_mut(&mut self, path: &mut Path) {
        path.leading_colon = None;
        let first = path.segments.first().map(|segment| segment.ident.to_string());
        let is_short = first.is_some_and(|first| SHORT.contains(&first.as_str()));
        if let Some(last) = path.segments.last().cloned().filter(|_| is_short) {
            path.segments = std::iter::once(last).collect();
        }
        visit_mut::visit_path_mut(self, path);
    }
}

/// The argument of a type such as `Option<T>` or `Vec<T>`, if the type is called `name`.
pub(super) fn argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The name of the type within any `Option`, `Vec` or `Box`.
pub(super) fn innermost(ty: &Type) -> Option<String> {
    let containers = ["Option", "Vec", "Box"];
    match containers.into_iter().find_map(|name| argument(ty, name)) {
        Some(inner) => innermost(inner),
        None => plain_name(ty),
    }
}

/// The last segment of a type, without arguments.
pub(super) fn last_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

/// The name of a type without arguments.
pub(super) fn plain_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path.get_ident().map(ToString::to_string)
}
