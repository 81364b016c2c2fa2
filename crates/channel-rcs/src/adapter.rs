//! The adapter.

use std::sync::Arc;

use async_trait::async_trait;
use channel::{
    Account, Adapter, Call, CapabilitySheet, FetchedMedia, Heard, Hop, Limits, MediaLinks, OnUnknown, Presence, Provider, RcsAccount,
    Refused, Settled, http, refusal, taken_back_after, with_links,
};
use http_client::{HttpError, Method, Request, Response, Transport, header};
use model::content::{Content, ContentKind};
use model::inbound::InboundMedia;
use model::send_error::SendError;
use model::signal::SendOutcome;
use model::{AddressKey, Channel, Clock, Message, Purpose, Timestamp};
use serde_json::{Value, json};

use crate::compose::{self, TEXT_MAX};
use crate::phones::{self, Abilities, Phones};
use crate::suggestion::{CHIPS_MAX, LABEL_MAX};
use crate::token::{Token, Tokens};
use crate::{errors, ids, presence, receive};

/// Bytes of a whole message.
const MESSAGE_MAX: usize = 250 * 1024;

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
    presence: true,
    revocable: true,
    windowed: false,
    limits: Limits { text_max: TEXT_MAX, buttons_max: CHIPS_MAX, button_title_max: LABEL_MAX, list_rows_max: CHIPS_MAX },
};

/// RCS by Google. Holds access tokens and what phones can, and no state about messages.
pub struct Rcs {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    tokens: Tokens,
    phones: Phones,
    links: Option<Arc<dyn MediaLinks>>,
}

impl Rcs {
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self { transport, clock, tokens: Tokens::default(), phones: Phones::default(), links: None }
    }

    /// Has files of our own object store fetched from public addresses.
    #[must_use]
    pub fn with_links(mut self, links: Arc<dyn MediaLinks>) -> Self {
        self.links = Some(links);
        self
    }
}

fn credentials(account: &Account) -> Result<&RcsAccount, SendError> {
    match &account.provider {
        Provider::Rcs(credentials) => Ok(credentials),
        _ => Err(refusal::fix("rcs", "account", "the sender's credentials are not those of an RCS agent")),
    }
}

/// What is sent, and what the phone must be able to for it.
struct Prepared {
    body: String,
    carousel: bool,
}

fn prepare(rcs: &RcsAccount, decision: &policy::Decision, content: &Content) -> Result<Prepared, SendError> {
    let ttl = format!("{}s", taken_back_after(rcs.ttl_s, decision.lifetime()));
    let content = compose::content(decision.message(), content)?;
    let carousel = content["richCard"]["carouselCard"].is_object();
    let body = json!({ "contentMessage": content, "messageTrafficType": traffic(decision.purpose()), "ttl": ttl }).to_string();
    if body.len() > MESSAGE_MAX {
        return Err(refusal::fix(
            "rcs",
            "length",
            format!("RCS takes messages of {MESSAGE_MAX} bytes at most, this one has {}", body.len()),
        ));
    }
    Ok(Prepared { body, carousel })
}

/// What Google and carriers want to know that a message is for.
const fn traffic(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Promotional => "PROMOTION",
        Purpose::Transactional => "TRANSACTION",
        Purpose::Authentication => "AUTHENTICATION",
        Purpose::Service => "SERVICEREQUEST",
    }
}

/// What is asked for about a phone, with one more parameter.
fn address_of(rcs: &RcsAccount, phone: &str, what: &str, parameter: Option<(&str, &str)>) -> String {
    // A plus in a path is a plus.
    let phone = escaped(phone).replace("%2B", "+");
    let parameter = parameter.map_or_else(String::new, |(name, value)| format!("{name}={}&", escaped(value)));
    format!("{}/v1/phones/{phone}/{what}?{parameter}agentId={}", rcs.base_url.trim_end_matches('/'), escaped(&rcs.agent_id))
}

/// The phone number's plus and the agent's id in an address.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() || b"-_.~@".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}

impl Rcs {
    async fn call(&self, request: Result<Request, HttpError>) -> Result<Response, HttpError> {
        self.transport.send(request?).await
    }

    async fn prepared<'a>(&self, account: &'a Account, decision: &policy::Decision) -> Result<(&'a RcsAccount, Prepared), SendError> {
        let rcs = credentials(account)?;
        refusal::check(account, decision)?;
        let content = with_links(decision.content(), account, self.links.as_ref()).await?;
        Ok((rcs, prepare(rcs, decision, &content)?))
    }

    /// Why a message may not go to this phone, if Google says so; asked once in a while.
    async fn ask(&self, rcs: &RcsAccount, decision: &policy::Decision, token: &Token, carousel: bool) -> Result<(), SendError> {
        let (phone, now) = (&decision.address().value, self.clock.now());
        let abilities = match self.phones.get(rcs, phone, now) {
            Some(known) => known,
            None => match self.abilities(rcs, decision, token).await? {
                Ok(abilities) => {
                    self.phones.learn(rcs, phone, abilities, now);
                    abilities
                }
                Err(why) if rcs.on_unknown == OnUnknown::Skip => return Err(phones::unknown(&why)),
                Err(_) => return Ok(()),
            },
        };
        if carousel && !abilities.carousel { Err(phones::shows_no_carousel()) } else { Ok(()) }
    }

    /// What the phone can, or why nobody knows.
    async fn abilities(
        &self,
        rcs: &RcsAccount,
        decision: &policy::Decision,
        token: &Token,
    ) -> Result<Result<Abilities, String>, SendError> {
        let id = ids::uuid(decision.message());
        let url = address_of(rcs, &decision.address().value, "capabilities", Some(("requestId", &id)));
        let request = Request::get(url).header(header::AUTHORIZATION, &format!("Bearer {}", token.bearer.reveal()));
        let answer = match self.call(request).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error.to_string())),
        };
        match answer.status.as_u16() {
            200 => Ok(Abilities::read(&answer.body).ok_or_else(|| "the answer cannot be read".to_owned())),
            status @ (401 | 403 | 404 | 429) => {
                if status == 401 {
                    self.tokens.forget(rcs);
                }
                Err(errors::of_answer(status, &answer.body, token.fresh))
            }
            status => Ok(Err(format!("HTTP {status}"))),
        }
    }
}

