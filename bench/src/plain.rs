//! The yardsticks of intake: the same HTTP server with the same signature check and the same reading, which keeps nothing, or commits each
//! webhook by itself.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use channel::{Account, Provider, Received, Secret, WhatsappAccount};
use model::sender::{Sender, SenderStatus};
use model::signal::Signal;
use model::{Channel, SenderId};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::event_step::{Maker, START, WORKSPACE, core};
use crate::installation::{APP_SECRET, NUMBER_ID, WABA};
use crate::naive::sqlite::Rows;

/// Webhooks that may wait for the one thread that writes.
const WAITING: usize = 1_024;

fn account() -> Account {
    let whatsapp = WhatsappAccount {
        phone_number_id: NUMBER_ID.to_owned(),
        waba_id: WABA.to_owned(),
        access_token: Secret::new("bench-token"),
        app_secret: Secret::new(APP_SECRET),
        verify_token: Secret::new("bench-verify"),
        base_url: String::new(),
        graph_version: String::new(),
        read_receipts: true,
        dataset_id: None,
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
    Account { workspace: WORKSPACE, sender, provider: Provider::WhatsappCloud(whatsapp) }
}

async fn serve(router: Router) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

fn read(account: &Account, headers: &HeaderMap, body: &[u8]) -> Result<Vec<Received>, StatusCode> {
    let Provider::WhatsappCloud(whatsapp) = &account.provider else { return Err(StatusCode::NOT_FOUND) };
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    channel_whatsapp::verify(whatsapp, signature, body).map_err(|_| StatusCode::UNAUTHORIZED)?;
    match channel_whatsapp::receive(std::slice::from_ref(account), body, START) {
        Ok(received) if !received.is_empty() => Ok(received),
        _ => Err(StatusCode::BAD_REQUEST),
    }
}

/// Verifies and reads; keeps nothing. Answers host and port.
pub async fn forgetful() -> Result<String> {
    serve(Router::new().route("/webhook", post(forget)).with_state(Arc::new(account()))).await
}

async fn forget(State(account): State<Arc<Account>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    read(&account, &headers, &body).err().unwrap_or(StatusCode::OK)
}

type Job = (Signal, oneshot::Sender<bool>);

struct Desk {
    account: Account,
    maker: Maker,
    jobs: mpsc::Sender<Job>,
}

/// Verifies, reads, and does the same work row by row, in one durable transaction for each webhook.
pub async fn one_by_one(folder: &Path) -> Result<String> {
    let mut rows = Rows::open(&folder.join("one_by_one.db"), Arc::new(core()?))?;
    let (jobs, mut waiting) = mpsc::channel::<Job>(WAITING);
    std::thread::spawn(move || {
        while let Some((signal, answer)) = waiting.blocking_recv() {
            let _ = answer.send(rows.at_once(&signal).is_ok());
        }
    });
    let desk = Desk { account: account(), maker: Maker::default(), jobs };
    serve(Router::new().route("/webhook", post(keep)).with_state(Arc::new(desk))).await
}

async fn keep(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let received = match read(&desk.account, &headers, &body) {
        Ok(received) => received,
        Err(status) => return status,
    };
    for item in received {
        let Received::Contact(incoming) = item else { return StatusCode::BAD_REQUEST };
        let (answer, done) = oneshot::channel();
        let signal = desk.maker.incoming(*incoming);
        if desk.jobs.send((signal, answer)).await.is_err() || done.await != Ok(true) {
            return StatusCode::INTERNAL_SERVER_ERROR;
        }
    }
    StatusCode::OK
}
