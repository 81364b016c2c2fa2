//! Calls that are kept free for messages which do not exist yet, so that a step which plans a message may hand it over as well.
//!
//! A call is kept only where the message could go at once anyway: the sender is this node's, has a token and room, and nothing waits for it. What
//! no message used comes back when the step has ended, however it ended.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use channel::Account;
use model::message::ChannelDraft;
use model::sender::{Sender, SenderStatus};
use model::signal::{AgentAct, Signal, SignalBody, Target};
use model::{AddressKey, Channel, Message, Timestamp, WorkspaceId};
use storage::{QueuedMessage, StepOutcome};

use super::desk::Desk;
use super::shared::Facts;
use super::tick::Going;
use crate::limits::Limits;
use crate::node::Tenure;

/// Senders that keep a call free for one signal: more than a journey's channels are seldom asked.
const SENDERS_MAX: usize = 4;

/// Where steps find the dispatcher of this node, if it has one.
#[derive(Default)]
pub(crate) struct Ahead(Mutex<Weak<Desk>>);

/// Senders that this node may use, and by what right.
type Served = Vec<(Arc<Account>, Tenure)>;

/// Calls that are kept free for signals of one group, which is about to be applied.
pub(crate) struct Kept {
    desk: Arc<Desk>,
    slots: Vec<Slot>,
    /// The dispatcher waited for a call that is not kept any more.
    look: bool,
}

/// One call, kept for the signal at a place in its group.
struct Slot {
    place: usize,
    account: Arc<Account>,
    tenure: Tenure,
    arrived: Timestamp,
}

impl Ahead {
    pub(super) fn serve(&self, desk: &Arc<Desk>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(desk);
    }

    /// Permits signals of a group what there is room for. Whoever has them applied tells the outcome.
    pub(crate) fn keep(&self, signals: &mut [Signal]) -> Option<Kept> {
        for signal in signals.iter_mut() {
            // Of a group that is tried again: what was kept then is gone.
            signal.permit.clear();
        }
        if !signals.iter().any(may_send) {
            return None;
        }
        let desk = self.0.lock().unwrap_or_else(PoisonError::into_inner).upgrade()?;
        let slots = desk.keep(signals);
        (!slots.is_empty()).then_some(Kept { desk, slots, look: false })
    }
}

impl Desk {
    fn keep(&self, signals: &mut [Signal]) -> Vec<Slot> {
        let now = self.engine.now();
        let queued = self.engine.bells.queued_so_far();
        let mut of: Option<(WorkspaceId, Served, Option<Limits>)> = None;
        let mut slots = Vec::new();
        let mut state = self.state();
        for (place, signal) in signals.iter_mut().enumerate().filter(|(_, signal)| may_send(signal)) {
            let ws = signal.workspace;
            let (served, limits) = match &of {
                Some((known, served, limits)) if *known == ws => (served, limits),
                _ => {
                    let (_, served, limits) = of.insert((ws, self.served(ws), self.engine.limits(ws)));
                    (&*served, &*limits)
                }
            };
            for (account, tenure) in served {
                let wanted = signal.permit.len() < SENDERS_MAX && suits(signal, &account.sender);
                if !wanted || !state.keep(account, *tenure, limits.as_ref(), &signal.target, queued, now) {
                    continue;
                }
                state.note_kept(signal.arrival_time);
                signal.permit.push(account.sender.id);
                slots.push(Slot { place, account: Arc::clone(account), tenure: *tenure, arrived: signal.arrival_time });
            }
        }
        slots
    }

    /// A workspace's senders that this node may use. None while a plan after an outage waits for a yes.
    fn served(&self, ws: WorkspaceId) -> Served {
        if self.engine.holds.keeps(ws, Timestamp::from_millis(i64::MIN)) {
            return Vec::new();
        }
        let accounts = self.engine.accounts(ws);
        let active = accounts.iter().filter(|account| account.sender.status == SenderStatus::Active);
        let ids = active.map(|account| account.sender.id);
        ids.filter_map(|id| Some((self.engine.account(id)?, self.engine.serves(id)?))).collect()
    }
}

impl Kept {
    /// The group is applied: messages that left get their calls, and every other call is free again.
    pub(crate) fn settle(mut self, outcomes: &mut [StepOutcome]) {
        let mut going = Vec::new();
        let mut state = self.desk.state();
        let now = self.desk.engine.now();
        let mut free = Vec::new();
        for slot in std::mem::take(&mut self.slots) {
            match take_message(outcomes.get_mut(slot.place), &slot) {
                Some(message) => {
                    let queued = as_queued(&message);
                    let catalogue = self.desk.engine.core().catalogue(message.workspace);
                    let facts = catalogue.map(|catalogue| Facts::of(&message, &catalogue));
                    let held_back = !state.use_kept(&slot.account, &queued, facts.as_ref(), now);
                    state.forget_kept(slot.arrived);
                    self.look |= state.waited_for_kept(queued.sender);
                    let one = Going { account: slot.account, tenure: slot.tenure, message: queued, held_back };
                    going.push((one, message));
                }
                None => free.push(slot),
            }
        }
        drop(state);
        self.slots = free;
        let desk = Arc::clone(&self.desk);
        // What was not used comes back before anybody is called.
        drop(self);
        desk.start(going);
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let mut look = self.look;
        let mut state = self.desk.state();
        for slot in self.slots.drain(..) {
            look |= state.give_back_kept(&slot.account);
            state.forget_kept(slot.arrived);
        }
        drop(state);
        if look {
            self.desk.engine.queued.notify_one();
        }
    }
}

/// The message that used a call.
fn take_message(outcome: Option<&mut StepOutcome>, slot: &Slot) -> Option<Message> {
    let Some(StepOutcome::Applied(applied)) = outcome else { return None };
    let place = applied.handed.iter().position(|message| message.sender == slot.account.sender.id)?;
    Some(applied.handed.swap_remove(place))
}

fn as_queued(message: &Message) -> QueuedMessage {
    QueuedMessage {
        workspace: message.workspace,
        message: message.id,
        contact: message.contact,
        sender: message.sender,
        address: message.address.clone(),
        class: message.class.rank(),
        not_before: message.not_before.unwrap_or(message.created_at),
    }
}

/// Kinds of signals that lead to messages. What waits for a provider's id may be applied much later, and a broadcast paces itself.
fn may_send(signal: &Signal) -> bool {
    !matches!(signal.target, Target::ProviderMessage { .. })
        && matches!(
            signal.body,
            SignalBody::Event { .. }
                | SignalBody::Inbound(_)
                | SignalBody::Wake
                | SignalBody::Request(_)
                | SignalBody::Agent { act: AgentAct::Reply { .. }, .. }
        )
}

fn suits(signal: &Signal, sender: &Sender) -> bool {
    let by = |draft: &ChannelDraft| draft.channel == sender.channel && draft.sender.is_none_or(|id| id == sender.id);
    match &signal.body {
        SignalBody::Inbound(inbound) => inbound.sender == sender.id,
        SignalBody::Request(request) => request.channels.iter().any(by),
        SignalBody::Agent { act: AgentAct::Reply { draft, .. }, .. } => by(draft),
        _ => true,
    }
}

/// Addresses that a signal names; its message may go to another.
pub(super) fn named(target: &Target) -> &[AddressKey] {
    if let Target::Addresses { keys, .. } = target { keys } else { &[] }
}

/// Whether a person may be written to only so often.
pub(super) fn is_paced(account: &Account) -> bool {
    account.sender.channel == Channel::Whatsapp
}
