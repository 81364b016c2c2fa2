//! SMPP under force: the process that holds the connection is killed while long texts go out and answers come in.

use std::collections::BTreeMap;
use std::time::Duration;

use http_client::Method;
use serde_json::{Value, json};

use crate::http::Client;
use crate::process::{Server, World, now};
use crate::setup;

/// As the simulator's default configuration has it.
const NUMBER: &str = "+12025550177";
const TEXTS: usize = 60;
const KILLS: u64 = 4;
const REST: Duration = Duration::from_secs(90);

fn phone(n: usize) -> String {
    format!("+1202555{:04}", 2_000 + n)
}

async fn connect(api: &Client, world: &World) {
    let (host, port) = world.smsc.rsplit_once(':').expect("a port");
    let sender = json!({ "name": "SMPP", "address": NUMBER, "per_second": 60,
        "provider": { "kind": "smpp", "host": host, "port": port.parse::<u16>().expect("a port"), "system_id": "antiphon", "password": "sim-smpp" } });
    let made = api.post("/v1/senders", sender).await;
    assert_eq!((&made["provider"], &made["channel"]), (&json!("smpp"), &json!("sms")), "{made}");
    let mut policy = api.get("/v1/policy").await;
    policy["quiet_hours"] = json!([]);
    policy["caps"] = json!([]);
    api.send(Method::PUT, "/v1/policy", policy).await;
    api.post("/v1/journeys", json!({ "source": include_str!("smpp.yaml") })).await;
}

/// The texts that are asked for in a round; the last round has no kill.
fn texts(round: u64) -> std::ops::Range<usize> {
    let each = TEXTS / (usize::try_from(KILLS).expect("few") + 1);
    let begin = usize::try_from(round).expect("few") * each;
    begin..begin + each
}

async fn ask(api: &Client, round: u64) {
    for n in texts(round) {
        let event = json!({ "name": "text_wanted", "event_id": format!("t{n}"), "contact": { "phone": phone(n) },
            "properties": { "text": format!("T-{n}") } });
        api.post("/v1/events", event).await;
    }
}

/// Texts on each phone, by the number that stands in them.
async fn shown(control: &Client, people: &[String]) -> BTreeMap<usize, usize> {
    let mut shown = BTreeMap::new();
    for (n, id) in people.iter().enumerate() {
        let phone = control.get(&format!("/_sim/people/{id}")).await;
        let ours = phone["sms"].as_array().into_iter().flatten().filter(|entry| entry["from_business"] == true);
        shown.insert(n, ours.count());
    }
    shown
}

/// Waits until nothing is between two states.
async fn rest(api: &Client) -> Vec<Value> {
    let end = now() + REST;
    loop {
        let ours = api.all("/v1/messages?direction=out").await;
        let moving = |message: &&Value| ["queued", "sending", "in_doubt", "accepted"].iter().any(|state| message["status"] == **state);
        let left = ours.iter().filter(moving).count();
        if left == 0 && ours.len() == TEXTS {
            return ours;
        }
        assert!(now() < end, "{left} of {} texts are still on their way", ours.len());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test]
async fn smpp_neither_loses_nor_doubles_texts_when_its_process_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("world.json");
    std::fs::write(&config, json!({ "population": { "magic_numbers": false } }).to_string()).expect("the world");
    let world = World::start(&config, 1);
    world.control.send(Method::PATCH, "/_sim/knobs", json!({ "slow_phones_percent": 0, "smsc": { "latency_ms": 15 } })).await;
    let mut people = Vec::new();
    for n in 0..TEXTS {
        let person = json!({ "name": format!("Person {n}"), "phone": phone(n), "persona": "manual" });
        people.push(world.control.post("/_sim/people", person).await["id"].as_str().expect("an id").to_owned());
    }
    let (mut server, link) = Server::start(&folder.path().join("data"), &["--settle-after", "5", "--settle-give-up", "10"]).await;
    let api = setup::key(&server.client(), &link).await;
    connect(&api, &world).await;
    for round in 0..KILLS {
        ask(&api, round).await;
        tokio::time::sleep(Duration::from_millis(300 + 170 * round)).await;
        server.kill();
        // People write also while nobody is there: the message centre waits.
        for n in (0..TEXTS).skip(usize::try_from(round).expect("few")).step_by(7) {
            let text =
                json!({ "line": "sms", "business": NUMBER, "text": format!("Answer {n} of round {round}, {}", "and more ".repeat(25)) });
            world.control.post(&format!("/_sim/people/{}/texts", people[n]), text).await;
        }
        server.up().await;
    }
    ask(&api, KILLS).await;
    let ours = rest(&api).await;
    let shown = shown(&world.control, &people).await;
    let doubled: Vec<_> = shown.iter().filter(|(_, copies)| **copies > 1).collect();
    assert!(doubled.is_empty(), "shown more than once: {doubled:?}");
    let on_phones = shown.values().sum::<usize>();
    let delivered = ours.iter().filter(|message| message["status"] == "delivered").count();
    // What the receipts proved is on the phones. What was in doubt may be there as well: it is told apart, and never repeated.
    assert!(delivered <= on_phones, "{delivered} delivered, {on_phones} on phones");
    let untouched = texts(KILLS).filter(|n| shown[n] == 1).count();
    assert_eq!(untouched, texts(KILLS).count(), "texts that no kill could touch are missing");
    assert!(delivered >= untouched, "{delivered} delivered");
    let theirs = api.all("/v1/messages?direction=in").await;
    let mut words: Vec<String> = theirs.iter().map(|message| message["received"]["body"].as_str().unwrap_or_default().to_owned()).collect();
    words.sort();
    let expected = (0..KILLS).flat_map(|round| (0..TEXTS).skip(usize::try_from(round).expect("few")).step_by(7).map(move |n| (round, n)));
    let mut expected: Vec<String> = expected.map(|(round, n)| format!("Answer {n} of round {round}, {}", "and more ".repeat(25))).collect();
    expected.sort();
    assert_eq!(words, expected, "answers were lost or doubled");
}
