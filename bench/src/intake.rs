//! Signed WhatsApp webhooks that are accepted a second: each is verified, read, decided on and durable before its 200. Two yardsticks: a server
//! that verifies and reads the same bytes with the same code and keeps nothing; and one that does the same work in a transaction for each.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use tokio::task::JoinSet;

use crate::event_step::START;
use crate::installation::{APP_SECRET, Installation, NUMBER_ID, WABA};
use crate::report::{Figure, median};
use crate::stub::Stub;
use crate::wire::Wire;
use crate::{Effort, plain};

/// Connections of the provider. It keeps many open and waits for the answer on each, so this is how many can share a commit.
const CONNECTIONS: usize = 256;
/// People who write; everybody writes again and again.
const PEOPLE: u64 = 5_000;

pub async fn measure(folder: &Path, effort: Effort) -> Result<Vec<Figure>> {
    let place = tempfile::tempdir_in(folder)?;
    let product = Installation::new(&place.path().join("data"), &Stub::default()).await?;
    let plain = plain::forgetful().await?;
    let one_by_one = plain::one_by_one(place.path()).await?;
    let span = effort.span(5, 2);
    let (mut ours, mut theirs, mut singles) = (Vec::new(), Vec::new(), Vec::new());
    let serial = Arc::new(AtomicU64::new(0));
    // Everybody has written once, and memory is as large as it gets.
    let warm = effort.span(2, 1);
    rate(product.server.address(), &product.webhook, warm, &serial).await?;
    for _ in 0..effort.pick(5, 1) {
        theirs.push(rate(&plain, "/webhook", span, &serial).await?);
        singles.push(rate(&one_by_one, "/webhook", span, &serial).await?);
        ours.push(rate(product.server.address(), &product.webhook, span, &serial).await?);
    }
    let ours = median(ours);
    Ok(vec![
        Figure::new("intake", ours, "webhooks/s").against(median(theirs)),
        Figure::new("intake_by_transactions", ours, "webhooks/s").against(median(singles)),
    ])
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
