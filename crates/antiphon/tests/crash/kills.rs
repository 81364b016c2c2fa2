//! `kill -9` at random moments while journeys run (A3 of one node): nothing accepted is lost, nobody gets a message twice.
//!
//! CI runs the small form; `cargo xtask crash` runs as many as it is told.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use model::{Draws, Rng as _};
use serde_json::{Value, json};

use crate::http::Client;
use crate::judge::Evidence;
use crate::process::{Server, World, now, run};
use crate::report::Report;
use crate::{load, setup};

/// Between a start and the next kill, in milliseconds: from the middle of the start to well into the work.
const LIFE_MS: (u64, u64) = (200, 2_800);
/// After the last kill everything must come to rest in this time.
const REST: Duration = Duration::from_secs(200);

struct Plan {
    runs: usize,
    kills: u32,
    seed: u64,
    json: Option<String>,
}

impl Plan {
    #[expect(clippy::disallowed_methods, reason = "a test is told by the environment how hard to try")]
    fn read() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        let number = |name, default| text(name).map_or(default, |text| text.parse().expect("a number"));
        Self {
            runs: usize::try_from(number("CRASH_RUNS", 400)).expect("a size"),
            kills: u32::try_from(number("CRASH_KILLS", 10)).expect("a count"),
            seed: number("CRASH_SEED", 1),
            json: text("CRASH_JSON"),
        }
    }
}

/// A world of people who mostly answer, quickly, behind providers that repeat, reorder, refuse and break off.
fn world(folder: &Path, plan: &Plan) -> World {
    let config = json!({
        "cloud": { "review_ms": [200, 500] },
        "population": {
            "people": plan.runs, "adopt_unknown": false, "magic_numbers": false,
            "mix": [["confirms", 55], ["reschedules", 15], ["silent", 12], ["private", 8], ["sms_only", 5], ["stops", 5]],
        },
        "journal": { "capacity": 100_000, "body_bytes_max": 300 },
    });
    let path = folder.join("world.json");
    std::fs::write(&path, config.to_string()).expect("the world's configuration");
    World::start(&path, plan.seed)
}

async fn make_it_hard(control: &Client) {
    let knobs = json!({
        "duplicate_percent": 20, "reorder_percent": 10, "reorder_ms": [200, 2000], "delay_ms": [5, 60], "slow_phones_percent": 0,
        "status_before_answer_percent": 10, "answer_lost_percent": 2, "refuse_percent": 2, "people_speed": 20, "rewrite_wa_ids": false,
    });
    control.send(http_client::Method::PATCH, "/_sim/knobs", knobs).await;
}

/// Ids and phones of everybody.
async fn people(control: &Client, count: usize) -> (Vec<String>, Vec<String>) {
    let mut found = (Vec::new(), Vec::new());
    for offset in (0..count).step_by(1_000) {
        let page = control.get(&format!("/_sim/people?limit=1000&offset={offset}")).await;
        for person in page["items"].as_array().into_iter().flatten() {
            found.0.push(person["id"].as_str().map_or_else(|| person["id"].to_string(), str::to_owned));
            found.1.push(person["phone"].as_str().unwrap_or_default().to_owned());
        }
    }
    assert!(found.0.len() == count, "the world has {} people instead of {count}", found.0.len());
    found
}

