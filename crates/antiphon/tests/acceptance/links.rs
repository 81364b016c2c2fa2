//! Short links of texts: off until a workspace wants them, one code for each person, counted before anything is sent, and followed through the
//! real route by people, previews and those who guess.

use model::Millis;
use serde_json::{Value, json};
use simulator::Line;

use crate::common::{Answer, Bench, text};

const PHONES: [&str; 3] = ["+12025550123", "+12025550124", "+12025550125"];
const BROWSER: &str = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36";
const PREVIEW: &str = "facebookexternalhit/1.1 Facebot Twitterbot/1.0";
const BASE: &str = "https://go.example.com";
const TARGET: &str = "https://shop.example.com/orders/A-1042/delivery?slot=afternoon&utm_campaign=autumn-offer&utm_source=sms";

const OFFER: &str = r#"
journey: delivery
owner: front_desk
purpose: transactional
entry: { on: delivery_due, key: event.id }
context: { id: event.id, link: event.link }
goal: { none: "a test of links" }
start: tell
steps:
  tell:
    send:
      sms: { text: "Choose your hour: {{ run.link }}. Until noon." }
      max_lateness: 2h
      expects_reply: inbox
      fallback: { rejected: refused, any: refused }
    next: chosen
  chosen:
    await:
      events: [ { on: link_clicked, where: event.step == 'tell' && event.run_key == run.key, to: pressed } ]
      timeout: { after: 1d, to: nobody }
  pressed: { end: pressed }
  nobody: { end: nobody }
  refused: { end: refused }
"#;

/// A bench whose texts get short links.
async fn bench() -> Bench {
    let bench = Bench::new().await;
    links(&bench, json!({ "base": BASE })).await;
    bench.publish(OFFER).await;
    bench
}

/// Over the API, as an operator sets it.
async fn links(bench: &Bench, rules: Value) {
    let mut policy = bench.get("/v1/policy").await;
    policy["links"] = rules;
    bench.call("PUT", "/v1/policy", policy).await.expect_status(200);
}

async fn told(bench: &mut Bench, phone: &str, link: &str) -> String {
    bench.person(phone);
    bench.event("delivery_due", phone, json!({ "id": phone, "link": link })).await;
    bench.settle().await;
    bench.phone(phone).last().map(|entry| entry.shown.text.clone()).unwrap_or_default()
}

/// The path of the short link in a text.
fn path(words: &str) -> String {
    let link = words.split(' ').find_map(|word| word.strip_prefix(BASE)).unwrap_or_else(|| panic!("no link of ours: {words}"));
    link.trim_end_matches('.').to_owned()
}

async fn ask(bench: &Bench, method: &str, path: &str, program: &str) -> Answer {
    bench.send(method, path, &[("user-agent", program)], String::new()).await
}

async fn ends(bench: &Bench) -> Vec<String> {
    let mut ends: Vec<String> =
        bench.list("/v1/journeys/delivery/runs").await.iter().filter_map(|run| run["result"].as_str().map(str::to_owned)).collect();
    ends.sort_unstable();
    ends
}

#[tokio::test]
async fn a60_links_of_texts_stay_as_they_are_until_a_workspace_wants_short_ones() {
    let mut bench = Bench::new().await;
    bench.publish(OFFER).await;
    assert_eq!(told(&mut bench, PHONES[0], TARGET).await, format!("Choose your hour: {TARGET}. Until noon."));
    links(&bench, json!({ "base": BASE, "senders": ["snd_00000000000000000000000001"] })).await;
    assert!(told(&mut bench, PHONES[1], TARGET).await.contains(TARGET), "another sender was named");
    for wrong in [json!({ "base": "go.example.com" }), json!({ "base": "https://go.example.com/x" }), json!({ "base": BASE, "life": 1 })] {
        let mut policy = bench.get("/v1/policy").await;
        policy["links"] = wrong;
        bench.call("PUT", "/v1/policy", policy).await.expect_status(422);
    }
}

#[tokio::test]
async fn a60_a_short_link_is_each_persons_own_and_the_parts_that_are_priced_are_those_that_are_sent() {
    let mut bench = bench().await;
    let words = [told(&mut bench, PHONES[0], TARGET).await, told(&mut bench, PHONES[1], TARGET).await];
    assert!(words[0] != words[1] && words[0].len() == words[1].len(), "{words:?}");
    assert_eq!(path(&words[0]).len(), "/s/".len() + 12);
    for message in bench.sent("").await {
        assert_eq!(message["content"]["body"].as_str().map(str::len), Some(words[0].len()));
        let decision = bench.get(&format!("/v1/decisions/{}", text(&message["decision"]))).await;
        // With the long link it would have been two parts.
        assert_eq!(decision["price"]["category"], "sms:1_segment", "{decision:#}");
    }
    for (phone, words) in PHONES.iter().zip(&words) {
        let led = ask(&bench, "GET", &path(words), BROWSER).await.expect_status(302);
        assert_eq!((led.header("location"), led.header("cache-control")), (TARGET, "no-store"), "{phone}");
    }
}

