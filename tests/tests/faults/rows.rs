//! The table of faults and the expected outcomes.

use std::fmt;

use generated_client::BodyProblem::{CutOff, Empty, Html, NotJson};

use super::cell::End::{
    self, Broken, NoSuchShape, Redirected, Refused, Right, TooSlow, UnexpectedBody,
};
use super::cell::{Column, Often, Proofs};

/// A fault, and the expected outcomes of calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// The text form of the fault.
    pub(crate) fault: &'static str,
    pub(crate) who: Who,
    /// The outcomes of a `POST` or `PATCH` if the fault occurs once, and if it occurs on every
    /// attempt.
    post: [End; 2],
    /// The outcomes of a `GET` if the fault occurs once, and if it occurs on every attempt.
    get: [End; 2],
    /// The outcomes of a `DELETE` if the fault occurs once, and if it occurs on every attempt. For a `DELETE`, the
    /// client does not read the body of the response. A `DELETE` fails with 404 if an earlier attempt deleted the
    /// bucket.
    delete: [End; 2],
    /// The numbers of requests with new credentials if the fault occurs once, and if it occurs on
    /// every attempt.
    proofs: [u32; 2],
}

/// The credentials of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Who {
    Token,
    Account,
    Key,
}

/// The maximum number of attempts of a call.
pub(crate) const MOST: u32 = 3;

/// Creates the row of a fault that causes no retries.
fn at_once(fault: &'static str, end: End) -> Row {
    row(fault, [end; 2], [end; 2])
}

/// Creates the row of a transient fault: the client retries a `GET` or a `DELETE`, but not a `POST` or a `PATCH`.
fn passing(fault: &'static str, end: fn(u32) -> End) -> Row {
    row(fault, [end(1); 2], [Right(2), end(MOST)])
}

fn row(fault: &'static str, post: [End; 2], get: [End; 2]) -> Row {
    Row { fault, who: Who::Token, post, get, delete: get, proofs: [0; 2] }
}

/// Changes the row of a fault in the response body: a `DELETE` succeeds, because the client does not read the body.
fn unread(row: Row) -> Row {
    Row { delete: [Right(1); 2], ..row }
}

/// Changes the row of a fault that occurs after the operation was executed: if the fault occurs once, the retry of a
/// `DELETE` fails with 404.
fn carried_out(row: Row) -> Row {
    let [_, each_time] = row.get;
    Row { delete: [Refused(404, 2), each_time], ..row }
}

fn by(who: Who, row: Row) -> Row {
    Row { who, ..row }
}

