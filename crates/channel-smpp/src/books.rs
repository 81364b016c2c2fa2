//! What a line remembers: parts of long texts out and in, until all are there. Kept durably by the inlet; here without I/O.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use channel::IdForm;
use model::draws::stable_hash;
use model::{MessageId, MessageStatus, Millis, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::arrival::{Part, Place};
use crate::ids;
use crate::receipt::Dlr;
use crate::text::Written;

/// Parts of a text are waited for this long; then what is there is shown.
const ASSEMBLE_WITHIN: Millis = Millis::from_mins(10);
/// Longer than any repetition of a part waits for the rest that never comes.
const REMEMBERED: Millis = Millis::from_mins(30);
/// Begins the keys of what is remembered of whole texts.
const DONE: &str = "done/";
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
    ins: BTreeMap<String, BTreeMap<u8, KeptPart>>,
    /// Texts that became whole lately, by the group of their parts.
    done: BTreeMap<String, Done>,
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

/// A part of somebody's long text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct KeptPart {
    from: String,
    to: String,
    data_coding: u8,
    #[serde(default)]
    escaped: u8,
    #[serde(default)]
    locked: u8,
    octets: String,
    total: u8,
    number: u8,
    at: Timestamp,
}

/// What is remembered of a text that became whole: a part of it may be given again, because its acknowledgement was lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Done {
    at: Timestamp,
    /// Hash of each part's octets.
    parts: BTreeMap<u8, u64>,
}

