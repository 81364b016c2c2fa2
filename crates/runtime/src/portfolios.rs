//! Which accounts at a provider are one business's, and how many different people each business may write to in a day.
//!
//! WhatsApp counts its messaging limit per business portfolio: the numbers of one share it, those of another have their own. Until the provider has
//! said of every account of a workspace whose it is, all of them are taken for one business, so that less is sent than allowed and never more.

use std::collections::{BTreeMap, BTreeSet};

use channel::{Account, PeopleLimit, Provider};
use model::{Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::{Document, DocumentExt, StorageError, StorageErrorKind};

use crate::{Engine, PeopleLimitDoc};

/// Whose an account is, as the provider last said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PortfolioDoc {
    /// The provider's ids.
    pub account: String,
    pub portfolio: String,
    pub learned_at: Timestamp,
}

impl Document for PortfolioDoc {
    const KIND: &'static str = "account_portfolio";
    fn id(&self) -> String {
        self.account.clone()
    }
}

/// Who shares a limit of people, and how high it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Portfolios {
    /// The business of each account; empty where all are taken for one.
    of: BTreeMap<String, String>,
    limits: BTreeMap<String, u32>,
}

/// The business of whoever is not told apart.
const EVERYBODY: &str = "";

impl Portfolios {
    /// One limit over all accounts.
    pub(crate) fn whole(people: u32) -> Self {
        Self { of: BTreeMap::new(), limits: BTreeMap::from([(EVERYBODY.to_owned(), people)]) }
    }

    /// Of what providers said: whose these accounts are, and the limits that were named for them. Of several for one business the smallest holds.
    fn of_words(accounts: &BTreeSet<&str>, owners: &BTreeMap<String, String>, reported: &BTreeMap<String, PeopleLimit>) -> Self {
        let known = accounts.iter().map(|account| Some(((*account).to_owned(), owners.get(*account)?.clone())));
        let mut told = Self { of: known.collect::<Option<_>>().unwrap_or_default(), limits: BTreeMap::new() };
        for account in accounts {
            if let Some(PeopleLimit::PerDay(people)) = reported.get(*account) {
                let limit = told.limits.entry(told.of(account).to_owned()).or_insert(*people);
                *limit = (*limit).min(*people);
            }
        }
        told
    }

    pub(crate) fn of(&self, account: &str) -> &str {
        self.of.get(account).map_or(EVERYBODY, String::as_str)
    }

    pub(crate) const fn limits(&self) -> &BTreeMap<String, u32> {
        &self.limits
    }

    pub(crate) fn is_limited(&self) -> bool {
        !self.limits.is_empty()
    }

    /// Whether the accounts are grouped as in another.
    pub(crate) fn groups_as(&self, other: &Self) -> bool {
        self.of == other.of
    }

    /// The accounts that are known to be of one business with this one, and itself.
    fn together_with(&self, account: &str) -> BTreeSet<String> {
        let ours = self.of.get(account);
        let others = self.of.iter().filter(|(_, portfolio)| Some(*portfolio) == ours).map(|(account, _)| account.clone());
        others.chain([account.to_owned()]).collect()
    }
}

impl Engine {
    pub(crate) async fn read_portfolios(&self, ws: WorkspaceId, accounts: &[Account]) -> Result<Portfolios, StorageError> {
        let ours = accounts.iter().filter(|account| matches!(account.provider, Provider::WhatsappCloud(_)));
        let ours: BTreeSet<&str> = ours.map(|account| account.provider.account()).collect();
        let owners = self.store().all::<PortfolioDoc>(ws).await?.into_iter();
        let owners = owners.map(|doc| (doc.value.account, doc.value.portfolio)).collect();
        let reported = self.store().all::<PeopleLimitDoc>(ws).await?.into_iter();
        let reported = reported.map(|doc| (doc.value.account, doc.value.limit)).collect();
        Ok(Portfolios::of_words(&ours, &owners, &reported))
    }

    /// Accounts for which a limit holds that was named for this one.
    pub(crate) fn sharing_people(&self, ws: WorkspaceId, account: &str) -> BTreeSet<String> {
        self.reported_people(ws).map_or_else(|| BTreeSet::from([account.to_owned()]), |told| told.together_with(account))
    }

    /// Takes in whose an account is. The same word again changes nothing.
    pub async fn portfolio_learned(&self, account: &Account, portfolio: &str) -> Result<(), StorageError> {
        let ws = account.workspace;
        let doc = PortfolioDoc { account: account.provider.account().to_owned(), portfolio: portfolio.to_owned(), learned_at: self.now() };
        let known = self.store().get::<PortfolioDoc>(ws, &doc.account).await?;
        if portfolio.is_empty() || known.as_ref().is_some_and(|known| known.value.portfolio == portfolio) {
            return Ok(());
        }
        match self.store().put(ws, &doc, known.map_or(0, |known| known.version), doc.learned_at).await {
            // Another number of the account was asked at the same moment.
            Err(error) if error.kind == StorageErrorKind::Conflict => return Ok(()),
            put => put.map(drop)?,
        }
        self.audit(ws, "provider", "account.portfolio", &doc.account, json!({ "portfolio": portfolio })).await?;
        self.reload(ws).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(owners: &[(&str, &str)], reported: &[(&str, PeopleLimit)]) -> Portfolios {
        let owners = owners.iter().map(|(account, portfolio)| ((*account).to_owned(), (*portfolio).to_owned())).collect();
        let reported = reported.iter().map(|(account, limit)| ((*account).to_owned(), *limit)).collect();
        Portfolios::of_words(&BTreeSet::from(["a", "b", "c"]), &owners, &reported)
    }

    #[test]
    fn a10_accounts_of_one_business_share_its_limit_and_those_of_another_have_theirs() {
        let limits = [("a", PeopleLimit::PerDay(2_000)), ("b", PeopleLimit::PerDay(250)), ("c", PeopleLimit::PerDay(10_000))];
        let told = words(&[("a", "one"), ("b", "one"), ("c", "two")], &limits);
        assert_eq!((told.of("a"), told.of("b"), told.of("c")), ("one", "one", "two"));
        assert_eq!(told.limits(), &BTreeMap::from([("one".to_owned(), 250), ("two".to_owned(), 10_000)]));
        assert_eq!(told.together_with("a"), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert_eq!(told.together_with("c"), BTreeSet::from(["c".to_owned()]));
    }

    #[test]
    fn a10_while_one_account_may_be_anybodys_all_are_taken_for_one_business() {
        let limits = [("a", PeopleLimit::PerDay(2_000)), ("c", PeopleLimit::PerDay(250)), ("gone", PeopleLimit::PerDay(1))];
        let told = words(&[("a", "one"), ("c", "two")], &limits);
        assert_eq!((told.of("a"), told.of("b"), told.of("c")), (EVERYBODY, EVERYBODY, EVERYBODY));
        assert_eq!(told.limits(), Portfolios::whole(250).limits());
        assert_eq!(told.together_with("a"), BTreeSet::from(["a".to_owned()]));
        assert!(!words(&[], &[("a", PeopleLimit::Unlimited)]).is_limited());
    }
}
