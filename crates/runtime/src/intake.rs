//! What providers told us goes in: contacts' signals through the loop in one durable step, everything else where it belongs.

use channel::{Received, SenderReport};
use decide::REFUSED_ELSEWHERE;
use model::WorkspaceId;
use model::consent::ConsentChange;
use model::inbound::InboundContent;
use model::signal::{SignalBody, Target};
use storage::{Applied, DocumentExt as _, StepOutcome, StorageError, StorageErrorKind};

use crate::media::MediaWantedDoc;
use crate::{Engine, NewSignal};

/// What became of a webhook.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Intake {
    /// Signals that are now durable, whether applied, known already, kept for later or parked.
    pub signals: usize,
    pub duplicates: usize,
    pub parked: usize,
}

fn content(body: &SignalBody) -> Option<&InboundContent> {
    match body {
        SignalBody::Inbound(message) => Some(&message.content),
        SignalBody::SentByPhone(message) => Some(&message.content),
        SignalBody::Past(message) => Some(&message.content),
        _ => None,
    }
}

fn brings_file(body: &SignalBody) -> bool {
    matches!(content(body), Some(InboundContent::Media(_)))
}

/// Whether the walk through what people write comes past it.
const fn is_walked(body: &SignalBody) -> bool {
    matches!(body, SignalBody::Inbound(_))
}

/// Why a webhook could not be made durable; the provider must send it again.
pub type IntakeError = StorageError;

impl Engine {
    /// Takes in what one webhook told. When this returns, all of it is durable.
    pub async fn take_in(&self, ws: WorkspaceId, source: &str, received: Vec<Received>) -> Result<Intake, IntakeError> {
        let mut signals = Vec::with_capacity(received.len());
        let mut media = false;
        let mut broken = 0;
        for one in received {
            match one {
                Received::Contact(incoming) => {
                    media |= brings_file(&incoming.body);
                    let mut signal = NewSignal::new(ws, incoming.target, source, incoming.body);
                    signal.event_time = Some(incoming.event_time);
                    signal.dedupe_key = Some(incoming.dedupe_key);
                    signals.push(signal);
                }
                Received::Template(report) => self.template_reported(ws, &report).await?,
                Received::Sender(report) => self.sender_reported(ws, source, &report).await?,
                Received::Kept { kind, raw, key } => self.notice(ws, source, "provider.notice", &kind, raw, &key).await?,
                Received::Broken { raw, error } => {
                    broken += 1;
                    self.store().park_raw(ws, source, raw.to_string().as_bytes(), &error, self.now()).await?;
                }
            }
        }
        let mut intake = Intake { signals: signals.len(), parked: broken, ..Intake::default() };
        if !signals.is_empty() {
            let known: Vec<(Option<String>, bool)> =
                signals.iter().map(|signal| (signal.dedupe_key.clone(), brings_file(&signal.body) && !is_walked(&signal.body))).collect();
            let mut passed_on = Vec::new();
            for (outcome, (key, asks)) in self.admit(signals).await?.iter().zip(known) {
                match outcome {
                    StepOutcome::Duplicate { .. } => intake.duplicates += 1,
                    StepOutcome::Parked { .. } => intake.parked += 1,
                    StepOutcome::Applied(_) | StepOutcome::Rejected(_) | StepOutcome::Unresolved { .. } => {}
                }
                let (StepOutcome::Applied(Applied { reply, .. }) | StepOutcome::Duplicate { reply, .. }) = outcome else { continue };
                if asks {
                    self.ask_for_file(ws, reply).await?;
                }
                if let Some(key) = key {
                    passed_on.extend(refused_elsewhere(ws, source, reply, &key));
                }
            }
            if !passed_on.is_empty() {
                self.admit(passed_on).await?;
            }
        }
        if media {
            self.media.notify_one();
        }
        Ok(intake)
    }

    /// Has the file of a message fetched; asking twice is asking once.
    async fn ask_for_file(&self, ws: WorkspaceId, reply: &serde_json::Value) -> Result<(), StorageError> {
        let Some(message) = reply["message_id"].as_str().and_then(|id| id.parse().ok()) else { return Ok(()) };
        match self.store().put(ws, &MediaWantedDoc { message }, 0, self.now()).await {
            Err(error) if error.kind == StorageErrorKind::Conflict => Ok(()),
            put => put.map(drop),
        }
    }

    async fn sender_reported(&self, ws: WorkspaceId, source: &str, report: &SenderReport) -> Result<(), StorageError> {
        self.notice(ws, source, "sender.reported", &report.kind, report.raw.clone(), &report.key).await?;
        if let Some(reason) = &report.pause {
            for sender in &report.senders {
                self.pause_sender(ws, *sender, reason).await?;
            }
        }
        self.throughput_reported(ws, report).await?;
        self.people_limit_reported(ws, report).await
    }
}

/// What a person refused for addresses that another contact has, for those contacts (R-CON-4). The provider is answered after these are durable,
/// and a redelivery finds the same reply: so a refusal reaches every owner at least once, and by its key no more than once.
fn refused_elsewhere(ws: WorkspaceId, source: &str, reply: &serde_json::Value, key: &str) -> Vec<NewSignal> {
    let Some(changes) = reply.get(REFUSED_ELSEWHERE) else { return Vec::new() };
    let changes: Vec<ConsentChange> = serde_json::from_value(changes.clone()).unwrap_or_default();
    let signal = |(n, change): (usize, ConsentChange)| {
        let target = Target::Addresses { keys: vec![change.address.clone()], create: false };
        let mut signal = NewSignal::new(ws, target, source, SignalBody::Consent(change.clone()));
        signal.event_time = Some(change.at);
        signal.dedupe_key = Some(format!("{key}:refused:{n}"));
        signal
    };
    changes.into_iter().enumerate().map(signal).collect()
}
