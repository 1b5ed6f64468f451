//! TLS for the local Atlas.

use std::sync::Arc;

use anyhow::Context as _;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs::default_provider,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

/// Creates a TLS acceptor from a certificate chain and its private key in PEM.
pub(crate) fn acceptor(certificates: &[u8], key: &[u8]) -> anyhow::Result<TlsAcceptor> {
    let certificates = CertificateDer::pem_slice_iter(certificates)
        .collect::<Result<Vec<_>, _>>()
        .context("cannot read the TLS certificate")?;
    anyhow::ensure!(
        !certificates.is_empty(),
        "the TLS certificate chain contains no PEM certificate"
    );
    let key = PrivateKeyDer::from_pem_slice(key).context("cannot read the TLS key")?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .context("cannot use the TLS certificate with this key")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config).into())
}
