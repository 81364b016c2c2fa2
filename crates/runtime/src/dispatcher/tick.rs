//! Choosing: who may go now, and when to look again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use channel::Account;
use model::{MessageId, Millis, SenderId, Timestamp, WorkspaceId};
use storage::{QueuedMessage, StorageError};

use super::desk::{Desk, OPEN_MAX, Seen, State};
use super::till::Till;
use crate::Engine;
use crate::node::Tenure;

/// Messages of one sender looked at beside those that may go: some are under way, some wait for their person's turn.
const LOOK_BESIDE: usize = 64;
/// Messages looked at when those at the front may not go.
const LOOK_MAX: usize = 8_192;

/// How long the queue of a sender counts as empty after all that was due in it went.
const LOOK_AGAIN: Millis = Millis::from_secs(1);

/// How provider calls are carried out: inside the tick, or beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spawning {
    /// The tick waits for them, one after the other: simulations, tests.
    Inline,
    /// Hand-offs and calls are tasks of their own, so that a slow provider holds up nobody.
    Tasks,
}

/// A message that goes, and by what right.
#[derive(Clone)]
pub(super) struct Going {
    pub(super) account: Arc<Account>,
    pub(super) tenure: Tenure,
    pub(super) message: QueuedMessage,
    /// Handed over by a step, and the person has had too many for now: it goes back into the queue.
    pub(super) held_back: bool,
}

pub struct Dispatcher {
    desk: Arc<Desk>,
    /// The sender that was served first in the last tick; the one after it is first in the next.
    turn: Option<SenderId>,
}

impl Dispatcher {
    #[must_use]
    pub fn new(engine: Arc<Engine>, spawning: Spawning) -> Self {
        let desk = Arc::new(Desk::new(engine, spawning));
        desk.engine.ahead().serve(&desk);
        Self { desk, turn: None }
    }

    /// Messages whose provider is being called by this process right now.
    #[must_use]
    pub fn active(&self) -> BTreeSet<MessageId> {
        self.desk.state().active.clone()
    }

