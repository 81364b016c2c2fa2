//! The provider, as little of it as is needed: approves every template, accepts every message at once, and keeps when each came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Clone, Default)]
pub struct Stub {
    /// The moment of each call, by the digits of whom it was for.
    calls: Arc<Mutex<HashMap<String, Instant>>>,
}

#[derive(Deserialize)]
struct Call {
    #[serde(default)]
    to: String,
}

impl Stub {
    /// Serves on a port of its own; answers its address.
    pub async fn serve(&self) -> Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(address)
    }

    pub fn seen(&self) -> usize {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// When the call for this number came.
    pub fn at(&self, digits: &str) -> Option<Instant> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).get(digits).copied()
    }

    pub fn forget(&self) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

async fn answer(State(stub): State<Stub>, uri: Uri, body: Bytes) -> Json<Value> {
    let now = Instant::now();
    if !uri.path().ends_with("/messages") {
        return Json(json!({ "id": "1", "status": "APPROVED", "category": "UTILITY" }));
    }
    let to = serde_json::from_slice::<Call>(&body).map(|call| call.to).unwrap_or_default();
    let digits: String = to.chars().filter(char::is_ascii_digit).collect();
    let answer = json!({
        "messaging_product": "whatsapp", "contacts": [{ "input": to, "wa_id": digits }], "messages": [{ "id": format!("wamid.{digits}") }],
    });
    stub.calls.lock().unwrap_or_else(PoisonError::into_inner).insert(digits, now);
    Json(answer)
}
