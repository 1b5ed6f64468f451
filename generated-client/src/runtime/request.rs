//! A request before its conversion to HTTP.

use percent_encoding::utf8_percent_encode;
use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue};
use serde::Serialize;

use super::operation::parameter;
use super::style::{RESERVED, Style, Styled};
use super::{At, Content, ExtraHeaders, InvalidInput, Method, Operation, ParameterValue};

/// An operation with its arguments. [`to_http`](Self::to_http) returns the first error in an argument.
#[allow(clippy::struct_excessive_bools, reason = "each is independent of the others")]
pub(crate) struct Request {
    operation: &'static Operation,
    /// The URL of the operation's own server, if it has one.
    server: Option<&'static str>,
    /// The values in the path, encoded.
    path: Vec<(&'static str, String)>,
    /// The key-value pairs of the query, encoded.
    query: String,
    cookies: Vec<String>,
    headers: HeaderMap,
    content: Option<Box<dyn Content>>,
    is_streamed: bool,
    is_redirected: bool,
    wants_envelope: bool,
    has_secret_path: bool,
    fault: Option<InvalidInput>,
}

impl Request {
    pub(crate) fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            server: None,
            path: Vec::new(),
            query: String::new(),
            cookies: Vec::new(),
            headers: HeaderMap::new(),
            content: None,
            is_streamed: false,
            is_redirected: false,
            wants_envelope: false,
            has_secret_path: false,
            fault: None,
        }
    }

    /// Sets the operation's own server, which replaces the default base URL.
    pub(crate) fn server(mut self, server: &'static str) -> Self {
        self.server = Some(server);
        self
    }

    /// Adds the headers that the caller has set.
    pub(crate) fn headers(mut self, headers: ExtraHeaders) -> Self {
        let (headers, fault) = headers.into_parts();
        self.headers.extend(headers);
        self.note(fault)
    }

    pub(crate) fn path(mut self, name: &'static str, value: impl ParameterValue) -> Self {
        value.each(&mut |text| {
            self.path.push((name, utf8_percent_encode(text, RESERVED).collect()));
        });
        self.note(value.fault().cloned())
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl ParameterValue) -> Self {
        value.each(&mut |text| {
            add_pair(&mut self.query, name, text);
            self.wants_envelope |= name == "envelope" && text == "true";
        });
        self.note(value.fault().cloned())
    }

    /// Adds one header line for each item of a list, one for any other value, and none for an absent value.
    pub(crate) fn header(mut self, name: &'static str, value: impl ParameterValue) -> Self {
        let mut fault = value.fault().cloned();
        value.each(&mut |text| {
            if let Ok(value) = HeaderValue::try_from(text) {
                self.headers.append(name, value);
            } else {
                // The error does not show the text, because headers often contain secrets.
                let rule =
                    "contains a line break or a control character, which headers cannot contain";
                fault.get_or_insert_with(|| InvalidInput::unreadable(At::parameter(name), rule));
            }
        });
        self.note(fault)
    }

    /// Marks a parameter as secret. Call this method after the method that adds the parameter. `Debug` does not show a
    /// secret header, and neither traces nor interceptors receive a path with a secret.
    pub(crate) fn secret(mut self, name: &'static str) -> Self {
        let headers = self.headers.iter_mut().filter(|(header, _)| *header == name);
        headers.for_each(|(_, value)| value.set_sensitive(true));
        self.has_secret_path |= self.path.iter().any(|(param, _)| *param == name);
        self
    }

    /// Returns the path of `url`, the URL of this request. Returns `None` if the path contains a secret.
    pub(crate) fn shown_path<'a>(&self, url: &'a Url) -> Option<&'a str> {
        (!self.has_secret_path).then(|| url.path())
    }

    /// Sets a path parameter with an explicit style.
    pub(crate) fn path_styled(
        self,
        name: &'static str,
        style: Style,
        value: &impl Serialize,
    ) -> Self {
        self.styled(name, style, value, |request, styled| {
            request.path.push((name, styled.in_path()));
        })
    }

    /// Adds a query parameter with an explicit style.
    pub(crate) fn query_styled(
        self,
        name: &'static str,
        style: Style,
        value: &impl Serialize,
    ) -> Self {
        self.styled(name, style, value, |request, styled| {
            add_pairs(&mut request.query, &styled.in_query());
        })
    }

    /// Adds a header with an explicit style.
    pub(crate) fn header_styled(
        self,
        name: &'static str,
        style: Style,
        value: &impl Serialize,
    ) -> Self {
        let mut text = None;
        let request = self.styled(name, style, value, |_, styled| text = styled.in_header());
        request.header(name, text)
    }

    pub(crate) fn cookie(self, name: &'static str, style: Style, value: &impl Serialize) -> Self {
        self.styled(name, style, value, |request, styled| {
            request.cookies.extend(styled.in_cookie());
        })
    }

    fn styled(
        mut self,
        name: &'static str,
        style: Style,
        value: &impl Serialize,
        add: impl FnOnce(&mut Self, Styled),
    ) -> Self {
        match Styled::new(name, style, value) {
            Ok(styled) => {
                if let Some(styled) = styled {
                    add(&mut self, styled);
                }
                self
            }
            Err(fault) => self.note(Some(fault)),
        }
    }

    pub(crate) fn body(self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(json) => self.content(json),
            Err(error) => {
                let rule = format!("must be JSON: {error}");
                self.note(Some(InvalidInput::unreadable(At::BODY, &rule)))
            }
        }
    }

    pub(crate) fn text(self, text: impl Into<String>) -> Self {
        self.content(text.into().into_bytes())
    }

    pub(crate) fn content(mut self, content: impl Content + 'static) -> Self {
        self.content = Some(Box::new(content));
        self
    }

    /// Leaves the body of a successful response for the caller to read.
    pub(crate) fn streamed(mut self) -> Self {
        self.is_streamed = true;
        self
    }

    pub(crate) const fn is_streamed(&self) -> bool {
        self.is_streamed
    }

    /// Expects a redirect as the response.
    pub(crate) fn redirected(mut self) -> Self {
        self.is_redirected = true;
        self
    }

    pub(crate) const fn is_redirected(&self) -> bool {
        self.is_redirected
    }

    /// Returns whether the request can be sent again. A body that is a stream can be sent only once.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.content.as_ref().is_none_or(|content| content.is_repeatable())
    }

    /// Returns whether two identical requests have the same effect as one (RFC 9110, section 9.2.2). With the header
    /// `Idempotency-Key`, this also holds for `POST` and `PATCH`.
    pub(crate) fn is_idempotent(&self) -> bool {
        self.operation.method.is_idempotent() || self.headers.contains_key("idempotency-key")
    }

    /// Records the result of checking an argument.
    pub(crate) fn check(self, outcome: Result<(), InvalidInput>) -> Self {
        self.note(outcome.err())
    }

    /// Keeps the first error.
    pub(super) fn note(mut self, fault: Option<InvalidInput>) -> Self {
        self.fault = self.fault.or(fault);
        self
    }

    pub(crate) const fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Returns the URL of the operation's own server, if it has one.
    pub(crate) const fn own_server(&self) -> Option<&'static str> {
        self.server
    }

    /// Returns whether the request sets `envelope`. If so, the body of the response contains the status.
    pub(crate) const fn wants_envelope(&self) -> bool {
        self.wants_envelope
    }

    /// Builds the HTTP request for one attempt, without credentials. Sending consumes an HTTP request, so each retry
    /// builds a new one.
    pub(crate) fn to_http(&self, base_url: &Url) -> Result<reqwest::Request, InvalidInput> {
        self.build(base_url).map_err(|fault| fault.of_operation(self.operation.id))
    }

    fn build(&self, base_url: &Url) -> Result<reqwest::Request, InvalidInput> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let Operation { method, accept, content_type, .. } = self.operation;
        let mut request = reqwest::Request::new(method.clone(), self.url(base_url)?);
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(accept));
        if !self.cookies.is_empty() {
            // The values are encoded, so they always form a valid header.
            if let Ok(mut cookies) = HeaderValue::try_from(self.cookies.join("; ")) {
                cookies.set_sensitive(true);
                request.headers_mut().insert(COOKIE, cookies);
            }
        }
        if let Some(content) = &self.content {
            if let Some(content_type) = content_type {
                let content_type = HeaderValue::from_static(content_type);
                request.headers_mut().insert(CONTENT_TYPE, content_type);
            }
            request = content.attach(request)?;
        }
        // HTTP/1.1 libraries omit the length of an empty body, but some servers then answer 411 (RFC 9110, section
        // 8.6).
        let body = request.body().map(reqwest::Body::as_bytes);
        let is_empty = body.is_none_or(|bytes| bytes.is_some_and(<[u8]>::is_empty));
        if is_empty && [Method::POST, Method::PUT, Method::PATCH].contains(method) {
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(request)
    }

    fn url(&self, base_url: &Url) -> Result<Url, InvalidInput> {
        let base_path = base_url.path().trim_end_matches('/');
        let values: usize = self.path.iter().map(|(_, value)| value.len()).sum();
        let mut path = String::with_capacity(base_path.len() + self.operation.path.len() + values);
        path.push_str(base_path);
        let mut rest = self.operation.path;
        while let Some((before, name, after)) = parameter(rest) {
            path.push_str(before);
            path.push_str(self.value(name)?);
            rest = after;
        }
        path.push_str(rest);
        let mut url = base_url.clone();
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        url.set_path(path);
        let mut query = query.to_owned();
        add_pairs(&mut query, &self.query);
        url.set_query((!query.is_empty()).then_some(&query));
        Ok(url)
    }

    /// Returns the value of a path parameter. Rejects an empty value, `.` and `..`, which could change
    /// the path.
    fn value(&self, name: &str) -> Result<&str, InvalidInput> {
        let value =
            self.path.iter().find(|(given, _)| *given == name).map_or("", |(_, value)| value);
        match value {
            "" | "." | ".." => {
                Err(InvalidInput::text(At::parameter(name), value, "is not a valid path segment"))
            }
            value => Ok(value),
        }
    }
}

