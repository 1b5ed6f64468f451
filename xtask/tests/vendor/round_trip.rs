//! Decodes values with the models and encodes them again. The generator's tests write the models to
//! `models.rs` and the values to `values.json`.

use std::error::Error;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

mod models;

fn main() -> Result<(), Box<dyn Error>> {
    let values: Vec<Value> = serde_json::from_str(include_str!("values.json"))?;
    for value in values {
        let (model, sent) = (value["model"].as_str().unwrap_or_default(), &value["value"]);
        let encoded = models::round_trip(model, sent.clone());
        println!("{}", json!({ "model": model, "sent": sent, "encoded": encoded }));
    }
    Ok(())
}

/// Decodes a value as `T` and encodes it.
fn of<T: Serialize + DeserializeOwned>(value: Value) -> Result<Value, String> {
    let decoded: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_value(&decoded).map_err(|error| error.to_string())
}
