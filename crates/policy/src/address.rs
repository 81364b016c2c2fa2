//! Whether an address of the person can take a message on a channel.

use model::send_error::FallbackCause;
use model::{AddressKey, Channel, Reach, Timestamp};
use serde::{Deserialize, Serialize};

use crate::rule::{Finding, Rule};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AddressRule {
    pub now: Timestamp,
    pub channel: Channel,
    pub address: Option<AddressKey>,
    /// Whether the contact has the address now.
    pub linked: bool,
    pub reach: Option<Reach>,
}

impl Rule for AddressRule {
    const NAME: &'static str = "address";

    fn evaluate(&self) -> Finding {
        let channel = self.channel;
        let deny = |code, detail: String| Finding::deny(code, FallbackCause::NotCapable, detail);
        let Some(address) = &self.address else {
            return deny("address_missing", format!("the contact has no address that {channel} can reach"));
        };
        if !self.linked {
            return deny("address_missing", format!("{address} does not belong to the contact"));
        }
        if !channel.accepts(address.kind) {
            return deny("address_kind", format!("{channel} cannot reach an address of kind {}", address.kind.as_str()));
        }
        match &self.reach {
            None => Finding::pass("untried"),
            Some(Reach::Reachable { since }) => Finding::pass(format!("reachable since {since}")),
            Some(Reach::Unreachable { until, reason, .. }) if *until > self.now => {
                deny("address_unreachable", format!("not reachable on {channel} before {until}: {reason}"))
            }
            Some(Reach::Unreachable { until, .. }) => Finding::pass(format!("worth another try since {until}")),
            Some(Reach::Suppressed { since, reason }) => {
                deny("address_suppressed", format!("suppressed on {channel} since {since}: {reason}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(reach: Option<Reach>) -> AddressRule {
        AddressRule {
            now: Timestamp::from_secs(1_000),
            channel: Channel::Sms,
            address: Some(AddressKey::phone("+12025550123")),
            linked: true,
            reach,
        }
    }

    #[test]
    fn an_unreachable_address_is_tried_again_after_its_time() {
        let at = |secs| {
            Some(Reach::Unreachable {
                since: Timestamp::EPOCH,
                until: Timestamp::from_secs(secs),
                reason: "off".into(),
                strikes: Vec::new(),
            })
        };
        assert_eq!(rule(at(1_001)).evaluate().code, "address_unreachable");
        assert!(rule(at(1_000)).evaluate().clears());
    }

    #[test]
    fn a_suppressed_or_foreign_or_unfit_address_is_refused() {
        let suppressed = Some(Reach::Suppressed { since: Timestamp::EPOCH, reason: "blocked".into() });
        assert_eq!(rule(suppressed).evaluate().code, "address_suppressed");
        assert_eq!(AddressRule { linked: false, ..rule(None) }.evaluate().code, "address_missing");
        assert_eq!(AddressRule { address: Some(AddressKey::bsuid("US.1")), ..rule(None) }.evaluate().code, "address_kind");
        assert_eq!(AddressRule { address: None, ..rule(None) }.evaluate().code, "address_missing");
    }
}
