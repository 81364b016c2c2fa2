//! A connected sender's settings: shown without its secrets, changed without giving them again.
//!
//! What may be shown is a list, so that a member that nobody thought about is not; a test asks that every member is thought about.

use api::engine::{EngineError, Fault, SenderChange, SenderDraft, SenderSettings, SenderView};
use channel::{Account, Provider, ProviderKind};
use model::{SenderId, WorkspaceId};
use runtime::documents::AccountDoc;
use serde_json::{Map, Value, json};
use storage::DocumentExt;

use super::Backend;

impl Backend {
    pub(super) async fn show_sender(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderSettings, EngineError> {
        let account = self.stored_account(ws, id).await?;
        let stored = stored(&account.provider);
        let members = members(account.provider.kind());
        let set = |pointer: &&&str| stored.pointer(pointer).and_then(Value::as_str).is_some_and(|secret| !secret.is_empty());
        Ok(SenderSettings {
            provider: shown(&account.provider),
            secrets: members.secret.iter().filter(set).map(|pointer| format!("/provider{pointer}")).collect(),
            name: account.sender.name,
            address: account.sender.address,
            per_second: account.sender.per_second,
        })
    }

    pub(super) async fn alter_sender(&self, ws: WorkspaceId, id: SenderId, change: SenderChange) -> Result<SenderView, EngineError> {
        let before = self.stored_account(ws, id).await?.provider;
        let refused = |pointer: &str, detail: String| {
            let faults = vec![Fault::new(pointer, detail.clone())];
            EngineError::Invalid { detail, faults }
        };
        let kind = before.kind().as_str();
        if change.provider.get("kind").and_then(Value::as_str) != Some(kind) {
            return Err(refused("/provider/kind", format!("this sender is of {kind}; connect another one for another provider")));
        }
        let SenderChange { name, address, per_second, provider } = change;
        let provider = with_kept(provider, &before);
        let whole = json!({ "name": name, "address": address, "per_second": per_second, "provider": provider });
        let draft: SenderDraft = serde_json::from_value(whole).map_err(|error| refused("/provider", error.to_string()))?;
        self.write_sender(ws, id, draft).await
    }

    async fn stored_account(&self, ws: WorkspaceId, id: SenderId) -> Result<Account, EngineError> {
        let stored = self.engine.store().get::<AccountDoc>(ws, &id.to_string()).await?;
        stored.map(|stored| stored.value.0).ok_or_else(|| EngineError::NotFound(format!("sender {id}")))
    }
}

/// Members of a provider's settings, as pointers.
struct Members {
    shown: &'static [&'static str],
    secret: &'static [&'static str],
}

/// The names of drafts and of accounts are the same.
const fn members(kind: ProviderKind) -> Members {
    let (shown, secret): (&[&str], &[&str]) = match kind {
        ProviderKind::WhatsappCloud => (
            &["/phone_number_id", "/waba_id", "/base_url", "/graph_version", "/read_receipts", "/dataset_id"],
            &["/access_token", "/app_secret", "/verify_token"],
        ),
        ProviderKind::Twilio => (&["/account_sid", "/messaging_service_sid", "/base_url"], &["/auth_token", "/signing_key"]),
        ProviderKind::TwilioRcs => (&["/account_sid", "/ttl_s", "/base_url"], &["/auth_token", "/signing_key"]),
        ProviderKind::Telnyx => (&["/public_key", "/messaging_profile_id", "/base_url"], &["/api_key"]),
        ProviderKind::Rcs => {
            (&["/service_account", "/ttl_s", "/on_unknown", "/token_url", "/base_url"], &["/private_key", "/client_token"])
        }
        ProviderKind::Smpp => (
            &[
                "/host",
                "/port",
                "/tls",
                "/authority",
                "/system_id",
                "/system_type",
                "/bind",
                "/window",
                "/submit_with",
                "/concat",
                "/default_alphabet",
                "/id_form",
                "/validity_min",
            ],
            &["/password"],
        ),
        ProviderKind::Email => (
            &[
                "/host",
                "/port",
                "/security",
                "/authority",
                "/user",
                "/from_name",
                "/subject",
                "/stream",
                "/dkim/domain",
                "/dkim/selector",
                "/dkim_also/domain",
                "/dkim_also/selector",
                "/inbound/domain",
                "/inbound/listen",
                "/service/kind",
                "/service/topic_arn",
                "/service/public_key",
                "/service/user",
                "/service/inbound/user",
                "/tracking/clicks",
                "/tracking/opens",
                "/tracking/base",
            ],
            &["/password", "/dkim/private_key", "/dkim_also/private_key", "/service/password", "/service/inbound/password"],
        ),
    };
    Members { shown, secret }
}

