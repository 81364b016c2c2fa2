//! Recording that somebody agreed or withdrew.

use model::consent::{ConsentAct, ConsentChange};
use model::signal::{SignalBody, Target};
use model::{AddressKind, Channel, ConsentState, ContactId, Purpose, Timestamp};

use super::address;
use crate::auth::Actor;
use crate::documents::WordingDocument;
use crate::once::mark_replayed;
use crate::ops::consent::whole_ledger;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "address": { "kind": "phone", "value": "+12025550123" }, "channel": "whatsapp", "purpose": "promotional",
    "state": "opted_in", "source": "form:newsletter-2026", "act": "form_submitted" }))]
pub struct NewConsent {
    address: AddressInput,
    /// All channels when absent.
    #[serde(default)]
    #[schema(value_type = Option<schema::Channel>)]
    channel: Option<Channel>,
    /// All purposes when absent.
    #[serde(default)]
    #[schema(value_type = Option<schema::Purpose>)]
    purpose: Option<Purpose>,
    #[serde(default)]
    topic: Option<String>,
    #[schema(value_type = schema::ConsentState)]
    state: ConsentState,
    /// Where it was captured: `form:newsletter-2026`, `phone call`.
    source: String,
    /// What the person did. Keys may say `form_submitted` or `imported`; people record for the person.
    #[serde(default)]
    #[schema(value_type = Option<schema::ConsentAct>)]
    act: Option<ConsentAct>,
    /// Hash of a wording at `/v1/wordings`.
    #[serde(default)]
    wording: Option<String>,
    #[serde(default)]
    evidence: Option<String>,
    /// Of the person who agreed.
    #[serde(default)]
    ip: Option<String>,
    #[serde(default)]
    user_agent: Option<String>,
    /// When it happened; now if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressInput {
    #[schema(value_type = schema::AddressKind)]
    kind: AddressKind,
    value: String,
}

/// Adds an entry to the contact's consent chain. Entries are never changed or removed; a withdrawal is a new one.
#[utoipa::path(post, path = "/v1/contacts/{id}/consent", operation_id = "record_consent", tag = "consent",
    params(("id" = String, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = NewConsent, responses((status = 201, body = schema::LedgerEntry)), security(("api_key" = ["consent:write"])))]
pub async fn record_consent(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ContactId>,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<NewConsent>,
) -> Result<Response, Problem> {
    let view = super::load(&state, principal.workspace, id).await?;
    let change = change(&state, &principal, body.value, &view.contact).await?;
    let ask = Ask::new(Target::Contact(id), SignalBody::Consent(change)).once("record_consent", &principal, key, body.fingerprint);
    let applied = apply(&state, &principal, ask).await?;
    let entry = applied.reply["entry_id"].as_str().unwrap_or_default().to_owned();
    let ledger = whole_ledger(&state, principal.workspace, id).await?;
    let found = ledger.into_iter().find(|e| e.id.to_string() == entry);
    let found = found.ok_or_else(|| Problem::internal(format!("consent entry {entry} was recorded and is not in the ledger")))?;
    let response = (StatusCode::CREATED, Json(found)).into_response();
    Ok(if applied.replayed { mark_replayed(response) } else { response })
}

async fn change(
    state: &ApiState,
    principal: &Principal,
    new: NewConsent,
    contact: &model::contact::Contact,
) -> Result<ConsentChange, Problem> {
    let mut faults = Vec::new();
    let key = address(new.address.kind, &new.address.value).map_err(|detail| faults.push(Fault::new("/address/value", detail))).ok();
    if key.as_ref().is_some_and(|key| contact.address(key).is_none()) {
        faults.push(Fault::new("/address", "is not an address of this contact; add it first"));
    }
    if new.source.trim().is_empty() || new.source.len() > 200 {
        faults.push(Fault::new("/source", "say where it was captured, in 1 to 200 bytes"));
    }
    let default = if matches!(principal.actor, Actor::Key(..)) { ConsentAct::ApiRecorded } else { ConsentAct::AgentRecorded };
    let act = new.act.unwrap_or(default);
    if act != default && !matches!(act, ConsentAct::FormSubmitted | ConsentAct::Imported | ConsentAct::AdminMapped) {
        faults.push(Fault::new("/act", "only form_submitted, imported or admin_mapped can be told; other acts are observed"));
    }
    if let Some(wording) = &new.wording
        && state.store().get::<WordingDocument>(principal.workspace, wording).await?.is_none()
    {
        faults.push(Fault::new("/wording", "there is no wording with this hash; register it at /v1/wordings"));
    }
    if new.occurred_at.is_some_and(|at| at > state.engine().now()) {
        faults.push(Fault::new("/occurred_at", "lies in the future"));
    }
    match key {
        Some(address) if faults.is_empty() => Ok(ConsentChange {
            address,
            channel: new.channel,
            purpose: new.purpose,
            topic: new.topic,
            state: new.state,
            act,
            wording: new.wording,
            source: new.source,
            actor: principal.actor(),
            ip: new.ip,
            user_agent: new.user_agent,
            at: new.occurred_at.unwrap_or_else(|| state.engine().now()),
            evidence: new.evidence,
        }),
        _ => Err(Problem::invalid(faults)),
    }
}