#[tokio::test]
async fn a60_a_persons_press_is_an_event_that_a_journey_waits_for_and_a_previews_is_counted_apart() {
    let mut bench = bench().await;
    let presses = path(&told(&mut bench, PHONES[0], TARGET).await);
    let previewed = path(&told(&mut bench, PHONES[1], TARGET).await);
    for (link, program) in [(&presses, PREVIEW), (&presses, BROWSER), (&presses, BROWSER), (&previewed, PREVIEW)] {
        ask(&bench, "GET", link, program).await.expect_status(302);
    }
    ask(&bench, "HEAD", &previewed, BROWSER).await.expect_status(302);
    bench.advance(Millis::from_days(2)).await;
    assert_eq!(ends(&bench).await, ["nobody", "pressed"]);
    let funnel = bench.get("/v1/journeys/delivery/funnel").await;
    let step = funnel["steps"].as_array().expect("steps").iter().find(|step| step["step"] == "tell").cloned().unwrap_or(Value::Null);
    assert_eq!((&step["sent"], &step["clicked"], &step["clicked_by_machine"]), (&json!(2), &json!(1), &json!(2)), "{funnel:#}");
    let contact = bench.contact(PHONES[0]).await;
    let pressed = bench.timeline(&contact).await.into_iter().find(|line| line["data"]["name"] == "link_clicked").expect("a press");
    assert_eq!(pressed["data"]["properties"]["url"], TARGET, "{pressed:#}");
}

#[tokio::test]
async fn a60_a_code_that_nobody_made_and_one_whose_time_is_over_lead_nowhere() {
    let mut bench = bench().await;
    let link = path(&told(&mut bench, PHONES[0], TARGET).await);
    let other = format!("{}A", &link[..link.len() - 1]);
    let other = if other == link { format!("{}B", &link[..link.len() - 1]) } else { other };
    for wrong in [other.as_str(), "/s/abc", "/s/https:%2F%2Fevil.example", "/s/AAAAAAAAAAAAAAAAAAAAAAAA"] {
        let answer = ask(&bench, "GET", wrong, BROWSER).await.expect_status(404);
        assert!(answer.body.contains("This link leads nowhere"), "{answer:?}");
    }
    bench.advance(Millis::from_days(91)).await;
    ask(&bench, "GET", &link, BROWSER).await.expect_status(404);
}

#[tokio::test]
async fn a60_a_text_with_a_link_to_a_private_address_is_refused_with_its_reason() {
    let mut bench = bench().await;
    assert_eq!(told(&mut bench, PHONES[0], "http://169.254.169.254/latest/meta-data").await, "");
    let failed = &bench.sent("").await[0];
    assert_eq!(failed["status"], "failed");
    assert!(text(&failed["error"]["for_user"]).contains("private network"), "{failed:#}");
    assert_eq!(ends(&bench).await, ["refused"]);
}

#[tokio::test]
async fn a60_a_broadcast_tells_how_many_followed_its_links_and_how_many_machines_did() {
    let mut bench = bench().await;
    for phone in PHONES {
        let contact = bench.contact(phone).await;
        bench.opt_in(&contact, phone, "sms").await;
        bench.person(phone);
    }
    let file = format!(
        "broadcast: autumn\npurpose: promotional\naudience: {{ where: \"contact.first_name == 'Sam'\" }}\nsend:\n  sms: {{ text: \"New: {TARGET}\" }}\n  max_lateness: 24h\n"
    );
    let id = text(&bench.post("/v1/broadcasts", json!({ "source": file })).await.expect_status(201).json["id"]).to_owned();
    for act in ["freeze", "start"] {
        bench.post(&format!("/v1/broadcasts/{id}/turns"), json!({ "act": act })).await.expect_status(200);
        bench.advance(Millis::from_mins(2)).await;
    }
    let links: Vec<String> = PHONES.iter().map(|phone| path(&bench.phone(phone)[0].shown.text)).collect();
    assert!(bench.phone(PHONES[0]).iter().all(|entry| entry.line == Line::Sms));
    for (link, program) in [(&links[0], BROWSER), (&links[0], BROWSER), (&links[1], BROWSER), (&links[1], PREVIEW), (&links[2], PREVIEW)] {
        ask(&bench, "GET", link, program).await.expect_status(302);
    }
    let progress = bench.get(&format!("/v1/broadcasts/{id}")).await["progress"].clone();
    assert_eq!((&progress["clicked"], &progress["clicked_by_machine"]), (&json!(2), &json!(2)), "{progress:#}");
}

/// Also in what is tapped: the button of a link on WhatsApp opens the same kind of address.
#[tokio::test]
async fn a60_the_links_of_other_channels_are_short_too_and_what_an_agent_writes() {
    let mut bench = bench().await;
    bench.types(PHONES[0], Line::WhatsApp, "Where is my order?");
    bench.settle().await;
    let contact = bench.contact(PHONES[0]).await;
    let link = json!({ "type": "link", "body": format!("Follow it at {TARGET}"), "label": "Open", "url": TARGET });
    let wanted = json!({ "contact": contact, "purpose": "service", "channels": [{ "channel": "whatsapp", "content": link }] });
    let made = bench.post("/v1/messages", wanted).await.expect_status(201).json;
    bench.settle().await;
    let shown = bench.phone(PHONES[0]).pop().expect("a message").shown;
    let target = shown.taps[0].target.clone().expect("a link");
    assert_eq!(shown.text, format!("Follow it at {target}"), "one target has one code");
    ask(&bench, "GET", target.strip_prefix(BASE).expect("ours"), BROWSER).await.expect_status(302);
    let links = bench.list(&format!("/v1/messages/{}/links", text(&made["id"]))).await;
    assert_eq!((links.len(), &links[0]["target"]), (1, &json!(TARGET)), "whoever reads the thread finds out where it leads");
    assert_eq!(target, format!("{BASE}/s/{}", text(&links[0]["code"])));
    let line = bench.timeline(&contact).await.into_iter().find(|line| line["data"]["name"] == "link_clicked").expect("a press");
    let properties = &line["data"]["properties"];
    assert_eq!((&properties["channel"], &properties["message"], &properties["url"]), (&json!("whatsapp"), &made["id"], &json!(TARGET)));
}
