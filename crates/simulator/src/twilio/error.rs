//! The error body of Twilio's REST API.

use serde_json::{Value, json};

use super::codes;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwilioError {
    pub code: u32,
    pub status: u16,
    pub message: String,
}

impl TwilioError {
    /// `input` is the value that the message quotes.
    #[must_use]
    pub fn new(code: u32, input: &str) -> Self {
        let (status, message) = codes::refusal(code, input);
        Self { code, status, message }
    }

    #[must_use]
    pub fn body(&self) -> Value {
        json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status,
        })
    }
}
