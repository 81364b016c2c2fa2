//! The gate's verdict as a record: what was wanted, each rule with its inputs, the channels ranked, the price, the verdict.
//!
//! A record explains; it permits nothing. What permits a send is `policy::Decision`, which only the gate can construct.

use serde::{Deserialize, Serialize};

use crate::message::Origin;
use crate::send_error::FallbackCause;
use crate::{AddressKey, Channel, ContactId, DecisionId, JsonText, MessageId, Money, Purpose, SenderId, Timestamp, WorkspaceId};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DecisionRecord {
    pub id: DecisionId,
    pub workspace: WorkspaceId,
    pub contact: ContactId,
    /// The message it is about; absent when nothing was queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    pub at: Timestamp,
    pub stage: Stage,
    pub wanted: Wanted,
    /// In the order in which they were asked. The first that is not `pass` decided.
    pub rules: Vec<RuleResult>,
    /// Every channel that was considered, best first.
    pub channels: Vec<ChannelOption>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    pub verdict: Verdict,
    /// Versions of what was consulted: journey, template, policy, rates.
    pub versions: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// When the message was asked for.
    Plan,
    /// When it was about to be handed to the provider.
    HandOff,
    /// When a run could not start, or a step said nothing.
    Journey,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Wanted {
    pub origin: Origin,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    pub due_at: Timestamp,
    /// One line of what would be said.
    pub summary: String,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RuleResult {
    /// `consent`, `quiet_hours`, `cap`, `window`, `lateness`, `address`, `template`, `price`, `sender`, …
    pub rule: String,
    /// The channel it was asked for, when it depends on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    pub outcome: Outcome,
    /// One sentence for a person.
    pub detail: String,
    /// Everything the rule looked at, enough to evaluate it again.
    pub inputs: JsonText,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pass,
    /// Not now; later.
    Defer,
    /// Not on this channel, or not at all.
    Deny,
    NotApplicable,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ChannelOption {
    pub channel: Channel,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<SenderId>,
    pub eligible: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Why it stands where it stands.
    pub reason: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    FreeForm,
    Template,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Price {
    pub amount: Money,
    /// `utility`, `marketing`, `service`, `sms:2_segments`.
    pub category: String,
    /// The table and its date.
    pub rate: String,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum Verdict {
    Send {
        channel: Channel,
        address: AddressKey,
        sender: SenderId,
        form: Form,
    },
    Defer {
        until: Timestamp,
        reason: String,
    },
    /// Say nothing, and why: a code such as `consent_missing`, and the fallback edge it takes.
    Silent {
        code: String,
        cause: FallbackCause,
        reason: String,
    },
}
