//! What a contact agreed to.

use model::{ContactId, LedgerEntry};

use crate::engine::{ChainProof, ConsentLine};
use crate::ops::consent::whole_ledger;
use crate::ops::prelude::*;

#[derive(Serialize, ToSchema)]
pub struct ConsentView {
    /// What is in force, per address and scope.
    state: Vec<ConsentLine>,
    /// Every entry, oldest first.
    #[schema(value_type = Vec<schema::LedgerEntry>)]
    ledger: Vec<LedgerEntry>,
    /// Whether the chain of hashes holds.
    chain: ChainProof,
}

/// A contact's consent: what is in force, every entry that led there, and whether the chain holds.
#[utoipa::path(get, path = "/v1/contacts/{id}/consent", operation_id = "get_contact_consent", tag = "consent", params(("id" = String, Path)),
    responses((status = 200, body = ConsentView)), security(("api_key" = ["consent:read"])))]
pub async fn get_contact_consent(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ContactId>,
) -> Result<Json<ConsentView>, Problem> {
    let view = super::load(&state, principal.workspace, id).await?;
    let ledger = whole_ledger(&state, principal.workspace, id).await?;
    let chain = state.engine().verify_chain(&ledger);
    Ok(Json(ConsentView { state: view.consent, ledger, chain }))
}
