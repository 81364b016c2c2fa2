//! The kinds of documents that the loop reads: what a workspace configures.

use channel::Account;
use decide::{ComplianceTexts, JourneyState, Queue};
use integrations::endpoint::Endpoint;
use integrations::source::Source;
use model::broadcast::Broadcast;
use model::consent::Wording;
use model::template::Template;
use model::{SenderId, Timestamp, WorkspaceId};
use policy::Rulebook;
use serde::{Deserialize, Serialize};
use storage::Document;

use crate::{PeopleLimitDoc, PortfolioDoc};

/// Newtypes, because a document's kind belongs to the store and not to the thing.
macro_rules! documents {
    ($($(#[$doc:meta])* $name:ident($inner:ty) = $kind:literal, |$it:ident| $id:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl Document for $name {
            const KIND: &'static str = $kind;
            fn id(&self) -> String {
                let $it = &self.0;
                $id
            }
        }
    )*};
}

documents! {
    /// A sender with its credentials.
    AccountDoc(Account) = "account", |account| account.sender.id.to_string();
    BroadcastDoc(Broadcast) = "broadcast", |broadcast| broadcast.id.to_string();
    TemplateDoc(Template) = "template", |template| template.id.to_string();
    QueueDoc(Queue) = "queue", |queue| queue.id.clone();
    EndpointDoc(Endpoint) = "webhook_endpoint", |endpoint| endpoint.id.clone();
    SourceDoc(Source) = "source", |source| source.id.clone();
    ShelfDoc(Shelved) = "shelf", |shelved| Shelved::id_of(shelved.sender, &shelved.key);
    WordingDoc(Wording) = "wording", |wording| wording.hash.clone();
}

/// The kinds that [`crate::Engine::reload`] reads: when one of them changes, what every node holds in memory is old.
pub const RELOADED: &[&str] = &[
    AccountDoc::KIND,
    BroadcastDoc::KIND,
    ComplianceDoc::KIND,
    EndpointDoc::KIND,
    JourneyDoc::KIND,
    JourneyVersionDoc::KIND,
    KeysDoc::KIND,
    PeopleLimitDoc::KIND,
    PortfolioDoc::KIND,
    QueueDoc::KIND,
    RulebookDoc::KIND,
    TemplateDoc::KIND,
    WorkspaceDoc::KIND,
];

/// There is one of it in a workspace.
const ONLY: &str = "current";

/// A tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkspaceDoc {
    pub id: WorkspaceId,
    pub name: String,
    pub default_queue: String,
    pub created_at: Timestamp,
}

/// What an open line keeps until it needs it no more (see [`channel::Inlet::keep`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shelved {
    pub sender: SenderId,
    pub key: String,
    pub value: serde_json::Value,
}

impl Shelved {
    pub(crate) fn id_of(sender: SenderId, key: &str) -> String {
        format!("{sender}.{key}")
    }
}

/// Keys that this installation made for itself.
#[derive(Clone, Serialize, Deserialize)]
pub struct KeysDoc {
    /// Hex: seals the gate's decisions.
    pub gate: String,
    /// Hex, PKCS #8: signs the heads of the consent ledger.
    pub ledger: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RulebookDoc {
    pub rulebook: Rulebook,
    pub updated_by: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ComplianceDoc(pub ComplianceTexts);

/// A published journey: which version takes people in, and which verb is in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JourneyDoc {
    pub name: String,
    pub state: JourneyState,
    pub current: String,
    /// Newest last.
    pub versions: Vec<VersionLine>,
    /// It was opened after a hold, and perhaps not all of its runs have been woken: whoever died in between is followed by somebody who does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waking: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionLine {
    pub version: String,
    pub published_at: Timestamp,
    pub published_by: String,
}

/// One immutable version's source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JourneyVersionDoc {
    pub name: String,
    pub version: String,
    pub source: String,
}

impl JourneyVersionDoc {
    #[must_use]
    pub fn key(name: &str, version: &str) -> String {
        format!("{name}:{version}")
    }
}

impl Document for WorkspaceDoc {
    const KIND: &'static str = "workspace";
    fn id(&self) -> String {
        ONLY.to_owned()
    }
}

impl Document for KeysDoc {
    const KIND: &'static str = "keys";
    fn id(&self) -> String {
        ONLY.to_owned()
    }
}

impl std::fmt::Debug for KeysDoc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeysDoc(…)")
    }
}

impl Document for RulebookDoc {
    const KIND: &'static str = "rulebook";
    fn id(&self) -> String {
        ONLY.to_owned()
    }
}

impl Document for ComplianceDoc {
    const KIND: &'static str = "compliance_texts";
    fn id(&self) -> String {
        ONLY.to_owned()
    }
}

impl Document for JourneyDoc {
    const KIND: &'static str = "journey";
    fn id(&self) -> String {
        self.name.clone()
    }
}

impl Document for JourneyVersionDoc {
    const KIND: &'static str = "journey_version";
    fn id(&self) -> String {
        Self::key(&self.name, &self.version)
    }
}

/// Where documents of which there is one are found.
#[must_use]
pub const fn only() -> &'static str {
    ONLY
}
