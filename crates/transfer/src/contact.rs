//! Everything that there is of one contact.

use std::collections::BTreeMap;

use model::broadcast::{Recipient, RecipientChange, RecipientNews};
use model::change::Changes;
use model::delivery::Delivery;
use model::{AddressKey, ContactId, WorkspaceId};
use storage::{ConversationFilter, DecisionFilter, LedgerFilter, MessageFilter, RunFilter, Store, TimelineFilter};

use crate::error::TransferError;
use crate::importer::Look;
use crate::pages::{all, oldest_first};

/// Rows of contacts that a store lists only by other things; read once, before the contacts.
#[derive(Default)]
pub(crate) struct ByContact {
    pub(crate) deliveries: BTreeMap<ContactId, Vec<Delivery>>,
    pub(crate) recipients: BTreeMap<ContactId, Vec<Recipient>>,
}

/// Those of one contact.
#[derive(Default)]
pub(crate) struct Beside {
    deliveries: Vec<Delivery>,
    recipients: Vec<Recipient>,
}

impl ByContact {
    pub(crate) fn take(&mut self, contact: ContactId) -> Beside {
        Beside {
            deliveries: self.deliveries.remove(&contact).unwrap_or_default(),
            recipients: self.recipients.remove(&contact).unwrap_or_default(),
        }
    }
}

/// State and rows of a contact, as one step would write them.
pub(crate) async fn gather(
    source: &dyn Store,
    look: &dyn Look,
    ws: WorkspaceId,
    contact: ContactId,
    beside: Beside,
) -> Result<(Vec<u8>, Changes), TransferError> {
    let state = source.contact_state(ws, contact).await?.ok_or(TransferError::NoState(contact))?;
    let (row, addresses) = look.look(contact, &state).map_err(|reason| TransferError::Unreadable { contact, reason })?;
    let (of_message, of_decision) =
        (MessageFilter { contact: Some(contact), ..Default::default() }, DecisionFilter { contact: Some(contact), ..Default::default() });
    let (of_run, of_ledger) =
        (RunFilter { contact: Some(contact), ..Default::default() }, LedgerFilter { contact: Some(contact), ..Default::default() });
    let of_conversation = ConversationFilter { contact: Some(contact), ..Default::default() };
    let changes = Changes {
        contact: Some(row),
        link: owned(source, ws, contact, addresses).await?,
        unlink: Vec::new(),
        messages: oldest_first(|page| source.messages(ws, of_message.clone(), page)).await?,
        decisions: oldest_first(|page| source.decisions(ws, of_decision.clone(), page)).await?,
        ledger: all(|page| source.ledger(ws, of_ledger.clone(), page)).await?,
        timeline: oldest_first(|page| source.timeline(ws, contact, TimelineFilter::default(), page)).await?,
        conversation: all(|page| source.conversations(ws, of_conversation.clone(), page)).await?.into_iter().next(),
        runs: oldest_first(|page| source.runs(ws, of_run.clone(), page)).await?,
        counters: Vec::new(),
        recipients: beside.recipients.into_iter().flat_map(changes_of).collect(),
        deliveries: beside.deliveries,
        handed: Vec::new(),
        withdrawn: Vec::new(),
        next_wake: None,
    };
    Ok((state, changes))
}

/// An address may stand in a state and lead to somebody else, who had it first.
async fn owned(
    source: &dyn Store,
    ws: WorkspaceId,
    contact: ContactId,
    addresses: Vec<AddressKey>,
) -> Result<Vec<AddressKey>, TransferError> {
    let mut owned = Vec::new();
    for key in addresses {
        if source.find_contact(ws, std::slice::from_ref(&key)).await? == Some(contact) {
            owned.push(key);
        }
    }
    Ok(owned)
}

/// What moves a fresh recipient to where this one stands.
fn changes_of(row: Recipient) -> Vec<RecipientChange> {
    let Recipient { broadcast, state, not_before, at, code, reason, decision, message, channel, replied_at, opted_out_at, .. } = row;
    let change = |at, news| RecipientChange { broadcast, at, news };
    let moved = change(at, RecipientNews::Moved { state, not_before, code, reason, decision, message, channel });
    let replied = replied_at.map(|at| change(at, RecipientNews::Replied));
    // Complaints are counted apart.
    let opted_out = opted_out_at.map(|at| change(at, RecipientNews::OptedOut { complaint: false }));
    [Some(moved), replied, opted_out].into_iter().flatten().collect()
}
