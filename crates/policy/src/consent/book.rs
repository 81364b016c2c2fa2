//! A contact's consent as it stands: the projection of their chain, and the chain's head.

use model::consent::{ConsentAct, ConsentChange};
use model::{AddressKey, Channel, ConsentId, ConsentState, ContactId, LedgerEntry, Purpose, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};

use super::chain::{Head, entry_hash};
use super::model::ConsentModels;
use super::resolve::{ConsentRule, ConsentVerdict};
use crate::rule::Rule;

/// What an entry speaks about. `None` means all of them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Scope {
    pub address: AddressKey,
    pub channel: Option<Channel>,
    pub purpose: Option<Purpose>,
    pub topic: Option<String>,
}

model::compact_struct!(Scope { 1 address, 2 channel, 3 purpose, 4 topic });

/// The latest word on one scope.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Standing {
    pub scope: Scope,
    pub state: ConsentState,
    pub act: ConsentAct,
    pub source: String,
    /// Position in the chain: later entries have higher numbers.
    pub seq: u64,
    pub entry: ConsentId,
    pub at: Timestamp,
}

model::compact_struct!(Standing { 1 scope, 2 state, 3 act, 4 source, 5 seq, 6 entry, 7 at });

/// The consent of one contact over all their addresses, past ones included: unlinking an address takes nothing away (R-CON-4).
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ConsentBook {
    head: Head,
    /// One for each scope, in scope order.
    standing: Vec<Standing>,
}

model::compact_struct!(ConsentBook { 1 head, 2 standing });

impl ConsentBook {
    /// Writes one change: chains it and updates the projection. The caller stores the entry in the same transaction as the book.
    pub fn record(
        &mut self,
        id: ConsentId,
        workspace: WorkspaceId,
        contact: ContactId,
        change: ConsentChange,
        now: Timestamp,
    ) -> LedgerEntry {
        let mut entry = LedgerEntry {
            id,
            workspace,
            contact,
            seq: self.head.seq + 1,
            change,
            recorded_at: now,
            prev_hash: self.head.hash.clone(),
            hash: String::new(),
        };
        entry.hash = entry_hash(&entry);
        self.apply(&entry);
        entry
    }

    /// The book as it was when everything recorded up to a moment was known (R-CON-2). Entries come in chain order.
    #[must_use]
    pub fn replay(entries: &[LedgerEntry], until: Timestamp) -> Self {
        let mut book = Self::default();
        for entry in entries.iter().take_while(|e| e.recorded_at <= until) {
            book.apply(entry);
        }
        book
    }

    fn apply(&mut self, entry: &LedgerEntry) {
        let change = &entry.change;
        let standing = Standing {
            scope: Scope { address: change.address.clone(), channel: change.channel, purpose: change.purpose, topic: change.topic.clone() },
            state: change.state,
            act: change.act,
            source: change.source.clone(),
            seq: entry.seq,
            entry: entry.id,
            at: change.at,
        };
        match self.standing.binary_search_by(|s| s.scope.cmp(&standing.scope)) {
            Ok(i) => self.standing[i] = standing,
            Err(i) => self.standing.insert(i, standing),
        }
        self.head = Head { seq: entry.seq, hash: entry.hash.clone() };
    }

    /// Whether a message may go to this address, on this channel, for this purpose and topic.
    #[must_use]
    pub fn check(
        &self,
        address: &AddressKey,
        channel: Channel,
        purpose: Purpose,
        topic: Option<&str>,
        models: &ConsentModels,
    ) -> ConsentVerdict {
        let rule = self.question(address, channel, purpose, topic, models, false);
        let finding = rule.evaluate();
        ConsentVerdict { allowed: finding.clears(), code: finding.code, detail: finding.detail, model: rule.model }
    }

    /// The stored form of the question: the model, and every entry that covers it.
    #[must_use]
    pub fn question(
        &self,
        address: &AddressKey,
        channel: Channel,
        purpose: Purpose,
        topic: Option<&str>,
        models: &ConsentModels,
        compliance: bool,
    ) -> ConsentRule {
        let mut rule = ConsentRule {
            address: address.clone(),
            channel,
            purpose,
            topic: topic.map(str::to_owned),
            model: models.model(channel, purpose),
            general_unlocks: models.general_unlocks.contains(&channel),
            compliance,
            answers: None,
            entries: Vec::new(),
        };
        rule.entries = self.standing.iter().filter(|s| rule.is_covered_by(&s.scope)).cloned().collect();
        rule
    }

    /// What another contact's book must record when addresses move there or the contacts are merged: every opt-out of this book, for each
    /// of the addresses. So a merged contact has the stricter consent of both, and a moved address keeps its refusals (R-CON-4, R-INB-7).
    #[must_use]
    pub fn carried_opt_outs(&self, addresses: &[AddressKey], now: Timestamp) -> Vec<ConsentChange> {
        let lifted = |out: &Standing| {
            self.standing.iter().any(|s| {
                s.state == ConsentState::OptedIn
                    && s.seq > out.seq
                    && s.scope == Scope { address: s.scope.address.clone(), ..out.scope.clone() }
                    && (s.scope.address == out.scope.address || addresses.contains(&s.scope.address))
            })
        };
        let outs = self.standing.iter().filter(|s| s.state == ConsentState::OptedOut && !lifted(s));
        outs.flat_map(|out| {
            addresses.iter().map(move |address| ConsentChange {
                address: address.clone(),
                channel: out.scope.channel,
                purpose: out.scope.purpose,
                topic: out.scope.topic.clone(),
                state: ConsentState::OptedOut,
                act: out.act,
                wording: None,
                source: out.source.clone(),
                actor: "system:address_moved".to_owned(),
                ip: None,
                user_agent: None,
                at: now,
                evidence: Some(out.entry.to_string()),
            })
        })
        .collect()
    }

    /// Whether something is recorded for the same scope that was said after this.
    #[must_use]
    pub fn knows_later(&self, change: &ConsentChange) -> bool {
        let same = |scope: &Scope| {
            scope.address == change.address
                && scope.channel == change.channel
                && scope.purpose == change.purpose
                && scope.topic == change.topic
        };
        self.standing.iter().any(|standing| standing.at > change.at && same(&standing.scope))
    }

    /// The latest word on every scope, for people and for the API.
    #[must_use]
    pub fn standing(&self) -> &[Standing] {
        &self.standing
    }

    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }
}
