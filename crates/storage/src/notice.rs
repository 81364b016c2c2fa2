//! What other nodes committed, as a hint to those who wait for it.
//!
//! Notices may come late, twice, or not at all: everybody who waits also looks by itself now and then. So a store may send them outside the
//! commit, and gather them for some milliseconds.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use model::{ContactId, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::step::StepOutcome;

/// Contacts that a notice names; of more it only says that there are.
const CONTACTS_MAX: usize = 256;

/// Something in a store changed. Short names, because some servers take few bytes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Notice {
    /// Messages were queued.
    #[serde(rename = "q", skip_serializing_if = "is_false")]
    pub queued: bool,
    /// The earliest of the wakes that moved.
    #[serde(rename = "w", skip_serializing_if = "Option::is_none")]
    pub wake: Option<Timestamp>,
    /// There may be new deliveries.
    #[serde(rename = "e", skip_serializing_if = "is_false")]
    pub deliveries: bool,
    /// Workspaces whose documents changed.
    #[serde(rename = "d", skip_serializing_if = "BTreeSet::is_empty")]
    pub documents: BTreeSet<WorkspaceId>,
    /// Contacts that changed, and whether their conversations did: what live views show.
    #[serde(rename = "c", skip_serializing_if = "BTreeMap::is_empty")]
    pub contacts: BTreeMap<WorkspaceId, BTreeMap<ContactId, bool>>,
    /// More contacts changed than are named.
    #[serde(rename = "m", skip_serializing_if = "is_false")]
    pub more_contacts: bool,
    /// Notices were lost: anything may have changed.
    #[serde(rename = "l", skip_serializing_if = "is_false")]
    pub lost: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Hears notices. It is called from a store's own threads and must return at once.
pub trait Listener: Send + Sync + 'static {
    fn notice(&self, notice: Notice);
}

impl Notice {
    /// Nobody knows what was missed, for instance after a connection broke.
    #[must_use]
    pub fn lost() -> Self {
        Self { lost: true, ..Self::default() }
    }

    /// A document of a workspace changed.
    #[must_use]
    pub fn document(ws: WorkspaceId) -> Self {
        Self { documents: BTreeSet::from([ws]), ..Self::default() }
    }

    /// What a committed step means to others.
    #[must_use]
    pub fn step(ws: WorkspaceId, outcome: &StepOutcome) -> Self {
        let StepOutcome::Applied(applied) = outcome else { return Self::default() };
        Self {
            queued: applied.queued,
            wake: applied.next_wake,
            deliveries: applied.deliveries,
            contacts: BTreeMap::from([(ws, BTreeMap::from([(applied.contact, applied.conversation)]))]),
            ..Self::default()
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what another notice says.
    pub fn merge(&mut self, other: Self) {
        self.queued |= other.queued;
        self.wake = match (self.wake, other.wake) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.deliveries |= other.deliveries;
        self.documents.extend(other.documents);
        self.more_contacts |= other.more_contacts;
        self.lost |= other.lost;
        let mut named: usize = self.contacts.values().map(BTreeMap::len).sum();
        for (ws, contacts) in other.contacts {
            let mine = self.contacts.entry(ws).or_default();
            for (contact, conversation) in contacts {
                if let Some(known) = mine.get_mut(&contact) {
                    *known |= conversation;
                } else if named < CONTACTS_MAX {
                    mine.insert(contact, conversation);
                    named += 1;
                } else {
                    self.more_contacts = true;
                }
            }
        }
        self.contacts.retain(|_, contacts| !contacts.is_empty());
    }

    /// As text of at most so many bytes: when it would be longer, contacts are left out, then all details.
    #[must_use]
    pub fn to_text(&self, most: usize) -> String {
        let text = |notice: &Self| serde_json::to_string(notice).unwrap_or_else(|_| LOST.to_owned());
        let whole = text(self);
        if whole.len() <= most {
            return whole;
        }
        let brief = text(&Self { contacts: BTreeMap::new(), more_contacts: true, ..self.clone() });
        if brief.len() <= most { brief } else { LOST.to_owned() }
    }

    /// What [`Notice::to_text`] wrote, also in another version; what cannot be read may have meant anything.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| Self::lost())
    }
}

const LOST: &str = r#"{"l":true}"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Applied;

    fn ws(n: u128) -> WorkspaceId {
        WorkspaceId::from_u128(n)
    }

    fn contact(n: u128, conversation: bool) -> Notice {
        let applied = Applied {
            contact: ContactId::from_u128(n),
            reply: serde_json::Value::Null,
            next_wake: Some(Timestamp::from_secs(i64::try_from(n).unwrap())),
            queued: false,
            conversation,
            deliveries: false,
            handed: Vec::new(),
            withdrawn: Vec::new(),
        };
        Notice::step(ws(1), &StepOutcome::Applied(applied))
    }

    #[test]
    fn merged_notices_say_what_each_said() {
        let mut all = contact(7, false);
        all.merge(contact(5, false));
        all.merge(contact(7, true));
        all.merge(Notice::document(ws(2)));
        assert_eq!(all.wake, Some(Timestamp::from_secs(5)));
        assert_eq!(all.contacts[&ws(1)], BTreeMap::from([(ContactId::from_u128(5), false), (ContactId::from_u128(7), true)]));
        assert_eq!(all.documents, BTreeSet::from([ws(2)]));
        assert!(!all.queued && !all.more_contacts && !all.lost);
        assert_eq!(Notice::from_text(&all.to_text(8_000)), all);
    }

    #[test]
    fn a_flood_is_told_without_names() {
        let mut all = Notice::default();
        assert!(all.is_empty());
        for n in 1..=1_000 {
            all.merge(contact(n, true));
        }
        assert!(all.more_contacts);
        assert_eq!(all.contacts[&ws(1)].len(), CONTACTS_MAX);
        let short = Notice::from_text(&all.to_text(500));
        assert_eq!(short, Notice { contacts: BTreeMap::new(), ..all.clone() });
        assert_eq!(Notice::from_text(&all.to_text(12)), Notice::lost());
    }

    #[test]
    fn what_cannot_be_read_means_that_anything_may_have_changed() {
        assert_eq!(Notice::from_text("?"), Notice::lost());
        assert_eq!(Notice::from_text(r#"{"q":true,"new":1}"#), Notice { queued: true, ..Notice::default() });
    }
}
