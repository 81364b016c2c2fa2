//! Twilio keeps the promises of every adapter.

mod signed;

use std::sync::Arc;

use channel::{Account, Adapter, Provider, Secret, TwilioAccount};
use channel_sms::Twilio;
use channel_tests::{Answer, Delivery, News, Rig, Wire};
use http_client::HttpErrorKind;
use model::sender::{Sender, SenderStatus};
use model::{AddressKey, Channel, MessageId, MessageStatus, SenderId, WorkspaceId};
use signed::{PUBLIC, TOKEN};

#[derive(Default)]
struct TwilioRig {
    wire: Wire,
}

impl Rig for TwilioRig {
    fn adapter(&self) -> Arc<dyn Adapter> {
        Arc::new(Twilio::new(self.wire.transport()))
    }

    fn account(&self) -> Account {
        Account {
            workspace: WorkspaceId::from_u128(1),
            sender: Sender {
                id: SenderId::from_u128(2),
                channel: Channel::Sms,
                name: "Main".into(),
                address: "+15017250604".into(),
                provider_ref: "+15017250604".into(),
                status: SenderStatus::Active,
                per_second: 1,
            },
            provider: Provider::Twilio(TwilioAccount {
                account_sid: "ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb".into(),
                auth_token: Secret::new(TOKEN),
                signing_key: Some(Secret::new("a-shared-key")),
                from: Some("+15017250604".into()),
                messaging_service_sid: None,
                base_url: "https://api.example.com".into(),
                public_url: PUBLIC.into(),
            }),
        }
    }

    fn secrets(&self) -> Vec<String> {
        vec![TOKEN.to_owned(), "a-shared-key".to_owned()]
    }

    fn person(&self) -> AddressKey {
        AddressKey::phone("+12025550123")
    }

    fn next(&self, answer: Answer) {
        match answer {
            Answer::Accepts => self.wire.answer(201, r#"{"sid":"SM1","status":"queued"}"#),
            Answer::NobodyThere => self.wire.answer(400, r#"{"code":21614,"message":"not a mobile number","status":400}"#),
            Answer::Throttles => self.wire.answer(429, r#"{"code":20429,"message":"Too Many Requests","status":429}"#),
            Answer::WrongCredentials => self.wire.answer(401, r#"{"code":20003,"message":"Authenticate","status":401}"#),
            Answer::Fails => self.wire.answer(503, "upstream"),
            Answer::Babbles => self.wire.answer(201, "<html>"),
            Answer::AnswerLost => self.wire.fail(HttpErrorKind::Lost),
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
        signed::delivery(&format!("/webhooks/twilio/{}/{part}", SenderId::from_u128(2)), part, body)
    }

    fn delivery(&self, news: &News) -> Option<Delivery> {
        match news {
            News::Text { provider_id, body } => {
                let body = body.replace(' ', "+");
                self.signed("inbound", format!("Body={body}&From=%2B12025550123&MessageSid={provider_id}&NumMedia=0").as_bytes())
            }
            News::Status { provider_id, status, .. } => {
                let word = match status {
                    MessageStatus::Accepted => "sent",
                    MessageStatus::Delivered => "delivered",
                    MessageStatus::Read => "read",
                    _ => "undelivered&ErrorCode=30003",
                };
                self.signed("status", format!("MessageSid={provider_id}&MessageStatus={word}").as_bytes())
            }
        }
    }
}

channel_tests::suite!(TwilioRig::default());

#[tokio::test]
async fn a27_every_content_leaves_as_the_golden_file_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/contents.txt");
    channel_tests::golden::every_content_leaves_as_the_golden_file_says(&TwilioRig::default(), file.as_ref()).await;
}
