//! Unsubscribing by a link (RFC 8058), and what a complaint means.

use channel::{Incoming, Received};
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::signal::{SignalBody, Target};
use model::{AddressKey, AddressKind, Channel, MessageId, Purpose, Timestamp};

/// A press again within this long is the same press: mail programs repeat theirs. In seconds.
const SAME_PRESS_S: i64 = 300;

/// A link of ours was pressed: no more promotional mail to this address.
pub(crate) fn pressed(address: &str, message: MessageId, at: Timestamp, user_agent: Option<String>) -> Received {
    let change = ConsentChange {
        act: ConsentAct::ButtonTapped,
        source: "list_unsubscribe".to_owned(),
        actor: "contact".to_owned(),
        user_agent,
        ..out(address, Some(message), at)
    };
    Received::Contact(Box::new(Incoming {
        dedupe_key: key(message, at),
        event_time: at,
        target: Target::Message(message),
        body: SignalBody::Consent(change),
    }))
}

pub(crate) fn key(message: MessageId, at: Timestamp) -> String {
    key_of(&message.to_string(), at)
}

pub(crate) fn key_of(name: &str, at: Timestamp) -> String {
    format!("email:unsubscribe:{name}:{}", at.as_secs() / SAME_PRESS_S)
}

/// A sending service tells that the person wants no more.
pub(crate) fn by_service(address: &str, message: Option<MessageId>, source: &str, at: Timestamp) -> ConsentChange {
    ConsentChange { act: ConsentAct::PlatformSwitch, source: source.to_owned(), actor: "contact".to_owned(), ..out(address, message, at) }
}

/// A provider tells that the person called a mail spam.
pub(crate) fn complaint(address: &str, message: Option<MessageId>, source: &str, at: Timestamp) -> ConsentChange {
    ConsentChange {
        act: ConsentAct::ProviderReport,
        source: source.to_owned(),
        actor: "provider:email".to_owned(),
        ..out(address, message, at)
    }
}

/// A mail came to the address that is for this.
pub(crate) fn by_mail(address: &str, message: MessageId, at: Timestamp) -> ConsentChange {
    ConsentChange {
        act: ConsentAct::StopWord,
        source: "list_unsubscribe_mailto".to_owned(),
        actor: "contact".to_owned(),
        ..out(address, Some(message), at)
    }
}

fn out(address: &str, message: Option<MessageId>, at: Timestamp) -> ConsentChange {
    ConsentChange {
        address: AddressKey::new(AddressKind::Email, address.to_lowercase()),
        channel: Some(Channel::Email),
        purpose: Some(Purpose::Promotional),
        topic: None,
        state: ConsentState::OptedOut,
        act: ConsentAct::ButtonTapped,
        wording: None,
        source: String::new(),
        actor: String::new(),
        ip: None,
        user_agent: None,
        at,
        evidence: message.map(|message| message.to_string()),
    }
}
