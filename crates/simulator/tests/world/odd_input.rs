//! Bodies that nobody should send: every one is answered, none breaks the world.

use http::Method;
use model::{Draws, Millis, Rng};
use serde_json::{Value, json};
use simulator::Persona;

use crate::common::{Bench, NUMBER, WABA, reminder, reminder_to};

const PHONE: &str = "+12025550123";

/// Replaces, drops or doubles one member somewhere in the value.
fn mutate(value: &mut Value, draws: &mut Draws) {
    let odd = [
        json!(null),
        json!(-1),
        json!(""),
        json!("é{{1}}👍\u{0}"),
        json!([]),
        json!({}),
        json!([[[]]]),
        json!(1e308),
        json!("x".repeat(70_000)),
        json!(true),
    ];
    let stop = draws.below(3) == 0;
    match value {
        Value::Object(members) if !members.is_empty() && !stop => {
            let at = draws.below(members.len() as u64) as usize;
            let name = members.keys().nth(at).cloned().unwrap_or_default();
            if draws.below(5) == 0 {
                members.remove(&name);
            } else if let Some(inner) = members.get_mut(&name) {
                mutate(inner, draws);
            }
        }
        Value::Array(list) if !list.is_empty() && !stop => {
            let at = draws.below(list.len() as u64) as usize;
            if draws.below(5) == 0 {
                list.push(list[at].clone());
            } else {
                mutate(&mut list[at], draws);
            }
        }
        _ => *value = odd[draws.below(odd.len() as u64) as usize].clone(),
    }
}

#[tokio::test]
async fn odd_bodies_are_answered_with_metas_errors_and_nothing_breaks() {
    let bench = Bench::new();
    bench.approved_template(reminder()).await;
    bench.person(PHONE, Persona::Manual, true).await;
    let rows = json!([{ "title": "A", "rows": [{ "id": "1", "title": "One", "description": "d" }] }]);
    let buttons = json!([{ "type": "reply", "reply": { "id": "a", "title": "A" } }]);
    let good = [
        reminder_to(PHONE),
        json!({ "to": PHONE, "type": "text", "text": { "body": "x" }, "context": { "message_id": "wamid.x" }, "biz_opaque_callback_data": "y" }),
        json!({ "to": PHONE, "type": "interactive", "interactive": { "type": "list", "header": { "type": "text", "text": "h" }, "body": { "text": "b" }, "footer": { "text": "f" }, "action": { "button": "o", "sections": rows } } }),
        json!({ "to": PHONE, "type": "interactive", "interactive": { "type": "button", "body": { "text": "b" }, "action": { "buttons": buttons } } }),
        json!({ "to": PHONE, "type": "contacts", "contacts": [{ "name": { "formatted_name": "A B", "first_name": "A" } }] }),
        json!({ "to": PHONE, "type": "location", "location": { "latitude": 1, "longitude": 2 } }),
    ];
    let (mut taken, mut refused) = (0, 0);
    for seed in 0..1_500 {
        let mut draws = Draws::new(seed);
        let (path, mut body) = match draws.below(4) {
            0 => (format!("/v26.0/{WABA}/message_templates"), reminder()),
            _ => (format!("/v26.0/{NUMBER}/messages"), good[draws.below(good.len() as u64) as usize].clone()),
        };
        body["messaging_product"] = "whatsapp".into();
        (0..=draws.below(3)).for_each(|_| mutate(&mut body, &mut draws));
        let (status, answer) = bench.cloud(Method::POST, &path, body.clone()).await;
        match status {
            200 => taken += 1,
            400 | 404 => {
                refused += 1;
                assert!(answer["error"]["code"].is_u64() && answer["error"]["fbtrace_id"].is_string(), "{body} {answer}");
            }
            other => panic!("{other} for {body}: {answer}"),
        }
        if seed % 20 == 0 {
            bench.pass(Millis::from_secs(120)).await;
        }
    }
    assert!(taken > 5 && refused > 500, "{taken} taken, {refused} refused");
    bench.pass(Millis::from_hours(5)).await;
    assert_eq!(bench.send(reminder_to(PHONE)).await.0, 200, "the world still works");
}

#[tokio::test]
async fn odd_forms_and_paths_are_answered_too() {
    let bench = Bench::new();
    for body in ["", "%", "To=%", "To=%2B1202555012%FF&From=&Body=%00", "&&&=&=", "To=%2B12025550123&From=%2B12025550100&Body=%F0%9F%91"] {
        let (status, answer) = bench.twilio(Method::POST, "Messages.json", body.to_owned()).await;
        assert!(status == 201 || answer["code"].is_u64(), "{body}: {status} {answer}");
    }
    for path in ["", "Messages/../x.json", "Messages/SM%00/Media/x", "Nothing.json"] {
        let (status, _) = bench.twilio(Method::GET, path, String::new()).await;
        assert!(status == 200 || status == 404, "{path}: {status}");
    }
    for path in
        ["/", "/v26.0", "/v26.0/", "/v26.0/%2e%2e/x", "/2010-04-01/Accounts/AC/Messages.json", "/v26.0/oauth/access_token?client_id=1"]
    {
        let (status, answer) = bench.cloud(Method::DELETE, path, Value::Null).await;
        assert!((400..500).contains(&status) && answer["error"]["code"].is_u64(), "{path}: {status} {answer}");
    }
}
