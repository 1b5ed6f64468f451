//! Failed TLS handshakes.

/// Returns why one side refused the TLS handshake, or `None` for any other error, such as a broken connection. A retry
/// may help after a broken connection, but not with a bad certificate.
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
        // `native_tls` has no error kinds, so only the text distinguishes a bad certificate from a
        // broken connection.
        let text = error.to_string();
        return text.contains("certificate").then_some(text);
    }
    None
}

/// Returns the first error of type `T` among `error` and its causes.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn find<T: std::error::Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    super::causes(error).find_map(|cause| cause.downcast_ref())
}
