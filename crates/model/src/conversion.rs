//! Advertisements that lead to a conversation, and what is reported back of them (A33).

use serde::{Deserialize, Serialize};

use crate::value::{Attributes, Value};
use crate::{SenderId, Timestamp};

/// A click on an advertisement or post that opened the conversation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AdClick {
    /// Our number that was written to.
    pub sender: SenderId,
    /// When the person wrote, by the provider's clock.
    pub at: Timestamp,
    /// What the platform knows the click by (`ctwa_clid`). Advertisements in WhatsApp's status have none, and nothing can be reported of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click: Option<String>,
    /// `ad` or `post`.
    #[serde(default)]
    pub source: String,
    /// The platform's id of the advertisement.
    #[serde(default)]
    pub source_id: String,
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub headline: String,
}

crate::compact_struct!(AdClick { 1 sender, 2 at, 3 click, 4 source, 5 source_id, 6 url, 7 headline });

/// Where a person came from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Advert {
    /// What led them here first. It stays for ever.
    pub first: AdClick,
    /// The latest other one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<AdClick>,
    /// What was reported of the latest click that is reported once for a click.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reported: Vec<ConversionEvent>,
}

crate::compact_struct!(Advert { 1 first, 2 last, 3 reported });

impl Advert {
    #[must_use]
    pub const fn new(first: AdClick) -> Self {
        Self { first, last: None, reported: Vec::new() }
    }

    /// What goals are due to.
    #[must_use]
    pub fn latest(&self) -> &AdClick {
        self.last.as_ref().unwrap_or(&self.first)
    }

    /// Takes note of a click; answers whether it is news. Webhooks may come twice and in any order.
    pub fn see(&mut self, click: AdClick) -> bool {
        let latest = self.latest();
        let known = [Some(&self.first), self.last.as_ref()].into_iter().flatten();
        if click.at <= latest.at || known.into_iter().any(|known| known.is_same(&click)) {
            return false;
        }
        self.last = Some(click);
        self.reported.clear();
        true
    }
}

/// Letters of each text that are kept of a referral: they come from outside.
const TEXT_MAX: usize = 512;

impl AdClick {
    /// Reads the referral of a message as the provider sent it. Nothing if it names neither a click nor where it was.
    #[must_use]
    pub fn read(referral: &serde_json::Value, sender: SenderId, at: Timestamp) -> Option<Self> {
        let text = |name: &str| -> String {
            let text = referral.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
            text.chars().take(TEXT_MAX).collect()
        };
        let click = Some(text("ctwa_clid")).filter(|click| !click.is_empty());
        let (source, source_id, url, headline) = (text("source_type"), text("source_id"), text("source_url"), text("headline"));
        let says_nothing = click.is_none() && source_id.is_empty() && url.is_empty();
        (!says_nothing).then_some(Self { sender, at, click, source, source_id, url, headline })
    }

    /// As conditions and events see it.
    #[must_use]
    pub fn properties(&self) -> Attributes {
        let texts = [("source", &self.source), ("source_id", &self.source_id), ("url", &self.url), ("headline", &self.headline)];
        let named = texts.into_iter().filter(|(_, text)| !text.is_empty());
        named.map(|(name, text)| (name.to_owned(), Value::Text(text.clone()))).collect()
    }

    /// Whether it is the same click; without a name of its own, the same advertisement.
    fn is_same(&self, other: &Self) -> bool {
        match (&self.click, &other.click) {
            (Some(one), Some(other)) => one == other,
            (None, None) => (&self.source_id, &self.url) == (&other.source_id, &other.url),
            _ => false,
        }
    }
}

/// What a goal is to the advertising platform, by the names that Meta takes for business messaging. It refuses every other name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum ConversionEvent {
    AddToCart,
    CartAbandoned,
    InitiateCheckout,
    LeadSubmitted,
    OrderCanceled,
    OrderCreated,
    OrderDelivered,
    OrderReturned,
    OrderShipped,
    Purchase,
    QualifiedLead,
    RatingProvided,
    ReviewProvided,
    ViewContent,
}

