//! Looking at a contact for a broadcast without changing anything: is it chosen, and what would the gate say?

use journey::Broadcast;
use model::content::Content;
use model::decision::{DecisionRecord, Stage};
use model::signal::{Signal, SignalBody, Target};
use model::{BroadcastId, ContactId, MessageId, SignalId, Timestamp, WorkspaceId};
use policy::holdout::{HoldoutRule, hold_out};
use storage::StepInput;

use crate::work::Work;
use crate::{Catalogue, ContactState, StateError};

/// What a recipient would get if the broadcast came to them now.
#[derive(Clone, PartialEq, Debug)]
pub struct Preview {
    /// The verdict with all rules, as it would be stored.
    pub record: DecisionRecord,
    /// What would be said; absent when nothing would.
    pub content: Option<Content>,
    pub held_out: bool,
}

/// A contact's state, to be looked at.
pub struct Candidate<'a> {
    pub catalogue: &'a Catalogue,
    pub workspace: WorkspaceId,
    pub contact: ContactId,
    pub state: &'a [u8],
    pub now: Timestamp,
}

impl Candidate<'_> {
    /// Whether the broadcast's condition chooses this contact, with the reason why it could not be judged.
    pub fn chosen_by(&self, definition: &Broadcast) -> Result<(bool, Option<String>), StateError> {
        self.look(|work| definition.chooses(&work.step_env()))
    }

    /// What the gate and the holdout would say to it now.
    pub fn preview(&self, id: BroadcastId, definition: &Broadcast) -> Result<Preview, StateError> {
        self.look(|work| {
            let intent = definition.intent(id, self.now, &work.step_env());
            let mut ruling = work.judge(Stage::Plan, Some(MessageId::from_u128(0)), &intent);
            let rule = HoldoutRule { broadcast: id, contact: self.contact, share: definition.holdout };
            let held_out = hold_out(&mut ruling, &rule);
            Preview { record: ruling.record, content: ruling.chosen.map(|chosen| chosen.content), held_out }
        })
    }

    fn look<T>(&self, see: impl FnOnce(&mut Work<'_>) -> T) -> Result<T, StateError> {
        let state = ContactState::decode(self.state)?;
        let signal = Signal {
            id: SignalId::from_u128(0),
            workspace: self.workspace,
            target: Target::Contact(self.contact),
            event_time: self.now,
            arrival_time: self.now,
            source: "preview".to_owned(),
            dedupe_key: None,
            fingerprint: None,
            permit: Vec::new(),
            body: SignalBody::Wake,
        };
        let input = StepInput { contact: state.contact.id, state: None, signal: &signal, message: None, taken: &[] };
        Ok(see(&mut Work::new(self.catalogue, &input, state)))
    }
}
