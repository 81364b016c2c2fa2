//! Connecting to the submission server: where it may be, how the connection is protected, and signing in.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{EmailAccount, MailSecurity};
use http_client::Guard;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

use super::session::{Extensions, Session};
use super::{Reply, Wire};

/// From the first packet to being signed in.
const WITHIN: Duration = Duration::from_secs(20);
/// For each answer on the way.
const ANSWER: Duration = Duration::from_secs(15);

/// Where to connect to, and who may.
pub(crate) struct Target<'a> {
    pub email: &'a EmailAccount,
    pub guard: &'a Guard,
}

/// Why there is no connection. Nothing has been handed over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("{0} is a private address and not in the list of allowed private hosts")]
    Private(String),
    #[error("the host {0} has no address")]
    NoAddress(String),
    #[error("mail goes without encryption only to a server on this machine or in the list of allowed private hosts, and {0} is neither")]
    Unprotected(String),
    #[error("the server offers no STARTTLS, and mail is not sent without encryption")]
    NoStartTls,
    #[error("the server offers no way to sign in that is known here (PLAIN or LOGIN)")]
    NoSignIn,
    #[error("the certificate authority in the settings cannot be read")]
    Authority,
    #[error("the certificate or the encryption of {0} is not acceptable: {1}")]
    Tls(String, String),
    #[error("the server refused: {}", .0.text())]
    Refused(Reply),
    #[error("no answer within {} seconds", WITHIN.as_secs())]
    Late,
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Target<'_> {
    pub(crate) async fn open(&self) -> Result<Session, OpenError> {
        tokio::time::timeout(WITHIN, self.connect()).await.map_err(|_| OpenError::Late)?
    }

    async fn connect(&self) -> Result<Session, OpenError> {
        let stream = self.reach().await?;
        stream.set_nodelay(true)?;
        let mut wire = match self.email.security {
            MailSecurity::Tls => Wire::new(self.encrypted(stream).await?),
            MailSecurity::Starttls | MailSecurity::Plain => Wire::new(stream),
        };
        positive(Reply::read(&mut wire, ANSWER).await?)?;
        let mut offers = self.hello(&mut wire).await?;
        if self.email.security == MailSecurity::Starttls {
            if !offers.starttls {
                return Err(OpenError::NoStartTls);
            }
            positive(command(&mut wire, "STARTTLS").await?)?;
            wire = Wire::new(self.encrypted(wire.into_bare()?).await?);
            // What was offered before the encryption does not count (RFC 3207 §4.2).
            offers = self.hello(&mut wire).await?;
        }
        self.sign_in(&mut wire, &offers).await?;
        Ok(Session::new(wire, offers))
    }

    /// A connection to the first address that may be connected to. A plain one needs a host that the operator listed.
    async fn reach(&self) -> Result<TcpStream, OpenError> {
        let (host, port) = (self.email.host.as_str(), self.email.port);
        let listed = self.guard.lists(host, Some(port));
        let all: Vec<_> = lookup_host((host, port)).await?.collect();
        let reachable: Vec<_> = all.iter().copied().filter(|address| listed || !http_client::is_private(address.ip())).collect();
        if reachable.is_empty() {
            return Err(if all.is_empty() { OpenError::NoAddress(host.to_owned()) } else { OpenError::Private(host.to_owned()) });
        }
        if self.email.security == MailSecurity::Plain && !listed && !reachable.iter().all(|address| address.ip().is_loopback()) {
            return Err(OpenError::Unprotected(host.to_owned()));
        }
        Ok(TcpStream::connect(reachable.as_slice()).await?)
    }

    async fn encrypted(
        &self,
        stream: impl super::Stream + 'static,
    ) -> Result<tokio_rustls::client::TlsStream<Box<dyn super::Stream>>, OpenError> {
        let host = &self.email.host;
        let config: Arc<ClientConfig> = http_client::trust(self.email.authority.as_deref()).ok_or(OpenError::Authority)?;
        let name = ServerName::try_from(host.clone()).map_err(|error| OpenError::Tls(host.clone(), error.to_string()))?;
        let stream: Box<dyn super::Stream> = Box::new(stream);
        let connected = TlsConnector::from(config).connect(name, stream).await;
        connected.map_err(|error| OpenError::Tls(host.clone(), error.to_string()))
    }

    async fn hello(&self, wire: &mut Wire) -> Result<Extensions, OpenError> {
        let name = self.email.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let reply = positive(command(wire, &format!("EHLO {name}")).await?)?;
        Ok(Extensions::read(&reply))
    }

    async fn sign_in(&self, wire: &mut Wire, offers: &Extensions) -> Result<(), OpenError> {
        let Some(user) = &self.email.user else { return Ok(()) };
        let password = self.email.password.reveal();
        if offers.auth_plain {
            let secret = STANDARD.encode(format!("\0{user}\0{password}"));
            positive(command(wire, &format!("AUTH PLAIN {secret}")).await?)?;
        } else if offers.auth_login {
            positive(command(wire, "AUTH LOGIN").await?)?;
            positive(command(wire, &STANDARD.encode(user)).await?)?;
            positive(command(wire, &STANDARD.encode(password)).await?)?;
        } else {
            return Err(OpenError::NoSignIn);
        }
        Ok(())
    }
}

async fn command(wire: &mut Wire, line: &str) -> std::io::Result<Reply> {
    wire.write(format!("{line}\r\n").as_bytes(), ANSWER).await?;
    Reply::read(wire, ANSWER).await
}

fn positive(reply: Reply) -> Result<Reply, OpenError> {
    if reply.is_positive() { Ok(reply) } else { Err(OpenError::Refused(reply)) }
}
