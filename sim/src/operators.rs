//! What operators do while everything runs: pausing, holding, publishing anew.

use anyhow::Result;
use decide::JourneyState;
use model::sender::SenderStatus;
use model::template::ApprovalState;
use model::{Channel, Draws, Rng as _};
use runtime::Engine;
use runtime::documents::{AccountDoc, TemplateDoc};
use storage::DocumentExt as _;

use crate::tenant::{self, JOURNEYS};

const NAMES: [&str; 4] = ["visit", "offer", "order_updates", "appointment_reminder"];

/// One act. What the product answers is in the text; whether it succeeds is the product's business.
pub async fn act(engine: &Engine, draws: &mut Draws, n: usize) -> String {
    let ws = tenant::workspace(n);
    let which = draws.below(NAMES.len() as u64) as usize;
    let channel = if draws.below(2) == 0 { Channel::Whatsapp } else { Channel::Sms };
    let (name, done): (String, Result<()>) = match draws.below(6) {
        0 => {
            let state = [JourneyState::Open, JourneyState::Closed, JourneyState::Held][draws.below(3) as usize];
            let done = engine.set_journey_state(ws, NAMES[which], state, "play").await.map_err(Into::into);
            (format!("{} becomes {state:?}", NAMES[which]), done)
        }
        1 => {
            // Another version: one more tag is cosmetic, another limit is not.
            let limit = 5 + draws.below(20);
            let (file, source) = JOURNEYS[which];
            let changed = source.replacen("\nstart:", &format!("\nmax_messages: {limit}\nstart:"), 1);
            let changed =
                if source.contains("\nmax_messages:") { source.replacen("\nmax_messages:", "\nmax_messages: 1", 1) } else { changed };
            let done = engine.publish_journey(ws, file, &changed, "play").await.map(drop).map_err(Into::into);
            (format!("{} is published anew", NAMES[which]), done)
        }
        2 => {
            let done = engine.pause_sender(ws, tenant::sender(n, channel), "by hand").await.map_err(Into::into);
            (format!("{channel} is paused"), done)
        }
        3 => (format!("{channel} is resumed"), resume(engine, n, channel).await),
        4 => (format!("the templates of {n} are paused"), set_templates(engine, n, ApprovalState::Approved, ApprovalState::Paused).await),
        _ => (format!("the templates of {n} are approved"), set_templates(engine, n, ApprovalState::Paused, ApprovalState::Approved).await),
    };
    format!("{name}: {}", if done.is_ok() { "done" } else { "failed" })
}

async fn resume(engine: &Engine, n: usize, channel: Channel) -> Result<()> {
    let ws = tenant::workspace(n);
    engine
        .change::<AccountDoc>(ws, &tenant::sender(n, channel).to_string(), |account| {
            account.0.sender.status = SenderStatus::Active;
            true
        })
        .await?;
    Ok(engine.reload(ws).await?)
}

async fn set_templates(engine: &Engine, n: usize, from: ApprovalState, to: ApprovalState) -> Result<()> {
    let ws = tenant::workspace(n);
    for stored in engine.store().all::<TemplateDoc>(ws).await? {
        engine
            .change::<TemplateDoc>(ws, &stored.id, |template| {
                for text in template.0.languages.values_mut().filter(|text| text.approval.state == from) {
                    text.approval.state = to;
                }
                true
            })
            .await?;
    }
    Ok(engine.reload(ws).await?)
}

/// Everything is open and running, at the end of a play.
pub async fn open_everything(engine: &Engine) -> Result<()> {
    for n in 0..tenant::TENANTS {
        let ws = tenant::workspace(n);
        for name in NAMES {
            engine.set_journey_state(ws, name, JourneyState::Open, "play").await?;
        }
        resume(engine, n, Channel::Whatsapp).await?;
        resume(engine, n, Channel::Sms).await?;
        set_templates(engine, n, ApprovalState::Paused, ApprovalState::Approved).await?;
    }
    Ok(())
}
