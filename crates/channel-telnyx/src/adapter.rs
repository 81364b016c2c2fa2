//! The adapter. Pages: "Send a message", "Receiving webhooks".

use std::sync::Arc;

use async_trait::async_trait;
use channel::{
    Account, Adapter, Call, CapabilitySheet, FetchedMedia, Heard, MediaLinks, Provider, Refused, Settled, TelnyxAccount, http, plain,
    refusal, with_links,
};
use http_client::{Request, Transport, header};
use model::content::Content;
use model::inbound::InboundMedia;
use model::send_error::SendError;
use model::signal::SendOutcome;
use model::{Channel, Message, Timestamp};
use serde_json::{Value, json};

use crate::{errors, receive, signature};

/// Characters that Telnyx takes: ten parts of the wide alphabet.
const TEXT_MAX: usize = 670;

/// Media go as MMS where the country has it.
pub static SHEET: CapabilitySheet = CapabilitySheet::words_and_media(Channel::Sms, TEXT_MAX);

/// SMS by Telnyx. Holds no state about messages.
pub struct Telnyx {
    transport: Arc<dyn Transport>,
    links: Option<Arc<dyn MediaLinks>>,
}

impl Telnyx {
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, links: None }
    }

    /// Has files of our own object store fetched from public addresses.
    #[must_use]
    pub fn with_links(mut self, links: Arc<dyn MediaLinks>) -> Self {
        self.links = Some(links);
        self
    }
}

fn credentials(account: &Account) -> Result<&TelnyxAccount, SendError> {
    match &account.provider {
        Provider::Telnyx(credentials) => Ok(credentials),
        _ => Err(refusal::fix("telnyx", "account", "the sender's credentials are not those of a Telnyx account")),
    }
}

/// The body of `POST /v2/messages`.
fn body(account: &Account, telnyx: &TelnyxAccount, decision: &policy::Decision, content: &Content) -> Result<Value, SendError> {
    phone::check_sender(&telnyx.from, &decision.address().value).map_err(|error| errors::sender_refused(&error))?;
    let plain = plain(content, "telnyx", TEXT_MAX)?;
    let mut body = json!({
        "from": telnyx.from,
        "to": decision.address().value,
        "text": plain.text,
        // Comes back with every status, also of a message whose answer was lost.
        "tags": [decision.message()],
        "webhook_url": format!("{}/webhooks/telnyx/{}", telnyx.public_url.trim_end_matches('/'), account.sender.id),
    });
    if let Some(profile) = &telnyx.messaging_profile_id {
        body["messaging_profile_id"] = json!(profile);
    }
    if let Some(link) = plain.media {
        body["media_urls"] = json!([link]);
    }
    Ok(body)
}

impl Telnyx {
    async fn prepare<'a>(&self, account: &'a Account, decision: &policy::Decision) -> Result<(&'a TelnyxAccount, Value), SendError> {
        let telnyx = credentials(account)?;
        refusal::check(account, decision)?;
        let content = with_links(decision.content(), account, self.links.as_ref()).await?;
        Ok((telnyx, body(account, telnyx, decision, &content)?))
    }
}

#[async_trait]
impl Adapter for Telnyx {
    fn capabilities(&self) -> &'static CapabilitySheet {
        &SHEET
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        let (telnyx, body) = match self.prepare(account, decision).await {
            Ok(prepared) => prepared,
            Err(error) => return SendOutcome::Refused { error },
        };
        let request = Request::post(format!("{}/v2/messages", telnyx.base_url.trim_end_matches('/')))
            .header(header::AUTHORIZATION, &format!("Bearer {}", telnyx.api_key.reveal()))
            .and_then(|request| request.body("application/json", body.to_string()));
        let id = |answer: &[u8]| Some(serde_json::from_slice::<Value>(answer).ok()?["data"]["id"].as_str()?.to_owned());
        http::send(&*self.transport, request, id, errors::of_answer).await
    }

    /// Messages are found by Telnyx's own id alone, which a lost answer takes with it; the statuses carry ours as a tag.
    async fn settle(&self, _: &Account, _: &Message) -> Settled {
        Settled::NotSupported
    }

    async fn receive(&self, account: &Account, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
        let telnyx = credentials(account).map_err(|_| Refused::NoSuchAddress)?;
        signature::verify(telnyx, call, now)?;
        if call.part.is_empty() { receive::receive(account, call.body) } else { Err(Refused::NoSuchAddress) }
    }

    /// Media lie at public addresses: our key stays here.
    async fn fetch_media(&self, _: &Account, media: &InboundMedia) -> Result<FetchedMedia, SendError> {
        http::fetch(&*self.transport, media).await
    }
}
