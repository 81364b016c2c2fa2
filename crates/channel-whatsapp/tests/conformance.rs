//! The Cloud API's adapter keeps the promises of every adapter.

use std::sync::Arc;

use async_trait::async_trait;
use channel::{Account, Adapter, Call, Heard, Provider, Refused, Secret, WhatsappAccount};
use channel_tests::{Answer, Delivery, News, Rig, Wire};
use channel_whatsapp::Whatsapp;
use http_client::{HeaderMap, HttpErrorKind};
use model::sender::{Sender, SenderStatus};
use model::{AddressKey, Channel, MessageId, MessageStatus, SenderId, Timestamp, WorkspaceId};
use serde_json::{Value, json};

const NUMBER: &str = "106540352242922";

#[derive(Default)]
struct CloudRig {
    wire: Wire,
}

fn cloud() -> WhatsappAccount {
    WhatsappAccount {
        phone_number_id: NUMBER.into(),
        waba_id: "102290129340398".into(),
        access_token: Secret::new("an-access-token"),
        app_secret: Secret::new("an-app-secret"),
        verify_token: Secret::new("a-verify-token"),
        base_url: "https://graph.example.com".into(),
        graph_version: "v26.0".into(),
        read_receipts: true,
        dataset_id: None,
    }
}

fn error(code: u32) -> String {
    json!({ "error": { "message": "told to", "type": "OAuthException", "code": code, "fbtrace_id": "A" } }).to_string()
}

#[async_trait]
impl Rig for CloudRig {
    fn adapter(&self) -> Arc<dyn Adapter> {
        Arc::new(Whatsapp::new(self.wire.transport()))
    }

    fn account(&self) -> Account {
        Account {
            workspace: WorkspaceId::from_u128(1),
            sender: Sender {
                id: SenderId::from_u128(2),
                channel: Channel::Whatsapp,
                name: "Main".into(),
                address: "+15550783881".into(),
                provider_ref: NUMBER.into(),
                status: SenderStatus::Active,
                per_second: 80,
            },
            provider: Provider::WhatsappCloud(cloud()),
        }
    }

    fn secrets(&self) -> Vec<String> {
        ["an-access-token", "an-app-secret", "a-verify-token"].map(str::to_owned).to_vec()
    }

    fn person(&self) -> AddressKey {
        AddressKey::phone("+12025550123")
    }

    fn next(&self, answer: Answer) {
        let accepted = json!({ "messaging_product": "whatsapp", "contacts": [{ "input": "+12025550123", "wa_id": "12025550123" }],
            "messages": [{ "id": "wamid.A" }] });
        match answer {
            Answer::Accepts => self.wire.answer(200, &accepted.to_string()),
            Answer::NobodyThere => self.wire.answer(400, &error(131_026)),
            Answer::Throttles => self.wire.answer(429, &error(130_429)),
            Answer::WrongCredentials => self.wire.answer(401, &error(190)),
            Answer::Fails => self.wire.answer(502, "upstream"),
            Answer::Babbles => self.wire.answer(200, "<html>"),
            Answer::AnswerLost => self.wire.fail(HttpErrorKind::TimedOut),
            Answer::Unreachable => self.wire.fail(HttpErrorKind::NotConnected),
        }
    }

    fn calls(&self) -> Vec<String> {
        self.wire.calls()
    }

    fn mark(&self, message: MessageId) -> Option<String> {
        Some(message.to_string())
    }

    fn signed(&self, part: &str, body: &[u8]) -> Option<Delivery> {
        let mut headers = HeaderMap::new();
        headers.insert("x-hub-signature-256", whatsapp::signature::sign(b"an-app-secret", body).parse().ok()?);
        let path = format!("/webhooks/whatsapp/{}", SenderId::from_u128(2));
        Some(Delivery { part: part.to_owned(), path, headers, body: body.to_vec() })
    }

    fn delivery(&self, news: &News) -> Option<Delivery> {
        let told: Value = match news {
            News::Text { provider_id, body } => json!({
                "contacts": [{ "profile": { "name": "Sample Person" }, "wa_id": "12025550123" }],
                "messages": [{ "from": "12025550123", "id": provider_id, "timestamp": "1799999999", "type": "text", "text": { "body": body } }],
            }),
            News::Status { provider_id, message, status } => {
                let word = match status {
                    MessageStatus::Accepted => "sent",
                    MessageStatus::Delivered => "delivered",
                    MessageStatus::Read => "read",
                    _ => "failed",
                };
                let mut told = json!({ "id": provider_id, "status": word, "timestamp": "1799999999", "recipient_id": "12025550123",
                    "biz_opaque_callback_data": message });
                if word == "failed" {
                    told["errors"] = json!([{ "code": 131_026, "title": "Message undeliverable" }]);
                }
                json!({ "statuses": [told] })
            }
        };
        let mut value = json!({ "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": NUMBER } });
        value.as_object_mut()?.extend(told.as_object()?.clone());
        let body = json!({ "object": "whatsapp_business_account",
            "entry": [{ "id": "102290129340398", "changes": [{ "field": "messages", "value": value }] }] });
        self.signed("", body.to_string().as_bytes())
    }

    /// One address takes in for all numbers of an app.
    async fn hear(&self, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
        channel_whatsapp::verify(&cloud(), call.header("x-hub-signature-256"), call.body)?;
        channel_whatsapp::receive(&[self.account()], call.body, now).map(Heard::from)
    }
}

channel_tests::suite!(CloudRig::default());

#[tokio::test]
async fn a27_every_content_leaves_as_the_golden_file_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/contents.txt");
    channel_tests::golden::every_content_leaves_as_the_golden_file_says(&CloudRig::default(), file.as_ref()).await;
}
