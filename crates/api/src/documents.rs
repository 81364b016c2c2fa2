//! What the API keeps as documents: workspaces, users, keys, sessions, links, queues, sources, endpoints, wordings.
//!
//! Workspaces, queues, sources, endpoints and wordings are read by the engine too; kinds and members are the same there.

use model::{ApiKeyId, Millis, Timestamp, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::Document;

use crate::auth::{Role, Scope};

macro_rules! document {
    ($name:ident, $kind:literal, |$this:ident| $id:expr) => {
        impl Document for $name {
            const KIND: &'static str = $kind;
            fn id(&self) -> String {
                let $this = self;
                $id
            }
        }
    };
}

/// The tenant itself; one document.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// Where a case goes when nobody says otherwise.
    pub default_queue: String,
    pub created_at: Timestamp,
}
document!(Workspace, "workspace", |_this| Self::ID.to_owned());

impl Workspace {
    pub const ID: &'static str = "current";
}

/// A person who signs in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub name: String,
    /// Lower-cased.
    pub email: String,
    pub roles: Vec<Role>,
    pub active: bool,
    /// Argon2id, as a PHC string. Without one the person signs in by link.
    #[serde(default)]
    pub password: Option<String>,
    pub created_at: Timestamp,
    /// Sessions from before are void: set when password, roles or activity change.
    pub sessions_from: Timestamp,
    #[serde(default)]
    pub last_seen_at: Option<Timestamp>,
}
document!(User, "user", |this| this.id.to_string());

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User({}, {:?})", self.id, self.roles)
    }
}

/// Finds a user by e-mail address, and makes addresses unique in a workspace.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UserEmail {
    pub email: String,
    pub user: UserId,
}
document!(UserEmail, "user_email", |this| this.email.clone());

/// A program's key. The key itself is never stored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub scopes: Vec<Scope>,
    /// The first letters, to recognise it by.
    pub prefix: String,
    /// SHA-256 (hex) of the key.
    pub hash: String,
    pub created_at: Timestamp,
    /// Who made it: what the key does in a conversation is done for this person.
    pub created_by: UserId,
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
}
document!(ApiKey, "api_key", |this| this.id.to_string());

/// Finds a key by its hash.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ApiKeyHash {
    pub hash: String,
    pub key: ApiKeyId,
}
document!(ApiKeyHash, "api_key_hash", |this| this.hash.clone());

/// A signed-in browser.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// SHA-256 (hex) of the cookie.
    pub hash: String,
    pub user: UserId,
    pub started_at: Timestamp,
    pub last_seen_at: Timestamp,
    #[serde(default)]
    pub ip: Option<String>,
}
document!(Session, "session", |this| this.hash.clone());

/// A link that signs one person in, once.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SignInLink {
    /// SHA-256 (hex) of the token.
    pub hash: String,
    pub user: UserId,
    pub expires_at: Timestamp,
}
document!(SignInLink, "sign_in_link", |this| this.hash.clone());

/// A queue of the inbox. The engine reads all but the members.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Queue {
    /// Journeys name it: lower-case letters, digits, underscores.
    pub id: String,
    pub title: String,
    /// A person ought to answer within this time.
    #[serde(default)]
    pub first_reply_within: Option<Millis>,
    #[serde(default)]
    pub members: Vec<UserId>,
}
document!(Queue, "queue", |this| this.id.clone());

/// One message to many. The engine carries it out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BroadcastDocument(pub model::broadcast::Broadcast);
document!(BroadcastDocument, "broadcast", |this| this.0.id.to_string());

/// A declared source of signed events.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceDocument(pub integrations::source::Source);
document!(SourceDocument, "source", |this| this.0.id.clone());

/// Somebody else's address that gets our events.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EndpointDocument(pub integrations::endpoint::Endpoint);
document!(EndpointDocument, "webhook_endpoint", |this| this.0.id.clone());

/// A wording as a document; its id is its hash, so a text is kept once and for ever.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WordingDocument(pub model::consent::Wording);
document!(WordingDocument, "wording", |this| this.0.hash.clone());

/// A request with an `Idempotency-Key`, and its answer once there is one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct IdempotencyRecord {
    /// SHA-256 (hex) of operation and key.
    pub hash: String,
    pub fingerprint: u64,
    /// The id that what it creates has, however often it is tried.
    pub id: RawId,
    pub started_at: Timestamp,
    #[serde(default)]
    pub answer: Option<StoredAnswer>,
}
document!(IdempotencyRecord, "idempotency", |this| this.hash.clone());

/// Sixteen bytes of an id, as hex: JSON has no numbers of that size.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawId(String);

impl From<u128> for RawId {
    fn from(raw: u128) -> Self {
        Self(format!("{raw:032x}"))
    }
}

impl From<RawId> for u128 {
    fn from(id: RawId) -> Self {
        Self::from_str_radix(&id.0, 16).unwrap_or_default()
    }
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StoredAnswer {
    pub status: u16,
    pub body: serde_json::Value,
}
