//! The two workspaces of a play. Each has its own providers and its own customers, who have the same telephone numbers in both: what
//! crosses from one to the other is found at once.

use anyhow::{Context as _, Result};
use channel::{Account, Provider, Secret, TwilioAccount, WhatsappAccount};
use decide::Queue;
use model::sender::{Sender, SenderStatus};
use model::{Channel, Millis, SenderId, WorkspaceId};
use policy::Rulebook;
use runtime::documents::{AccountDoc, KeysDoc, RulebookDoc, TemplateDoc, WorkspaceDoc, only};
use runtime::{Engine, NewSignal, Publication};
use simulator::{PersonId, Persona, Simulator, WorldConfig};
use storage::{DocumentExt as _, StepOutcome};

use crate::asks;
use crate::faults::Plant;

pub const TENANTS: usize = 2;
/// The windows of each workspace's caps on promotions, and how many they hold.
pub const CAPS: [&[(Millis, usize)]; TENANTS] = [&[(DAY, 1), (WEEK, 3)], &[(WEEK, 3)]];
/// Whether promotions may meet: where one a day may go, they cannot.
pub const COMPETES: [bool; TENANTS] = [false, true];
const DAY: Millis = Millis::from_hours(24);
const WEEK: Millis = Millis::from_days(7);
/// Messages a second of each sender.
pub const PER_SECOND: u32 = 5;
pub const PUBLIC_URL: &str = "http://antiphon.example.com";

/// The journeys of a play: file, source.
pub const JOURNEYS: [(&str, &str); 4] = [
    ("visit.yaml", include_str!("../sample/visit.yaml")),
    ("offer.yaml", include_str!("../sample/offer.yaml")),
    ("order-updates.yaml", include_str!("../../gallery/order-updates/journey.yaml")),
    ("appointment-reminder.yaml", include_str!("../../gallery/appointment-reminder/journey.yaml")),
];

const TEMPLATES: [&str; 8] = [
    include_str!("../sample/visit_question.yaml"),
    include_str!("../sample/visit_offer.yaml"),
    include_str!("../../gallery/order-updates/templates/order_arrives_today.yaml"),
    include_str!("../../gallery/order-updates/templates/order_delivered.yaml"),
    include_str!("../../gallery/order-updates/templates/order_received.yaml"),
    include_str!("../../gallery/order-updates/templates/order_shipped.yaml"),
    include_str!("../../gallery/appointment-reminder/templates/appointment_reminder.yaml"),
    include_str!("../../gallery/appointment-reminder/templates/appointment_soon.yaml"),
];

/// Who lives in each world, by habit.
const PEOPLE: [Persona; 7] =
    [Persona::Confirms, Persona::Reschedules, Persona::Late, Persona::Silent, Persona::Stops, Persona::SmsOnly, Persona::TwoChannels];

#[must_use]
pub fn workspace(tenant: usize) -> WorkspaceId {
    WorkspaceId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0100 + tenant as u128)
}

#[must_use]
pub fn sender(tenant: usize, channel: Channel) -> SenderId {
    let offset = if channel == Channel::Sms { 0x20 } else { 0x10 };
    SenderId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0200 + offset + tenant as u128)
}

#[must_use]
pub fn host(tenant: usize, channel: Channel) -> String {
    format!("{}-{tenant}.example.com", if channel == Channel::Sms { "sms" } else { "cloud" })
}

#[must_use]
pub fn phone(person: usize) -> String {
    format!("+12025550{:03}", 110 + person)
}

#[must_use]
pub const fn people() -> usize {
    PEOPLE.len()
}

/// A world whose webhooks come to this tenant's addresses.
#[must_use]
pub fn world(tenant: usize) -> WorldConfig {
    let mut world = WorldConfig::default();
    world.population.people = 0;
    world.population.magic_numbers = false;
    world.cloud.review_ms = (1_000, 2_000);
    world.cloud.callback_url = Some(format!("{PUBLIC_URL}/webhooks/whatsapp/{}", sender(tenant, Channel::Whatsapp)));
    world.cloud.public_base = Some(format!("http://{}", host(tenant, Channel::Whatsapp)));
    for number in &mut world.twilio.numbers {
        number.sms_url = Some(format!("{PUBLIC_URL}/webhooks/twilio/{}/inbound", sender(tenant, Channel::Sms)));
    }
    world
}

/// The people of a world, in the order of [`phone`].
pub fn populate(simulator: &Simulator) -> Vec<PersonId> {
    simulator.with(|world| {
        let invited = PEOPLE.iter().enumerate().filter_map(|(n, persona)| world.invite(&format!("Customer {n}"), &phone(n), *persona));
        invited.collect()
    })
}