    /// A view of [`Dispatcher::active`] for the loop that settles doubt.
    pub fn activity(&self) -> impl Fn(MessageId) -> bool + Send + Sync + 'static {
        let desk = Arc::clone(&self.desk);
        move |id| desk.state().may_call(id)
    }

    /// Hands over what may go at `now`; answers when to look again.
    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        self.desk.empty_inbox().await;
        let queued = self.desk.engine.bells.queued_so_far();
        let heads = self.desk.engine.store().queue_heads().await?;
        self.desk.state().seen = Some(Seen { queued, heads: heads.iter().copied().collect() });
        let mut next: Option<Timestamp> = None;
        let mut at = |moment: Timestamp| next = Some(next.map_or(moment, |other| other.min(moment)));
        // What goes of one workspace is one step.
        let mut going: BTreeMap<WorkspaceId, Vec<Going>> = BTreeMap::new();
        let mut failed = None;
        for (sender, head) in self.in_turn(heads) {
            if head > now {
                at(head);
                continue;
            }
            match self.serve(sender, now, &mut going).await {
                Ok(Some(again)) => at(again),
                Ok(None) => {}
                Err(error) => failed = Some(error),
            }
        }
        // Those that were chosen have their tokens: they go, also if another sender's queue could not be read.
        for (_, messages) in going {
            let handing = Arc::clone(&self.desk).hand_over(messages);
            match self.desk.spawning {
                // One workspace's failure keeps nobody else's messages: those would count as under way for ever.
                Spawning::Inline => match handing.await {
                    Ok(true) => {}
                    Ok(false) => at(now + Millis(1)),
                    Err(error) => failed = Some(error),
                },
                Spawning::Tasks => drop(tokio::spawn(async move {
                    if let Err(error) = handing.await {
                        tracing::error!(error = %error, "Messages could not be handed over; they stay queued");
                    }
                })),
            }
        }
        failed.map_or(Ok(next), Err)
    }

    /// Each tick begins with another sender, because all share what may be open at once.
    fn in_turn(&mut self, mut heads: Vec<(SenderId, Timestamp)>) -> Vec<(SenderId, Timestamp)> {
        heads.sort_unstable();
        let first = heads.iter().position(|(sender, _)| Some(*sender) > self.turn).unwrap_or(0);
        heads.rotate_left(first);
        self.turn = heads.first().map(|(sender, _)| *sender);
        heads
    }

    async fn serve(
        &self,
        sender: SenderId,
        now: Timestamp,
        going: &mut BTreeMap<WorkspaceId, Vec<Going>>,
    ) -> Result<Option<Timestamp>, StorageError> {
        let engine = &self.desk.engine;
        // Another node's: its own dispatcher looks.
        let Some(tenure) = engine.serves(sender) else { return Ok(None) };
        let Some(account) = engine.account(sender) else {
            tracing::warn!(sender.id = %sender, "Messages wait for a sender that has no account");
            return Ok(Some(now + Millis::from_mins(1)));
        };
        let limits = engine.limits(account.workspace);
        self.desk.state().renew_shared(&account, limits.as_ref(), tenure, now);
        if let Some(limits) = &limits
            && !self.desk.know_people(account.workspace, limits, now).await?
        {
            return Ok(Some(now + Millis(1)));
        }
        let most = match self.allowed(&account, tenure, now) {
            Allowed::Now(most) => most,
            Allowed::At(at) => return Ok(Some(at)),
            Allowed::AfterCall => return Ok(None),
        };
        let mut look = most + LOOK_BESIDE + self.desk.state().tills.get(&sender).map_or(0, |till| till.open);
        let mut left = most;
        let (later, drained) = loop {
            let queued = engine.store().queued(sender, now, u32::try_from(look).unwrap_or(u32::MAX)).await?;
            let all = queued.len() < look;
            if let Some(limits) = &limits {
                self.desk.look_inside(account.workspace, limits, &queued).await?;
            }
            let (chosen, again, over) = self.choose(&account, queued, left, now);
            left -= chosen.len();
            let messages = chosen.into_iter().map(|message| Going { account: Arc::clone(&account), tenure, message, held_back: false });
            going.entry(account.workspace).or_default().extend(messages);
            // Those at the front may all wait for something; nobody behind them should.
            if left == 0 || all || look >= LOOK_MAX {
                break (again, all && over == 0);
            }
            look = (look * 4).min(LOOK_MAX);
        };
        let mut state = self.desk.state();
        if drained && let Some(seen) = &mut state.seen {
            // All that was due goes. What is due next is looked up again soon.
            seen.heads.insert(sender, now + LOOK_AGAIN);
        }
        let Some(till) = state.tills.get_mut(&sender) else { return Ok(later) };
        if left > 0 {
            // Inside a tick nothing tells the end of a call, because it ends in the tick.
            let again = (till.waits && self.desk.spawning == Spawning::Inline).then_some(now + Millis(1));
            return Ok(later.into_iter().chain(again).min());
        }
        if till.room(account.sender.per_second) == 0 {
            till.waits = true;
            return Ok(later);
        }
        Ok(Some(till.next_token(now)))
    }

    /// How many messages of a sender may go now.
    fn allowed(&self, account: &Account, tenure: Tenure, now: Timestamp) -> Allowed {
        let (sender, rate) = (account.sender.id, account.sender.per_second);
        let mut state = self.desk.state();
        let everywhere = OPEN_MAX.saturating_sub(state.active.len());
        let till = state.tills.entry(sender).or_insert_with(|| Till::new(rate, tenure, now));
        till.renew(rate, tenure, now);
        if till.kept > 0 {
            till.waits_for_kept = true;
            return Allowed::AfterCall;
        }
        if let Some(until) = till.slow_until.filter(|until| *until > now) {
            return Allowed::At(until);
        }
        let room = till.room(rate).min(everywhere);
        if room == 0 {
            till.waits = true;
            // With room of its own it waits for somebody else's call.
            return if till.open > 0 { Allowed::AfterCall } else { Allowed::At(now + Millis(20)) };
        }
        match till.bucket.available(now) {
            0 => Allowed::At(till.next_token(now)),
            tokens => Allowed::Now(room.min(tokens as usize)),
        }
    }

    /// Those that may go, marked: from now on nobody may think that a dead process had them. Also when to look again, and how many stay.
    fn choose(
        &self,
        account: &Account,
        queued: Vec<QueuedMessage>,
        most: usize,
        now: Timestamp,
    ) -> (Vec<QueuedMessage>, Option<Timestamp>, usize) {
        let mut state = self.desk.state();
        let holds = &self.desk.engine.holds;
        let mut waiting = queued;
        // Those that are under way wait for nothing.
        waiting.retain(|message| !state.active.contains(&message.message));
        let all = waiting.len();
        waiting.retain(|message| !state.is_taken(message.message, now) && !holds.keeps_message(message));
        let State { tills, shared, .. } = &mut *state;
        let Some(till) = tills.get_mut(&account.sender.id) else { return (Vec::new(), None, all) };
        let choice = till.choose(account, shared.get_mut(&account.workspace), waiting, most, now);
        state.active.extend(choice.chosen.iter().map(|message| message.message));
        let stay = all - choice.chosen.len();
        (choice.chosen, choice.later, stay)
    }
}

enum Allowed {
    Now(usize),
    At(Timestamp),
    /// The end of a call wakes the dispatcher.
    AfterCall,
}
