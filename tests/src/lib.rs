//! Tests of `generated-client`.
