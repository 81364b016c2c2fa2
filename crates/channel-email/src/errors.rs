//! What a server's refusal or a delivery report means: its remedy and its cause.

use model::Millis;
use model::send_error::{FallbackCause as Cause, Remedy, SendError};

use crate::smtp::{Reply, status};

const MINUTE: Millis = Millis::from_mins(1);
/// Not reachable now; worth another try after a day.
const SOFT: Remedy = Remedy::SuppressAddress { retry_after: Some(Millis::from_days(1)) };
const FOR_EVER: Remedy = Remedy::SuppressAddress { retry_after: None };

/// Where in the conversation a refusal came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// Greeting, EHLO, STARTTLS, AUTH: it is about us.
    Opening,
    /// MAIL FROM: it is about the sender.
    Sender,
    /// RCPT TO: it is about the person.
    Recipient,
    /// The mail itself.
    Content,
}

/// Words of servers that give no enhanced code and mean that there is no such mailbox.
const NO_MAILBOX: [&str; 7] =
    ["user unknown", "unknown user", "no such user", "does not exist", "no mailbox here", "recipient unknown", "mailbox not found"];

/// A refusal before the mail was taken.
pub(crate) fn refused(stage: Stage, reply: &Reply) -> SendError {
    let code = match reply.enhanced() {
        Some(enhanced) => format!("smtp:{} {enhanced}", reply.code),
        None => format!("smtp:{}", reply.code),
    };
    let known = reply.enhanced().and_then(status);
    let said = reply.text();
    let (remedy, cause, meaning) = match (stage, reply.code, known) {
        (_, 421, _) => (Remedy::SlowSender { after: MINUTE }, Cause::Rejected, "the server is closing or busy; it is tried again"),
        (Stage::Opening, 400..500, _) => {
            (Remedy::SlowSender { after: MINUTE }, Cause::SenderUnavailable, "the server takes no connection now; it is tried again")
        }
        (Stage::Opening, _, _) => (
            Remedy::PauseSender,
            Cause::SenderUnavailable,
            "the server does not let us in; check host, port, protection, user and password of the sender",
        ),
        (_, 530 | 534 | 535 | 538, _) => {
            (Remedy::PauseSender, Cause::SenderUnavailable, "the server wants another sign-in; check user and password of the sender")
        }
        (Stage::Sender, 500.., _) => (
            Remedy::PauseSender,
            Cause::SenderUnavailable,
            "the server does not let us send by this address; check the sender's address and rights",
        ),
        (_, _, Some(status)) => by_status(status),
        (_, 400..500, None) => (Remedy::Retry { after: Millis::from_mins(5) }, Cause::Rejected, "not now; it is tried again"),
        (_, 552, None) => (Remedy::FixData, Cause::Rejected, "the mail is too large for the server"),
        (Stage::Recipient, _, None) if no_mailbox(&said) => (FOR_EVER, Cause::NotCapable, "there is no such mailbox"),
        (_, _, None) => (Remedy::NextChannel, Cause::Rejected, "the server refused the mail"),
    };
    SendError { remedy, cause, code, for_user: format!("{meaning} ({said})") }
}

/// What a delivery report says of one recipient. `status` is `5.1.1`.
pub(crate) fn bounced(status_text: &str, said: &str) -> SendError {
    let (remedy, cause, meaning) = match status(status_text) {
        // After acceptance there is nothing to repeat: the receiving side has given up.
        Some(known) => match by_status(known) {
            // It passes, or it is counted until it does not (A64).
            (Remedy::Retry { .. }, _, _) => (SOFT, Cause::NotDelivered, "the mail was tried for long and did not get through"),
            (Remedy::SlowSender { .. } | Remedy::FixData, _, meaning) => (Remedy::NextChannel, Cause::NotDelivered, meaning),
            (remedy, _, meaning) => (remedy, Cause::NotDelivered, meaning),
        },
        None if no_mailbox(said) => (FOR_EVER, Cause::NotDelivered, "there is no such mailbox"),
        None => (Remedy::NextChannel, Cause::NotDelivered, "the mail came back without a reason that is known"),
    };
    let said: String = said.chars().filter(|letter| !letter.is_control()).take(300).collect();
    SendError { remedy, cause, code: format!("bounce:{status_text}"), for_user: format!("{meaning} ({said})") }
}

/// A service or a receiver would not have the mail; the person is reachable all the same.
pub(crate) fn blocked(said: &str) -> SendError {
    let said: String = said.chars().filter(|letter| !letter.is_control()).take(300).collect();
    SendError {
        remedy: Remedy::NextChannel,
        cause: Cause::NotDelivered,
        code: "bounce:blocked".to_owned(),
        for_user: format!("the mail was blocked; look at SPF, DKIM, DMARC and the sender's reputation ({said})"),
    }
}