fn stored(provider: &Provider) -> Value {
    serde_json::to_value(provider).unwrap_or_default()
}

/// What may be seen, in the form in which it is asked for.
fn shown(provider: &Provider) -> Map<String, Value> {
    let stored = stored(provider);
    let mut out = json!({ "kind": provider.kind().as_str() });
    for pointer in members(provider.kind()).shown {
        if let Some(value) = stored.pointer(pointer).filter(|value| !value.is_null()) {
            put(&mut out, pointer, value.clone());
        }
    }
    if let Value::Object(map) = out { map } else { Map::new() }
}

/// Writes a member, with the objects that it stands in.
fn put(into: &mut Value, pointer: &str, value: Value) {
    let mut place = into;
    for name in pointer.split('/').skip(1) {
        let Value::Object(map) = place else { return };
        place = map.entry(name).or_insert_with(|| json!({}));
    }
    *place = value;
}

/// The wanted settings with the secrets that were not given anew. A secret stays only with what it belongs to: with the part that it stands
/// in, with the same service, and a password with a user.
fn with_kept(wanted: Map<String, Value>, before: &Provider) -> Value {
    let stored = stored(before);
    let mut wanted = Value::Object(wanted);
    let same_service = wanted.pointer("/service/kind") == stored.pointer("/service/kind");
    for pointer in members(before.kind()).secret {
        let Some((parent, _)) = pointer.rsplit_once('/') else { continue };
        let belongs = wanted.pointer(parent).is_some_and(Value::is_object)
            && (same_service || !pointer.starts_with("/service/"))
            && (before.kind() != ProviderKind::Email || *pointer != "/password" || wanted.get("user").is_some_and(Value::is_string));
        let absent = wanted.pointer(pointer).is_none_or(|value| value.as_str() == Some(""));
        if let (true, true, Some(secret @ Value::String(_))) = (belongs, absent, stored.pointer(pointer)) {
            put(&mut wanted, pointer, secret.clone());
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use channel::{EmailAccount, RcsAccount, SmppAccount, TelnyxAccount, TwilioAccount, TwilioRcsAccount, WhatsappAccount};

    use super::*;

    fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
        serde_json::from_value(value).expect("an account")
    }

    /// One of each kind with everything set.
    fn all() -> Vec<Provider> {
        let key = |name: &str| json!({ "domain": "example.com", "selector": name, "private_key": "hidden" });
        let mail = |service: Value| {
            Provider::Email(read::<EmailAccount>(json!({ "host": "smtp.example.com", "port": 587, "authority": "pem", "user": "desk",
                "password": "hidden", "from": "desk@example.com", "from_name": "Desk", "subject": "Hello", "dkim": key("a1"),
                "dkim_also": key("b2"), "inbound": { "domain": "in.example.com", "listen": "" }, "service": service,
                "tracking": { "clicks": true, "opens": false, "base": "https://go.example.com" }, "key": "hidden",
                "public_url": "https://a.example.com" })))
        };
        vec![
            Provider::WhatsappCloud(read::<WhatsappAccount>(json!({ "phone_number_id": "1", "waba_id": "2", "access_token": "hidden",
                "app_secret": "hidden", "verify_token": "hidden" }))),
            Provider::Twilio(read::<TwilioAccount>(json!({ "account_sid": "AC1", "auth_token": "hidden", "signing_key": "hidden",
                "from": "+12025550101", "messaging_service_sid": "MG1", "public_url": "https://a.example.com" }))),
            Provider::Telnyx(read::<TelnyxAccount>(json!({ "api_key": "hidden", "public_key": "shown", "from": "+12025550102",
                "messaging_profile_id": "p", "public_url": "https://a.example.com" }))),
            Provider::Rcs(read::<RcsAccount>(json!({ "agent_id": "desk", "service_account": "desk@example.com", "private_key": "hidden",
                "client_token": "hidden" }))),
            Provider::TwilioRcs(read::<TwilioRcsAccount>(json!({ "account_sid": "AC1", "auth_token": "hidden", "signing_key": "hidden",
                "from": "rcs:desk", "public_url": "https://a.example.com", "ttl_s": 60 }))),
            Provider::Smpp(read::<SmppAccount>(json!({ "host": "smsc.example.com", "port": 2775, "authority": "pem", "system_id": "shop",
                "password": "hidden", "system_type": "x", "from": "Example", "validity_min": 60 }))),
            mail(json!({ "kind": "ses", "topic_arn": "arn:aws:sns:us-east-1:123456789012:mail" })),
            mail(json!({ "kind": "sendgrid", "public_key": "shown", "inbound": { "user": "hook", "password": "hidden" } })),
            mail(json!({ "kind": "postmark", "user": "hook", "password": "hidden" })),
        ]
    }

    /// Ours, or the same as the sender's address: neither shown nor asked for.
    const fn internal(kind: ProviderKind) -> &'static [&'static str] {
        match kind {
            ProviderKind::WhatsappCloud => &[],
            ProviderKind::Twilio | ProviderKind::Telnyx => &["/from", "/public_url"],
            ProviderKind::TwilioRcs => &["/from", "/messaging_service_sid", "/public_url"],
            ProviderKind::Rcs => &["/agent_id"],
            ProviderKind::Smpp => &["/from", "/enquire_link_s", "/response_timeout_s"],
            ProviderKind::Email => &["/from", "/key", "/public_url"],
        }
    }

    fn leaves(at: &str, value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(name, value)| leaves(&format!("{at}/{name}"), value, out)),
            _ => out.push(at.to_owned()),
        }
    }

    #[test]
    fn every_member_is_shown_secret_or_ours_and_no_secret_is_shown() {
        for provider in all() {
            let members = members(provider.kind());
            let mut found = Vec::new();
            leaves("", &stored(&provider), &mut found);
            for pointer in found.iter().filter(|pointer| *pointer != "/provider") {
                let lists = [members.shown, members.secret, internal(provider.kind())];
                let times = lists.iter().filter(|list| list.contains(&pointer.as_str())).count();
                assert_eq!(times, 1, "{pointer} of {}", provider.kind().as_str());
            }
            assert!(!Value::Object(shown(&provider)).to_string().contains("hidden"), "{}", provider.kind().as_str());
        }
    }

    #[test]
    fn what_is_shown_can_be_sent_back_and_means_the_same() {
        for provider in all() {
            let back = with_kept(shown(&provider), &provider);
            let draft = json!({ "name": "Desk", "address": "x", "per_second": 1, "provider": back });
            let kind = provider.kind().as_str();
            serde_json::from_value::<SenderDraft>(draft).unwrap_or_else(|error| panic!("{kind}: {error}"));
            for pointer in members(provider.kind()).secret {
                assert_eq!(back.pointer(pointer), stored(&provider).pointer(pointer), "{pointer} of {kind}");
            }
        }
    }

    #[test]
    fn a_secret_goes_with_what_it_belongs_to_and_a_new_one_replaces_it() {
        let [.., sendgrid, postmark] = all().try_into().map(|all: [Provider; 9]| all).expect("nine");
        let mut wanted = shown(&sendgrid);
        wanted.remove("user");
        wanted.remove("dkim_also");
        wanted["service"] = json!({ "kind": "postmark", "user": "hook" });
        put_in(&mut wanted, "dkim", json!({ "domain": "example.com", "selector": "c3", "private_key": "a new one" }));
        let kept = with_kept(wanted, &sendgrid);
        assert_eq!((kept.get("password"), kept.get("dkim_also"), kept.pointer("/service/password")), (None, None, None));
        assert_eq!(kept.pointer("/dkim/private_key"), Some(&json!("a new one")));

        let mut wanted = shown(&postmark);
        put_in(&mut wanted, "password", Value::Null);
        assert_eq!(with_kept(wanted, &postmark).get("password"), Some(&Value::Null), "taken away by its name");
    }

    fn put_in(map: &mut Map<String, Value>, name: &str, value: Value) {
        map.insert(name.to_owned(), value);
    }
}
