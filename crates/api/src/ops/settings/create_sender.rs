//! Connecting a sender.

use model::SenderId;

use crate::engine::{ProviderDraft, SenderDraft, SenderView};
use crate::ops::prelude::*;

/// Connects a WhatsApp number, an SMS sender or a mail address. Credentials go in and never come out.
#[utoipa::path(post, path = "/v1/senders", operation_id = "create_sender", tag = "settings", params(("idempotency-key" = Option<String>, Header)),
    request_body = SenderDraft, responses((status = 201, body = SenderView)), security(("api_key" = ["settings:write"])))]
pub async fn create_sender(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<SenderDraft>,
) -> Result<Response, Problem> {
    let draft = body.value;
    let mut faults = Vec::new();
    if draft.name.trim().is_empty() || draft.name.chars().count() > 100 {
        faults.push(Fault::new("/name", "a name has 1 to 100 characters"));
    }
    if !(1..=10_000).contains(&draft.per_second) {
        faults.push(Fault::new("/per_second", "must be 1 to 10000"));
    }
    // By SMPP it may be a short code or a name, by email an address, by RCS an agent: the engine knows those rules.
    let number =
        matches!(draft.provider, ProviderDraft::WhatsappCloud { .. } | ProviderDraft::Twilio { .. } | ProviderDraft::Telnyx { .. });
    if let (true, Err(detail)) = (number, crate::ops::contacts::address(model::AddressKind::Phone, &draft.address)) {
        faults.push(Fault::new("/address", detail));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let once = Once { state: &state, principal: &principal, operation: "create_sender", key, fingerprint: body.fingerprint };
    let (engine, ws) = (state.engine(), principal.workspace);
    once.run(|id| async move { Created::of(&engine.put_sender(ws, SenderId::from_u128(id), draft).await?) }).await
}
