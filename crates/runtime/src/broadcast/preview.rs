//! What a broadcast would do if it came to its recipients now: how many would get it, at what price, and why the others would not.

use std::collections::BTreeMap;

use decide::Candidate;
use model::broadcast::{BroadcastState, Cost, SeenPreview};
use model::decision::Verdict;
use model::{BroadcastId, Channel, ContactId, Currency, Money, Timestamp, WorkspaceId};
use storage::{StorageError, StorageErrorKind};

use super::BroadcastError;
use super::running::definition;
use crate::Engine;

/// Recipients that are looked at; above that the figures are those of a sample. The canary comes first, because a hash chose it.
const LOOK: u32 = 2_000;
/// Texts that are shown.
const SAMPLES: usize = 5;

#[derive(Clone, PartialEq, Debug)]
pub struct PreviewReport {
    pub seen: SeenPreview,
    /// Of those looked at, how many the holdout would keep back, and how many the gate would put off.
    pub held_out: u64,
    pub put_off: u64,
    pub samples: Vec<PreviewSample>,
}

/// What one person would read.
#[derive(Clone, PartialEq, Debug)]
pub struct PreviewSample {
    pub contact: ContactId,
    pub channel: Channel,
    pub text: String,
    pub price: Option<Money>,
}

/// Messages and their price on one channel.
#[derive(Default)]
struct Sum {
    messages: u64,
    micros: i64,
    currency: Option<Currency>,
    /// Some message has no price, so the sum would be too low.
    unpriced: bool,
}

impl Engine {
    /// Looks at the frozen audience, and remembers that somebody did: large broadcasts need it.
    pub async fn preview_broadcast(&self, ws: WorkspaceId, id: BroadcastId, by: &str) -> Result<PreviewReport, BroadcastError> {
        let broadcast = self.broadcast(ws, id).await?.value;
        if matches!(broadcast.state, BroadcastState::Freezing) || (broadcast.state == BroadcastState::Draft && !broadcast.listed) {
            return Err(BroadcastError::NotFrozen);
        }
        let file = definition(&broadcast).ok_or(BroadcastError::Unreadable(id))?;
        let now = self.now();
        let recipients = self.broadcast_progress(ws, id).await?.total();
        let mut rows = self.store().pending_recipients(ws, id, true, Timestamp::MAX, LOOK).await?;
        let room = LOOK - u32::try_from(rows.len()).unwrap_or(LOOK).min(LOOK);
        if room > 0 {
            rows.extend(self.store().pending_recipients(ws, id, false, Timestamp::MAX, room).await?);
        }
        let catalogue = self
            .core()
            .catalogue(ws)
            .ok_or_else(|| StorageError::new(StorageErrorKind::Unavailable, format!("workspace {ws} is not loaded")))?;
        let mut report = PreviewReport {
            seen: SeenPreview {
                by: by.to_owned(),
                at: now,
                version: broadcast.version.clone(),
                recipients,
                looked_at: 0,
                would_go: 0,
                costs: Vec::new(),
                silent: BTreeMap::new(),
            },
            held_out: 0,
            put_off: 0,
            samples: Vec::new(),
        };
        let mut sums: BTreeMap<Channel, Sum> = BTreeMap::new();
        for (contact, _) in rows {
            let Some(state) = self.store().contact_state(ws, contact).await? else { continue };
            let candidate = Candidate { catalogue: &catalogue, workspace: ws, contact, state: &state, now };
            let preview = candidate.preview(id, &file).map_err(|error| {
                StorageError::because(StorageErrorKind::Corrupt, format!("the state of contact {contact} cannot be read"), error)
            })?;
            report.seen.looked_at += 1;
            match preview.record.verdict {
                Verdict::Silent { .. } if preview.held_out => report.held_out += 1,
                Verdict::Silent { code, .. } => *report.seen.silent.entry(code).or_default() += 1,
                Verdict::Defer { .. } => report.put_off += 1,
                Verdict::Send { channel, .. } => {
                    report.seen.would_go += 1;
                    let price = preview.record.price.map(|price| price.amount);
                    let sum = sums.entry(channel).or_default();
                    sum.messages += 1;
                    match price {
                        Some(price) => {
                            sum.micros += price.micros;
                            sum.currency = Some(price.currency);
                        }
                        None => sum.unpriced = true,
                    }
                    if report.samples.len() < SAMPLES {
                        let text = preview.content.as_ref().map(policy::price::plain_text).unwrap_or_default();
                        report.samples.push(PreviewSample { contact, channel, text, price });
                    }
                }
            }
        }
        report.seen.costs = sums.into_iter().map(|(channel, sum)| cost(channel, &sum, recipients, report.seen.looked_at)).collect();
        let seen = report.seen.clone();
        if matches!(broadcast.state, BroadcastState::Draft | BroadcastState::Checking) {
            self.change_broadcast(ws, id, |broadcast| {
                broadcast.preview = Some(seen.clone());
                Ok(())
            })
            .await?;
        }
        Ok(report)
    }
}

/// Scaled from those looked at to all recipients.
fn cost(channel: Channel, sum: &Sum, recipients: u64, looked_at: u64) -> Cost {
    let scaled = |value: i128| value * i128::from(recipients) / i128::from(looked_at.max(1));
    let micros = i64::try_from(scaled(i128::from(sum.micros))).unwrap_or(i64::MAX);
    let amount = sum.currency.filter(|_| !sum.unpriced).map(|currency| Money::new(micros, currency));
    Cost { channel, messages: u64::try_from(scaled(i128::from(sum.messages))).unwrap_or_default(), amount }
}
