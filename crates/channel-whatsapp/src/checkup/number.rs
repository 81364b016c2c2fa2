//! The number: is it ours, registered, well, and do its webhooks come here?

use channel::{Account, Hop};
use serde_json::Value;
use whatsapp::manage::{HealthStatus, Page, PhoneNumber};

use super::{Callback, words};
use crate::graph::Call;
use crate::settle::encode;

const FIELDS: &str =
    "id,display_phone_number,verified_name,status,code_verification_status,name_status,quality_rating,webhook_configuration,health_status";

/// Pages of an account's numbers that are looked through; an account has 25 numbers at most unless Meta says otherwise.
const PAGES_MAX: usize = 20;

pub(super) async fn hops(call: &Call<'_>, account: &Account, callback: &Callback<'_>) -> Vec<Hop> {
    let id = &call.account.phone_number_id;
    let number: PhoneNumber = match call.get(&format!("{}?fields={FIELDS}", encode(id))).await {
        Ok(number) => number,
        Err(trouble) => {
            let mend = "check the phone number id of the sender, and that the token's system user was given its account";
            let found = format!("the number {id} cannot be asked: {}", words(trouble));
            return vec![Hop::broken("number", found, mend), Hop::unasked("health", "the number must be found first")];
        }
    };
    let mut hops = vec![registration(call, account, &number).await, health(&number)];
    hops.extend(overrides(&number, callback));
    hops
}

async fn registration(call: &Call<'_>, account: &Account, number: &PhoneNumber) -> Hop {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let shown = number.display_phone_number.as_deref().unwrap_or_default();
    if !shown.is_empty() && digits(shown) != digits(&account.sender.address) {
        let found = format!("the id {} belongs to {shown}, and the sender says {}", number.id, account.sender.address);
        return Hop::broken("number", found, "correct the sender's address, or its phone number id");
    }
    match belongs(call, &number.id).await {
        Ok(true) => {}
        Ok(false) => {
            let found = format!("{shown} is no number of account {}", call.account.waba_id);
            return Hop::broken("number", found, "correct the WABA id of the sender; webhooks and templates are looked for under it");
        }
        Err(trouble) => return Hop::broken("number", words(trouble), "check the WABA id of the sender"),
    }
    let status = number.status.as_deref().unwrap_or("CONNECTED");
    if status != "CONNECTED" {
        let mend = match status {
            "PENDING" | "UNVERIFIED" | "DISCONNECTED" | "DELETED" => "register the number with its PIN: POST /v1/senders/{id}/registration",
            "BANNED" | "RESTRICTED" => "appeal in WhatsApp Manager; until then nothing goes by this number",
            _ => "look at the number in WhatsApp Manager",
        };
        return Hop::broken("number", format!("the number's status is {status}"), mend);
    }
    Hop::good("number", format!("{shown} ({}) is connected", number.verified_name.as_deref().unwrap_or("without a name")))
}

async fn belongs(call: &Call<'_>, number: &str) -> Result<bool, crate::graph::Trouble> {
    let mut after: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let cursor = after.as_deref().map(|cursor| format!("&after={}", encode(cursor))).unwrap_or_default();
        let page: Page<PhoneNumber> =
            call.get(&format!("{}/phone_numbers?fields=id&limit=100{cursor}", encode(&call.account.waba_id))).await?;
        if page.data.iter().any(|row| row.id == number) {
            return Ok(true);
        }
        after = page.next_after().map(str::to_owned);
        if after.is_none() {
            break;
        }
    }
    Ok(false)
}

/// What Meta itself says, and what it will soon say.
fn health(number: &PhoneNumber) -> Hop {
    let health = number.extra.get("health_status").and_then(|value| serde_json::from_value::<HealthStatus>(value.clone()).ok());
    let complaints: Vec<String> = health
        .iter()
        .flat_map(|health| &health.entities)
        .flat_map(|entity| entity.errors.iter().map(|error| say(&entity.entity_type, error)))
        .collect();
    let verdict = health.as_ref().map_or("", |health| health.can_send_message.as_str());
    let told = if complaints.is_empty() { format!("Meta says {verdict}") } else { complaints.join("; ") };
    match verdict {
        "BLOCKED" => return Hop::broken("health", told, "what Meta names must be mended in WhatsApp Manager"),
        "LIMITED" => return Hop::doubtful("health", told, "what Meta names must be mended in WhatsApp Manager"),
        _ => {}
    }
    let named = |member: &str| number.extra.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let name = named("name_status");
    if !name.is_empty() && !matches!(name.as_str(), "APPROVED" | "AVAILABLE_WITHOUT_REVIEW" | "NONE") {
        return Hop::doubtful(
            "health",
            format!("the display name's status is {name}"),
            "until the name is approved, few people a day can be written to",
        );
    }
    let quality = number.quality_rating.as_ref().map_or("", |quality| quality.as_str());
    if quality == "RED" {
        return Hop::doubtful(
            "health",
            "the quality rating is RED: many people block or report this number",
            "write less and to those who asked for it",
        );
    }
    Hop::good(
        "health",
        if quality.is_empty() {
            "nothing speaks against sending".to_owned()
        } else {
            format!("quality {quality}, nothing speaks against sending")
        },
    )
}

fn say(kind: &str, error: &Value) -> String {
    let text = |member: &str| error[member].as_str().unwrap_or_default();
    format!("{kind}: {} {}", text("error_description"), text("possible_solution")).trim().to_owned()
}

/// A callback of the number's own, or of the account's, takes precedence over the app's.
fn overrides(number: &PhoneNumber, callback: &Callback<'_>) -> Option<Hop> {
    let configuration = number.extra.get("webhook_configuration")?;
    let url = ["phone_number", "whatsapp_business_account"].into_iter().find_map(|level| configuration[level].as_str())?;
    Some(if callback.is_ours(url) {
        Hop::good("override", format!("an override sends the messages to {url}"))
    } else {
        let mend = format!("take the override away, or set it to {}", callback.url());
        Hop::broken("override", format!("an override sends the messages to {url}, whatever the app says"), mend)
    })
}
