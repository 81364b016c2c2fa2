//! What nearly every operation's file uses.

pub use axum::Json;
pub use axum::extract::State;
pub use axum::http::StatusCode;
pub use axum::response::{IntoResponse, Response};
pub use serde::{Deserialize, Serialize};
pub use storage::{DocumentExt, Page};
pub use utoipa::{IntoParams, ToSchema};

pub use crate::auth::Principal;
pub use crate::engine::Fault;
pub use crate::extract::{Body, IdempotencyKey, Path, Query};
pub(crate) use crate::extract::{one, words};
pub use crate::once::{Created, Once};
pub use crate::page::{List, Lister};
pub use crate::problem::{Code, Problem};
pub use crate::schema;
pub use crate::signals::{Ask, apply};
pub use crate::state::ApiState;
