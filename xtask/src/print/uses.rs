//! Lines `use`, as rustfmt lays them out.

/// `HEAD::NAME;` or `HEAD::{NAMES};` in `width` columns: on one line, behind which rustfmt keeps two
/// columns free, or with as many names on each line as it has room for.
pub(crate) fn use_names(head: &str, names: &[&str], width: usize) -> String {
    if let [name] = names {
        return format!("{head}::{name};");
    }
    let names = names.join(", ");
    let line = format!("{head}::{{{names}}};");
    if line.chars().count() <= width - 2 {
        return line;
    }
    let options = textwrap::Options::new(width - 1).break_words(false);
    let options = options.initial_indent("    ").subsequent_indent("    ");
    format!("{head}::{{\n{}\n}};", textwrap::fill(&format!("{names},"), options))
}

#[cfg(test)]
mod tests {
    use super::use_names;

    #[test]
    fn what_fits_is_one_line() {
        assert_eq!(use_names("use a", &["B"], 5), "use a::B;");
        assert_eq!(use_names("pub use a", &["B", "C"], 21), "pub use a::{B, C};");
    }

    #[test]
    fn what_does_not_fit_fills_lines() {
        let lines = "use a::{\n    B, C,\n    D,\n};";
        assert_eq!(use_names("use a", &["B", "C", "D"], 11), lines);
    }
}
