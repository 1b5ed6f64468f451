//! A local Atlas.
