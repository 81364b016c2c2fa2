//! What a workspace has published: journeys with all versions that runs are pinned to, templates, senders, the rulebook.

use std::collections::BTreeMap;
use std::sync::Arc;

use journey::Journey;
use model::sender::{Sender, SenderStatus};
use model::template::Template;
use model::{BroadcastId, Channel, Millis, SenderId, TemplateId};
use policy::{GateKey, Rulebook, TemplateLookup};
use serde::{Deserialize, Serialize};

use crate::RunningBroadcast;

/// A snapshot. A new one replaces it whole when anything is published; a step sees exactly one.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Counts publications, so that a decision can name what it consulted.
    pub version: u64,
    pub journeys: BTreeMap<String, Published>,
    pub templates: Vec<Template>,
    pub senders: Vec<Sender>,
    pub rulebook: Arc<Rulebook>,
    /// Broadcasts that are under way, or were until lately.
    pub broadcasts: BTreeMap<BroadcastId, Arc<RunningBroadcast>>,
    pub queues: BTreeMap<String, Queue>,
    /// Where a case goes when nobody says otherwise.
    pub default_queue: String,
    pub subscriptions: Vec<Subscription>,
    pub compliance: ComplianceTexts,
    pub gate_key: GateKey,
}

/// A journey with its versions.
#[derive(Clone, Debug)]
pub struct Published {
    pub state: JourneyState,
    pub current: Arc<Journey>,
    /// By version hash: every version that a run may still be pinned to (R-VER-1).
    pub versions: BTreeMap<String, Arc<Journey>>,
}

/// R-VER-3: distinct verbs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JourneyState {
    #[default]
    Open,
    /// No entry; runs go on.
    Closed,
    /// No entry, and runs stand still; their clocks go on.
    Held,
}

/// A queue of cases and its promise.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Queue {
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub first_reply_within: Option<Millis>,
}

/// A webhook endpoint's interest.
#[derive(Clone, PartialEq, Debug)]
pub struct Subscription {
    pub endpoint: String,
    /// Event names; `*` means all.
    pub events: Vec<String>,
}

/// Fixed answers that law and providers ask for, by language tag.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ComplianceTexts {
    pub stop: BTreeMap<String, String>,
    pub start: BTreeMap<String, String>,
    pub help: BTreeMap<String, String>,
}

impl Default for ComplianceTexts {
    fn default() -> Self {
        let text = |text: &str| BTreeMap::from([("en".to_owned(), text.to_owned())]);
        Self {
            stop: text("You will get no more messages from us here, and no promotions anywhere. Write START to get them again."),
            start: text("You will get our messages here again. Write STOP at any time to end them."),
            help: text("Write to us here and a person will answer. Message and data rates may apply. Write STOP to get no more messages."),
        }
    }
}

impl ComplianceTexts {
    /// The text for a locale, or its language, or English, or any.
    #[must_use]
    pub fn pick<'a>(texts: &'a BTreeMap<String, String>, locale: Option<&str>) -> Option<&'a str> {
        let language = locale.and_then(|tag| tag.split(['-', '_']).next());
        locale
            .into_iter()
            .chain(language)
            .chain(["en"])
            .find_map(|tag| texts.get(tag))
            .or_else(|| texts.values().next())
            .map(String::as_str)
    }
}

impl Catalogue {
    #[must_use]
    pub fn empty(gate_key: GateKey) -> Self {
        Self {
            version: 0,
            journeys: BTreeMap::new(),
            broadcasts: BTreeMap::new(),
            templates: Vec::new(),
            senders: Vec::new(),
            rulebook: Arc::new(Rulebook::default()),
            queues: BTreeMap::new(),
            default_queue: "inbox".to_owned(),
            subscriptions: Vec::new(),
            compliance: ComplianceTexts::default(),
            gate_key,
        }
    }

    /// The definition that a run is pinned to.
    #[must_use]
    pub fn journey(&self, name: &str, version: &str) -> Option<&Arc<Journey>> {
        self.journeys.get(name).and_then(|published| published.versions.get(version))
    }

    #[must_use]
    pub fn held(&self, name: &str) -> bool {
        self.journeys.get(name).is_some_and(|published| published.state == JourneyState::Held)
    }

    #[must_use]
    pub fn sender(&self, id: SenderId) -> Option<&Sender> {
        self.senders.iter().find(|sender| sender.id == id)
    }

    /// The first active sender of a channel: what a message leaves by when nobody chose one.
    #[must_use]
    pub fn default_sender(&self, channel: Channel) -> Option<&Sender> {
        let mut of = self.senders.iter().filter(|sender| sender.channel == channel);
        of.clone().find(|sender| sender.status == SenderStatus::Active).or_else(|| of.next())
    }
}

impl TemplateLookup for Catalogue {
    fn template(&self, id: TemplateId) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }
}
