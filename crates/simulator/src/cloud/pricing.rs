//! The `pricing` and `conversation` objects of statuses, by the date of the send (reference 10.2).

use model::{Millis, Timestamp};
use serde_json::{Value, json};

use super::CloudMessage;
use crate::people::Window;
use crate::world::World;

/// Per-message pricing began; before it, conversations were charged.
const PER_MESSAGE_SINCE: &str = "2025-07-01T00:00:00Z";
/// Free-form messages and utility templates inside the window are charged.
const SERVICE_CHARGED_SINCE: &str = "2026-10-01T00:00:00Z";
/// Free service messages for each number in a calendar month.
const FREE_SERVICE_MESSAGES: u32 = 1_000;

impl World {
    /// What a message costs, decided when it leaves. Counts the free messages of the month.
    pub(super) fn price(&mut self, message: &CloudMessage) -> (Option<Value>, Option<Value>) {
        let now = self.now;
        let window = self.people.get(message.person).map(|p| p.window(&message.number)).unwrap_or_default();
        let category = match &message.template {
            Some(template) => template.category.price_name(),
            None => "service",
        };
        let (kind, category, model) = if now < moment(PER_MESSAGE_SINCE) {
            (if category == "service" { "free_customer_service" } else { "regular" }, category, "CBP")
        } else if window.entry_point_open(now) {
            ("free_entry_point", "referral_conversion", "PMP")
        } else if self.is_free(message, &window, category) {
            ("free_customer_service", category, "PMP")
        } else {
            ("regular", category, "PMP")
        };
        let pricing = json!({ "billable": kind == "regular", "pricing_model": model, "type": kind, "category": category });
        (Some(pricing), self.conversation(&window, category))
    }

    fn is_free(&mut self, message: &CloudMessage, window: &Window, category: &str) -> bool {
        let now = self.now;
        if now < moment(SERVICE_CHARGED_SINCE) {
            return category == "service" || (category == "utility" && window.service_open(now));
        }
        if category != "service" {
            return false;
        }
        let date = now.to_jiff().to_zoned(jiff::tz::TimeZone::UTC);
        let Some(number) = self.cloud.numbers.get_mut(&message.number) else { return false };
        let used = number.free_used.entry((date.year(), date.month())).or_default();
        *used += 1;
        *used <= FREE_SERVICE_MESSAGES
    }

    /// Webhooks of v24 and later carry it inside a free entry point window only.
    fn conversation(&mut self, window: &Window, category: &str) -> Option<Value> {
        let now = self.now;
        let id = |world: &mut Self| world.mint.hex("conversation", 32);
        if window.entry_point_open(now) {
            let until = window.entry_point_until.unwrap_or(now + Millis::from_hours(72)).as_secs().to_string();
            return Some(json!({ "id": id(self), "expiration_timestamp": until, "origin": { "type": "referral_conversion" } }));
        }
        (self.config.cloud.webhook_version <= 23)
            .then(|| json!({ "id": id(self), "expiration_timestamp": now.as_secs().to_string(), "origin": { "type": category } }))
    }
}

fn moment(text: &str) -> Timestamp {
    // Both constants above are valid; the test below keeps it so.
    Timestamp::parse(text).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dates_are_dates() {
        assert!(moment(PER_MESSAGE_SINCE) < moment(SERVICE_CHARGED_SINCE));
        assert_ne!(moment(SERVICE_CHARGED_SINCE), Timestamp::MAX);
    }
}
