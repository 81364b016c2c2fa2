//! What a world starts from. Everything has a default, so `WorldConfig::default()` is a usable world.

use serde::{Deserialize, Serialize};

use crate::mail::MailConfig;
use crate::people::Persona;
use crate::rbm::RbmConfig;
use crate::smsc::SmscConfig;
use crate::telnyx::TelnyxConfig;

/// The set-up of one world. Reading it from JSON or TOML refuses unknown keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorldConfig {
    pub cloud: CloudConfig,
    pub twilio: TwilioConfig,
    pub telnyx: TelnyxConfig,
    pub smsc: SmscConfig,
    pub mail: MailConfig,
    pub rbm: RbmConfig,
    pub population: PopulationConfig,
    pub journal: JournalConfig,
}

/// The dataset of the simulated account.
pub const DATASET: &str = "1234567890123456";

/// One business portfolio with one app and one WhatsApp Business Account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CloudConfig {
    pub business_id: String,
    pub app_id: String,
    pub app_secret: String,
    pub waba_id: String,
    /// Where conversions of its advertisements are reported.
    pub dataset_id: String,
    /// Bearer tokens that are accepted; the app token `app_id|app_secret` is accepted besides.
    pub tokens: Vec<String>,
    /// The app-level callback. The two overrides (WABA, phone number) are set through the API.
    pub callback_url: Option<String>,
    pub numbers: Vec<NumberConfig>,
    /// Graph version of the webhooks: 23 and older carry a `conversation` in every status.
    pub webhook_version: u32,
    /// How long a template review takes, in milliseconds of the world's clock (from, to).
    pub review_ms: (u64, u64),
    /// Unique users per moving 24 h outside service windows; 0 means unlimited.
    pub portfolio_limit: u32,
    /// Where media URLs point: scheme and host of this server as its clients see it. Without it the `Host` header decides.
    pub public_base: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberConfig {
    /// `phone_number_id`.
    pub id: String,
    /// E.164 with plus.
    pub phone: String,
    pub verified_name: String,
    /// Messages per second; 80 is what a new number has.
    #[serde(default = "standard_throughput")]
    pub throughput_mps: u32,
}

fn standard_throughput() -> u32 {
    80
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TwilioConfig {
    pub account_sid: String,
    pub auth_token: String,
    /// `SK…` and secret: the other way to authenticate.
    pub api_key: Option<(String, String)>,
    pub numbers: Vec<SmsNumber>,
    pub services: Vec<MessagingService>,
    /// RCS senders.
    pub agents: Vec<TwilioAgent>,
    /// Stop words are handled by the provider (21610 afterwards); `OptOutType` is sent with the webhook when `advanced`.
    pub advanced_opt_out: bool,
}

/// A number that can send and receive SMS.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsNumber {
    pub phone: String,
    /// Where inbound messages are posted.
    #[serde(default)]
    pub sms_url: Option<String>,
}

/// An RCS sender.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioAgent {
    /// `rcs:example_brand`, as `From` names it.
    pub id: String,
    /// Where inbound messages are posted.
    #[serde(default)]
    pub webhook: Option<String>,
}

/// A pool of senders with an `MG…` id.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessagingService {
    pub sid: String,
    pub numbers: Vec<String>,
    /// The RCS sender in the pool: phones that have RCS are written to by it, the rest by a number.
    #[serde(default)]
    pub rcs: Option<String>,
    #[serde(default)]
    pub status_callback: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PopulationConfig {
    pub people: u32,
    /// Shares of personas, as weights.
    pub mix: Vec<(Persona, u32)>,
    /// Share of people with a number in the United Kingdom; the rest is in the United States.
    pub uk_percent: u32,
    /// Numbers that nobody has: true makes a person with habits of their own (`manual`) when first written to, false answers 131026 or 21614.
    pub adopt_unknown: bool,
    /// The table of numbers with a scripted outcome (see `people::outcomes`).
    pub magic_numbers: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JournalConfig {
    /// How many exchanges are kept; the oldest go first. 0 keeps none.
    pub capacity: usize,
    /// Bodies longer than this are cut in the journal.
    pub body_bytes_max: usize,
}

impl Default for CloudConfig {
    fn default() -> Self {
        Self {
            business_id: "506914307656634".into(),
            app_id: "670843887433847".into(),
            app_secret: "sim-app-secret".into(),
            waba_id: "102290129340398".into(),
            dataset_id: DATASET.into(),
            tokens: vec!["sim-token".into()],
            callback_url: None,
            numbers: vec![NumberConfig {
                id: "106540352242922".into(),
                phone: "+15550783881".into(),
                verified_name: "Example Clinic".into(),
                throughput_mps: standard_throughput(),
            }],
            webhook_version: 26,
            review_ms: (2_000, 8_000),
            portfolio_limit: 0,
            public_base: None,
        }
    }
}

impl Default for TwilioConfig {
    fn default() -> Self {
        Self {
            account_sid: "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".into(),
            auth_token: "sim-auth-token".into(),
            api_key: None,
            numbers: vec![SmsNumber { phone: "+12025550100".into(), sms_url: None }],
            services: vec![MessagingService {
                sid: "MGcccccccccccccccccccccccccccccccc".into(),
                numbers: vec!["+12025550100".into()],
                rcs: None,
                status_callback: None,
            }],
            agents: vec![TwilioAgent { id: "rcs:example_brand".into(), webhook: None }],
            advanced_opt_out: true,
        }
    }
}

impl Default for PopulationConfig {
    fn default() -> Self {
        Self { people: 60, mix: Persona::default_mix(), uk_percent: 0, adopt_unknown: true, magic_numbers: true }
    }
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self { capacity: 20_000, body_bytes_max: 16_384 }
    }
}