impl KeptPart {
    fn hash(&self) -> u64 {
        stable_hash(&[&[self.data_coding], self.octets.as_bytes()])
    }
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

/// What becomes of a part that came in.
#[derive(Debug, PartialEq)]
pub(crate) enum Assembly {
    Wait { key: String, value: Value },
    Whole { keys: Vec<String>, text: Whole },
}

/// A text that is as complete as it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    pub from: String,
    pub to: String,
    /// In order; neighbours that are written alike are one.
    pub pieces: Vec<(Written, Vec<u8>)>,
    pub complete: bool,
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
            } else if let Some(group) = key.strip_prefix(DONE) {
                if let Ok(done) = serde_json::from_value::<Done>(value) {
                    books.done.insert(group.to_owned(), done);
                }
            } else if let (Some((group, _)), Ok(part)) = (key.rsplit_once('/'), serde_json::from_value::<KeptPart>(value)) {
                books.ins.entry(group.to_owned()).or_default().insert(part.number, part);
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

    pub fn part(&mut self, part: Part, place: Place, now: Timestamp) -> Assembly {
        let group = format!("in/{}/{}/{}/{}", part.from, part.to, place.reference, place.total);
        let kept = KeptPart {
            from: part.from,
            to: part.to,
            data_coding: part.written.data_coding,
            escaped: part.written.escaped,
            locked: part.written.locked,
            octets: hex::encode(&part.octets),
            total: place.total,
            number: place.number,
            at: now,
        };
        let value = serde_json::to_value(&kept).unwrap_or_default();
        let parts = self.ins.entry(group.clone()).or_default();
        parts.insert(place.number, kept);
        if parts.len() < usize::from(place.total) {
            return Assembly::Wait { key: format!("{group}/{}", place.number), value };
        }
        let text = whole(parts);
        Assembly::Whole { keys: parts.keys().map(|number| format!("{group}/{number}")).collect(), text }
    }

    /// Its text is durable: the parts are needed no more. What to remember of them.
    pub fn assembled(&mut self, keys: &[String], now: Timestamp) -> Option<(String, Value)> {
        let (group, _) = keys.first()?.rsplit_once('/')?;
        let parts = self.ins.remove(group)?;
        let done = Done { at: now, parts: parts.iter().map(|(number, part)| (*number, part.hash())).collect() };
        let value = serde_json::to_value(&done).unwrap_or_default();
        self.done.insert(group.to_owned(), done);
        Some((format!("{DONE}{group}"), value))
    }

    /// Whether these parts are some of a text that became whole before.
    fn repeats(&self, group: &str, parts: &BTreeMap<u8, KeptPart>) -> bool {
        let known = |done: &Done| parts.values().all(|part| done.parts.get(&part.number) == Some(&part.hash()));
        self.done.get(group).is_some_and(known)
    }

    /// Keys of what need not be kept any longer: parts that came again and nothing behind them, and what was remembered of whole texts.
    pub fn outlived(&mut self, now: Timestamp) -> Vec<String> {
        let late = |parts: &BTreeMap<u8, KeptPart>| parts.values().map(|part| part.at).max().is_none_or(|at| now - at >= ASSEMBLE_WITHIN);
        let again: Vec<String> =
            self.ins.iter().filter(|(group, parts)| late(parts) && self.repeats(group, parts)).map(|(group, _)| group.clone()).collect();
        let mut keys = Vec::new();
        for group in again {
            let parts = self.ins.remove(&group).unwrap_or_default();
            keys.extend(parts.keys().map(|number| format!("{group}/{number}")));
        }
        let old: Vec<String> = self.done.iter().filter(|(_, done)| now - done.at >= REMEMBERED).map(|(group, _)| group.clone()).collect();
        for group in old {
            self.done.remove(&group);
            keys.push(format!("{DONE}{group}"));
        }
        keys
    }

    /// Texts whose parts were waited for long enough, and keys of messages whose receipts were.
    pub fn overdue(&mut self, now: Timestamp) -> (Vec<(Vec<String>, Whole)>, Vec<String>) {
        let late = |parts: &BTreeMap<u8, KeptPart>| parts.values().map(|part| part.at).max().is_none_or(|at| now - at >= ASSEMBLE_WITHIN);
        let texts = self
            .ins
            .iter()
            .filter(|(_, parts)| late(parts))
            .map(|(group, parts)| (parts.keys().map(|number| format!("{group}/{number}")).collect(), whole(parts)))
            .collect();
        let old: Vec<MessageId> = self.outs.values().filter(|out| now - out.at >= RECEIPTS_WITHIN).map(|out| out.message).collect();
        for message in &old {
            self.settled(*message);
        }
        (texts, old.into_iter().map(out_key).collect())
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

/// In order, with what is missing left out.
fn whole(parts: &BTreeMap<u8, KeptPart>) -> Whole {
    let mut text = Whole { from: String::new(), to: String::new(), pieces: Vec::new(), complete: false };
    for part in parts.values() {
        text.from.clone_from(&part.from);
        text.to.clone_from(&part.to);
        let written = Written { data_coding: part.data_coding, escaped: part.escaped, locked: part.locked };
        let octets = hex::decode(&part.octets).unwrap_or_default();
        match text.pieces.last_mut() {
            // A letter may be cut by the end of a part.
            Some((before, all)) if *before == written => all.extend(octets),
            _ => text.pieces.push((written, octets)),
        }
        text.complete = parts.len() == usize::from(part.total);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn dlr(id: &str, state: &str) -> Dlr {
        Dlr { id: id.to_owned(), state: state.to_owned(), err: None }
    }

    fn message(n: u128) -> MessageId {
        MessageId::from_u128(n)
    }

    fn part(number: u8, octets: &[u8]) -> (Part, Place) {
        let place = Place { reference: 9, total: 3, number };
        let part =
            Part { from: "+12025550123".into(), to: "1".into(), written: Written::by(0), octets: octets.to_vec(), place: Some(place) };
        (part, place)
    }

    fn written(octets: &[u8]) -> Vec<(Written, Vec<u8>)> {
        vec![(Written::by(0), octets.to_vec())]
    }

    fn give(books: &mut Books, number: u8, octets: &[u8]) -> Assembly {
        let (part, place) = part(number, octets);
        books.part(part, place, NOW)
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
    fn parts_are_put_together_in_any_order_and_across_a_restart() {
        let mut books = Books::default();
        let mut kept = BTreeMap::new();
        for (number, octets) in [(3, b"c"), (1, b"a")] {
            let Assembly::Wait { key, value } = give(&mut books, number, octets) else { panic!("whole too early") };
            kept.insert(key, value);
        }
        let mut books = Books::restored(IdForm::Same, kept);
        // The centre gives a part again whose answer it did not get.
        assert!(matches!(give(&mut books, 1, b"a"), Assembly::Wait { .. }));
        let Assembly::Whole { keys, text } = give(&mut books, 2, b"b") else { panic!("not whole") };
        assert_eq!((keys.len(), text.pieces.clone(), text.complete), (3, written(b"abc"), true));
        books.assembled(&keys, NOW);
        assert!(matches!(give(&mut books, 1, b"x"), Assembly::Wait { .. }));
    }

    #[test]
    fn what_never_becomes_whole_is_shown_as_it_is() {
        let mut books = Books::default();
        give(&mut books, 1, b"a");
        give(&mut books, 3, b"c");
        assert!(books.overdue(NOW + Millis::from_mins(9)).0.is_empty());
        let (texts, _) = books.overdue(NOW + Millis::from_mins(10));
        assert_eq!((texts.len(), texts[0].1.pieces.clone(), texts[0].1.complete), (1, written(b"ac"), false));
    }

    #[test]
    fn a_part_that_is_given_again_after_its_text_is_whole_is_not_shown_by_itself_also_after_a_restart() {
        let mut books = Books::default();
        give(&mut books, 1, b"a");
        give(&mut books, 2, b"b");
        let Assembly::Whole { keys, .. } = give(&mut books, 3, b"c") else { panic!("not whole") };
        let (key, value) = books.assembled(&keys, NOW).unwrap();
        let mut books = Books::restored(IdForm::Same, BTreeMap::from([(key.clone(), value)]));
        give(&mut books, 3, b"c");
        let later = NOW + Millis::from_mins(10);
        assert_eq!(books.outlived(later), ["in/+12025550123/1/9/3/3"]);
        assert!(books.overdue(later).0.is_empty());
        // Another text with the same reference is one of its own, whole or not.
        give(&mut books, 3, b"x");
        assert!(books.outlived(later).is_empty());
        assert_eq!(books.overdue(later).0.len(), 1);
        assert_eq!(books.outlived(NOW + Millis::from_mins(30)), [key]);
    }

    #[test]
    fn parts_of_one_text_may_be_written_in_different_alphabets() {
        let mut books = Books::default();
        give(&mut books, 1, b"a");
        let (mut wide, place) = part(2, &[0x04, 0x36]);
        wide.written = Written::by(8);
        books.part(wide, place, NOW);
        let Assembly::Whole { text, .. } = give(&mut books, 3, b"c") else { panic!("not whole") };
        let expected = [(Written::by(0), b"a".to_vec()), (Written::by(8), vec![0x04, 0x36]), (Written::by(0), b"c".to_vec())];
        assert_eq!(text.pieces, expected);
    }

    #[test]
    fn the_same_words_twice_are_two_messages_and_a_repetition_is_one() {
        let mut books = Books::default();
        let yes = Whole { from: "a".into(), to: "b".into(), pieces: written(b"yes"), complete: true };
        let first = books.key_of(&yes, NOW);
        assert_ne!(books.key_of(&yes, NOW), first);
        books.reconnected();
        assert_eq!(books.key_of(&yes, NOW), first);
    }
}
