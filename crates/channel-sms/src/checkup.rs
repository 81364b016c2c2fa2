//! How a sender's set-up at Twilio stands: the credentials, the account, and where texts to the number go. Asks only.

use channel::{Account, Hop, TwilioAccount};
use http_client::{Request, Transport};
use serde_json::Value;

use crate::{api, form};

pub(crate) async fn hops(transport: &dyn Transport, account: &Account, twilio: &TwilioAccount) -> Vec<Hop> {
    let base = account_url(twilio);
    let credentials = match credentials(transport, twilio).await {
        Ok(hop) => hop,
        Err(broken) => return vec![broken, Hop::unasked("callback", "the credentials must work first")],
    };
    let callback = match (&twilio.from, &twilio.messaging_service_sid) {
        (_, Some(service)) => Hop::unasked("callback", format!("the messaging service {service} says in Twilio's console where texts go")),
        (Some(number), None) if number.starts_with('+') => callback(transport, account, twilio, &base, number).await,
        _ => Hop::unasked("callback", "nobody can answer a name, so it needs no callback"),
    };
    vec![credentials, callback]
}

fn account_url(twilio: &TwilioAccount) -> String {
    format!("{}/2010-04-01/Accounts/{}", twilio.base_url.trim_end_matches('/'), twilio.account_sid)
}

/// `Err` when nothing else can be asked.
pub(crate) async fn credentials(transport: &dyn Transport, twilio: &TwilioAccount) -> Result<Hop, Hop> {
    let own = get(transport, twilio, &format!("{}.json", account_url(twilio))).await.map_err(|found| {
        let mend = "check account SID and auth token in Twilio's console, and write them to the sender";
        Hop::broken("credentials", found, mend)
    })?;
    let status = own["status"].as_str().unwrap_or("active");
    Ok(match status {
        "active" => Hop::good("credentials", format!("Twilio takes the credentials; the account is {status}")),
        _ => Hop::broken("credentials", format!("the account is {status}"), "what Twilio's console says must be settled there"),
    })
}

async fn callback(transport: &dyn Transport, account: &Account, twilio: &TwilioAccount, base: &str, number: &str) -> Hop {
    let query = form::write(&[("PhoneNumber", number.to_owned())]);
    let wanted = format!("{}/webhooks/twilio/{}/inbound", twilio.public_url, account.sender.id);
    let found = match get(transport, twilio, &format!("{base}/IncomingPhoneNumbers.json?{query}")).await {
        Ok(found) => found,
        Err(why) => return Hop::unasked("callback", why),
    };
    let rows = found["incoming_phone_numbers"].as_array();
    let Some(row) = rows.and_then(|rows| rows.iter().find(|row| row["phone_number"] == *number)) else {
        return Hop::broken(
            "callback",
            format!("the account has no number {number}"),
            "buy or move the number, or correct the sender's address",
        );
    };
    let mend = format!("set the number's incoming messages to {wanted}, by POST");
    match (row["sms_url"].as_str().unwrap_or_default(), row["sms_method"].as_str().unwrap_or("POST")) {
        (url, "POST") if url == wanted => Hop::good("callback", format!("texts to {number} come to {wanted}")),
        (url, _) if url == wanted => Hop::broken("callback", "texts come by GET", mend),
        ("", _) => Hop::broken("callback", format!("texts to {number} go nowhere"), mend),
        (url, _) => Hop::broken("callback", format!("texts to {number} go to {url}"), mend),
    }
}

pub(crate) async fn get(transport: &dyn Transport, twilio: &TwilioAccount, url: &str) -> Result<Value, String> {
    let request = api::authorised(twilio, Request::get(url)).map_err(|error| error.to_string())?;
    let answer = transport.send(request).await.map_err(|error| format!("Twilio cannot be reached: {error}"))?;
    let read = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    if answer.status.is_success() {
        return Ok(read);
    }
    let status = answer.status.as_u16();
    Err(match read["message"].as_str() {
        Some(message) => format!("Twilio answers {status}: {message}"),
        None => format!("HTTP {status} that is not an answer of Twilio's"),
    })
}
