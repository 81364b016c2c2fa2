//! Coming to the recipients one after another, a little ahead of sending.
//!
//! What is queued at most is ten minutes' worth of what the senders may send. So a pause or a stop concerns few messages, consent is judged late,
//! and the queue stays short however large the audience is. Recipients whom the gate puts off (quiet hours) stay pending and take no room.

use std::collections::BTreeSet;

use decide::RunningBroadcast;
use model::broadcast::{Broadcast, BroadcastState, Closing, Recipient, RecipientState};
use model::sender::SenderStatus;
use model::signal::{BroadcastAct, SignalBody, Target};
use model::{ContactId, Millis, Timestamp, WorkspaceId};
use storage::StepOutcome;

use super::BroadcastError;
use super::ticking::{BroadcastLoop, Next, WATCH};
use crate::NewSignal;

/// Recipients decided about in one go: few enough that nobody waits long behind them in the store.
const BATCH: u64 = 128;
/// How far ahead of sending.
const AHEAD_SECS: u64 = 600;
/// Room that even the slowest sender's broadcast has.
const ROOM_MIN: u64 = 64;

/// How the recipients of a minute are spread over it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    at: Timestamp,
    /// Thousandths of recipients.
    credit: i64,
}

impl Pace {
    /// Whole recipients that may be decided about now. Holds at most five seconds' worth.
    fn refill(&mut self, per_minute: u32, now: Timestamp) -> u64 {
        let passed = (now - self.at).0.max(0);
        let most = (i64::from(per_minute) * 1_000 / 12).max(1_000);
        self.credit = self.credit.saturating_add(passed.saturating_mul(i64::from(per_minute)) / 60).min(most);
        self.at = now;
        u64::try_from(self.credit / 1_000).unwrap_or_default()
    }
}

impl BroadcastLoop {
    /// Plans the next recipients, and says what is to be done next.
    pub(super) async fn plan(
        &mut self,
        ws: WorkspaceId,
        broadcast: &Broadcast,
        running: &RunningBroadcast,
        now: Timestamp,
    ) -> Result<Next, BroadcastError> {
        let id = broadcast.id;
        let guard = self.engine().broadcast_guard(ws);
        let progress = self.engine().broadcast_progress(ws, id).await?;
        if let Some(breach) = guard.breach(&progress, broadcast.canary) {
            return self.turn(ws, id, BroadcastState::Stopping, Some(breach.reason()), now).await;
        }
        let canary_only = broadcast.state == BroadcastState::Canary;
        let room = self.room(ws, running).await?.min(BATCH);
        let allowed = match running.definition.per_minute {
            Some(per_minute) => {
                let pace = self.paces.entry(id).or_insert(Pace { at: now, credit: i64::from(per_minute) * 1_000 / 60 });
                room.min(pace.refill(per_minute, now))
            }
            None => room,
        };
        if allowed > 0 {
            let limit = u32::try_from(allowed).unwrap_or(u32::MAX);
            let mut rows = self.engine().store().pending_recipients(ws, id, true, now, limit).await?;
            if rows.is_empty() && !canary_only {
                rows = self.engine().store().pending_recipients(ws, id, false, now, limit).await?;
            }
            if !rows.is_empty() {
                let planned = rows.len() as u64;
                if !self.submit_plans(ws, id, rows, now).await? {
                    return Ok(Next::At(now + Millis::from_secs(1)));
                }
                if let Some(pace) = self.paces.get_mut(&id) {
                    pace.credit -= i64::try_from(planned).unwrap_or(i64::MAX).saturating_mul(1_000);
                }
                self.tell(ws, id);
                return Ok(if planned == allowed && running.definition.per_minute.is_some() {
                    Next::At(now + Millis::from_secs(1))
                } else {
                    Next::AtOnce
                });
            }
        } else {
            return Ok(Next::At(now + Millis::from_secs(1)));
        }
        // Nobody may be decided about now. Who waits for a later hour?
        let mut later = self.engine().store().pending_recipients(ws, id, true, Timestamp::MAX, 1).await?;
        if canary_only {
            if let Some((_, at)) = later.first() {
                return Ok(Next::At((*at).min(now + WATCH)));
            }
            return self.watch_canary(ws, broadcast, progress.count(RecipientState::Queued), now).await;
        }
        later.extend(self.engine().store().pending_recipients(ws, id, false, Timestamp::MAX, 1).await?);
        match later.iter().map(|(_, at)| *at).min() {
            Some(at) => Ok(Next::At(at.max(now + Millis(1)).min(now + WATCH))),
            None if progress.open() > 0 => Ok(Next::At(now + WATCH)),
            None => self.turn(ws, id, BroadcastState::Completed, None, now).await,
        }
    }

