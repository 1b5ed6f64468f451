//! The valid requests that Prism does not accept, with the reasons.

use super::log::NO_VERDICT;

/// A valid request that Prism does not accept.
#[derive(Debug)]
pub(crate) struct Exception {
    pub(crate) document: &'static str,
    pub(crate) method: &'static str,
    /// A part of Prism's error.
    pub(crate) says: &'static str,
    #[expect(dead_code, reason = "printed when the exception is no longer needed")]
    pub(crate) reason: &'static str,
}

const ABSENT: &str = "Prism crashes if an optional list in a header is absent";
const COMMA: &str = "Prism crashes if an object in a path is written with commas";
const DELIMITED: &str =
    "Prism crashes if an object has a delimited style, which the document calls unsupported";
const XML: &str = "Prism does not read XML";

#[rustfmt::skip]
pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception {
        document: "progenitor-buildomat.json", method: "task_output_download",
        says: "NO_RESPONSE_RESPONSE_DEFINED", reason: "the document describes no response that Prism can return",
    },
    Exception {
        document: "readme-file-uploads.json", method: "put_anything_multipart_formdata",
        says: "property filename must be array", reason: "Prism reads a part that occurs once as a single value",
    },
    Exception {
        document: "readme-parameters-style.json", method: "form_data_pipe_delimited_non_exploded",
        says: NO_VERDICT, reason: DELIMITED,
    },
    Exception {
        document: "readme-parameters-style.json", method: "form_data_space_delimited_non_exploded",
        says: NO_VERDICT, reason: DELIMITED,
    },
    Exception {
        document: "readme-parameters-style.json", method: "form_data_standard",
        says: "property array must be array", reason: "Prism reads a part that occurs once as a single value, and JSON as text",
    },
    Exception {
        document: "readme-parameters-style.json", method: "headers_simple_exploded",
        says: NO_VERDICT, reason: ABSENT,
    },
    Exception {
        document: "readme-parameters-style.json", method: "headers_simple_non_exploded",
        says: NO_VERDICT, reason: ABSENT,
    },
    Exception {
        document: "readme-parameters-style.json", method: "headers_standard",
        says: NO_VERDICT, reason: ABSENT,
    },
    Exception {
        document: "readme-parameters-style.json", method: "paths_matrix_non_exploded",
        says: NO_VERDICT, reason: COMMA,
    },
    Exception {
        document: "readme-parameters-style.json", method: "paths_simple_non_exploded",
        says: NO_VERDICT, reason: COMMA,
    },
    Exception {
        document: "readme-parameters-style.json", method: "paths_standard",
        says: NO_VERDICT, reason: COMMA,
    },
    Exception {
        document: "readme-parameters-style.json", method: "query_pipe_delimited_non_exploded",
        says: NO_VERDICT, reason: DELIMITED,
    },
    Exception {
        document: "readme-parameters-style.json", method: "query_space_delimited_non_exploded",
        says: NO_VERDICT, reason: DELIMITED,
    },
    Exception {
        document: "readme-petstore.json", method: "add_pet_as_xml",
        says: "body must be object", reason: XML,
    },
    Exception {
        document: "readme-petstore.json", method: "update_pet_as_xml",
        says: "body must be object", reason: XML,
    },
];
