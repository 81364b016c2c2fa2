//! The error envelope of the Graph API (reference 2 and 5).

use serde_json::{Value, json};

use super::codes;

/// One refusal, as it stands in the HTTP answer.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphError {
    pub http: u16,
    pub code: u32,
    pub subcode: Option<u32>,
    pub kind: &'static str,
    pub message: String,
    pub details: Option<String>,
    /// `error_user_title` and `error_user_msg`: template creation uses them.
    pub for_user: Option<Box<(String, String)>>,
    pub transient: bool,
}

impl GraphError {
    /// An error from the code table, with its own details.
    #[must_use]
    pub fn coded(code: u32, details: impl Into<String>) -> Self {
        let row = codes::row(code);
        Self {
            http: row.http,
            code,
            subcode: None,
            kind: "OAuthException",
            message: format!("(#{code}) {}", row.title),
            details: Some(details.into()),
            for_user: None,
            transient: row.transient,
        }
    }

    /// An error from the code table, with the details that the table has.
    #[must_use]
    pub fn of_code(code: u32) -> Self {
        Self::coded(code, codes::row(code).details)
    }

    /// A member that must be there and is not, on the level of the frame.
    #[must_use]
    pub fn required(param: &str) -> Self {
        Self { message: format!("(#100) The parameter {param} is required."), details: None, ..Self::coded(100, "") }
    }

    /// A member whose value cannot be, on the level of the frame.
    #[must_use]
    pub fn invalid(details: impl Into<String>) -> Self {
        Self::coded(100, details)
    }

    #[must_use]
    pub fn missing(details: impl Into<String>) -> Self {
        Self::coded(131008, details)
    }

    #[must_use]
    pub fn value(details: impl Into<String>) -> Self {
        Self::coded(131009, details)
    }

    /// No such object, or not ours.
    #[must_use]
    pub fn unknown_object(method: &str, id: &str) -> Self {
        let verb = method.to_ascii_lowercase();
        Self {
            message: format!(
                "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"
            ),
            kind: "GraphMethodException",
            subcode: Some(33),
            details: None,
            ..Self::coded(100, "")
        }
    }

    #[must_use]
    pub fn bad_token() -> Self {
        Self {
            message: "Invalid OAuth access token - Cannot parse access token".into(),
            details: None,
            subcode: None,
            ..Self::coded(190, "")
        }
    }

    /// A refused template: code 100 with a subcode and a text for the user.
    #[must_use]
    pub fn template(subcode: u32, title: &str, text: impl Into<String>) -> Self {
        Self {
            message: "Invalid parameter".into(),
            subcode: Some(subcode),
            details: None,
            for_user: Some(Box::new((title.to_owned(), text.into()))),
            ..Self::coded(100, "")
        }
    }

    #[must_use]
    pub fn body(&self, trace: &str) -> Value {
        let mut error = json!({ "message": self.message, "type": self.kind, "code": self.code });
        if let Some(details) = &self.details {
            error["error_data"] = json!({ "messaging_product": "whatsapp", "details": details });
        }
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = subcode.into();
        }
        if self.transient || self.for_user.is_some() {
            error["is_transient"] = self.transient.into();
        }
        if let Some(for_user) = &self.for_user {
            let (title, text) = for_user.as_ref();
            error["error_user_title"] = title.as_str().into();
            error["error_user_msg"] = text.as_str().into();
        }
        error["fbtrace_id"] = trace.into();
        json!({ "error": error })
    }
}
