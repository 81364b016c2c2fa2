//! The adapter. Pages: "Send messages", "Webhooks".

use std::sync::Arc;

use async_trait::async_trait;
use channel::{
    Account, Adapter, Call, CapabilitySheet, FetchedMedia, Heard, Limits, Provider, RcsAccount, Refused, Settled, http, refusal,
};
use http_client::{Request, Transport, header};
use model::content::ContentKind;
use model::inbound::InboundMedia;
use model::send_error::SendError;
use model::signal::SendOutcome;
use model::{Channel, Clock, Message, Timestamp};
use serde_json::{Value, json};

use crate::token::Tokens;
use crate::{content, errors, ids, receive};

/// Rich messages without templates: what is approved is the agent.
pub static SHEET: CapabilitySheet = CapabilitySheet {
    channel: Channel::Rcs,
    carries: &[
        ContentKind::Text,
        ContentKind::Buttons,
        ContentKind::List,
        ContentKind::Media,
        ContentKind::Location,
        ContentKind::Template,
        ContentKind::Link,
        ContentKind::Request,
        ContentKind::Cards,
    ],
    read_receipts: true,
    revocable: true,
    windowed: false,
    limits: Limits { text_max: content::TEXT_MAX, buttons_max: 11, button_title_max: 25, list_rows_max: 11 },
};

/// RCS for Business. Holds tokens, and no state about messages.
pub struct Rcs {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    tokens: Tokens,
}

impl Rcs {
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self { transport, clock, tokens: Tokens::default() }
    }

    async fn deliver(&self, account: &Account, decision: &policy::Decision) -> Result<SendOutcome, SendError> {
        let rcs = credentials(account)?;
        refusal::check(account, decision)?;
        let body = json!({ "contentMessage": content::message(decision.content())?, "ttl": format!("{}s", rcs.ttl_s) });
        let token = self.tokens.get(&*self.transport, rcs, self.clock.now()).await?;
        let id = ids::uuid(decision.message());
        let url = format!(
            "{}/v1/phones/{}/agentMessages?messageId={id}&agentId={}",
            rcs.base_url.trim_end_matches('/'),
            decision.address().value,
            rcs.agent_id
        );
        let request = Request::post(url)
            .header(header::AUTHORIZATION, &format!("Bearer {token}"))
            .and_then(|request| request.body("application/json", body.to_string()));
        // The answer names the message by the id that it was given.
        let taken = |answer: &[u8]| serde_json::from_slice::<Value>(answer).ok()?.get("name")?.is_string().then_some(id);
        let refused = |status, body: &[u8]| {
            if status == 401 {
                self.tokens.forget(rcs);
            }
            errors::of_answer(status, body)
        };
        Ok(http::send(&*self.transport, request, taken, refused).await)
    }
}

fn credentials(account: &Account) -> Result<&RcsAccount, SendError> {
    match &account.provider {
        Provider::Rcs(credentials) => Ok(credentials),
        _ => Err(refusal::fix("rcs", "account", "the sender's credentials are not those of an RCS agent")),
    }
}

#[async_trait]
impl Adapter for Rcs {
    fn capabilities(&self) -> &'static CapabilitySheet {
        &SHEET
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        self.deliver(account, decision).await.unwrap_or_else(|error| SendOutcome::Refused { error })
    }

    /// The API does not show messages. A delivery or an expiry names the message and settles it.
    async fn settle(&self, _: &Account, _: &Message) -> Settled {
        Settled::NotSupported
    }

    async fn receive(&self, account: &Account, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
        let rcs = credentials(account).map_err(|_| Refused::NoSuchAddress)?;
        receive::receive(account, rcs, call, now)
    }

    /// Files of people lie at public addresses for a while.
    async fn fetch_media(&self, _: &Account, media: &InboundMedia) -> Result<FetchedMedia, SendError> {
        http::fetch(&*self.transport, media).await
    }
}
