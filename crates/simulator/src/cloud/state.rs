//! What Meta knows: numbers, callbacks, templates, media, messages.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use serde_json::{Map, Value};

use super::app_data::PhoneApp;
use super::conversions::Conversion;
use super::flows::Flow;
use super::limits::{Bucket, UniqueUsers};
use super::media::MediaFile;
use super::outbound::CloudMessage;
use super::templates::Template;
use super::tokens::TokenState;
use super::uploads::Upload;
use crate::config::{CloudConfig, NumberConfig};
use crate::people::PersonId;

/// A registered callback URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    pub url: String,
}

#[derive(Debug)]
pub struct NumberState {
    pub config: NumberConfig,
    pub callback: Option<Callback>,
    pub profile: Map<String, Value>,
    pub settings: Map<String, Value>,
    pub throughput: Bucket,
    /// Theoretical arrival time of the pair limiter for each person.
    pub pairs: BTreeMap<PersonId, Timestamp>,
    /// People that the business blocked, with the input it used.
    pub blocked: BTreeMap<PersonId, String>,
    /// Free service messages used, by UTC year and month.
    pub free_used: BTreeMap<(i16, i8), u32>,
    pub registered: bool,
    /// Whether the business showed that the number is its own.
    pub verified: bool,
    /// The code that was sent to the number, and until when it counts.
    pub code: Option<(String, Timestamp)>,
    /// Whether people see a basket, and the catalogue.
    pub cart: bool,
    pub catalogue: bool,
    /// What forms' requests are encrypted for. Goes with the registration.
    pub form_key: Option<String>,
    /// The phone app that has the number, too.
    pub app: Option<PhoneApp>,
}

#[derive(Debug)]
pub struct CloudState {
    pub numbers: BTreeMap<String, NumberState>,
    /// Tokens that are worth less than a new one.
    pub token_states: BTreeMap<String, TokenState>,
    pub app_callback: Option<Callback>,
    pub waba_callback: Option<Callback>,
    /// `POST /{waba}/subscribed_apps` was made; a new world starts subscribed.
    pub subscribed: bool,
    /// Fields of the app subscription; none means every field.
    pub fields: Option<BTreeSet<String>>,
    pub templates: BTreeMap<String, Template>,
    /// Names that may not be used again before this moment.
    pub locked_names: BTreeMap<String, Timestamp>,
    pub template_creations: Vec<Timestamp>,
    pub management_calls: Bucket,
    pub media: BTreeMap<String, MediaFile>,
    /// Download tokens: media id and end of validity.
    pub media_urls: BTreeMap<String, (String, Timestamp)>,
    pub uploads: BTreeMap<String, Upload>,
    pub flows: BTreeMap<String, Flow>,
    pub messages: BTreeMap<String, CloudMessage>,
    pub unique_users: UniqueUsers,
    /// Who wrote an inbound message.
    pub inbound: BTreeMap<String, PersonId>,
    /// Clicks on advertisements that opened a conversation, with their moment.
    pub clicks: BTreeMap<String, Timestamp>,
    /// What was reported of them.
    pub conversions: Vec<Conversion>,
}

impl CloudState {
    #[must_use]
    pub fn new(config: &CloudConfig) -> Self {
        let numbers = config.numbers.iter().map(|number| (number.id.clone(), NumberState::new(number.clone()))).collect();
        Self {
            numbers,
            token_states: BTreeMap::new(),
            app_callback: config.callback_url.clone().map(|url| Callback { url }),
            waba_callback: None,
            subscribed: true,
            fields: None,
            templates: BTreeMap::new(),
            locked_names: BTreeMap::new(),
            template_creations: Vec::new(),
            // 5,000 management calls an hour for a WABA with a registered number (reference 10.3).
            management_calls: Bucket::new(5_000, 5_000, 3_600_000),
            media: BTreeMap::new(),
            media_urls: BTreeMap::new(),
            uploads: BTreeMap::new(),
            flows: BTreeMap::new(),
            messages: BTreeMap::new(),
            unique_users: UniqueUsers::default(),
            inbound: BTreeMap::new(),
            clicks: BTreeMap::new(),
            conversions: Vec::new(),
        }
    }

    /// Where a webhook goes: only `messages` follows the overrides (reference 4.1).
    #[must_use]
    pub fn callback_for(&self, number: Option<&str>, field: &str) -> Option<String> {
        if !self.subscribed || self.fields.as_ref().is_some_and(|fields| !fields.contains(field)) {
            return None;
        }
        let number = number.and_then(|id| self.numbers.get(id)).and_then(|number| number.callback.as_ref());
        let overriding = number.or(self.waba_callback.as_ref()).filter(|_| field == "messages");
        overriding.or(self.app_callback.as_ref()).map(|callback| callback.url.clone())
    }

    #[must_use]
    pub fn author_of(&self, message: &str) -> Option<PersonId> {
        self.inbound.get(message).copied()
    }
}

impl NumberState {
    fn new(config: NumberConfig) -> Self {
        let mps = config.throughput_mps.max(1);
        Self {
            throughput: Bucket::new(mps, mps, 1_000),
            config,
            callback: None,
            // A number that nobody described yet has this vertical.
            profile: Map::from_iter([("vertical".to_owned(), Value::from("UNDEFINED"))]),
            settings: Map::new(),
            pairs: BTreeMap::new(),
            blocked: BTreeMap::new(),
            free_used: BTreeMap::new(),
            registered: true,
            verified: true,
            code: None,
            cart: true,
            catalogue: false,
            form_key: None,
            app: None,
        }
    }

    /// As it stands in webhook metadata: digits only.
    #[must_use]
    pub fn display(&self) -> &str {
        self.config.phone.trim_start_matches('+')
    }
}
