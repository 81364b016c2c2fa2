//! Connecting and binding.

use std::time::Duration;

use channel::SmppAccount;
use http_client::Guard;
use rusmpp::Pdu;
use rusmpp::pdus::{BindReceiver, BindTransceiver, BindTransmitter};
use rusmpp::types::COctetString;
use rusmpp::values::InterfaceVersion;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

use crate::wire::{self, Reader, WireError};

/// From the first packet to the answer to the bind.
const WITHIN: Duration = Duration::from_secs(15);

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Transceiver,
    Transmitter,
    Receiver,
}

/// The halves of a connection, plain or encrypted.
pub(crate) type ReadHalf = Box<dyn AsyncRead + Send + Unpin>;
pub(crate) type WriteHalf = Box<dyn AsyncWrite + Send + Unpin>;

/// A bound connection.
pub(crate) struct Bound {
    pub reader: Reader<ReadHalf>,
    pub writer: WriteHalf,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum BindError {
    #[error("the message centre refused the bind with code 0x{0:02x}")]
    Refused(u32),
    #[error("{0} is a private address and not in the list of allowed private hosts")]
    Private(String),
    #[error("the host {0} has no address")]
    NoAddress(String),
    #[error("the certificate authority in the settings cannot be read")]
    Authority,
    #[error("the certificate of {0} is not acceptable: {1}")]
    Certificate(String, String),
    #[error("the settings do not fit the protocol: {0}")]
    Settings(String),
    #[error("no answer within {} seconds", WITHIN.as_secs())]
    Late,
    #[error(transparent)]
    Wire(#[from] WireError),
}

pub(crate) async fn bind(account: &SmppAccount, role: Role, guard: &Guard) -> Result<Bound, BindError> {
    tokio::time::timeout(WITHIN, connect(account, role, guard)).await.map_err(|_| BindError::Late)?
}

async fn connect(account: &SmppAccount, role: Role, guard: &Guard) -> Result<Bound, BindError> {
    let found = lookup_host((account.host.as_str(), account.port)).await.map_err(WireError::Io)?;
    let listed = guard.lists(&account.host, Some(account.port));
    let all: Vec<_> = found.collect();
    let reachable: Vec<_> = all.iter().copied().filter(|address| listed || !http_client::is_private(address.ip())).collect();
    if reachable.is_empty() {
        let host = account.host.clone();
        return Err(if all.is_empty() { BindError::NoAddress(host) } else { BindError::Private(host) });
    }
    let stream = TcpStream::connect(reachable.as_slice()).await.map_err(WireError::Io)?;
    stream.set_nodelay(true).map_err(WireError::Io)?;
    let (read, mut writer) = if account.tls { encrypted(account, stream).await? } else { plain(stream) };
    let mut reader = Reader::new(read);
    wire::send(&mut writer, &wire::write(0, 1, request(account, role)?)).await.map_err(WireError::Io)?;
    loop {
        let frame = reader.next().await?;
        // Only the answer to the bind, or a refusal of it, matters now.
        let answers = frame.id & 0x8000_0000 != 0 && (frame.sequence == 1 || frame.id == 0x8000_0000);
        match (answers, frame.status) {
            (true, 0) => return Ok(Bound { reader, writer }),
            (true, status) => return Err(BindError::Refused(status)),
            (false, _) => {}
        }
    }
}

fn plain(stream: TcpStream) -> (ReadHalf, WriteHalf) {
    let (read, write) = stream.into_split();
    (Box::new(read), Box::new(write))
}

/// The certificate must be from a trusted authority and name the host of the settings.
async fn encrypted(account: &SmppAccount, stream: TcpStream) -> Result<(ReadHalf, WriteHalf), BindError> {
    let host = &account.host;
    let config = http_client::trust(account.authority.as_deref()).ok_or(BindError::Authority)?;
    let name = ServerName::try_from(host.clone()).map_err(|error| BindError::Certificate(host.clone(), error.to_string()))?;
    let stream = TlsConnector::from(config).connect(name, stream).await.map_err(|error| {
        let certificate = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match certificate {
            Some(rustls::Error::InvalidCertificate(why)) => BindError::Certificate(host.clone(), why.to_string()),
            _ => BindError::Wire(error.into()),
        }
    })?;
    let (read, write) = tokio::io::split(stream);
    Ok((Box::new(read), Box::new(write)))
}

fn request(account: &SmppAccount, role: Role) -> Result<Pdu, BindError> {
    fn octets<const MAX: usize>(what: &str, value: &str) -> Result<COctetString<1, MAX>, BindError> {
        COctetString::from_string(value.to_owned()).map_err(|error| BindError::Settings(format!("{what}: {error}")))
    }
    let system_id = octets::<16>("system id", &account.system_id)?;
    let password = octets::<9>("password", account.password.reveal())?;
    let system_type = octets::<13>("system type", &account.system_type)?;
    macro_rules! bind {
        ($kind:ident) => {
            $kind::builder()
                .system_id(system_id)
                .password(password)
                .system_type(system_type)
                .interface_version(InterfaceVersion::Smpp3_4)
                .build()
                .into()
        };
    }
    Ok(match role {
        Role::Transceiver => bind!(BindTransceiver),
        Role::Transmitter => bind!(BindTransmitter),
        Role::Receiver => bind!(BindReceiver),
    })
}
