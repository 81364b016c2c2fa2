//! Messages on their way over one connection: their parts, what was answered, and what that makes of the whole.

use std::collections::{BTreeMap, VecDeque};

use model::MessageId;
use model::send_error::{Remedy, SendError};
use model::signal::SendOutcome;
use rusmpp::Pdu;
use tokio::sync::oneshot;

use crate::errors;

/// A message to send, and who waits for its outcome.
pub(crate) struct Job {
    pub message: MessageId,
    pub parts: Vec<Pdu>,
    pub reply: oneshot::Sender<SendOutcome>,
}

/// A part that is to be submitted.
pub(crate) struct Waiting {
    pub job: u64,
    pub part: usize,
    pub request: Pdu,
}

struct Open {
    message: MessageId,
    ids: Vec<Option<String>>,
    failed: Option<SendError>,
    under_way: usize,
    since: u64,
    reply: oneshot::Sender<SendOutcome>,
}

/// What to do about a job that has ended.
pub(crate) enum Ended {
    /// All parts were taken: their ids, to be written down before the outcome is told.
    Accepted {
        message: MessageId,
        ids: Vec<String>,
        reply: oneshot::Sender<SendOutcome>,
    },
    Other {
        outcome: SendOutcome,
        reply: oneshot::Sender<SendOutcome>,
    },
}

#[derive(Default)]
pub(crate) struct Jobs {
    next: u64,
    open: BTreeMap<u64, Open>,
    pub waiting: VecDeque<Waiting>,
}

impl Jobs {
    pub fn add(&mut self, job: Job, tick: u64) {
        let number = self.next;
        self.next += 1;
        let open =
            Open { message: job.message, ids: vec![None; job.parts.len()], failed: None, under_way: 0, since: tick, reply: job.reply };
        self.open.insert(number, open);
        self.waiting.extend(job.parts.into_iter().enumerate().map(|(part, request)| Waiting { job: number, part, request }));
    }

    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether a message has several parts.
    pub fn is_long(&self, job: u64) -> bool {
        self.open.get(&job).is_some_and(|open| open.ids.len() > 1)
    }

    pub fn submitted(&mut self, job: u64) {
        if let Some(open) = self.open.get_mut(&job) {
            open.under_way += 1;
        }
    }

    /// The centre wants the same part again, a little later: it goes to the head, so that the order stays.
    pub fn throttled(&mut self, part: Waiting) {
        if let Some(open) = self.open.get_mut(&part.job) {
            open.under_way -= 1;
            self.waiting.push_front(part);
        }
    }

    pub fn answered(&mut self, job: u64, part: usize, answer: Result<String, u32>) -> Option<Ended> {
        let open = self.open.get_mut(&job)?;
        open.under_way -= 1;
        match answer {
            Ok(id) => open.ids[part] = Some(id),
            Err(status) => {
                open.failed = Some(errors::send_error(status));
                self.waiting.retain(|waiting| waiting.job != job);
            }
        }
        self.ended(job)
    }

    fn ended(&mut self, job: u64) -> Option<Ended> {
        let open = self.open.get(&job)?;
        let over = open.under_way == 0 && (open.failed.is_some() || open.ids.iter().all(Option::is_some));
        if !over {
            return None;
        }
        let open = self.open.remove(&job)?;
        let taken = open.ids.iter().flatten().count();
        Some(match open.failed {
            None => Ended::Accepted { message: open.message, ids: open.ids.into_iter().flatten().collect(), reply: open.reply },
            // Repeating the whole would show the parts that arrived twice.
            Some(error) if taken > 0 && repeats(&error) => {
                let detail = format!("the centre took {taken} of {} parts: {error}", open.ids.len());
                Ended::Other { outcome: SendOutcome::Unknown { detail }, reply: open.reply }
            }
            Some(error) => Ended::Other { outcome: SendOutcome::Refused { error }, reply: open.reply },
        })
    }

    /// No answer in time.
    pub fn lost(&mut self, job: u64) -> Option<Ended> {
        let open = self.open.remove(&job)?;
        self.waiting.retain(|waiting| waiting.job != job);
        let outcome = SendOutcome::Unknown { detail: "the message centre did not answer in time".to_owned() };
        Some(Ended::Other { outcome, reply: open.reply })
    }

