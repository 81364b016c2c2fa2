//! Addresses and links that name one of our messages, and prove that we made them.
//!
//! `bounce+msg_….<tag>@in.example.com`. The tag is the first half of an HMAC, so nobody can suppress a person by a made-up bounce. Local
//! parts stay under 64 characters (RFC 5321) and in lower case, because some servers change it.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use channel::Secret;
use model::MessageId;

/// Bytes of a tag. 64 bits: guessing costs a mail for each try.
const TAG: usize = 8;

/// What comes back to an address of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Purpose {
    Bounce,
    Reply,
    Unsubscribe,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::Bounce, Self::Reply, Self::Unsubscribe];

    const fn word(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Reply => "reply",
            Self::Unsubscribe => "unsub",
        }
    }
}

/// The local part of an address for what comes back about a message. `person` binds an unsubscribe address to whom it was sent.
pub(crate) fn local(key: &Secret, purpose: Purpose, message: MessageId, person: &str) -> String {
    format!("{}+{message}.{}", purpose.word(), tag(key, purpose, message, person))
}

/// An address of ours, before it is known whether it is genuine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Claimed {
    pub purpose: Purpose,
    pub message: MessageId,
    tag: String,
}

/// Reads a local part. `None` when it is not of this form.
pub(crate) fn read(local: &str) -> Option<Claimed> {
    let local = local.to_ascii_lowercase();
    let (word, rest) = local.split_once('+')?;
    let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.word() == word)?;
    let (message, tag) = rest.split_once('.')?;
    Some(Claimed { purpose, message: message.parse().ok()?, tag: tag.to_owned() })
}

impl Claimed {
    /// Whether we made it for this person (who counts for unsubscribe addresses only).
    pub(crate) fn genuine(&self, key: &Secret, person: &str) -> bool {
        same(&self.tag, &tag(key, self.purpose, self.message, person))
    }
}

/// The last part of an unsubscribe link.
pub(crate) fn link(key: &Secret, message: MessageId, person: &str) -> String {
    let body = URL_SAFE_NO_PAD.encode(format!("{message} {person}"));
    format!("{body}.{}", tag(key, Purpose::Unsubscribe, message, person))
}

/// Whom a link unsubscribes, and by which message. `None` unless we made it.
pub(crate) fn read_link(key: &Secret, token: &str) -> Option<(MessageId, String)> {
    let (body, given) = token.split_once('.')?;
    let body = String::from_utf8(URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
    let (message, person) = body.split_once(' ')?;
    let message = message.parse().ok()?;
    same(given, &tag(key, Purpose::Unsubscribe, message, person)).then(|| (message, person.to_owned()))
}

fn tag(key: &Secret, purpose: Purpose, message: MessageId, person: &str) -> String {
    let person = if purpose == Purpose::Unsubscribe { person } else { "" };
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.reveal().as_bytes());
    let whole = hmac::sign(&key, format!("antiphon mail 1 {} {message} {person}", purpose.word()).as_bytes());
    hex::encode(&whole.as_ref()[..TAG])
}

fn same(given: &str, right: &str) -> bool {
    constant_time::verify_slices_are_equal(given.as_bytes(), right.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Secret {
        Secret::new("a key of thirty-two bytes or more")
    }

    fn message() -> MessageId {
        MessageId::from_u128(7)
    }

    #[test]
    fn an_address_comes_back_as_what_it_was_even_when_a_server_changed_its_case() {
        let local = local(&key(), Purpose::Bounce, message(), "");
        assert!(local.len() <= 64, "{local}");
        let claimed = read(&local.to_ascii_uppercase()).unwrap();
        assert_eq!((claimed.purpose, claimed.message), (Purpose::Bounce, message()));
        assert!(claimed.genuine(&key(), "anybody@example.com"));
    }

    #[test]
    fn an_address_that_we_did_not_make_is_not_genuine() {
        let forged = format!("bounce+{}.0000000000000000", message());
        assert!(!read(&forged).unwrap().genuine(&key(), ""));
        let of_another_kind = local(&key(), Purpose::Reply, message(), "").replace("reply", "bounce");
        assert!(!read(&of_another_kind).unwrap().genuine(&key(), ""));
        assert!(!read(&local(&key(), Purpose::Bounce, message(), "")).unwrap().genuine(&Secret::new("another"), ""));
    }

    #[test]
    fn an_unsubscribe_address_is_good_for_the_person_it_was_sent_to_only() {
        let claimed = read(&local(&key(), Purpose::Unsubscribe, message(), "a@example.com")).unwrap();
        assert!(claimed.genuine(&key(), "a@example.com") && !claimed.genuine(&key(), "b@example.com"));
    }

    #[test]
    fn a_link_says_whom_it_unsubscribes_and_nothing_when_it_was_changed() {
        let token = link(&key(), message(), "a@example.com");
        assert_eq!(read_link(&key(), &token), Some((message(), "a@example.com".to_owned())));
        let other = link(&Secret::new("another"), message(), "a@example.com");
        for wrong in [other.as_str(), "", ".", "x.y", &token[1..], &token[..token.len() - 1]] {
            assert_eq!(read_link(&key(), wrong), None, "{wrong}");
        }
    }
}
