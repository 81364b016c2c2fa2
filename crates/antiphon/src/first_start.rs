//! The first start of an installation: its workspace, its first queue, its owner. Of several nodes that start at once, one does it.

use std::time::Duration;

use anyhow::{Result, bail};
use api::NewOwner;
use decide::Queue;
use model::{Millis, UserId, WorkspaceId};
use runtime::documents::WorkspaceDoc;
use storage::LeaseClaim;

use crate::app::App;

/// Whoever holds it sets the store up.
const LEASE: &str = "set-up";
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Setting up takes a second or two. A node that held the lease unchanged for so many looks has died.
const LOOKS: u32 = 60;

/// What a new installation begins with.
pub struct Beginning<'a> {
    pub workspace: &'a str,
    pub owner_email: &'a str,
}

/// Makes the workspace and its owner if there is no workspace. Answers what was made here, and nothing when it was there or another node made it.
pub async fn first_start(app: &App, beginning: &Beginning<'_>) -> Result<Option<(WorkspaceId, UserId)>> {
    if !my_turn(app).await? {
        return Ok(None);
    }
    let made = set_up(app, beginning).await;
    app.engine.store().release_leases(&app.engine.node().options().id, &[LEASE.to_owned()]).await?;
    made.map(Some)
}

async fn my_turn(app: &App) -> Result<bool> {
    let (store, me) = (app.engine.store(), &app.engine.node().options().id);
    let mut claim = LeaseClaim::free(LEASE);
    for look in 0..=LOOKS {
        if app.first_workspace().await?.is_some() {
            return Ok(false);
        }
        let there = store.claim_leases(me, &[claim.clone()]).await?;
        let Some(lease) = there.first() else { bail!("the store did not answer a claim") };
        if lease.holder.as_deref() == Some(me) {
            // Whoever had it before may have done it meanwhile.
            let there = app.first_workspace().await?.is_some();
            if there {
                store.release_leases(me, &[LEASE.to_owned()]).await?;
            }
            return Ok(!there);
        }
        if look + 1 == LOOKS {
            claim = LeaseClaim::instead_of(lease);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    bail!("another node is setting this store up and does not come to an end; start this one again later")
}

async fn set_up(app: &App, beginning: &Beginning<'_>) -> Result<(WorkspaceId, UserId)> {
    let ws = WorkspaceId::from_u128(app.engine.mint());
    let name = beginning.workspace;
    let workspace = WorkspaceDoc { id: ws, name: name.to_owned(), default_queue: "inbox".to_owned(), created_at: app.engine.now() };
    let inbox = Queue { id: "inbox".to_owned(), title: "Inbox".to_owned(), first_reply_within: Some(Millis::from_hours(1)) };
    app.engine.set_up(&workspace, &[inbox]).await?;
    let owner = NewOwner { workspace_name: name, name: "Owner", email: beginning.owner_email, password: None };
    let user = api::bootstrap_owner(&app.api, ws, owner).await?;
    Ok((ws, user))
}
