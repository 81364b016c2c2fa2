//! Limits that senders of a workspace share: what its people set in the policy, and what the provider reported.

use std::sync::Arc;

use channel::{Account, PeopleLimit, SenderReport};
use decide::Catalogue;
use model::{SenderId, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::{Document, DocumentExt, StorageError, StorageErrorKind};

use crate::Engine;

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
    pub(crate) people: Option<u32>,
}

impl Engine {
    /// Limits that a workspace's senders share, if there are any.
    pub(crate) fn limits(&self, ws: WorkspaceId) -> Option<Limits> {
        let catalogue = self.core().catalogue(ws)?;
        let people = catalogue.rulebook.people_per_day.or_else(|| self.reported_people(ws));
        (people.is_some() || !catalogue.rulebook.paces.is_empty()).then_some(Limits { catalogue, people })
    }

    /// Senders that must be served by one node, because they share limits: their workspace.
    pub(crate) fn sharing(&self, sender: SenderId) -> Option<WorkspaceId> {
        let ws = self.account(sender)?.workspace;
        self.limits(ws).map(|_| ws)
    }

    /// The smallest of the limits that were reported for a workspace's accounts. Its numbers may all be one portfolio's.
    pub(crate) async fn read_people_limit(&self, ws: WorkspaceId, accounts: &[Account]) -> Result<Option<u32>, StorageError> {
        let reported = self.store().all::<PeopleLimitDoc>(ws).await?;
        let ours = reported.iter().filter(|doc| accounts.iter().any(|account| account.provider.account() == doc.value.account));
        Ok(ours.filter_map(|doc| if let PeopleLimit::PerDay(people) = doc.value.limit { Some(people) } else { None }).min())
    }

    /// Takes in a provider's word on an account's limit. The same word again changes nothing.
    pub async fn people_limit_reported(&self, ws: WorkspaceId, report: &SenderReport) -> Result<(), StorageError> {
        let account = report.senders.first().and_then(|sender| self.account(*sender));
        let (Some(limit), Some(account)) = (report.people, account) else { return Ok(()) };
        let doc = PeopleLimitDoc { account: account.provider.account().to_owned(), limit, reported_at: self.now() };
        let known = self.store().get::<PeopleLimitDoc>(ws, &doc.account).await?;
        if known.as_ref().is_some_and(|known| known.value.limit == limit) {
            return Ok(());
        }
        match self.store().put(ws, &doc, known.map_or(0, |known| known.version), doc.reported_at).await {
            // Another delivery of the same, or of a newer one: the provider repeats what is not answered.
            Err(error) if error.kind == StorageErrorKind::Conflict => return Ok(()),
            put => put.map(drop)?,
        }
        self.audit(ws, "provider", "account.people_limit", &doc.account, json!({ "limit": limit })).await?;
        self.reload(ws).await
    }
}
