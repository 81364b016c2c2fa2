//! Consent: proof, models, withdrawal by any means, and that it beats what is queued.

use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Outcome};

use crate::common::{Bench, at, says, text};

const PHONE: &str = "+12025550123";

/// A message outside of any journey, by SMS.
fn offer(contact: &str, purpose: &str) -> Value {
    json!({ "contact": contact, "purpose": purpose, "channels": [{ "channel": "sms", "content": { "type": "text", "body": "Ten percent off." } }] })
}

async fn withdraw(bench: &Bench, contact: &str, channel: Value) {
    let body = json!({ "address": { "kind": "phone", "value": PHONE }, "channel": channel, "purpose": "promotional",
        "state": "opted_out", "source": "phone call" });
    bench.post(&format!("/v1/contacts/{contact}/consent"), body).await.expect_status(201);
}

/// A66: a phone number and a date in; the exact text, its version, the act, the time, the network address and the proof of the chain out.
#[tokio::test]
async fn a66_evidence_for_a_phone_and_a_date_is_exact_and_proved() {
    let mut bench = Bench::new().await;
    let words = "I agree to get offers from Example Clinic on WhatsApp. I can stop at any time by writing STOP.";
    let wording = json!({ "capture_point": "newsletter-form", "version": "2026-11", "language": "en", "text": words });
    let hash = bench.post("/v1/wordings", wording).await.expect_status(201).json["hash"].clone();
    let contact = bench.contact(PHONE).await;
    bench.advance(Millis::from_hours(1)).await;
    let given = json!({ "address": { "kind": "phone", "value": PHONE }, "channel": "whatsapp", "purpose": "promotional", "state": "opted_in",
        "source": "form:newsletter", "act": "form_submitted", "wording": hash, "ip": "192.0.2.17", "user_agent": "Example/1.0" });
    bench.post(&format!("/v1/contacts/{contact}/consent"), given).await.expect_status(201);
    let agreed_at = bench.now();
    bench.advance(Millis::from_days(30)).await;
    withdraw(&bench, &contact, json!("whatsapp")).await;

    let query = |at: &str| format!("/v1/consent_evidence?address=phone:%2B12025550123&at={at}");
    let then = bench.get(&query("2026-12-01T00:00:00Z")).await;
    let line = &then["in_force"][0];
    assert_eq!((&line["wording"]["text"], &line["wording"]["version"]), (&json!(words), &json!("2026-11")));
    let entry = &line["entry"];
    let told = ["state", "act", "ip", "user_agent", "source"].map(|member| text(&entry[member]));
    assert_eq!(told, ["opted_in", "form_submitted", "192.0.2.17", "Example/1.0", "form:newsletter"]);
    assert_eq!(at(text(&entry["at"])), agreed_at);
    assert_eq!((&then["chain"]["ok"], &then["chain"]["length"]), (&json!(true), &json!(2)), "{then:#}");
    assert_eq!(bench.get(&query("2026-11-23T17:30:00Z")).await["in_force"], json!([]), "before it was given");
    assert_eq!(bench.get(&query("2027-01-01T00:00:00Z")).await["in_force"][0]["entry"]["state"], "opted_out");
}

/// A67: three models and three states, nine verdicts; and a changed model holds for what is queued already.
#[tokio::test]
async fn a67_three_models_and_three_states_match_and_hold_for_queued_sends() {
    let mut bench = Bench::new().await;
    bench.stage.rules(|rules| rules.caps.clear()).await.expect("rules");
    let phones = ["+12025550131", "+12025550132", "+12025550133"];
    let mut contacts = Vec::new();
    for phone in phones {
        contacts.push(bench.contact(phone).await);
    }
    for (index, state) in [(0, "opted_in"), (1, "opted_out")] {
        let body = json!({ "address": { "kind": "phone", "value": phones[index] }, "channel": "sms", "purpose": "promotional",
            "state": state, "source": "form:test" });
        bench.post(&format!("/v1/contacts/{}/consent", contacts[index]), body).await.expect_status(201);
    }
    let mut table = Vec::new();
    for model in ["restrictive", "non_restrictive", "disabled"] {
        set_model(&bench, model).await;
        let mut row = Vec::new();
        for contact in &contacts {
            row.push(bench.post("/v1/messages", offer(contact, "promotional")).await.status == 201);
        }
        table.push(row);
        bench.advance(Millis::from_mins(1)).await;
    }
    assert_eq!(table, [[true, false, false], [true, false, true], [true, true, true]]);
    assert_eq!(bench.truth().len(), 6);
    // Queued under the loosest model and held by the provider's pace; the strictest one comes before the hand-off.
    let slow = |bench: &Bench, outcome| {
        for phone in phones {
            let person = bench.person(phone);
            bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Sms, outcome));
        }
    };
    slow(&bench, Some(Outcome::Refuse { code: 20_429 }));
    let queued = bench.post("/v1/messages", offer(&contacts[2], "promotional")).await.expect_status(201).json;
    bench.settle().await;
    set_model(&bench, "restrictive").await;
    slow(&bench, None);
    bench.advance(Millis::from_hours(1)).await;
    assert_eq!(bench.truth().len(), 6, "nothing more went");
    let message = bench.get(&format!("/v1/messages/{}", text(&queued["id"]))).await;
    assert_eq!(message["status"], "cancelled");
    let verdict = bench.get(&format!("/v1/decisions/{}", text(&message["decision"]))).await;
    assert_eq!((text(&verdict["stage"]), text(&verdict["verdict"]["cause"])), ("hand_off", "no_consent"));
}

