//! Encrypted connections, for servers that are not on this machine.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use storage::{StorageError, StorageErrorKind};
use tokio_postgres_rustls::MakeRustlsConnect;

const WHAT: &str = "certificates for the connection to PostgreSQL cannot be used";

/// Trusts the given authorities, or those that the machine trusts.
pub(crate) fn connector(root: Option<&Path>) -> Result<MakeRustlsConnect, StorageError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = root {
        let failed = |error| StorageError::because(StorageErrorKind::Invalid, format!("{} has no certificates", path.display()), error);
        for certificate in CertificateDer::pem_file_iter(path).map_err(failed)? {
            let certificate = certificate.map_err(failed)?;
            roots.add(certificate).map_err(|error| StorageError::because(StorageErrorKind::Invalid, WHAT, error))?;
        }
    } else {
        // A machine without any is no trouble until a server asks for encryption.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StorageError::because(StorageErrorKind::Invalid, WHAT, error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
