//! A message to somebody who waits for it, through the API and the gate, until its status has come back: the whole round trip.

use anyhow::{Result, bail};
use channel::Hop;
use model::Channel;
use serde_json::{Value, json};

use super::Section;
use crate::command::publish::{Server, problem};

/// Looks at the message before it is given up.
const LOOKS: u32 = 30;

/// What is to be sent, and to whom.
#[derive(Clone, Debug)]
pub struct Errand {
    pub to: String,
    pub channel: Channel,
    /// The sender to go by; the gate's choice without it.
    pub sender: Option<String>,
    /// Name of an approved template; free words otherwise, which WhatsApp takes only within a day of the person's last message.
    pub template: Option<String>,
    pub words: String,
}

/// Sends it, and looks at it until it has arrived. `pause` passes the time between two looks.
pub async fn message(server: &Server, errand: &Errand, mut pause: impl AsyncFnMut()) -> Result<Section> {
    let mut hops = Vec::new();
    if let Some(id) = gate(server, errand, &mut hops).await? {
        let mut last = Value::Null;
        for _ in 0..LOOKS {
            last = expect(server.call("GET", &format!("/v1/messages/{id}"), None).await?, 200)?;
            if is_settled(&last) {
                break;
            }
            pause().await;
        }
        hops.extend(outcome(&last));
    }
    Ok(Section { of: "message".to_owned(), title: format!("A message to {}", errand.to), hops })
}

fn is_settled(message: &Value) -> bool {
    matches!(message["status"].as_str(), Some("delivered" | "read" | "failed" | "cancelled" | "expired"))
}

/// Asks for the message; its id, if the gate lets it go.
async fn gate(server: &Server, errand: &Errand, hops: &mut Vec<Hop>) -> Result<Option<String>> {
    let (status, contact) = server.call("POST", "/v1/contacts", Some(&json!({ "phone": errand.to }))).await?;
    if !matches!(status, 200 | 201) {
        bail!("{} cannot be written to: {}", errand.to, problem(&contact));
    }
    let mut draft = json!({ "channel": errand.channel });
    if let Some(sender) = &errand.sender {
        draft["sender"] = json!(sender);
    }
    match &errand.template {
        Some(name) => draft["template"] = json!({ "id": template(server, name).await? }),
        None => draft["content"] = json!({ "type": "text", "body": errand.words }),
    }
    let body = json!({ "contact": contact["id"], "purpose": "service", "channels": [draft] });
    let (status, answer) = server.call("POST", "/v1/messages", Some(&body)).await?;
    match (status, answer["id"].as_str()) {
        (201, Some(id)) => {
            hops.push(Hop::good("gate", "the gate lets it go"));
            Ok(Some(id.to_owned()))
        }
        (409, _) => {
            let mend = match answer["reason"].as_str() {
                Some("window_closed" | "no_template") => {
                    "let the person write to the number first, or name an approved template with --template"
                }
                _ => "the decision says which rule said no: antiphon why, or the console",
            };
            hops.push(Hop::broken("gate", problem(&answer), mend));
            hops.push(Hop::unasked("round_trip", "nothing was sent"));
            Ok(None)
        }
        _ => bail!("the message was refused: {}", problem(&answer)),
    }
}

async fn template(server: &Server, name: &str) -> Result<Value> {
    let all = expect(server.call("GET", "/v1/templates?limit=200", None).await?, 200)?;
    let found = all["items"].as_array().into_iter().flatten().find(|item| item["name"] == name);
    match found {
        Some(found) => Ok(found["id"].clone()),
        None => bail!("there is no template {name}"),
    }
}

fn expect((status, answer): (u16, Value), wanted: u16) -> Result<Value> {
    if status == wanted { Ok(answer) } else { bail!("the server answers {status}: {}", problem(&answer)) }
}

fn outcome(message: &Value) -> [Hop; 2] {
    let taken = || Hop::good("provider", "the provider took the message");
    match message["status"].as_str().unwrap_or_default() {
        status @ ("delivered" | "read") => [taken(), Hop::good("round_trip", format!("its status came back: {status}"))],
        "accepted" => [
            taken(),
            Hop::broken(
                "round_trip",
                "no word came back that it was delivered",
                "look at the phone: if the message is there, the webhooks do not arrive; see the hops callback, subscription and handshake",
            ),
        ],
        "failed" => {
            let (said, code) = (&message["error"]["for_user"], &message["error"]["code"]);
            let found = format!("it failed: {} ({})", said.as_str().unwrap_or("without a reason"), code.as_str().unwrap_or("no code"));
            [
                Hop::broken("provider", found, "what the provider says must be mended; docs/whatsapp-setup.md lists its codes"),
                Hop::unasked("round_trip", "nothing was delivered"),
            ]
        }
        status => [
            Hop::broken(
                "provider",
                format!("it never left: its status is {status}"),
                "see whether the sender is paused, and whether a process with the role `worker` runs",
            ),
            Hop::unasked("round_trip", "nothing was sent"),
        ],
    }
}
