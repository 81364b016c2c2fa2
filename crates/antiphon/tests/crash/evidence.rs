//! Both sides of the story, as the API and the phones tell it.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use serde_json::Value;

use crate::http::Client;
use crate::setup::JOURNEYS;

pub struct Evidence {
    pub runs: Vec<Value>,
    pub ours: Vec<Value>,
    pub theirs: Vec<Value>,
    /// What phones received, in that order.
    pub truth: Vec<Value>,
    pub phones: Vec<Value>,
    /// When WhatsApp took each message, by its reference, and in which place: from there on it is the network that delays and reorders.
    pub taken: BTreeMap<String, (usize, Timestamp)>,
    keys: BTreeSet<String>,
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The message's id, from the callback data of one channel or the callback address of the other.
pub fn reference(opaque: &str) -> &str {
    opaque.rsplit_once("message=").map_or(opaque, |(_, id)| id)
}

impl Evidence {
    /// `keys` are all that was asked for.
    pub async fn gather(api: &Client, control: &Client, people: &[(String, String)], keys: impl Iterator<Item = String>) -> Self {
        let mut runs = Vec::new();
        for journey in JOURNEYS {
            runs.extend(api.all(&format!("/v1/journeys/{journey}/runs")).await);
        }
        let ours = api.all("/v1/messages?direction=out").await;
        let theirs = api.all("/v1/messages?direction=in").await;
        let truth = control.get("/_sim/truth").await.as_array().cloned().unwrap_or_default();
        let mut phones = Vec::with_capacity(people.len());
        for (id, _) in people {
            phones.push(control.get(&format!("/_sim/people/{id}")).await);
        }
        let log = control.get("/_sim/exchanges.jsonl").await;
        Self { runs, ours, theirs, truth, phones, taken: taken(log.as_str().unwrap_or_default()), keys: keys.collect() }
    }

    /// What a text is about: the visit, note or offer whose name stands in it.
    pub fn key_in(&self, words: &str) -> Option<&str> {
        let trim = |word: &str| word.trim_end_matches(['.', ',', '?']).to_owned();
        words.split(' ').find_map(|word| self.keys.get(&trim(word)).map(String::as_str))
    }
}

/// The first call for each message that the provider accepted, whether its answer came through or not.
fn taken(log: &str) -> BTreeMap<String, (usize, Timestamp)> {
    let mut found = BTreeMap::new();
    for (place, line) in log.lines().enumerate() {
        let exchange: Value = serde_json::from_str(line).unwrap_or_default();
        let carried_out = exchange["status"] == 200 || exchange["note"] == "carried out, answer lost";
        if exchange["party"] != "cloud_api" || !carried_out {
            continue;
        }
        let request: Value = serde_json::from_str(text(&exchange, "request")).unwrap_or_default();
        let at = serde_json::from_value(exchange["at"].clone());
        if let (Some(reference), Ok(at)) = (request["biz_opaque_callback_data"].as_str(), at) {
            found.entry(reference.to_owned()).or_insert((place, at));
        }
    }
    found
}
