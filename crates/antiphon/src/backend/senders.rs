//! Senders: numbers and accounts that messages leave by. Credentials go in and never come out.

use api::engine::{EngineError, Fault, ProviderDraft, SenderDraft, SenderStatusView, SenderView};
use channel::{Account, Provider, Secret, TelnyxAccount, TwilioAccount, TwilioRcsAccount, WhatsappAccount};
use model::sender::{Sender, SenderStatus};
use model::{Channel, SenderId, WorkspaceId};
use policy::Rulebook;
use runtime::SecureRng;
use runtime::documents::{AccountDoc, RulebookDoc, only};
use storage::{DocumentExt, StorageErrorKind};

use super::{Backend, email, rcs, smpp};

const TWILIO_URL: &str = "https://api.twilio.com";

/// Queued messages are counted up to here; beyond it the number says "many".
const COUNT_MAX: u32 = 1_000;

impl Backend {
    pub(super) async fn list_senders(&self, ws: WorkspaceId) -> Result<Vec<SenderView>, EngineError> {
        let mut views = Vec::new();
        for stored in self.engine.store().all::<AccountDoc>(ws).await? {
            views.push(self.sender_view(&stored.value.0).await?);
        }
        Ok(views)
    }

    pub(super) async fn sender_status(&self, ws: WorkspaceId) -> Result<Vec<SenderStatusView>, EngineError> {
        let views = self.list_senders(ws).await?;
        let status = |view: SenderView| SenderStatusView {
            id: view.sender.id,
            name: view.sender.name,
            channel: view.sender.channel,
            status: view.sender.status,
            queued: view.queued,
        };
        Ok(views.into_iter().map(status).collect())
    }

    async fn sender_view(&self, account: &Account) -> Result<SenderView, EngineError> {
        let queued = self.engine.store().queued(account.sender.id, model::Timestamp::MAX, COUNT_MAX).await?.len();
        let webhook_path = match &account.provider {
            Provider::WhatsappCloud(_) => format!("/webhooks/whatsapp/{}", account.sender.id),
            Provider::Twilio(_) => format!("/webhooks/twilio/{}/inbound", account.sender.id),
            Provider::Telnyx(_) => format!("/webhooks/telnyx/{}", account.sender.id),
            Provider::Rcs(_) => format!("/webhooks/rcs/{}", account.sender.id),
            Provider::TwilioRcs(_) => format!("/webhooks/twilio_rcs/{}/inbound", account.sender.id),
            // It is connected to, and calls nobody.
            Provider::Smpp(_) => String::new(),
            Provider::Email(mail) => email::webhook_path(mail, account.sender.id),
        };
        let provider = account.provider.kind().as_str().to_owned();
        let health = self.known_health(account.workspace, account.sender.id).await?;
        Ok(SenderView { sender: account.sender.clone(), provider, webhook_path, queued: queued as u64, health })
    }

    pub(super) async fn write_sender(&self, ws: WorkspaceId, id: SenderId, draft: SenderDraft) -> Result<SenderView, EngineError> {
        let invalid = |pointer: &str, detail: String| {
            let fault = Fault::new(pointer, detail.clone());
            EngineError::Invalid { detail, faults: vec![fault] }
        };
        let address = match &draft.provider {
            ProviderDraft::Smpp(smpp) => {
                let faults = smpp::faults(smpp, draft.address.trim());
                if !faults.is_empty() {
                    return Err(EngineError::Invalid { detail: "the message centre cannot be bound like this".to_owned(), faults });
                }
                draft.address.trim().to_owned()
            }
            ProviderDraft::Rcs(rcs) => {
                let faults = rcs::faults(rcs, draft.address.trim());
                if !faults.is_empty() {
                    return Err(EngineError::Invalid { detail: "the agent cannot send like this".to_owned(), faults });
                }
                draft.address.trim().to_owned()
            }
            ProviderDraft::TwilioRcs { ttl_s, .. } => {
                let (agent, faults) = rcs::at_twilio(draft.address.trim(), *ttl_s);
                if !faults.is_empty() {
                    return Err(EngineError::Invalid { detail: "the agent cannot send like this".to_owned(), faults });
                }
                agent.to_owned()
            }
            ProviderDraft::Email(email) => {
                let address = draft.address.trim().to_lowercase();
                let faults = email::faults(email, &address);
                if !faults.is_empty() {
                    return Err(EngineError::Invalid { detail: "mail cannot be sent like this".to_owned(), faults });
                }
                address
            }
            _ => phone::parse(&draft.address, None).map_err(|error| invalid("/address", error.to_string()))?.to_string(),
        };
        if !(1..=10_000).contains(&draft.per_second) {
            return Err(invalid("/per_second", "providers grant between 1 and 10,000 messages a second".to_owned()));
        }
        let before = self.engine.store().get::<AccountDoc>(ws, &id.to_string()).await?;
        let known = before.as_ref().map(|stored| &stored.value.0.provider);
        let account = account_of(ws, id, &draft, address, self.public_url(), known);
        let (version, now) = (before.map_or(0, |stored| stored.version), self.engine.now());
        self.engine.store().put(ws, &AccountDoc(account.clone()), version, now).await.map_err(|error| {
            if error.kind == StorageErrorKind::Conflict {
                EngineError::Conflict("somebody else changed this sender at the same moment; read it again".to_owned())
            } else {
                error.into()
            }
        })?;
        self.engine.reload(ws).await?;
        self.sender_view(&account).await
    }