/// Adds a pair to a query or a form. A space becomes `%20`, as in a path, because not every server reads `+` as a
/// space.
pub(crate) fn add_pair(pairs: &mut String, name: &str, value: &str) {
    separate(pairs);
    pairs.extend(utf8_percent_encode(name, RESERVED));
    pairs.push('=');
    pairs.extend(utf8_percent_encode(value, RESERVED));
}

/// Adds encoded pairs to a query.
fn add_pairs(query: &mut String, pairs: &str) {
    if !pairs.is_empty() {
        separate(query);
        query.push_str(pairs);
    }
}

/// Adds the delimiter before another pair of a query.
fn separate(query: &mut String) {
    if !query.is_empty() {
        query.push('&');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;
    use crate::runtime::Method;

    static OPERATION: Operation =
        Operation::test("getThing", Method::GET, "/api/groups/{groupId}/things/{name}");

    fn url(base_url: &str, name: &str) -> Result<String, InvalidInput> {
        let request = Request::new(&OPERATION).path("name", name.to_owned()).path("groupId", 1);
        request.url(&base_url.parse().unwrap()).map(String::from)
    }

    #[test]
    fn the_path_of_the_base_url_is_kept() {
        let expected = "https://localhost/atlas/api/groups/1/things/a";
        assert_eq!(url("https://localhost/atlas", "a").unwrap(), expected);
        assert_eq!(url("https://localhost/atlas/", "a").unwrap(), expected);
        assert_eq!(
            url("https://localhost", "a").unwrap(),
            "https://localhost/api/groups/1/things/a"
        );
    }

    #[test]
    fn a_header_with_a_list_sends_every_item() {
        let request = Request::new(&OPERATION).path("groupId", 1).path("name", 2);
        let request = request
            .header("X-Tag", ["a", "b", "c"].map(String::from).to_vec())
            .header("X-None", None::<bool>);
        let request = request.to_http(&"https://localhost".parse().unwrap()).unwrap();
        let sent: Vec<_> = request.headers().get_all("x-tag").iter().collect();
        assert_eq!(sent, ["a", "b", "c"]);
        assert!(!request.headers().contains_key("x-none"));
    }

    #[test]
    fn a_secret_header_is_not_shown() {
        let request = Request::new(&OPERATION).path("groupId", 1).path("name", 2);
        let request = request.header("X-Token", Secret::from("hunter2")).secret("X-Token");
        let request = request.to_http(&"https://localhost".parse().unwrap()).unwrap();
        assert_eq!(request.headers()["x-token"], "hunter2");
        assert!(!format!("{request:?}").contains("hunter2"));
        let error =
            Request::new(&OPERATION).header("X-Token", Secret::from("hunter2\n")).fault.unwrap();
        assert!(error.to_string().starts_with("invalid `X-Token`: contains a line break"));
    }

    #[test]
    fn a_cookie_is_not_shown() {
        let request = Request::new(&OPERATION).path("groupId", 1).path("name", 2);
        let request = request.cookie("session", Style::FORM, &"hunter2");
        let request = request.to_http(&"https://localhost".parse().unwrap()).unwrap();
        assert_eq!(request.headers()["cookie"], "session=hunter2");
        assert!(!format!("{request:?}").contains("hunter2"));
    }

    #[test]
    fn a_value_stays_one_segment() {
        for (name, segment) in [
            ("a/b", "a%2Fb"),
            ("../..", "..%2F.."),
            ("%2e%2e", "%252e%252e"),
            ("%2f", "%252f"),
            ("a\\b", "a%5Cb"),
            ("a?b#c;d", "a%3Fb%23c%3Bd"),
            ("a\r\n\tb", "a%0D%0A%09b"),
            (" é ", "%20%C3%A9%20"),
            ("...", "..."),
            ("{groupId}", "%7BgroupId%7D"),
        ] {
            let url = url("https://localhost", name).unwrap();
            assert_eq!(url, format!("https://localhost/api/groups/1/things/{segment}"));
        }
    }

    #[test]
    fn a_path_can_end_with_a_query() {
        static COPY: Operation =
            Operation::test("getThing", Method::GET, "/things?action=copy&to={to}");
        let request = Request::new(&COPY).path("to", "a&b?c".to_owned()).query("size", 1);
        let url = request.url(&"https://localhost/api".parse().unwrap()).unwrap();
        let expected = "https://localhost/api/things?action=copy&to=a%26b%3Fc&size=1";
        assert_eq!(url.as_str(), expected);
    }

    #[test]
    fn a_value_can_be_a_part_of_a_segment() {
        static MOVE: Operation =
            Operation::test("getThing", Method::GET, "/things/{name}:move/a-{from}-{to}");
        let request =
            Request::new(&MOVE).path("to", 2).path("name", "a:b".to_owned()).path("from", 1);
        let url = request.url(&"https://localhost".parse().unwrap()).unwrap();
        assert_eq!(url.path(), "/things/a%3Ab:move/a-1-2");
    }

    #[test]
    fn a_segment_that_changes_the_path_is_rejected() {
        for name in ["", ".", ".."] {
            let error = url("https://localhost", name).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("invalid `name`: {name:?} is not a valid path segment")
            );
        }
    }

    #[test]
    fn only_methods_that_expect_a_body_send_the_length_of_an_empty_one() {
        for (method, length) in [
            (Method::POST, Some("0")),
            (Method::PUT, Some("0")),
            (Method::PATCH, Some("0")),
            (Method::GET, None),
            (Method::DELETE, None),
        ] {
            let operation = Operation::test("touchThing", method, "/thing");
            let operation: &'static Operation = Box::leak(Box::new(operation));
            let request = Request::new(operation).to_http(&"https://localhost".parse().unwrap());
            let request = request.unwrap();
            let sent = request.headers().get(CONTENT_LENGTH).map(HeaderValue::as_bytes);
            assert_eq!(sent, length.map(str::as_bytes), "{operation:?}");
        }
    }

    #[test]
    fn a_list_in_a_query_repeats_its_key() {
        let request = Request::new(&OPERATION)
            .path("groupId", 1)
            .path("name", 2)
            .query("tag", vec!["a&b".to_owned(), "c d=é".to_owned()])
            .query("absent", None::<bool>)
            .query("pretty", Some(true));
        let url = request.url(&"https://localhost".parse().unwrap()).unwrap();
        assert_eq!(url.query(), Some("tag=a%26b&tag=c%20d%3D%C3%A9&pretty=true"));
        assert!(!request.wants_envelope());
        assert!(request.query("envelope", true).query("size", 1).wants_envelope());
        assert!(!Request::new(&OPERATION).query("envelope", false).wants_envelope());
    }

    #[test]
    fn parameters_with_and_without_a_style_keep_their_order() {
        static LIST: Operation = Operation::test("listThings", Method::GET, "/things");
        let request = Request::new(&LIST)
            .query_styled("none", Style::FORM.exploded(), &[0; 0])
            .query_styled("ids", Style::PIPE_DELIMITED, &[1, 2])
            .query("size", 1)
            .query_styled("sort", Style::FORM, &"up");
        let url = request.url(&"https://localhost".parse().unwrap()).unwrap();
        assert_eq!(url.query(), Some("ids=1%7C2&size=1&sort=up"));
    }
}