async fn set_model(bench: &Bench, model: &str) {
    let mut policy = bench.get("/v1/policy").await;
    policy["consent"] = json!({ "rules": [{ "channel": "sms", "purpose": "promotional", "model": model }], "general_unlocks": [] });
    bench.call("PUT", "/v1/policy", policy).await.expect_status(200);
}

/// A80: STOP on either channel is confirmed once, and ends promotions on both.
#[tokio::test]
async fn a80_stop_on_one_channel_ends_promotions_on_all_and_is_confirmed_once() {
    for (line, channel) in [(Line::WhatsApp, "whatsapp"), (Line::Sms, "sms")] {
        let mut bench = Bench::new().await;
        let contact = bench.contact(PHONE).await;
        for on in ["whatsapp", "sms"] {
            bench.opt_in(&contact, PHONE, on).await;
        }
        bench.post("/v1/messages", offer(&contact, "promotional")).await.expect_status(201);
        bench.settle().await;
        let before = bench.truth().len();
        assert_eq!(before, 1);
        bench.types(PHONE, line, "Please stop");
        bench.advance(Millis::from_secs(30)).await;
        bench.types(PHONE, line, "STOP");
        bench.advance(Millis::from_mins(2)).await;
        let answers = &bench.truth()[before..];
        assert_eq!(answers.len(), 1, "one confirmation on {channel}: {answers:#?}");
        assert!(answers[0].text.contains("START"), "{answers:?}");
        assert_eq!(answers[0].line, line);
        let consent = bench.get(&format!("/v1/contacts/{contact}/consent")).await;
        let stopped: Vec<_> = consent["state"].as_array().expect("a list").iter().filter(|line| line["state"] == "opted_out").collect();
        assert!(!stopped.is_empty(), "{consent:#}");
        assert_eq!(consent["chain"]["ok"], true);
        bench.advance(Millis::from_days(2)).await;
        for on in ["whatsapp", "sms"] {
            let body = json!({ "contact": contact, "purpose": "promotional",
                "channels": [{ "channel": on, "content": { "type": "text", "body": "Ten percent off." } }] });
            let refused = bench.post("/v1/messages", body).await.expect_status(409);
            assert_eq!(refused.code(), "not_sent", "{on} after STOP on {channel}: {}", refused.body);
        }
    }
}

/// A80: a provider that heeds STOP by itself has confirmed it already; the person hears one confirmation and no second one from us.
#[tokio::test]
async fn a80_a_stop_that_the_provider_confirms_is_not_confirmed_again() {
    let mut bench = Bench::new().await;
    let contact = bench.contact(PHONE).await;
    bench.opt_in(&contact, PHONE, "sms").await;
    bench.types(PHONE, Line::Sms, "STOP");
    bench.advance(Millis::from_hours(1)).await;
    let heard = bench.phone(PHONE);
    assert_eq!(heard.len(), 1, "{:?}", says(&heard));
    assert_eq!(heard[0].kind, "provider_auto_reply");
    let consent = bench.get(&format!("/v1/contacts/{contact}/consent")).await;
    let latest = consent["ledger"].as_array().and_then(|ledger| ledger.last()).expect("an entry");
    assert_eq!(latest["state"], "opted_out");
    bench.advance(Millis::from_days(1)).await;
    bench.post("/v1/messages", offer(&contact, "promotional")).await.expect_status(409);
}

