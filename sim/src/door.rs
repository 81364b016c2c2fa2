//! The product's webhook routes, as the program has them: the signature over the raw bytes, the adapter's reading, the engine's intake.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use channel::{Account, Provider, Received, Refused};
use model::{MessageId, SenderId};
use runtime::Engine;

pub fn door(engine: Arc<Engine>) -> Router {
    Router::new()
        .route("/webhooks/whatsapp/{sender}", post(whatsapp))
        .route("/webhooks/twilio/{sender}/{kind}", post(twilio))
        .with_state(engine)
}

async fn whatsapp(State(engine): State<Arc<Engine>>, Path(sender): Path<String>, headers: HeaderMap, raw: Bytes) -> StatusCode {
    let Some(account) = account(&engine, &sender) else { return StatusCode::NOT_FOUND };
    let Provider::WhatsappCloud(credentials) = &account.provider else { return StatusCode::NOT_FOUND };
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    if channel_whatsapp::verify(credentials, signature, &raw).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let received = channel_whatsapp::receive(&engine.accounts(account.workspace), &raw, engine.now());
    take(&engine, &account, "webhook:whatsapp", received, &raw).await
}

async fn twilio(
    State(engine): State<Arc<Engine>>,
    Path((sender, kind)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    raw: Bytes,
) -> StatusCode {
    let Some(account) = account(&engine, &sender) else { return StatusCode::NOT_FOUND };
    let Provider::Twilio(credentials) = &account.provider else { return StatusCode::NOT_FOUND };
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let checked = channel_sms::verify(
        credentials,
        &format!("{}{target}", credentials.public_url),
        header("x-twilio-signature"),
        header("x-twilio-webhooks-signature-settings"),
        &raw,
        header("content-type").unwrap_or_default(),
    );
    if checked.is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let now = engine.now();
    let received = match kind.as_str() {
        "inbound" => channel_sms::receive_inbound(&account, &raw, now),
        _ => channel_sms::receive_status(&account, message_of(uri.query().unwrap_or_default()), &raw, now),
    };
    take(&engine, &account, "webhook:twilio", received, &raw).await
}

fn account(engine: &Engine, sender: &str) -> Option<Arc<Account>> {
    sender.parse::<SenderId>().ok().and_then(|sender| engine.account(sender))
}

fn message_of(query: &str) -> Option<MessageId> {
    query.split('&').find_map(|pair| pair.strip_prefix("message=")).and_then(|id| id.parse().ok())
}

async fn take(engine: &Engine, account: &Account, source: &str, received: Result<Vec<Received>, Refused>, raw: &[u8]) -> StatusCode {
    let taken = match received {
        Ok(received) => engine.take_in(account.workspace, source, received).await.map(drop),
        Err(refused) => engine.store().park_raw(account.workspace, source, raw, &refused.to_string(), engine.now()).await,
    };
    if taken.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}
