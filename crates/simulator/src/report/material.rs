//! The log, read as sends, webhooks and words of people.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::words;
use crate::wire::form_decode;
use crate::world::{Exchange, Party, World, note};

/// What became of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Accepted,
    /// Carried out, and the answer never arrived.
    AnswerLost,
    /// Never arrived here, as far as its sender may know.
    NeverCame,
    Throttled,
    /// Refused for a reason that may pass.
    Unavailable,
    /// Refused for good.
    Refused,
}

/// A message that the product tried to send.
pub struct Sending<'a> {
    pub exchange: &'a Exchange,
    pub channel: &'static str,
    /// Digits of the person's number; of a mail, the address.
    pub to: String,
    /// What it says, whatever frame is around it.
    pub words: String,
    /// The product's own reference.
    pub reference: Option<String>,
    /// WhatsApp: the template's category, or nothing for a free-form message.
    pub template: Option<&'static str>,
    pub fate: Fate,
}

/// Something a person did, as a webhook told it.
pub struct Told<'a> {
    pub exchange: &'a Exchange,
    pub channel: &'static str,
    pub from: String,
    /// The provider's id of the message.
    pub id: String,
    pub text: String,
}

/// A status of a message, as a webhook told it.
pub struct Status<'a> {
    pub exchange: &'a Exchange,
    pub id: String,
    /// Later is higher; 0 for what has no place in the order.
    pub rank: u8,
    pub code: Option<u64>,
}

#[derive(Default)]
pub struct Material<'a> {
    pub exchanges: usize,
    /// Webhooks that really went out, forgeries included.
    pub hooks: Vec<&'a Exchange>,
    pub handshakes: Vec<&'a Exchange>,
    pub one_clicks: Vec<&'a Exchange>,
    pub sendings: Vec<Sending<'a>>,
    pub told: Vec<Told<'a>>,
    pub statuses: Vec<Status<'a>>,
    aliases: BTreeMap<String, String>,
    categories: BTreeMap<String, &'static str>,
}

pub fn channel_of(party: Party) -> &'static str {
    match party {
        Party::CloudApi | Party::CloudWebhook | Party::Handshake => "whatsapp",
        Party::TwilioApi | Party::TwilioWebhook | Party::TelnyxApi | Party::TelnyxWebhook => "sms",
        Party::RbmApi | Party::RbmWebhook => "rcs",
        Party::Smsc | Party::SmscDelivery => "smpp",
        Party::MailServer | Party::MailCourier | Party::OneClick => "email",
    }
}

