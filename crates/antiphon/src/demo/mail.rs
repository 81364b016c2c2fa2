//! The clinic's mail: a sender at the simulated mail server, and a mail to whoever confirms.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use api::Engine as _;
use api::engine::{MailDesignDraft, MailDesignText};
use channel::{Account, EmailAccount, MailInbound, MailSecurity, MailStream, MailTracking, Provider, Secret};
use model::sender::{Sender, SenderStatus};
use model::template::Template;
use model::{Channel, SenderId, TemplateId};
use runtime::Publication;
use runtime::documents::{AccountDoc, TemplateDoc};
use simulator::WorldConfig;
use storage::DocumentExt;

use super::world::WORKSPACE;
use crate::backend::Backend;

const MAIL: SenderId = SenderId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0005);
const TEMPLATE: TemplateId = TemplateId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0030);
const OURS: &str = "hello@clinic.example.com";
const INBOUND: &str = "in.clinic.example.com";

const JOURNEY: &str = include_str!("visit_mail.yaml");
const WORDS: &str = include_str!("visit_details.yaml");
const DESIGN: &str = include_str!("visit_details.mjml");

/// Where the clinic's mail goes in and out: the simulated mail server, and the product's own listener.
#[derive(Clone, Debug)]
pub struct MailPlaces {
    pub server: std::net::SocketAddr,
    pub listener: std::net::SocketAddr,
}

impl MailPlaces {
    /// What the world must know to bring answers and reports to the clinic.
    pub fn tell(&self, world: &mut WorldConfig) {
        for domain in [INBOUND, "clinic.example.com"] {
            world.mail.routes.insert(domain.to_owned(), self.listener.to_string());
        }
        world.mail.business = vec![OURS.to_owned()];
    }

    fn account(&self, world: &WorldConfig, public_url: &str, key: Secret) -> Account {
        let sender = Sender {
            id: MAIL,
            channel: Channel::Email,
            name: "Clinic by mail".to_owned(),
            address: OURS.to_owned(),
            provider_ref: OURS.to_owned(),
            status: SenderStatus::Active,
            per_second: 10,
        };
        let email = EmailAccount {
            host: self.server.ip().to_string(),
            port: self.server.port(),
            security: MailSecurity::Plain,
            authority: None,
            user: Some(world.mail.user.clone()),
            password: Secret::new(&world.mail.password),
            from: OURS.to_owned(),
            from_name: "Demo clinic".to_owned(),
            subject: "From your clinic".to_owned(),
            dkim: None,
            dkim_also: None,
            stream: MailStream::Transactional,
            inbound: Some(MailInbound { domain: INBOUND.to_owned(), listen: self.listener.to_string() }),
            service: None,
            tracking: MailTracking { clicks: true, opens: true, base: None },
            key,
            public_url: public_url.to_owned(),
        };
        Account { workspace: WORKSPACE, sender, provider: Provider::Email(email) }
    }
}

/// Writes the sender and the template with its design. A second start keeps the key, so that links of the mails before it stay good.
pub(super) async fn set_up(backend: &Backend, world: &WorldConfig, places: &MailPlaces, public_url: &str) -> Result<()> {
    let engine = &backend.engine;
    let store = engine.store();
    let before = store.get::<AccountDoc>(WORKSPACE, &MAIL.to_string()).await?;
    let key = match before.as_ref().map(|stored| &stored.value.0.provider) {
        Some(Provider::Email(email)) => email.key.clone(),
        _ => Secret::new(hex::encode(runtime::SecureRng::new().bytes::<32>())),
    };
    let account = places.account(world, public_url, key);
    store.put(WORKSPACE, &AccountDoc(account), before.map_or(0, |stored| stored.version), engine.now()).await?;
    if store.get::<TemplateDoc>(WORKSPACE, &TEMPLATE.to_string()).await?.is_none() {
        let mut template: Template = match journey::template_file::parse("visit_details.yaml", WORDS) {
            Ok(template) => template,
            Err(found) => bail!("{}", lines(&found)),
        };
        template.id = TEMPLATE;
        template.updated_at = engine.now();
        store.put(WORKSPACE, &TemplateDoc(template), 0, engine.now()).await?;
        let text = MailDesignText { subject: "Your visit on {{when}}".to_owned(), mjml: DESIGN.to_owned(), text: None };
        let draft = MailDesignDraft { languages: BTreeMap::from([("en".to_owned(), text)]) };
        backend.put_mail_design(WORKSPACE, TEMPLATE, &draft).await.map_err(|error| anyhow::anyhow!("the mail's design: {error}"))?;
    }
    Ok(())
}

/// Publishes the journey that sends the mail.
pub(super) async fn publish(backend: &Backend) -> Result<()> {
    let engine = &backend.engine;
    let catalogue = engine.core().catalogue(WORKSPACE).context("the demo's workspace is not loaded")?;
    if catalogue.journeys.contains_key("visit_mail") {
        return Ok(());
    }
    match engine.publish_journey(WORKSPACE, "demo/visit_mail.yaml", JOURNEY, "demo").await? {
        Publication::Done(_) => Ok(()),
        Publication::Refused(found) => bail!("{}", lines(&found)),
    }
}

fn lines(found: &[journey::Diagnostic]) -> String {
    found.iter().map(journey::Diagnostic::one_line).collect::<Vec<_>>().join("\n")
}
