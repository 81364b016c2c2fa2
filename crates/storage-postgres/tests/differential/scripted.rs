//! Random scripts: everything that a step may change, in batches that make signals meet.

use std::collections::BTreeMap;

use model::broadcast::{NewRecipient, RecipientChange, RecipientNews, RecipientState};
use model::case::ConversationStatus;
use model::change::{CounterDelta, RunStatus};
use model::signal::{Signal, SignalBody, Target};
use model::timeline::TimelineKind;
use model::{AddressKey, Channel, ContactId, Draws, Message, MessageId, MessageStatus, Rng, SignalId};
use serde_json::json;
use storage::{Rejection, StepOutcome};
use storage_tests::make::{
    OTHER_WS, WS, at, by_journey, conversation, decision, delivery, event, ledger, message, phone, profile, receipt, run, signal,
};
use storage_tests::{Script, ScriptedDecider};

use crate::pair::{BROADCAST, Pair};

const BATCHES: u64 = 40;
const PHONES: u64 = 12;

struct History {
    draws: Draws,
    serial: u128,
    contacts: Vec<ContactId>,
    /// The next place in each contact's consent chain, as far as it is known here.
    chains: BTreeMap<ContactId, u64>,
}

impl History {
    fn below(&mut self, n: u64) -> u64 {
        self.draws.below(n)
    }

    fn chance(&mut self, one_in: u64) -> bool {
        self.draws.below(one_in) == 0
    }

    fn phone(&mut self) -> AddressKey {
        phone(self.below(PHONES) as u32)
    }

    fn contact(&mut self) -> Option<ContactId> {
        let at = self.draws.below(self.contacts.len().max(1) as u64) as usize;
        self.contacts.get(at).copied()
    }

    /// Messages belong to one contact for ever, and keep their provider's id.
    fn message_id(&mut self, contact: ContactId) -> u128 {
        contact.as_u128() * 100 + u128::from(self.below(4))
    }

    fn target(&mut self) -> Target {
        let known = self.contact();
        match (self.below(10), known) {
            (0..=4, _) | (_, None) => {
                let keys = (0..=self.below(2)).map(|_| self.phone()).collect();
                Target::Addresses { keys, create: !self.chance(8) }
            }
            (5 | 6, Some(contact)) => Target::Contact(contact),
            (7, Some(contact)) => Target::Message(MessageId::from_u128(self.message_id(contact))),
            (8, Some(contact)) => {
                Target::ProviderMessage { channel: Channel::Whatsapp, provider_id: format!("wamid.{}", self.message_id(contact)) }
            }
            _ => Target::Contact(ContactId::from_u128(999_999)),
        }
    }

    fn message(&mut self, contact: ContactId) -> Message {
        use MessageStatus::{Accepted, Cancelled, Delivered, Failed, InDoubt, Queued, Sending};
        let status = [Queued, Queued, Sending, InDoubt, Accepted, Delivered, Failed, Cancelled][self.below(8) as usize];
        let id = self.message_id(contact);
        Message {
            provider_id: (!id.is_multiple_of(3)).then(|| format!("wamid.{id}")),
            not_before: self.chance(2).then(|| at(self.draws.below(100) as i64)),
            origin: if id.is_multiple_of(2) { by_journey("reminder") } else { message(0, Queued).origin },
            times: BTreeMap::from([(status, at(self.below(100) as i64))]),
            ..message(id, status)
        }
    }

    /// `contact` is a guess at whose step it will be; owners are filled in by the decider.
    fn script(&mut self, contact: ContactId) -> Script {
        let mut script = Script { reply: json!(self.below(3)), ..Script::default() };
        let some = |history: &mut Self| (0..history.below(3)).map(|_| history.phone()).collect::<Vec<_>>();
        if self.chance(2) {
            script.link = some(self);
        }
        if self.chance(6) {
            script.unlink = some(self);
        }
        if self.chance(3) {
            script.profile = Some(profile(&format!("Name {}", self.below(9)), &format!("name {}", self.below(9))));
        }
        if self.chance(2) {
            script.next_wake = Some(at(self.below(1_000) as i64));
        }
        for _ in 0..self.below(3) {
            let n = self.draws.next_u64();
            script.timeline.push(storage_tests::make::timeline(u128::from(n), TimelineKind::StepEntered));
        }
        if self.chance(3) {
            let status = [ConversationStatus::Bot, ConversationStatus::Waiting, ConversationStatus::Open][self.below(3) as usize];
            script.conversation = Some(conversation(contact.as_u128(), status, self.below(1_000) as i64));
        }
        if self.chance(3) {
            let status = [RunStatus::Active, RunStatus::Completed][self.below(2) as usize];
            script.runs.push(run(contact.as_u128() * 10 + u128::from(self.below(2)), "reminder", status, "ask"));
        }
        for _ in 0..self.below(3) {
            let by = self.below(5) as i64 - 2;
            script.counters.push(CounterDelta { scope: format!("s{}", self.below(2)), key: "k".to_owned(), name: "n".to_owned(), by });
        }
        if self.chance(4) {
            let n = u128::from(self.draws.next_u64());
            script.deliveries.push(delivery(n, "crm", self.below(100) as i64));
        }
        if self.chance(4) {
            script.recipients.push(RecipientChange { broadcast: BROADCAST, at: at(self.below(100) as i64), news: self.news() });
        }
        match self.below(40) {
            0 => script.poison = Some("cannot".to_owned()),
            1 => script.reject = Some(Rejection { code: "no".to_owned(), detail: "not now".to_owned(), data: json!(null) }),
            _ => {}
        }
        script
    }

