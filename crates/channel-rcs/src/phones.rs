//! What phones can: asked before the first message to one, and remembered for a week, as Google advises. That a phone cannot is told to the gate,
//! which remembers it for a day and does not choose the channel meanwhile. Page: "Check capabilities".

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use channel::RcsAccount;
use model::send_error::{FallbackCause, Remedy, SendError};
use model::{Millis, Timestamp};
use serde::Deserialize;

const REMEMBERED: Millis = Millis::from_days(7);
/// Phones that are remembered; one that is forgotten is asked about again.
const PHONES_MAX: usize = 65_536;

/// What a phone shows beside texts, files and single cards, which all do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Abilities {
    pub carousel: bool,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    features: Vec<String>,
}

impl Abilities {
    /// Features that this version does not know are no reason to doubt the others.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let Answer { features } = serde_json::from_slice(body).ok()?;
        Some(Self { carousel: features.iter().any(|feature| feature == "RICHCARD_CAROUSEL") })
    }
}

struct Known {
    abilities: Abilities,
    until: Timestamp,
}

/// By agent and phone. They concern no message: losing them costs a question.
#[derive(Default)]
pub(crate) struct Phones {
    known: Mutex<BTreeMap<(String, String), Known>>,
}

impl Phones {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, String), Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, rcs: &RcsAccount, phone: &str, now: Timestamp) -> Option<Abilities> {
        let known = self.lock();
        known.get(&key(rcs, phone)).filter(|known| known.until > now).map(|known| known.abilities)
    }

    pub(crate) fn learn(&self, rcs: &RcsAccount, phone: &str, abilities: Abilities, now: Timestamp) {
        let mut known = self.lock();
        if known.len() >= PHONES_MAX {
            known.retain(|_, known| known.until > now);
        }
        if known.len() >= PHONES_MAX {
            known.clear();
        }
        known.insert(key(rcs, phone), Known { abilities, until: now + REMEMBERED });
    }

    pub(crate) fn forget(&self, rcs: &RcsAccount, phone: &str) {
        self.lock().remove(&key(rcs, phone));
    }
}

fn key(rcs: &RcsAccount, phone: &str) -> (String, String) {
    (rcs.agent_id.clone(), phone.to_owned())
}

/// Google did not tell, and the sender's rule is to go another way then.
pub(crate) fn unknown(why: &str) -> SendError {
    skipped("rcs:unknown_phone", format!("Google did not tell whether this phone has RCS ({why}), and the sender goes another way then"))
}

pub(crate) fn shows_no_carousel() -> SendError {
    skipped("rcs:no_carousel", "this phone shows no row of cards".to_owned())
}

fn skipped(code: &str, for_user: String) -> SendError {
    SendError { remedy: Remedy::NextChannel, cause: FallbackCause::NotCapable, code: code.to_owned(), for_user }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_that_nobody_knows_are_passed_over() {
        let read = |body: &str| Abilities::read(body.as_bytes());
        assert_eq!(read(r#"{"features":["RICHCARD_STANDALONE","RICHCARD_CAROUSEL","SOMETHING_NEW"]}"#), Some(Abilities { carousel: true }));
        assert_eq!(read(r#"{"features":["RICHCARD_STANDALONE"]}"#), Some(Abilities { carousel: false }));
        assert_eq!(read("{}"), Some(Abilities { carousel: false }));
        assert_eq!(read("<html>"), None);
    }
}
