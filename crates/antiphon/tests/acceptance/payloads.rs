//! Payloads of mail services, of RCS and of businesses' systems, through the real routes of one started program: each has the effect that is
//! stated here, and a file of which nothing is stated fails.

use std::collections::BTreeMap;
use std::path::Path;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use integrations::standard_webhooks::sign;
use model::{Clock as _, Millis};
use runtime::SystemClock;
use serde_json::{Value, json};
use simulator::{Line, Outcome};

use crate::common::{Bench, START, at, text};
use crate::fixtures::{folder, new_traces, traces};

/// The key under which a service gives back what a mail of ours was sent with.
const NAME: &str = "antiphon-message";
/// In the world, phones with an odd number have RCS.
const PHONE: &str = "+12025550123";
const STAMP: &str = "1795000000";

fn sample(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A program with two mail senders behind services, whose mails the simulated mailboxes take.
struct Office {
    bench: Bench,
    port: u16,
    people: u32,
}

/// Somebody with a mail of ours, of which only its acceptance is known.
struct Mailed {
    path: String,
    id: String,
    address: String,
}

impl Office {
    async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let place = listener.local_addr().expect("a port");
        let config = antiphon::stage::StageConfig { allowed: vec![place.to_string()], ..antiphon::stage::StageConfig::quiet(at(START)) };
        let bench = Bench::with(config).await;
        tokio::spawn(simulator::mail::serve(listener, bench.stage.simulator.clone()));
        Self { bench, port: place.port(), people: 0 }
    }

    async fn sender(&self, address: &str, service: Value) -> String {
        let provider = json!({ "kind": "email", "host": "127.0.0.1", "port": self.port, "security": "plain", "stream": "transactional",
            "user": "antiphon", "password": "sim-mail", "subject": "Your table", "service": service });
        let draft = json!({ "name": "Example Clinic", "address": address, "per_second": 10, "provider": provider });
        text(&self.bench.post("/v1/senders", draft).await.expect_status(201).json["id"]).to_owned()
    }

    async fn mailed(&mut self, sender: &str) -> Mailed {
        self.people += 1;
        let phone = format!("+120255501{:02}", self.people);
        let address = format!("{}@example.org", phone.trim_start_matches('+'));
        self.bench.person(&phone);
        let contact = self.bench.post("/v1/contacts", json!({ "phone": phone, "email": address })).await.expect_status(201).json;
        let channel = json!({ "channel": "email", "sender": sender, "content": { "type": "text", "body": "Your table is ready." } });
        let wanted = json!({ "contact": contact["id"], "purpose": "transactional", "channels": [channel] });
        let id = text(&self.bench.post("/v1/messages", wanted).await.expect_status(201).json["id"]).to_owned();
        self.bench.advance(Millis::from_secs(20)).await;
        let path = format!("/v1/messages/{id}");
        let message = self.bench.get(&path).await;
        assert_eq!(message["status"], "accepted", "{message:#}");
        Mailed { path, id, address }
    }

    /// The message's status, and what else is new.
    async fn effect(&mut self, mailed: &Mailed, before: Vec<String>) -> String {
        self.bench.settle().await;
        let message = self.bench.get(&mailed.path).await;
        let code = message["error"]["code"].as_str().unwrap_or_default();
        let mut left = new_traces(&self.bench, before).await;
        left.sort();
        left.insert(0, format!("{} {code}", text(&message["status"])).trim().to_owned());
        left.join(", ")
    }
}

/// Clicks and opens are ours to count, by our own links and pictures.
const POSTMARK: &[(&str, &str)] = &[
    ("bounce_event", "failed bounce:5.1.1"),
    ("bounce_unsubscribe_variant", "accepted, provider.notice postmark_unnamed"),
    ("click_event", "accepted"),
    ("delivered_event", "delivered"),
    ("open_event", "accepted"),
    ("resubscribe", "accepted, provider.notice postmark_subscription_change"),
    ("spam_event", "accepted, opted_out by postmark_complaint"),
    ("subscription_change_bounce", "accepted, provider.notice postmark_subscription_change"),
    ("unsubscribe", "accepted, opted_out by postmark_unsubscribe"),
];

