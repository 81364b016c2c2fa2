//! Sending: planning a message, and the last look before it is handed to the provider.

use model::decision::{DecisionRecord, Stage, Verdict};
use model::json_text;
use model::message::{Class, Intent, OnLate, Origin};
use model::send_error::FallbackCause;
use model::signal::MessageRequest;
use model::timeline::TimelineKind;
use model::{Direction, Message, MessageId, MessageStatus, Purpose};
use policy::{GateInput, Ruling};
use storage::{Rejection, StepError};

use crate::work::Work;

/// What became of a message that somebody wanted.
pub(crate) enum Planned {
    Queued { message: MessageId },
    Silent { code: String, cause: FallbackCause, reason: String },
}

impl Work<'_> {
    /// A message asked for through the API or as a test.
    pub fn request(&mut self, request: &MessageRequest) {
        let intent = Intent {
            origin: request.origin.clone(),
            class: request.class,
            purpose: request.purpose,
            topic: request.topic.clone(),
            channels: request.channels.clone(),
            due_at: self.now,
            max_lateness: request.max_lateness,
            on_late: OnLate::Skip,
            on_cap: model::message::OnCap::Skip,
            in_doubt: model::message::InDoubt::Drop,
            replaced_after: None,
            quote: None,
        };
        let planned = self.plan(intent);
        self.answer_plan(&planned);
    }

    /// Tells whoever asked what became of it. Also a silence is an answer, with its reason.
    pub fn answer_plan(&mut self, planned: &Planned) {
        match planned {
            Planned::Queued { message } => {
                self.reply("message_id", message.to_string());
                self.reply("sent", true);
            }
            Planned::Silent { code, cause, reason } => {
                self.reply("sent", false);
                self.reply("code", code.as_str());
                self.reply("cause", cause.as_str());
                self.reply("reason", reason.as_str());
            }
        }
        if let Some(decision) = self.changes.decisions.last() {
            let id = decision.id.to_string();
            self.reply("decision_id", id);
        }
    }

    /// Asks the gate, and queues the message if it may go now or later.
    pub fn plan(&mut self, intent: Intent) -> Planned {
        let now = self.now;
        let id = MessageId::mint(now, self.draws());
        let ruling = self.judge(Stage::Plan, Some(id), &intent);
        self.carry(id, intent, ruling)
    }

    /// Does what the gate said about a message that is planned.
    pub fn carry(&mut self, id: MessageId, intent: Intent, mut ruling: Ruling) -> Planned {
        let now = self.now;
        let seal = ruling.seal.take();
        let decision = ruling.record.id;
        let until = match &ruling.record.verdict {
            // Others have so long to claim the same moment (R-PRIO-1).
            Verdict::Send { .. } if self.competes(&intent.origin, intent.purpose) => now + self.catalogue.rulebook.contest.gather,
            Verdict::Send { .. } => now,
            Verdict::Defer { until, .. } => *until,
            Verdict::Silent { code, cause, reason } => {
                let planned = Planned::Silent { code: code.clone(), cause: *cause, reason: reason.clone() };
                self.not_sent(ruling.record, &intent);
                return planned;
            }
        };
        let Some(chosen) = ruling.chosen else {
            // The gate defers only what it could otherwise send; without a channel there is nothing to wait with.
            let reason = "the gate named no channel".to_owned();
            self.not_sent(ruling.record, &intent);
            return Planned::Silent { code: "no_channel".to_owned(), cause: FallbackCause::NotCapable, reason };
        };
        let message = Message {
            id,
            workspace: self.signal.workspace,
            contact: self.state.contact.id,
            conversation: self.state.thread.id,
            case: self.state.thread.case.as_ref().filter(|case| case.resolved_at.is_none()).map(|case| case.id),
            direction: Direction::Out,
            channel: chosen.channel,
            sender: chosen.sender,
            address: chosen.address,
            origin: intent.origin.clone(),
            class: intent.class,
            purpose: Some(intent.purpose),
            status: MessageStatus::Queued,
            times: [(MessageStatus::Queued, now)].into(),
            created_at: now,
            not_before: Some(until),
            content: Some(chosen.content),
            received: None,
            decision: Some(decision),
            provider_id: None,
            attempts: 0,
            error: None,
            price: chosen.price.map(|price| price.amount),
            double_reach: false,
            in_reply_to: intent.quote.as_ref().map(|quote| quote.message),
            edited_at: None,
            revoked_at: None,
            intent: Some(Box::new(intent)),
            seal: None,
        };
        self.record(ruling.record);
        self.state.history.reserve(id, now, message.channel, message.purpose.unwrap_or(Purpose::Service));
        let data = json_text!({ "channel": message.channel, "not_before": until, "summary": message.summary() });
        let line = self.note(TimelineKind::MessageQueued, data);
        line.message = Some(id);
        line.decision = Some(decision);
        line.run = run_of(&message.origin);
        self.count_step(&message, "queued");
        conversation::on_outbound(&mut self.state.thread, &message, now);
        self.state.outbox.push(message);
        self.save_queued(id);
        if let Some(seal) = seal {
            self.may_leave(id, seal);
        }
        Planned::Queued { message: id }
    }

    /// The dispatcher is about to call the provider: everything that may have changed is asked again.
    pub fn hand_off(&mut self, id: MessageId) -> Result<(), StepError> {
        let is_it = |message: &Message| message.id == id && message.status == MessageStatus::Queued;
        let Some(place) = self.state.outbox.iter().position(is_it) else {
            return Err(refused("not_queued", format!("message {id} is not queued: it was taken back, or is already on its way")));
        };
        if self.broadcast_in_the_way(place) {
            return Ok(());
        }
        let Some(mut intent) = self.state.outbox[place].intent.take() else {
            return Err(StepError::Poison(format!("queued message {id} has no intent")));
        };
        let planned = self.rendered_again(&intent.origin).map(|fresh| std::mem::replace(&mut intent.channels, fresh));
        let ruling = self.judge(Stage::HandOff, Some(id), &intent);
        let mut message = self.state.outbox.remove(place);
        message.decision = Some(ruling.record.id);
        match (&ruling.record.verdict, ruling.chosen, ruling.seal) {
            (Verdict::Send { .. }, Some(chosen), seal) => {
                let moved = chosen.sender != message.sender;
                message.channel = chosen.channel;
                message.sender = chosen.sender;
                message.address = chosen.address;
                message.content = Some(chosen.content);
                message.price = chosen.price.map(|price| price.amount);
                let on_late = intent.on_late.clone();
                message.intent = Some(intent);
                match seal {
                    // Another sender's turn: its own dispatcher asks again, because only it knows that sender's rate.
                    Some(_) if moved => {
                        message.not_before = Some(self.now);
                        self.reply("go", false);
                    }
                    Some(seal) => {
                        self.let_go(&mut message, seal, &on_late);
                        self.reply("go", true);
                        self.reply("attempt", message.attempts);
                    }
                    None => return Err(StepError::Poison(format!("the gate let message {id} go and gave no decision"))),
                }
                self.record(ruling.record);
                self.state.outbox.insert(place, message);
                self.save_queued(id);
            }
            (Verdict::Defer { until, reason }, ..) => {
                if let Some(planned) = planned {
                    intent.channels = planned;
                }
                message.intent = Some(intent);
                message.not_before = Some((*until).max(self.now + model::Millis(1)));
                self.reply("go", false);
                self.reply("reason", reason.as_str());
                self.record(ruling.record);
                self.state.outbox.insert(place, message);
                self.save_queued(id);
            }
            (Verdict::Silent { code, cause, reason }, ..) => {
                let (code, cause, reason) = (code.clone(), *cause, reason.clone());
                self.reply("go", false);
                self.reply("reason", reason.as_str());
                self.record(ruling.record);
                let status = if cause == FallbackCause::TooLate { MessageStatus::Expired } else { MessageStatus::Cancelled };
                self.take_back(message, status, &code, &reason, Some(cause));
            }
            (Verdict::Send { .. }, None, _) => return Err(StepError::Poison(format!("the gate let message {id} go and chose no channel"))),
        }
        self.drain_emitted();
        Ok(())
    }

    /// Takes a queued message back. With a cause its journey step takes the fallback edge; without one it is told that it was cancelled.
    pub fn take_back(&mut self, mut message: Message, status: MessageStatus, code: &str, reason: &str, cause: Option<FallbackCause>) {
        let now = self.now;
        message.advance(status, now);
        message.seal = None;
        message.intent = None;
        self.state.history.release(message.id);
        self.state.outbox.retain(|queued| queued.id != message.id);
        if matches!(message.origin, Origin::Broadcast { .. }) {
            self.taken_back.insert(message.id, (code.to_owned(), reason.to_owned()));
        }
        let kind = if status == MessageStatus::Expired { TimelineKind::MessageExpired } else { TimelineKind::MessageCancelled };
        let line =
            self.note(kind, json_text!({ "channel": message.channel, "code": code, "reason": reason, "summary": message.summary() }));
        line.message = Some(message.id);
        line.decision = message.decision;
        line.run = run_of(&message.origin);
        self.count_step(&message, if status == MessageStatus::Expired { "expired" } else { "cancelled" });
        let news = match cause {
            Some(cause) => journey::SendNews::NotSent { cause, at: now },
            None => journey::SendNews::Cancelled { at: now },
        };
        self.tell_run(&message, news);
        self.save_message(message);
    }

    /// Asks the gate with everything it may look at.
    pub fn judge(&mut self, stage: Stage, message: Option<MessageId>, intent: &Intent) -> Ruling {
        let decision_id = self.decision_id();
        let hold = self.hold(intent);
        let room = if stage == Stage::Plan { self.room(intent) } else { Vec::new() };
        let rivals = self.rivals(message, intent);
        policy::judge(&GateInput {
            now: self.now,
            stage,
            decision_id,
            workspace: self.signal.workspace,
            message,
            contact: &self.state.contact,
            consent: &self.state.consent,
            windows: &self.state.windows,
            history: &self.state.history,
            intent,
            rules: &self.catalogue.rulebook,
            senders: &self.catalogue.senders,
            templates: self.catalogue,
            hold: hold.as_deref(),
            weight: self.weight(&intent.origin),
            rivals: &rivals,
            newer_with_collapse_key: self.newer_with_key(message, &intent.on_late),
            // Counted over all contacts of a number, so no contact's state knows it: prices assume that the free ones are used up.
            service_messages: None,
            room: &room,
            key: &self.catalogue.gate_key,
        })
    }

    /// Why journeys must wait with this contact: a person has the word (R-INB-6), or the contact may have opted out in free words (A80).
    fn hold(&self, intent: &Intent) -> Option<String> {
        let by_itself = matches!(intent.origin, Origin::Journey { .. } | Origin::Broadcast { .. });
        if intent.purpose == Purpose::Promotional && self.state.opt_out_suspected.is_some() {
            return Some("the contact may have opted out in free words; a person must look first".to_owned());
        }
        let conversational = matches!(intent.purpose, Purpose::Promotional | Purpose::Service);
        (by_itself && conversational && conversation::human_owns(&self.state.thread))
            .then(|| "a person has this conversation: an open case holds what is not about an order or an appointment".to_owned())
    }

    /// Whether a newer message with the same key waits, or went before this one (R-LATE-2).
    pub(crate) fn newer_with_key(&self, this: Option<MessageId>, on_late: &OnLate) -> bool {
        let OnLate::CollapseToLatest(key) = on_late else { return false };
        // The outbox is in the order of planning; what is being planned is not in it yet and the newest of all.
        let newer = self.state.outbox.iter().skip_while(|other| Some(other.id) != this).skip(1);
        let waits = newer.filter_map(|other| other.intent.as_ref()).any(|intent| intent.on_late == *on_late);
        waits || self.state.latest.iter().any(|(of, went)| of == key && Some(*went) > this)
    }

    /// Remembers the newest message with a key that was handed over.
    pub(crate) fn note_latest(&mut self, id: MessageId, on_late: &OnLate) {
        let OnLate::CollapseToLatest(key) = on_late else { return };
        match self.state.latest.iter_mut().find(|(of, _)| of == key) {
            Some((_, went)) => *went = id.max(*went),
            None => self.state.latest.push((key.clone(), id)),
        }
    }

    fn rendered_again(&self, origin: &Origin) -> Option<Vec<model::message::ChannelDraft>> {
        if let Origin::Broadcast { broadcast, version } = origin {
            return self.broadcast_rendered_again(*broadcast, version);
        }
        let Origin::Journey { run, step, .. } = origin else { return None };
        let state = self.state.runs.iter().find(|state| state.id == *run)?;
        let def = self.catalogue.journey(&state.journey, &state.version)?;
        let drafts = journey::render_send(def, state, step, &self.step_env());
        (!drafts.is_empty()).then_some(drafts)
    }

    pub fn replace_outbox(&mut self, message: Message) {
        let id = message.id;
        match self.state.outbox.iter_mut().find(|queued| queued.id == id) {
            Some(slot) => *slot = message,
            None => self.state.outbox.push(message),
        }
        self.save_queued(id);
    }

    fn not_sent(&mut self, record: DecisionRecord, intent: &Intent) {
        let (code, reason) = match &record.verdict {
            Verdict::Silent { code, reason, .. } => (code.clone(), reason.clone()),
            _ => ("no_channel".to_owned(), "the gate named no channel".to_owned()),
        };
        let decision = record.id;
        let data = json_text!({ "code": code, "reason": reason, "summary": record.wanted.summary });
        self.record(record);
        let line = self.note(TimelineKind::MessageNotSent, data);
        line.decision = Some(decision);
        line.run = run_of(&intent.origin);
        if let Origin::Journey { journey, version, step, .. } = &intent.origin {
            let scope = crate::work::journey_scope(journey, version);
            self.count(&scope, step, "not_sent", 1);
        }
    }

    /// Cancels what is queued and would now be refused for consent, at once and not only at hand-off (R-CON-3).
    pub fn cancel_without_consent(&mut self) {
        let queued: Vec<Message> = self.state.outbox.iter().filter(|message| message.status == MessageStatus::Queued).cloned().collect();
        for message in queued {
            let Some(intent) = message.intent.as_deref().cloned() else { continue };
            if intent.class == Class::Agent || matches!(intent.origin, Origin::Compliance { .. }) {
                continue;
            }
            let ruling = self.judge(Stage::Plan, Some(message.id), &intent);
            if let Verdict::Silent { code, cause: cause @ (FallbackCause::NoConsent | FallbackCause::OptedOut), reason } =
                &ruling.record.verdict
            {
                let (code, cause, reason) = (code.clone(), *cause, reason.clone());
                let mut message = message;
                message.decision = Some(ruling.record.id);
                self.record(ruling.record);
                self.take_back(message, MessageStatus::Cancelled, &code, &reason, Some(cause));
            }
        }
    }
}

pub(crate) fn run_of(origin: &Origin) -> Option<model::RunId> {
    if let Origin::Journey { run, .. } = origin { Some(*run) } else { None }
}

pub(crate) fn refused(code: &str, detail: impl Into<String>) -> StepError {
    StepError::Rejected(Rejection { code: code.to_owned(), detail: detail.into(), data: serde_json::Value::Null })
}
