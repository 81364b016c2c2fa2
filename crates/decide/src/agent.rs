//! What agents do.

use conversation::OpenCase;
use conversation::acts::{self, ActError, Acted};
use journey::Input;
use model::case::{Handoff, HandoffReason, Priority};
use model::content::Content;
use model::json_text;
use model::message::{ChannelDraft, Class, InDoubt, Intent, OnCap, OnLate, Origin, Quote, Rendered};
use model::signal::AgentAct;
use model::timeline::TimelineKind;
use model::value::Attributes;
use model::{CaseId, Message, MessageId, MessageStatus, Millis, Purpose, RunId, UserId};
use policy::TemplateLookup;
use storage::{Rejection, StepError};

use crate::send::{Planned, refused};
use crate::work::Work;

/// An agent's words are about now: an hour later they are out of date.
const REPLY_LATENESS: Millis = Millis::from_hours(1);

/// What an agent's words are for: service, unless nothing but one template may go that promotes or carries a code. The gate then asks for consent,
/// quiet hours and caps as it does for everybody (R-WIN-4).
#[must_use]
pub fn purpose_of_reply(draft: &ChannelDraft, templates: &impl TemplateLookup) -> Purpose {
    let of = |part: &Rendered| match part {
        Rendered::Ready(Content::Template(call)) => templates.template(call.template).map(|template| template.purpose),
        Rendered::Ready(_) | Rendered::Missing { .. } => None,
    };
    let mut purposes = draft.in_window.iter().chain(&draft.out_of_window).map(of);
    let first = purposes.next().flatten();
    match first {
        Some(own @ (Purpose::Promotional | Purpose::Authentication)) if purposes.all(|other| other == first) => own,
        _ => Purpose::Service,
    }
}

