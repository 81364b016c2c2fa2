//! STOP in every language and by every way in: what each adapter hears is understood alike, confirmed once, and obeyed on all channels (A80).

use std::collections::BTreeSet;

use antiphon::stage::{PUBLIC_URL, RBM, TELNYX, TWILIO};
use model::Millis;
use policy::keywords::{Keyword, classify};
use serde_json::{Value, json};
use simulator::{Line, TelnyxConfig, TwilioConfig, telnyx_public_key};

use crate::common::{Bench, text};

/// The way in, the person's line, and the business they write to.
const WAYS: [(&str, Line, &str); 5] = [
    ("WhatsApp", Line::WhatsApp, ""),
    ("Twilio", Line::Sms, "+12025550100"),
    ("Telnyx", Line::Sms, "+12025550166"),
    ("RCS by Google", Line::Rcs, "example_agent"),
    ("RCS by Twilio", Line::Rcs, "rcs:example_brand"),
];

/// The first wording of each language that needs nobody to look at it.
fn wordings() -> Vec<(&'static str, &'static str)> {
    let rows = include_str!("../../../policy/tests/rules/data/keywords.tsv").lines();
    let rows = rows.filter_map(|row| row.strip_prefix("out\t")?.split_once('\t'));
    let mut seen = BTreeSet::new();
    rows.filter(|(language, words)| classify(words) == Keyword::Stop && seen.insert(*language)).collect()
}

async fn bench() -> Bench {
    let bench = Bench::new().await;
    let connect = async |name: &str, address: &str, provider: Value| {
        let draft = json!({ "name": name, "address": address, "per_second": 10, "provider": provider });
        let made = bench.post("/v1/senders", draft).await.expect_status(201).json;
        format!("{PUBLIC_URL}{}", text(&made["webhook_path"]))
    };
    let telnyx = TelnyxConfig::default();
    let provider = json!({ "kind": "telnyx", "api_key": telnyx.api_key, "public_key": telnyx_public_key(&telnyx.signing_secret),
        "base_url": format!("http://{TELNYX}") });
    let texts = connect("Texts", "+12025550166", provider).await;
    let provider = json!({ "kind": "rcs", "service_account": "antiphon@example.com", "client_token": "sim-client-token",
        "private_key": include_str!("../../../channel-rcs/testdata/service_account.pem"),
        "base_url": format!("http://{RBM}"), "token_url": format!("http://{RBM}/token") });
    let agent = connect("Agent", "example_agent", provider).await;
    let twilio = TwilioConfig::default();
    let provider = json!({ "kind": "twilio_rcs", "account_sid": twilio.account_sid, "auth_token": twilio.auth_token,
        "base_url": format!("http://{TWILIO}") });
    let brand = connect("Brand", "example_brand", provider).await;
    bench.stage.simulator.with(|world| {
        world.set_telnyx_webhook(Some(texts));
        world.set_rcs_webhook("example_agent", Some(agent));
        world.set_rcs_webhook("rcs:example_brand", Some(brand));
    });
    bench
}

#[tokio::test]
async fn a80_every_way_in_hears_stop_in_every_language() {
    let wordings = wordings();
    assert!(wordings.len() >= 20, "{wordings:?}");
    for (way, line, business) in WAYS {
        let mut bench = bench().await;
        // Odd numbers: in the world they have RCS.
        let phones: Vec<String> = (0..wordings.len()).map(|at| format!("+1202555{:04}", 101 + 2 * at)).collect();
        for (phone, (_, words)) in phones.iter().zip(&wordings) {
            let person = bench.person(phone);
            let business = Some(business).filter(|business| !business.is_empty());
            bench.stage.simulator.with(|world| world.person_types(person, line, business, words)).expect("a text");
        }
        bench.advance(Millis::from_mins(2)).await;
        for (phone, (language, words)) in phones.iter().zip(&wordings) {
            let contact = bench.contact(phone).await;
            let consent = bench.get(&format!("/v1/contacts/{contact}/consent")).await;
            let ledger = consent["ledger"].as_array().expect("a list");
            let stops = ledger.iter().filter(|entry| entry["state"] == "opted_out").count();
            assert!(stops >= 1, "{way}, {language}: {words}: {consent:#}");
            let said = bench.phone(phone);
            let said: Vec<&str> = said.iter().filter(|entry| entry.from_business).map(|entry| entry.shown.text.as_str()).collect();
            assert_eq!(said.len(), 1, "{way}, {language}: {words}: {said:?}");
            for channel in ["whatsapp", "sms", "rcs"] {
                let offer = json!({ "contact": contact, "purpose": "promotional",
                    "channels": [{ "channel": channel, "content": { "type": "text", "body": "Ten percent off." } }] });
                let refused = bench.post("/v1/messages", offer).await.expect_status(409);
                assert_eq!(refused.code(), "not_sent", "{way}, {language}: {channel}");
            }
        }
    }
}
