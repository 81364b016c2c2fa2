//! Workspaces have small numbers in the tables. They are never removed, so what is known stays true.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::WorkspaceId;
use tokio_postgres::Error;

use crate::link::Link;
use crate::query::queries;
use crate::value::Uid;

queries! {
    FIND(UUID) = "SELECT n FROM workspace WHERE id = $1";
    MAKE(UUID) = "INSERT INTO workspace (id) VALUES ($1) ON CONFLICT DO NOTHING";
}

#[derive(Default)]
pub(crate) struct Workspaces {
    known: Mutex<HashMap<WorkspaceId, i32>>,
}

impl Workspaces {
    pub(crate) fn known(&self, ws: WorkspaceId) -> Option<i32> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&ws).copied()
    }

    pub(crate) async fn find(&self, link: &Link, ws: WorkspaceId) -> Result<Option<i32>, Error> {
        if let Some(n) = self.known(ws) {
            return Ok(Some(n));
        }
        let Some(row) = link.one(&FIND, &[&Uid(ws.to_bytes())]).await? else { return Ok(None) };
        let n = row.try_get(0)?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(ws, n);
        Ok(Some(n))
    }

    /// Outside of any transaction: what is remembered must be there.
    pub(crate) async fn make(&self, link: &Link, ws: WorkspaceId) -> Result<i32, Error> {
        loop {
            if let Some(n) = self.find(link, ws).await? {
                return Ok(n);
            }
            link.execute(&MAKE, &[&Uid(ws.to_bytes())]).await?;
        }
    }
}
