//! Conversion of text to Rust identifiers, and the method names of operations.

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

/// The hand-written methods of `Client`.
#[rustfmt::skip]
const CLIENT_METHODS: &[&str] = &[
    "access_token", "authenticator", "builder", "builder_from_env", "call", "call_bytes", "call_by_status", "call_empty", "call_lines",
    "call_optional", "call_redirect", "call_scalar", "call_text", "clone", "deadline", "from_env", "limited", "limited_to", "new", "revoke_token",
    "set_credentials", "transport", "unless_replaced", "watch_export_job", "with", "with_attempt_timeout", "with_operation_timeout", "with_retry",
];

/// The maximum length of a method or type name before a suffix or a number is appended. Emitted files are named after
/// methods and types, and most file systems limit file names to 255 bytes.
const MAX_LENGTH: usize = 100;

/// Returns the method name of an operation.
pub(crate) fn method(id: &str) -> String {
    let name = shortened(&snake(id)).to_owned();
    if CLIENT_METHODS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// Spells out symbols that distinguish names, such as `<`. Keeps ASCII letters, digits and dots, and replaces other
/// characters with spaces.
pub(crate) fn spelled(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => spelled.push_str(" less than "),
            '>' => spelled.push_str(" greater than "),
            '=' => spelled.push_str(" equal "),
            '+' => spelled.push_str(" plus "),
            '*' => spelled.push_str(" star "),
            '%' => spelled.push_str(" percent "),
            '.' => spelled.push('.'),
            letter if letter.is_ascii_alphanumeric() => spelled.push(letter),
            _ => spelled.push(' '),
        }
    }
    spelled
}

/// Returns the variant name of a value: `IN_PROGRESS` and `InProgress` become `InProgress`, `M10` stays `M10`, `3.6`
/// becomes `V3_6`, `a.b` becomes `AB`, `<` becomes `LessThan`, and `unknown` becomes `UnknownValue`. APIs often write a
/// descending sort order as `-name`, which becomes `NameDescending`.
pub(crate) fn variant(value: &str) -> String {
    let field = value.strip_prefix('-');
    if let Some(field) = field.filter(|it| it.starts_with(|it: char| it.is_ascii_alphabetic())) {
        return variant(field) + "Descending";
    }
    let digits =
        value.strip_prefix('-').filter(|it| it.starts_with(|it: char| it.is_ascii_digit()));
    let value = digits.map_or_else(|| value.to_owned(), |digits| format!("minus {digits}"));
    let spelled = plurals_in_one_word(&spelled(&value));
    let mut name = String::new();
    for part in spelled.split('.').map(str::to_upper_camel_case) {
        // A dot between digits becomes `_`, because `3.6` and `36` are different versions. Other dots only separate
        // words.
        let is_digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
        if is_digit(name.chars().last()) && is_digit(part.chars().next()) {
            name.push('_');
        }
        name.push_str(&part);
    }
    match name.chars().next() {
        None if value.is_empty() => "Empty".to_owned(),
        None => "Value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("V{name}"),
        // `Unknown` is the variant for undocumented values, and `Self` is a keyword.
        Some(_) if name == "Unknown" || name == "Self" => name + "Value",
        Some(_) => name,
    }
}

/// Converts a name to upper camel case with only ASCII letters and digits, and shortens it to [`MAX_LENGTH`].
pub(crate) fn camel(name: &str) -> String {
    let words = name.replace(|it: char| !it.is_ascii_alphanumeric(), "-");
    let words = plurals_in_one_word(&words);
    shortened(&words.to_upper_camel_case()).to_owned()
}

/// Converts a name to snake case. A name that would be empty or begin with a digit gets the prefix `x`. A keyword gets
/// the suffix `_`.
pub(crate) fn snake(name: &str) -> String {
    let spelled = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => spelled(&name.replace('\'', "")),
    };
    let snake = plurals_in_one_word(&oauth_in_one_word(&spelled)).to_snake_case();
    let begins_well = snake.starts_with(|first: char| first.is_ascii_alphabetic());
    keyword_safe(&if begins_well { snake } else { format!("x{snake}") })
}

/// Changes the case of `OAuth`, so that heck treats it as one word.
pub(crate) fn oauth_in_one_word(text: &str) -> String {
    let text = text.replace("OAuth", "Oauth");
    match text.strip_prefix("oAuth") {
        Some(rest) => format!("oauth{rest}"),
        None => text,
    }
}

/// Changes the case of an acronym's plural, so that heck treats it as one word: `userIDs` becomes `userIds`.
pub(crate) fn plurals_in_one_word(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut pieces = text.split_inclusive('s').peekable();
    while let Some(piece) = pieces.next() {
        let stem = piece.strip_suffix('s').unwrap_or_default();
        let start = stem.trim_end_matches(|letter: char| letter.is_ascii_uppercase());
        let acronym = stem.strip_prefix(start).unwrap_or_default();
        let continues =
            pieces.peek().is_some_and(|it| it.starts_with(|it: char| it.is_ascii_lowercase()));
        if acronym.len() < 2 || continues {
            plain.push_str(piece);
        } else {
            let (first, others) = acronym.split_at_checked(1).unwrap_or_default();
            plain.extend([start, first, &others.to_ascii_lowercase(), "s"]);
        }
    }
    plain
}

/// Shortens an ASCII name to at most [`MAX_LENGTH`] characters.
fn shortened(name: &str) -> &str {
    name.get(..MAX_LENGTH).map_or(name, |start| start.trim_end_matches('_'))
}

/// Appends an underscore to a keyword.
fn keyword_safe(name: &str) -> String {
    let is_ident = syn::parse_str::<syn::Ident>(name).is_ok();
    if is_ident && name != "gen" { name.to_owned() } else { format!("{name}_") }
}

#[cfg(test)]
mod tests {
    use super::method;

    #[test]
    fn no_operation_has_the_name_of_a_hand_written_method() {
        for source in [
            include_str!("../../generated-client/src/client.rs"),
            include_str!("../../generated-client/src/credentials/tokens.rs"),
            include_str!("../../generated-client/src/watch.rs"),
            include_str!("standalone/additions/lines.rs"),
            include_str!("standalone/runtime/credentials/tokens.rs"),
        ] {
            let names = methods(source);
            assert!(!names.is_empty());
            for name in names {
                assert_eq!(method(&name), format!("{name}_"));
            }
        }
    }

    /// Returns the names of the functions in each `impl Client` block.
    fn methods(source: &str) -> Vec<String> {
        let items = syn::parse_file(source).unwrap().items.into_iter();
        let blocks = items.filter_map(|item| match item {
            syn::Item::Impl(block) if block.trait_.is_none() => Some(block),
            _ => None,
        });
        let blocks = blocks.filter(
            |block| matches!(&*block.self_ty, syn::Type::Path(it) if it.path.is_ident("Client")),
        );
        let functions = blocks.flat_map(|block| block.items).filter_map(|item| match item {
            syn::ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
            _ => None,
        });
        functions.collect()
    }
}
