//! Agents of RCS for Business: their settings are checked before a sender is made of them.

use api::engine::{Fault, RcsDraft, RcsOnUnknown};
use channel::{OnUnknown, RcsAccount, Secret};

/// A message is taken back after this at the earliest and at the latest, in seconds.
const TTL: std::ops::RangeInclusive<u32> = 10..=30 * 24 * 3600;

/// Of Twilio's `ValidityPeriod`, in seconds.
const AT_TWILIO: std::ops::RangeInclusive<u32> = 10..=36_000;

/// Unless the settings say otherwise, in seconds.
pub(super) const TTL_S: u32 = 600;

fn plain(agent: &str) -> bool {
    !agent.is_empty() && agent.len() <= 200 && agent.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.@".contains(&b))
}

/// An RCS sender at Twilio: its id without the channel's name, and what is wrong with it.
pub(super) fn at_twilio(address: &str, ttl_s: Option<u32>) -> (&str, Vec<Fault>) {
    let agent = address.strip_prefix("rcs:").unwrap_or(address);
    let mut faults = Vec::new();
    if !plain(agent) {
        faults.push(Fault::new("/address", "must be the RCS sender's id, such as example_agent".to_owned()));
    }
    if ttl_s.is_some_and(|ttl| !AT_TWILIO.contains(&ttl)) {
        faults.push(Fault::new("/provider/ttl_s", "must be 10 seconds to 10 hours".to_owned()));
    }
    (agent, faults)
}

pub(super) fn faults(draft: &RcsDraft, agent: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, detail: &str| faults.push(Fault::new(pointer, detail.to_owned()));
    if !plain(agent) {
        fault("/address", "must be the agent's id, such as example_agent");
    }
    if !draft.service_account.contains('@') {
        fault("/provider/service_account", "must be `client_email` of the service account's key file");
    }
    if let Err(error) = channel_rcs::check_key(&draft.private_key) {
        fault("/provider/private_key", &error.to_string());
    }
    if draft.client_token.trim().len() < 8 {
        fault("/provider/client_token", "must have at least 8 characters: who knows it can tell us anything");
    }
    if draft.ttl_s.is_some_and(|ttl| !TTL.contains(&ttl)) {
        fault("/provider/ttl_s", "must be 10 seconds to 30 days");
    }
    for (name, url) in [("token_url", &draft.token_url), ("base_url", &draft.base_url)] {
        if url.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            fault(&format!("/provider/{name}"), "must be a web address");
        }
    }
    faults
}

pub(super) fn account(draft: &RcsDraft, agent: &str) -> RcsAccount {
    RcsAccount {
        agent_id: agent.to_owned(),
        service_account: draft.service_account.clone(),
        private_key: Secret::new(&draft.private_key),
        client_token: Secret::new(draft.client_token.trim()),
        ttl_s: draft.ttl_s.unwrap_or(TTL_S),
        on_unknown: match draft.on_unknown {
            None | Some(RcsOnUnknown::Try) => OnUnknown::Try,
            Some(RcsOnUnknown::Skip) => OnUnknown::Skip,
        },
        token_url: draft.token_url.clone().unwrap_or_else(|| "https://oauth2.googleapis.com/token".to_owned()),
        base_url: draft.base_url.clone().unwrap_or_else(|| "https://rcsbusinessmessaging.googleapis.com".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> RcsDraft {
        RcsDraft {
            service_account: "desk@example.com".to_owned(),
            private_key: include_str!("../../../channel-rcs/testdata/service_account.pem").to_owned(),
            client_token: "agreed-word".to_owned(),
            ttl_s: None,
            on_unknown: None,
            token_url: None,
            base_url: None,
        }
    }

    #[test]
    fn every_fault_is_named_at_its_place() {
        assert_eq!(faults(&draft(), "example_agent"), []);
        let wrong = RcsDraft {
            service_account: "desk".to_owned(),
            private_key: "secret".to_owned(),
            client_token: "x".to_owned(),
            ttl_s: Some(1),
            on_unknown: Some(RcsOnUnknown::Skip),
            token_url: Some("here".to_owned()),
            base_url: None,
        };
        let pointers: Vec<String> = faults(&wrong, "an agent").into_iter().map(|fault| fault.pointer).collect();
        let expected = ["/address", "/provider/service_account", "/provider/private_key", "/provider/client_token", "/provider/ttl_s"];
        assert_eq!(pointers[..5], expected.map(str::to_owned));
        assert_eq!(pointers[5], "/provider/token_url");
    }

    #[test]
    fn a_sender_at_twilio_is_named_with_or_without_its_channel() {
        assert_eq!(at_twilio("rcs:example_agent", Some(60)), ("example_agent", vec![]));
        let pointers: Vec<String> = at_twilio("+1 202", Some(5)).1.into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(pointers, ["/address", "/provider/ttl_s"]);
    }

    #[test]
    fn ten_minutes_are_what_a_message_lives_when_nothing_is_said() {
        assert_eq!(account(&draft(), "example_agent").ttl_s, 600);
    }

    #[test]
    fn a_phone_that_nobody_knows_is_tried_unless_the_sender_says_otherwise() {
        assert_eq!(account(&draft(), "example_agent").on_unknown, OnUnknown::Try);
        let skips = RcsDraft { on_unknown: Some(RcsOnUnknown::Skip), ..draft() };
        assert_eq!(account(&skips, "example_agent").on_unknown, OnUnknown::Skip);
    }
}