    /// Messages of which nothing was taken and that have waited for their turn for too long: others may be better off.
    pub fn give_up(&mut self, tick: u64, longest: u64) -> Vec<Ended> {
        let late = |open: &Open| tick - open.since > longest && open.under_way == 0 && open.ids.iter().all(Option::is_none);
        let late: Vec<u64> = self.open.iter().filter(|(_, open)| late(open)).map(|(job, _)| *job).collect();
        self.waiting.retain(|waiting| !late.contains(&waiting.job));
        let end = |open: Open| Ended::Other { outcome: SendOutcome::Refused { error: errors::send_error(0x58) }, reply: open.reply };
        late.iter().filter_map(|job| self.open.remove(job)).map(end).collect()
    }

    /// The connection is gone: what was under way may have arrived, the rest has not.
    pub fn broken(self, why: &str) -> Vec<Ended> {
        let end = |open: Open| {
            let touched = open.under_way > 0 || open.ids.iter().any(Option::is_some);
            let outcome = if touched { SendOutcome::Unknown { detail: why.to_owned() } } else { SendOutcome::NeverArrived };
            Ended::Other { outcome, reply: open.reply }
        };
        self.open.into_values().map(end).collect()
    }
}

const fn repeats(error: &SendError) -> bool {
    matches!(error.remedy, Remedy::Retry { .. } | Remedy::SlowSender { .. } | Remedy::SlowPair { .. })
}

#[cfg(test)]
mod tests {
    use rusmpp::pdus::SubmitSm;

    use super::*;

    fn jobs(parts: usize) -> (Jobs, oneshot::Receiver<SendOutcome>) {
        let (reply, outcome) = oneshot::channel();
        let mut jobs = Jobs::default();
        jobs.add(Job { message: MessageId::from_u128(1), parts: vec![SubmitSm::default().into(); parts], reply }, 0);
        (jobs, outcome)
    }

    fn submit_all(jobs: &mut Jobs) -> Vec<Waiting> {
        let all: Vec<Waiting> = jobs.waiting.drain(..).collect();
        for one in &all {
            jobs.submitted(one.job);
        }
        all
    }

    fn outcome(ended: Ended) -> SendOutcome {
        match ended {
            Ended::Accepted { ids, .. } => SendOutcome::Accepted { provider_id: ids.join("+"), learnt: Vec::new() },
            Ended::Other { outcome, .. } => outcome,
        }
    }

    #[test]
    fn a_message_is_accepted_when_its_last_part_is() {
        let (mut jobs, _reply) = jobs(2);
        submit_all(&mut jobs);
        assert!(jobs.answered(0, 1, Ok("b".into())).is_none());
        let ended = jobs.answered(0, 0, Ok("a".into())).unwrap();
        assert!(matches!(outcome(ended), SendOutcome::Accepted { provider_id, .. } if provider_id == "a+b"));
        assert!(jobs.is_empty());
    }

    #[test]
    fn a_message_half_taken_is_in_doubt_unless_it_is_refused_for_good() {
        for (status, doubt) in [(0x08, true), (0x0b, false)] {
            let (mut jobs, _reply) = jobs(2);
            submit_all(&mut jobs);
            assert!(jobs.answered(0, 0, Ok("a".into())).is_none());
            let outcome = outcome(jobs.answered(0, 1, Err(status)).unwrap());
            assert_eq!(matches!(outcome, SendOutcome::Unknown { .. }), doubt, "{outcome:?}");
        }
    }

    #[test]
    fn a_throttled_part_goes_to_the_head() {
        let (mut jobs, _reply) = jobs(3);
        let first = jobs.waiting.pop_front().unwrap();
        jobs.submitted(first.job);
        jobs.throttled(first);
        assert_eq!(jobs.waiting.iter().map(|waiting| waiting.part).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn a_broken_connection_leaves_doubt_only_about_what_was_under_way() {
        let (mut jobs, _reply) = jobs(1);
        let (reply, _outcome) = oneshot::channel();
        submit_all(&mut jobs);
        jobs.add(Job { message: MessageId::from_u128(2), parts: vec![SubmitSm::default().into()], reply }, 0);
        let outcomes: Vec<SendOutcome> = jobs.broken("gone").into_iter().map(outcome).collect();
        assert_eq!(outcomes, [SendOutcome::Unknown { detail: "gone".into() }, SendOutcome::NeverArrived]);
    }
}