#[tokio::test]
async fn every_event_of_postmark_has_its_effect_on_the_mail_that_it_names() {
    const PASSWORD: &str = "a password of some length";
    let mut office = Office::new().await;
    let sender = office.sender("hello@example.com", json!({ "kind": "postmark", "user": "hook", "password": PASSWORD })).await;
    let basic = format!("Basic {}", STANDARD.encode(format!("hook:{PASSWORD}")));
    let cases: BTreeMap<String, Value> = serde_json::from_str(&sample("channel-email/testdata/postmark_events.json")).expect("events");
    let mut found = Vec::new();
    for (case, mut event) in cases {
        let mailed = office.mailed(&sender).await;
        event["Metadata"] = json!({ NAME: mailed.id });
        for name in ["Email", "Recipient"] {
            if event.get(name).is_some() {
                event[name] = json!(mailed.address);
            }
        }
        let before = traces(&office.bench).await;
        for _ in 0..2 {
            let path = format!("/webhooks/email/{sender}/postmark");
            office.bench.send("POST", &path, &[("authorization", &basic)], event.to_string()).await.expect_status(200);
        }
        found.push((case, office.effect(&mailed, before).await));
    }
    let found: Vec<_> = found.iter().map(|(case, effect)| (case.as_str(), effect.as_str())).collect();
    assert_eq!(found, POSTMARK, "{found:#?}");
}

const SENDGRID: &[(&str, &str)] = &[
    ("bounce_event", "failed bounce:5.1.1, provider.notice sendgrid_"),
    ("click_event", "accepted, provider.notice sendgrid_"),
    ("compatibility_message_id_from_smtp_id", "delivered, provider.notice sendgrid_"),
    ("deferred_event", "accepted, provider.notice sendgrid_, provider.notice sendgrid_deferred"),
    ("delivered_event", "delivered, provider.notice sendgrid_"),
    ("dropped_bounced", "failed bounce:5.1.1, provider.notice sendgrid_"),
    ("dropped_invalid_event", "failed bounce:5.1.1, provider.notice sendgrid_"),
    ("dropped_unsubscribed_event", "failed bounce:blocked, provider.notice sendgrid_"),
    ("open_event", "accepted, provider.notice sendgrid_"),
    ("processed_event", "accepted, provider.notice sendgrid_"),
];

/// Each event shares its delivery with an event about somebody else's mail, and with one that nobody can read: the other mail
/// is told delivered, and what nobody can read is kept.
#[tokio::test]
async fn every_event_of_sendgrid_has_its_effect_and_takes_none_from_its_neighbour() {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    let mut office = Office::new().await;
    let sender =
        office.sender("hello@example.com", json!({ "kind": "sendgrid", "public_key": STANDARD.encode(key.public_key().as_ref()) })).await;
    let cases: BTreeMap<String, Vec<Value>> = serde_json::from_str(&sample("channel-email/testdata/sendgrid_events.json")).expect("events");
    let mut found = Vec::new();
    for (case, mut events) in cases {
        let (mailed, other) = (office.mailed(&sender).await, office.mailed(&sender).await);
        for event in &mut events {
            event[NAME] = json!(mailed.id);
            event["email"] = json!(mailed.address);
        }
        events.insert(0, json!(format!("no event: {case}")));
        events.push(json!({ "event": "delivered", "email": other.address, NAME: other.id, "sg_event_id": case, "timestamp": 1 }));
        let body = json!(events).to_string();
        #[expect(clippy::disallowed_methods, reason = "the service signs with fresh noise; what is read does not depend on it")]
        let noise = SystemRandom::new();
        let tag = key.sign(&noise, &[STAMP.as_bytes(), body.as_bytes()].concat()).expect("a signature");
        let signature = STANDARD.encode(tag.as_ref());
        let headers = [("x-twilio-email-event-webhook-timestamp", STAMP), ("x-twilio-email-event-webhook-signature", signature.as_str())];
        let before = traces(&office.bench).await;
        let path = format!("/webhooks/email/{sender}/sendgrid");
        for _ in 0..2 {
            office.bench.send("POST", &path, &headers, body.clone()).await.expect_status(200);
        }
        office.bench.send("POST", &path, &headers, format!("{body} ")).await.expect_status(401);
        found.push((case.clone(), office.effect(&mailed, before).await));
        assert_eq!(office.bench.get(&other.path).await["status"], "delivered", "{case}");
    }
    let found: Vec<_> = found.iter().map(|(case, effect)| (case.as_str(), effect.as_str())).collect();
    assert_eq!(found, SENDGRID, "{found:#?}");
}

