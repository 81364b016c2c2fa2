//! Codes of the Graph API itself: tokens, permissions, rates, bad requests.

use super::table::{Action, Rule, Scope};

#[rustfmt::skip]
pub(super) const RULES: &[Rule] = &[
    Rule::new(0, 401, "token invalid or expired", Action::PauseConnection, Scope::App, "create a new access token and save it in the channel's settings; what waits is sent afterwards"),
    Rule::new(190, 401, "token invalid or expired", Action::PauseConnection, Scope::App, "create a new access token and save it in the channel's settings; what waits is sent afterwards"),
    Rule::new(3, 500, "the app lacks a capability", Action::PauseConnection, Scope::App, "give the app the permission that this call needs"),
    Rule::new(10, 403, "permission missing", Action::PauseConnection, Scope::App, "give the system user whatsapp_business_messaging and access to this account"),
    Rule::range(200, 299, 403, "permission missing", Action::PauseConnection, Scope::App, "give the system user the permission that the message names"),
    Rule::new(1, 400, "unknown error, possibly a bad request", Action::Retry, Scope::Message, "repeated twice; if it stays, look at the request and at Meta's status page").tries(2, 10).ambiguous(),
    Rule::new(2, 503, "service temporarily unavailable", Action::Retry, Scope::App, "Meta's side; repeated with growing gaps").tries(6, 10).ambiguous(),
    Rule::new(4, 400, "the app's call limit is reached", Action::Slow, Scope::App, "management calls are held back; see the usage header").tries(10, 60).replay_safe(),
    Rule::new(33, 400, "the phone number was deleted", Action::PauseSender, Scope::Sender, "the number no longer exists at Meta; remove it or register it again"),
    Rule::new(100, 400, "invalid parameter or unknown id", Action::Fix, Scope::Message, "the request is wrong or the id unknown (subcode 33); the details name the parameter"),
    Rule::new(368, 403, "blocked for a policy violation", Action::PauseConnection, Scope::Account, "the account was blocked for policy; see the business support home"),
    Rule::new(613, 400, "call-permission or custom rate limit", Action::Slow, Scope::Sender, "held back, then repeated").tries(5, 60),
    Rule::new(80007, 400, "rate limit of the business account", Action::Slow, Scope::Account, "the account's calls are held back for minutes to an hour").tries(10, 300).replay_safe(),
    Rule::new(1752041, 400, "duplicate marketing onboarding request", Action::Fix, Scope::Account, "the account is on-boarded already; nothing to do"),
];
