//! Tests of the local Atlas over HTTP.

mod access;
mod buckets;
mod create;
mod digest;
mod examples;
mod exports;
mod faults;
mod list;
mod negotiation;
mod presentation;
mod program;
mod recorded;
mod schemas;
mod session;
mod tls;
mod tokens;
