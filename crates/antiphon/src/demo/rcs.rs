//! The clinic's RCS agent, and a question to whoever confirms: phones without RCS get an SMS instead.

use anyhow::{Context as _, Result, bail};
use channel::{Account, OnUnknown, Provider, RcsAccount, Secret};
use model::sender::{Sender, SenderStatus};
use model::{Channel, SenderId};
use runtime::Publication;
use runtime::documents::AccountDoc;
use simulator::WorldConfig;
use storage::DocumentExt;

use super::world::WORKSPACE;
use crate::backend::Backend;

const RCS: SenderId = SenderId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0006);

const JOURNEY: &str = include_str!("visit_arrival.yaml");
/// The simulated service believes every well-formed statement, so this key opens nothing anywhere.
const KEY: &str = include_str!("../../../channel-rcs/testdata/service_account.pem");

/// What the world must know to bring events to the clinic.
pub(super) fn tell(world: &mut WorldConfig, public_url: &str) {
    if let Some(agent) = world.rbm.agents.first_mut() {
        agent.webhook = Some(format!("{public_url}/webhooks/rcs/{RCS}"));
    }
}

fn account(world: &WorldConfig, at: &str) -> Result<Account> {
    let agent = world.rbm.agents.first().context("the world has no RCS agent")?;
    let sender = Sender {
        id: RCS,
        channel: Channel::Rcs,
        name: "Clinic on RCS".to_owned(),
        address: agent.id.clone(),
        provider_ref: agent.id.clone(),
        status: SenderStatus::Active,
        per_second: 10,
    };
    let rcs = RcsAccount {
        agent_id: agent.id.clone(),
        service_account: world.rbm.service_account.clone(),
        private_key: Secret::new(KEY),
        client_token: Secret::new(&agent.client_token),
        ttl_s: 600,
        on_unknown: OnUnknown::Try,
        token_url: format!("{at}/token"),
        base_url: at.to_owned(),
    };
    Ok(Account { workspace: WORKSPACE, sender, provider: Provider::Rcs(rcs) })
}

/// Writes the sender, anew at each start because ports may differ.
pub(super) async fn set_up(backend: &Backend, world: &WorldConfig, at: &str) -> Result<()> {
    let engine = &backend.engine;
    let known = engine.store().get::<AccountDoc>(WORKSPACE, &RCS.to_string()).await?.map_or(0, |stored| stored.version);
    engine.store().put(WORKSPACE, &AccountDoc(account(world, at)?), known, engine.now()).await?;
    Ok(())
}

/// Publishes the journey that asks.
pub(super) async fn publish(backend: &Backend) -> Result<()> {
    let engine = &backend.engine;
    let catalogue = engine.core().catalogue(WORKSPACE).context("the demo's workspace is not loaded")?;
    if catalogue.journeys.contains_key("visit_arrival") {
        return Ok(());
    }
    match engine.publish_journey(WORKSPACE, "demo/visit_arrival.yaml", JOURNEY, "demo").await? {
        Publication::Done(_) => Ok(()),
        Publication::Refused(found) => bail!("{}", found.iter().map(journey::Diagnostic::one_line).collect::<Vec<_>>().join("\n")),
    }
}
