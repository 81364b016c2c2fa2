//! How an RCS sender's set-up at Twilio stands: the credentials, whether the sender is online, and where messages to it go. Asks only.
//! Page: "Channels Senders resource".

use channel::{Account, Hop, TwilioAccount};
use http_client::Transport;
use serde_json::Value;

use crate::{api, checkup};

pub(super) async fn hops(transport: &dyn Transport, account: &Account, twilio: &TwilioAccount) -> Vec<Hop> {
    let credentials = match checkup::credentials(transport, twilio).await {
        Ok(hop) => hop,
        Err(broken) => {
            return vec![
                broken,
                Hop::unasked("agent", "the credentials must work first"),
                Hop::unasked("callback", "the credentials must work first"),
            ];
        }
    };
    let url = format!("{}/v2/Channels/Senders?Channel=rcs&PageSize=100", api::beside(twilio, "messaging"));
    let senders = match checkup::get(transport, twilio, &url).await {
        Ok(senders) => senders,
        Err(why) => return vec![credentials, Hop::unasked("agent", why.clone()), Hop::unasked("callback", why)],
    };
    let name = twilio.from.as_deref().unwrap_or_default();
    let rows = senders["senders"].as_array().map(Vec::as_slice).unwrap_or_default();
    let Some(row) = rows.iter().find(|row| row["sender_id"] == name) else {
        let agent = Hop::broken(
            "agent",
            format!("the account has no RCS sender {name}"),
            "correct the sender's address, or make it in Twilio's console",
        );
        return vec![credentials, agent, Hop::unasked("callback", "there must be a sender first")];
    };
    vec![credentials, agent(name, row), callback(account, twilio, row)]
}

fn agent(name: &str, row: &Value) -> Hop {
    match row["status"].as_str().unwrap_or_default() {
        status if status.starts_with("ONLINE") => Hop::good("agent", format!("{name} is online")),
        "" => Hop::unasked("agent", "Twilio does not say how the sender stands"),
        status => Hop::broken(
            "agent",
            format!("{name} is {status}"),
            "Twilio's console says what is missing; until then only test phones are reached",
        ),
    }
}

fn callback(account: &Account, twilio: &TwilioAccount, row: &Value) -> Hop {
    let kind = account.provider.kind().as_str();
    let wanted = format!("{}/webhooks/{kind}/{}/inbound", twilio.public_url.trim_end_matches('/'), account.sender.id);
    let mend = format!("set the sender's webhook to {wanted}, by POST");
    match (row["webhook"]["callback_url"].as_str().unwrap_or_default(), row["webhook"]["callback_method"].as_str().unwrap_or("POST")) {
        (url, "POST") if url == wanted => Hop::good("callback", format!("messages come to {wanted}")),
        ("", _) => Hop::unasked(
            "callback",
            "the sender has no webhook of its own; its messaging service says in Twilio's console where messages go",
        ),
        (url, "POST") => Hop::broken("callback", format!("messages go to {url}"), mend),
        (_, method) => Hop::broken("callback", format!("messages come by {method}"), mend),
    }
}
