//! HTTP Digest (RFC 7616), which authenticates requests with an API key.

mod challenge;
mod hash;
mod session;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::SecretString;

use self::challenge::Challenge;
use self::session::{KeyPair, Session};
use super::header::sensitive;
use super::next_step::NextStep;
use super::redaction::redact;
use crate::Error;
use crate::response::ResponseHead;
use crate::runtime::Operation;
use crate::text::{EXCERPT, one_line};

/// The API key of one client, with the session that its calls share.
pub(crate) struct ApiKey {
    pair: KeyPair,
    session: Mutex<Option<Session>>,
}

/// The authentication state of one call.
pub(crate) struct DigestAuth {
    key: Arc<ApiKey>,
    /// The challenge to answer next. Other calls use the challenge only after this call has answered it, or if this
    /// call cannot repeat its request. Otherwise, another call could use the nonce first.
    challenge: Option<Challenge>,
    /// The nonce of the last request.
    sent: Option<String>,
    /// Whether the server has already challenged this attempt.
    challenged: bool,
    /// Whether the server has already rejected the nonce of its own challenge as stale.
    stale: bool,
}

impl ApiKey {
    pub(super) const fn new(public_key: String, private_key: SecretString) -> Self {
        Self { pair: KeyPair { public_key, private_key }, session: Mutex::new(None) }
    }

    pub(super) const fn private_key(&self) -> &SecretString {
        &self.pair.private_key
    }

    fn session(&self) -> MutexGuard<'_, Option<Session>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the session that all calls share. Starts a new one if a call has a challenge.
    fn session_after(
        &self,
        challenge: Option<Challenge>,
    ) -> Result<MutexGuard<'_, Option<Session>>, Error> {
        let mut session = self.session();
        if let Some(challenge) = challenge {
            *session = Some(Session::new(challenge, &self.pair)?);
        }
        Ok(session)
    }
}

impl DigestAuth {
    pub(super) fn new(key: &Arc<ApiKey>) -> Self {
        Self { key: Arc::clone(key), challenge: None, sent: None, challenged: false, stale: false }
    }

    /// Starts an attempt of the call. A nonce can become stale while the call waits for a retry, so each attempt can
    /// answer new challenges.
    pub(super) const fn begin_attempt(&mut self) {
        self.challenged = false;
        self.stale = false;
    }

    /// Answers this call's challenge if there is one. Otherwise, answers the last challenge of any call, which saves a
    /// round trip. Returns `None` before the first challenge, and when the nonce count is exhausted.
    pub(super) fn authorization(
        &mut self,
        request: &reqwest::Request,
    ) -> Result<Option<HeaderValue>, Error> {
        let mut session = self.key.session_after(self.challenge.take())?;
        let answer = session.as_mut().and_then(|session| {
            let answer = session.answer(&self.key.pair, request.method(), request.url())?;
            Some((session.nonce().to_owned(), answer))
        });
        let Some((nonce, answer)) = answer else { return Ok(None) };
        self.sent = Some(nonce);
        sensitive(answer).map(Some)
    }

    /// Decides what to do with a response to `operation`. If the request cannot be repeated, the next call answers the
    /// challenge.
    ///
    /// # Errors
    /// Returns [`Error::Authentication`] if the server's challenge cannot be answered.
    pub(super) fn on_response(
        &mut self,
        operation: &'static Operation,
        response: &reqwest::Response,
        is_repeatable: bool,
    ) -> Result<NextStep, Error> {
        let (status, headers) = (response.status(), response.headers());
        if status != StatusCode::UNAUTHORIZED {
            self.store_next_nonce(headers);
            return Ok(NextStep::UseResponse);
        }
        let next = self.on_unauthorized(headers).map_err(|problem| {
            let head = ResponseHead::of(operation, status, headers.clone());
            let retry_after = head.retry_after();
            Error::authentication(operation.id, Some(head), problem, retry_after, None)
        })?;
        if next == NextStep::SendAgain && !is_repeatable {
            drop(self.key.session_after(self.challenge.take())?);
            return Ok(NextStep::UseResponse);
        }
        Ok(next)
    }

    /// Decides what to do after a 401. An attempt answers one challenge, and a second one if the server rejects the
    /// first nonce as stale. Any other challenge means that the key is wrong.
    ///
    /// # Errors
    /// Returns the first problem, with advice, if there are digest challenges, but none is supported.
    fn on_unauthorized(&mut self, headers: &HeaderMap) -> Result<NextStep, String> {
        let challenge = Challenge::strongest(headers).map_err(|fault| self.explain(&fault))?;
        let Some(challenge) = challenge else { return Ok(NextStep::UseResponse) };
        if self.challenged && (self.stale || !challenge.stale) {
            return Ok(NextStep::UseResponse);
        }
        self.stale = self.challenged;
        self.challenged = true;
        self.challenge = Some(challenge);
        Ok(NextStep::SendAgain)
    }

