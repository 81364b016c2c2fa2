//! Changing a user.

use super::{UserView, check_name, check_roles, may_touch};
use crate::auth::Role;
use crate::documents::User;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "roles": ["agent", "marketer"] }))]
pub struct UserPatch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    roles: Option<Vec<Role>>,
    #[serde(default)]
    active: Option<bool>,
}

/// Changes name, roles or activity. Other roles or no activity end the user's sessions at once.
#[utoipa::path(patch, path = "/v1/users/{id}", operation_id = "update_user", tag = "users", params(("id" = String, Path)),
    request_body = UserPatch, responses((status = 200, body = UserView)), security(("api_key" = ["users:write"])))]
pub async fn update_user(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<String>,
    body: Body<UserPatch>,
) -> Result<Json<UserView>, Problem> {
    let store = state.store();
    let stored = store.get::<User>(principal.workspace, &id).await?.ok_or_else(|| Problem::not_found("the user"))?;
    let before = stored.value;
    let patch = body.value;
    let mut faults = Vec::new();
    if let Some(name) = &patch.name {
        check_name(name, &mut faults);
    }
    if let Some(roles) = &patch.roles {
        check_roles(roles, &mut faults);
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    may_touch(&principal, &before.roles)?;
    may_touch(&principal, patch.roles.as_deref().unwrap_or_default())?;
    let mut after = before.clone();
    after.name = patch.name.unwrap_or(after.name);
    after.roles = patch.roles.unwrap_or(after.roles);
    after.active = patch.active.unwrap_or(after.active);
    let now = state.wall_now();
    if after.roles != before.roles || after.active != before.active {
        after.sessions_from = now;
        keep_an_owner(&state, &principal, &before, &after).await?;
    }
    store.put(principal.workspace, &after, stored.version, now).await?;
    Ok(Json(after.into()))
}

/// A workspace that nobody owns could never be repaired.
async fn keep_an_owner(state: &ApiState, principal: &Principal, before: &User, after: &User) -> Result<(), Problem> {
    let owns = |user: &User| user.active && user.roles.contains(&Role::Owner);
    if !owns(before) || owns(after) {
        return Ok(());
    }
    let users = state.store().all::<User>(principal.workspace).await?;
    if users.iter().any(|u| u.value.id != before.id && owns(&u.value)) {
        return Ok(());
    }
    Err(Problem::new(Code::Conflict, "this is the last owner; make another one first"))
}
