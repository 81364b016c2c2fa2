//! Parts of the long texts that people write, until all are there. Kept durably by the inlet; here without I/O.

use std::collections::BTreeMap;

use model::draws::stable_hash;
use model::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::arrival::{Part, Place};
use crate::text::Written;

/// Parts of a text are waited for this long; then what is there is shown.
const ASSEMBLE_WITHIN: Millis = Millis::from_mins(10);
/// Longer than any repetition of a part waits for the rest that never comes.
const REMEMBERED: Millis = Millis::from_mins(30);
/// Begins the keys of what is remembered of whole texts.
const DONE: &str = "done/";

#[derive(Debug, Default)]
pub(crate) struct Shelf {
    ins: BTreeMap<String, BTreeMap<u8, KeptPart>>,
    /// Texts that became whole lately, by the group of their parts.
    done: BTreeMap<String, Done>,
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

impl Shelf {
    /// What was kept before.
    pub fn restore(&mut self, key: &str, value: Value) {
        if let Some(group) = key.strip_prefix(DONE) {
            if let Ok(done) = serde_json::from_value::<Done>(value) {
                self.done.insert(group.to_owned(), done);
            }
        } else if let (Some((group, _)), Ok(part)) = (key.rsplit_once('/'), serde_json::from_value::<KeptPart>(value)) {
            self.ins.entry(group.to_owned()).or_default().insert(part.number, part);
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
        let late = |parts: &BTreeMap<u8, KeptPart>| is_late(parts, now);
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

    /// Texts whose parts were waited for long enough.
    pub fn overdue(&self, now: Timestamp) -> Vec<(Vec<String>, Whole)> {
        let late = |parts: &BTreeMap<u8, KeptPart>| is_late(parts, now);
        let late = self.ins.iter().filter(|(_, parts)| late(parts));
        late.map(|(group, parts)| (parts.keys().map(|number| format!("{group}/{number}")).collect(), whole(parts))).collect()
    }
}

/// Whether nothing has come for long enough.
fn is_late(parts: &BTreeMap<u8, KeptPart>, now: Timestamp) -> bool {
    parts.values().map(|part| part.at).max().is_none_or(|at| now - at >= ASSEMBLE_WITHIN)
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

    fn restored(kept: BTreeMap<String, Value>) -> Shelf {
        let mut shelf = Shelf::default();
        kept.into_iter().for_each(|(key, value)| shelf.restore(&key, value));
        shelf
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

    fn give(shelf: &mut Shelf, number: u8, octets: &[u8]) -> Assembly {
        let (part, place) = part(number, octets);
        shelf.part(part, place, NOW)
    }

    #[test]
    fn parts_are_put_together_in_any_order_and_across_a_restart() {
        let mut shelf = Shelf::default();
        let mut kept = BTreeMap::new();
        for (number, octets) in [(3, b"c"), (1, b"a")] {
            let Assembly::Wait { key, value } = give(&mut shelf, number, octets) else { panic!("whole too early") };
            kept.insert(key, value);
        }
        let mut shelf = restored(kept);
        // The centre gives a part again whose answer it did not get.
        assert!(matches!(give(&mut shelf, 1, b"a"), Assembly::Wait { .. }));
        let Assembly::Whole { keys, text } = give(&mut shelf, 2, b"b") else { panic!("not whole") };
        assert_eq!((keys.len(), text.pieces.clone(), text.complete), (3, written(b"abc"), true));
        shelf.assembled(&keys, NOW);
        assert!(matches!(give(&mut shelf, 1, b"x"), Assembly::Wait { .. }));
    }

    #[test]
    fn what_never_becomes_whole_is_shown_as_it_is() {
        let mut shelf = Shelf::default();
        give(&mut shelf, 1, b"a");
        give(&mut shelf, 3, b"c");
        assert!(shelf.overdue(NOW + Millis::from_mins(9)).is_empty());
        let texts = shelf.overdue(NOW + Millis::from_mins(10));
        assert_eq!((texts.len(), texts[0].1.pieces.clone(), texts[0].1.complete), (1, written(b"ac"), false));
    }

    #[test]
    fn a_part_that_is_given_again_after_its_text_is_whole_is_not_shown_by_itself_also_after_a_restart() {
        let mut shelf = Shelf::default();
        give(&mut shelf, 1, b"a");
        give(&mut shelf, 2, b"b");
        let Assembly::Whole { keys, .. } = give(&mut shelf, 3, b"c") else { panic!("not whole") };
        let (key, value) = shelf.assembled(&keys, NOW).unwrap();
        let mut shelf = restored(BTreeMap::from([(key.clone(), value)]));
        give(&mut shelf, 3, b"c");
        let later = NOW + Millis::from_mins(10);
        assert_eq!(shelf.outlived(later), ["in/+12025550123/1/9/3/3"]);
        assert!(shelf.overdue(later).is_empty());
        // Another text with the same reference is one of its own, whole or not.
        give(&mut shelf, 3, b"x");
        assert!(shelf.outlived(later).is_empty());
        assert_eq!(shelf.overdue(later).len(), 1);
        assert_eq!(shelf.outlived(NOW + Millis::from_mins(30)), [key]);
    }

    #[test]
    fn parts_of_one_text_may_be_written_in_different_alphabets() {
        let mut shelf = Shelf::default();
        give(&mut shelf, 1, b"a");
        let (mut wide, place) = part(2, &[0x04, 0x36]);
        wide.written = Written::by(8);
        shelf.part(wide, place, NOW);
        let Assembly::Whole { text, .. } = give(&mut shelf, 3, b"c") else { panic!("not whole") };
        let expected = [(Written::by(0), b"a".to_vec()), (Written::by(8), vec![0x04, 0x36]), (Written::by(0), b"c".to_vec())];
        assert_eq!(text.pieces, expected);
    }
}