    /// Formats `fault` with advice. Redacts the key before the text is shortened, so that no part of the key remains.
    fn explain(&self, fault: &str) -> String {
        let secrets = std::slice::from_ref(self.key.private_key());
        let fault = one_line(&redact(fault, secrets, usize::MAX), 2 * EXCERPT);
        format!(
            "cannot authenticate with the API key: {fault}; check the base URL and proxies, or \
             use other credentials"
        )
    }

    /// Stores the nonce for the next request, if the server has sent one (RFC 7616, section 3.5). Ignores this nonce if
    /// another call has replaced the nonce of the request in the meantime.
    fn store_next_nonce(&self, headers: &HeaderMap) {
        let Some(next) = challenge::next_nonce(headers) else { return };
        let mut session = self.key.session();
        let is_ours = |session: &&mut Session| self.sent.as_deref() == Some(session.nonce());
        if let Some(session) = session.as_mut().filter(is_ours) {
            session.renew(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use reqwest::header::{HeaderName, WWW_AUTHENTICATE};

    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    fn challenge(nonce: &str) -> HeaderMap {
        headers(WWW_AUTHENTICATE, &format!("Digest realm=a, qop=auth, nonce={nonce}"))
    }

    /// Returns the nonce of this call's next request.
    fn nonce(auth: &mut DigestAuth) -> String {
        let request = reqwest::Request::new(Method::GET, "https://localhost".parse().unwrap());
        auth.authorization(&request).unwrap().unwrap();
        auth.sent.clone().unwrap()
    }

    #[test]
    fn an_attempt_answers_a_second_challenge_only_if_the_first_nonce_is_stale() {
        let stale = |nonce| {
            let value = format!("Digest realm=a, qop=auth, stale=true, nonce={nonce}");
            headers(WWW_AUTHENTICATE, &value)
        };
        let key = Arc::new(ApiKey::new("key".into(), "secret".into()));
        let mut call = DigestAuth::new(&key);
        assert_eq!(call.on_unauthorized(&stale("first")), Ok(NextStep::SendAgain));
        assert_eq!(call.on_unauthorized(&stale("second")), Ok(NextStep::SendAgain));
        assert_eq!(call.on_unauthorized(&stale("third")), Ok(NextStep::UseResponse));
        let mut call = DigestAuth::new(&key);
        assert_eq!(call.on_unauthorized(&challenge("first")), Ok(NextStep::SendAgain));
        assert_eq!(call.on_unauthorized(&challenge("second")), Ok(NextStep::UseResponse));
    }

    #[test]
    fn the_next_call_answers_the_challenge_to_a_request_that_cannot_be_repeated() {
        let operation = &Operation {
            id: "upload",
            method: Method::POST,
            path: "/",
            accept: "application/json",
            content_type: None,
        };
        let header = "Digest realm=a, qop=auth, nonce=first";
        let response =
            http::Response::builder().status(401).header(WWW_AUTHENTICATE, header).body("");
        let key = Arc::new(ApiKey::new("key".into(), "secret".into()));
        let next =
            DigestAuth::new(&key).on_response(operation, &response.unwrap().into(), false).unwrap();
        assert_eq!(next, NextStep::UseResponse);
        assert_eq!(nonce(&mut DigestAuth::new(&key)), "first");
    }

    #[test]
    fn a_late_response_with_a_next_nonce_does_not_replace_a_newer_challenge() {
        let key = Arc::new(ApiKey::new("key".into(), "secret".into()));
        let (mut slow, mut fast) = (DigestAuth::new(&key), DigestAuth::new(&key));
        slow.on_unauthorized(&challenge("old")).unwrap();
        assert_eq!(nonce(&mut slow), "old");
        fast.on_unauthorized(&challenge("new")).unwrap();
        assert_eq!(nonce(&mut fast), "new");
        let next =
            |nonce| headers(challenge::AUTHENTICATION_INFO, &format!("nextnonce=\"{nonce}\""));
        slow.store_next_nonce(&next("after-old"));
        assert_eq!(nonce(&mut DigestAuth::new(&key)), "new");
        fast.store_next_nonce(&next("after-new"));
        assert_eq!(nonce(&mut DigestAuth::new(&key)), "after-new");
    }
}
