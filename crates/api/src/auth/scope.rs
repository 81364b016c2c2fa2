//! Scopes, and which role has which.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! scopes {
    ($($name:ident = $text:literal: $doc:literal;)*) => {
        /// What a key or a role may do.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum Scope { $(#[doc = $doc] #[serde(rename = $text)] $name,)* }

        impl Scope {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $text,)* } }
            #[must_use]
            pub const fn doc(self) -> &'static str { match self { $(Self::$name => $doc,)* } }
        }
    };
}

scopes! {
    Account = "account": "See and end one's own session";
    AuditRead = "audit:read": "Read the audit log";
    BroadcastsApprove = "broadcasts:approve": "Approve what others have written to many";
    BroadcastsRead = "broadcasts:read": "Read broadcasts and their recipients";
    BroadcastsWrite = "broadcasts:write": "Write, start, pause and stop broadcasts";
    ConsentRead = "consent:read": "Read consent, its ledger and evidence";
    ConsentWrite = "consent:write": "Record consent and wordings";
    ContactsRead = "contacts:read": "Read contacts and what happened to them";
    ContactsWrite = "contacts:write": "Create and change contacts";
    ConversationsRead = "conversations:read": "Read the inbox";
    ConversationsWrite = "conversations:write": "Answer, note, assign, resolve";
    DecisionsRead = "decisions:read": "Read the gate's verdicts";
    DemoUse = "demo:use": "Use a demo's clock and phones";
    EventsWrite = "events:write": "Send events";
    JourneysRead = "journeys:read": "Read journeys, runs and funnels";
    JourneysWrite = "journeys:write": "Publish, open, close and hold journeys";
    KeysRead = "keys:read": "List API keys";
    KeysWrite = "keys:write": "Create and delete API keys";
    LiveRead = "live:read": "Follow changes as they happen";
    MediaWrite = "media:write": "Keep files for messages and templates";
    MessagesRead = "messages:read": "Read messages and media";
    MessagesSend = "messages:send": "Ask for messages to be sent, and take them back";
    OperationsRead = "operations:read": "Read parked signals and webhook deliveries";
    OperationsWrite = "operations:write": "Retry parked signals";
    SettingsRead = "settings:read": "Read senders, policy, sources, endpoints";
    SettingsWrite = "settings:write": "Change senders, queues, policy, sources, endpoints";
    StatusRead = "status:read": "Read version, clock and senders' health";
    TemplatesApprove = "templates:approve": "Approve templates that others have written";
    TemplatesRead = "templates:read": "Read templates";
    TemplatesWrite = "templates:write": "Change and submit templates";
    UsersRead = "users:read": "List users";
    UsersWrite = "users:write": "Invite and change users";
}

/// By hand, because the derive sees the names of the variants only and not what is on the wire.
impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        let names = Self::ALL.iter().map(|scope| scope.as_str());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).description(Some("What a key or a role may do.")).into()
    }
}

impl ToSchema for Scope {}

/// What a person is in a workspace.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything; only an owner makes owners.
    Owner,
    /// Everything but other owners.
    Admin,
    /// Journeys, templates, contacts, campaigns.
    Marketer,
    /// The inbox.
    Agent,
    /// Looks on.
    Viewer,
}

impl Scope {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text)
    }
}

impl Role {
    pub const ALL: [Self; 5] = [Self::Owner, Self::Admin, Self::Marketer, Self::Agent, Self::Viewer];

    #[must_use]
    pub fn has(self, scope: Scope) -> bool {
        use Scope::{
            Account, AuditRead, BroadcastsApprove, BroadcastsRead, BroadcastsWrite, ConsentRead, ConsentWrite, ContactsRead, ContactsWrite,
            ConversationsRead, ConversationsWrite, DecisionsRead, DemoUse, JourneysRead, JourneysWrite, LiveRead, MediaWrite, MessagesRead,
            MessagesSend, OperationsRead, SettingsRead, StatusRead, TemplatesApprove, TemplatesRead, TemplatesWrite, UsersRead,
        };
        let looks_on = matches!(
            scope,
            Account
                | BroadcastsRead
                | ConsentRead
                | ContactsRead
                | ConversationsRead
                | DecisionsRead
                | DemoUse
                | JourneysRead
                | LiveRead
                | MessagesRead
                | SettingsRead
                | StatusRead
                | TemplatesRead
                | UsersRead
        );
        match self {
            Self::Owner | Self::Admin => true,
            Self::Marketer => {
                looks_on
                    || matches!(
                        scope,
                        BroadcastsApprove
                            | BroadcastsWrite
                            | ContactsWrite
                            | ConsentWrite
                            | JourneysWrite
                            | TemplatesApprove
                            | TemplatesWrite
                            | MediaWrite
                            | MessagesSend
                            | OperationsRead
                            | AuditRead
                    )
            }
            Self::Agent => looks_on || matches!(scope, ContactsWrite | ConsentWrite | ConversationsWrite | MediaWrite),
            Self::Viewer => looks_on,
        }
    }

    /// Scopes of several roles together, in a fixed order.
    #[must_use]
    pub fn scopes(roles: &[Self]) -> Vec<Scope> {
        Scope::ALL.iter().copied().filter(|s| roles.iter().any(|r| r.has(*s))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_changes_nothing() {
        let scopes = Role::scopes(&[Role::Viewer]);
        assert!(scopes.iter().all(|s| !s.as_str().ends_with(":write") && !s.as_str().ends_with(":send")), "{scopes:?}");
    }

    #[test]
    fn an_agent_cannot_publish_or_administer() {
        for scope in [Scope::JourneysWrite, Scope::KeysWrite, Scope::UsersWrite, Scope::SettingsWrite, Scope::AuditRead] {
            assert!(!Role::Agent.has(scope), "{scope:?}");
        }
    }
}
