//! What a broadcast would do now.

use std::collections::BTreeMap;

use model::{BroadcastId, Channel, ContactId, Money};

use crate::engine::BroadcastPreview;
use crate::ops::prelude::*;

#[derive(Serialize, ToSchema)]
pub struct PreviewView {
    recipients: u64,
    /// So many were looked at. Messages and amounts are scaled to all recipients.
    looked_at: u64,
    /// Of those looked at: who would get it now, whom the gate would put off, and who would be kept back.
    would_go: u64,
    put_off: u64,
    held_out: u64,
    /// Of those looked at: who would get nothing, by code.
    silent: BTreeMap<String, u64>,
    costs: Vec<CostView>,
    samples: Vec<SampleView>,
}

#[derive(Serialize, ToSchema)]
pub struct CostView {
    #[schema(value_type = schema::Channel)]
    channel: Channel,
    messages: u64,
    /// Absent when no rate table covers all of them.
    #[schema(value_type = Option<schema::Money>)]
    amount: Option<Money>,
}

#[derive(Serialize, ToSchema)]
pub struct SampleView {
    #[schema(value_type = String)]
    contact: ContactId,
    #[schema(value_type = schema::Channel)]
    channel: Channel,
    text: String,
    #[schema(value_type = Option<schema::Money>)]
    price: Option<Money>,
}

impl From<BroadcastPreview> for PreviewView {
    fn from(preview: BroadcastPreview) -> Self {
        let cost = |cost: model::broadcast::Cost| CostView { channel: cost.channel, messages: cost.messages, amount: cost.amount };
        Self {
            recipients: preview.recipients,
            looked_at: preview.looked_at,
            would_go: preview.would_go,
            put_off: preview.put_off,
            held_out: preview.held_out,
            silent: preview.silent,
            costs: preview.costs.into_iter().map(cost).collect(),
            samples: preview
                .samples
                .into_iter()
                .map(|sample| SampleView { contact: sample.contact, channel: sample.channel, text: sample.text, price: sample.price })
                .collect(),
        }
    }
}

/// Asks the gate about the recipients without changing anything: how many would get it and at what price, what they would read, and why the
/// others would get nothing. That somebody looked is remembered for this version: a large broadcast needs it. The audience must be frozen.
#[utoipa::path(post, path = "/v1/broadcasts/{id}/preview", operation_id = "preview_broadcast", tag = "broadcasts",
    params(("id" = String, Path)), responses((status = 200, body = PreviewView)), security(("api_key" = ["broadcasts:write"])))]
pub async fn preview_broadcast(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<BroadcastId>,
) -> Result<Json<PreviewView>, Problem> {
    let preview = state.engine().preview_broadcast(principal.workspace, id, &principal.actor()).await?;
    Ok(Json(preview.into()))
}
