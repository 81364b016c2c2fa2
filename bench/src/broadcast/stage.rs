//! A workspace in which everybody agreed to be written to, and a number that is never the bottleneck.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use channel::{Account, Provider, ProviderKind, Secret, TwilioAccount};
use channel_whatsapp::Whatsapp;
use decide::Core;
use http_client::RouterTransport;
use model::broadcast::{BroadcastState, RecipientState};
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::sender::{Sender, SenderStatus};
use model::signal::{SignalBody, Target};
use model::{AddressKey, BroadcastId, Channel, Purpose, SenderId, Timestamp, UserId, WorkspaceId};
use policy::Rulebook;
use policy::price::RateTable;
use runtime::documents::{AccountDoc, RulebookDoc, WorkspaceDoc};
use runtime::{Adapters, BroadcastLoop, BroadcastPublication, Engine, NewSignal, SystemClock};
use storage::{DocumentExt, Store};
use storage_sqlite::{Options, SqliteStore};

pub const WORKSPACE: WorkspaceId = WorkspaceId::from_u128(1);
pub const SENDER: SenderId = SenderId::from_u128(2);
pub const OFFER: BroadcastId = BroadcastId::from_u128(3);
const FILE: &str = "broadcast: offer\npurpose: promotional\naudience: everybody\nholdout: 5%\nsend:\n  sms: { text: \"Hello {{ contact.first_name | default: 'there' }}, spring is here\" }\n  max_lateness: 24h\n";
/// Signals in one call while the store is filled.
const FILL: usize = 2_000;

/// A process on the store in this file, with whatever was published in it.
pub async fn open(file: &Path) -> Result<Arc<Engine>> {
    let core = Arc::new(Core::new());
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(file, Options::default(), Arc::clone(&core) as _)?);
    let transport = Arc::new(RouterTransport::new());
    let adapter = Arc::new(Whatsapp::new(Arc::clone(&transport) as _));
    let adapters = Adapters::new(transport).with(ProviderKind::Twilio, adapter);
    let engine = Arc::new(Engine::new(store, core, Arc::new(SystemClock), adapters));
    engine.load_all().await?;
    Ok(engine)
}

pub async fn set_up(engine: &Engine) -> Result<()> {
    let now = engine.now();
    let workspace = WorkspaceDoc { id: WORKSPACE, name: "Bench".to_owned(), default_queue: "inbox".to_owned(), created_at: now };
    engine.set_up(&workspace, &[]).await?;
    let sender = Sender {
        id: SENDER,
        channel: Channel::Sms,
        name: "Bench".to_owned(),
        address: "+12025550100".to_owned(),
        provider_ref: "+12025550100".to_owned(),
        status: SenderStatus::Active,
        // So fast that planning is never held back by sending.
        per_second: 100_000,
    };
    let twilio = TwilioAccount {
        account_sid: "AC0".to_owned(),
        auth_token: Secret::new("token"),
        signing_key: None,
        from: Some("+12025550100".to_owned()),
        messaging_service_sid: None,
        base_url: "https://api.example.com".to_owned(),
        public_url: "https://antiphon.example.com".to_owned(),
    };
    let account = Account { workspace: WORKSPACE, sender, provider: Provider::Twilio(twilio) };
    engine.store().put(WORKSPACE, &AccountDoc(account), 0, now).await?;
    let rates: Vec<RateTable> = serde_json::from_str(policy::price::SAMPLE_RATES_JSON).context("the sample rates")?;
    // At any hour of the day, and however many they are without a canary.
    let mut rulebook = Rulebook { home_countries: vec!["US".to_owned()], quiet_hours: Vec::new(), rates, ..Rulebook::default() };
    rulebook.broadcasts.above = u64::MAX;
    engine.store().put(WORKSPACE, &RulebookDoc { rulebook, updated_by: "bench".to_owned() }, 0, now).await?;
    Ok(engine.reload(WORKSPACE).await?)
}

pub async fn fill(engine: &Engine, people: u32) -> Result<()> {
    let at = engine.now();
    let everybody: Vec<u32> = (0..people).collect();
    for chunk in everybody.chunks(FILL) {
        let signal = |n: &u32| {
            let key = AddressKey::phone(format!("+1202{:07}", 2_000_000 + n));
            let target = Target::Addresses { keys: vec![key.clone()], create: true };
            NewSignal::new(WORKSPACE, target, "bench", SignalBody::Consent(agreed(key, at)))
        };
        engine.submit(chunk.iter().map(signal).collect()).await?;
    }
    Ok(())
}

fn agreed(address: AddressKey, at: Timestamp) -> ConsentChange {
    ConsentChange {
        address,
        channel: Some(Channel::Sms),
        purpose: Some(Purpose::Promotional),
        topic: None,
        state: ConsentState::OptedIn,
        act: ConsentAct::FormSubmitted,
        wording: None,
        source: "form:newsletter".to_owned(),
        actor: "contact".to_owned(),
        ip: None,
        user_agent: None,
        at,
        evidence: None,
    }
}

pub async fn write(engine: &Engine, id: BroadcastId) -> Result<()> {
    match engine.create_broadcast(WORKSPACE, id, FILE, UserId::from_u128(1), "bench").await? {
        BroadcastPublication::Done(_) => Ok(()),
        BroadcastPublication::Refused(found) => bail!("{found:?}"),
    }
}

/// Ticks until it is so far. Bounded, should it never be.
pub async fn until(ticking: &mut BroadcastLoop, engine: &Engine, so_far: impl Fn(BroadcastState, u64) -> bool) -> Result<()> {
    for _ in 0..10_000_000 {
        let state = engine.broadcast(WORKSPACE, OFFER).await?.value.state;
        let pending = engine.broadcast_progress(WORKSPACE, OFFER).await?.count(RecipientState::Pending);
        if so_far(state, pending) {
            return Ok(());
        }
        ticking.tick(engine.now()).await?;
    }
    bail!("the broadcast never gets there")
}

pub async fn pending(engine: &Engine) -> Result<u64> {
    Ok(engine.broadcast_progress(WORKSPACE, OFFER).await?.count(RecipientState::Pending))
}
