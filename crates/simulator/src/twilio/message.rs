//! One message resource.

use model::Timestamp;
use serde_json::{Value, json};

use crate::people::{Line, PersonId, Shown};

/// How senders and phones are named that are to be reached by RCS.
pub const RCS: &str = "rcs:";

/// Version in every path.
pub const VERSION: &str = "2010-04-01";

#[derive(Clone, Debug)]
pub struct SmsMessage {
    pub sid: String,
    pub person: PersonId,
    pub inbound: bool,
    /// None while a messaging service has not chosen a sender.
    pub from: Option<String>,
    pub to: String,
    pub body: String,
    /// What a content resource shows; the words alone otherwise.
    pub shown: Option<Shown>,
    pub status: &'static str,
    pub service: Option<String>,
    pub segments: u32,
    pub media: Vec<String>,
    pub error: Option<u32>,
    pub callback: Option<String>,
    pub validity_s: i64,
    pub created: Timestamp,
    pub sent: Option<Timestamp>,
    pub updated: Timestamp,
    /// Carrier's own time of the final receipt.
    pub done: Option<Timestamp>,
}

impl SmsMessage {
    /// The channel that it goes by: an RCS sender reaches phones by RCS alone.
    #[must_use]
    pub fn line(&self) -> Line {
        let named = |end: &str| end.starts_with(RCS);
        if named(&self.to) || self.from.as_deref().is_some_and(named) { Line::Rcs } else { Line::Sms }
    }

    /// The person's number, without the channel's name.
    #[must_use]
    pub fn phone(&self) -> &str {
        let end = if self.inbound { self.from.as_deref().unwrap_or_default() } else { &self.to };
        end.strip_prefix(RCS).unwrap_or(end)
    }

    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self.status, "delivered" | "read" | "undelivered" | "failed" | "canceled" | "received")
    }

    /// The resource as JSON; numbers are strings here.
    #[must_use]
    pub fn json(&self, account: &str) -> Value {
        let uri = format!("/{VERSION}/Accounts/{account}/Messages/{}", self.sid);
        let chosen = self.from.is_some();
        json!({
            "account_sid": account,
            "api_version": VERSION,
            "body": self.body,
            "date_created": rfc2822(self.created),
            "date_sent": self.sent.map(rfc2822),
            "date_updated": rfc2822(self.updated),
            "direction": if self.inbound { "inbound" } else { "outbound-api" },
            "error_code": self.error,
            "error_message": self.error.map(super::codes::failure),
            "from": self.from,
            "messaging_service_sid": self.service,
            "num_media": self.media.len().to_string(),
            "num_segments": if chosen { self.segments.to_string() } else { "0".to_owned() },
            "price": self.sent.map(|_| format!("-{:.5}", 0.0079 * f64::from(self.segments))),
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": { "media": format!("{uri}/Media.json") },
            "tags": null,
            "to": self.to,
            "uri": format!("{uri}.json"),
        })
    }
}

/// `Thu, 24 Aug 2023 05:01:45 +0000`.
pub fn rfc2822(at: Timestamp) -> String {
    at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// `RawDlrDoneDate`: `YYMMDDhhmm`.
pub fn done_date(at: Timestamp) -> String {
    at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).strftime("%y%m%d%H%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_provider_writes_them() {
        let at = Timestamp::parse("2023-08-24T05:01:45Z").expect("a date");
        assert_eq!(rfc2822(at), "Thu, 24 Aug 2023 05:01:45 +0000");
        assert_eq!(done_date(at), "2308240501");
    }
}
