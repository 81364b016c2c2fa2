//! Signed WhatsApp webhooks that are accepted a second: each is verified, read, decided on and durable before its 200. The yardstick is a server
//! that verifies and reads the same bytes with the same code, and keeps nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use channel::{Account, Provider, Secret, WhatsappAccount};
use model::sender::{Sender, SenderStatus};
use model::{Channel, SenderId, WorkspaceId};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::Effort;
use crate::installation::{APP_SECRET, Installation, NUMBER_ID, WABA};
use crate::report::{Figure, median};
use crate::story::START;
use crate::stub::Stub;
use crate::wire::Wire;

/// Connections of the provider.
const CONNECTIONS: usize = 32;
/// People who write; everybody writes again and again.
const PEOPLE: u64 = 5_000;

pub async fn measure(folder: &Path, effort: Effort) -> Result<Figure> {
    let place = tempfile::tempdir_in(folder)?;
    let product = Installation::new(&place.path().join("data"), &Stub::default()).await?;
    let plain = plain_server().await?;
    let span = Duration::from_secs(effort.pick(5, 2));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let serial = Arc::new(AtomicU64::new(0));
    for _ in 0..effort.pick(3, 1) {
        theirs.push(rate(&plain, "/webhook", span, &serial).await?);
        ours.push(rate(product.server.address(), &product.webhook, span, &serial).await?);
    }
    Ok(Figure::new("intake", median(ours), "webhooks/s").against(median(theirs)))
}

async fn rate(address: &str, path: &str, span: Duration, serial: &Arc<AtomicU64>) -> Result<f64> {
    let mut senders = JoinSet::new();
    let began = Instant::now();
    for _ in 0..CONNECTIONS {
        let (address, path, serial) = (address.to_owned(), path.to_owned(), Arc::clone(serial));
        senders.spawn(async move {
            let mut wire = Wire::open(&address).await?;
            let mut count = 0_u64;
            while began.elapsed() < span {
                let body = webhook(serial.fetch_add(1, Ordering::Relaxed));
                let signature = format!("x-hub-signature-256: {}\r\n", whatsapp::signature::sign(APP_SECRET.as_bytes(), &body));
                let status = wire.post(&path, &signature, &body).await?;
                ensure!(status == 200, "a webhook was answered with {status}");
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let mut all = 0;
    while let Some(count) = senders.join_next().await {
        all += count??;
    }
    Ok(all as f64 / began.elapsed().as_secs_f64())
}

/// One text message, in the form of the provider's own examples.
fn webhook(n: u64) -> Vec<u8> {
    let from = format!("1202{:07}", 3_000_000 + n % PEOPLE);
    let message = json!({ "from": from, "id": format!("wamid.in{n}"), "timestamp": START.as_secs().to_string(), "type": "text",
        "text": { "body": "Is there anything that I should bring along?" } });
    let value = json!({ "messaging_product": "whatsapp", "metadata": { "display_phone_number": "12025550100", "phone_number_id": NUMBER_ID },
        "contacts": [{ "profile": { "name": "Sample" }, "wa_id": from }], "messages": [message] });
    let entry = json!({ "id": WABA, "changes": [{ "value": value, "field": "messages" }] });
    json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string().into_bytes()
}

/// Verifies and reads; keeps nothing.
async fn plain_server() -> Result<String> {
    let whatsapp = WhatsappAccount {
        phone_number_id: NUMBER_ID.to_owned(),
        waba_id: WABA.to_owned(),
        access_token: Secret::new("bench-token"),
        app_secret: Secret::new(APP_SECRET),
        verify_token: Secret::new("bench-verify"),
        base_url: String::new(),
        graph_version: String::new(),
    };
    let sender = Sender {
        id: SenderId::from_u128(1),
        channel: Channel::Whatsapp,
        name: "Bench".to_owned(),
        address: "+12025550100".to_owned(),
        provider_ref: NUMBER_ID.to_owned(),
        status: SenderStatus::Active,
        per_second: 80,
    };
    let account = Account { workspace: WorkspaceId::from_u128(1), sender, provider: Provider::WhatsappCloud(whatsapp) };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let router = Router::new().route("/webhook", post(read)).with_state(Arc::new(account));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn read(State(account): State<Arc<Account>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let Provider::WhatsappCloud(whatsapp) = &account.provider else { return StatusCode::NOT_FOUND };
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    if channel_whatsapp::verify(whatsapp, signature, &body).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    match channel_whatsapp::receive(std::slice::from_ref(&*account), &body, START) {
        Ok(received) if !received.is_empty() => StatusCode::OK,
        _ => StatusCode::BAD_REQUEST,
    }
}
