//! What goes into the engine: signals, provider requests, drafts of senders and templates.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use bytes::Bytes;
use model::signal::{SignalBody, Target};
use model::template::{TemplateText, Variable};
use model::{Channel, Purpose, SenderId, SignalId, TemplateId, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{EmailDraft, RcsDraft, SenderHealth, SmppDraft};
use crate::schema;

/// A signal before the engine stamps its arrival.
#[derive(Clone, PartialEq, Debug)]
pub struct NewSignal {
    /// Minted by the caller, who may have to name it in its answer.
    pub id: SignalId,
    pub workspace: WorkspaceId,
    pub target: Target,
    pub body: SignalBody,
    /// When it happened, by the source's clock.
    pub event_time: Timestamp,
    pub source: String,
    pub dedupe_key: Option<String>,
    pub fingerprint: Option<u64>,
}

/// What an outage left, counted before any of it went (R-LATE-2).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct RecoveryView {
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// The last sign of life before it.
    #[schema(value_type = String, format = DateTime)]
    pub down_since: Timestamp,
    /// `going`, `waiting` for a yes, or `approved`.
    #[schema(example = "waiting")]
    pub state: String,
    pub approved_by: Option<String>,
    /// False when there was more than could be counted: the figures are then of what is the longest overdue.
    pub complete: bool,
    /// Messages that go.
    pub send: u64,
    /// Skipped, because they are later than their author allows.
    pub too_late: u64,
    /// Skipped for a newer message with the same key.
    pub collapsed: u64,
    /// For a later hour: quiet hours, for one.
    pub deferred: u64,
    /// Not sent for any other reason, such as consent or a cap.
    pub not_sent: u64,
    /// How long it takes until the last has gone, at the senders' rates.
    #[schema(example = 900_000)]
    pub spread_over_ms: i64,
}

/// A request of a provider, unread.
#[derive(Clone, Copy, Debug)]
pub struct ProviderDelivery<'a> {
    pub provider: &'a str,
    pub sender: SenderId,
    /// The last segment of the address, or nothing.
    pub part: &'a str,
    /// What the provider signed after the public base URL.
    pub path_and_query: &'a str,
    pub headers: &'a HeaderMap,
    pub raw: &'a [u8],
}

/// What a provider wants to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderAnswer {
    /// 200, unless the provider's contract has another for what is answered.
    pub status: u16,
    pub mime: &'static str,
    pub body: String,
}

/// What became of a provider's request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Intake {
    /// Everything in it is durable: applied, known already, or parked with its error.
    Accepted { signals: usize, answer: Option<ProviderAnswer> },
    /// The signature does not fit; nothing was read.
    BadSignature { workspace: Option<WorkspaceId>, reason: String },
    /// There is no such endpoint.
    Unknown,
    /// Signed and unreadable; the bytes are parked.
    Unreadable { reason: String },
}

/// A stored media object.
#[derive(Clone, Debug)]
pub struct MediaObject {
    pub bytes: Bytes,
    pub mime: String,
    pub filename: Option<String>,
}

/// What an operator wants to know of the running engine.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct EngineStatus {
    /// How much faster than the wall the product's clock runs; 1 outside of a demo.
    pub speed: f64,
    pub paused: bool,
    pub senders: Vec<SenderStatusView>,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct SenderStatusView {
    #[schema(value_type = String)]
    pub id: SenderId,
    pub name: String,
    #[schema(value_type = schema::Channel)]
    pub channel: Channel,
    #[schema(value_type = schema::SenderStatus)]
    pub status: model::sender::SenderStatus,
    /// Messages that wait for it.
    pub queued: u64,
}

/// A sender as people may see it: without credentials.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct SenderView {
    #[serde(flatten)]
    #[schema(value_type = schema::Sender)]
    pub sender: model::sender::Sender,
    /// `whatsapp_cloud` or `twilio`.
    pub provider: String,
    /// Where the provider must deliver its webhooks.
    pub webhook_path: String,
    pub queued: u64,
    /// How the number stood at its provider when it was last asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<SenderHealth>,
}

