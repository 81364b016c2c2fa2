//! A sender's set-up, hop by hop.

use model::SenderId;

use crate::engine::SenderHop;
use crate::ops::prelude::*;

#[derive(Serialize, ToSchema)]
pub struct Examination {
    /// In the order in which they build on each other.
    hops: Vec<SenderHop>,
}

/// Asks the provider, and for mail the name servers, whether messages can go and come: sign-in, webhooks, SPF, DKIM, DMARC, MX. Nothing is
/// changed by asking.
#[utoipa::path(post, path = "/v1/senders/{id}/examination", operation_id = "examine_sender", tag = "settings", params(("id" = String, Path)),
    responses((status = 200, body = Examination)), security(("api_key" = ["settings:write"])))]
pub async fn examine_sender(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
) -> Result<Json<Examination>, Problem> {
    Ok(Json(Examination { hops: state.engine().examine_sender(principal.workspace, id).await? }))
}
