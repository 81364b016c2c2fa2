//! `POST /{dataset}/events`: the Conversions API for business messaging. What is wrong with an event is said as Meta says it, and one wrong event
//! refuses the whole call.

use model::{Millis, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::GraphError;
use crate::world::World;

/// The names that business messaging takes; a pixel's other names are refused.
const NAMES: [&str; 14] = [
    "AddToCart",
    "CartAbandoned",
    "InitiateCheckout",
    "LeadSubmitted",
    "OrderCanceled",
    "OrderCreated",
    "OrderDelivered",
    "OrderReturned",
    "OrderShipped",
    "Purchase",
    "QualifiedLead",
    "RatingProvided",
    "ReviewProvided",
    "ViewContent",
];
/// Older events are refused.
const AGE_MAX: Millis = Millis::from_days(7);
/// Events of one call.
const EVENTS_MAX: usize = 1_000;

/// An event that was taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conversion {
    pub name: String,
    pub id: Option<String>,
    pub at: Timestamp,
    pub click: String,
    pub value: Option<f64>,
    pub currency: Option<String>,
    /// How often it came; Meta counts one with the same name and id once.
    pub times: u32,
}

fn refused(subcode: u32, title: &str, text: impl Into<String>) -> GraphError {
    GraphError::template(subcode, title, text)
}

impl World {
    /// What was reported of advertisements.
    #[must_use]
    pub fn conversions(&self) -> &[Conversion] {
        &self.cloud.conversions
    }

    pub(super) fn take_conversions(&mut self, body: &Value) -> Result<Value, GraphError> {
        let events = body["data"].as_array().filter(|events| !events.is_empty()).ok_or_else(|| GraphError::required("data"))?;
        if events.len() > EVENTS_MAX {
            return Err(GraphError::invalid(format!("Param data must have at most {EVENTS_MAX} elements.")));
        }
        let read = events.iter().map(|event| self.read_conversion(event)).collect::<Result<Vec<_>, _>>()?;
        for conversion in read {
            let same = |known: &&mut Conversion| known.id.is_some() && known.id == conversion.id && known.name == conversion.name;
            match self.cloud.conversions.iter_mut().find(same) {
                Some(known) => known.times += 1,
                None => self.cloud.conversions.push(conversion),
            }
        }
        Ok(json!({ "events_received": events.len(), "messages": [], "fbtrace_id": self.mint.trace() }))
    }

    fn read_conversion(&self, event: &Value) -> Result<Conversion, GraphError> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let name = text(&event["event_name"]).ok_or_else(|| GraphError::required("event_name"))?;
        if event["action_source"] != "business_messaging" {
            return Err(GraphError::invalid("Param action_source of an event of a conversation must be business_messaging."));
        }
        if event["messaging_channel"] != "whatsapp" {
            return Err(GraphError::invalid("Param messaging_channel must be whatsapp for this dataset."));
        }
        if !NAMES.contains(&name.as_str()) {
            return Err(refused(2_804_066, "Messaging Event Invalid Event Type", format!("{name} is no event of business messaging.")));
        }
        let seconds = event["event_time"].as_i64().ok_or_else(|| GraphError::required("event_time"))?;
        let at = Timestamp::from_secs(seconds);
        if at > self.now + Millis::from_secs(60) || at + AGE_MAX < self.now {
            return Err(refused(2_804_003, "Event Timestamp Too Old", "event_time lies within the last seven days."));
        }
        let user = &event["user_data"];
        if user["whatsapp_business_account_id"] != self.config.cloud.waba_id.as_str() {
            return Err(GraphError::invalid("Param user_data.whatsapp_business_account_id must be the account of the dataset."));
        }
        let click = text(&user["ctwa_clid"]).ok_or_else(|| GraphError::required("user_data.ctwa_clid"))?;
        if !self.cloud.clicks.contains_key(&click) {
            return Err(refused(2_804_087, "Invalid ctwa_clid", "No click is known by this ctwa_clid."));
        }
        let (value, currency) = (event["custom_data"]["value"].as_f64(), text(&event["custom_data"]["currency"]));
        if name == "Purchase" && (value.is_none() || currency.is_none()) {
            return Err(refused(2_804_009, "Missing Purchase Parameters", "A Purchase has custom_data.value and custom_data.currency."));
        }
        Ok(Conversion { name, id: text(&event["event_id"]), at, click, value, currency, times: 1 })
    }
}
