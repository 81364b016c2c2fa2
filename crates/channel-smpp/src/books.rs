//! What a line remembers: the ids of its messages and of their parts, until all receipts are there; what comes in is on its shelf. Kept durably by the inlet; here without I/O.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use channel::IdForm;
use model::draws::stable_hash;
use model::{MessageId, MessageStatus, Millis, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids;
use crate::receipt::Dlr;
use crate::shelf::{Shelf, Whole};

/// Receipts for parts are waited for this long.
const RECEIPTS_WITHIN: Millis = Millis::from_days(4);
/// Ids of messages that were accepted lately, to find out in which form receipts name them.
const RECENT_MAX: usize = 20_000;
/// Receipts that came before the answer to the last part of their message.
const EARLY_MAX: usize = 1_000;
/// Different texts of which repetitions are counted.
const SEEN_MAX: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Books {
    form: IdForm,
    outs: BTreeMap<MessageId, Out>,
    part_of: BTreeMap<String, MessageId>,
    pub shelf: Shelf,
    recent: BTreeSet<String>,
    recent_order: VecDeque<String>,
    early: VecDeque<(String, Dlr)>,
    /// Parts that were taken while others of their message are under way.
    expected: BTreeSet<String>,
    seen: BTreeMap<u64, u32>,
}

/// A long text of ours and what is known of its parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Out {
    message: MessageId,
    ids: Vec<String>,
    arrived: Vec<bool>,
    at: Timestamp,
}

/// What a receipt means.
#[derive(Debug, PartialEq)]
pub(crate) enum Meaning {
    /// The message of one part that the provider knows by this id.
    Single(String),
    /// Another part of a long text is there; others are still out.
    Wait { key: String, value: Value },
    /// All of it is there, or it never will be.
    Whole { key: String, message: MessageId },
}

impl Books {
    /// With what was kept before.
    pub fn restored(form: IdForm, kept: BTreeMap<String, Value>) -> Self {
        let mut books = Self { form, ..Self::default() };
        for (key, value) in kept {
            if key.starts_with("out/") {
                if let Ok(out) = serde_json::from_value::<Out>(value) {
                    books.part_of.extend(out.ids.iter().map(|id| (id.clone(), out.message)));
                    books.outs.insert(out.message, out);
                }
            } else {
                books.shelf.restore(&key, value);
            }
        }
        books
    }

    /// A message of one part was accepted.
    pub fn accepted(&mut self, id: &str) {
        if self.recent.insert(id.to_owned()) {
            self.recent_order.push_back(id.to_owned());
        }
        while self.recent_order.len() > RECENT_MAX {
            if let Some(old) = self.recent_order.pop_front() {
                self.recent.remove(&old);
            }
        }
    }

    pub fn expect(&mut self, id: String) {
        if self.expected.len() >= EARLY_MAX {
            self.expected.clear();
        }
        self.accepted(&id);
        self.expected.insert(id);
    }

    pub fn expects(&self, receipted: &str) -> bool {
        !self.expected.is_empty() && self.expected.contains(&self.known_form(receipted))
    }

    /// A message of several parts was accepted: what to keep of it, and receipts of it that came too early.
    pub fn accepted_parts(&mut self, message: MessageId, ids: Vec<String>, now: Timestamp) -> (String, Value, Vec<Dlr>) {
        for id in &ids {
            self.part_of.insert(id.clone(), message);
            self.expected.remove(id);
            self.accepted(id);
        }
        let early: Vec<Dlr> = self.early.iter().filter(|(id, _)| ids.contains(id)).map(|(_, dlr)| dlr.clone()).collect();
        self.early.retain(|(id, _)| !ids.contains(id));
        let out = Out { message, arrived: vec![false; ids.len()], ids, at: now };
        let (key, value) = (out_key(message), serde_json::to_value(&out).unwrap_or_default());
        self.outs.insert(message, out);
        (key, value, early)
    }

    /// `None` for a state that is not final.
    pub fn receipt(&mut self, dlr: &Dlr) -> Option<Meaning> {
        let outcome = dlr.outcome()?;
        let id = self.known_form(&dlr.id);
        let Some(message) = self.part_of.get(&id).copied() else {
            self.early.push_back((id.clone(), dlr.clone()));
            if self.early.len() > EARLY_MAX {
                self.early.pop_front();
            }
            return Some(Meaning::Single(id));
        };
        let key = out_key(message);
        let Some(out) = self.outs.get_mut(&message) else { return Some(Meaning::Single(id)) };
        if let Some(place) = out.ids.iter().position(|known| *known == id) {
            out.arrived[place] = true;
        }
        // One part that cannot arrive makes the text unreadable; it arrived when all did.
        if outcome == MessageStatus::Failed || out.arrived.iter().all(|arrived| *arrived) {
            return Some(Meaning::Whole { key, message });
        }
        Some(Meaning::Wait { key, value: serde_json::to_value(&*out).unwrap_or_default() })
    }

