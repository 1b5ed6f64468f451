//! The local Atlas, asked over HTTP.

mod access;
mod create;
mod digest;
mod faults;
mod list;
mod negotiation;
mod presentation;
mod program;
mod schemas;
mod session;
mod tls;
mod tokens;
