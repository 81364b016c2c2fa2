//! One recipient of a broadcast: the gate, the holdout, the message, and the row that says what became of it.

use std::sync::Arc;

use model::broadcast::{BroadcastMark, BroadcastState, RecipientChange, RecipientNews, RecipientState};
use model::consent::{ConsentAct, ConsentState};
use model::decision::{Stage, Verdict};
use model::message::Origin;
use model::signal::{BroadcastAct, SignalBody};
use model::{BroadcastId, DecisionId, Message, MessageId, MessageStatus, Millis, Timestamp};
use policy::holdout::{HoldoutRule, hold_out};
use storage::StepError;

use crate::send::refused;
use crate::work::Work;

/// How long after it an answer or a withdrawal is told to a broadcast.
const ATTRIBUTED_FOR: Millis = Millis::from_hours(72);
/// A paused broadcast's messages are looked at this often; going on releases them at once.
const PAUSED_RECHECK: Millis = Millis::from_mins(5);

/// A broadcast that is under way, as the catalogue has it.
#[derive(Clone, Debug)]
pub struct RunningBroadcast {
    pub definition: Arc<journey::Broadcast>,
    pub state: BroadcastState,
    /// When it began: lateness counts from here.
    pub due_at: Timestamp,
}

/// What may be done about a broadcast's recipients now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BroadcastPhase {
    Going,
    /// Nothing is decided and nothing leaves.
    Paused,
    /// What has not left is taken back.
    Stopped,
}

impl RunningBroadcast {
    #[must_use]
    pub const fn phase(&self) -> BroadcastPhase {
        match self.state {
            BroadcastState::Canary | BroadcastState::Running => BroadcastPhase::Going,
            // Everybody has an end; what was in doubt may still turn out not to have gone, and goes on.
            BroadcastState::Completed => BroadcastPhase::Going,
            BroadcastState::Stopping | BroadcastState::Stopped => BroadcastPhase::Stopped,
            BroadcastState::Draft
            | BroadcastState::Freezing
            | BroadcastState::Checking
            | BroadcastState::Scheduled
            | BroadcastState::Paused => BroadcastPhase::Paused,
        }
    }
}