impl Work<'_> {
    pub fn agent(&mut self, user: UserId, act: &AgentAct) -> Result<(), StepError> {
        match act {
            AgentAct::Reply { draft, seen, reply_to } => self.agent_reply(user, draft, *seen, *reply_to)?,
            AgentAct::Note { text } => {
                self.note(TimelineKind::NoteAdded, json_text!({ "user": user, "text": text }));
            }
            AgentAct::Assign { to, queue } => {
                let acted = acts::assign(&mut self.state.thread, *to, queue.clone()).map_err(act_refused)?;
                if acted == Acted::Changed {
                    self.note(TimelineKind::CaseAssigned, json_text!({ "by": user, "to": to, "queue": queue }));
                }
            }
            AgentAct::SetPriority { priority } => {
                acts::set_priority(&mut self.state.thread, *priority).map_err(act_refused)?;
            }
            AgentAct::Resolve { category } => {
                acts::resolve(&mut self.state.thread, category.clone(), self.now).map_err(act_refused)?;
                self.state.opt_out_suspected = None;
                self.release_held();
                self.note(TimelineKind::CaseResolved, json_text!({ "by": user, "category": category }));
            }
            AgentAct::ReturnToBot => {
                acts::return_to_bot(&mut self.state.thread, self.now).map_err(act_refused)?;
                self.release_held();
                self.note(TimelineKind::ReturnedToBot, json_text!({ "by": user }));
            }
            AgentAct::Open { queue } => {
                let handoff = Handoff {
                    reason: HandoffReason::Agent,
                    summary: "Opened by an agent.".to_owned(),
                    fields: serde_json::Map::new(),
                    journey: None,
                    step: None,
                };
                self.open_case(queue.clone(), Priority::Normal, handoff, None);
            }
            AgentAct::Label { add, remove } => {
                acts::label(&mut self.state.thread, add, remove);
            }
            AgentAct::MarkRead => {
                acts::mark_read(&mut self.state.thread);
            }
            AgentAct::StopRun { run } => self.stop_run(user, *run)?,
            AgentAct::CancelMessage { message } => self.cancel_message(*message)?,
        }
        self.drain_emitted();
        Ok(())
    }

    fn agent_reply(
        &mut self,
        user: UserId,
        draft: &ChannelDraft,
        seen: Option<MessageId>,
        reply_to: Option<MessageId>,
    ) -> Result<(), StepError> {
        let quote = reply_to.map(|id| self.quotable(id, draft)).transpose()?;
        let before = self.state.thread.case.as_ref().and_then(|case| case.assignee);
        acts::reply(&mut self.state.thread, user, seen, self.now).map_err(act_refused)?;
        let after = self.state.thread.case.as_ref().and_then(|case| case.assignee);
        if before != after {
            self.note(TimelineKind::CaseAssigned, json_text!({ "by": user, "to": after }));
        }
        let planned = self.plan(Intent {
            origin: Origin::Agent { user },
            class: Class::Agent,
            purpose: purpose_of_reply(draft, self.catalogue),
            topic: None,
            channels: vec![draft.clone()],
            due_at: self.now,
            max_lateness: Some(REPLY_LATENESS),
            on_late: OnLate::Skip,
            on_cap: OnCap::Skip,
            in_doubt: InDoubt::Drop,
            replaced_after: None,
            quote,
        });
        if matches!(planned, Planned::Queued { .. }) {
            self.state.thread.unread = 0;
        }
        self.answer_plan(&planned);
        Ok(())
    }

    /// What a reply may quote: a message of this thread that its channel's provider knows, where the reply goes.
    fn quotable(&self, id: MessageId, draft: &ChannelDraft) -> Result<Quote, StepError> {
        let message = self.find_message(id).filter(|message| message.channel == draft.channel && message.revoked_at.is_none());
        let known = message.and_then(|message| message.provider_id.map(|provider_id| (message.sender, provider_id)));
        let (sender, provider_id) = known
            .ok_or_else(|| refused("not_quotable", format!("message {id} cannot be quoted on {}: it was not said there", draft.channel)))?;
        Ok(Quote { message: id, channel: draft.channel, sender, provider_id })
    }

    fn stop_run(&mut self, user: UserId, run: RunId) -> Result<(), StepError> {
        if !self.state.runs.iter().any(|state| state.id == run) {
            return Err(refused("run_not_active", format!("run {run} is not active")));
        }
        let reason = format!("stopped by {user}");
        self.advance(run, Input::Stop { reason: &reason });
        Ok(())
    }

    fn cancel_message(&mut self, id: MessageId) -> Result<(), StepError> {
        let queued = self.state.queued(id).filter(|message| message.status == MessageStatus::Queued).cloned();
        let Some(message) = queued else {
            return Err(refused("not_queued", format!("message {id} can no longer be taken back")));
        };
        self.take_back(message, MessageStatus::Cancelled, "cancelled_by_agent", "an agent took it back", None);
        Ok(())
    }

    /// What waited for the end of the case is asked again at once; the gate defers again what other rules hold.
    fn release_held(&mut self) {
        let now = self.now;
        let waiting = |message: &Message| message.status == MessageStatus::Queued && message.not_before.is_some_and(|at| at > now);
        let held: Vec<Message> = self.state.outbox.iter().filter(|message| waiting(message)).cloned().collect();
        for mut message in held {
            message.not_before = Some(now);
            self.replace_outbox(message);
        }
    }

    /// Opens a case, or joins the one that is open.
    pub fn open_case(&mut self, queue: String, priority: Priority, handoff: Handoff, run: Option<RunId>) {
        let now = self.now;
        let id = CaseId::mint(now, self.draws());
        let data = json_text!({ "queue": queue, "reason": handoff.reason, "summary": handoff.summary, "fields": handoff.fields });
        let promise = self.catalogue.queues.get(&queue).and_then(|queue| queue.first_reply_within);
        let reopened = self.state.thread.case.as_ref().is_some_and(|case| case.resolved_at.is_some());
        let new = OpenCase { id, queue: queue.clone(), priority, handoff, first_reply_within: promise };
        if conversation::open_case(&mut self.state.thread, new, now) {
            let kind = if reopened { TimelineKind::CaseReopened } else { TimelineKind::CaseOpened };
            // The summary may repeat what came in.
            let came = self.came;
            let line = self.note(kind, data);
            (line.run, line.message) = (run, came);
            let properties = Attributes::from([("queue".to_owned(), queue.into())]);
            self.deliver("case_opened", &properties, None);
        }
    }
}

fn act_refused(error: ActError) -> StepError {
    let (code, data) = match &error {
        ActError::NoCase => ("no_open_case", serde_json::Value::Null),
        ActError::Stale { latest } => ("stale_thread", serde_json::json!({ "latest": latest })),
    };
    StepError::Rejected(Rejection { code: code.to_owned(), detail: error.to_string(), data })
}