    pub(super) async fn write_policy(
        &self,
        ws: WorkspaceId,
        rulebook: serde_json::Value,
        by: &str,
    ) -> Result<serde_json::Value, EngineError> {
        let mut rulebook: Rulebook = serde_json::from_value(rulebook).map_err(|error| {
            let fault = Fault::new("", error.to_string());
            EngineError::Invalid { detail: "the rulebook cannot be read".to_owned(), faults: vec![fault] }
        })?;
        let faults: Vec<Fault> = rulebook.validate().into_iter().map(|fault| Fault::new(fault.pointer, fault.detail)).collect();
        if !faults.is_empty() {
            return Err(EngineError::Invalid { detail: "the rulebook does not make sense".to_owned(), faults });
        }
        let store = self.engine.store();
        let before = store.get::<RulebookDoc>(ws, only()).await?;
        let expected = before.map_or(0, |stored| stored.version);
        rulebook.version = format!("{}", expected + 1);
        let doc = RulebookDoc { rulebook: rulebook.clone(), updated_by: by.to_owned() };
        store.put(ws, &doc, expected, self.engine.now()).await.map_err(|error| {
            if error.kind == StorageErrorKind::Conflict {
                EngineError::Conflict("somebody else changed the rulebook at the same moment; read it again".to_owned())
            } else {
                error.into()
            }
        })?;
        self.engine.reload(ws).await?;
        Ok(serde_json::to_value(&rulebook).unwrap_or_default())
    }
}

fn account_of(ws: WorkspaceId, id: SenderId, draft: &SenderDraft, address: String, public_url: &str, before: Option<&Provider>) -> Account {
    let (channel, provider_ref, provider) = match &draft.provider {
        ProviderDraft::WhatsappCloud {
            phone_number_id,
            waba_id,
            access_token,
            app_secret,
            verify_token,
            base_url,
            graph_version,
            read_receipts,
            dataset_id,
        } => {
            let account = WhatsappAccount {
                phone_number_id: phone_number_id.clone(),
                waba_id: waba_id.clone(),
                access_token: Secret::new(access_token),
                app_secret: Secret::new(app_secret),
                verify_token: Secret::new(verify_token),
                base_url: base_url.clone().unwrap_or_else(|| "https://graph.facebook.com".to_owned()),
                graph_version: graph_version.clone().unwrap_or_else(|| "v26.0".to_owned()),
                read_receipts: read_receipts.unwrap_or(true),
                dataset_id: dataset_id.clone().filter(|id| !id.is_empty()),
            };
            (Channel::Whatsapp, phone_number_id.clone(), Provider::WhatsappCloud(account))
        }
        ProviderDraft::Twilio { account_sid, auth_token, signing_key, messaging_service_sid, base_url } => {
            let account = TwilioAccount {
                account_sid: account_sid.clone(),
                auth_token: Secret::new(auth_token),
                signing_key: signing_key.as_ref().map(Secret::new),
                from: messaging_service_sid.is_none().then(|| address.clone()),
                messaging_service_sid: messaging_service_sid.clone(),
                base_url: base_url.clone().unwrap_or_else(|| TWILIO_URL.to_owned()),
                public_url: public_url.to_owned(),
            };
            (Channel::Sms, messaging_service_sid.clone().unwrap_or_else(|| address.clone()), Provider::Twilio(account))
        }
        ProviderDraft::TwilioRcs { account_sid, auth_token, signing_key, ttl_s, base_url } => {
            let account = TwilioAccount {
                account_sid: account_sid.clone(),
                auth_token: Secret::new(auth_token),
                signing_key: signing_key.as_ref().map(Secret::new),
                from: Some(format!("rcs:{address}")),
                messaging_service_sid: None,
                base_url: base_url.clone().unwrap_or_else(|| TWILIO_URL.to_owned()),
                public_url: public_url.to_owned(),
            };
            (Channel::Rcs, address.clone(), Provider::TwilioRcs(TwilioRcsAccount { account, ttl_s: ttl_s.unwrap_or(rcs::TTL_S) }))
        }
        ProviderDraft::Telnyx { api_key, public_key, messaging_profile_id, base_url } => {
            let account = TelnyxAccount {
                api_key: Secret::new(api_key),
                public_key: public_key.clone(),
                from: address.clone(),
                messaging_profile_id: messaging_profile_id.clone(),
                base_url: base_url.clone().unwrap_or_else(|| "https://api.telnyx.com".to_owned()),
                public_url: public_url.to_owned(),
            };
            (Channel::Sms, address.clone(), Provider::Telnyx(account))
        }
        ProviderDraft::Email(mail) => {
            let fresh = || Secret::new(hex::encode(SecureRng::new().bytes::<32>()));
            let account = email::account(mail, &draft.name, &address, public_url, before, fresh);
            (Channel::Email, address.clone(), Provider::Email(account))
        }
        ProviderDraft::Rcs(draft) => (Channel::Rcs, address.clone(), Provider::Rcs(rcs::account(draft, &address))),
        ProviderDraft::Smpp(draft) => (Channel::Sms, draft.system_id.clone(), Provider::Smpp(smpp::account(draft, &address))),
    };
    let sender =
        Sender { id, channel, name: draft.name.clone(), address, provider_ref, status: SenderStatus::Active, per_second: draft.per_second };
    Account { workspace: ws, sender, provider }
}
