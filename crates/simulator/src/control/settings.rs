//! Status, knobs, outcomes, callbacks, reset.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Result};
use super::people::id_of;
use crate::cloud::HandshakeScope;
use crate::knobs::Knobs;
use crate::people::{Line, Outcome, OutcomeRule};
use crate::server::Simulator;
use crate::world::World;

pub async fn status(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.with(|world| {
        let config = world.config();
        json!({
            "now": world.now(),
            "seed": world.seed(),
            "people": world.people().len(),
            "webhook_backlog": world.webhook_backlog(),
            "next_wake": world.next_wake(),
            "cloud": {
                "waba_id": config.cloud.waba_id,
                "app_id": config.cloud.app_id,
                "numbers": config.cloud.numbers.iter().map(|n| json!({ "id": n.id, "phone": n.phone, "verified_name": n.verified_name })).collect::<Vec<_>>(),
            },
            "twilio": {
                "account_sid": config.twilio.account_sid,
                "numbers": config.twilio.numbers.iter().map(|n| &n.phone).collect::<Vec<_>>(),
                "agents": config.twilio.agents.iter().map(|agent| &agent.id).collect::<Vec<_>>(),
                "services": config.twilio.services.iter().map(|s| &s.sid).collect::<Vec<_>>(),
            },
            "telnyx": {
                "profile_id": config.telnyx.profile_id,
                "numbers": config.telnyx.numbers,
                "public_key": crate::crypto::telnyx_public_key(&config.telnyx.signing_secret),
            },
            "mail": { "business": config.mail.business },
            "callbacks": world.callbacks(),
        })
    }))
}

pub async fn knobs(State(simulator): State<Simulator>) -> Json<Knobs> {
    Json(simulator.with(|world| world.knobs().clone()))
}

/// Members that are given change; the others stay.
pub async fn set_knobs(State(simulator): State<Simulator>, Json(patch): Json<serde_json::Map<String, Value>>) -> Result<Json<Knobs>> {
    simulator.with(|world| {
        let mut all = serde_json::to_value(world.knobs()).map_err(|e| ControlError::invalid(e.to_string()))?;
        for (name, value) in patch {
            all[&name] = value;
        }
        let knobs: Knobs = serde_json::from_value(all).map_err(|e| ControlError::invalid(e.to_string()))?;
        world.set_knobs(knobs.clone());
        Ok(Json(knobs))
    })
}

pub async fn outcomes(State(simulator): State<Simulator>) -> Json<Vec<OutcomeRule>> {
    Json(simulator.with(|world| world.outcomes_mut().rules.clone()))
}

pub async fn set_outcomes(State(simulator): State<Simulator>, Json(rules): Json<Vec<OutcomeRule>>) -> Json<Vec<OutcomeRule>> {
    Json(simulator.with(|world| {
        world.outcomes_mut().rules = rules;
        world.outcomes_mut().rules.clone()
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    line: Line,
    outcome: Option<Outcome>,
}

pub async fn script(State(simulator): State<Simulator>, Path(id): Path<String>, Json(script): Json<Script>) -> Result<Json<Value>> {
    let person = id_of(&id)?;
    simulator.with(|world| {
        world.person(person).ok_or_else(|| ControlError::not_found(person))?;
        world.outcomes_mut().script(person, script.line, script.outcome);
        Ok(Json(json!({ "line": script.line, "outcome": script.outcome })))
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Callbacks {
    app: Option<String>,
    waba: Option<String>,
    numbers: BTreeMap<String, Option<String>>,
    sms: BTreeMap<String, Option<String>>,
    /// Of the messaging profile.
    telnyx: Option<String>,
    /// By the id of an RCS agent; `rcs:…` is one at Twilio.
    #[serde(default)]
    rcs: BTreeMap<String, Option<String>>,
}

pub async fn callbacks(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.with(|world| world.callbacks()))
}

/// An empty string takes a callback away.
pub async fn set_callbacks(State(simulator): State<Simulator>, Json(new): Json<Callbacks>) -> Json<Value> {
    let given = |url: &str| if url.is_empty() { None } else { Some(url.to_owned()) };
    Json(simulator.with(|world| {
        if let Some(url) = &new.app {
            world.set_callback(HandshakeScope::App { fields: None }, given(url).as_deref());
        }
        if let Some(url) = &new.waba {
            world.set_callback(HandshakeScope::Waba, given(url).as_deref());
        }
        for (id, url) in &new.numbers {
            world.set_callback(HandshakeScope::Number(id.clone()), url.as_deref().and_then(given).as_deref());
        }
        for (phone, url) in &new.sms {
            world.set_sms_url(phone, url.as_deref().and_then(given).as_deref());
        }
        if let Some(url) = &new.telnyx {
            world.set_telnyx_webhook(given(url));
        }
        for (agent, url) in &new.rcs {
            world.set_rcs_webhook(agent, url.as_deref().and_then(given));
        }
        world.callbacks()
    }))
}

impl World {
    fn callbacks(&self) -> Value {
        let url = |callback: &Option<crate::cloud::Callback>| callback.as_ref().map(|c| c.url.clone());
        let numbers: BTreeMap<&String, Option<String>> = self.cloud.numbers.iter().map(|(id, n)| (id, url(&n.callback))).collect();
        let rcs: BTreeMap<&String, &Option<String>> =
            self.config.rbm.agents.iter().map(|agent| (&agent.id, &agent.webhook)).chain(&self.twilio.agents).collect();
        json!({ "app": url(&self.cloud.app_callback), "waba": url(&self.cloud.waba_callback), "numbers": numbers, "sms": self.twilio.numbers,
            "telnyx": self.config.telnyx.webhook_url, "rcs": rcs })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    seed: u64,
}

pub async fn reset(State(simulator): State<Simulator>, Json(reset): Json<Reset>) -> Json<Value> {
    simulator.with(|world| world.reset(reset.seed));
    Json(json!({ "seed": reset.seed }))
}
