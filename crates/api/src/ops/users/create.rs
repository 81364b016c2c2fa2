//! Inviting somebody.

use model::{Millis, UserId};
use storage::StorageErrorKind;

use super::{UserView, check_name, check_roles, may_touch};
use crate::auth::{Role, sign_in_link};
use crate::documents::{User, UserEmail};
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Desk B", "email": "desk-b@example.com", "roles": ["agent"] }))]
pub struct NewUser {
    name: String,
    email: String,
    roles: Vec<Role>,
}

#[derive(Serialize, ToSchema)]
pub struct Invited {
    #[serde(flatten)]
    pub user: UserView,
    /// Signs the person in, once, within seven days. Shown only here.
    pub sign_in_url: Option<String>,
}

/// Invites somebody. The answer has a link to give to them.
#[utoipa::path(post, path = "/v1/users", operation_id = "create_user", tag = "users", params(("idempotency-key" = Option<String>, Header)),
    request_body = NewUser, responses((status = 201, body = Invited)), security(("api_key" = ["users:write"])))]
pub async fn create_user(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<NewUser>,
) -> Result<Response, Problem> {
    let NewUser { name, email, roles } = body.value;
    let email = email.trim().to_lowercase();
    let mut faults = Vec::new();
    check_name(&name, &mut faults);
    check_roles(&roles, &mut faults);
    if !crate::ops::is_email(&email) {
        faults.push(Fault::new("/email", "must be an e-mail address such as desk@example.com"));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    may_touch(&principal, &roles)?;
    let once = Once { state: &state, principal: &principal, operation: "create_user", key, fingerprint: body.fingerprint };
    once.run(|id| add(&state, &principal, UserId::from_u128(id), name, email, roles)).await
}

async fn add(
    state: &ApiState,
    principal: &Principal,
    id: UserId,
    name: String,
    email: String,
    roles: Vec<Role>,
) -> Result<Created, Problem> {
    let now = state.wall_now();
    let store = state.store();
    let row = UserEmail { email: email.clone(), user: id };
    match store.put(principal.workspace, &row, 0, now).await {
        Err(error) if error.kind == StorageErrorKind::Conflict => {
            // Ours from a try that was cut off, or somebody else's.
            let owner = store.get::<UserEmail>(principal.workspace, &email).await?;
            if owner.is_none_or(|o| o.value.user != id) {
                return Err(Problem::new(Code::Conflict, "somebody with this e-mail address is a user already"));
            }
        }
        other => {
            other?;
        }
    }
    let user = User { id, name, email, roles, active: true, password: None, created_at: now, sessions_from: now, last_seen_at: None };
    if store.get::<User>(principal.workspace, &id.to_string()).await?.is_none() {
        store.put(principal.workspace, &user, 0, now).await?;
    }
    let link = sign_in_link(state, principal.workspace, id, Millis::from_days(7)).await?;
    let again = crate::once::to_json(&Invited { user: user.clone().into(), sign_in_url: None })?;
    let now = crate::once::to_json(&Invited { user: user.into(), sign_in_url: Some(link) })?;
    Ok(Created { now, again })
}
