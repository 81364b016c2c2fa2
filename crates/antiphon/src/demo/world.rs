//! The demo's business: a clinic with a WhatsApp number, two SMS numbers, two templates and one journey.

use anyhow::{Context as _, Result, bail};
use channel::{
    Account, BindMode, Concat, DefaultAlphabet, IdForm, Provider, Secret, SmppAccount, SubmitWith, TwilioAccount, WhatsappAccount,
};
use decide::Queue;
use integrations::endpoint::Endpoint;
use model::sender::{Sender, SenderStatus};
use model::template::Template;
use model::{Channel, Millis, SenderId, TemplateId, WorkspaceId};
use policy::Rulebook;
use runtime::documents::{AccountDoc, EndpointDoc, RulebookDoc, TemplateDoc, WorkspaceDoc, only};
use runtime::{Engine, Publication};
use simulator::WorldConfig;
use storage::DocumentExt;

use super::mail::{self, MailPlaces};
use super::rcs;
use crate::backend::Backend;

/// The demo's tenant, the same in every demo so that links stay good.
pub const WORKSPACE: WorkspaceId = WorkspaceId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001);
const WHATSAPP: SenderId = SenderId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0002);
const SMS: SenderId = SenderId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0003);

/// A second number for SMS, at a message centre instead of an HTTP provider. Who writes to it is answered from it.
const SMPP: SenderId = SenderId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0007);

/// The endpoint that stands for the clinic's calendar.
pub const DEMO_CALENDAR: &str = "calendar";

const JOURNEY: &str = include_str!("../../../../gallery/appointment-reminder/journey.yaml");
const TEMPLATES: [(&str, &str); 2] = [
    ("appointment_reminder.yaml", include_str!("../../../../gallery/appointment-reminder/templates/appointment_reminder.yaml")),
    ("appointment_soon.yaml", include_str!("../../../../gallery/appointment-reminder/templates/appointment_soon.yaml")),
];
const RATES: &str = include_str!("../../../policy/data/sample_rates.json");

/// Where the parts of a demo reach each other.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The product.
    pub public_url: String,
    /// The simulated Cloud API.
    pub cloud: String,
    /// The simulated Twilio API.
    pub twilio: String,
    /// The simulated message centre.
    pub smsc: std::net::SocketAddr,
    /// The simulated RCS for Business, with its token endpoint.
    pub rbm: String,
    /// The clinic's calendar, which gets confirmations.
    pub calendar: String,
    pub mail: MailPlaces,
}

/// The world and what the clinic knows of it.
pub struct DemoWorld {
    pub config: WorldConfig,
    pub seed: u64,
}

impl DemoWorld {
    /// A world whose providers deliver to the product at `public_url`.
    #[must_use]
    pub fn new(public_url: &str, people: u32, seed: u64) -> Self {
        let mut config = WorldConfig::default();
        config.population.people = people;
        config.population.adopt_unknown = true;
        config.cloud.review_ms = (500, 2_000);
        config.cloud.callback_url = Some(format!("{public_url}/webhooks/whatsapp/{WHATSAPP}"));
        for number in &mut config.twilio.numbers {
            number.sms_url = Some(format!("{public_url}/webhooks/twilio/{SMS}/inbound"));
        }
        rcs::tell(&mut config, public_url);
        Self { config, seed }
    }

    fn accounts(&self, at: &Addresses) -> Result<[Account; 3]> {
        let number = self.config.cloud.numbers.first().context("the world has no WhatsApp number")?;
        let sms = self.config.twilio.numbers.first().context("the world has no SMS number")?;
        let token = self.config.cloud.tokens.first().context("the world accepts no token")?;
        let sender = |id, channel, name: &str, address: &str, provider_ref: &str, per_second| Sender {
            id,
            channel,
            name: name.to_owned(),
            address: address.to_owned(),
            provider_ref: provider_ref.to_owned(),
            status: SenderStatus::Active,
            per_second,
        };
        let whatsapp = WhatsappAccount {
            phone_number_id: number.id.clone(),
            waba_id: self.config.cloud.waba_id.clone(),
            access_token: Secret::new(token),
            app_secret: Secret::new(&self.config.cloud.app_secret),
            verify_token: Secret::new("demo-verify-token"),
            base_url: at.cloud.clone(),
            graph_version: "v26.0".to_owned(),
            read_receipts: true,
            dataset_id: Some(simulator::DATASET.to_owned()),
        };
        let twilio = TwilioAccount {
            account_sid: self.config.twilio.account_sid.clone(),
            auth_token: Secret::new(&self.config.twilio.auth_token),
            signing_key: None,
            from: Some(sms.phone.clone()),
            messaging_service_sid: None,
            base_url: at.twilio.clone(),
            public_url: at.public_url.clone(),
        };
        let centre = self.config.smsc.addresses.first().context("the message centre has no number")?;
        Ok([
            Account {
                workspace: WORKSPACE,
                sender: sender(WHATSAPP, Channel::Whatsapp, "Clinic on WhatsApp", &number.phone, &number.id, number.throughput_mps),
                provider: Provider::WhatsappCloud(whatsapp),
            },
            Account {
                workspace: WORKSPACE,
                sender: sender(SMS, Channel::Sms, "Clinic by SMS", &sms.phone, &sms.phone, 10),
                provider: Provider::Twilio(twilio),
            },
            Account {
                workspace: WORKSPACE,
                sender: sender(SMPP, Channel::Sms, "Clinic by SMPP", centre, &self.config.smsc.system_id, 10),
                provider: Provider::Smpp(self.bind(centre, at)),
            },
        ])
    }
}

