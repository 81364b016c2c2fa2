//! Limits that senders of a workspace share: what its people set in the policy, and what the provider reported.

use std::sync::Arc;

use channel::{PeopleLimit, SenderReport};
use decide::Catalogue;
use model::{SenderId, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::{Document, DocumentExt, StorageError, StorageErrorKind};

use crate::Engine;
use crate::portfolios::Portfolios;

/// What a provider last said about how many different people an account may write to in a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PeopleLimitDoc {
    /// The provider's id of the account.
    pub account: String,
    pub limit: PeopleLimit,
    pub reported_at: Timestamp,
}

impl Document for PeopleLimitDoc {
    const KIND: &'static str = "people_limit";
    fn id(&self) -> String {
        self.account.clone()
    }
}

/// What binds a workspace's senders together.
pub(crate) struct Limits {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) people: Arc<Portfolios>,
}

impl Engine {
    /// Limits that a workspace's senders share, if there are any.
    pub(crate) fn limits(&self, ws: WorkspaceId) -> Option<Limits> {
        let catalogue = self.core().catalogue(ws)?;
        let set = catalogue.rulebook.people_per_day.map(|people| Arc::new(Portfolios::whole(people)));
        let people = set.or_else(|| self.reported_people(ws)).unwrap_or_default();
        (people.is_limited() || !catalogue.rulebook.paces.is_empty()).then_some(Limits { catalogue, people })
    }

    /// Senders that must be served by one node, because they share limits: their workspace.
    pub(crate) fn sharing(&self, sender: SenderId) -> Option<WorkspaceId> {
        let ws = self.account(sender)?.workspace;
        self.limits(ws).map(|_| ws)
    }

    /// Takes in a provider's word on a limit, for every account of the business. The same word again changes nothing.
    pub async fn people_limit_reported(&self, ws: WorkspaceId, report: &SenderReport) -> Result<(), StorageError> {
        let account = report.senders.first().and_then(|sender| self.account(*sender));
        let (Some(limit), Some(account)) = (report.people, account) else { return Ok(()) };
        let mut changed = false;
        for account in self.sharing_people(ws, account.provider.account()) {
            changed |= self.keep_people_limit(ws, PeopleLimitDoc { account, limit, reported_at: self.now() }).await?;
        }
        if changed { self.reload(ws).await } else { Ok(()) }
    }

    /// Answers whether it is news.
    async fn keep_people_limit(&self, ws: WorkspaceId, doc: PeopleLimitDoc) -> Result<bool, StorageError> {
        let known = self.store().get::<PeopleLimitDoc>(ws, &doc.account).await?;
        if known.as_ref().is_some_and(|known| known.value.limit == doc.limit) {
            return Ok(false);
        }
        match self.store().put(ws, &doc, known.map_or(0, |known| known.version), doc.reported_at).await {
            // Another delivery of the same, or of a newer one: the provider repeats what is not answered.
            Err(error) if error.kind == StorageErrorKind::Conflict => return Ok(false),
            put => put.map(drop)?,
        }
        self.audit(ws, "provider", "account.people_limit", &doc.account, json!({ "limit": doc.limit })).await?;
        Ok(true)
    }
}
