//! The bounds in the API's OpenAPI document, read from `api.json`, the generator's model of the API.

use serde_json::Value;

/// The minimum and the maximum.
pub(crate) type Bounds = (u64, u64);

/// Returns the bounds of a parameter's value. A parameter has the same bounds in all operations.
pub(crate) fn of_parameter(name: &str) -> Bounds {
    let api = api();
    let operations = api["operations"].as_array().unwrap().iter();
    let mut parameters = operations.flat_map(|it| it["params"].as_array().unwrap());
    let parameter = parameters.find(|it| it["name"] == name).unwrap();
    bounds(parameter, ["minimum", "maximum"])
}

/// Returns the bounds of a field's length.
pub(crate) fn of_field(model: &str, name: &str) -> Bounds {
    let api = api();
    let model = api["models"].as_array().unwrap().iter().find(|it| it["ident"] == model).unwrap();
    let mut fields = model["kind"]["struct"]["fields"].as_array().unwrap().iter();
    bounds(fields.find(|it| it["name"] == name).unwrap(), ["minLength", "maxLength"])
}

fn bounds(value: &Value, names: [&str; 2]) -> Bounds {
    let [least, most] = names.map(|name| value["rules"][name].as_u64().unwrap());
    (least, most)
}

fn api() -> Value {
    serde_json::from_str(include_str!("../../../src/generated/api.json")).unwrap()
}
