//! An open human case holds what a journey would say by itself: promotions (R-INB-6), and service messages, because the bot does not speak
//! while a person has the word (R-INB-4). What is about an order or an appointment goes.

use model::message::Origin;
use model::{Millis, Purpose, Timestamp};
use serde::{Deserialize, Serialize};

use crate::rule::{Finding, Rule};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct HoldRule {
    pub now: Timestamp,
    pub purpose: Purpose,
    pub by_person: bool,
    pub hold: Option<String>,
    /// How long to wait before asking again. The end of a case asks at once; this is the safety net.
    pub recheck: Millis,
}

impl HoldRule {
    /// People who send by hand, and compliance answers, are not held.
    #[must_use]
    pub const fn is_by_person(origin: &Origin) -> bool {
        matches!(origin, Origin::Agent { .. } | Origin::Test { .. } | Origin::Compliance { .. })
    }
}

impl Rule for HoldRule {
    const NAME: &'static str = "hold";

    fn evaluate(&self) -> Finding {
        match &self.hold {
            None => Finding::pass("nothing holds this contact"),
            Some(why) if matches!(self.purpose, Purpose::Promotional | Purpose::Service) && !self.by_person => {
                Finding::defer("held", self.now + self.recheck, format!("held: {why}"))
            }
            Some(_) => Finding::not_applicable("only promotional and service messages that no person sends are held"),
        }
    }
}
