//! Telling operators that somebody gets more than anybody meant (R-CAP-4): once for each contact, alarm and window, and never a block.

use model::message::{Class, Origin};
use model::timeline::TimelineKind;
use model::value::Attributes;
use model::{Message, Purpose, Timestamp, Value, json_text};

use crate::work::Work;

/// The event that webhooks may subscribe to.
const EVENT: &str = "pressure_alarm";

/// Where the alarms of a day (UTC) are counted, by contact and alarm.
#[must_use]
pub fn alarm_scope(at: Timestamp) -> String {
    format!("alarms:{}", &at.to_string()[..10])
}

impl Work<'_> {
    /// Looks at the counts after a message was counted.
    pub(crate) fn watch_pressure(&mut self, message: &Message) {
        if message.class == Class::Agent || matches!(message.origin, Origin::Compliance { .. } | Origin::Test { .. }) {
            self.state.history.by_person(message.id);
            return;
        }
        let (now, purpose) = (self.now, message.purpose.unwrap_or(Purpose::Service));
        let rulebook = std::sync::Arc::clone(&self.catalogue.rulebook);
        for alarm in &rulebook.alarms {
            let Some(count) = alarm.rings(purpose, now, self.state.history.marks()) else { continue };
            let rang = |(name, at): &(String, Timestamp)| *name == alarm.name && now - *at < alarm.window;
            if self.state.alarms.iter().any(rang) {
                continue;
            }
            self.state.alarms.retain(|(name, _)| *name != alarm.name);
            self.state.alarms.push((alarm.name.clone(), now));
            let what =
                format!("alarm `{}`: {count} messages in {}, more than {}; nothing was held back", alarm.name, alarm.window, alarm.above);
            self.note(TimelineKind::RuntimeNotice, json_text!({ "what": what, "alarm": alarm.name, "count": count })).message =
                Some(message.id);
            let contact = self.state.contact.id.to_string();
            self.count(&alarm_scope(now), &contact, &alarm.name, 1);
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let properties = Attributes::from([("alarm".to_owned(), alarm.name.as_str().into()), ("count".to_owned(), Value::Int(count))]);
            self.deliver(EVENT, &properties, None);
        }
    }
}