/// RFC 3463, as receivers use it.
const fn by_status(status: (u16, u16, u16)) -> (Remedy, Cause, &'static str) {
    match status {
        (5, 1, 1 | 2 | 3 | 6 | 10) => (FOR_EVER, Cause::NotCapable, "there is no such mailbox or domain"),
        (5, 2, 1) => (FOR_EVER, Cause::NotCapable, "the mailbox is disabled"),
        // A full mailbox is emptied some day, and nobody wants another mail in it before.
        (_, 2, 2) => (
            Remedy::SuppressAddress { retry_after: Some(Millis::from_days(1)) },
            Cause::NotCapable,
            "the mailbox is full; not tried for a day",
        ),
        (5, 2, 3) | (5, 3, 4) => (Remedy::FixData, Cause::Rejected, "the mail is too large for the receiver"),
        (5, 7, _) => (
            Remedy::NextChannel,
            Cause::Rejected,
            "the receiver's policy blocked the mail; look at SPF, DKIM, DMARC and the sender's reputation",
        ),
        (4, 7, _) => (Remedy::SlowSender { after: MINUTE }, Cause::Rejected, "the receiver slows us down; it is tried again"),
        (4, _, _) => (Remedy::Retry { after: Millis::from_mins(5) }, Cause::Rejected, "not now; it is tried again"),
        _ => (Remedy::NextChannel, Cause::Rejected, "the receiver refused the mail"),
    }
}

fn no_mailbox(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    NO_MAILBOX.iter().any(|words| said.contains(words))
}

/// The connection could not be made or broke before the mail was taken: it certainly did not leave.
pub(crate) fn not_sent(what: &str) -> SendError {
    SendError {
        remedy: Remedy::SlowSender { after: Millis::from_secs(10) },
        cause: Cause::Rejected,
        code: "smtp:connection".to_owned(),
        for_user: format!("the mail server could not be reached ({what}); check the network, and host and port in the sender's settings"),
    }
}

/// Something of ours could not be read; nothing has left.
pub(crate) fn not_ready(what: &str) -> SendError {
    SendError {
        remedy: Remedy::Retry { after: MINUTE },
        cause: Cause::Rejected,
        code: "email:design".to_owned(),
        for_user: format!("the mail's design could not be read, it is tried again ({what})"),
    }
}

/// The sender's settings do not allow a connection.
pub(crate) fn settings(what: &str) -> SendError {
    SendError {
        remedy: Remedy::PauseSender,
        cause: Cause::SenderUnavailable,
        code: "email:settings".to_owned(),
        for_user: format!("mail cannot be sent with these settings: {what}"),
    }
}

/// Our own data cannot be said by mail.
pub(crate) fn fix(code: &str, for_user: impl Into<String>) -> SendError {
    SendError { remedy: Remedy::FixData, cause: Cause::Rejected, code: format!("email:{code}"), for_user: for_user.into() }
}

/// Content that email does not carry.
pub(crate) fn not_carried(what: &str) -> SendError {
    let for_user = format!("email cannot carry {what}; give the step a text or a template for email");
    SendError { remedy: Remedy::NextChannel, cause: Cause::NotCapable, code: "email:content".to_owned(), for_user }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(stage: Stage, code: u16, text: &str) -> (Remedy, Cause) {
        let error = refused(stage, &Reply { code, lines: vec![text.to_owned()] });
        (error.remedy, error.cause)
    }

    #[test]
    fn refusals_have_the_remedy_that_fits_their_place_and_code() {
        assert_eq!(at(Stage::Recipient, 550, "5.1.1 gone"), (FOR_EVER, Cause::NotCapable));
        assert_eq!(at(Stage::Recipient, 550, "No such user here"), (FOR_EVER, Cause::NotCapable));
        assert_eq!(at(Stage::Recipient, 550, "rejected by policy"), (Remedy::NextChannel, Cause::Rejected));
        assert_eq!(at(Stage::Content, 550, "5.7.26 unauthenticated"), (Remedy::NextChannel, Cause::Rejected));
        assert_eq!(at(Stage::Recipient, 452, "4.2.2 full").0, Remedy::SuppressAddress { retry_after: Some(Millis::from_days(1)) });
        assert_eq!(at(Stage::Recipient, 451, "4.7.1 greylisted").0, Remedy::SlowSender { after: MINUTE });
        assert_eq!(at(Stage::Content, 451, "later").0, Remedy::Retry { after: Millis::from_mins(5) });
        assert_eq!(at(Stage::Opening, 535, "5.7.8 bad").0, Remedy::PauseSender);
        assert_eq!(at(Stage::Sender, 550, "5.1.1 not yours").0, Remedy::PauseSender);
        assert_eq!(at(Stage::Content, 552, "big").0, Remedy::FixData);
        assert_eq!(at(Stage::Content, 421, "bye").0, Remedy::SlowSender { after: MINUTE });
    }

    #[test]
    fn a_block_by_policy_does_not_suppress_the_person_and_a_missing_mailbox_does() {
        assert_eq!(bounced("5.1.1", "x").remedy, FOR_EVER);
        assert_eq!(bounced("5.7.1", "spam").remedy, Remedy::NextChannel);
        assert_eq!(bounced("4.4.7", "expired").remedy, SOFT);
        assert_eq!(bounced("", "550 user unknown").remedy, FOR_EVER);
        assert_eq!(bounced("nonsense", "").remedy, Remedy::NextChannel);
    }
}
