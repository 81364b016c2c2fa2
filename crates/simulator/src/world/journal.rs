//! The exchange log: every request with its answer and every webhook attempt with its result.

use std::collections::VecDeque;

use model::Timestamp;
use serde::Serialize;

use crate::config::JournalConfig;

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A request to the Cloud API.
    CloudApi,
    /// A request to Twilio's API.
    TwilioApi,
    /// A webhook of the Cloud API.
    CloudWebhook,
    /// A webhook of Twilio.
    TwilioWebhook,
    /// A request to Telnyx's API.
    TelnyxApi,
    /// A webhook of Telnyx.
    TelnyxWebhook,
    /// A request to RCS for Business.
    RbmApi,
    /// An event of RCS for Business.
    RbmWebhook,
    /// A submission to the message centre.
    Smsc,
    /// A message or a receipt from the message centre.
    SmscDelivery,
    /// A mail to a mailbox of this world.
    MailServer,
    /// A mail carried to the business.
    MailCourier,
    /// A press on "unsubscribe" in a mail program.
    OneClick,
    /// The check when a callback URL is registered.
    Handshake,
}

/// Notes by which the report knows what was done on purpose.
pub mod note {
    pub const ANSWER_LOST: &str = "carried out, answer lost";
    pub const REQUEST_LOST: &str = "lost on the way, nothing done";
    pub const FORGED: &str = "wrong signature on purpose";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exchange {
    pub seq: u64,
    pub at: Timestamp,
    pub party: Party,
    pub method: String,
    /// Path with query for requests, URL for webhooks. Tokens in the query are blotted out.
    pub target: String,
    /// Signature and idempotency headers of webhooks; never credentials.
    pub headers: Vec<(String, String)>,
    pub request: String,
    pub status: Option<u16>,
    pub response: String,
    /// 1 for requests; counts up for webhooks.
    pub attempt: u32,
    /// Webhooks: how long the answer took, on the world's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
    /// What the simulator did on purpose: `dropped`, `duplicate`, `answer lost` …
    pub note: Option<String>,
}

#[derive(Debug)]
pub struct Journal {
    config: JournalConfig,
    next: u64,
    kept: VecDeque<Exchange>,
}

impl Journal {
    #[must_use]
    pub fn new(config: JournalConfig) -> Self {
        Self { config, next: 0, kept: VecDeque::new() }
    }

    /// Keeps an exchange and numbers it.
    pub fn add(&mut self, mut exchange: Exchange) -> u64 {
        self.next += 1;
        exchange.seq = self.next;
        if self.config.capacity > 0 {
            self.cut(&mut exchange.request);
            self.cut(&mut exchange.response);
            if self.kept.len() >= self.config.capacity {
                self.kept.pop_front();
            }
            self.kept.push_back(exchange);
        }
        self.next
    }

    fn cut(&self, text: &mut String) {
        if text.len() > self.config.body_bytes_max {
            let mut end = self.config.body_bytes_max;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            text.push('…');
        }
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Exchange> {
        self.kept.iter()
    }

    /// The log as JSON lines; byte-identical for one seed and one sequence of requests.
    #[must_use]
    pub fn to_json_lines(&self) -> String {
        let mut out = String::new();
        for exchange in &self.kept {
            out.push_str(&serde_json::to_string(exchange).unwrap_or_default());
            out.push('\n');
        }
        out
    }
}

impl Exchange {
    #[must_use]
    pub fn request(at: Timestamp, party: Party, method: &str, target: &str, body: &[u8]) -> Self {
        Self {
            seq: 0,
            at,
            party,
            method: method.to_owned(),
            target: blot(target),
            headers: Vec::new(),
            request: printable(body),
            status: None,
            response: String::new(),
            attempt: 1,
            took_ms: None,
            note: None,
        }
    }

    #[must_use]
    pub fn answered(mut self, status: Option<u16>, body: &[u8]) -> Self {
        self.status = status;
        self.response = printable(body);
        self
    }
}

/// Text as it is, anything else as its size.
fn printable(body: &[u8]) -> String {
    match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("({} bytes)", body.len()),
    }
}

fn blot(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let query: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name @ ("access_token" | "hub.verify_token"), _)) => format!("{name}=…"),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{path}?{}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_do_not_reach_the_log() {
        let exchange = Exchange::request(Timestamp::EPOCH, Party::CloudApi, "GET", "/1?access_token=secret&fields=id", b"\xff\xfe");
        assert_eq!(exchange.target, "/1?access_token=…&fields=id");
        assert_eq!(exchange.request, "(2 bytes)");
    }

    #[test]
    fn the_oldest_exchange_goes_first() {
        let mut journal = Journal::new(JournalConfig { capacity: 2, body_bytes_max: 4 });
        for _ in 0..3 {
            journal.add(Exchange::request(Timestamp::EPOCH, Party::CloudApi, "GET", "/", "äöü".as_bytes()));
        }
        assert_eq!(journal.iter().map(|e| e.seq).collect::<Vec<_>>(), vec![2, 3]);
        assert_eq!(journal.iter().next().map(|e| e.request.as_str()), Some("äö…"));
    }
}