    fn news(&mut self) -> RecipientNews {
        use RecipientState::{Pending, Queued, Sent, Silent};
        match self.below(4) {
            0 => RecipientNews::Replied,
            1 => RecipientNews::OptedOut { complaint: self.chance(2) },
            _ => RecipientNews::Moved {
                state: [Pending, Queued, Sent, Silent][self.below(4) as usize],
                not_before: self.chance(3).then(|| at(7)),
                code: self.chance(2).then(|| format!("code {}", self.draws.below(2))),
                reason: None,
                decision: None,
                message: self.chance(2).then(|| MessageId::from_u128(u128::from(self.draws.below(9)))),
                channel: self.chance(2).then_some(Channel::Sms),
            },
        }
    }

    fn signal(&mut self) -> Signal {
        self.serial += 1;
        let n = self.serial;
        let contact = self.contact();
        let mut signal = match (self.below(12), contact) {
            (0, Some(contact)) => {
                let id = self.message_id(contact);
                receipt(n, &format!("wamid.{id}"), MessageStatus::Read)
            }
            (1, Some(contact)) => {
                let id = MessageId::from_u128(self.message_id(contact));
                signal(n, Target::Contact(contact), SignalBody::HandOff { message: id })
            }
            // Rows that must not change hands name their contact.
            (2..=5, Some(contact)) => {
                let mut script = self.script(contact);
                script.messages = (0..=self.below(2)).map(|_| self.message(contact)).collect();
                let id = u128::from(self.draws.next_u64());
                script.decisions.push(decision(id, Some(MessageId::from_u128(self.message_id(contact))), self.chance(2)));
                if self.chance(3) {
                    let next = self.chains.entry(contact).or_insert(1);
                    script.ledger.push(ledger(*next, phone(1)));
                    *next += 1;
                }
                // Now and then a chain is forked, which only the store can see.
                if self.chance(25) {
                    script.ledger.push(ledger(1, phone(2)));
                    script.ledger.push(ledger(1, phone(3)));
                }
                event(n, Target::Contact(contact), &script)
            }
            _ => {
                let target = self.target();
                let script = Script { conversation: None, runs: Vec::new(), ..self.script(ContactId::from_u128(n)) };
                event(n, target, &script)
            }
        };
        if self.chance(3) {
            signal.dedupe_key = Some(format!("key {}", self.below(60)));
            signal.fingerprint = self.chance(2).then(|| self.draws.below(2));
        }
        if self.chance(15) {
            signal.workspace = OTHER_WS;
        }
        signal
    }
}

pub async fn play(pair: &Pair, decider: &ScriptedDecider, seed: u64) {
    let mut history = History { draws: Draws::new(seed), serial: 0, contacts: Vec::new(), chains: BTreeMap::new() };
    for batch in 0..BATCHES {
        let what = format!("seed {seed}, batch {batch}");
        let signals: Vec<Signal> = (0..=history.below(30)).map(|_| history.signal()).collect();
        let here: Vec<bool> = signals.iter().map(|signal| signal.workspace == WS).collect();
        for (outcome, here) in pair.step(&what, signals).await.into_iter().zip(here) {
            if let StepOutcome::Applied(applied) = outcome
                && here
                && !history.contacts.contains(&applied.contact)
            {
                history.contacts.push(applied.contact);
            }
        }
        if history.chance(6) {
            let rows: Vec<NewRecipient> =
                history.contacts.clone().into_iter().map(|contact| NewRecipient { contact, canary: history.chance(4) }).collect();
            let one = pair.sqlite.add_recipients(WS, BROADCAST, &rows, at(1)).await.unwrap();
            assert_eq!(one, pair.postgres.add_recipients(WS, BROADCAST, &rows, at(1)).await.unwrap(), "{what}");
        }
        if batch % 10 == 9 {
            pair.compare(&what).await;
        }
    }
    decider.heal();
    for n in 1..=history.serial {
        let id = SignalId::from_u128(n);
        let one = pair.sqlite.retry_parked(WS, id).await.unwrap();
        let two = pair.postgres.retry_parked(WS, id).await.unwrap();
        let same = match (&one, &two) {
            // Each in its own words.
            (Some(StepOutcome::Parked { .. }), Some(StepOutcome::Parked { .. })) => true,
            _ => one == two,
        };
        assert!(same, "seed {seed}, trying {id} again: {one:?} and {two:?}");
    }
}
