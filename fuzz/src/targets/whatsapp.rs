//! Meta's webhooks.

use channel::{Account, Provider, Received, Secret, WhatsappAccount};
use model::Channel;
use serde_json::{Value, json};

use super::heard::{BODY_MAX, NOW, account, sound};
use crate::seeds_in;
use crate::target::{Form, Pace, Target, promise, read_as, reader};

pub const WEBHOOK: Target = Target {
    name: "whatsapp-webhook",
    form: Form::Json,
    seeds: || seeds_in(&["fixtures/whatsapp/webhooks"], ".json"),
    words: &[
        "messages",
        "statuses",
        "errors",
        "text",
        "image",
        "interactive",
        "nfm_reply",
        "button",
        "order",
        "reaction",
        "system",
        "unsupported",
        "sent",
        "delivered",
        "read",
        "failed",
        "deleted",
        "1795000000",
        "wamid.HBgL",
        "US.13491208655302741918",
        "131047",
        "message_template_status_update",
        "account_update",
        "group_id",
        "user_id",
        "\\ud83d",
    ],
    longest: BODY_MAX,
    pace: Pace::LINEAR,
    reader: || {
        let accounts = numbers();
        reader(move |raw| one(&accounts, raw))
    },
};

/// The numbers that occur in the samples.
fn numbers() -> Vec<Account> {
    let number = |id: &str| {
        let credentials = WhatsappAccount {
            phone_number_id: id.into(),
            waba_id: "1234567890987654321".into(),
            access_token: Secret::new("a token"),
            app_secret: Secret::new("a secret"),
            verify_token: Secret::new("a word"),
            base_url: "https://graph.example.com".into(),
            graph_version: "v26.0".into(),
            read_receipts: true,
            dataset_id: None,
        };
        account(Channel::Whatsapp, "+12025550100", Provider::WhatsappCloud(credentials))
    };
    ["1122334455667", "106540352242922", "123456123", "NEIGHBOUR"].map(number).to_vec()
}

fn one(accounts: &[Account], raw: &[u8]) -> Result<u64, crate::target::Broken> {
    let heard = channel_whatsapp::receive(accounts, raw, NOW);
    promise(channel_whatsapp::receive(accounts, raw, NOW) == heard, || "the same delivery is read in two ways".into())?;
    if let Ok(received) = &heard {
        sound(received)?;
    }
    if let Some(both) = with_neighbour(raw) {
        let received = channel_whatsapp::receive(accounts, both.to_string().as_bytes(), NOW).unwrap_or_default();
        promise(received.iter().any(is_neighbour), || "a broken update costs its neighbour".into())?;
    }
    read_as(&heard)
}

/// The same delivery with a sound message of somebody else behind what it holds.
fn with_neighbour(raw: &[u8]) -> Option<Value> {
    let mut whole: Value = serde_json::from_slice(raw).ok()?;
    if whole.get("object")? != "whatsapp_business_account" {
        return None;
    }
    whole.get_mut("entry")?.as_array_mut()?.push(json!({ "id": "1", "changes": [{ "field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "12025550100", "phone_number_id": "NEIGHBOUR" },
        "contacts": [{ "profile": { "name": "Ana" }, "wa_id": "12025550123" }],
        "messages": [{ "from": "12025550123", "id": "wamid.neighbour", "timestamp": "1795000000", "type": "text", "text": { "body": "hi" } }],
    } }] }));
    Some(whole)
}

fn is_neighbour(received: &Received) -> bool {
    matches!(received, Received::Contact(incoming) if incoming.dedupe_key.contains("wamid.neighbour"))
}
