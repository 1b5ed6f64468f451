//! Converts common HTML in descriptions to Markdown.
//!
//! OpenAPI descriptions are Markdown, which can contain HTML. A general converter from HTML would escape the Markdown.

/// Converts the tags `a`, `b`, `blockquote`, `br`, `code`, `em`, `i`, `li`, `ol`, `p`, `pre`, `strong` and `ul`. Other
/// tags and code in backticks stay unchanged, and so do `a`, `b`, `code`, `em`, `i`, `pre` and `strong` without an end
/// tag.
pub(super) fn to_markdown(text: &str) -> String {
    let mut markdown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['`', '<']) {
        let (plain, from) = rest.split_at(start);
        markdown.push_str(plain);
        if let Some(after) = tag(from).and_then(|tag| convert(&tag, &mut markdown)) {
            rest = after;
        } else {
            let (kept, after) = from.split_at(code(from).map_or(1, str::len));
            markdown.push_str(kept);
            rest = after;
        }
    }
    markdown.push_str(rest);
    markdown
}

/// Returns the code in backticks at the start of the text, or only the backticks if the code has no end.
fn code(text: &str) -> Option<&str> {
    let after = text.trim_start_matches('`');
    let ticks = text.get(..text.len() - after.len()).filter(|it| !it.is_empty())?;
    let end = after.find(ticks).map_or(ticks.len(), |end| end + 2 * ticks.len());
    text.get(..end)
}

/// A start tag or an end tag.
struct Tag<'t> {
    /// The name in lower case, with a slash for an end tag.
    name: String,
    attributes: &'t str,
    /// The text after the tag.
    rest: &'t str,
}

/// Returns the tag at the start of the text.
fn tag(text: &str) -> Option<Tag<'_>> {
    let (inside, rest) = text.strip_prefix('<')?.split_once('>')?;
    let inside = inside.trim_end_matches('/').trim_end();
    let (name, attributes) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    Some(Tag { name: name.to_ascii_lowercase(), attributes, rest })
}

/// Converts a tag to Markdown. For bold, italics, code and links, also converts the content and the end tag. Returns
/// the rest of the text, or `None` if the tag is not converted.
fn convert<'t>(tag: &Tag<'t>, markdown: &mut String) -> Option<&'t str> {
    let rest = tag.rest;
    // A line break would end a list item or a row of a table.
    let line = markdown.lines().next_back().unwrap_or_default();
    let is_inline =
        !markdown.ends_with('\n') && ["|", "- ", "* "].iter().any(|it| line.starts_with(it));
    match tag.name.as_str() {
        "br" | "/br" if is_inline && !rest.trim_start().starts_with("- ") => markdown.push(' '),
        "p" | "/p" | "blockquote" | "/blockquote" if is_inline && line.starts_with('|') => {
            markdown.push(' ');
        }
        "br" | "/br" | "p" | "/p" | "blockquote" | "/blockquote" | "ul" | "/ul" | "ol" | "/ol" => {
            start_block(markdown);
            return Some(rest.trim_start());
        }
        "li" => {
            let is_first = markdown.is_empty() || markdown.trim_end_matches(' ').ends_with("\n\n");
            if !is_first {
                markdown.truncate(markdown.trim_end().len());
                markdown.push('\n');
            }
            markdown.push_str("- ");
            return Some(rest.trim_start());
        }
        "/li" => {}
        "b" | "strong" => return marked("**", tag, markdown),
        "i" | "em" => return marked("*", tag, markdown),
        "code" => {
            let (content, rest) = content(tag)?;
            let content = unescaped(&content.split_whitespace().collect::<Vec<_>>().join(" "));
            let ticks = if content.contains('`') { "`` " } else { "`" };
            markdown.extend([ticks, &content, &ticks.chars().rev().collect::<String>()]);
            return Some(rest);
        }
        "pre" => {
            let (content, rest) = content(tag)?;
            let content = content.trim().trim_start_matches("<code>").trim_end_matches("</code>");
            let content = content.trim_start_matches("<CODE>").trim_end_matches("</CODE>");
            start_block(markdown);
            markdown.extend(["```text\n", unescaped(content).trim(), "\n```\n\n"]);
            return Some(rest.trim_start());
        }
        "a" => {
            let (content, rest) = content(tag)?;
            let label = to_markdown(content);
            match address(tag.attributes).filter(|it| !label.contains("](") && it.contains("://")) {
                Some(url) => markdown.extend(["[", label.trim(), "](", url, ")"]),
                None => markdown.push_str(&label),
            }
            return Some(rest);
        }
        _ => return None,
    }
    Some(rest)
}

