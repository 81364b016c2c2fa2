//! Every code of Twilio's that a message can meet, with what a good sender does about it.
//!
//! Written from the published dictionary and not from our table, so that a row that is lost or changed is noticed.

use channel::Received;
use model::send_error::{FallbackCause as Cause, Remedy};
use model::signal::SignalBody;
use model::{MessageStatus, Timestamp};

use super::fake::account;
use crate::errors::send_error;
use crate::status::receive_status;

/// Codes, the remedy's name, the cause by which a journey falls back.
type Row = (&'static [i64], &'static str, Cause);

const PUBLISHED: &[Row] = &[
    (&[21610], "revoke_consent", Cause::OptedOut),
    (&[21211, 21214, 21217, 21401, 21614], "suppress for ever", Cause::NotCapable),
    (&[30005, 30006, 60005], "suppress for a while", Cause::NotCapable),
    (&[30003, 30008, 30017, 30036, 30410], "next_channel", Cause::NotDelivered),
    (&[30004, 30007, 30450, 30453], "next_channel", Cause::Rejected),
    (&[30034, 30042, 30909, 30930], "pause_sender", Cause::SenderUnavailable),
    (&[20003, 20404, 21603, 21606, 21701, 21703, 21704], "pause_sender", Cause::SenderUnavailable),
    (&[21408, 21612], "next_channel", Cause::NotCapable),
    (&[20429, 21611, 30001, 63018, 63038], "slow_sender", Cause::Rejected),
    (&[21608, 21617, 21619, 21620, 21654, 35111, 35114, 35118], "fix", Cause::Rejected),
    (&[63036], "next_channel", Cause::NotCapable),
    (&[63016], "window_closed", Cause::WindowClosed),
    (&[63003, 63005, 63010, 63012, 63024], "next_channel", Cause::Rejected),
    (&[11200, 11205, 11210, 11220, 12300], "fix", Cause::Rejected),
];

fn name(remedy: &Remedy) -> &'static str {
    match remedy {
        Remedy::Retry { .. } => "retry",
        Remedy::SlowPair { .. } => "slow_pair",
        Remedy::SlowSender { .. } => "slow_sender",
        Remedy::NextChannel => "next_channel",
        Remedy::WindowClosed => "window_closed",
        Remedy::SuppressAddress { retry_after: None } => "suppress for ever",
        Remedy::SuppressAddress { retry_after: Some(_) } => "suppress for a while",
        Remedy::RevokeConsent => "revoke_consent",
        Remedy::PauseTemplate => "pause_template",
        Remedy::PauseSender => "pause_sender",
        Remedy::FixData => "fix",
    }
}

/// Both ways in which a code reaches us: in the answer to the call, and in a status callback.
fn reactions(code: i64) -> [(&'static str, Cause, String); 2] {
    let answered = send_error(code, Some(400), "");
    let callback = format!("MessageSid=SM1&MessageStatus=undelivered&ErrorCode={code}");
    let mut told = receive_status(&account(), None, callback.as_bytes(), Timestamp::from_secs(1)).unwrap();
    let Received::Contact(incoming) = told.remove(0) else { panic!("{code}: {told:?}") };
    let SignalBody::Receipt(receipt) = incoming.body else { panic!("{code}: no receipt") };
    assert_eq!(receipt.status, MessageStatus::Failed, "{code}");
    [answered, receipt.error.unwrap()].map(|error| (name(&error.remedy), error.cause, error.for_user))
}

#[test]
fn every_code_that_a_message_can_meet_has_its_reaction_its_cause_and_its_words() {
    let mut wrong = Vec::new();
    for (code, remedy, cause) in PUBLISHED.iter().flat_map(|(codes, remedy, cause)| codes.iter().map(move |code| (*code, *remedy, *cause)))
    {
        for (found, found_cause, words) in reactions(code) {
            if (found, found_cause) != (remedy, cause) || words.contains("not in the table") {
                wrong.push(format!("{code}: wanted {remedy} {cause:?}, found {found} {found_cause:?}: {words}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A code that Twilio makes up tomorrow neither stops a sender nor blocks a person.
#[test]
fn an_unknown_code_fails_one_message_only() {
    for (found, _, words) in reactions(39_999) {
        assert!(matches!(found, "fix" | "next_channel"), "{found}");
        assert!(words.contains("not in the table"), "{words}");
    }
}
