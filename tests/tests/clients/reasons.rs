//! The reasons why the requests of third-party clients differ from those of `generated-client`.

/// The reason for a difference.
#[derive(Debug)]
pub(crate) struct Reason {
    field: &'static str,
    /// The clients that differ. If empty, the reason applies to all clients.
    clients: &'static [&'static str],
    /// Text that the value contains. If empty, the reason explains any value, and a missing field.
    value: &'static str,
    pub(crate) text: &'static str,
}

impl Reason {
    pub(crate) fn explains(&self, field: &str, client: &str, value: Option<&str>) -> bool {
        self.field == field
            && (self.clients.is_empty() || self.clients.contains(&client))
            && value.unwrap_or_default().contains(self.value)
    }
}

const fn reason(
    field: &'static str,
    clients: &'static [&'static str],
    value: &'static str,
    text: &'static str,
) -> Reason {
    Reason { field, clients, value, text }
}

const PYTHON: &[&str] = &["requests", "httpx", "authlib", "requests-oauthlib"];
const MCP: &[&str] = &["mongodb-mcp-server"];
const API_CLIENT: &[&str] = &["mongodb-atlas-api-client"];

#[rustfmt::skip]
pub(crate) const REASONS: &[Reason] = &[
    reason("user-agent", &[], "", "each client names itself"),
    reason("accept", MCP, "2025-03-12", "it sends the date of its own document; Atlas chooses the newest version up to that date"),
    reason("accept", &[], "*/*", "they accept any media type; a token endpoint returns only JSON"),
    reason("accept-encoding", &["curl"], "", "it requests compression only with `--compressed`"),
    reason("accept-encoding", API_CLIENT, "", "it requests compression only on demand"),
    reason("accept-encoding", PYTHON, "gzip, deflate", "they also decode deflate; Atlas uses gzip"),
    reason("accept-encoding", MCP, "br, gzip, deflate", "Node.js also decodes Brotli and deflate; Atlas uses gzip"),
    reason("accept-language", MCP, "*", "the Fetch standard requires it"),
    reason("sec-fetch-mode", MCP, "cors", "the Fetch standard requires it"),
    reason("connection", &[], "keep-alive", "the default of HTTP/1.1, which they send anyway"),
    reason("content-type", &["authlib", "mongodb-mcp-server"], ";charset=UTF-8", "the parameter states the default encoding"),
    reason("content-type", &["mongodb-mcp-server", "mongodb-atlas-api-client"], "application/json", "Atlas takes the version from `Accept`; ours also sends it in `Content-Type`"),
    reason("content-length", &["requests", "authlib", "requests-oauthlib"], "0", "the header is optional without a body"),
    reason("body", &["requests", "authlib", "requests-oauthlib"], "\": ", "Python's JSON encoder adds spaces"),
    reason("content-length", &["curl"], "0", "it sends the body only after it has received the challenge"),
    reason("body", &["curl"], "", "it sends the body only after it has received the challenge"),
    reason("authorization", &["curl", "httpx"], "algorithm=MD5", "the parameters can have any order (RFC 7616, section 3.4)"),
    reason("authorization", &["requests"], "algorithm=\"MD5\", qop=\"auth\"", "a different order, with quotes that are not in RFC 7616 but that servers accept"),
    reason("authorization", API_CLIENT, "nc=00000001", "a different order; MD5 is the default algorithm"),
    reason("authorization", API_CLIENT, "nc=<later>", "a different order, and a count of all requests, not only of requests with the nonce"),
];
