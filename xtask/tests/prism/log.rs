//! Reads Prism's log of each request.

/// The error for a request that crashes Prism before it logs whether the request is valid.
pub(crate) const NO_VERDICT: &str = "Prism crashes";

/// The entries in Prism's log about a request.
#[derive(Default)]
pub(crate) struct Request {
    is_valid: bool,
    complaints: Vec<String>,
}

impl Request {
    /// Returns why the request is not valid, or `None` if it is valid.
    pub(crate) fn fault(&self) -> Option<String> {
        match self.complaints.as_slice() {
            [] if self.is_valid => None,
            [] => Some(NO_VERDICT.to_owned()),
            complaints => Some(complaints.join("; ")),
        }
    }
}

/// Returns the number and the requests of each call. In the log, a request for `/-/NUMBER` precedes each call.
pub(crate) fn read(log: &str) -> Vec<(usize, Vec<Request>)> {
    let mut calls: Vec<(usize, Vec<Request>)> = Vec::new();
    let mut is_mark = true;
    for line in log.lines() {
        if let Some((_, request)) = line.split_once("[HTTP SERVER] ")
            && line.ends_with("Request received")
        {
            let path = request.split(' ').nth(1).unwrap_or_default();
            let mark = path.strip_prefix("/-/");
            is_mark = mark.is_some();
            if let Some(number) = mark {
                calls.push((number.parse().unwrap(), Vec::new()));
            } else if let Some((_, requests)) = calls.last_mut() {
                requests.push(Request::default());
            }
        } else if let Some(request) = calls.last_mut().and_then(|(_, it)| it.last_mut())
            && !is_mark
        {
            request.is_valid |= line.contains("The request passed the validation rules");
            let complaint = line.split_once(" error ").map(|(_, rest)| rest.trim());
            // Prism also validates its own responses. Errors in these responses do not concern the client, and have
            // other names than errors in requests.
            let is_of_response = |it: &&str| {
                it.starts_with("Violation: response") || it.contains("errors#VIOLATIONS")
            };
            let complaint = complaint.filter(|it| !is_of_response(it));
            request.complaints.extend(complaint.map(ToOwned::to_owned));
        }
    }
    calls
}
