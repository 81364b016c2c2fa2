//! The proof of a consent: an address and a moment in, the exact text and the chain out (A66).

use std::collections::BTreeMap;

use model::consent::Wording;
use model::{AddressKey, ContactId, LedgerEntry, Timestamp};

use super::whole_ledger;
use crate::documents::WordingDocument;
use crate::engine::ChainProof;
use crate::ops::prelude::*;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// `kind:value`, such as `phone:+12025550123`.
    address: String,
    /// The moment in question; now if absent.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    at: Option<Timestamp>,
}

/// What was in force for an address at a moment, with everything that proves it.
#[derive(Serialize, ToSchema)]
pub struct Evidence {
    #[schema(value_type = schema::AddressKey)]
    address: AddressKey,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[schema(value_type = String)]
    contact: ContactId,
    /// The latest entry of each scope: channel, purpose and topic.
    in_force: Vec<EvidenceLine>,
    /// Proof over the contact's whole chain, so that no entry can have been added, changed or removed since.
    chain: ChainProof,
}

#[derive(Serialize, ToSchema)]
pub struct EvidenceLine {
    /// State, act, time, source, actor, network address.
    #[schema(value_type = schema::LedgerEntry)]
    entry: LedgerEntry,
    /// The exact text that was shown, and its version.
    #[schema(value_type = Option<schema::Wording>)]
    wording: Option<Wording>,
}

/// The evidence of consent for an address at a moment.
#[utoipa::path(get, path = "/v1/consent_evidence", operation_id = "get_consent_evidence", tag = "consent", params(Filter),
    responses((status = 200, body = Evidence)), security(("api_key" = ["consent:read"])))]
pub async fn get_consent_evidence(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
) -> Result<Json<Evidence>, Problem> {
    let ws = principal.workspace;
    let address: AddressKey = one("address", Some(&q.address))?
        .ok_or_else(|| Problem::new(Code::InvalidQuery, "address: write kind:value, such as phone:+12025550123"))?;
    let at = q.at.unwrap_or_else(|| state.engine().now());
    let store = state.store();
    let contact =
        store.find_contact(ws, std::slice::from_ref(&address)).await?.ok_or_else(|| Problem::not_found("a contact with this address"))?;
    let ledger = whole_ledger(&state, ws, contact).await?;
    let chain = state.engine().verify_chain(&ledger);
    let mut latest = BTreeMap::new();
    for entry in ledger.into_iter().filter(|e| e.change.address == address && e.change.at <= at) {
        let scope = (entry.change.channel, entry.change.purpose, entry.change.topic.clone());
        latest.insert(scope, entry);
    }
    let mut in_force = Vec::with_capacity(latest.len());
    for entry in latest.into_values() {
        let wording = match &entry.change.wording {
            Some(hash) => store.get::<WordingDocument>(ws, hash).await?.map(|w| w.value.0),
            None => None,
        };
        in_force.push(EvidenceLine { entry, wording });
    }
    Ok(Json(Evidence { address, at, contact, in_force, chain }))
}
