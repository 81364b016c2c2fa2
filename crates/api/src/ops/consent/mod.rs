//! Consent across contacts: wordings and evidence.

mod create_wording;
mod evidence;
mod list_wordings;

use model::{ContactId, LedgerEntry, WorkspaceId};
use storage::{LedgerFilter, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(evidence::get_consent_evidence))
        .routes(routes!(list_wordings::list_wordings, create_wording::create_wording))
}

/// Pages of a ledger that are read at most: 100,000 entries of one person are no person's.
const PAGES: usize = 200;

/// Every entry of a contact's chain, oldest first.
pub async fn whole_ledger(state: &ApiState, ws: WorkspaceId, contact: ContactId) -> Result<Vec<LedgerEntry>, Problem> {
    let store = state.store();
    let mut entries = Vec::new();
    let mut page = Page::first(500);
    for _ in 0..PAGES {
        let filter = LedgerFilter { contact: Some(contact), address: None };
        let got = store.ledger(ws, filter, page).await?;
        entries.extend(got.items);
        match got.next {
            Some(after) => page = Page { limit: 500, after: Some(after) },
            None => return Ok(entries),
        }
    }
    Err(Problem::internal(format!("the ledger of {contact} has more than {} entries", entries.len())))
}
