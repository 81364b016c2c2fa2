//! The adapter.

use std::sync::Arc;

use async_trait::async_trait;
use channel::{
    Account, Adapter, Call, CapabilitySheet, DesignReader, EmailAccount, FetchedMedia, Heard, Hop, Inlet, MailDesign, MediaKeeper,
    MediaReader, Provider, Refused, Settled, Stop, ThreadReader,
};
use http_client::{Guard, Transport};
use model::content::{Content, MediaSource};
use model::inbound::InboundMedia;
use model::send_error::SendError;
use model::signal::SendOutcome;
use model::{AddressKey, Clock, Message, MessageId, Timestamp};

use crate::compose::{self, Parcel};
use crate::domain::{Names, health};
use crate::inbound::House;
use crate::receive::{Certificates, Help};
use crate::smtp::{self, Handed, OpenError, Pool, Target};
use crate::{SHEET, errors, header, receive};

/// Email by SMTP. Holds connections, and no state about messages.
pub struct Email {
    guard: Guard,
    clock: Arc<dyn Clock>,
    pool: Pool,
    media: Option<Arc<dyn MediaReader>>,
    designs: Option<Arc<dyn DesignReader>>,
    threads: Option<Arc<dyn ThreadReader>>,
    house: House,
    transport: Option<Arc<dyn Transport>>,
    names: Option<Arc<dyn Names>>,
    certificates: Certificates,
}

impl Email {
    /// `guard` says which private hosts may be connected to.
    #[must_use]
    pub fn new(guard: Guard, clock: Arc<dyn Clock>) -> Self {
        Self {
            guard,
            clock,
            pool: Pool::default(),
            media: None,
            designs: None,
            threads: None,
            house: House::default(),
            transport: None,
            names: None,
            certificates: Certificates::default(),
        }
    }

    /// Also attaches what lies in our object store.
    #[must_use]
    pub fn with_media(mut self, media: Arc<dyn MediaReader>) -> Self {
        self.media = Some(media);
        self
    }

    /// Also sends templates as they were designed for mail.
    #[must_use]
    pub fn with_designs(mut self, designs: Arc<dyn DesignReader>) -> Self {
        self.designs = Some(designs);
        self
    }

    /// Also believes notifications of Amazon's, whose certificates must be fetched.
    #[must_use]
    pub fn with_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Also examines what the sender's domain publishes.
    #[must_use]
    pub fn with_names(mut self, names: Arc<dyn Names>) -> Self {
        self.names = Some(names);
        self
    }

    /// Also hangs answers on the mail that they answer.
    #[must_use]
    pub fn with_threads(mut self, threads: Arc<dyn ThreadReader>) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Also keeps what people attach.
    #[must_use]
    pub fn with_attachments(mut self, keeper: Arc<dyn MediaKeeper>) -> Self {
        self.house = self.house.with_keeper(keeper);
        self
    }

    pub(crate) async fn deliver(
        &self,
        account: &Account,
        message: MessageId,
        to: &AddressKey,
        content: &Content,
        answers: Option<String>,
    ) -> Result<SendOutcome, SendError> {
        let email = credentials(account)?;
        let media = self.stored(account, content).await;
        let design = self.design(account, content).await?;
        let parcel = Parcel { message, sender: account.sender.id, address: to, content, media, design, answers, now: self.clock.now() };
        let mail = compose::mail(account, email, parcel)?;
        let target = Target { email, guard: &self.guard };
        let mut session = self.pool.session(account.sender.id, &target).await.map_err(|error| not_open(&error))?;
        let parcel = smtp::Parcel { from: &mail.from, to: &mail.to, envelope: &mail.envelope, bytes: mail.bytes.as_bytes() };
        let handed = session.hand_over(&parcel).await;
        self.pool.give_back(account.sender.id, email, session).await;
        match handed {
            Handed::Taken => Ok(SendOutcome::Accepted { provider_id: mail.id, learnt: Vec::new() }),
            Handed::Refused(stage, reply) => Err(errors::refused(stage, &reply)),
            Handed::TooLarge(most) => {
                Err(errors::fix("size", format!("the mail has {} bytes, and the server takes {most}", mail.bytes.len())))
            }
            Handed::NotSent(error) => Err(errors::not_sent(&error.to_string())),
            Handed::Unknown(error) => Ok(SendOutcome::Unknown { detail: format!("the answer to the mail never came: {error}") }),
        }
    }

