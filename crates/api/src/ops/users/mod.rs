//! People who sign in.

mod create;
mod link;
mod list;
mod update;

use model::{Timestamp, UserId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Role;
use crate::documents::User;
use crate::ops::prelude::*;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list_users, create::create_user))
        .routes(routes!(update::update_user))
        .routes(routes!(link::create_sign_in_link))
}

/// A user as others may see them.
#[derive(Serialize, ToSchema)]
pub struct UserView {
    #[schema(value_type = String)]
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
    pub active: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_seen_at: Option<Timestamp>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self { id: user.id, name: user.name, email: user.email, roles: user.roles, active: user.active, last_seen_at: user.last_seen_at }
    }
}

/// Only an owner makes, changes or unmakes owners.
fn may_touch(principal: &Principal, roles: &[Role]) -> Result<(), Problem> {
    let touches_owner = roles.contains(&Role::Owner);
    if touches_owner && !principal.roles.contains(&Role::Owner) {
        return Err(Problem::new(Code::Forbidden, "only an owner can do this to an owner"));
    }
    Ok(())
}

fn check_roles(roles: &[Role], faults: &mut Vec<Fault>) {
    if roles.is_empty() {
        faults.push(Fault::new("/roles", "a user needs at least one role"));
    }
}

fn check_name(name: &str, faults: &mut Vec<Fault>) {
    if name.trim().is_empty() || name.chars().count() > 100 {
        faults.push(Fault::new("/name", "a name has 1 to 100 characters"));
    }
}
