//! What every adapter promises of what it hears, and what adapters need to hear anything.

use std::fmt::Debug;

use async_trait::async_trait;
use channel::{Account, Adapter, Call, Heard, Provider, Received, Refused};
use futures_util::FutureExt as _;
use http_client::{HeaderMap, HttpError, HttpErrorKind, Request, Response, Transport};
use model::sender::{Sender, SenderStatus};
use model::signal::SignalBody;
use model::{Channel, SenderId, Timestamp, WorkspaceId};

use crate::target::{Broken, promise, read_as};

/// When everything arrives. Signatures are made for it.
pub(super) const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);
/// Longest body of a webhook that is tried. The door lets 1 MiB through; what grows faster than its input shows long before.
pub(super) const BODY_MAX: usize = 48 * 1024;

pub(super) fn account(channel: Channel, address: &str, provider: Provider) -> Account {
    let sender = Sender {
        id: SenderId::from_u128(2),
        channel,
        name: "Main".into(),
        address: address.into(),
        provider_ref: address.into(),
        status: SenderStatus::Active,
        per_second: 1,
    };
    Account { workspace: WorkspaceId::from_u128(1), sender, provider }
}

/// Nothing goes out from here.
pub(super) struct Nowhere;

#[async_trait]
impl Transport for Nowhere {
    async fn send(&self, _: Request) -> Result<Response, HttpError> {
        Err(HttpError::new(HttpErrorKind::NotConnected, "there is no network here"))
    }
}

/// Gives an adapter one delivery.
pub(super) fn deliver(
    adapter: &dyn Adapter,
    account: &Account,
    part: &str,
    headers: &[(&'static str, String)],
    body: &[u8],
) -> Result<u64, Broken> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().map_err(|_| Broken(format!("the header {name} cannot be sent")))?);
    }
    let path = format!("/webhooks/x/{}/{part}", account.sender.id);
    let call = Call { part, path: &path, headers: &map, body };
    let hear = || adapter.receive(account, &call, NOW).now_or_never();
    let Some(heard) = hear() else { return Err(Broken("waits for something although nothing is to be waited for".into())) };
    // A redelivery has the same keys, or it is taken twice.
    promise(hear().as_ref() == Some(&heard), || "the same delivery is read in two ways".into())?;
    outcome(&heard)
}

pub(super) fn outcome(heard: &Result<Heard, Refused>) -> Result<u64, Broken> {
    match heard {
        Ok(heard) => {
            sound(&heard.received)?;
            read_as(&heard.received)
        }
        Err(Refused::NoSignature | Refused::BadSignature) => read_as(&"turned away"),
        Err(refused) => read_as(refused),
    }
}

/// Everything has a key, and a signal comes out of the store as it went in.
pub(super) fn sound(received: &[Received]) -> Result<(), Broken> {
    for one in received {
        match one {
            Received::Contact(incoming) => {
                promise(!incoming.dedupe_key.is_empty(), || "a signal has no key".into())?;
                stored::<SignalBody>(&incoming.body)?;
            }
            Received::Kept { key, .. } => promise(!key.is_empty(), || "what is kept has no key".into())?,
            Received::Sender(report) => stored(report)?,
            Received::Template(report) => stored(report)?,
            Received::Broken { .. } => {}
        }
    }
    Ok(())
}

fn stored<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + Debug>(record: &T) -> Result<(), Broken> {
    let text = serde_json::to_string(record).map_err(|error| Broken(format!("cannot be stored: {error}")))?;
    let packed = packed::pack(record).map_err(|error| Broken(format!("cannot be packed: {error}")))?;
    let unpacked = packed::unpack(&packed);
    promise(unpacked.as_deref() == Some(text.as_bytes()), || format!("comes out of the packed form changed: {text}"))?;
    let back: T = serde_json::from_str(&text).map_err(|error| Broken(format!("cannot be read from the store: {error}")))?;
    promise(&back == record, || format!("comes out of the store changed: {record:?}"))
}