/// Sets a workspace up on an empty store. The gate's key is the same in every play, so that sealed messages are the same bytes.
pub async fn set_up(engine: &Engine, tenant: usize, plant: Plant) -> Result<()> {
    let (ws, now) = (workspace(tenant), engine.now());
    let store = engine.store();
    let document = WorkspaceDoc { id: ws, name: format!("Workspace {tenant}"), default_queue: "inbox".to_owned(), created_at: now };
    let queues = ["inbox", "front_desk", "orders"].map(|id| Queue {
        id: id.to_owned(),
        title: id.to_owned(),
        first_reply_within: Some(Millis::from_mins(30)),
    });
    engine.set_up(&document, &queues).await?;
    engine
        .change::<KeysDoc>(ws, only(), |keys| {
            keys.gate = format!("{:064x}", 7 + tenant);
            true
        })
        .await?;
    for account in accounts(tenant)? {
        store.put(ws, &AccountDoc(account), 0, now).await?;
    }
    let mut rulebook = Rulebook { home_countries: vec!["US".to_owned()], ..Rulebook::default() };
    // With one promotion a day nobody would ever compete: in the second workspace only the week is capped.
    if COMPETES[tenant] {
        rulebook.caps.retain(|cap| cap.window > DAY);
    }
    match plant {
        Plant::NoConsent => rulebook.consent = serde_json::from_value(serde_json::json!({ "rules": [{ "model": "disabled" }] }))?,
        // Contests, repeats and the night would leave little for a cap to do.
        Plant::NoCaps if !COMPETES[tenant] => {
            rulebook.caps.clear();
            rulebook.contest.horizon.clear();
            rulebook.repeat.within.clear();
            rulebook.quiet_hours.clear();
        }
        Plant::NoContests => rulebook.contest.horizon.clear(),
        _ => {}
    }
    store.put(ws, &RulebookDoc { rulebook, updated_by: "play".to_owned() }, 0, now).await?;
    for source in TEMPLATES {
        let template = journey::template_file::parse("template.yaml", source).map_err(|found| anyhow::anyhow!("{found:?}"))?;
        store.put(ws, &TemplateDoc(template), 0, now).await?;
    }
    engine.reload(ws).await?;
    for (file, source) in JOURNEYS {
        match engine.publish_journey(ws, file, source, "play").await? {
            Publication::Done(_) => {}
            Publication::Refused(found) => anyhow::bail!("{file}: {found:?}"),
        }
    }
    for (n, (target, body)) in asks::agreed(now).enumerate() {
        let signal = NewSignal { dedupe_key: Some(format!("agreed-{n}")), ..NewSignal::new(ws, target, "play", body) };
        anyhow::ensure!(
            matches!(engine.submit(vec![signal]).await?.first(), Some(StepOutcome::Applied(_))),
            "a first consent was not taken"
        );
    }
    Ok(())
}

fn accounts(tenant: usize) -> Result<[Account; 2]> {
    let world = world(tenant);
    let number = world.cloud.numbers.first().context("the world has no WhatsApp number")?;
    let sms = world.twilio.numbers.first().context("the world has no SMS number")?;
    let token = world.cloud.tokens.first().context("the world accepts no token")?;
    let made = |channel: Channel, address: &str, provider_ref: &str| Sender {
        id: sender(tenant, channel),
        channel,
        name: format!("{channel}"),
        address: address.to_owned(),
        provider_ref: provider_ref.to_owned(),
        status: SenderStatus::Active,
        per_second: PER_SECOND,
    };
    let whatsapp = WhatsappAccount {
        phone_number_id: number.id.clone(),
        waba_id: world.cloud.waba_id.clone(),
        access_token: Secret::new(token),
        app_secret: Secret::new(&world.cloud.app_secret),
        verify_token: Secret::new("play-verify-token"),
        base_url: format!("http://{}", host(tenant, Channel::Whatsapp)),
        graph_version: "v26.0".to_owned(),
        read_receipts: true,
        dataset_id: None,
    };
    let twilio = TwilioAccount {
        account_sid: world.twilio.account_sid.clone(),
        auth_token: Secret::new(&world.twilio.auth_token),
        signing_key: None,
        from: Some(sms.phone.clone()),
        messaging_service_sid: None,
        base_url: format!("http://{}", host(tenant, Channel::Sms)),
        public_url: PUBLIC_URL.to_owned(),
    };
    let workspace = workspace(tenant);
    Ok([
        Account { workspace, sender: made(Channel::Whatsapp, &number.phone, &number.id), provider: Provider::WhatsappCloud(whatsapp) },
        Account { workspace, sender: made(Channel::Sms, &sms.phone, &sms.phone), provider: Provider::Twilio(twilio) },
    ])
}
