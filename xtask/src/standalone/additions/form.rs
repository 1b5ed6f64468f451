//! Request bodies with the media type `application/x-www-form-urlencoded`.

use serde::Serialize;
use serde_json::Value;

use super::style::text;
use super::{At, InvalidInput, Request, add_pair};

/// The encoding that the API specifies for a list or an object in a form. If the API specifies none, the form contains
/// a field for each item of a list, and an object as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormStyle {
    /// Values joined with this separator, as in `color=R,100,G,200` and `color=blue,black`.
    Joined(&'static str),
    /// A field for each property of an object, as in `R=100&G=200`, and for each item of a list, as in
    /// `color=blue&color=black`.
    Properties,
    /// Keys or indices in brackets, as in `color[R]=100&color[G]=200` and `color[0]=blue&color[1]=black`.
    Deep,
    /// JSON, even for lists.
    Json,
}

impl Request {
    /// Sets the body to a form with the properties of `body`.
    pub(crate) fn form(self, body: &impl Serialize, styles: &[(&str, FormStyle)]) -> Self {
        match encode(body, styles) {
            Ok(form) => self.content(form.into_bytes()),
            Err(fault) => self.note(Some(fault)),
        }
    }
}

fn encode(body: &impl Serialize, styles: &[(&str, FormStyle)]) -> Result<String, InvalidInput> {
    let fault = |rule: &str| InvalidInput::unreadable(At::BODY, rule);
    let body = serde_json::to_value(body);
    let body = body.map_err(|error| fault(&format!("must be JSON: {error}")))?;
    let Value::Object(fields) = body else { return Err(fault("must be an object")) };
    let mut form = String::new();
    for (name, value) in &fields {
        if value.is_null() {
            // Without the field, the server would keep a value that the caller wants to remove.
            let rule = "must not be `null`, which a form cannot express";
            return Err(InvalidInput::unreadable(At::BODY.field(name), rule));
        }
        let style = styles.iter().find(|(known, _)| known == name).map(|(_, style)| *style);
        add(&mut form, name, value, style);
    }
    Ok(form)
}

/// Adds the encoded pairs of names and values of a property.
fn add(form: &mut String, name: &str, value: &Value, style: Option<FormStyle>) {
    match (value, style) {
        (Value::Null, _) => {}
        (Value::Array(items), None | Some(FormStyle::Properties)) => {
            items.iter().for_each(|item| add_pair(form, name, &text(item)));
        }
        (Value::Array(items), Some(FormStyle::Joined(separator))) => {
            let items: Vec<String> = items.iter().map(text).collect();
            add_pair(form, name, &items.join(separator));
        }
        (Value::Array(items), Some(FormStyle::Deep)) => {
            for (index, item) in items.iter().enumerate() {
                add(form, &format!("{name}[{index}]"), item, style);
            }
        }
        (Value::Object(fields), Some(FormStyle::Joined(separator))) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            let words = fields.flat_map(|(key, value)| [key.clone(), text(value)]);
            add_pair(form, name, &words.collect::<Vec<_>>().join(separator));
        }
        (Value::Object(fields), Some(FormStyle::Properties)) => {
            fields.iter().for_each(|(key, value)| add(form, key, value, None));
        }
        (Value::Object(fields), Some(FormStyle::Deep)) => {
            for (key, value) in fields {
                add(form, &format!("{name}[{key}]"), value, style);
            }
        }
        _ => add_pair(form, name, &text(value)),
    }
}