crate::compact_code!(ConversionEvent {
    1 AddToCart, 2 CartAbandoned, 3 InitiateCheckout, 4 LeadSubmitted, 5 OrderCanceled, 6 OrderCreated, 7 OrderDelivered, 8 OrderReturned,
    9 OrderShipped, 10 Purchase, 11 QualifiedLead, 12 RatingProvided, 13 ReviewProvided, 14 ViewContent
});

impl ConversionEvent {
    /// With their names.
    pub const ALL: [(&'static str, Self); 14] = [
        ("AddToCart", Self::AddToCart),
        ("CartAbandoned", Self::CartAbandoned),
        ("InitiateCheckout", Self::InitiateCheckout),
        ("LeadSubmitted", Self::LeadSubmitted),
        ("OrderCanceled", Self::OrderCanceled),
        ("OrderCreated", Self::OrderCreated),
        ("OrderDelivered", Self::OrderDelivered),
        ("OrderReturned", Self::OrderReturned),
        ("OrderShipped", Self::OrderShipped),
        ("Purchase", Self::Purchase),
        ("QualifiedLead", Self::QualifiedLead),
        ("RatingProvided", Self::RatingProvided),
        ("ReviewProvided", Self::ReviewProvided),
        ("ViewContent", Self::ViewContent),
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, event)| *event == self).map_or("", |(name, _)| name)
    }

    /// Whether it must say how much money it was.
    #[must_use]
    pub const fn needs_value(self) -> bool {
        matches!(self, Self::Purchase)
    }

    /// Whether one click can lead to it more than once: people buy again, and become a lead once.
    #[must_use]
    pub const fn repeats(self) -> bool {
        !matches!(self, Self::LeadSubmitted | Self::QualifiedLead)
    }
}

/// One event on its way to the platform.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Conversion {
    /// The same at every attempt: the platform counts what has the same id and name once.
    pub id: String,
    pub event: ConversionEvent,
    pub at: Timestamp,
    /// The click that it is due to.
    pub click: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<ConversionValue>,
}

/// What it was worth.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ConversionValue {
    pub value: f64,
    /// ISO 4217.
    pub currency: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_referral_is_read_and_one_that_says_nothing_is_none() {
        let (sender, at) = (SenderId::from_u128(1), Timestamp::from_secs(5));
        let referral = json!({ "source_url": "https://fb.me/example", "source_id": "12", "source_type": "ad", "headline": "Chat with us",
            "ctwa_clid": "Aff-n8ZTO", "media_type": "image" });
        let click = AdClick::read(&referral, sender, at).unwrap();
        assert_eq!((click.click.as_deref(), click.source.as_str(), click.source_id.as_str()), (Some("Aff-n8ZTO"), "ad", "12"));
        let in_status = json!({ "source_url": "https://fb.me/example", "source_type": "ad" });
        assert_eq!(AdClick::read(&in_status, sender, at).unwrap().click, None);
        for nothing in [json!({}), json!({ "ctwa_clid": 5, "headline": "Chat" }), json!("ad")] {
            assert_eq!(AdClick::read(&nothing, sender, at), None, "{nothing}");
        }
        let long = json!({ "source_id": "1", "headline": "x".repeat(9_000) });
        assert_eq!(AdClick::read(&long, sender, at).unwrap().headline.len(), TEXT_MAX);
    }

    #[test]
    fn a33_the_first_click_stays_and_goals_are_due_to_the_latest() {
        let click =
            |id: &str, at: i64| AdClick::read(&json!({ "ctwa_clid": id }), SenderId::from_u128(1), Timestamp::from_secs(at)).unwrap();
        let mut advert = Advert::new(click("a", 10));
        advert.reported.push(ConversionEvent::QualifiedLead);
        assert!(!advert.see(click("a", 20)), "told again");
        assert!(!advert.see(click("b", 5)), "told late");
        assert_eq!((advert.latest(), advert.reported.len()), (&click("a", 10), 1));
        assert!(advert.see(click("c", 30)));
        assert_eq!((&advert.first, advert.latest(), advert.reported.len()), (&click("a", 10), &click("c", 30), 0));
        assert!(!advert.see(click("a", 40)), "the first again");
    }

    #[test]
    fn each_name_is_that_of_its_event() {
        for (name, event) in ConversionEvent::ALL {
            assert_eq!(event.as_str(), name);
            assert_eq!(serde_json::to_value(event).unwrap(), json!(name));
        }
    }
}
