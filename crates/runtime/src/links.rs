//! Short links of texts: kept before the message that has them leaves, followed by people and machines, forgotten when their time is over.

use std::sync::Arc;

use channel::Received;
use channel::track::{Asked, Press, leads};
use http::HeaderMap;
use model::send_error::{FallbackCause, Remedy, SendError};
use model::{Message, MessageId, Millis, Timestamp, WorkspaceId};
use policy::{ShortLink, Shortener};
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt, Page, StorageError, StorageErrorKind};

use crate::Engine;

/// Whoever follows a link of a text sooner than this is a preview on its way: a phone has to ring first.
const SOON: Millis = Millis::from_secs(2);
/// How often links whose time is over are looked for.
const EVERY: Millis = Millis::from_hours(24);
const PAGE: u32 = 500;
/// Pages looked at in one tick; the next one goes on a minute later.
const PAGES: usize = 100;

/// Where a code leads, and whose message it stands in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ShortLinkDoc {
    pub code: String,
    pub message: MessageId,
    pub target: String,
    pub written: Timestamp,
    pub ends: Timestamp,
}

impl Document for ShortLinkDoc {
    const KIND: &'static str = "short_link";
    fn id(&self) -> String {
        self.code.clone()
    }
}

impl Engine {
    /// Keeps the links of a message that is about to leave, so that nobody can follow one before it leads somewhere.
    pub(crate) async fn keep_links(&self, message: &Message) -> Result<(), SendError> {
        let Some(catalogue) = self.core().catalogue(message.workspace) else { return Ok(()) };
        let (Some(rules), Some(content), Some(intent)) = (&catalogue.rulebook.links, &message.content, &message.intent) else {
            return Ok(());
        };
        let shortener = Shortener { rules, workspace: message.workspace, message: Some(message.id), key: &catalogue.gate_key };
        let links = shortener.links_of(content, &intent.channels);
        for link in &links {
            leads(&link.target).map_err(|private| refused(Remedy::FixData, "link:private", private.to_string()))?;
        }
        let now = self.now();
        for ShortLink { code, target } in links {
            let doc = ShortLinkDoc { code, message: message.id, target, written: now, ends: now + rules.life };
            self.keep_link(message, &doc).await?;
        }
        Ok(())
    }

    /// Where the short links of a message lead, in the order in which they stand in it. Those whose time is over are left out.
    pub async fn links_of(&self, ws: WorkspaceId, message: &Message) -> Result<Vec<ShortLinkDoc>, StorageError> {
        let (Some(catalogue), Some(content)) = (self.core().catalogue(ws), &message.content) else { return Ok(Vec::new()) };
        let mut links: Vec<ShortLinkDoc> = Vec::new();
        for code in policy::links::codes_in(content, &catalogue.gate_key, ws) {
            let found = self.store().get::<ShortLinkDoc>(ws, &code).await?.map(|stored| stored.value);
            links.extend(found.filter(|link| link.message == message.id && link.ends > self.now()));
        }
        Ok(links)
    }

    async fn keep_link(&self, message: &Message, doc: &ShortLinkDoc) -> Result<(), SendError> {
        let later = |error: &StorageError| {
            let for_user = format!("a link of the message could not be kept: {error}");
            refused(Remedy::Retry { after: Millis::from_secs(30) }, "link:not_kept", for_user)
        };
        match self.store().put(message.workspace, doc, 0, doc.written).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind == StorageErrorKind::Conflict => {
                let known = self.store().get::<ShortLinkDoc>(message.workspace, &doc.code).await.map_err(|error| later(&error))?;
                // An earlier attempt kept it. That two messages get one code happens once in ten thousand million million.
                match known {
                    Some(known) if known.value.message == doc.message && known.value.target == doc.target => Ok(()),
                    _ => Err(refused(Remedy::FixData, "link:taken", "the code of a link is another message's; send it anew".to_owned())),
                }
            }
            Err(error) => Err(later(&error)),
        }
    }

    /// Where a code leads, once it is noted who asked. `None` when it leads nowhere: nobody made it, or its time is over.
    pub async fn follow_link(&self, code: &str, head_only: bool, headers: &HeaderMap) -> Result<Option<String>, StorageError> {
        let now = self.now();
        for ws in self.core().workspaces() {
            let Some(catalogue) = self.core().catalogue(ws) else { continue };
            if !policy::links::may_be_of(code, &catalogue.gate_key, ws) {
                continue;
            }
            let Some(link) = self.store().get::<ShortLinkDoc>(ws, code).await?.map(|stored| stored.value) else { continue };
            if link.ends <= now {
                continue;
            }
            let asked = if head_only { Asked::Head } else { Asked::Link };
            let (message, written) = (link.message, link.written);
            let press = Press { asked, message, written, soon: SOON, target: Some(&link.target), token: code, headers, kind: "link" };
            let event = Received::Contact(Box::new(press.incoming(now)));
            // The person comes where they wanted, even where it cannot be noted that they did.
            if let Err(error) = self.take_in(ws, "link", vec![event]).await {
                tracing::warn!(message.id = %message, error = %error, "That a link was followed could not be stored");
            }
            return Ok(Some(link.target));
        }
        Ok(None)
    }
}

fn refused(remedy: Remedy, code: &str, for_user: String) -> SendError {
    SendError { remedy, cause: FallbackCause::Rejected, code: code.to_owned(), for_user }
}

/// Forgets links whose time is over.
pub struct LinkLoop {
    engine: Arc<Engine>,
    /// Workspaces that are still to be looked at in this round, the present one last, and how far it is.
    round: Vec<WorkspaceId>,
    after: Option<String>,
}

impl LinkLoop {
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine, round: Vec::new(), after: None }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        if self.round.is_empty() {
            self.round = self.engine.store().workspaces().await?;
        }
        for _ in 0..PAGES {
            let Some(ws) = self.round.last().copied() else { return Ok(Some(now + EVERY)) };
            let got = self.engine.store().list::<ShortLinkDoc>(ws, Page { limit: PAGE, after: self.after.take() }).await?;
            for over in got.items.iter().filter(|link| link.value.ends <= now) {
                self.engine.store().delete_document(ws, ShortLinkDoc::KIND, &over.id).await?;
            }
            self.after = got.next;
            if self.after.is_none() {
                self.round.pop();
            }
        }
        Ok(Some(now + Millis::from_mins(1)))
    }
}