    /// The form in which an answer named it.
    fn known_form(&self, id: &str) -> String {
        let said = ids::of_receipt(id, self.form);
        let known = |id: &String| self.recent.contains(id) || self.part_of.contains_key(id);
        if known(&said) {
            return said;
        }
        ids::others(id).chain([ids::normal(id)]).find(known).unwrap_or(said)
    }

    /// Its end is durable.
    pub fn settled(&mut self, message: MessageId) {
        if let Some(out) = self.outs.remove(&message) {
            for id in out.ids {
                self.part_of.remove(&id);
            }
        }
    }

    /// Keys of messages whose receipts were waited for long enough.
    pub fn overdue(&mut self, now: Timestamp) -> Vec<String> {
        let old: Vec<MessageId> = self.outs.values().filter(|out| now - out.at >= RECEIPTS_WITHIN).map(|out| out.message).collect();
        for message in &old {
            self.settled(*message);
        }
        old.into_iter().map(out_key).collect()
    }

    /// A key that a repetition by the centre shares and the same words said again do not: the centre repeats only what was not
    /// acknowledged before the connection broke, and then counting begins anew.
    pub fn key_of(&mut self, text: &Whole, now: Timestamp) -> String {
        let pieces = text.pieces.iter().flat_map(|(written, octets)| [vec![written.data_coding], octets.clone()]);
        let all: Vec<Vec<u8>> = [text.from.clone().into_bytes(), text.to.clone().into_bytes()].into_iter().chain(pieces).collect();
        let hash = stable_hash(&all.iter().map(Vec::as_slice).collect::<Vec<_>>());
        if self.seen.len() >= SEEN_MAX {
            self.seen.clear();
        }
        let count = self.seen.entry(hash).or_default();
        *count += 1;
        format!("{hash:016x}:{}:{count}", now.as_secs() / 3_600)
    }

    /// A new connection: what the centre gives again has the keys of the first time.
    pub fn reconnected(&mut self) {
        self.seen.clear();
    }
}

fn out_key(message: MessageId) -> String {
    format!("out/{message}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Written;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn dlr(id: &str, state: &str) -> Dlr {
        Dlr { id: id.to_owned(), state: state.to_owned(), err: None }
    }

    fn message(n: u128) -> MessageId {
        MessageId::from_u128(n)
    }

    #[test]
    fn a_long_text_is_delivered_when_all_its_parts_are_also_after_a_restart() {
        let mut books = Books::default();
        let (key, value, _) = books.accepted_parts(message(1), vec!["a".into(), "b".into()], NOW);
        let Some(Meaning::Wait { key: again, value: half }) = books.receipt(&dlr("00B", "DELIVRD")) else { panic!("not waiting") };
        assert_eq!((&again, value == half), (&key, false));
        let mut books = Books::restored(IdForm::Same, BTreeMap::from([(key.clone(), half)]));
        assert_eq!(books.receipt(&dlr("a", "DELIVRD")), Some(Meaning::Whole { key, message: message(1) }));
        books.settled(message(1));
        assert_eq!(books.receipt(&dlr("a", "DELIVRD")), Some(Meaning::Single("a".into())));
    }

    #[test]
    fn one_part_that_failed_fails_the_text() {
        let mut books = Books::default();
        let (key, ..) = books.accepted_parts(message(1), vec!["a".into(), "b".into()], NOW);
        assert_eq!(books.receipt(&dlr("a", "ENROUTE")), None);
        assert_eq!(books.receipt(&dlr("a", "UNDELIV")), Some(Meaning::Whole { key, message: message(1) }));
    }

    #[test]
    fn receipts_that_come_before_the_answer_are_not_lost() {
        let mut books = Books::default();
        assert_eq!(books.receipt(&dlr("a", "DELIVRD")), Some(Meaning::Single("a".into())));
        let (_, _, early) = books.accepted_parts(message(1), vec!["a".into(), "b".into()], NOW);
        assert_eq!(early, [dlr("a", "DELIVRD")]);
    }

    #[test]
    fn an_id_in_another_base_is_recognised_when_the_other_form_is_known() {
        let mut books = Books::default();
        books.accepted("ff");
        assert_eq!(books.receipt(&dlr("0000000255", "DELIVRD")), Some(Meaning::Single("ff".into())));
        assert_eq!(books.receipt(&dlr("FF", "DELIVRD")), Some(Meaning::Single("ff".into())));
    }

    #[test]
    fn the_same_words_twice_are_two_messages_and_a_repetition_is_one() {
        let mut books = Books::default();
        let yes = Whole { from: "a".into(), to: "b".into(), pieces: vec![(Written::by(0), b"yes".to_vec())], complete: true };
        let first = books.key_of(&yes, NOW);
        assert_ne!(books.key_of(&yes, NOW), first);
        books.reconnected();
        assert_eq!(books.key_of(&yes, NOW), first);
    }
}