/// Starts a new paragraph.
fn start_block(markdown: &mut String) {
    markdown.truncate(markdown.trim_end().len());
    if !markdown.is_empty() {
        markdown.push_str("\n\n");
    }
}

fn marked<'t>(mark: &str, tag: &Tag<'t>, markdown: &mut String) -> Option<&'t str> {
    let (content, rest) = content(tag)?;
    let content = to_markdown(content);
    let text = content.trim();
    // Markdown allows no white space between a mark and its text, so the white space moves outside.
    let starts = markdown.is_empty() || markdown.ends_with(char::is_whitespace);
    let has_space = content.starts_with(char::is_whitespace);
    if has_space && !starts && (!text.is_empty() || continues(rest)) {
        markdown.push(' ');
    }
    if !text.is_empty() {
        markdown.extend([mark, text, mark]);
        if content.ends_with(char::is_whitespace) && continues(rest) {
            markdown.push(' ');
        }
    }
    Some(rest)
}

/// Returns whether the text starts with a tag that has content, or with text other than white space and the punctuation
/// after a word.
fn continues(text: &str) -> bool {
    match tag(text) {
        Some(tag) => content(&tag).is_some_and(|(content, _)| !content.trim().is_empty()),
        None => text.starts_with(|it: char| !it.is_whitespace() && !".,:;!?)".contains(it)),
    }
}

/// Returns the text up to the end tag, and the text after it.
fn content<'t>(tag: &Tag<'t>) -> Option<(&'t str, &'t str)> {
    let end = format!("</{}>", tag.name);
    let after = |start: usize| {
        let (found, after) = tag.rest.get(start..)?.split_at_checked(end.len())?;
        found.eq_ignore_ascii_case(&end).then_some(after)
    };
    tag.rest
        .match_indices("</")
        .find_map(|(start, _)| Some((tag.rest.get(..start)?, after(start)?)))
}

/// Returns the value of `href`, if it is in quotes and contains no white space.
fn address(attributes: &str) -> Option<&str> {
    let (_, value) = attributes.split_once("href=").or_else(|| attributes.split_once("HREF="))?;
    let quote = value.chars().next().filter(|it| "'\"".contains(*it))?;
    let (url, _) = value.get(1..)?.split_once(quote)?;
    (!url.contains(char::is_whitespace)).then_some(url)
}

/// Replaces the character references that code commonly contains. Markdown does not replace character references in
/// code.
fn unescaped(code: &str) -> String {
    code.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::to_markdown;

    #[test]
    fn common_tags_become_markdown() {
        for (html, markdown) in [
            ("<p>One.</p>\n<p>Two.</p>", "One.\n\nTwo.\n\n"),
            ("One.<br>Two.<BR/>\nThree.", "One.\n\nTwo.\n\nThree."),
            ("- One<br>Two</br>- Three", "- One Two\n\n- Three"),
            ("| a<br />b |", "| a b |"),
            ("Is <b>not</b> <em>so </em><i></i>.", "Is **not** *so*."),
            ("<b>Scope: </b><code>a</code>", "**Scope:** `a`"),
            (
                "Is<b> not </b>so<i> </i>big<em> (yet) </em>[a](b)<i> </i>.",
                "Is **not** so big *(yet)* [a](b).",
            ),
            ("<strong> A: </strong><br>B\n<b> C</b>", "**A:**\n\nB\n**C**"),
            (
                "<B>Not</b> <CODE>a</CODE> <A HREF='https://a.b'>c</A>",
                "**Not** `a` [c](https://a.b)",
            ),
            ("<PRE><CODE>a</CODE></PRE>", "```text\na\n```\n\n"),
            ("<strong>A <code>b</code></strong>", "**A `b`**"),
            ("<code>a&lt;b&gt;</code> <code>a`b</code>", "`a<b>` `` a`b ``"),
            (
                "See <a target=\"_blank\" href='https://a.b/c'>the <b>docs</b></a>.",
                "See [the **docs**](https://a.b/c).",
            ),
            ("See <a href=\"/c\">the docs</a>.", "See the docs."),
            (
                "One of:\n<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>Then.",
                "One of:\n\n- a\n- b\n\nThen.",
            ),
            ("As in <pre><code>a\n  b</code></pre>here.", "As in\n\n```text\na\n  b\n```\n\nhere."),
        ] {
            assert_eq!(to_markdown(html), markdown);
        }
    }

    #[test]
    fn text_that_cannot_be_converted_is_unchanged() {
        for text in [
            "a < b > c <d> <database>.<collection> <a",
            "`<b>a</b>` ``<br>`` ` <",
            "```html\n<b>a</b>\n```",
            "<b>never ends, <a href='x'> and <code>",
            "<span>a</span>",
        ] {
            assert_eq!(to_markdown(text), text);
        }
    }
}
