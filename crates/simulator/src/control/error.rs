//! Errors of the control API.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::people::ActError;

#[derive(Debug)]
pub struct ControlError {
    status: StatusCode,
    text: String,
}

impl ControlError {
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::NOT_FOUND, text: format!("{what} was not found") }
    }

    pub fn invalid(text: impl Into<String>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, text: text.into() }
    }
}

impl From<ActError> for ControlError {
    fn from(error: ActError) -> Self {
        let status = match &error {
            ActError::UnknownPerson(_) | ActError::UnknownMessage(_) => StatusCode::NOT_FOUND,
            ActError::NoSuchLine(_) | ActError::LeavesConversation(_) => StatusCode::CONFLICT,
            ActError::UnknownChoice(_) | ActError::UnknownBusiness(_) | ActError::BadNumber(_) | ActError::BadMedia(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
        };
        Self { status, text: error.to_string() }
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.text }))).into_response()
    }
}

pub type Result<T> = std::result::Result<T, ControlError>;
