//! All users.

use super::UserView;
use crate::documents::User;
use crate::ops::prelude::*;

/// Everybody who can sign in. Every role may read it, because conversations name their assignees.
#[utoipa::path(get, path = "/v1/users", operation_id = "list_users", tag = "users",
    responses((status = 200, body = List<UserView>)), security(("api_key" = ["users:read"])))]
pub async fn list_users(State(state): State<ApiState>, principal: Principal) -> Result<Json<List<UserView>>, Problem> {
    let users = state.store().all::<User>(principal.workspace).await?;
    Ok(List::whole(users.into_iter().map(|u| u.value.into()).collect()))
}