/// A forgery made on purpose.
pub fn forged(exchange: &Exchange) -> bool {
    exchange.note.as_deref().is_some_and(|text| text.starts_with(note::FORGED))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl<'a> Material<'a> {
    pub fn of(world: &'a World) -> Self {
        let mut material = Self::default();
        for person in world.people().iter() {
            let phone = digits(&person.phone);
            material.aliases.insert(person.user_id.clone(), phone.clone());
            material.aliases.insert(person.wa_id().to_owned(), phone);
        }
        material.categories = world.templates().map(|template| (template.name.clone(), template.category.name())).collect();
        for exchange in world.journal().iter() {
            material.exchanges += 1;
            material.read(exchange);
        }
        material
    }

    fn read(&mut self, exchange: &'a Exchange) {
        match exchange.party {
            Party::CloudWebhook | Party::TwilioWebhook | Party::TelnyxWebhook | Party::RbmWebhook if exchange.attempt > 0 => {
                self.hooks.push(exchange);
                if !forged(exchange) {
                    self.hook(exchange);
                }
            }
            Party::Handshake => self.handshakes.push(exchange),
            Party::OneClick => self.one_clicks.push(exchange),
            Party::CloudApi if exchange.method == "POST" => self.cloud(exchange),
            Party::TwilioApi if exchange.method == "POST" => self.twilio(exchange),
            Party::TelnyxApi if exchange.method == "POST" => self.telnyx(exchange),
            Party::RbmApi if exchange.method == "POST" => self.rbm(exchange),
            Party::Smsc if exchange.method == "submit" => self.smpp(exchange),
            Party::MailServer => self.mail(exchange),
            Party::SmscDelivery => {
                let said: Value = serde_json::from_str(&exchange.request).unwrap_or_default();
                if said["esm_class"].as_u64().is_some_and(|class| class & 0x04 == 0) {
                    let from = exchange.target.split(" → ").next().unwrap_or_default();
                    self.tell(exchange, digits(from), exchange.seq.to_string(), text_of(&said["text"]));
                }
            }
            _ => {}
        }
    }

    fn who(&self, name: &str) -> String {
        self.aliases.get(name).cloned().or_else(|| self.aliases.get(&digits(name)).cloned()).unwrap_or_else(|| digits(name))
    }

    fn tell(&mut self, exchange: &'a Exchange, from: String, id: String, text: String) {
        self.told.push(Told { exchange, channel: channel_of(exchange.party), from, id, text });
    }

    fn hook(&mut self, exchange: &'a Exchange) {
        match exchange.party {
            Party::TwilioWebhook => {
                let form: BTreeMap<String, String> = form_decode(&exchange.request).into_iter().collect();
                let get = |name: &str| form.get(name).cloned().unwrap_or_default();
                if !form.contains_key("MessageStatus") && form.contains_key("Body") {
                    self.tell(exchange, digits(&get("From")), get("MessageSid"), get("Body"));
                }
            }
            Party::TelnyxWebhook => {
                let event: Value = serde_json::from_str(&exchange.request).unwrap_or_default();
                let payload = &event["data"]["payload"];
                if event["data"]["event_type"] == "message.received" {
                    let from = digits(payload["from"]["phone_number"].as_str().unwrap_or_default());
                    self.tell(exchange, from, text_of(&payload["id"]), text_of(&payload["text"]));
                }
            }
            Party::RbmWebhook => {
                let push: Value = serde_json::from_str(&exchange.request).unwrap_or_default();
                let data = STANDARD.decode(push["message"]["data"].as_str().unwrap_or_default()).unwrap_or_default();
                let event: Value = serde_json::from_slice(&data).unwrap_or_default();
                let from = digits(event["senderPhoneNumber"].as_str().unwrap_or_default());
                if event["text"].is_string() {
                    self.tell(exchange, from, text_of(&event["messageId"]), text_of(&event["text"]));
                } else if event["eventType"] == "UNSUBSCRIBE" {
                    self.tell(exchange, from, text_of(&event["eventId"]), "STOP".to_owned());
                }
            }
            _ => self.cloud_hook(exchange),
        }
    }

    fn cloud_hook(&mut self, exchange: &'a Exchange) {
        let body: Value = serde_json::from_str(&exchange.request).unwrap_or_default();
        let changes = body["entry"].as_array().into_iter().flatten().flat_map(|entry| entry["changes"].as_array().into_iter().flatten());
        for value in changes.map(|change| &change["value"]) {
            let rows = |name: &str| value[name].as_array().cloned().unwrap_or_default();
            for message in rows("messages") {
                let from = self.who(message["from"].as_str().or(message["from_user_id"].as_str()).unwrap_or_default());
                self.tell(exchange, from, text_of(&message["id"]), text_of(&message["text"]["body"]));
            }
            for row in rows("user_preferences") {
                let from = self.who(row["wa_id"].as_str().or(row["user_id"].as_str()).unwrap_or_default());
                let stop = row["value"] == "stop";
                let id = format!("preference {}", row["timestamp"]);
                self.tell(exchange, from, id, if stop { "STOP" } else { "START" }.to_owned());
            }
            for status in rows("statuses") {
                let rank = match status["status"].as_str() {
                    Some("sent") => 1,
                    Some("delivered") => 2,
                    Some("read") => 3,
                    _ => 0,
                };
                let code = status["errors"][0]["code"].as_u64();
                self.statuses.push(Status { exchange, id: text_of(&status["id"]), rank, code });
            }
        }
    }

    fn cloud(&mut self, exchange: &'a Exchange) {
        let path = exchange.target.split('?').next().unwrap_or_default();
        if !path.ends_with("/messages") && !path.ends_with("/marketing_messages") {
            return;
        }
        let Ok(Value::Object(mut body)) = serde_json::from_str(&exchange.request) else { return };
        if body.contains_key("status") {
            return;
        }
        let to = body.remove("to").or_else(|| body.remove("recipient")).map(|to| self.who(to.as_str().unwrap_or_default()));
        let reference = body.remove("biz_opaque_callback_data").map(|text| text_of(&text));
        let template = body.get("template").map(|template| {
            let name = template["name"].as_str().unwrap_or_default();
            self.categories.get(name).copied().unwrap_or("UNKNOWN")
        });
        let answer: Value = serde_json::from_str(&exchange.response).unwrap_or_default();
        let (code, transient) = (answer["error"]["code"].as_u64().unwrap_or_default(), answer["error"]["is_transient"] == true);
        let fate = fate(exchange, matches!(code, 4 | 80007 | 130_429 | 131_056 | 131_057), transient || code == 190);
        let words = Value::Object(body).to_string();
        self.sendings.push(Sending { exchange, channel: "whatsapp", to: to.unwrap_or_default(), words, reference, template, fate });
    }

    fn twilio(&mut self, exchange: &'a Exchange) {
        let path = exchange.target.split('?').next().unwrap_or_default().trim_end_matches(".json");
        if !path.ends_with("/Messages") {
            return;
        }
        let form = form_decode(&exchange.request);
        let to = form.iter().find(|(name, _)| name == "To").map(|(_, to)| digits(to)).unwrap_or_default();
        let said = ["Body", "MediaUrl", "ContentSid", "ContentVariables"];
        let words =
            form.iter().filter(|(name, _)| said.contains(&name.as_str())).map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("|");
        let fate = fate(exchange, false, false);
        self.sendings.push(Sending { exchange, channel: "sms", to, words, reference: None, template: None, fate });
    }

    fn telnyx(&mut self, exchange: &'a Exchange) {
        let wish: Value = serde_json::from_str(&exchange.request).unwrap_or_default();
        let to = digits(wish["to"].as_str().unwrap_or_default());
        let words = format!("{}|{}", wish["text"], wish["media_urls"]);
        let reference = wish["tags"][0].as_str().map(str::to_owned);
        let fate = fate(exchange, false, false);
        self.sendings.push(Sending { exchange, channel: "sms", to, words, reference, template: None, fate });
    }

    fn rbm(&mut self, exchange: &'a Exchange) {
        let (path, query) = exchange.target.split_once('?').unwrap_or((&exchange.target, ""));
        if !path.ends_with("/agentMessages") {
            return;
        }
        let to =
            digits(path.split("/phones/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default().trim_start_matches("%2B"));
        let reference = form_decode(query).into_iter().find(|(name, _)| name == "messageId").map(|(_, id)| id);
        let fate = fate(exchange, false, false);
        self.sendings.push(Sending { exchange, channel: "rcs", to, words: words::rcs(&exchange.request), reference, template: None, fate });
    }

    fn mail(&mut self, exchange: &'a Exchange) {
        let Some((reference, words)) = words::mail(&exchange.request) else { return };
        let (to, fate) = (exchange.target.to_lowercase(), fate(exchange, false, false));
        self.sendings.push(Sending { exchange, channel: "email", to, words, reference, template: None, fate });
    }

    fn smpp(&mut self, exchange: &'a Exchange) {
        let to = digits(exchange.target.rsplit(" → ").next().unwrap_or_default());
        // Throttled and queue full; system error. Everything else is for good.
        let status = exchange.status.unwrap_or_default();
        let fate = match status {
            _ if exchange.status.is_none() => Fate::AnswerLost,
            0 => Fate::Accepted,
            0x14 | 0x58 => Fate::Throttled,
            0x08 => Fate::Unavailable,
            _ => Fate::Refused,
        };
        self.sendings.push(Sending {
            exchange,
            channel: "smpp",
            to,
            words: words::smpp(&exchange.request),
            reference: None,
            template: None,
            fate,
        });
    }
}

/// By the note of what was done on purpose, then by the answer.
fn fate(exchange: &Exchange, throttled: bool, passing: bool) -> Fate {
    match (exchange.note.as_deref(), exchange.status) {
        (Some(note::ANSWER_LOST), _) => Fate::AnswerLost,
        (_, None) => Fate::NeverCame,
        (_, Some(200..=299)) => Fate::Accepted,
        (_, Some(status)) if throttled || status == 429 => Fate::Throttled,
        (_, Some(status)) if passing || status >= 500 || status == 401 => Fate::Unavailable,
        _ => Fate::Refused,
    }
}
