//! The router with two workspaces in it.

use std::sync::Arc;

use axum::Router;
use model::inbound::{InboundContent, InboundMessage};
use model::signal::{SignalBody, Target};
use model::{AddressKey, ApiKeyId, Channel, Clock, ContactId, ConversationId, SignalId, UserId, WorkspaceId};
use storage::{DocumentExt, StepOutcome};

use super::engine::{TestEngine, WHATSAPP};
use super::{Call, CountingSecrets, TestClock};
use crate::auth::{NewOwner, Role, Scope, Token, bootstrap_owner, start_session};
use crate::documents::{ApiKey, ApiKeyHash, User, UserEmail};
use crate::engine::{Engine, NewSignal};
use crate::state::{ApiConfig, ApiState};

pub const WS: WorkspaceId = WorkspaceId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_000a);
pub const OTHER: WorkspaceId = WorkspaceId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_000b);

pub struct TestApp {
    pub state: ApiState,
    pub engine: Arc<TestEngine>,
    pub clock: Arc<TestClock>,
    pub router: Router,
    pub owner: UserId,
    /// A key with every scope.
    pub key: String,
}

impl TestApp {
    pub async fn new() -> Self {
        let clock = Arc::new(TestClock::new());
        let engine = Arc::new(TestEngine::new(Arc::clone(&clock)));
        let config = ApiConfig { public_url: "http://127.0.0.1:8080".to_owned(), demo: false, version: "0.0.0" };
        let wall: Arc<dyn Clock> = Arc::clone(&clock) as _;
        let state = ApiState::new(Arc::clone(&engine) as _, wall, Arc::new(CountingSecrets::default()), config);
        let mut owner = None;
        for (ws, email) in [(WS, "owner@example.com"), (OTHER, "other@example.com")] {
            engine.install(ws);
            let new = NewOwner { workspace_name: "Demo clinic", name: "Owner", email, password: None };
            let id = bootstrap_owner(&state, ws, new).await.unwrap();
            owner.get_or_insert(id);
        }
        let owner = owner.unwrap();
        let router = crate::router(state.clone());
        let mut app = Self { state, engine, clock, router, owner, key: String::new() };
        app.key = app.key_in(WS, Scope::ALL).await;
        app
    }

    /// A key with some scopes.
    pub async fn key_in(&self, ws: WorkspaceId, scopes: &[Scope]) -> String {
        let now = self.clock.now();
        let token = Token::mint(self.state.secrets(), "ak_", ws);
        let id = ApiKeyId::from_u128(self.engine.mint());
        let key = ApiKey {
            id,
            name: "test".to_owned(),
            scopes: scopes.to_vec(),
            prefix: "ak_".to_owned(),
            hash: token.hash.clone(),
            created_at: now,
            created_by: self.owner,
            last_used_at: Some(now),
        };
        let store = self.engine.store();
        store.put(ws, &key, 0, now).await.unwrap();
        store.put(ws, &ApiKeyHash { hash: token.hash, key: id }, 0, now).await.unwrap();
        token.text
    }

    /// A user with a role.
    pub async fn user(&self, role: Role, email: &str, password: Option<&str>) -> UserId {
        let now = self.clock.now();
        let password = match password {
            Some(password) => Some(self.state.passwords().hash(self.state.secrets(), password).await.unwrap()),
            None => None,
        };
        let id = UserId::from_u128(self.engine.mint());
        let (name, email) = ("Desk".to_owned(), email.to_owned());
        let user = User {
            id,
            name,
            email: email.clone(),
            roles: vec![role],
            active: true,
            password,
            created_at: now,
            sessions_from: now,
            last_seen_at: None,
        };
        self.engine.store().put(WS, &UserEmail { email, user: id }, 0, now).await.unwrap();
        self.engine.store().put(WS, &user, 0, now).await.unwrap();
        id
    }

    /// The cookie of a new session.
    pub async fn session(&self, user: UserId) -> String {
        start_session(&self.state, WS, user, None).await.unwrap()
    }

    /// A call with the key that may do everything.
    pub fn call(&self, method: &str, path: &str) -> Call {
        self.anonymous(method, path).header("authorization", &format!("Bearer {}", self.key))
    }

    pub fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    pub fn post(&self, path: &str, body: serde_json::Value) -> Call {
        self.call("POST", path).json(&body)
    }

    pub fn anonymous(&self, method: &str, path: &str) -> Call {
        Call::new(self.router.clone(), method, path)
    }

    /// As a browser sends it.
    pub fn browser(&self, method: &str, path: &str, cookie: &str) -> Call {
        self.anonymous(method, path).header("cookie", &format!("antiphon_session={cookie}")).header("x-antiphon-csrf", "1")
    }

    /// A contact with a phone number.
    pub async fn contact(&self, phone: &str) -> ContactId {
        let answer = self.post("/v1/contacts", serde_json::json!({ "phone": phone, "name": "Sample Person" })).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().parse().unwrap()
    }

    /// A message in on WhatsApp; gives its conversation.
    pub async fn inbound(&self, phone: &str, text: &str) -> ConversationId {
        self.inbound_content(phone, InboundContent::Text { body: text.to_owned() }).await
    }

    /// Anything in on WhatsApp.
    pub async fn inbound_content(&self, phone: &str, content: InboundContent) -> ConversationId {
        let now = self.clock.now();
        let id = SignalId::from_u128(self.engine.mint());
        let from = vec![AddressKey::phone(phone)];
        let message = InboundMessage {
            channel: Channel::Whatsapp,
            sender: WHATSAPP,
            provider_id: format!("wamid.{id}"),
            from: from.clone(),
            profile_name: None,
            content,
            in_reply_to: None,
            referral: None,
            sent_at: now,
        };
        let signal = NewSignal {
            id,
            workspace: WS,
            target: Target::Addresses { keys: from, create: true },
            body: SignalBody::Inbound(message),
            event_time: now,
            source: "webhook:whatsapp".to_owned(),
            dedupe_key: None,
            fingerprint: None,
        };
        let outcome = self.engine.submit(vec![signal]).await.unwrap().pop().unwrap();
        let StepOutcome::Applied(applied) = outcome else { panic!("{outcome:?}") };
        self.engine.contact(WS, applied.contact).await.unwrap().unwrap().conversation_id.unwrap()
    }
}