impl Work<'_> {
    pub fn broadcast(&mut self, id: BroadcastId, act: BroadcastAct) -> Result<(), StepError> {
        match act {
            BroadcastAct::Plan => self.plan_recipient(id),
            BroadcastAct::Release => {
                for mut message in self.queued_by(id) {
                    message.not_before = Some(self.now);
                    self.replace_outbox(message);
                }
                Ok(())
            }
            BroadcastAct::Withdraw => {
                for message in self.queued_by(id) {
                    self.withdraw(message);
                }
                Ok(())
            }
        }
    }

    fn plan_recipient(&mut self, id: BroadcastId) -> Result<(), StepError> {
        let Some(running) = self.catalogue.broadcasts.get(&id) else {
            return Err(refused("broadcast_unknown", format!("broadcast {id} is not under way")));
        };
        if running.phase() != BroadcastPhase::Going {
            return Err(refused("broadcast_not_going", format!("broadcast {id} is paused or stopped")));
        }
        let intent = running.definition.intent(id, running.due_at, &self.step_env());
        let message = MessageId::mint(self.now, self.draws());
        let mut ruling = self.judge(Stage::Plan, Some(message), &intent);
        let rule = HoldoutRule { broadcast: id, contact: self.state.contact.id, share: running.definition.holdout };
        let held = hold_out(&mut ruling, &rule);
        let decision = ruling.record.id;
        if let Verdict::Defer { until, reason } = &ruling.record.verdict {
            // Asked again then, with the consent and the words of then; until then it takes no room in the queue.
            let until = (*until).max(self.now + Millis(1));
            self.recipient(id, RecipientState::Pending, Some(until), None, Some(reason.clone()), Some(decision));
            self.reply("not_before", until.to_string());
            self.record(ruling.record);
            return Ok(());
        }
        let planned = self.carry(message, intent, ruling);
        if let crate::send::Planned::Silent { code, reason, .. } = &planned {
            let state = if held { RecipientState::HeldOut } else { RecipientState::Silent };
            self.recipient(id, state, None, Some(code.clone()), Some(reason.clone()), Some(decision));
        }
        self.answer_plan(&planned);
        Ok(())
    }

    fn recipient(
        &mut self,
        broadcast: BroadcastId,
        state: RecipientState,
        not_before: Option<Timestamp>,
        code: Option<String>,
        reason: Option<String>,
        decision: Option<DecisionId>,
    ) {
        let news = RecipientNews::Moved { state, not_before, code, reason, decision, message: None, channel: None };
        self.changes.recipients.push(RecipientChange { broadcast, at: self.now, news });
    }

    fn queued_by(&self, id: BroadcastId) -> Vec<Message> {
        let is_its = |message: &&Message| message.status == MessageStatus::Queued && broadcast_of(message) == Some(id);
        self.state.outbox.iter().filter(is_its).cloned().collect()
    }

    fn withdraw(&mut self, message: Message) {
        self.take_back(message, MessageStatus::Cancelled, "stopped", "the broadcast was stopped before it left", None);
    }

    /// At hand-off: a broadcast that was paused or stopped meanwhile. Answers whether that settles it. One that the catalogue does not know
    /// (any more, or on this node not yet) leaves the message to the gate.
    pub fn broadcast_in_the_way(&mut self, place: usize) -> bool {
        let message = &self.state.outbox[place];
        let phase = broadcast_of(message).and_then(|id| self.catalogue.broadcasts.get(&id)).map(|running| running.phase());
        match phase {
            None | Some(BroadcastPhase::Going) => return false,
            Some(BroadcastPhase::Paused) => {
                let mut message = message.clone();
                message.not_before = Some(self.now + PAUSED_RECHECK);
                self.replace_outbox(message);
                self.reply("reason", "the broadcast is paused");
            }
            Some(BroadcastPhase::Stopped) => {
                self.withdraw(message.clone());
                self.reply("reason", "the broadcast was stopped");
            }
        }
        self.reply("go", false);
        true
    }

    /// What the message of a broadcast would say now.
    pub fn broadcast_rendered_again(&self, id: BroadcastId, version: &str) -> Option<Vec<model::message::ChannelDraft>> {
        let running = self.catalogue.broadcasts.get(&id).filter(|running| running.definition.version == version)?;
        Some(running.definition.intent(id, running.due_at, &self.step_env()).channels)
    }

    /// Writes into the rows what this step did to messages of broadcasts, and what the person made of the last one.
    pub fn follow_broadcasts(&mut self) {
        let mut news: Vec<(BroadcastId, RecipientNews)> = Vec::new();
        let mut mark = self.state.broadcast;
        let mut refused_by = None;
        for message in self.changed_messages() {
            let Some(broadcast) = broadcast_of(message) else { continue };
            let Some(state) = RecipientState::of_message(message.status) else { continue };
            let why = self.taken_back.get(&message.id).cloned();
            let failed = message.error.as_ref().filter(|_| message.status == MessageStatus::Failed);
            let (code, reason) = why.or_else(|| failed.map(|error| (error.code.clone(), error.for_user.clone()))).unzip();
            if let Some(at) = message.times.get(&MessageStatus::Accepted).filter(|at| mark.is_none_or(|mark| mark.at < **at)) {
                mark = Some(BroadcastMark { broadcast, message: message.id, at: *at });
            }
            if failed.is_some() {
                refused_by = Some(broadcast);
            }
            let (message, channel, decision) = (Some(message.id), Some(message.channel), message.decision);
            news.push((broadcast, RecipientNews::Moved { state, not_before: None, code, reason, decision, message, channel }));
        }
        let recent = mark.filter(|mark| self.now - mark.at <= ATTRIBUTED_FOR).map(|mark| mark.broadcast);
        if let Some(broadcast) = refused_by.or(recent) {
            news.extend(self.reaction().map(|news| (broadcast, news)));
        }
        self.state.broadcast = mark.filter(|mark| self.now - mark.at <= ATTRIBUTED_FOR);
        let at = self.now;
        self.changes.recipients.extend(news.into_iter().map(|(broadcast, news)| RecipientChange { broadcast, at, news }));
    }

    /// A withdrawal, or else an answer: STOP is not a response (A103).
    fn reaction(&self) -> Option<RecipientNews> {
        let withdrawn = self.changes.ledger.iter().map(|entry| &entry.change).find(|change| {
            // What follows a person to a new number was said long before.
            change.state == ConsentState::OptedOut && !change.source.starts_with("address_change")
        });
        match (withdrawn, &self.signal.body) {
            (Some(change), _) => {
                Some(RecipientNews::OptedOut { complaint: matches!(change.act, ConsentAct::ProviderReport | ConsentAct::PlatformSwitch) })
            }
            (None, SignalBody::Inbound(_)) => Some(RecipientNews::Replied),
            _ => None,
        }
    }
}

fn broadcast_of(message: &Message) -> Option<BroadcastId> {
    if let Origin::Broadcast { broadcast, .. } = &message.origin { Some(*broadcast) } else { None }
}