impl DemoWorld {
    fn bind(&self, number: &str, at: &Addresses) -> SmppAccount {
        SmppAccount {
            host: at.smsc.ip().to_string(),
            port: at.smsc.port(),
            tls: false,
            authority: None,
            system_id: self.config.smsc.system_id.clone(),
            password: Secret::new(&self.config.smsc.password),
            system_type: String::new(),
            from: number.to_owned(),
            bind: BindMode::Transceiver,
            window: 10,
            enquire_link_s: 30,
            response_timeout_s: 20,
            submit_with: SubmitWith::SubmitSm,
            concat: Concat::Udh8,
            default_alphabet: DefaultAlphabet::Gsm7,
            id_form: IdForm::Same,
            validity_min: None,
        }
    }
}

/// Sets the clinic up in an empty store: senders, rates, queues, templates (handed in for review). A second start finds all of it there.
pub async fn set_up(backend: &Backend, world: &DemoWorld, at: &Addresses) -> Result<()> {
    let engine = &backend.engine;
    let workspace =
        WorkspaceDoc { id: WORKSPACE, name: "Demo clinic".to_owned(), default_queue: "inbox".to_owned(), created_at: engine.now() };
    let queue = |id: &str, title: &str, minutes| Queue {
        id: id.to_owned(),
        title: title.to_owned(),
        first_reply_within: Some(Millis::from_mins(minutes)),
    };
    engine.set_up(&workspace, &[queue("front_desk", "Front desk", 30), queue("inbox", "Inbox", 60)]).await?;
    let store = engine.store();
    // Ports may differ from the last start, so accounts are always written anew.
    for account in world.accounts(at)? {
        let known = store.get::<AccountDoc>(WORKSPACE, &account.sender.id.to_string()).await?.map_or(0, |stored| stored.version);
        store.put(WORKSPACE, &AccountDoc(account), known, engine.now()).await?;
    }
    if store.get::<RulebookDoc>(WORKSPACE, only()).await?.is_none() {
        let rulebook = Rulebook {
            rates: serde_json::from_str(RATES).context("the example rates")?,
            home_countries: vec!["US".to_owned()],
            ..Rulebook::default()
        };
        store.put(WORKSPACE, &RulebookDoc { rulebook, updated_by: "demo".to_owned() }, 0, engine.now()).await?;
    }
    let known = store.get::<EndpointDoc>(WORKSPACE, DEMO_CALENDAR).await?.map_or(0, |stored| stored.version);
    let endpoint = Endpoint {
        id: DEMO_CALENDAR.to_owned(),
        url: format!("{}/calendar", at.calendar),
        events: vec!["appointment_confirmed".to_owned()],
        secret: integrations::standard_webhooks::secret_from(&runtime::SecureRng::new().bytes()),
        enabled: true,
        created_at: engine.now(),
    };
    store.put(WORKSPACE, &EndpointDoc(endpoint), known, engine.now()).await?;
    write_templates(engine).await?;
    mail::set_up(backend, &world.config, &at.mail, &at.public_url).await?;
    rcs::set_up(backend, &world.config, &at.rbm).await?;
    engine.reload(WORKSPACE).await?;
    Ok(())
}

async fn write_templates(engine: &Engine) -> Result<()> {
    for (index, (file, source)) in TEMPLATES.into_iter().enumerate() {
        let mut template: Template = match journey::template_file::parse(file, source) {
            Ok(template) => template,
            Err(found) => bail!("{}", found.iter().map(journey::Diagnostic::one_line).collect::<Vec<_>>().join("\n")),
        };
        template.id = TemplateId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0010 + index as u128);
        let known = engine.store().get::<TemplateDoc>(WORKSPACE, &template.id.to_string()).await?;
        if known.is_none() {
            template.updated_at = engine.now();
            engine.store().put(WORKSPACE, &TemplateDoc(template), 0, engine.now()).await?;
        }
    }
    Ok(())
}

/// Hands the templates in for review and publishes the journey. The simulated reviewers approve within seconds of the world's clock.
pub async fn publish_gallery(backend: &Backend) -> Result<()> {
    use api::Engine as _;
    let engine = &backend.engine;
    let catalogue = engine.core().catalogue(WORKSPACE).context("the demo's workspace is not loaded")?;
    for template in &catalogue.templates {
        // Always: a new world has never heard of them.
        backend
            .submit_template(WORKSPACE, template.id, None)
            .await
            .map_err(|error| anyhow::anyhow!("template {}: {error}", template.name))?;
    }
    mail::publish(backend).await?;
    rcs::publish(backend).await?;
    if catalogue.journeys.contains_key("appointment_reminder") {
        return Ok(());
    }
    match engine.publish_journey(WORKSPACE, "gallery/appointment-reminder/journey.yaml", JOURNEY, "demo").await? {
        Publication::Done(_) => Ok(()),
        Publication::Refused(found) => bail!("{}", found.iter().map(journey::Diagnostic::one_line).collect::<Vec<_>>().join("\n")),
    }
}