const RCS: &[(&str, &str)] = &[
    ("DELIVERED", "message delivered"),
    ("READ", "message read"),
    ("IS_TYPING", ""),
    ("UNSUBSCRIBE", "opted_out by rcs_subscription"),
    ("SUBSCRIBE", "opted_in by rcs_subscription"),
    ("TTL_EXPIRATION_REVOKED", "message failed rcs:expired"),
    ("TTL_EXPIRATION_REVOKE_FAILED", "message accepted, provider.notice TTL_EXPIRATION_REVOKE_FAILED"),
    ("MxA1B2C3", "text in"),
    ("MxA1B2C4", "button_reply in"),
    ("MxA1B2C5", "location in"),
    ("MxA1B2C6", "media in"),
];

/// A message that the service took and of which nothing more was heard.
async fn sent_by_rcs(bench: &mut Bench, sender: &str) -> (String, String) {
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Rcs, Some(Outcome::NeverDelivered)));
    let contact = bench.contact(PHONE).await;
    let channel = json!({ "channel": "rcs", "sender": sender, "content": { "type": "text", "body": "Your table is ready." } });
    let wanted = json!({ "contact": contact, "purpose": "transactional", "channels": [channel] });
    let made = bench.post("/v1/messages", wanted).await.expect_status(201).json;
    bench.settle().await;
    let path = format!("/v1/messages/{}", text(&made["id"]));
    let message = bench.get(&path).await;
    assert_eq!(message["status"], "accepted", "{message:#}");
    (path, text(&message["provider_id"]).to_owned())
}

#[tokio::test]
async fn every_event_of_rcs_has_its_effect_through_the_real_route() {
    let mut bench = Bench::new().await;
    let provider = json!({ "kind": "rcs", "service_account": "antiphon@example.com", "client_token": "sim-client-token",
        "private_key": include_str!("../../../channel-rcs/testdata/service_account.pem"),
        "base_url": format!("http://{}", antiphon::stage::RBM), "token_url": format!("http://{}/token", antiphon::stage::RBM) });
    let draft = json!({ "name": "Agent", "address": "example_agent", "per_second": 10, "provider": provider });
    let made = bench.post("/v1/senders", draft).await.expect_status(201).json;
    let events: Vec<Value> = serde_json::from_str(&sample("channel-rcs/testdata/authored_webhook_decoded_events.json")).expect("events");
    let mut found = Vec::new();
    for mut event in events {
        event["agentId"] = json!("example_agent");
        let person = if event.get("phoneNumber").is_some() { "phoneNumber" } else { "senderPhoneNumber" };
        event[person] = json!(PHONE);
        // What is about a message is about one of ours.
        let mut about = None;
        if ["DELIVERED", "READ", "TTL_EXPIRATION_REVOKED", "TTL_EXPIRATION_REVOKE_FAILED"].iter().any(|kind| event["eventType"] == **kind) {
            let (path, provider_id) = sent_by_rcs(&mut bench, text(&made["id"])).await;
            event["messageId"] = json!(provider_id);
            about = Some(path);
        }
        let data = event.to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA512, b"sim-client-token");
        let signature = STANDARD.encode(hmac::sign(&key, data.as_bytes()).as_ref());
        let body = json!({ "message": { "data": STANDARD.encode(&data) } }).to_string();
        let before = traces(&bench).await;
        for _ in 0..2 {
            bench.send("POST", text(&made["webhook_path"]), &[("x-goog-signature", &signature)], body.clone()).await.expect_status(200);
        }
        bench.settle().await;
        let mut left = new_traces(&bench, before).await;
        left.sort();
        if let Some(path) = about {
            let message = bench.get(&path).await;
            let code = message["error"]["code"].as_str().unwrap_or_default();
            left.insert(0, format!("message {} {code}", text(&message["status"])).trim().to_owned());
        }
        let name = event["eventType"].as_str().or_else(|| event["messageId"].as_str()).unwrap_or_default();
        found.push((name.to_owned(), left.join(", ")));
    }
    let found: Vec<_> = found.iter().map(|(case, effect)| (case.as_str(), effect.as_str())).collect();
    assert_eq!(found, RCS, "{found:#?}");
}

