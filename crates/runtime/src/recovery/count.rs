//! What the gate will say of everything that is overdue: the real core, on the real states, and nothing is stored.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use model::decision::Verdict;
use model::signal::{Signal, SignalBody, Target};
use model::{ContactId, MessageId, MessageStatus, Millis, SenderId, SignalId, Timestamp, WorkspaceId};
use storage::{Decider as _, StepInput, StepOutput, StorageError};

use super::{RecoveryPlan, SenderShare};
use crate::Engine;

/// Overdue people, and queued messages of one sender, that are counted; of more it is said that there are more. Some seconds on a small machine.
const COUNT_MAX: u32 = 50_000;
/// States read at once.
const READS_AT_ONCE: usize = 16;
/// Messages of one person's wake that are followed to their hand-off.
const FOLLOWED_MAX: usize = 64;

/// Figures of one workspace.
struct Tally {
    plan: RecoveryPlan,
    senders: BTreeMap<SenderId, u64>,
}

/// One person's overdue work.
#[derive(Default)]
struct Overdue {
    wake: bool,
    queued: Vec<MessageId>,
}

impl Engine {
    /// Plans for every workspace that has anything overdue.
    pub(super) async fn count_overdue(&self, now: Timestamp, down_since: Timestamp) -> Result<Vec<RecoveryPlan>, StorageError> {
        let mut overdue: BTreeMap<(WorkspaceId, ContactId), Overdue> = BTreeMap::new();
        let due = self.store().due(now, COUNT_MAX).await?;
        let mut complete = due.len() < COUNT_MAX as usize;
        for (ws, contact, _) in due {
            overdue.entry((ws, contact)).or_default().wake = true;
        }
        for (sender, _) in self.store().queue_heads().await? {
            let queued = self.store().queued(sender, now, COUNT_MAX).await?;
            complete &= queued.len() < COUNT_MAX as usize;
            for message in queued {
                overdue.entry((message.workspace, message.contact)).or_default().queued.push(message.message);
            }
        }
        let mut tallies: BTreeMap<WorkspaceId, Tally> = BTreeMap::new();
        let states = overdue
            .into_iter()
            .map(|((ws, contact), overdue)| async move { (ws, contact, overdue, self.store().contact_state(ws, contact).await) });
        let mut states = stream::iter(states).buffered(READS_AT_ONCE);
        while let Some((ws, contact, overdue, state)) = states.next().await {
            let Some(state) = state? else { continue };
            let tally = tallies.entry(ws).or_insert_with(|| Tally {
                plan: RecoveryPlan { complete, ..RecoveryPlan::empty(ws, now, down_since) },
                senders: BTreeMap::new(),
            });
            self.foresee(tally, contact, state, overdue, now);
        }
        Ok(tallies.into_values().map(|tally| self.finished(tally)).collect())
    }

    /// Wakes one person in thought, and hands over what is queued then.
    fn foresee(&self, tally: &mut Tally, contact: ContactId, mut state: Vec<u8>, overdue: Overdue, now: Timestamp) {
        let ws = tally.plan.workspace;
        let mut queued = overdue.queued;
        tally.plan.counted += queued.len() as u64 + u64::from(overdue.wake);
        let woken = if overdue.wake { self.imagine(ws, contact, &state, SignalBody::Wake, now) } else { None };
        if let Some(output) = woken {
            // What is planned to go is followed to its hand-off; what is not, ends here.
            let silent = output.changes.decisions.iter().filter(|decision| matches!(decision.verdict, Verdict::Silent { .. }));
            silent.for_each(|decision| tally.note(&decision.verdict));
            for message in output.changes.messages.iter().filter(|message| message.status == MessageStatus::Queued) {
                if message.not_before.is_some_and(|at| at > now) {
                    tally.plan.deferred += 1;
                } else {
                    queued.push(message.id);
                }
            }
            state = output.state;
        }
        queued.sort_unstable();
        queued.dedup();
        for message in queued.into_iter().take(FOLLOWED_MAX) {
            let Some(output) = self.imagine(ws, contact, &state, SignalBody::HandOff { message }, now) else { continue };
            if let Some(decision) = output.changes.decisions.last() {
                tally.note(&decision.verdict);
            }
            state = output.state;
        }
    }

    fn imagine(&self, ws: WorkspaceId, contact: ContactId, state: &[u8], body: SignalBody, now: Timestamp) -> Option<StepOutput> {
        let signal = Signal {
            id: SignalId::from_u128(self.mint()),
            workspace: ws,
            target: Target::Contact(contact),
            event_time: now,
            arrival_time: now,
            source: "recovery_plan".to_owned(),
            dedupe_key: None,
            fingerprint: None,
            permit: Vec::new(),
            body,
        };
        // A step that cannot be made is parked by the store when it is real.
        self.core().decide(StepInput { contact, state: Some(state), signal: &signal, message: None, taken: &[] }).ok()
    }

    fn finished(&self, tally: Tally) -> RecoveryPlan {
        let Tally { mut plan, senders } = tally;
        for (sender, messages) in senders {
            let per_second = self.account(sender).map_or(1, |account| account.sender.per_second.max(1));
            plan.spread_over = plan.spread_over.max(Millis(i64::try_from(messages * 1_000 / u64::from(per_second)).unwrap_or(i64::MAX)));
            plan.senders.push(SenderShare { sender, messages, per_second });
        }
        plan
    }
}

impl Tally {
    fn note(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Send { sender, .. } => {
                self.plan.send += 1;
                *self.senders.entry(*sender).or_default() += 1;
            }
            Verdict::Defer { .. } => self.plan.deferred += 1,
            Verdict::Silent { code, .. } => match code.as_str() {
                "too_late" => self.plan.too_late += 1,
                "collapsed" => self.plan.collapsed += 1,
                _ => self.plan.not_sent += 1,
            },
        }
    }
}
