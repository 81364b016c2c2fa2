//! Which consent a purpose needs on a channel: the three models, and what a general consent unlocks.

use std::collections::BTreeSet;

use model::{Channel, Purpose};
use serde::{Deserialize, Serialize};

/// How consent is asked of one kind of message (A67):
///
/// | model | opted in | opted out | unset |
/// |---|---|---|---|
/// | `restrictive` | send | silent | silent |
/// | `non_restrictive` | send | silent | send |
/// | `disabled` | send | send | send |
///
/// An opt-out of *everything* silences under all three.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentModel {
    /// Needs an opt-in that names the purpose.
    Restrictive,
    /// Needs that there is no opt-out.
    NonRestrictive,
    /// Does not ask.
    Disabled,
}

/// The model of some messages. What is absent matches everything.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelRule {
    #[serde(default)]
    pub channel: Option<Channel>,
    #[serde(default)]
    pub purpose: Option<Purpose>,
    pub model: ConsentModel,
}

/// The consent part of the rulebook. The default is strict: promotional messages need an opt-in on the very channel, the others go
/// unless the person opted out.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsentModels {
    /// The first that matches counts.
    pub rules: Vec<ModelRule>,
    /// Channels on which an opt-in that names no channel counts for promotional messages. Meta accepts a general opt-in for WhatsApp
    /// since November 2024; this product does so only when an administrator says it here (A68).
    pub general_unlocks: BTreeSet<Channel>,
}

impl ConsentModels {
    #[must_use]
    pub fn model(&self, channel: Channel, purpose: Purpose) -> ConsentModel {
        let fits = |r: &&ModelRule| r.channel.is_none_or(|c| c == channel) && r.purpose.is_none_or(|p| p == purpose);
        self.rules.iter().find(fits).map_or_else(
            || if purpose == Purpose::Promotional { ConsentModel::Restrictive } else { ConsentModel::NonRestrictive },
            |rule| rule.model,
        )
    }
}
