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
    AllPromotional,
    /// Everything on the channel at which it was said.
    ChannelEverything,
    /// Everything on the channel at which it was said, and promotional messages on all others: whoever writes STOP wants quiet here, and has
    /// not asked to miss an appointment that another channel reminds of.
    #[default]
    ChannelAndPromotions,
    /// Everything on all channels.
    Everything,
}

impl RevocationScope {
    /// The scopes to write down, `None` meaning all: channel and purpose.
    fn written(self, said_on: Channel) -> Vec<(Option<Channel>, Option<Purpose>)> {
        let (here, promotions) = (Some(said_on), Some(Purpose::Promotional));
        match self {
            Self::ChannelPromotional => vec![(here, promotions)],
            Self::AllPromotional => vec![(None, promotions)],
            Self::ChannelEverything => vec![(here, None)],
            Self::ChannelAndPromotions => vec![(here, None), (None, promotions)],
            Self::Everything => vec![(None, None)],
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
/// everything does not name them, and one without a channel unlocks none.
#[must_use]
pub fn start_word(addresses: &[AddressKey], scope: RevocationScope, said: &Said<'_>) -> Vec<ConsentChange> {
    changes(addresses, scope, ConsentState::OptedIn, ConsentAct::StartWord, said)
}

fn changes(addresses: &[AddressKey], scope: RevocationScope, state: ConsentState, act: ConsentAct, said: &Said<'_>) -> Vec<ConsentChange> {
    let change = |address: &AddressKey, channel, purpose| ConsentChange {
        address: address.clone(),
        channel,
        purpose,
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
    let scopes = scope.written(said.channel);
    addresses.iter().flat_map(|address| scopes.iter().map(move |(channel, purpose)| change(address, *channel, *purpose))).collect()
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