/// Orders, bookings and records of other systems: as the properties of an event they are taken whole; bare they are refused, so that their
/// system sees it. Lists are no event in any case.
const SYSTEMS: &[(&str, u16)] = &[
    ("calcom/booking_cancelled", 202),
    ("calcom/booking_created", 202),
    ("calcom/booking_rescheduled", 202),
    ("calendly/invitee_canceled", 202),
    ("calendly/invitee_created", 202),
    ("hubspot/authored_webhook_batch", 422),
    ("shopify/checkouts", 202),
    ("shopify/customer", 202),
    ("shopify/fulfillment", 202),
    ("shopify/fulfillment_event", 202),
    ("shopify/order", 202),
    ("woocommerce/customer", 202),
    ("woocommerce/order", 202),
];

#[tokio::test]
async fn every_order_booking_and_record_is_taken_as_an_event_and_refused_when_bare() {
    let mut bench = Bench::new().await;
    let made = bench.post("/v1/sources", json!({ "id": "shop", "title": "Shop" })).await.expect_status(201).json;
    let secret = text(&made["secret"]).to_owned();
    let contact = bench.contact(PHONE).await;
    let mut found = Vec::new();
    for system in ["calcom", "calendly", "hubspot", "shopify", "woocommerce"] {
        for entry in std::fs::read_dir(folder(system)).expect("fixtures") {
            let path = entry.expect("an entry").path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
            let raw = std::fs::read_to_string(&path).expect("a fixture");
            let properties: Value = serde_json::from_str(&raw).expect("JSON");
            let name = format!("{system}_{stem}");
            let event = json!({ "type": name, "data": { "contact": { "phone": PHONE }, "properties": properties } });
            let now = SystemClock.now();
            let stamp = now.as_secs().to_string();
            let mut told = 0;
            for (id, body) in [(format!("{name}_bare"), raw), (name.clone(), event.to_string()), (name.clone(), event.to_string())] {
                let signature = sign(&secret, &id, now, body.as_bytes()).expect("a signature");
                let headers =
                    [("webhook-id", id.as_str()), ("webhook-timestamp", stamp.as_str()), ("webhook-signature", signature.as_str())];
                let answer = bench.send("POST", "/sources/shop", &headers, body).await;
                if id == name {
                    told = answer.status;
                } else {
                    assert_eq!(answer.status, 422, "{name}: {}", answer.body);
                }
            }
            bench.settle().await;
            let seen = bench.timeline(&contact).await.iter().filter(|line| line["data"]["name"] == name.as_str()).count();
            assert_eq!(seen, usize::from(told == 202), "{name} was answered {told}");
            found.push((format!("{system}/{stem}"), told));
        }
    }
    found.sort();
    let found: Vec<_> = found.iter().map(|(name, status)| (name.as_str(), *status)).collect();
    assert_eq!(found, SYSTEMS, "{found:#?}");
    assert_eq!(bench.list("/v1/parked_signals").await, [Value::Null; 0]);
}

/// What is in `fixtures` and is no delivery to us: what we send, what is answered, and vectors for the adapters' own tests.
const NO_DELIVERIES: &[&str] = &[
    "SOURCES.md",
    "rbm/agent_message_rich_card.json",
    "twilio/message_create_201_responses.json",
    "twilio/message_create_requests.json",
    "vectors/signatures.json",
];
/// Played in `fixtures.rs`, which says what each does.
const TEXTS: &[&str] = &["twilio/authored_status_callbacks.form.txt", "twilio/inbound_mms.form.txt", "twilio/inbound_sms.form.txt"];

/// A new file is played by a test or told here to be none; those of WhatsApp have their own table, whatever is in their folder.
#[test]
fn every_file_of_the_fixtures_is_played_or_is_no_delivery() {
    let root = folder("");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(&root).expect("below").to_str().expect("a name").replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if !name.starts_with("whatsapp/webhooks/") {
                found.push(name);
            }
        }
    }
    found.sort();
    let mut stated: Vec<String> = SYSTEMS.iter().map(|(name, _)| format!("{name}.json")).collect();
    stated.extend(NO_DELIVERIES.iter().chain(TEXTS).map(|name| (*name).to_owned()));
    stated.sort();
    assert_eq!(found, stated);
}