#[async_trait]
impl Adapter for Rcs {
    fn capabilities(&self) -> &'static CapabilitySheet {
        &SHEET
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        let (rcs, Prepared { body, carousel }) = match self.prepared(account, decision).await {
            Ok(prepared) => prepared,
            Err(error) => return SendOutcome::Refused { error },
        };
        let token = match self.tokens.get(&*self.transport, rcs, self.clock.now()).await {
            Ok(token) => token,
            Err(error) => return SendOutcome::Refused { error },
        };
        if let Err(error) = self.ask(rcs, decision, &token, carousel).await {
            return SendOutcome::Refused { error };
        }
        let id = ids::uuid(decision.message());
        let phone = &decision.address().value;
        let request = Request::post(address_of(rcs, phone, "agentMessages", Some(("messageId", &id))))
            .header(header::AUTHORIZATION, &format!("Bearer {}", token.bearer.reveal()))
            .and_then(|request| request.body("application/json", body));
        // The resource's name is there to say that it is an answer of Google's; the id is ours.
        let accepted = |answer: &[u8]| serde_json::from_slice::<Value>(answer).ok()?["name"].as_str().map(|_| id.clone());
        let refused = |status: u16, answer: &[u8]| {
            match status {
                401 => self.tokens.forget(rcs),
                403 | 404 => self.phones.forget(rcs, phone),
                _ => {}
            }
            errors::of_answer(status, answer, token.fresh)
        };
        http::send(&*self.transport, request, accepted, refused).await
    }

    /// Google cannot be asked for a message; its events carry our id.
    async fn settle(&self, _: &Account, _: &Message) -> Settled {
        Settled::NotSupported
    }

    async fn show(&self, account: &Account, to: &AddressKey, message: &str, presence: Presence) -> Result<(), SendError> {
        let rcs = credentials(account)?;
        let now = self.clock.now();
        let token = self.tokens.get(&*self.transport, rcs, now).await?;
        for (id, event) in presence::events(message, presence, now) {
            let request = Request::post(address_of(rcs, &to.value, "agentEvents", Some(("eventId", &id))))
                .header(header::AUTHORIZATION, &format!("Bearer {}", token.bearer.reveal()))
                .and_then(|request| request.body("application/json", event.to_string()));
            let answer = self.call(request).await.map_err(|error| refusal::not_sent(&error))?;
            let status = answer.status.as_u16();
            if status == 401 {
                self.tokens.forget(rcs);
            }
            if !(200..300).contains(&status) {
                return Err(errors::of_answer(status, &answer.body, token.fresh));
            }
        }
        Ok(())
    }

    /// Google answers yes to every such wish, and delivers what was faster all the same.
    async fn revoke(&self, account: &Account, message: &Message) -> Result<(), SendError> {
        let rcs = credentials(account)?;
        let token = self.tokens.get(&*self.transport, rcs, self.clock.now()).await?;
        let what = format!("agentMessages/{}", ids::uuid(message.id));
        let request = Request::new(Method::DELETE, address_of(rcs, &message.address.value, &what, None))
            .header(header::AUTHORIZATION, &format!("Bearer {}", token.bearer.reveal()));
        let answer = self.call(request).await.map_err(|error| refusal::not_sent(&error))?;
        match answer.status.as_u16() {
            200..=299 => Ok(()),
            status => Err(errors::of_answer(status, &answer.body, token.fresh)),
        }
    }

    async fn receive(&self, account: &Account, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
        let rcs = credentials(account).map_err(|_| Refused::NoSuchAddress)?;
        if call.part.is_empty() { receive::receive(account, rcs, call, now) } else { Err(Refused::NoSuchAddress) }
    }

    /// A token is the one thing that can be asked for without writing to somebody. The callback shows with the first event.
    async fn examine(&self, account: &Account, _public_url: &str) -> Vec<Hop> {
        let rcs = match credentials(account) {
            Ok(rcs) => rcs,
            Err(error) => return vec![Hop::broken("credentials", error.for_user, "connect the sender anew")],
        };
        // One that is held would only say that it was good.
        self.tokens.forget(rcs);
        let service_account = match self.tokens.get(&*self.transport, rcs, self.clock.now()).await {
            Ok(_) => Hop::good("credentials", format!("Google gives a token for {}", rcs.service_account)),
            Err(error) => Hop::broken("credentials", error.for_user, "make a new key of the service account, and write it to the sender"),
        };
        vec![
            service_account,
            Hop::unasked("callback", format!("Google does not tell where events of {} go; the first one shows", rcs.agent_id)),
        ]
    }

    /// Files lie at addresses that hold their own permission: our token stays here.
    async fn fetch_media(&self, _: &Account, media: &InboundMedia) -> Result<FetchedMedia, SendError> {
        http::fetch(&*self.transport, media).await
    }
}