    /// The Message-ID of the mail that this answers. A template begins a thread of its own.
    async fn answered(&self, account: &Account, decision: &policy::Decision) -> Option<String> {
        if decision.content().is_template() {
            return None;
        }
        let written = self.threads.as_ref()?.last_written(account.workspace, decision.contact(), account.sender.id).await?;
        let id = written.strip_prefix(&format!("{}/", account.sender.id))?;
        header::valid_id(id).then(|| id.to_owned())
    }

    async fn design(&self, account: &Account, content: &Content) -> Result<Option<MailDesign>, SendError> {
        let (Content::Template(call), Some(designs)) = (content, &self.designs) else { return Ok(None) };
        designs.design(account.workspace, call.template, &call.language).await.map_err(|error| errors::not_ready(&error))
    }

    async fn stored(&self, account: &Account, content: &Content) -> Option<FetchedMedia> {
        let (Content::Media(media), Some(reader)) = (content, &self.media) else { return None };
        let MediaSource::Stored(id) = &media.source else { return None };
        reader.read(account.workspace, *id).await
    }
}

fn not_open(error: &OpenError) -> SendError {
    match error {
        OpenError::Refused(reply) => errors::refused(errors::Stage::Opening, reply),
        OpenError::Late | OpenError::Io(_) => errors::not_sent(&error.to_string()),
        OpenError::Private(_)
        | OpenError::NoAddress(_)
        | OpenError::Unprotected(_)
        | OpenError::NoStartTls
        | OpenError::NoSignIn
        | OpenError::Authority
        | OpenError::Tls(..) => errors::settings(&error.to_string()),
    }
}

pub(crate) fn credentials(account: &Account) -> Result<&EmailAccount, SendError> {
    match &account.provider {
        Provider::Email(credentials) => Ok(credentials),
        _ => Err(errors::fix("account", "the sender's credentials are not those of a mail server")),
    }
}

#[async_trait]
impl Adapter for Email {
    fn capabilities(&self) -> &'static CapabilitySheet {
        &SHEET
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        if decision.sender() != account.sender.id || decision.workspace() != account.workspace {
            return SendOutcome::Refused { error: errors::fix("account", "the decision names another sender") };
        }
        let answers = self.answered(account, decision).await;
        let sent = self.deliver(account, decision.message(), decision.address(), decision.content(), answers).await;
        sent.unwrap_or_else(|error| SendOutcome::Refused { error })
    }

    /// A submission server cannot be asked. What comes back and the author's rule settle doubt.
    async fn settle(&self, _account: &Account, _message: &Message) -> Settled {
        Settled::NotSupported
    }

    async fn fetch_media(&self, _account: &Account, _media: &InboundMedia) -> Result<FetchedMedia, SendError> {
        Err(errors::fix("media", "attachments are kept as they come; this one was not"))
    }

    async fn receive(&self, account: &Account, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
        let help = Help { house: &self.house, transport: self.transport.as_ref(), certificates: &self.certificates };
        receive::receive(account, call, now, &help).await
    }

    async fn examine(&self, account: &Account, _public_url: &str) -> Vec<Hop> {
        let email = match credentials(account) {
            Ok(email) => email,
            Err(error) => return vec![Hop::broken("credentials", error.for_user, "connect the sender anew")],
        };
        let place = format!("{}:{}", email.host, email.port);
        let login = match (Target { email, guard: &self.guard }).open().await {
            Ok(session) => {
                session.quit().await;
                Hop::good("login", format!("{place} lets the sender in"))
            }
            Err(error) => Hop::broken("login", format!("{place}: {error}"), not_open(&error).for_user),
        };
        let mut hops = vec![login];
        if let Some(names) = &self.names {
            hops.extend(health(email, names.as_ref()).await);
        }
        hops
    }

    fn holds_lines(&self) -> bool {
        true
    }

    /// Listens for what comes back, where the sender has an address for it.
    async fn serve(&self, account: Arc<Account>, inlet: Arc<dyn Inlet>, stop: Stop) {
        let listens = credentials(&account).is_ok_and(|email| email.inbound.as_ref().is_some_and(|inbound| !inbound.listen.is_empty()));
        if listens {
            self.house.serve(account, inlet, stop).await;
        } else {
            stop.await;
        }
    }
}
