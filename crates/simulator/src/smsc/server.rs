//! The listener, plain or by TLS.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::session;
use crate::server::Simulator;

/// Connections at once; more are closed at once.
const SESSIONS_MAX: usize = 64;
/// For a client to say in which encryption it speaks.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Certificate and key of a message centre that is reached by TLS.
#[derive(Clone)]
pub struct Identity(TlsAcceptor);

#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("the certificates cannot be read as PEM")]
    Certificates,
    #[error("the key cannot be read as PEM")]
    Key,
    #[error("certificate and key do not fit: {0}")]
    Unfit(tokio_rustls::rustls::Error),
}

impl Identity {
    /// A chain of certificates, the centre's own first, and its key.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, IdentityError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
        let chain = chain.map_err(|_| IdentityError::Certificates)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| IdentityError::Key)?;
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(IdentityError::Unfit)?;
        let config = builder.with_no_client_auth().with_single_cert(chain, key).map_err(IdentityError::Unfit)?;
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }
}

/// Serves clients until dropped, each by TLS where there is an identity to show.
pub async fn serve(listener: TcpListener, simulator: Simulator, identity: Option<Identity>) -> std::io::Result<()> {
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                if sessions.len() < SESSIONS_MAX {
                    sessions.spawn(talk(stream, simulator.clone(), identity.clone()));
                }
            }
            Some(_) = sessions.join_next(), if !sessions.is_empty() => {}
        }
    }
}

async fn talk(stream: TcpStream, simulator: Simulator, identity: Option<Identity>) {
    let _ = stream.set_nodelay(true);
    match identity {
        None => session::run(stream, simulator).await,
        Some(Identity(acceptor)) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                session::run(stream, simulator).await;
            }
        }
    }
}
