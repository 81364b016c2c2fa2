//! An open human case holds promotional messages (R-INB-6).

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
            Some(why) if self.purpose == Purpose::Promotional && !self.by_person => {
                Finding::defer("held", self.now + self.recheck, format!("held: {why}"))
            }
            Some(_) => Finding::not_applicable("only promotional messages that no person sends are held"),
        }
    }
}
