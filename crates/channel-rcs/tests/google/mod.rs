//! Google's end: it gives tokens, takes messages as it is told to, and signs its events.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use aws_lc_rs::hmac::{HMAC_SHA512, Key, sign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Account, Adapter, OnUnknown, Provider, RcsAccount, Secret};
use channel_rcs::Rcs;
use channel_tests::{Answer, Delivery, NOW, News, Rig, Wire};
use http_client::{Bytes, HeaderMap, HttpError, HttpErrorKind, Method, Request, Response, StatusCode, Transport};
use model::clock::FixedClock;
use model::sender::{Sender, SenderStatus};
use model::{AddressKey, Channel, MessageId, MessageStatus, SenderId, WorkspaceId};
use serde_json::{Value, json};

pub const TOKEN_URL: &str = "https://oauth.example.com/token";
pub const CLIENT_TOKEN: &str = "SJENCPGJESMGUFPY";

/// What Google says about a phone: that it can all, or the status and body of another answer.
pub type Reach = Option<Result<(u16, &'static str), HttpErrorKind>>;

/// Tokens and what phones can apart, everything is the wire's.
#[derive(Clone, Default)]
pub struct Google {
    pub wire: Wire,
    /// Forms of the token requests.
    pub asked: Arc<Mutex<Vec<String>>>,
    /// Status of the next answer to a token request, when it is not to be given.
    pub denies: Arc<Mutex<Option<Result<u16, HttpErrorKind>>>>,
    /// Addresses at which phones were asked about, and the answer.
    pub asked_about: Arc<Mutex<Vec<String>>>,
    pub reach: Arc<Mutex<Reach>>,
}

#[async_trait]
impl Transport for Google {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        if request.url.contains("/capabilities?") {
            assert_eq!(request.method, Method::GET);
            self.asked_about.lock().unwrap().push(request.url);
            let told = *self.reach.lock().unwrap();
            let (status, body) = told
                .unwrap_or(Ok((200, r#"{"features":["RICHCARD_STANDALONE","RICHCARD_CAROUSEL"]}"#)))
                .map_err(|kind| HttpError::new(kind, "as told"))?;
            let (status, body) = (StatusCode::from_u16(status).unwrap(), Bytes::from_static(body.as_bytes()));
            return Ok(Response { status, headers: HeaderMap::new(), body });
        }
        if request.url != TOKEN_URL {
            return self.wire.transport().send(request).await;
        }
        self.asked.lock().unwrap().push(String::from_utf8_lossy(&request.body).into_owned());
        let (status, body) = match self.denies.lock().unwrap().take() {
            None => (200, r#"{"access_token":"ya29.a-token","expires_in":3599,"token_type":"Bearer"}"#),
            Some(Ok(status)) => (status, r#"{"error":"invalid_grant"}"#),
            Some(Err(kind)) => return Err(HttpError::new(kind, "the token server: as told")),
        };
        let status = StatusCode::from_u16(status).unwrap();
        Ok(Response { status, headers: HeaderMap::new(), body: Bytes::from_static(body.as_bytes()) })
    }
}

#[derive(Default)]
pub struct RcsRig {
    pub google: Google,
}

pub fn private_key() -> String {
    include_str!("../../testdata/service_account.pem").to_owned()
}

pub fn uuid(message: MessageId) -> String {
    let hex = format!("{:032x}", message.as_u128());
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

impl Rig for RcsRig {
    fn adapter(&self) -> Arc<dyn Adapter> {
        Arc::new(Rcs::new(Arc::new(self.google.clone()), Arc::new(FixedClock(NOW))))
    }

    fn account(&self) -> Account {
        Account {
            workspace: WorkspaceId::from_u128(1),
            sender: Sender {
                id: SenderId::from_u128(2),
                channel: Channel::Rcs,
                name: "Main".into(),
                address: "acme_agent".into(),
                provider_ref: "acme_agent".into(),
                status: SenderStatus::Active,
                per_second: 1,
            },
            provider: Provider::Rcs(RcsAccount {
                agent_id: "acme_agent".into(),
                service_account: "antiphon@acme.iam.gserviceaccount.com".into(),
                private_key: Secret::new(private_key()),
                token_url: TOKEN_URL.into(),
                base_url: "https://rbm.example.com/".into(),
                client_token: Secret::new(CLIENT_TOKEN),
                ttl_s: 600,
                on_unknown: OnUnknown::Try,
            }),
        }
    }

    fn secrets(&self) -> Vec<String> {
        let line = private_key().lines().nth(1).unwrap()[..64].to_owned();
        vec![CLIENT_TOKEN.to_owned(), line, "ya29.a-token".to_owned()]
    }

    fn person(&self) -> AddressKey {
        AddressKey::phone("+12025550123")
    }

    fn next(&self, answer: Answer) {
        let error = |code: u16, status: &str| json!({ "error": { "code": code, "message": "as told", "status": status } }).to_string();
        let wire = &self.google.wire;
        match answer {
            Answer::Accepts => wire.answer(200, r#"{"name":"phones/+12025550123/agentMessages/x","sendTime":"2026-11-22T10:00:00Z"}"#),
            Answer::NobodyThere => wire.answer(404, &error(404, "NOT_FOUND")),
            Answer::Throttles => wire.answer(429, &error(429, "RESOURCE_EXHAUSTED")),
            Answer::WrongCredentials => wire.answer(401, &error(401, "UNAUTHENTICATED")),
            Answer::Fails => wire.answer(500, &error(500, "INTERNAL")),
            Answer::Babbles => wire.answer(200, "{}"),
            Answer::AnswerLost => wire.fail(HttpErrorKind::Lost),
            Answer::Unreachable => wire.fail(HttpErrorKind::NotConnected),
        }
    }

    fn calls(&self) -> Vec<String> {
        self.google.wire.calls()
    }

    fn mark(&self, message: MessageId) -> Option<String> {
        Some(uuid(message))
    }

    fn signed(&self, part: &str, body: &[u8]) -> Option<Delivery> {
        let tag = sign(&Key::new(HMAC_SHA512, CLIENT_TOKEN.as_bytes()), body);
        let mut headers = HeaderMap::new();
        headers.insert("x-goog-signature", STANDARD.encode(tag).parse().ok()?);
        let envelope =
            json!({ "message": { "data": STANDARD.encode(body), "messageId": "1" }, "subscription": "projects/rbm/subscriptions/acme" });
        let path = format!("/webhooks/rcs/{}/{part}", SenderId::from_u128(2));
        Some(Delivery { part: part.to_owned(), path, headers, body: envelope.to_string().into_bytes() })
    }

    /// Google signs what is in `data`, and not its envelope.
    fn covered(&self, delivery: &Delivery) -> std::ops::Range<usize> {
        let text = std::str::from_utf8(&delivery.body).unwrap();
        let start = text.find("\"data\":\"").unwrap() + 8;
        start..start + text[start..].find('"').unwrap()
    }

    fn delivery(&self, news: &News) -> Option<Delivery> {
        let event: Value = match news {
            News::Text { provider_id, body } => json!({
                "senderPhoneNumber": "+12025550123", "messageId": provider_id, "sendTime": "2026-11-22T10:05:00Z", "agentId": "acme_agent", "text": body,
            }),
            News::Status { message, status, .. } => {
                let (kind, who) = match status {
                    MessageStatus::Delivered => ("DELIVERED", "senderPhoneNumber"),
                    MessageStatus::Read => ("READ", "senderPhoneNumber"),
                    MessageStatus::Failed => ("TTL_EXPIRATION_REVOKED", "phoneNumber"),
                    _ => return None,
                };
                json!({ who: "+12025550123", "eventType": kind, "eventId": "e-1", "messageId": uuid(*message), "sendTime": "2026-11-22T10:05:00Z", "agentId": "acme_agent" })
            }
        };
        self.signed("", event.to_string().as_bytes())
    }
}
