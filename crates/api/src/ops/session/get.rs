//! Who am I?

use model::{UserId, WorkspaceId};

use crate::auth::{Actor, Role};
use crate::documents::{User, Workspace};
use crate::ops::prelude::*;

/// The caller, and what they may do.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    /// Absent when an API key asks.
    pub user: Option<SessionUser>,
    pub workspace: SessionWorkspace,
    /// Whether this is a demo with simulated customers.
    pub demo: bool,
    #[schema(example = json!(["conversations:read", "conversations:write"]))]
    pub scopes: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SessionUser {
    #[schema(value_type = String)]
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
}

#[derive(Serialize, ToSchema)]
pub struct SessionWorkspace {
    #[schema(value_type = String)]
    pub id: WorkspaceId,
    pub name: String,
}

impl SessionView {
    pub async fn of(state: &ApiState, ws: WorkspaceId, user: Option<User>, scopes: &[crate::auth::Scope]) -> Result<Self, Problem> {
        let workspace = state.store().get::<Workspace>(ws, Workspace::ID).await?;
        Ok(Self {
            user: user.map(|u| SessionUser { id: u.id, name: u.name, email: u.email, roles: u.roles }),
            workspace: SessionWorkspace { id: ws, name: workspace.map(|w| w.value.name).unwrap_or_default() },
            demo: state.config().demo,
            scopes: scopes.iter().map(|s| s.as_str().to_owned()).collect(),
        })
    }
}

/// The caller.
#[utoipa::path(get, path = "/v1/session", operation_id = "get_session", tag = "session",
    responses((status = 200, body = SessionView)), security(("api_key" = ["account"])))]
pub async fn get_session(State(state): State<ApiState>, principal: Principal) -> Result<Json<SessionView>, Problem> {
    let user = match principal.actor {
        Actor::User(id) => state.store().get::<User>(principal.workspace, &id.to_string()).await?.map(|u| u.value),
        Actor::Key(..) => None,
    };
    Ok(Json(SessionView::of(&state, principal.workspace, user, &principal.scopes).await?))
}
