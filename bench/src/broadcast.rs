//! A broadcast to everybody: writing the audience down, then the gate, the text, the message and the row for each recipient.
//!
//! The yardstick plans recipients one by one, each in a durable transaction of its own. Memory is this process's, with the store in it.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use channel::{Account, Provider, ProviderKind, Secret, TwilioAccount};
use channel_whatsapp::Whatsapp;
use decide::Core;
use http_client::RouterTransport;
use model::broadcast::{BroadcastState, NewRecipient, RecipientState};
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::sender::{Sender, SenderStatus};
use model::signal::{BroadcastAct, SignalBody, Target};
use model::{AddressKey, BroadcastId, Channel, Clock as _, Purpose, SenderId, Timestamp, UserId, WorkspaceId};
use policy::Rulebook;
use policy::price::RateTable;
use runtime::documents::{AccountDoc, RulebookDoc, WorkspaceDoc};
use runtime::{Adapters, BroadcastAsk, BroadcastLoop, BroadcastPublication, Engine, NewSignal, SystemClock};
use storage::{DocumentExt, StepOutcome, Store};
use storage_sqlite::{Options, SqliteStore};

use crate::Effort;
use crate::report::{Figure, median};

const WORKSPACE: WorkspaceId = WorkspaceId::from_u128(1);
const SENDER: SenderId = SenderId::from_u128(2);
const OFFER: BroadcastId = BroadcastId::from_u128(3);
const FILE: &str = "broadcast: offer\npurpose: promotional\naudience: everybody\nholdout: 5%\nsend:\n  sms: { text: \"Hello {{ contact.first_name | default: 'there' }}, spring is here\" }\n  max_lateness: 24h\n";
/// Signals in one call while the store is filled.
const FILL: usize = 2_000;
/// Parts of the audience of which the median is taken.
const PARTS: u64 = 5;

pub async fn measure(folder: &Path, effort: Effort) -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir_in(folder)?;
    let file = folder.path().join("broadcast.db");
    let core = Arc::new(Core::new());
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&file, Options::default(), Arc::clone(&core) as _)?);
    let transport = Arc::new(RouterTransport::new());
    let adapter = Arc::new(Whatsapp::new(Arc::clone(&transport) as _));
    let adapters = Adapters::new(transport).with(ProviderKind::Twilio, adapter);
    let engine = Arc::new(Engine::new(store, core, Arc::new(SystemClock), adapters));
    set_up(&engine).await?;
    let people = effort.people();
    fill(&engine, people).await?;

    let one_by_one = one_by_one(&engine, effort.pick(2_000, 300)).await?;
    write(&engine, OFFER).await?;
    engine.ask_broadcast(WORKSPACE, OFFER, &BroadcastAsk::Freeze, "bench", None).await?;
    let mut ticking = BroadcastLoop::new(Arc::clone(&engine));
    let start = Instant::now();
    until(&mut ticking, &engine, |state, _| state == BroadcastState::Checking).await?;
    let frozen = f64::from(people) / start.elapsed().as_secs_f64();

    let (memory, size) = (resident()?, std::fs::metadata(&file)?.len());
    engine.ask_broadcast(WORKSPACE, OFFER, &BroadcastAsk::Start { at: None }, "bench", None).await?;
    let mut rates = Vec::new();
    let mut before = u64::from(people);
    for part in 1..=PARTS {
        let left = u64::from(people) - u64::from(people) * part / PARTS;
        let start = Instant::now();
        until(&mut ticking, &engine, |_, pending| pending <= left).await?;
        let pending = engine.broadcast_progress(WORKSPACE, OFFER).await?.count(RecipientState::Pending);
        rates.push((before - pending) as f64 / start.elapsed().as_secs_f64());
        before = pending;
    }
    let grown = resident()?.saturating_sub(memory) as f64 / 1e6;
    let bytes = std::fs::metadata(&file)?.len().saturating_sub(size) as f64 / f64::from(people);
    let progress = engine.broadcast_progress(WORKSPACE, OFFER).await?;
    ensure!(progress.total() == u64::from(people), "{} rows for {people} people", progress.total());
    ensure!(progress.count(RecipientState::HeldOut) > 0 && progress.count(RecipientState::Silent) == 0, "{progress:?}");
    Ok(vec![
        Figure::new("broadcast_freeze", frozen, "contacts/s"),
        Figure::new("broadcast_plan", median(rates), "recipients/s").against(one_by_one),
        Figure::new("broadcast_memory", grown, "MB more"),
        Figure::new("broadcast_disk", bytes, "B each"),
    ])
}

/// Ticks until it is so far. Bounded, should it never be.
async fn until(ticking: &mut BroadcastLoop, engine: &Engine, so_far: impl Fn(BroadcastState, u64) -> bool) -> Result<()> {
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

/// The plain way: each recipient in a transaction of their own.
async fn one_by_one(engine: &Arc<Engine>, many: u32) -> Result<f64> {
    let id = BroadcastId::from_u128(4);
    write(engine, id).await?;
    engine.ask_broadcast(WORKSPACE, id, &BroadcastAsk::Freeze, "bench", None).await?;
    let contacts = engine.store().scan_contacts(WORKSPACE, None, many).await?;
    let rows: Vec<NewRecipient> = contacts.iter().map(|(contact, _)| NewRecipient { contact: *contact, canary: false }).collect();
    engine.store().add_recipients(WORKSPACE, id, &rows, engine.now()).await?;
    // Its loop never runs: what is measured is the step alone.
    let mut doc = engine.broadcast(WORKSPACE, id).await?;
    doc.value.state = BroadcastState::Running;
    doc.value.due_at = Some(SystemClock.now());
    engine.store().put(WORKSPACE, &runtime::documents::BroadcastDoc(doc.value), doc.version, SystemClock.now()).await?;
    engine.reload(WORKSPACE).await?;
    let start = Instant::now();
    for (contact, _) in &contacts {
        let body = SignalBody::Broadcast { broadcast: id, act: BroadcastAct::Plan };
        let mut signal = NewSignal::new(WORKSPACE, Target::Contact(*contact), "bench", body);
        signal.dedupe_key = Some(format!("broadcast:{id}:{contact}"));
        let outcome = engine.submit(vec![signal]).await?;
        ensure!(matches!(outcome[0], StepOutcome::Applied(_)), "{outcome:?}");
    }
    let rate = contacts.len() as f64 / start.elapsed().as_secs_f64();
    // What it queued must not count against the other's room or caps.
    let body = |id| SignalBody::Broadcast { broadcast: id, act: BroadcastAct::Withdraw };
    let withdraw = contacts.iter().map(|(contact, _)| NewSignal::new(WORKSPACE, Target::Contact(*contact), "bench", body(id)));
    engine.submit(withdraw.collect()).await?;
    engine.store().delete_document(WORKSPACE, "broadcast", &id.to_string()).await?;
    engine.reload(WORKSPACE).await?;
    Ok(rate)
}

async fn write(engine: &Engine, id: BroadcastId) -> Result<()> {
    match engine.create_broadcast(WORKSPACE, id, FILE, UserId::from_u128(1), "bench").await? {
        BroadcastPublication::Done(_) => Ok(()),
        BroadcastPublication::Refused(found) => bail!("{found:?}"),
    }
}

async fn set_up(engine: &Engine) -> Result<()> {
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

async fn fill(engine: &Engine, people: u32) -> Result<()> {
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

/// Bytes of memory that this process occupies.
fn resident() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel says how much")?;
    let kib: u64 = line.split_whitespace().next().context("a number")?.parse()?;
    Ok(kib * 1024)
}
