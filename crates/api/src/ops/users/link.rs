//! A new sign-in link for somebody who cannot get in.

use model::Millis;

use super::may_touch;
use crate::auth::sign_in_link;
use crate::documents::User;
use crate::ops::prelude::*;

#[derive(Serialize, ToSchema)]
pub struct SignInUrl {
    /// Works once, within a day.
    sign_in_url: String,
}

/// Makes a link that signs the user in, once.
#[utoipa::path(post, path = "/v1/users/{id}/sign_in_links", operation_id = "create_sign_in_link", tag = "users", params(("id" = String, Path)),
    responses((status = 201, body = SignInUrl)), security(("api_key" = ["users:write"])))]
pub async fn create_sign_in_link(State(state): State<ApiState>, principal: Principal, Path(id): Path<String>) -> Result<Response, Problem> {
    let user = state.store().get::<User>(principal.workspace, &id).await?.ok_or_else(|| Problem::not_found("the user"))?.value;
    may_touch(&principal, &user.roles)?;
    let sign_in_url = sign_in_link(&state, principal.workspace, user.id, Millis::from_days(1)).await?;
    Ok((StatusCode::CREATED, Json(SignInUrl { sign_in_url })).into_response())
}
