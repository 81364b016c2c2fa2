//! Signed heads of the consent ledger: once a day a checkpoint over every contact's chain, so that nobody can cut a chain's end unseen (R-CON-1).

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use model::{ContactId, Millis, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt, LedgerFilter, Page, StorageError, StorageErrorKind};

use crate::Engine;
use crate::documents::{KeysDoc, WorkspaceDoc, only};
use crate::secure::SecureRng;

const EVERY: Millis = Millis::from_hours(24);
const PAGE: u32 = 2_000;

/// A signed statement: at this moment these were the heads of all chains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub workspace: WorkspaceId,
    pub at: Timestamp,
    /// Entries in all chains.
    pub entries: u64,
    pub contacts: u64,
    /// Hex: SHA-256 over `contact:length:head` lines in the order of contacts.
    pub root: String,
    /// Hex, Ed25519.
    pub public_key: String,
    pub signature: String,
}

impl Document for Checkpoint {
    const KIND: &'static str = "ledger_checkpoint";
    fn id(&self) -> String {
        // Ids sort as text, so that the newest is last.
        format!("{:013}", self.at.as_millis())
    }
}

/// One line of a checkpoint: a contact's chain and its length at that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainHead {
    pub length: u64,
    pub hash: String,
}

impl Checkpoint {
    fn message(workspace: WorkspaceId, at: Timestamp, entries: u64, contacts: u64, root: &str) -> String {
        format!("antiphon-ledger-checkpoint\n{workspace}\n{at}\n{entries}\n{contacts}\n{root}")
    }

    /// States and signs the heads.
    #[must_use]
    pub fn sign(workspace: WorkspaceId, at: Timestamp, heads: &BTreeMap<ContactId, ChainHead>, key: &Ed25519KeyPair) -> Self {
        let (entries, contacts) = (heads.values().map(|head| head.length).sum(), heads.len() as u64);
        let root = root_of(heads);
        let signature = key.sign(Self::message(workspace, at, entries, contacts, &root).as_bytes());
        Self {
            workspace,
            at,
            entries,
            contacts,
            root,
            public_key: to_hex(key.public_key().as_ref()),
            signature: to_hex(signature.as_ref()),
        }
    }

    /// Whether the signature is over this statement.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let (Some(key), Some(signature)) = (from_hex(&self.public_key), from_hex(&self.signature)) else { return false };
        let message = Self::message(self.workspace, self.at, self.entries, self.contacts, &self.root);
        UnparsedPublicKey::new(&ED25519, key).verify(message.as_bytes(), &signature).is_ok()
    }
}

/// The root over heads.
#[must_use]
pub fn root_of(heads: &BTreeMap<ContactId, ChainHead>) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    for (contact, head) in heads {
        context.update(format!("{contact}:{}:{}\n", head.length, head.hash).as_bytes());
    }
    to_hex(context.finish().as_ref())
}

/// Makes checkpoints.
pub struct CheckpointLoop {
    engine: Arc<Engine>,
}

impl CheckpointLoop {
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let mut next = now + EVERY;
        for ws in self.engine.store().workspaces().await? {
            let last = self.engine.store().all::<Checkpoint>(ws).await?.last().map(|stored| stored.value.at);
            let since = match last {
                Some(at) => at,
                None => match self.engine.store().get::<WorkspaceDoc>(ws, only()).await? {
                    Some(workspace) => workspace.value.created_at,
                    None => continue,
                },
            };
            if now - since >= EVERY {
                self.engine.checkpoint(ws).await?;
            } else {
                next = next.min(since + EVERY);
            }
        }
        Ok(Some(next))
    }
}

impl Engine {
    /// Signs the heads of all consent chains as they are now.
    pub async fn checkpoint(&self, ws: WorkspaceId) -> Result<Checkpoint, StorageError> {
        let damaged = || StorageError::new(StorageErrorKind::Corrupt, "the ledger's key is damaged");
        let keys = self.store().get::<KeysDoc>(ws, only()).await?.ok_or_else(damaged)?;
        let bytes = from_hex(&keys.value.ledger).ok_or_else(damaged)?;
        let key = Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| damaged())?;
        let heads = chain_heads(self.store().as_ref(), ws).await?;
        let checkpoint = Checkpoint::sign(ws, self.now(), &heads, &key);
        self.store().put(ws, &checkpoint, 0, checkpoint.at).await?;
        Ok(checkpoint)
    }
}

/// The head of every contact's chain, read from the ledger itself.
pub async fn chain_heads(store: &dyn storage::Store, ws: WorkspaceId) -> Result<BTreeMap<ContactId, ChainHead>, StorageError> {
    let mut heads = BTreeMap::new();
    let mut page = Page::first(PAGE);
    loop {
        let entries = store.ledger(ws, LedgerFilter::default(), page).await?;
        for entry in entries.items {
            heads.insert(entry.contact, ChainHead { length: entry.seq, hash: entry.hash });
        }
        match entries.next {
            Some(after) => page = Page { limit: PAGE, after: Some(after) },
            None => return Ok(heads),
        }
    }
}

/// Fresh keys for a workspace.
#[expect(clippy::disallowed_methods, reason = "a key pair takes its randomness from the library's own generator")]
pub(crate) fn new_keys() -> Result<KeysDoc, StorageError> {
    let rng = SecureRng::new();
    let signer = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
        .map_err(|_| StorageError::new(StorageErrorKind::Unavailable, "no signing key could be made: the machine has no randomness"))?;
    Ok(KeysDoc { gate: to_hex(&rng.bytes::<32>()), ledger: to_hex(signer.as_ref()) })
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
        text
    })
}

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads() -> BTreeMap<ContactId, ChainHead> {
        (1..4).map(|n| (ContactId::from_u128(n), ChainHead { length: n as u64, hash: format!("{n:064}") })).collect()
    }

    fn key() -> Ed25519KeyPair {
        Ed25519KeyPair::from_pkcs8(&from_hex(&new_keys().unwrap().ledger).unwrap()).unwrap()
    }

    #[test]
    fn r_con_1_a_signed_head_tells_when_a_chain_was_cut() {
        let checkpoint = Checkpoint::sign(WorkspaceId::from_u128(1), Timestamp::from_secs(9), &heads(), &key());
        assert!(checkpoint.is_signed());
        assert_eq!(checkpoint.entries, 6);
        let mut cut = heads();
        cut.remove(&ContactId::from_u128(2));
        assert_ne!(root_of(&cut), checkpoint.root);
    }

    #[test]
    fn r_con_1_a_changed_statement_is_not_signed() {
        let mut checkpoint = Checkpoint::sign(WorkspaceId::from_u128(1), Timestamp::from_secs(9), &heads(), &key());
        checkpoint.entries += 1;
        assert!(!checkpoint.is_signed());
    }

    #[test]
    fn hex_survives() {
        assert_eq!(from_hex(&to_hex(&[0, 15, 255])), Some(vec![0, 15, 255]));
        assert_eq!(from_hex("0g"), None);
        assert_eq!(from_hex("é"), None);
    }
}
