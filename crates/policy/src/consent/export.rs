//! The answer to "prove it": what this person was shown, what they did, when, and that nobody changed the record since (A66).

use model::consent::Wording;
use model::{AddressKey, LedgerEntry, Timestamp};
use serde::Serialize;

use super::chain::{Broken, Head, sha256_hex, verify_chain};

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Evidence {
    /// The latest entry about the address at that moment.
    pub entry: LedgerEntry,
    /// The exact words that were shown, if the entry names any and they are on record.
    pub wording: Option<Wording>,
    /// Whether the words on record are the ones that the entry names: their SHA-256 is equal.
    pub wording_matches: Option<bool>,
    /// The whole chain, so that anybody can verify it with `docs/consent-ledger.md` alone.
    pub chain: Vec<LedgerEntry>,
    pub head: Head,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EvidenceError {
    #[error("nothing was recorded about {address} up to {at}")]
    Nothing { address: AddressKey, at: Timestamp },
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// Everything about the consent of one address at one moment. Give it all the contact's entries in chain order.
pub fn export_evidence(
    entries: &[LedgerEntry],
    wordings: &[Wording],
    address: &AddressKey,
    at: Timestamp,
) -> Result<Evidence, EvidenceError> {
    let head = verify_chain(entries)?;
    let entry = entries
        .iter()
        .rfind(|e| e.change.address == *address && e.change.at <= at)
        .ok_or_else(|| EvidenceError::Nothing { address: address.clone(), at })?;
    let wording = entry.change.wording.as_ref().and_then(|hash| wordings.iter().find(|w| w.hash == *hash));
    Ok(Evidence {
        entry: entry.clone(),
        wording: wording.cloned(),
        wording_matches: wording.map(|w| sha256_hex(w.text.as_bytes()) == w.hash),
        chain: entries.to_vec(),
        head,
    })
}
