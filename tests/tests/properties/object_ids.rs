//! An id parses if and only if its pattern matches.

use std::sync::LazyLock;

use generated_client::ObjectId;
use proptest::prelude::*;
use regex::Regex;

/// The document's pattern, in a regex engine that the client does not use.
static PATTERN: LazyLock<Regex> = LazyLock::new(|| Regex::new("^([a-f0-9]{24})$").unwrap());

fn texts() -> BoxedStrategy<String> {
    prop_oneof![
        any::<String>(),
        "[a-f0-9]{23,25}",
        "[a-fA-F0-9]{24}",
        // An unusual character before, within or after the digits.
        ("[a-f0-9]{0,24}", any::<char>(), "[a-f0-9]{0,24}")
            .prop_map(|(before, odd, after)| format!("{before}{odd}{after}")),
    ]
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn text_parses_as_an_id_if_and_only_if_it_matches_the_pattern(text in texts()) {
        let parsed = text.parse::<ObjectId>();
        prop_assert_eq!(parsed.is_ok(), PATTERN.is_match(&text));
        let json = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(serde_json::from_str::<ObjectId>(&json).is_ok(), parsed.is_ok());
        if let Ok(id) = parsed {
            prop_assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn any_twelve_bytes_form_an_id(bytes in any::<[u8; 12]>()) {
        let text = ObjectId::from(bytes).to_string();
        prop_assert!(PATTERN.is_match(&text));
        prop_assert_eq!(text.parse::<ObjectId>().unwrap().bytes(), bytes);
    }
}
