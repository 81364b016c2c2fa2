//! The consent rule. Which of several entries counts is decided by scope and order in the chain, never by chance:
//!
//! | what stands | and then | result |
//! |---|---|---|
//! | opt-out | opt-in with a broader scope, however late | still out: an explicit opt-out wins over a broader opt-in |
//! | opt-out | later opt-in with the same scope | open again, with what was agreed to before |
//! | opt-out | later opt-in with a narrower channel or purpose | open again for that channel and purpose only |
//! | opt-out | later opt-in to a topic inside | still out: a topic cannot override its parent |
//! | opt-out of a topic | anything about the parent | still out for that topic |
//! | opt-out at one address | message to another address of the same contact | out as well, until a later opt-in at either (R-CON-4) |
//! | opt-in at one address | message to another address | not an opt-in there |
//! | opt-in without a purpose | promotional message | not an opt-in: promotional must be named |
//! | opt-in without a channel | promotional message | counts only where the rulebook maps it (A68) |
//! | opt-out | the contact writes again | a person may answer; journeys stay silent |

use model::send_error::FallbackCause;
use model::{AddressKey, Channel, ConsentState, Purpose, Timestamp};
use serde::{Deserialize, Serialize};

use super::book::{Scope, Standing};
use super::model::ConsentModel;
use crate::rule::{Finding, Rule};

/// The question, and every entry of the contact's book that covers it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ConsentRule {
    pub address: AddressKey,
    pub channel: Channel,
    pub purpose: Purpose,
    pub topic: Option<String>,
    pub model: ConsentModel,
    /// Whether a general consent counts on this channel.
    pub general_unlocks: bool,
    /// The one confirmation after STOP and the answer to HELP must reach people who opted out.
    pub compliance: bool,
    /// For a person's answer: when the contact last wrote to the sender it goes out by.
    #[serde(default)]
    pub answers: Option<Timestamp>,
    pub entries: Vec<Standing>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ConsentVerdict {
    pub allowed: bool,
    /// `consent_missing` or `consent_revoked` when not allowed.
    pub code: &'static str,
    pub detail: String,
    pub model: ConsentModel,
}

/// Whether `wide` takes in all of `narrow` in one dimension.
fn takes_in<T: PartialEq>(wide: Option<&T>, narrow: Option<&T>) -> bool {
    wide.is_none() || wide == narrow
}

impl ConsentRule {
    /// Whether an entry with this scope speaks about the question. The address is left out on purpose: see the table.
    pub(super) fn is_covered_by(&self, scope: &Scope) -> bool {
        takes_in(scope.channel.as_ref(), Some(&self.channel))
            && takes_in(scope.purpose.as_ref(), Some(&self.purpose))
            && takes_in(scope.topic.as_ref(), self.topic.as_ref())
    }

    fn of(&self, state: ConsentState) -> impl Iterator<Item = &Standing> {
        self.entries.iter().filter(move |e| e.state == state && self.is_covered_by(&e.scope))
    }

    /// Whether a later opt-in lifts an opt-out.
    fn lifts(&self, opt_in: &Standing, opt_out: &Standing) -> bool {
        let (inner, outer) = (&opt_in.scope, &opt_out.scope);
        opt_in.seq > opt_out.seq
            && (inner.address == outer.address || inner.address == self.address)
            && takes_in(outer.channel.as_ref(), inner.channel.as_ref())
            && takes_in(outer.purpose.as_ref(), inner.purpose.as_ref())
            && inner.topic == outer.topic
    }

    /// The opt-out that stands in the way: the latest that nothing lifted.
    fn opt_out(&self) -> Option<&Standing> {
        let stands = |out: &&Standing| !self.of(ConsentState::OptedIn).any(|opt_in| self.lifts(opt_in, out));
        self.of(ConsentState::OptedOut).filter(stands).max_by_key(|out| out.seq)
    }

    fn opt_in(&self) -> Option<&Standing> {
        let names_it = |s: &Scope| {
            s.address == self.address
                && (s.purpose == Some(self.purpose) || self.purpose != Purpose::Promotional)
                && (s.channel == Some(self.channel) || self.general_unlocks || self.purpose != Purpose::Promotional)
        };
        self.of(ConsentState::OptedIn).filter(|e| names_it(&e.scope)).max_by_key(|e| e.seq)
    }
}

impl Rule for ConsentRule {
    const NAME: &'static str = "consent";

    fn evaluate(&self) -> Finding {
        if self.compliance {
            return Finding::not_applicable("an answer that the law asks for needs no consent");
        }
        let (channel, purpose) = (self.channel, self.purpose);
        if let Some(out) = self.opt_out() {
            if self.answers.is_some_and(|wrote_at| wrote_at > out.at) {
                return Finding::pass(format!("opted out at {}, and wrote again since: a person may answer", out.at));
            }
            // "Disabled" stops asking about a purpose; it never talks to somebody who wants nothing at all.
            let of_everything = out.scope.purpose.is_none() && out.scope.topic.is_none();
            if self.model != ConsentModel::Disabled || of_everything {
                let what = out.scope.purpose.map_or("all", Purpose::as_str);
                let detail = format!("opted out of {what} messages at {} ({}, entry {})", out.at, out.source, out.seq);
                return Finding::deny("consent_revoked", FallbackCause::NoConsent, detail);
            }
        }
        match (self.model, self.opt_in()) {
            (_, Some(given)) => Finding::pass(format!("opted in at {} ({}, entry {})", given.at, given.source, given.seq)),
            (ConsentModel::NonRestrictive, None) => {
                Finding::pass(format!("{purpose} messages need no opt-in on {channel}, and there is no opt-out"))
            }
            (ConsentModel::Disabled, None) => Finding::pass(format!("consent is not asked for {purpose} messages on {channel}")),
            (ConsentModel::Restrictive, None) => {
                let general = self.of(ConsentState::OptedIn).any(|e| e.scope.channel.is_none() && e.scope.purpose == Some(purpose));
                let detail = if general {
                    format!("a general opt-in does not count for {purpose} messages on {channel} unless the policy maps it")
                } else {
                    format!("no opt-in for {purpose} messages on {channel}")
                };
                Finding::deny("consent_missing", FallbackCause::NoConsent, detail)
            }
        }
    }
}
