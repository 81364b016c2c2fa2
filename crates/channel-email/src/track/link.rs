//! A link of ours: what it names, and the proof that we made it.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use channel::Secret;
use model::{MessageId, Millis, Timestamp};

/// Bytes of the proof: 128 bits, and each guess costs a request.
const TAG: usize = 16;
/// Bytes before the target: the message and the second in which it was written.
const HEAD: usize = 16 + 5;
/// Longest target that is led to. Longer ones stay as they are: programs cut addresses beyond 2,000 characters.
pub(super) const TARGET_MAX: usize = 1_200;
/// After this a link leads nowhere: what it shows of a person must end some day.
pub(super) const LIFE: Millis = Millis::from_days(400);

/// A press on a link (with its target), or a picture that was fetched (without one).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Link {
    pub message: MessageId,
    /// When the mail was written, in whole seconds.
    pub written: Timestamp,
    pub target: Option<String>,
}

impl Link {
    pub(crate) fn token(&self, key: &Secret) -> String {
        let mut body = Vec::with_capacity(HEAD + self.target.as_ref().map_or(0, String::len));
        body.extend_from_slice(&self.message.to_bytes());
        // Five bytes of seconds last for 34,000 years.
        body.extend_from_slice(&self.written.as_secs().to_be_bytes()[3..]);
        body.extend_from_slice(self.target.as_deref().unwrap_or_default().as_bytes());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(&body), URL_SAFE_NO_PAD.encode(tag(key, &body)))
    }

    /// `None` unless we made it.
    pub(crate) fn read(key: &Secret, token: &str) -> Option<Self> {
        let (body, given) = token.split_once('.')?;
        let (body, given) = (URL_SAFE_NO_PAD.decode(body).ok()?, URL_SAFE_NO_PAD.decode(given).ok()?);
        constant_time::verify_slices_are_equal(&given, &tag(key, &body)).ok()?;
        let (message, rest) = body.split_at_checked(16)?;
        let (seconds, target) = rest.split_at_checked(HEAD - 16)?;
        let seconds = seconds.iter().fold(0_i64, |sum, byte| (sum << 8) | i64::from(*byte));
        let target = String::from_utf8(target.to_vec()).ok()?;
        Some(Self {
            message: MessageId::from_bytes(message.try_into().ok()?),
            written: Timestamp::from_secs(seconds),
            target: Some(target).filter(|target| !target.is_empty()),
        })
    }

    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        now - self.written > LIFE
    }
}

fn tag(key: &Secret, body: &[u8]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key.reveal().as_bytes()));
    context.update(b"antiphon link 1 ");
    context.update(body);
    context.sign().as_ref()[..TAG].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Secret {
        Secret::new("a key of thirty-two bytes or more")
    }

    fn link(target: Option<&str>) -> Link {
        Link { message: MessageId::from_u128(7), written: Timestamp::from_secs(1_780_333_200), target: target.map(str::to_owned) }
    }

    #[test]
    fn a_link_comes_back_as_what_it_was() {
        for target in [None, Some("https://example.com/a?b=1&c=ü#d")] {
            assert_eq!(Link::read(&key(), &link(target).token(&key())), Some(link(target)));
        }
    }

    #[test]
    fn a_link_that_we_did_not_make_or_that_was_changed_leads_nowhere() {
        let token = link(Some("https://example.com/")).token(&key());
        assert_eq!(Link::read(&Secret::new("another"), &token), None);
        let (body, proof) = token.split_once('.').unwrap();
        let elsewhere = link(Some("https://example.org/")).token(&Secret::new("another"));
        let swapped = format!("{}.{proof}", elsewhere.split_once('.').unwrap().0);
        for wrong in ["", ".", "x.y", body, &swapped, &format!("{body}."), &token[1..], &token[..token.len() - 2]] {
            assert_eq!(Link::read(&key(), wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_link_ends_after_its_life() {
        let link = link(None);
        assert!(!link.is_over(link.written + LIFE) && link.is_over(link.written + LIFE + Millis(1)));
    }
}
