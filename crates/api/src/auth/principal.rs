//! Who is asking, once it is known.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::{ApiKeyId, UserId, WorkspaceId};

use super::{Role, Scope};
use crate::problem::Problem;

/// The other end of the connection, put there by the server loop.
#[derive(Clone, Copy, Debug)]
pub struct PeerAddress(pub IpAddr);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    User(UserId),
    /// A key, and the person who made it.
    Key(ApiKeyId, UserId),
}

/// The caller of an operation: handlers get one only after [`super::authorize`] has let the request pass.
#[derive(Clone, Debug)]
pub struct Principal {
    pub workspace: WorkspaceId,
    pub actor: Actor,
    pub name: String,
    pub roles: Vec<Role>,
    pub scopes: Vec<Scope>,
    pub ip: Option<IpAddr>,
    /// Hash of the session's cookie, for ending it.
    pub session: Option<String>,
}

impl Principal {
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// `user:usr_…` or `key:key_…`: how ledgers and the audit log name the caller.
    #[must_use]
    pub fn actor(&self) -> String {
        match self.actor {
            Actor::User(user) => format!("user:{user}"),
            Actor::Key(key, _) => format!("key:{key}"),
        }
    }

    /// How signals name the caller.
    #[must_use]
    pub fn source(&self) -> String {
        match self.actor {
            Actor::User(user) => format!("user:{user}"),
            Actor::Key(key, _) => format!("api:{key}"),
        }
    }

    /// The person for whom a conversation is touched: the caller, or whoever made the key.
    #[must_use]
    pub const fn person(&self) -> UserId {
        match self.actor {
            Actor::User(user) | Actor::Key(_, user) => user,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::internal("a handler asked for the caller of a public operation"))
    }
}
