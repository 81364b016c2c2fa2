//! Files of our own on channels whose provider fetches files itself: it gets an address that only whoever was told it has, for some days.

use antiphon::stage::{PUBLIC_URL, RBM, TWILIO};
use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, TwilioConfig};

use crate::common::{Answer, Bench, text};

/// In the world, phones with an odd number have RCS.
const PHONE: &str = "+12025550123";
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n a picture";

async fn keep(bench: &Bench, name: &str, mime: &str, bytes: &'static [u8]) -> String {
    let key = format!("Bearer {}", bench.key());
    let headers = [("authorization", key.as_str()), ("content-type", mime)];
    let kept = bench.send("POST", &format!("/v1/media?filename={name}"), &headers, bytes).await.expect_status(201).json;
    text(&kept["id"]).to_owned()
}

/// Sends the file, and answers the address that arrived on the phone.
async fn arrives(bench: &mut Bench, channel: &str, sender: Option<&str>, media: &str) -> String {
    let contact = bench.contact(PHONE).await;
    let content = json!({ "type": "media", "kind": "image", "source": { "stored": media }, "caption": "Our terrace" });
    let mut way = json!({ "channel": channel, "content": content });
    if let Some(sender) = sender {
        way["sender"] = json!(sender);
    }
    let wanted = json!({ "contact": contact, "purpose": "transactional", "channels": [way] });
    let made = bench.post("/v1/messages", wanted).await.expect_status(201).json;
    bench.settle().await;
    let message = bench.get(&format!("/v1/messages/{}", text(&made["id"]))).await;
    assert!(["accepted", "delivered", "read"].contains(&text(&message["status"])), "{message:#}");
    assert_eq!(message["content"]["source"]["stored"], media, "the address is nobody's but the provider's");
    let phone = bench.phone(PHONE);
    let file = phone.last().and_then(|entry| entry.shown.media.as_ref()).expect("a file on the phone");
    file.link.clone().expect("fetched from an address")
}

/// As a provider: without any key.
async fn fetch(bench: &Bench, link: &str) -> Answer {
    let path = link.strip_prefix(PUBLIC_URL).expect("an address of ours");
    bench.send("GET", path, &[], "").await
}

#[tokio::test]
async fn a_file_of_our_own_reaches_a_phone_by_mms_and_rcs() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::Sms, "Do you have a terrace?");
    bench.settle().await;
    let theirs = TwilioConfig::default();
    let google = json!({ "kind": "rcs", "service_account": "antiphon@example.com", "client_token": "sim-client-token",
        "private_key": include_str!("../../../channel-rcs/testdata/service_account.pem"),
        "base_url": format!("http://{RBM}"), "token_url": format!("http://{RBM}/token") });
    let twilio = json!({ "kind": "twilio_rcs", "account_sid": theirs.account_sid, "auth_token": theirs.auth_token,
        "base_url": format!("http://{TWILIO}") });
    let mut senders = Vec::new();
    for (address, provider) in [("example_agent", google), ("rcs:example_brand", twilio)] {
        let draft = json!({ "name": "Agent", "address": address, "per_second": 10, "provider": provider });
        let made = bench.post("/v1/senders", draft).await.expect_status(201).json;
        let webhook = format!("{PUBLIC_URL}{}", text(&made["webhook_path"]));
        bench.stage.simulator.with(|world| world.set_rcs_webhook(address, Some(webhook)));
        senders.push(text(&made["id"]).to_owned());
    }
    let picture = keep(&bench, "terrace.png", "image/png", PICTURE).await;
    let mut links = Vec::new();
    links.push(arrives(&mut bench, "sms", None, &picture).await);
    for sender in senders {
        links.push(arrives(&mut bench, "rcs", Some(&sender), &picture).await);
    }
    links.dedup();
    assert_eq!(links.len(), 1, "one file has one address: {links:?}");
    let answer = fetch(&bench, &links[0]).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"), "{} {}", links[0], answer.body);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");

    // Nobody gets in by guessing, and after a week nobody at all.
    let (rest, token) = links[0].rsplit_once('/').expect("a token");
    let mut other = token.to_owned();
    other.replace_range(..1, if token.starts_with('A') { "B" } else { "A" });
    assert_eq!(fetch(&bench, &format!("{rest}/{other}")).await.status, 404);
    let elsewhere = keep(&bench, "other.png", "image/png", b"\x89PNG\r\n\x1a\n another").await;
    assert_eq!(fetch(&bench, &links[0].replace(&picture, &elsewhere)).await.status, 404, "each file has its own");
    bench.advance(Millis::from_days(8)).await;
    assert_eq!(fetch(&bench, &links[0]).await.status, 404);
    let again = arrives(&mut bench, "sms", None, &picture).await;
    assert_ne!(again, links[0]);
    assert_eq!(fetch(&bench, &again).await.status, 200);
}

#[tokio::test]
async fn a_document_is_saved_and_what_is_not_there_is_not_sent() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::Sms, "Hello");
    bench.settle().await;
    let way = keep(&bench, "way.pdf", "application/pdf", b"%PDF-1.7 the way").await;
    let link = arrives(&mut bench, "sms", None, &way).await;
    let answer = fetch(&bench, &link).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/pdf"));
    assert!(answer.header("content-disposition").starts_with("attachment"), "{}", answer.header("content-disposition"));
    let gone = json!({ "contact": bench.contact(PHONE).await, "purpose": "transactional", "channels": [{ "channel": "sms",
        "content": { "type": "media", "kind": "image", "source": { "stored": "med_00000000000000000000000001" } } }] });
    let made = bench.post("/v1/messages", gone).await;
    bench.settle().await;
    let refused = match made.json["id"].as_str() {
        Some(id) => bench.get(&format!("/v1/messages/{id}")).await,
        None => made.json.clone(),
    };
    assert!(refused.to_string().contains("object store") || made.status == 422, "{refused:#}");
    assert_ne!(refused["status"], Value::from("delivered"));
}