    /// How many more may be queued by this workspace's broadcasts for the senders of this one.
    async fn room(&self, ws: WorkspaceId, running: &RunningBroadcast) -> Result<u64, BroadcastError> {
        let Some(catalogue) = self.engine().core().catalogue(ws) else { return Ok(0) };
        let channels: BTreeSet<_> = running.definition.send.channels.iter().map(|draft| draft.channel).collect();
        let active = catalogue.senders.iter().filter(|sender| sender.status == SenderStatus::Active && channels.contains(&sender.channel));
        let per_second: u64 = active.map(|sender| u64::from(sender.per_second)).sum();
        let mut queued = 0;
        for (id, other) in &catalogue.broadcasts {
            if other.definition.send.channels.iter().any(|draft| channels.contains(&draft.channel)) {
                queued += self.engine().broadcast_progress(ws, *id).await?.count(RecipientState::Queued);
            }
        }
        Ok((per_second * AHEAD_SECS).max(ROOM_MIN).saturating_sub(queued))
    }

    /// Answers whether any row moved.
    async fn submit_plans(
        &self,
        ws: WorkspaceId,
        id: model::BroadcastId,
        rows: Vec<(ContactId, Timestamp)>,
        now: Timestamp,
    ) -> Result<bool, BroadcastError> {
        let signal = |(contact, not_before): &(ContactId, Timestamp)| {
            let body = SignalBody::Broadcast { broadcast: id, act: BroadcastAct::Plan };
            let mut signal = NewSignal::new(ws, Target::Contact(*contact), format!("broadcast:{id}"), body);
            // One decision for each time it came up: whoever was put off comes up again at another moment.
            signal.dedupe_key = Some(format!("broadcast:{id}:{contact}:{}", not_before.as_millis()));
            signal
        };
        let outcomes = self.engine().submit(rows.iter().map(signal).collect()).await?;
        let mut lost = Vec::new();
        for ((contact, not_before), outcome) in rows.iter().zip(&outcomes) {
            match outcome {
                // A rejection: it was paused or stopped at this moment, and the rows stay as they are.
                StepOutcome::Applied(_) | StepOutcome::Rejected(_) => {}
                // An operator may try it again, and then the row moves after all.
                StepOutcome::Parked { .. } | StepOutcome::Unresolved { .. } => lost.push(*contact),
                // It is parked since an earlier try; unless another node has just decided about it, and then the row has moved.
                StepOutcome::Duplicate { .. } => {
                    let row = self.engine().store().recipient(ws, id, *contact).await?;
                    let untouched = |row: &Recipient| {
                        row.state == RecipientState::Pending && row.not_before.unwrap_or_default() == *not_before && row.decision.is_none()
                    };
                    if row.as_ref().is_some_and(untouched) {
                        lost.push(*contact);
                    }
                }
            }
        }
        if !lost.is_empty() {
            tracing::error!(broadcast.id = %id, recipients = lost.len(), "Recipients of a broadcast could not be decided about");
            let closing = Closing {
                state: RecipientState::Failed,
                code: "not_decided".to_owned(),
                reason: "the step about this recipient failed; it is with the parked signals".to_owned(),
                at: now,
            };
            self.engine().store().close_recipients(ws, id, &lost, &closing).await?;
        }
        Ok(!lost.is_empty() || outcomes.iter().any(|outcome| matches!(outcome, StepOutcome::Applied(_))))
    }

    /// The canary has gone: what people make of it is watched for a while before the others follow.
    async fn watch_canary(&mut self, ws: WorkspaceId, broadcast: &Broadcast, queued: u64, now: Timestamp) -> Result<Next, BroadcastError> {
        if queued > 0 {
            return Ok(Next::At(now + WATCH));
        }
        let wait = self.engine().broadcast_guard(ws).canary_wait;
        match broadcast.canary_done_at {
            None => {
                self.engine()
                    .change_broadcast(ws, broadcast.id, |broadcast| {
                        broadcast.canary_done_at = Some(now);
                        Ok(())
                    })
                    .await?;
                Ok(Next::At(now + wait.min(WATCH)))
            }
            Some(done) if now - done < wait => Ok(Next::At((done + wait).min(now + WATCH))),
            Some(_) => self.turn(ws, broadcast.id, BroadcastState::Running, None, now).await,
        }
    }
}