/// A sender to connect. Credentials go in and never come out.
#[derive(Clone, PartialEq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SenderDraft {
    #[schema(example = "Front desk")]
    pub name: String,
    /// What the person sees, in E.164 form; by SMPP also a short code or a name; by email an address.
    #[schema(example = "+12025550100")]
    pub address: String,
    /// Messages a second that the provider grants.
    #[schema(example = 80)]
    pub per_second: u32,
    pub provider: ProviderDraft,
}

#[derive(Clone, PartialEq, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProviderDraft {
    WhatsappCloud {
        phone_number_id: String,
        waba_id: String,
        access_token: String,
        app_secret: String,
        verify_token: String,
        #[serde(default)]
        base_url: Option<String>,
        #[serde(default)]
        graph_version: Option<String>,
        /// Whether people are shown that their messages were read, and that somebody writes; yes when absent.
        #[serde(default)]
        read_receipts: Option<bool>,
        /// The dataset of the WhatsApp Business Account, to which goals are reported that advertisements led to; without it none are.
        #[serde(default)]
        dataset_id: Option<String>,
    },
    Twilio {
        account_sid: String,
        auth_token: String,
        /// The shared key that webhooks are signed with (HMAC-SHA256), when it is switched on; the token otherwise.
        #[serde(default)]
        signing_key: Option<String>,
        #[serde(default)]
        messaging_service_sid: Option<String>,
        #[serde(default)]
        base_url: Option<String>,
    },
    Rcs(RcsDraft),
    /// The address is the RCS sender's id, `brand_agent`.
    TwilioRcs {
        account_sid: String,
        auth_token: String,
        /// The shared key that webhooks are signed with (HMAC-SHA256), when it is switched on; the token otherwise.
        #[serde(default)]
        signing_key: Option<String>,
        /// Twilio stops trying after so many seconds, ten minutes when absent; at most ten hours.
        #[serde(default)]
        ttl_s: Option<u32>,
        #[serde(default)]
        base_url: Option<String>,
    },
    Smpp(SmppDraft),
    Email(EmailDraft),
    Telnyx {
        api_key: String,
        /// Base64 of the key that webhooks are signed with, as the portal shows it.
        public_key: String,
        #[serde(default)]
        messaging_profile_id: Option<String>,
        #[serde(default)]
        base_url: Option<String>,
    },
}

/// A template's source.
#[derive(Clone, PartialEq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateDraft {
    /// Lower-case letters, digits, underscores.
    #[schema(example = "appointment_reminder")]
    pub name: String,
    #[schema(value_type = schema::Purpose)]
    pub purpose: Purpose,
    #[serde(default)]
    #[schema(value_type = Vec<schema::Variable>)]
    pub variables: Vec<Variable>,
    #[schema(value_type = BTreeMap<String, schema::TemplateText>)]
    pub languages: BTreeMap<String, TemplateText>,
    #[schema(example = "en")]
    pub default_language: String,
}

/// A template with some of its variables given.
#[derive(Clone, PartialEq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateUse {
    #[schema(value_type = String)]
    pub id: TemplateId,
    /// The contact's own language when absent.
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

impl std::fmt::Debug for ProviderDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::WhatsappCloud { phone_number_id, .. } => write!(f, "WhatsappCloud({phone_number_id}, …)"),
            Self::Twilio { account_sid, .. } => write!(f, "Twilio({account_sid}, …)"),
            Self::Rcs(draft) => draft.fmt(f),
            Self::TwilioRcs { account_sid, .. } => write!(f, "TwilioRcs({account_sid}, …)"),
            Self::Smpp(draft) => draft.fmt(f),
            Self::Email(draft) => draft.fmt(f),
            Self::Telnyx { public_key, .. } => write!(f, "Telnyx({public_key}, …)"),
        }
    }
}
