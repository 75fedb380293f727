//! TLS configuration: one provider, named explicitly, and the system's roots loaded once per process.

use std::sync::{Arc, OnceLock};

use rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer};

use crate::BoxError;

/// The process-wide configuration with the system's roots; with `extra_roots`, a configuration of its own.
pub(crate) fn config(extra_roots: &[CertificateDer<'static>]) -> Result<Arc<ClientConfig>, BoxError> {
    static SYSTEM: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if extra_roots.is_empty() {
        return Ok(Arc::clone(SYSTEM.get_or_init(|| Arc::new(build(system_roots().clone())))));
    }
    let mut roots = system_roots().clone();
    for root in extra_roots {
        roots.add(root.clone())?;
    }
    Ok(Arc::new(build(roots)))
}

fn system_roots() -> &'static RootCertStore {
    static ROOTS: OnceLock<RootCertStore> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let loaded = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        let (added, _unusable) = roots.add_parsable_certificates(loaded.certs);
        if added == 0 {
            tracing::warn!("no root certificates found on this system; https connections will fail");
        }
        roots
    })
}

/// The provider is passed in and never looked up: a program that also links another one must not change ours.
fn build(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
