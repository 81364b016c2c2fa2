//! The machine's own name servers, asked over TCP: an answer comes whole, and nobody beside the way can slip in another one.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::names::{Names, NotAsked};
use super::wire::{self, MX, TXT};

/// For one question to one server, from the first packet.
const WITHIN: Duration = Duration::from_secs(5);
/// Servers that are asked one after the other, as resolvers do.
const SERVERS_MAX: usize = 3;
/// A connection has one question, so its number says nothing.
const ID: u16 = 1;

/// Asks name servers for records.
#[derive(Clone, Debug)]
pub struct Resolver {
    servers: Vec<SocketAddr>,
}

impl Resolver {
    #[must_use]
    pub fn at(servers: Vec<SocketAddr>) -> Self {
        Self { servers }
    }

    /// By the text of a `resolv.conf`; `None` when it names no server.
    #[must_use]
    pub fn of(config: &str) -> Option<Self> {
        let named = config.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
        let servers: Vec<SocketAddr> =
            named.filter_map(|rest| rest.trim().parse::<IpAddr>().ok()).map(|ip| SocketAddr::new(ip, 53)).take(SERVERS_MAX).collect();
        (!servers.is_empty()).then_some(Self { servers })
    }

    async fn ask(&self, name: &str, kind: u16) -> Result<Vec<u8>, NotAsked> {
        let question = wire::question(ID, name, kind)?;
        let mut last = NotAsked::Unreachable("there is no name server".to_owned());
        for server in &self.servers {
            match tokio::time::timeout(WITHIN, said(*server, &question)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => last = NotAsked::Unreachable(error.to_string()),
                Err(_) => last = NotAsked::Late,
            }
        }
        Err(last)
    }
}

async fn said(server: SocketAddr, question: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let mut framed = u16::try_from(question.len()).map_err(std::io::Error::other)?.to_be_bytes().to_vec();
    framed.extend_from_slice(question);
    stream.write_all(&framed).await?;
    // The frame's two bytes bound the answer to 64 kB.
    let length = stream.read_u16().await?;
    let mut answer = vec![0; usize::from(length)];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

#[async_trait]
impl Names for Resolver {
    async fn texts(&self, name: &str) -> Result<Vec<String>, NotAsked> {
        let answer = self.ask(name, TXT).await?;
        let found = wire::records(&answer, ID, TXT)?;
        found.into_iter().map(|(at, length)| wire::text(&answer[at..at + length])).collect()
    }

    async fn mail_hosts(&self, name: &str) -> Result<Vec<String>, NotAsked> {
        let answer = self.ask(name, MX).await?;
        let found = wire::records(&answer, ID, MX)?;
        let mut hosts = found.into_iter().map(|(at, _)| wire::mail_host(&answer, at)).collect::<Result<Vec<_>, _>>()?;
        hosts.sort();
        Ok(hosts.into_iter().map(|(_, host)| host).collect())
    }
}
