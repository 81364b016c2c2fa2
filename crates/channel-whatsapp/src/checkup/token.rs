//! The access token: does it live, until when, and what may it do?

use channel::Hop;
use model::Timestamp;
use whatsapp::manage::{PhoneNumber, TokenDebug};

use super::words;
use crate::graph::{Call, Trouble};
use crate::settle::encode;

/// Without the first nothing is sent, without the second no template is known.
const SCOPES: [&str; 2] = ["whatsapp_business_messaging", "whatsapp_business_management"];

const NEW_TOKEN: &str =
    "make a token of a system user (business settings, system users) with both permissions that never expires, and write it to the sender";

/// The app that the token belongs to, when Meta says so, and the hops.
pub(super) async fn hops(call: &Call<'_>) -> (Option<String>, Vec<Hop>) {
    let edge = format!("debug_token?input_token={}", encode(call.account.access_token.reveal()));
    match call.get::<TokenDebug>(&edge).await {
        Ok(answer) => {
            let info = answer.data;
            let app = Some(info.app_id.clone()).filter(|app| !app.is_empty());
            (app, vec![life(info.is_valid, info.expires_at), scopes(&info.scopes)])
        }
        Err(trouble) => (None, vec![by_use(call, trouble).await, Hop::unasked("scopes", "Meta does not say what this token may do")]),
    }
}

fn life(valid: bool, expires_at: i64) -> Hop {
    match (valid, expires_at) {
        (false, _) => Hop::broken("token", "Meta does not take the token any more", NEW_TOKEN),
        (true, 0) => Hop::good("token", "the token works and does not expire"),
        (true, at) => Hop::doubtful("token", format!("the token works until {}", Timestamp::from_secs(at)), NEW_TOKEN),
    }
}

fn scopes(granted: &[String]) -> Hop {
    let missing: Vec<&str> = SCOPES.into_iter().filter(|scope| !granted.iter().any(|given| given == scope)).collect();
    if missing.is_empty() {
        return Hop::good("scopes", "the token has both permissions");
    }
    Hop::broken("scopes", format!("the token lacks {}", missing.join(" and ")), NEW_TOKEN)
}

/// Not every token may ask what it is worth; whether it works shows in using it.
async fn by_use(call: &Call<'_>, trouble: Trouble) -> Hop {
    let edge = format!("{}?fields=id", encode(&call.account.phone_number_id));
    let used = match call.get::<PhoneNumber>(&edge).await {
        Ok(_) => return Hop::doubtful("token", format!("the token works; until when, Meta did not say ({})", words(trouble)), NEW_TOKEN),
        Err(used) => used.into_error(),
    };
    match used.code.as_str() {
        // The number is unknown to a token that works: the number's own hop says so.
        "whatsapp:100" | "whatsapp:33" | "whatsapp:10" | "whatsapp:200" => Hop::good("token", "Meta takes the token"),
        code if code.starts_with("http:") => Hop::broken(
            "token",
            format!("Meta cannot be reached: {}", used.for_user),
            "check the network, a proxy on the way, and the sender's base address",
        ),
        _ => Hop::broken("token", used.for_user, NEW_TOKEN),
    }
}
