//! TLS configuration: one provider, named explicitly; [`Roots`] to trust; the system's loaded once per process.

use std::sync::{Arc, OnceLock};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::BoxError;

/// Which certificate authorities are trusted. There is no way to trust everybody.
///
/// ```
/// use alter_transport::Roots;
///
/// # fn example(pem: &str) -> Result<(), alter_transport::RootsError> {
/// let both = Roots::system().add_pem(pem)?;
/// let private_only = Roots::none().add_pem(pem)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    system: bool,
    own: Vec<CertificateDer<'static>>,
}

/// Why roots were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RootsError {
    /// The text holds no PEM certificate, or one that cannot be read.
    #[error("expected one or more certificates in PEM form (-----BEGIN CERTIFICATE-----)")]
    NotPem,
    /// A certificate cannot be a root.
    #[error("one of the certificates is malformed and cannot be trusted as a root")]
    NotARoot,
}

impl Roots {
    /// The system's.
    #[must_use]
    pub fn system() -> Self {
        Self { system: true, own: Vec::new() }
    }

    /// Nobody, until some are added: the system's authorities do not count.
    #[must_use]
    pub fn none() -> Self {
        Self { system: false, own: Vec::new() }
    }

    /// Also the certificates in `pem`, one or more.
    ///
    /// # Errors
    /// [`RootsError`] if there is none in it, or one cannot be a root.
    pub fn add_pem(mut self, pem: impl AsRef<[u8]>) -> Result<Self, RootsError> {
        let before = self.own.len();
        for certificate in CertificateDer::pem_slice_iter(pem.as_ref()) {
            let certificate = certificate.map_err(|_| RootsError::NotPem)?;
            RootCertStore::empty().add(certificate.clone()).map_err(|_| RootsError::NotARoot)?;
            self.own.push(certificate);
        }
        if self.own.len() == before { Err(RootsError::NotPem) } else { Ok(self) }
    }
}

impl Default for Roots {
    fn default() -> Self {
        Self::system()
    }
}

/// The process-wide configuration with the system's roots; with own roots, a configuration of its own.
pub(crate) fn config(roots: &Roots) -> Result<Arc<ClientConfig>, BoxError> {
    static SYSTEM: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if *roots == Roots::system() {
        return Ok(Arc::clone(SYSTEM.get_or_init(|| Arc::new(build(system_roots().clone())))));
    }
    let mut store = if roots.system { system_roots().clone() } else { RootCertStore::empty() };
    for root in &roots.own {
        store.add(root.clone())?;
    }
    Ok(Arc::new(build(store)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        assert_eq!(Roots::system().add_pem("").unwrap_err(), RootsError::NotPem);
        assert_eq!(Roots::system().add_pem("not a certificate").unwrap_err(), RootsError::NotPem);
        let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(Roots::none().add_pem(garbage).unwrap_err(), RootsError::NotARoot);
    }
}
