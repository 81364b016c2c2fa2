//! Adding recipients to a list, in chunks.

use model::signal::Target;
use model::{BroadcastId, ContactId};

use crate::engine::{ListedOutcome, ListedRecipient};
use crate::ops::contacts::ContactInput;
use crate::ops::prelude::*;

/// More in one body would hold up others.
const LINES_MAX: usize = 1_000;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "recipients": [{ "phone": "+12025550123" }, { "external_id": "patient-42" }], "create": false }))]
pub struct RecipientChunk {
    /// Each named by `id`, or by one of `external_id`, `phone`, `email` and `bsuid`. At most 1,000.
    recipients: Vec<ContactInput>,
    /// Make contacts for addresses that nobody has. They have agreed to nothing yet.
    #[serde(default)]
    create: bool,
}

#[derive(Serialize, ToSchema)]
pub struct ChunkView {
    added: u64,
    /// Were there already, or twice in this chunk.
    already: u64,
    /// Contacts that were made.
    created: u64,
    /// Lines that added nobody.
    refused: Vec<Fault>,
}

/// Adds a chunk of recipients to a draft whose audience is `listed`. Repeating a chunk adds nobody twice.
#[utoipa::path(post, path = "/v1/broadcasts/{id}/recipients", operation_id = "create_broadcast_recipients", tag = "broadcasts",
    params(("id" = String, Path)), request_body = RecipientChunk, responses((status = 200, body = ChunkView)),
    security(("api_key" = ["broadcasts:write"])))]
pub async fn create_broadcast_recipients(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<BroadcastId>,
    body: Body<RecipientChunk>,
) -> Result<Json<ChunkView>, Problem> {
    let RecipientChunk { recipients, create } = body.value;
    if !(1..=LINES_MAX).contains(&recipients.len()) {
        return Err(Problem::invalid(vec![Fault::new("/recipients", format!("name 1 to {LINES_MAX} recipients"))]));
    }
    let (mut lines, mut faults) = (Vec::with_capacity(recipients.len()), Vec::new());
    for (i, one) in recipients.into_iter().enumerate() {
        let at = format!("/recipients/{i}");
        match one.read(&at, false).map(|(target, _)| listed(target)) {
            Ok(Some(line)) => lines.push(line),
            Ok(None) => faults.push(Fault::new(at, "name the recipient by id or by an address")),
            Err(found) => faults.extend(found),
        }
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let ListedOutcome { added, already, created, refused } =
        state.engine().add_broadcast_recipients(principal.workspace, id, lines, create).await?;
    let refused = refused.into_iter().map(|(line, why)| Fault::new(format!("/recipients/{line}"), why)).collect();
    Ok(Json(ChunkView { added, already, created, refused }))
}

/// By the first address that is given; what else is said about the person is not taken from a list.
fn listed(target: Target) -> Option<ListedRecipient> {
    match target {
        Target::Contact(id) => Some(ListedRecipient::Contact(ContactId::from_u128(id.as_u128()))),
        Target::Addresses { keys, .. } => keys.into_iter().next().map(ListedRecipient::Address),
        Target::Message(_) | Target::ProviderMessage { .. } => None,
    }
}
