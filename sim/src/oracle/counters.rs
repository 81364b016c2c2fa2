//! Counters against the rows that they count (A16).

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use model::MessageStatus;
use model::change::RunStatus;
use model::message::Origin;
use storage::{Page, RunFilter};

use super::contacts::{all, messages_of};
use super::{Look, Oracle, broken};
use crate::tenant;

type Table = BTreeMap<(String, String, String), i64>;

impl Oracle {
    pub(super) async fn check_counters(&self, n: usize, look: &Look<'_>) -> Result<()> {
        let ws = tenant::workspace(n);
        let mut truth = Table::new();
        let mut add =
            |scope: &str, key: &str, name: &str| *truth.entry((scope.to_owned(), key.to_owned(), name.to_owned())).or_default() += 1;
        let mut scopes = BTreeSet::new();
        let runs = look.store.runs(ws, RunFilter::default(), Page::first(50_000)).await?.items;
        for run in &runs {
            let scope = scope(&run.journey, &run.version);
            add(&scope, "", "entered");
            match run.status {
                RunStatus::Active => add(&scope, &run.step, "waiting"),
                RunStatus::Completed => add(&scope, "", "completed"),
                RunStatus::Exited => add(&scope, "", "exited"),
                RunStatus::Failed => add(&scope, "", "failed"),
            }
            scopes.insert(scope);
        }
        for (contact, _) in all(look.store, ws).await? {
            for message in messages_of(look.store, ws, contact).await? {
                let Origin::Journey { journey, version, step, .. } = &message.origin else { continue };
                let scope = scope(journey, version);
                let had = |status: MessageStatus| message.times.contains_key(&status);
                add(&scope, step, "queued");
                if had(MessageStatus::Accepted) || had(MessageStatus::Delivered) || had(MessageStatus::Read) {
                    add(&scope, step, "sent");
                }
                if had(MessageStatus::Delivered) {
                    add(&scope, step, "delivered");
                }
                if had(MessageStatus::Read) {
                    add(&scope, step, "read");
                }
            }
        }
        for scope in scopes {
            let counted = look.store.counters(ws, &scope).await?;
            let counted: Table =
                counted.into_iter().filter(|one| one.value != 0).map(|one| ((one.scope, one.key, one.name), one.value)).collect();
            for (key, value) in truth.iter().filter(|(key, _)| key.0 == scope) {
                let stored = counted.get(key).copied().unwrap_or_default();
                if stored != *value {
                    return Err(broken("counters", format!("{key:?} is counted {stored}, there are {value}")));
                }
            }
            let names = ["entered", "completed", "exited", "failed", "waiting", "queued", "sent", "delivered", "read"];
            let of_runs = |name: &str, key: &str| (name == "failed") == key.is_empty() || name != "failed";
            for (key, value) in counted.iter().filter(|(key, _)| names.contains(&key.2.as_str()) && of_runs(&key.2, &key.1)) {
                // A step's own `entered` counts visits, which no row holds.
                if (key.1.is_empty() || key.2 != "entered") && !truth.contains_key(key) {
                    return Err(broken("counters", format!("{key:?} is counted {value}, there are none")));
                }
            }
        }
        Ok(())
    }
}

fn scope(journey: &str, version: &str) -> String {
    format!("journey:{journey}:{version}")
}
