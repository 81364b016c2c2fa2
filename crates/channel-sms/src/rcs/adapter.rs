//! The adapter.

use std::sync::Arc;

use async_trait::async_trait;
use channel::{
    Account, Adapter, Call, CapabilitySheet, FetchedMedia, Heard, Hop, Limits, MediaLinks, Provider, Refused, Settled, TwilioRcsAccount,
    refusal, taken_back_after, with_links,
};
use http_client::{Request, Transport};
use model::content::ContentKind;
use model::inbound::InboundMedia;
use model::send_error::{Remedy, SendError};
use model::signal::SendOutcome;
use model::{Channel, Message, Millis, Timestamp};

use super::compose::{self, BUTTONS_MAX, LABEL_MAX, Said};
use super::contents::Contents;
use crate::capability::BODY_MAX;
use crate::outbound::VALIDITY_MAX;
use crate::{api, errors, form, media, receive, settle};

/// A content resource that is not there (any more).
const NO_SUCH_CONTENT: &str = "twilio:21655";

pub static RCS_SHEET: CapabilitySheet = CapabilitySheet {
    channel: Channel::Rcs,
    carries: &[
        ContentKind::Text,
        ContentKind::Buttons,
        ContentKind::List,
        ContentKind::Media,
        ContentKind::Template,
        ContentKind::Link,
        ContentKind::Cards,
    ],
    read_receipts: true,
    presence: false,
    revocable: true,
    windowed: false,
    limits: Limits { text_max: BODY_MAX, buttons_max: BUTTONS_MAX, button_title_max: LABEL_MAX, list_rows_max: BUTTONS_MAX },
};

/// RCS by Twilio. Holds the names of content resources, and no state about messages.
pub struct TwilioRcs {
    transport: Arc<dyn Transport>,
    contents: Contents,
    links: Option<Arc<dyn MediaLinks>>,
}

impl TwilioRcs {
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, contents: Contents::default(), links: None }
    }

    /// Has files of our own object store fetched from public addresses.
    #[must_use]
    pub fn with_links(mut self, links: Arc<dyn MediaLinks>) -> Self {
        self.links = Some(links);
        self
    }

    async fn try_send(&self, account: &Account, decision: &policy::Decision) -> Result<SendOutcome, SendError> {
        let rcs = credentials(account)?;
        refusal::check(account, decision)?;
        let twilio = &rcs.account;
        let mut form = vec![("To", phone(&decision.address().value)), ("From", twilio.from.clone().unwrap_or_default())];
        let mut named = None;
        let content = with_links(decision.content(), account, self.links.as_ref()).await?;
        match compose::said(&content)? {
            Said::Words { text, media } => {
                form.extend(Some(text).filter(|text| !text.is_empty()).map(|text| ("Body", text)));
                form.extend(media.map(|link| ("MediaUrl", link)));
            }
            Said::Rich(rich) => {
                let sid = self.contents.of(&*self.transport, twilio, &rich).await?;
                form.push(("ContentSid", sid.clone()));
                form.push(("ContentVariables", rich.variables()));
                named = Some(sid);
            }
        }
        let kind = account.provider.kind();
        form.push(("StatusCallback", api::callback(twilio, kind, decision.sender(), decision.message())));
        let validity = taken_back_after(rcs.ttl_s, decision.lifetime());
        form.extend((validity < VALIDITY_MAX).then(|| ("ValidityPeriod", validity.to_string())));
        let outcome = api::hand_over(&*self.transport, twilio, &form).await;
        match (outcome, named) {
            (Err(error), Some(sid)) if error.code == NO_SUCH_CONTENT => {
                self.contents.forget(&sid);
                Err(SendError { remedy: Remedy::Retry { after: Millis::from_secs(1) }, ..error })
            }
            (outcome, _) => outcome.map_err(|error| errors::on(Channel::Rcs, error)),
        }
    }
}

fn credentials(account: &Account) -> Result<&TwilioRcsAccount, SendError> {
    match &account.provider {
        Provider::TwilioRcs(credentials) => Ok(credentials),
        _ => Err(refusal::fix("twilio_rcs", "account", "the sender's credentials are not those of an RCS sender at Twilio")),
    }
}

/// Named like this it is reached by RCS or not at all.
fn phone(number: &str) -> String {
    format!("rcs:{number}")
}

#[async_trait]
impl Adapter for TwilioRcs {
    fn capabilities(&self) -> &'static CapabilitySheet {
        &RCS_SHEET
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        self.try_send(account, decision).await.unwrap_or_else(|error| SendOutcome::Refused { error })
    }

    async fn settle(&self, account: &Account, message: &Message) -> Settled {
        let (Ok(rcs), Some(content)) = (credentials(account), &message.content) else { return Settled::NotSupported };
        let Ok(content) = with_links(content, account, self.links.as_ref()).await else { return Settled::Unknown };
        match compose::said(&content) {
            Ok(Said::Words { text, .. }) => {
                settle::settle(&*self.transport, &rcs.account, message, &phone(&message.address.value), &text).await
            }
            // How Twilio lists the text of a content resource is not documented, so nothing can be said of it; its first status names the message.
            _ => Settled::Unknown,
        }
    }

    /// Twilio takes back what has not been sent on; the rest ends with its time.
    async fn revoke(&self, account: &Account, message: &Message) -> Result<(), SendError> {
        let (rcs, Some(sid)) = (credentials(account)?, &message.provider_id) else { return Ok(()) };
        let body = form::write(&[("Status", "canceled".to_owned())]);
        let request = Request::post(api::message_url(&rcs.account, sid))
            .body("application/x-www-form-urlencoded", body)
            .and_then(|request| api::authorised(&rcs.account, request))
            .map_err(|error| errors::not_sent(&error))?;
        let answer = self.transport.send(request).await.map_err(|error| errors::not_sent(&error))?;
        if answer.status.is_success() { Ok(()) } else { Err(api::refused(&answer)) }
    }

    async fn receive(&self, account: &Account, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
        let rcs = credentials(account).map_err(|_| Refused::NoSuchAddress)?;
        receive::receive(account, &rcs.account, call, now)
    }

    async fn fetch_media(&self, account: &Account, wanted: &InboundMedia) -> Result<FetchedMedia, SendError> {
        media::fetch(&*self.transport, &credentials(account)?.account, &wanted.provider_ref).await
    }

    async fn examine(&self, account: &Account, _public_url: &str) -> Vec<Hop> {
        match credentials(account) {
            Ok(rcs) => super::checkup::hops(&*self.transport, account, &rcs.account).await,
            Err(error) => vec![Hop::broken("credentials", error.for_user, "connect the sender anew")],
        }
    }
}
