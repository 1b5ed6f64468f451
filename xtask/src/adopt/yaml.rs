//! YAML output in the style of `spec/atlas.yaml`: indented by two spaces, with short lists on one line, and quotes only
//! where needed.

use serde_json::{Map, Value};

/// The maximum length, in bytes, of a list on one line, without its key and indentation.
const WIDTH: usize = 80;

/// Prints the entries of a mapping, indented by `indent` spaces.
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

/// Prints a list item. The first line of the item follows the dash.
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

/// Returns a list of scalars on one line, if it fits.
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
        // The vendor writes some whole numbers as floats, such as `1.1991456E9`.
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && number.is_f64() => format!("{float}"),
            _ => number.to_string(),
        },
        // This arm also prints empty mappings.
        value => value.to_string(),
    }
}

/// Returns a string as YAML. Quotes it if the syntax requires quotes, or if YAML or a reader could mistake it for a
/// number, a date or another type.
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
    fn text_is_in_the_style_of_the_spec_and_parses_to_the_same_value() {
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
        let whole = json!({"minimum": 1.199_145_6e9});
        assert_eq!(print(whole.as_object().unwrap(), 0), "minimum: 1199145600\n");
    }
}