/// Creates the row of a fault that rejects the credentials, once or every time. The client renews the token or the
/// nonce. The request with the new credentials does not count as a new attempt.
fn refused(who: Who, fault: &'static str, proofs: [u32; 2]) -> Row {
    let ends = [Right(1), Refused(401, 1)];
    Row { who, proofs, ..row(fault, ends, ends) }
}

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    use Who::{Account, Key};
    vec![
        // Faults that do not affect the outcome.
        at_once("none", Right(1)),
        at_once("delay=50", Right(1)),
        at_once("trickle=0", Right(1)),
        at_once("cut-off=99999", Right(1)),
        at_once("unknown-fields", Right(1)),
        at_once("deprecation=Thu, 30 May 2024 00:00:00 GMT", Right(1)),
        at_once("sunset=Thu, 1 Jul 2027 00:00:00 GMT", Right(1)),
        at_once("sunset=soon", Right(1)),
        at_once("unknown-values", Right(1)),
        // Broken connections and timeouts.
        carried_out(passing("reset", Broken)),
        unread(passing("cut-off=0", |attempts| UnexpectedBody(CutOff, attempts))),
        unread(passing("cut-off=10", |attempts| UnexpectedBody(CutOff, attempts))),
        carried_out(passing("delay=60000", TooSlow)),
        unread(passing("trickle=60000", TooSlow)),
        // Errors from Atlas.
        at_once("status=400", Refused(400, 1)),
        at_once("error=400,CANNOT_ASSUME_ROLE", Refused(400, 1)),
        at_once("status=401", Refused(401, 1)),
        at_once("status=403", Refused(403, 1)),
        at_once("status=404", Refused(404, 1)),
        at_once("status=409", Refused(409, 1)),
        at_once("gone", Refused(410, 1)),
        passing("status=500", |attempts| Refused(500, attempts)),
        at_once("status=501", Refused(501, 1)),
        passing("status=502", |attempts| Refused(502, attempts)),
        passing("status=503", |attempts| Refused(503, attempts)),
        passing("status=504", |attempts| Refused(504, attempts)),
        // 429 means that nothing was executed, so the client retries even a `POST`, unless the wait
        // exceeds the time limit.
        row("status=429", [Right(2), Refused(429, MOST)], [Right(2), Refused(429, MOST)]),
        row("retry-after=0", [Right(2), Refused(429, MOST)], [Right(2), Refused(429, MOST)]),
        row("retry-after=1", [Right(2), Refused(429, MOST)], [Right(2), Refused(429, MOST)]),
        row("retry-after=soon", [Right(2), Refused(429, MOST)], [Right(2), Refused(429, MOST)]),
        at_once("retry-after=3600", Refused(429, 1)),
        // The calls do not request an envelope, so the error arrives without one.
        passing("enveloped=503", |attempts| Refused(503, attempts)),
        // Responses that are not from Atlas.
        at_once("html=200", UnexpectedBody(Html, 1)),
        at_once("html=403", UnexpectedBody(Html, 1)),
        passing("html=502", |attempts| UnexpectedBody(Html, attempts)),
        at_once("redirect=https://example.com/", Redirected(1)),
        at_once("content-type=text/plain", Right(1)),
        unread(at_once("content-type=text/html", UnexpectedBody(Html, 1))),
        unread(at_once("empty", UnexpectedBody(Empty, 1))),
        unread(at_once("body=Hello", UnexpectedBody(NotJson, 1))),
        // Without `cloudProvider`, a bucket would decode into the unknown variant.
        unread(at_once(r#"body={"cloudProvider":"AWS"}"#, NoSuchShape(1))),
        unread(at_once("body=[]", NoSuchShape(1))),
        unread(at_once("body=null", NoSuchShape(1))),
        // The client cannot renew an access token, but it can renew a nonce or a service account's
        // token. The call fails if the server also rejects the new nonce or token.
        at_once("revoked-token", Refused(401, 1)),
        refused(Account, "revoked-token", [1, 1]),
        by(Key, at_once("revoked-token", Right(1))),
        at_once("expired-token", Refused(401, 1)),
        refused(Account, "expired-token", [1, 1]),
        by(Key, at_once("expired-token", Right(1))),
        at_once("stale-nonce", Right(1)),
        by(Account, at_once("stale-nonce", Right(1))),
        // The client accepts one more challenge if the nonce of the first challenge is also stale.
        refused(Key, "stale-nonce", [1, 2]),
        at_once("hostile-challenge", Right(1)),
        by(Account, at_once("hostile-challenge", Right(1))),
        refused(Key, "hostile-challenge", [1, 2]),
        // All attempts of a call share the same credentials.
        by(Account, carried_out(passing("reset", Broken))),
        by(Key, carried_out(passing("reset", Broken))),
        by(Account, passing("status=503", |attempts| Refused(503, attempts))),
        by(Key, passing("status=503", |attempts| Refused(503, attempts))),
    ]
}

impl Row {
    /// Returns whether the row has a cell in the given column. Streams authenticate like lists, so they are tested only
    /// with an access token.
    pub(crate) fn has(&self, column: Column) -> bool {
        self.who == Who::Token || !column.method.is_stream()
    }

    /// Returns the expected number of requests with new credentials in the given column.
    pub(crate) fn proofs(&self, column: Column) -> Proofs {
        let [once, each_time] = self.proofs;
        let operations = if column.often == Often::Once { once } else { each_time };
        let tokens = if self.who == Who::Account { operations } else { 0 };
        Proofs { operations, tokens }
    }

    /// Returns the expected outcome of the call in the given column.
    pub(crate) fn end(&self, column: Column) -> End {
        let [once, each_time] = match column.method.http() {
            "get" => self.get,
            "delete" => self.delete,
            _ => self.post,
        };
        match column.often {
            Often::Once => once,
            Often::EachTime => each_time,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = match self.who {
            Who::Token => "",
            Who::Account => ", service account",
            Who::Key => ", API key",
        };
        write!(f, "`{}`{who}", self.fault)
    }
}