/// A80: words that may mean it wait for a person, with a clock, and promotions wait meanwhile.
#[tokio::test]
async fn a80_a_possible_stop_goes_to_a_person_with_a_clock() {
    let mut bench = Bench::new().await;
    let contact = bench.contact(PHONE).await;
    bench.opt_in(&contact, PHONE, "sms").await;
    bench.types(PHONE, Line::Sms, "I told you last week to stop texting me about offers, when is my appointment?");
    bench.settle().await;
    let case = bench.conversation(&contact).await["case"].clone();
    assert_eq!((text(&case["handoff"]["reason"]), text(&case["priority"])), ("possible_opt_out", "high"), "{case:#}");
    assert!(case["reply_due_at"].is_string(), "{case:#}");
    bench.post("/v1/messages", offer(&contact, "promotional")).await;
    bench.advance(Millis::from_mins(10)).await;
    assert_eq!(bench.truth(), [], "held until somebody has looked");
}

/// A81: the switch in WhatsApp's own settings withdraws marketing consent there, and the ledger says who said so.
#[tokio::test]
async fn a81_the_platforms_own_switch_revokes_consent() {
    let mut bench = Bench::new().await;
    let template = bench.template("offer", "promotional", "Hello {{first_name}}, ten percent off.", json!([])).await;
    bench.knobs(|knobs| knobs.us_marketing_blocked = false);
    bench.types(PHONE, Line::WhatsApp, "Hello");
    bench.settle().await;
    let contact = bench.contact(PHONE).await;
    let conversation = text(&bench.conversation(&contact).await["id"]).to_owned();
    bench.console("POST", &format!("/v1/conversations/{conversation}/closure"), json!({})).await.expect_status(200);
    bench.opt_in(&contact, PHONE, "whatsapp").await;
    let offer = json!({ "contact": contact, "purpose": "promotional", "channels": [{ "channel": "whatsapp",
        "template": { "id": template, "variables": { "first_name": "Sam" } } }] });
    bench.post("/v1/messages", offer.clone()).await.expect_status(201);
    bench.settle().await;
    assert_eq!(says(&bench.phone(PHONE)), ["Hello Sam, ten percent off."]);
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.person_prefers_marketing(person, None, false)).expect("a switch");
    bench.settle().await;
    let consent = bench.get(&format!("/v1/contacts/{contact}/consent")).await;
    let last = consent["ledger"].as_array().and_then(|ledger| ledger.last()).expect("an entry");
    let told = ["state", "source", "act", "channel", "purpose"].map(|member| text(&last[member]));
    assert_eq!(told, ["opted_out", "meta_preference", "platform_switch", "whatsapp", "promotional"]);
    bench.advance(Millis::from_days(2)).await;
    bench.post("/v1/messages", offer).await.expect_status(409);
}

/// R-CON-3: a withdrawal beats everything that is queued: nothing is handed over after it.
#[tokio::test]
async fn r_con_3_revocation_beats_everything_queued() {
    let mut bench = Bench::new().await;
    bench.stage.rules(|rules| rules.caps.clear()).await.expect("rules");
    let contact = bench.contact(PHONE).await;
    bench.opt_in(&contact, PHONE, "sms").await;
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Sms, Some(Outcome::Refuse { code: 20_429 })));
    for _ in 0..5 {
        bench.post("/v1/messages", offer(&contact, "promotional")).await.expect_status(201);
    }
    bench.post("/v1/messages", offer(&contact, "transactional")).await.expect_status(201);
    bench.advance(Millis::from_mins(1)).await;
    withdraw(&bench, &contact, Value::Null).await;
    let revoked = bench.now();
    let statuses = |sent: &[Value]| sent.iter().map(|message| text(&message["status"]).to_owned()).collect::<Vec<_>>();
    let at_once = statuses(&bench.sent("&status=queued,cancelled").await);
    assert_eq!(at_once.iter().filter(|status| *status == "cancelled").count(), 5, "at once and not only at hand-off: {at_once:?}");
    bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Sms, None));
    bench.advance(Millis::from_hours(6)).await;
    let after = bench.truth_after(revoked);
    assert_eq!(after.len(), 1, "only what is not a promotion: {after:#?}");
    let sent = bench.sent("").await;
    for message in sent.iter().filter(|message| message["purpose"] == "promotional") {
        assert!(message["times"]["accepted"].is_null(), "{message:#}");
    }
}
