//! `antiphon why`: why something was said, or was not.

use anyhow::{Result, bail};
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use model::decision::{DecisionRecord, Outcome, Verdict};
use model::{AddressKey, ContactId, DecisionId, MessageId, WorkspaceId};
use storage::{DecisionFilter, Page, Store};

use super::{Exit, Output, offline};
use crate::store::StoreArgs;

/// Explains decisions: each rule in order with what it looked at, the channels that were considered, the price, the verdict.
///
/// Name a decision (dec_…), a message (msg_…), a contact (ctc_…) or an address (phone:+12025550123). Works beside a running server.
#[derive(Args, Debug)]
pub struct Why {
    /// dec_…, msg_…, ctc_…, or an address such as phone:+12025550123.
    what: String,
    /// Only decisions of this journey.
    #[arg(long)]
    journey: Option<String>,
    /// Only the decisions to say nothing.
    #[arg(long)]
    silent: bool,
    /// At most so many, newest first.
    #[arg(long, default_value_t = 10)]
    limit: u32,
    #[command(flatten)]
    at: StoreArgs,
    /// The workspace, when the store has several.
    #[arg(long)]
    workspace: Option<String>,
}

impl Why {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        let store = self.at.address().read().await?;
        let ws = offline::workspace(store.as_ref(), self.workspace.as_deref()).await?;
        let decisions = self.find(store.as_ref(), ws).await?;
        if decisions.is_empty() {
            out.say("No decision was made about it.")?;
        }
        for decision in &decisions {
            out.say(explain(decision))?;
        }
        out.json(&decisions)?;
        Ok(if decisions.is_empty() { Exit::No } else { Exit::Done })
    }

    async fn find(&self, store: &dyn Store, ws: WorkspaceId) -> Result<Vec<DecisionRecord>> {
        if let Ok(id) = self.what.parse::<DecisionId>() {
            return Ok(store.decision(ws, id).await?.into_iter().collect());
        }
        let mut filter = DecisionFilter { journey: self.journey.clone(), silent: self.silent, ..DecisionFilter::default() };
        if let Ok(id) = self.what.parse::<MessageId>() {
            filter.message = Some(id);
        } else if let Ok(id) = self.what.parse::<ContactId>() {
            filter.contact = Some(id);
        } else if let Ok(key) = self.what.parse::<AddressKey>() {
            let Some(contact) = store.find_contact(ws, std::slice::from_ref(&key)).await? else { bail!("nobody has the address {key}") };
            filter.contact = Some(contact);
        } else {
            bail!("`{}` is no decision, message, contact or address; write dec_…, msg_…, ctc_… or phone:+12025550123", self.what);
        }
        Ok(store.decisions(ws, filter, Page::first(self.limit.clamp(1, 500))).await?.items)
    }
}

/// One decision as text.
fn explain(decision: &DecisionRecord) -> String {
    let verdict = match &decision.verdict {
        Verdict::Send { channel, address, form, .. } => format!("SEND on {channel} to {} ({})", address.value, name(form)),
        Verdict::Defer { until, reason } => format!("WAIT until {until}: {reason}"),
        Verdict::Silent { code, reason, .. } => format!("SAY NOTHING ({code}): {reason}"),
    };
    let mut text = format!(
        "{}  {}  {}\n  wanted: {}\n  verdict: {verdict}\n",
        decision.at,
        decision.id,
        name(&decision.stage),
        decision.wanted.summary
    );
    let mut rules = Table::new();
    rules
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["rule", "on", "outcome", "because"]);
    for rule in &decision.rules {
        let outcome = match rule.outcome {
            Outcome::Pass => "pass",
            Outcome::Defer => "later",
            Outcome::Deny => "NO",
            Outcome::NotApplicable => "-",
        };
        rules.add_row([rule.rule.as_str(), rule.channel.map_or("", |channel| channel.as_str()), outcome, &rule.detail]);
    }
    text.push_str(&format!("{rules}\n"));
    for (rank, option) in decision.channels.iter().enumerate() {
        let price = option.price.as_ref().map(|price| format!(", {} ({})", price.amount, price.category)).unwrap_or_default();
        let mark = if option.eligible { "may" } else { "may not" };
        text.push_str(&format!("  {}. {} {mark}{price}: {}\n", rank + 1, option.channel, option.reason));
    }
    if !decision.versions.is_empty() {
        text.push_str(&format!("  consulted: {}\n", decision.versions.join(", ")));
    }
    text
}

fn name<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(|text| text.replace('_', " "))).unwrap_or_default()
}
