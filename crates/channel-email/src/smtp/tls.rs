//! Whose certificates are trusted.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// Trusts the given authorities (PEM), or those that the machine trusts. `None` when the given ones cannot be read.
pub(super) fn config(authority: Option<&str>) -> Option<Arc<ClientConfig>> {
    static MACHINE: OnceLock<Option<Arc<ClientConfig>>> = OnceLock::new();
    let Some(pem) = authority else {
        return MACHINE
            .get_or_init(|| {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                made(roots)
            })
            .clone();
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.ok()?).ok()?;
    }
    if roots.is_empty() { None } else { made(roots) }
}

fn made(roots: RootCertStore) -> Option<Arc<ClientConfig>> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    Some(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

/// Whether this text holds certificates of authorities.
pub fn is_authority(pem: &str) -> bool {
    config(Some(pem)).is_some()
}
