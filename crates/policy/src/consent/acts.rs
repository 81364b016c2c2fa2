//! The changes that follow from what people do: STOP and START words, buttons, and the channel's own switch.

use model::consent::{ConsentAct, ConsentChange};
use model::{AddressKey, Channel, ConsentState, Purpose, Timestamp};
use serde::{Deserialize, Serialize};

/// How far a revocation reaches (R-CON-4). It is always written out, never implied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationScope {
    /// Promotional messages on the channel at which it was said.
    ChannelPromotional,
    /// Promotional messages on all channels.
    #[default]
    AllPromotional,
    /// Everything on the channel at which it was said.
    ChannelEverything,
    /// Everything on all channels.
    Everything,
}

impl RevocationScope {
    const fn channel(self, said_on: Channel) -> Option<Channel> {
        match self {
            Self::ChannelPromotional | Self::ChannelEverything => Some(said_on),
            Self::AllPromotional | Self::Everything => None,
        }
    }

    const fn purpose(self) -> Option<Purpose> {
        match self {
            Self::ChannelPromotional | Self::AllPromotional => Some(Purpose::Promotional),
            Self::ChannelEverything | Self::Everything => None,
        }
    }
}

/// Where and when a person said something.
#[derive(Clone, PartialEq, Debug)]
pub struct Said<'a> {
    pub channel: Channel,
    /// `sms_inbound`, `whatsapp_inbound`.
    pub source: &'a str,
    pub at: Timestamp,
    /// The id of the message in which it was said.
    pub evidence: Option<String>,
}

/// STOP: one opt-out for each address of the contact, so that the revocation follows every one of them wherever it may be linked later.
#[must_use]
pub fn stop_word(addresses: &[AddressKey], scope: RevocationScope, said: &Said<'_>) -> Vec<ConsentChange> {
    changes(addresses, scope, ConsentState::OptedOut, ConsentAct::StopWord, said)
}

/// START: lifts what a STOP with the same scope said. It does not agree to promotions that were never agreed to, because a scope of
/// everything does not name them; a scope of promotions does.
#[must_use]
pub fn start_word(addresses: &[AddressKey], scope: RevocationScope, said: &Said<'_>) -> Vec<ConsentChange> {
    changes(addresses, scope, ConsentState::OptedIn, ConsentAct::StartWord, said)
}

fn changes(addresses: &[AddressKey], scope: RevocationScope, state: ConsentState, act: ConsentAct, said: &Said<'_>) -> Vec<ConsentChange> {
    let change = |address: &AddressKey| ConsentChange {
        address: address.clone(),
        channel: scope.channel(said.channel),
        purpose: scope.purpose(),
        topic: None,
        state,
        act,
        wording: None,
        source: said.source.to_owned(),
        actor: "contact".to_owned(),
        ip: None,
        user_agent: None,
        at: said.at,
        evidence: said.evidence.clone(),
    };
    addresses.iter().map(change).collect()
}

/// WhatsApp's own words for the switch "marketing messages" (webhook `user_preferences`, A81): `stop` and `resume`, and `signup`
/// for a person who agrees to promotions inside WhatsApp. `None` for a word that is not known.
#[must_use]
pub fn platform_switch(word: &str, address: &AddressKey, at: Timestamp, evidence: Option<String>) -> Option<ConsentChange> {
    let state = match word {
        "stop" => ConsentState::OptedOut,
        "resume" | "signup" => ConsentState::OptedIn,
        _ => return None,
    };
    Some(ConsentChange {
        address: address.clone(),
        channel: Some(Channel::Whatsapp),
        purpose: Some(Purpose::Promotional),
        topic: None,
        state,
        act: ConsentAct::PlatformSwitch,
        wording: None,
        source: "meta_preference".to_owned(),
        actor: "provider:whatsapp".to_owned(),
        ip: None,
        user_agent: None,
        at,
        evidence,
    })
}
