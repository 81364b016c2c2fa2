//! The outside: people who mostly answer, quickly, behind providers that repeat, reorder, refuse and break off.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::http::Client;
use crate::plan::Plan;
use crate::process::{World, now};
use crate::setup::JOURNEYS;

/// After the last kill everything must come to rest in this time.
const REST: Duration = Duration::from_secs(240);

pub fn start(folder: &Path, plan: &Plan) -> World {
    let config = json!({
        "cloud": { "review_ms": [200, 500] },
        "population": {
            "people": plan.people, "adopt_unknown": false, "magic_numbers": false,
            "mix": [["confirms", 50], ["reschedules", 12], ["silent", 12], ["private", 8], ["sms_only", 5], ["stops", 13]],
        },
        "journal": { "capacity": 250_000, "body_bytes_max": 1_000 },
    });
    let path = folder.join("world.json");
    std::fs::write(&path, config.to_string()).expect("the world's configuration");
    World::start(&path, plan.seed)
}

pub async fn make_it_hard(control: &Client) {
    let knobs = json!({
        "duplicate_percent": 20, "reorder_percent": 10, "reorder_ms": [200, 2000], "delay_ms": [5, 60], "slow_phones_percent": 0,
        "status_before_answer_percent": 10, "answer_lost_percent": 2, "refuse_percent": 2, "people_speed": 20, "rewrite_wa_ids": false,
        "us_marketing_blocked": false,
    });
    control.send(http_client::Method::PATCH, "/_sim/knobs", knobs).await;
}

/// Ids and phones of everybody.
pub async fn people(control: &Client, count: usize) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for offset in (0..count).step_by(1_000) {
        let page = control.get(&format!("/_sim/people?limit=1000&offset={offset}")).await;
        for person in page["items"].as_array().into_iter().flatten() {
            let id = person["id"].as_str().map_or_else(|| person["id"].to_string(), str::to_owned);
            found.push((id, person["phone"].as_str().unwrap_or_default().to_owned()));
        }
    }
    assert!(found.len() == count, "the world has {} people instead of {count}", found.len());
    found
}

/// Waits until no run is under way, nothing of ours is between two states, and every webhook was answered. Says what is left otherwise.
pub async fn rest(api: &Client, control: &Client) -> Result<(), String> {
    let end = now() + REST;
    loop {
        let list = async |path: String| api.get(&path).await["items"].as_array().map_or(0, Vec::len);
        let mut active = 0;
        for journey in JOURNEYS {
            active += list(format!("/v1/journeys/{journey}/runs?status=active&limit=1")).await;
        }
        let open = list("/v1/messages?status=queued,sending,in_doubt&limit=1".to_owned()).await;
        let backlog = control.get("/_sim/status").await["webhook_backlog"].as_u64().unwrap_or(0);
        if active == 0 && open == 0 && backlog == 0 {
            return Ok(());
        }
        if now() > end {
            let mut runs = Vec::new();
            for journey in JOURNEYS {
                runs.push(api.get(&format!("/v1/journeys/{journey}/runs?status=active&limit=5")).await["items"].to_string());
            }
            let open = api.get("/v1/messages?status=queued,sending,in_doubt&limit=5").await;
            let unanswered = unanswered(control).await;
            return Err(format!("it does not come to rest: {backlog} webhooks wait ({unanswered:?}); runs {runs:?}; messages {open}"));
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
