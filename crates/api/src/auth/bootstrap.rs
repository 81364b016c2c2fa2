//! The first owner. There is no default user and no default password.

use model::{UserId, WorkspaceId};
use storage::{DocumentExt, Page};

use super::{Passwords, Role};
use crate::documents::{User, UserEmail, Workspace};
use crate::problem::Problem;
use crate::state::ApiState;

/// Who is to own a new installation.
pub struct NewOwner<'a> {
    pub workspace_name: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    /// Without one the owner signs in by link.
    pub password: Option<&'a str>,
}

#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    #[error("workspace {0} has users already")]
    HasUsers(WorkspaceId),
    #[error("{0}")]
    Invalid(String),
    #[error("failed to store the first owner: {0}")]
    Store(String),
}

/// Makes a workspace and its first owner. Refused when the workspace has users: this is no way around sign-in.
pub async fn bootstrap_owner(state: &ApiState, ws: WorkspaceId, new: NewOwner<'_>) -> Result<UserId, BootstrapError> {
    let store = state.store();
    let failed = |problem: Problem| BootstrapError::Store(problem.internal.as_ref().unwrap_or(&problem.detail).clone());
    let users = store.list::<User>(ws, Page::first(1)).await.map_err(|e| failed(e.into()))?;
    if !users.items.is_empty() {
        return Err(BootstrapError::HasUsers(ws));
    }
    let password = match new.password {
        Some(password) => {
            if let Some(fault) = Passwords::check("password", password) {
                return Err(BootstrapError::Invalid(fault.detail));
            }
            Some(state.passwords().hash(state.secrets(), password).await.map_err(failed)?)
        }
        None => None,
    };
    let now = state.wall_now();
    let user = User {
        id: UserId::from_u128(state.engine().mint()),
        name: new.name.to_owned(),
        email: new.email.trim().to_lowercase(),
        roles: vec![Role::Owner],
        active: true,
        password,
        created_at: now,
        sessions_from: now,
        last_seen_at: None,
    };
    if store.get::<Workspace>(ws, Workspace::ID).await.map_err(|e| failed(e.into()))?.is_none() {
        store
            .put(ws, &Workspace { id: ws, name: new.workspace_name.to_owned(), default_queue: "inbox".to_owned(), created_at: now }, 0, now)
            .await
            .map_err(|e| failed(e.into()))?;
    }
    store.put(ws, &UserEmail { email: user.email.clone(), user: user.id }, 0, now).await.map_err(|e| failed(e.into()))?;
    store.put(ws, &user, 0, now).await.map_err(|e| failed(e.into()))?;
    Ok(user.id)
}
