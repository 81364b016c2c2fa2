//! Whose certificates are trusted, for protocols that are not HTTP and speak TLS all the same.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// Trusts the given authorities (PEM), or those that the machine trusts. `None` when the given ones cannot be read.
#[must_use]
pub fn trust(authority: Option<&str>) -> Option<Arc<ClientConfig>> {
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
#[must_use]
pub fn is_authority(pem: &str) -> bool {
    trust(Some(pem)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_one_or_more_certificates_and_nothing_else() {
        for text in ["", "hello", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
            assert!(!is_authority(text), "{text}");
        }
        assert!(trust(None).is_some());
    }
}
