//! A number, messaging service or RCS sender of Twilio's.

use serde::{Deserialize, Serialize};

use crate::Secret;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TwilioAccount {
    pub account_sid: String,
    pub auth_token: Secret,
    /// The shared key of the newer signature scheme, when it is switched on.
    #[serde(default)]
    pub signing_key: Option<Secret>,
    /// A number or alphanumeric sender; or else the messaging service chooses.
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub messaging_service_sid: Option<String>,
    #[serde(default = "twilio_url")]
    pub base_url: String,
    /// Where the provider reaches us: the base of callback links, and what signatures are checked against. Never taken from a request.
    pub public_url: String,
}

fn twilio_url() -> String {
    "https://api.twilio.com".to_owned()
}

/// An RCS sender at Twilio: it sends by RCS alone, and journeys decide what goes instead.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TwilioRcsAccount {
    /// `from` is the sender as Twilio names it: `rcs:brand_agent`.
    #[serde(flatten)]
    pub account: TwilioAccount,
    /// Twilio stops trying after so many seconds; at most ten hours.
    #[serde(default = "ten_minutes")]
    pub ttl_s: u32,
}

const fn ten_minutes() -> u32 {
    600
}
