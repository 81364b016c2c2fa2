//! The app: its secret, where its webhooks go, and whether the account's events come to it.

use channel::Hop;
use whatsapp::manage::{AppSubscription, Page, SubscribedApp};

use super::{Callback, with_token, words};
use crate::graph::Call;
use crate::settle::encode;

/// Of these the gate takes notice; without the first nobody is heard.
const FIELDS: [&str; 7] = [
    "messages",
    "user_preferences",
    "message_template_status_update",
    "message_template_quality_update",
    "template_category_update",
    "phone_number_quality_update",
    "account_update",
];

const CONFIGURE: &str = "in the app, WhatsApp, Configuration";

pub(super) async fn hops(call: &Call<'_>, app: Option<&str>, callback: &Callback<'_>) -> Vec<Hop> {
    let mut hops = Vec::new();
    match app {
        Some(app) => hops.extend(of_app(call, app, callback).await),
        None => hops.extend(["app_secret", "callback"].map(|hop| Hop::unasked(hop, "Meta did not say which app the token belongs to"))),
    }
    hops.push(subscription(call, app).await);
    hops
}

/// The app's own token is its id and its secret, so asking with it shows whether the secret is right: webhooks are signed with it.
async fn of_app(call: &Call<'_>, app: &str, callback: &Callback<'_>) -> [Hop; 2] {
    let account = with_token(call.account, format!("{app}|{}", call.account.app_secret.reveal()));
    let own = Call { transport: call.transport, account: &account };
    match own.get::<Page<AppSubscription>>(&format!("{}/subscriptions", encode(app))).await {
        Ok(page) => [Hop::good("app_secret", format!("Meta knows the secret as that of app {app}")), delivered_to(&page.data, callback)],
        Err(trouble) => [
            Hop::broken(
                "app_secret",
                format!("Meta does not take the secret for app {app}: {}", words(trouble)),
                "copy the app secret (app settings, basic) to the sender; with a wrong one every webhook is turned away",
            ),
            Hop::unasked("callback", "the app secret must be right first"),
        ],
    }
}

fn delivered_to(rows: &[AppSubscription], callback: &Callback<'_>) -> Hop {
    let wanted = callback.url();
    let Some(row) = rows.iter().find(|row| row.object == "whatsapp_business_account") else {
        return Hop::broken("callback", "the app has no callback for WhatsApp", format!("{CONFIGURE}, set it to {wanted}"));
    };
    if !callback.is_ours(&row.callback_url) {
        return Hop::broken("callback", format!("webhooks go to {}", row.callback_url), format!("{CONFIGURE}, set it to {wanted}"));
    }
    if !row.active {
        return Hop::broken("callback", "Meta has switched the callback off", format!("{CONFIGURE}, verify and save it again"));
    }
    let missing: Vec<&str> = FIELDS.into_iter().filter(|field| !row.fields.iter().any(|has| has.name == *field)).collect();
    let mend = || format!("{CONFIGURE}, subscribe them");
    match missing.as_slice() {
        [] => Hop::good("callback", format!("webhooks go to {}", row.callback_url)),
        ["messages", ..] => Hop::broken("callback", format!("the fields {} are not subscribed", missing.join(", ")), mend()),
        _ => Hop::doubtful("callback", format!("the fields {} are not subscribed", missing.join(", ")), mend()),
    }
}

async fn subscription(call: &Call<'_>, app: Option<&str>) -> Hop {
    let waba = &call.account.waba_id;
    let mend = format!("POST /{waba}/subscribed_apps with the token");
    match call.get::<Page<SubscribedApp>>(&format!("{}/subscribed_apps", encode(waba))).await {
        Err(trouble) => Hop::broken(
            "subscription",
            format!("the account {waba} cannot be asked: {}", words(trouble)),
            "check the WABA id of the sender, and that the token's system user was given the account",
        ),
        Ok(page) if page.data.iter().any(|row| app.is_none_or(|app| names(row, app))) => {
            Hop::good("subscription", format!("events of account {waba} come to the app"))
        }
        Ok(page) if page.data.is_empty() => Hop::broken("subscription", format!("no app is subscribed to account {waba}"), mend),
        Ok(_) => Hop::broken("subscription", format!("other apps are subscribed to account {waba}, this one is not"), mend),
    }
}

fn names(row: &SubscribedApp, app: &str) -> bool {
    let id = row.whatsapp_business_api_data.as_ref().map(|data| &data["id"]);
    id.is_some_and(|id| id.as_str() == Some(app) || id.as_u64().is_some_and(|id| id.to_string() == app))
}
