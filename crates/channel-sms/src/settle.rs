//! Asking what became of a message whose answer was lost: the list of messages to this number since the attempt, by text.

use channel::{Settled, TwilioAccount};
use http_client::{Request, Transport};
use model::signal::SendOutcome;
use model::{Message, MessageStatus, Millis, Timestamp};

use crate::api::{self, Page, Resource};
use crate::{errors, form};

/// Messages that one question looks at. More than this to one number since the attempt cannot be told apart anyway.
const PAGE: usize = 50;

/// How far Twilio's clock may be behind ours.
const SKEW: Millis = Millis::from_secs(30);

/// `to` and `text` are as they were sent. Newest first. `NeverArrived` is said only when the page reaches back to before the attempt; the caller must not ask earlier than a minute
/// after it, because a list may lag behind.
pub(crate) async fn settle(transport: &dyn Transport, account: &TwilioAccount, message: &Message, to: &str, text: &str) -> Settled {
    let Some(tried_at) = message.times.get(&MessageStatus::Sending).copied() else { return Settled::Unknown };
    let url = format!("{}?To={}&PageSize={PAGE}", api::messages_url(account), form::encode(to));
    let Ok(request) = api::authorised(account, Request::get(url).accepting(4 * 1024 * 1024)) else { return Settled::Unknown };
    let Ok(answer) = transport.send(request).await else { return Settled::Unknown };
    let page = answer.status.is_success().then(|| serde_json::from_slice::<Page>(&answer.body).ok()).flatten();
    page.map_or(Settled::Unknown, |page| judged(&page, text, to, tried_at - SKEW))
}

fn judged(page: &Page, text: &str, to: &str, since: Timestamp) -> Settled {
    let created = |one: &Resource| one.date_created.as_deref().and_then(moment);
    if page.messages.iter().any(|one| created(one).is_none()) {
        return Settled::Unknown;
    }
    let recent = |one: &&Resource| created(one).is_some_and(|at| at >= since);
    let same = |one: &&Resource| {
        one.to.as_deref() == Some(to) && one.body.as_deref().unwrap_or_default() == text && one.direction.starts_with("outbound")
    };
    let found: Vec<&Resource> = page.messages.iter().filter(recent).filter(same).collect();
    match found.as_slice() {
        [one] if matches!(one.status.as_str(), "failed" | "undelivered") => {
            let error = errors::send_error(one.error_code.unwrap_or(0), None, one.error_message.as_deref().unwrap_or_default());
            Settled::Found(SendOutcome::Refused { error })
        }
        [one] => Settled::Found(SendOutcome::Accepted { provider_id: one.sid.clone(), learnt: Vec::new() }),
        [] if page.next_page_uri.is_none() || page.messages.iter().any(|one| !recent(&one)) => Settled::Found(SendOutcome::NeverArrived),
        // Nothing on a page that does not reach back far enough, or several with the same text: it cannot be told.
        _ => Settled::Unknown,
    }
}

/// `Thu, 24 Aug 2023 05:01:45 +0000`
fn moment(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp().into())
}
