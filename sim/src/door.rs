//! The product's webhook routes, as the program has them: the signature over the raw bytes, the adapter's reading, the engine's intake.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use channel::{Account, Call, Provider, Received, Refused};
use model::SenderId;
use runtime::Engine;

pub fn door(engine: Arc<Engine>) -> Router {
    Router::new()
        .route("/webhooks/whatsapp/{sender}", post(whatsapp))
        .route("/webhooks/{provider}/{sender}/{part}", post(delivery))
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

async fn delivery(
    State(engine): State<Arc<Engine>>,
    Path((provider, sender, part)): Path<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
    raw: Bytes,
) -> StatusCode {
    let account = account(&engine, &sender).filter(|account| account.provider.kind().as_str() == provider);
    let Some(account) = account else { return StatusCode::NOT_FOUND };
    let Some(adapter) = engine.adapters().of(&account) else { return StatusCode::NOT_FOUND };
    let path = uri.path_and_query().map_or("/", |target| target.as_str());
    let heard = adapter.receive(&account, &Call { part: &part, path, headers: &headers, body: &raw }, engine.now()).await;
    match heard {
        Err(Refused::NoSignature | Refused::BadSignature) => StatusCode::UNAUTHORIZED,
        heard => take(&engine, &account, &format!("webhook:{provider}"), heard.map(|heard| heard.received), &raw).await,
    }
}

fn account(engine: &Engine, sender: &str) -> Option<Arc<Account>> {
    sender.parse::<SenderId>().ok().and_then(|sender| engine.account(sender))
}

async fn take(engine: &Engine, account: &Account, source: &str, received: Result<Vec<Received>, Refused>, raw: &[u8]) -> StatusCode {
    let taken = match received {
        Ok(received) => engine.take_in(account.workspace, source, received).await.map(drop),
        Err(refused) => engine.store().park_raw(account.workspace, source, raw, &refused.to_string(), engine.now()).await,
    };
    if taken.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}