/// Waits until no run is under way, nothing of ours is between two states, and every webhook was answered. Says what is left otherwise.
async fn rest(api: &Client, control: &Client) -> Result<(), String> {
    let end = now() + REST;
    loop {
        let list = |path: &'static str| async move { api.get(path).await["items"].as_array().map_or(0, Vec::len) };
        let active = list("/v1/journeys/visit/runs?status=active&limit=1").await;
        let open = list("/v1/messages?status=queued,sending,in_doubt&limit=1").await;
        let backlog = control.get("/_sim/status").await["webhook_backlog"].as_u64().unwrap_or(0);
        if active == 0 && open == 0 && backlog == 0 {
            return Ok(());
        }
        if now() > end {
            let runs = api.get("/v1/journeys/visit/runs?status=active&limit=5").await;
            let open = api.get("/v1/messages?status=queued,sending,in_doubt&limit=5").await;
            let unanswered = unanswered(control).await;
            return Err(format!("it does not come to rest: {backlog} webhooks wait ({unanswered:?}); runs {runs}; messages {open}"));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Webhooks that were not accepted, by attempt and what was answered.
async fn unanswered(control: &Client) -> BTreeMap<String, usize> {
    let log = control.get("/_sim/exchanges.jsonl").await;
    let mut found = BTreeMap::new();
    for line in log.as_str().unwrap_or_default().lines() {
        let exchange: Value = serde_json::from_str(line).unwrap_or_default();
        let party = exchange["party"].as_str().unwrap_or_default();
        let accepted = exchange["status"].as_u64().is_some_and(|status| (200..300).contains(&status));
        if party.ends_with("webhook") && !accepted {
            let note = exchange["note"].as_str().unwrap_or_default().split("; again at").next().unwrap_or_default();
            let key = format!("{party}, attempt {}: {} {} {note}", exchange["attempt"], exchange["status"], exchange["response"]);
            *found.entry(key).or_default() += 1;
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_nothing_is_lost_and_nobody_is_written_to_twice() {
    let plan = Plan::read();
    let folder = tempfile::tempdir().expect("a folder");
    let world = world(folder.path(), &plan);
    // Give-up is longer than the gaps of webhooks that meet a dead server (1, 5, 30 s), as the real 15 minutes are.
    let options = ["--settle-after", "6", "--settle-give-up", "45"];
    let (mut server, link) = Server::start(&folder.path().join("data"), &options).await;
    let api = setup::key(&server, &link).await;
    setup::connect(&api, &server, &world).await;
    setup::publish(&api).await;
    make_it_hard(&world.control).await;
    let (ids, phones) = people(&world.control, plan.runs).await;

    let began = now();
    let mean = Duration::from_millis(u64::midpoint(LIFE_MS.0, LIFE_MS.1) + 400);
    let span = mean * plan.kills.max(4) * 9 / 10;
    let desk = {
        let api = api.clone();
        let phones = Arc::new(phones);
        tokio::spawn(async move { load::book(&api, phones, span).await })
    };
    let mut draws = Draws::new(plan.seed);
    let mut starts = Vec::new();
    for _ in 0..plan.kills {
        let life = LIFE_MS.0 + draws.below(LIFE_MS.1 - LIFE_MS.0);
        tokio::time::sleep(Duration::from_millis(life)).await;
        server.kill();
        server.up().await;
        starts.push(u64::try_from(server.start_took.as_millis()).unwrap_or(u64::MAX));
    }
    let booked = desk.await.expect("the desk");
    let rested = rest(&api, &world.control).await;

    starts.sort_unstable();
    let mut report = Report {
        seed: plan.seed,
        runs: plan.runs,
        kills: plan.kills,
        start_ms: [starts.get(starts.len() / 2), starts.last()].map(|ms| ms.copied().unwrap_or_default()),
        events_accepted: booked.accepted,
        events_repeated: booked.repeated,
        events_known: booked.known,
        ..Report::default()
    };
    report.faults.extend(rested.err());
    let evidence = Evidence::gather(&api, &world.control, &ids).await;
    report.seconds = (now() - began).as_secs_f64();
    evidence.judge(plan.runs, &mut report);
    consistent(&api, &server, &mut report).await;
    if let Some(path) = &plan.json {
        std::fs::write(path, serde_json::to_string_pretty(&report).expect("a report")).expect("a place for the report");
    }
    println!("{}", report.summary());
    assert!(report.is_clean(), "{}\n{}", report.summary(), tail(&server.log()));
}

/// Nothing was parked, the ledger holds, and every STOP is in force.
async fn consistent(api: &Client, server: &Server, report: &mut Report) {
    let parked = api.all("/v1/parked_signals").await;
    report.faults.extend(parked.iter().map(|signal| format!("a signal was parked: {signal}")));
    let verified = run(&["verify", "--json", "--data", &server.data.to_string_lossy()]);
    let found: Value = serde_json::from_slice(&verified.stdout).unwrap_or_default();
    if !verified.status.success() || found["entries"].as_u64().unwrap_or(0) == 0 {
        report.faults.push(format!("the ledger does not hold: {found}"));
    }
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}
