//! TLS handshakes that failed because one side refused the other.

/// Why the TLS handshake failed, unless the connection broke: then the same request may succeed
/// later, while a certificate stays as bad as it is.
pub(crate) fn refusal(error: &reqwest::Error) -> Option<String> {
    if !error.is_connect() {
        return None;
    }
    #[cfg(feature = "rustls")]
    if let Some(error) = find::<rustls::Error>(error) {
        return Some(error.to_string());
    }
    #[cfg(feature = "native-tls")]
    if let Some(error) = find::<native_tls::Error>(error) {
        // It has no kinds: a connection that broke is told from a bad certificate by the text alone.
        let text = error.to_string();
        return text.contains("certificate").then_some(text);
    }
    None
}

/// The first error of type `T` among `error` and its causes. An I/O error that wraps another error
/// skips it in `source`.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn find<'a, T>(mut error: &'a (dyn std::error::Error + 'static)) -> Option<&'a T>
where
    T: std::error::Error + 'static,
{
    loop {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        error = match wrapped {
            Some(wrapped) => wrapped,
            None => error.source()?,
        };
    }
}
