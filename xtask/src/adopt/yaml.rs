//! YAML in the style of `spec/atlas.yaml`: two spaces, short lists in one line, quotes where they are needed.

use serde_json::{Map, Value};

/// The longest list in one line.
const WIDTH: usize = 80;

/// Prints the entries of a mapping, each line indented by so many spaces.
pub(super) fn print(entries: &Map<String, Value>, indent: usize) -> String {
    let mut text = String::new();
    for (key, value) in entries {
        entry(key, value, indent, &mut text);
    }
    text
}

fn entry(key: &str, value: &Value, indent: usize, text: &mut String) {
    let margin = " ".repeat(indent);
    text.extend([&margin, &scalar_text(key), ":"]);
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            text.push('\n');
            text.push_str(&print(fields, indent + 2));
        }
        Value::Array(items) => {
            if let Some(list) = flow(items) {
                text.extend([" ", &list, "\n"]);
                return;
            }
            text.push('\n');
            for it in items {
                item(it, indent + 2, text);
            }
        }
        value => text.extend([" ", &scalar(value), "\n"]),
    }
}

/// An item of a list: its first line follows the dash.
fn item(value: &Value, indent: usize, text: &mut String) {
    let margin = " ".repeat(indent);
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let lines = print(fields, indent + 2);
            text.extend([&margin, "- ", lines.trim_start()]);
        }
        Value::Array(items) => {
            let list = flow(items).unwrap_or_else(|| value.to_string());
            text.extend([&margin, "- ", &list, "\n"]);
        }
        value => text.extend([&margin, "- ", &scalar(value), "\n"]),
    }
}

/// A list of scalars in one line, if it fits.
fn flow(items: &[Value]) -> Option<String> {
    if items.iter().any(|it| it.is_object() || it.is_array()) {
        return None;
    }
    let is_plain = |text: &str| !text.contains([',', '[', ']', '{', '}']);
    let items: Vec<String> = items
        .iter()
        .map(|it| match scalar(it) {
            text if is_plain(&text) => text,
            _ => it.to_string(),
        })
        .collect();
    let list = format!("[{}]", items.join(", "));
    (list.len() <= WIDTH).then_some(list)
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => scalar_text(text),
        // An empty mapping, too.
        value => value.to_string(),
    }
}

/// A text, in quotes if it would be read as something else, or as a number or date by people.
fn scalar_text(text: &str) -> String {
    let is_numeric =
        !text.is_empty() && text.chars().all(|it| it.is_ascii_digit() || "-:.TZ".contains(it));
    if text.contains(char::is_control) {
        return Value::from(text).to_string();
    }
    match serde_yaml::to_string(text) {
        Ok(plain) if !is_numeric => plain.trim_end().to_owned(),
        _ => format!("'{}'", text.replace('\'', "''")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::print;

    #[test]
    fn text_is_in_the_style_of_the_spec_and_says_the_same() {
        let value = json!({
            "tags": ["Cloud Backups"],
            "description": "TODO: describe",
            "pattern": "^([a-f0-9]{24})$",
            "x-xgen-version": "2023-01-01",
            "responses": {"204": {"description": "It's gone."}, "404": {}},
            "enum": ["a, b", "true", "1"],
            "parameters": [{"name": "size", "schema": {"minimum": 1}}, {"$ref": "#/a/b"}, [1]],
            "example": "one\ntwo",
            "default": false,
        });
        let fields = value.as_object().unwrap();
        let text = print(fields, 2);
        let expected = "  tags: [Cloud Backups]
  description: 'TODO: describe'
  pattern: ^([a-f0-9]{24})$
  x-xgen-version: '2023-01-01'
  responses:
    '204':
      description: It's gone.
    '404': {}
  enum: [\"a, b\", 'true', '1']
  parameters:
    - name: size
      schema:
        minimum: 1
    - $ref: '#/a/b'
    - [1]
  example: \"one\\ntwo\"
  default: false
";
        assert_eq!(text, expected);
        assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), value);
    }
}
