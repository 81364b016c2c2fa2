//! Repeats: the same offer from two authors (R-DEDUP-3). Whoever designs one journey does not see the others, but the person reads them all.
//!
//! What was said is kept as a fingerprint of its words beside the mark of the message, with who said it: a journey, a broadcast, a program. Only
//! another author's words are a repeat. What one author says twice (a reminder, the same journey next month) was meant.

use std::collections::BTreeMap;

use model::content::Content;
use model::draws::stable_hash;
use model::message::Origin;
use model::send_error::FallbackCause;
use model::{Millis, Purpose, Timestamp};
use serde::{Deserialize, Serialize};

use crate::history::Mark;
use crate::rule::{Finding, Rule};

/// No memory of words is longer.
pub const REPEAT_MAX: Millis = Millis::from_days(90);

/// Fewer letters say nothing of their own: "Hi", a number, an emoji.
const LETTERS: usize = 8;

/// What a workspace says about repeats.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RepeatSettings {
    /// For how long the same words from somebody else are a repeat, milliseconds by purpose. A purpose that is absent may be repeated.
    pub within: BTreeMap<Purpose, Millis>,
}

impl Default for RepeatSettings {
    fn default() -> Self {
        Self { within: BTreeMap::from([(Purpose::Promotional, Millis::from_days(7))]) }
    }
}

impl RepeatSettings {
    /// What is wrong, with the name of the setting.
    pub(crate) fn fault(&self) -> Option<(&'static str, &'static str)> {
        let wrong = self.within.values().any(|within| *within <= Millis::ZERO || *within > REPEAT_MAX);
        wrong.then_some(("within", "between 1 millisecond and 90 days; leave a purpose out to allow repeats"))
    }
}

/// What a message said, and whose words they were, each as a hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Said {
    pub words: u64,
    pub author: u64,
}

model::compact_struct!(Said { 1 words, 2 author });

impl Said {
    /// `None` for what people and the law say, and for what has no words of its own.
    #[must_use]
    pub fn of(origin: &Origin, content: &Content) -> Option<Self> {
        Some(Self { words: words(&content.plain_text())?, author: author(origin)? })
    }
}

/// Letters and digits in their order: how a text is set, and where its links lead (each person has their own), makes no difference.
fn words(text: &str) -> Option<u64> {
    let is_link = |word: &&str| word.contains("://") || word.starts_with("www.");
    let kept = text.split_whitespace().filter(|word| !is_link(word)).flat_map(str::chars).filter(|letter| letter.is_alphanumeric());
    let kept: String = kept.flat_map(char::to_lowercase).collect();
    (kept.chars().count() >= LETTERS).then(|| stable_hash(&[kept.as_bytes()]))
}

fn author(origin: &Origin) -> Option<u64> {
    match origin {
        Origin::Journey { journey, .. } => Some(stable_hash(&[b"journey", journey.as_bytes()])),
        Origin::Broadcast { broadcast, .. } => Some(stable_hash(&[b"broadcast", &broadcast.to_bytes()])),
        Origin::Api { key } => Some(stable_hash(&[b"program", key.as_bytes()])),
        Origin::Contact | Origin::Agent { .. } | Origin::Compliance { .. } | Origin::Test { .. } | Origin::Phone => None,
    }
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RepeatRule {
    /// When the message would leave, as far as the other rules let it.
    pub at: Timestamp,
    pub within: Millis,
    pub said: Said,
    /// What went to this person in the same words.
    pub same: Vec<Mark>,
}

impl RepeatRule {
    #[must_use]
    pub fn among(at: Timestamp, within: Millis, said: Said, marks: &[Mark]) -> Self {
        let same = marks.iter().filter(|mark| mark.is_gone() && mark.said.is_some_and(|other| other.words == said.words));
        Self { at, within, said, same: same.cloned().collect() }
    }
}

impl Rule for RepeatRule {
    const NAME: &'static str = "repeat";

    fn evaluate(&self) -> Finding {
        let others = self.same.iter().filter(|mark| mark.said.is_some_and(|said| said.author != self.said.author));
        match others.filter(|mark| self.at - mark.at < self.within).max_by_key(|mark| (mark.at, mark.message)) {
            None => Finding::pass(format!("nobody else said this within {}", self.within)),
            Some(mark) => Finding::deny(
                "repeat",
                // Other channels would bring the same words.
                FallbackCause::Capped,
                format!(
                    "message {} said the same at {}, from another journey, broadcast or program; it counts for {}",
                    mark.message, mark.at, self.within
                ),
            ),
        }
    }
}
