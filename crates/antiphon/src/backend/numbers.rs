//! WhatsApp numbers at Meta: how they stand, their registration, their profile.

use std::sync::Arc;

use api::engine::{AppData, CodeMethod, CodeWanted, EngineError, SenderHealth, SenderProfile};
use channel::{Account, Provider, SenderReport};
use channel_whatsapp::Profile;
use model::send_error::SendError;
use model::{SenderId, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt, StorageErrorKind};

use super::Backend;

/// How a number stood when it was last asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NumberDoc {
    sender: SenderId,
    health: SenderHealth,
}

impl Document for NumberDoc {
    const KIND: &'static str = "number_health";
    fn id(&self) -> String {
        self.sender.to_string()
    }
}

impl Backend {
    /// A sender of this workspace that is a WhatsApp number.
    pub(super) fn number(&self, ws: WorkspaceId, id: SenderId) -> Result<Arc<Account>, EngineError> {
        let account = self.engine.account(id).filter(|account| account.workspace == ws);
        let account = account.ok_or_else(|| EngineError::NotFound(format!("sender {id}")))?;
        match &account.provider {
            Provider::WhatsappCloud(_) => Ok(account),
            _ => Err(EngineError::Conflict("only WhatsApp numbers have this".to_owned())),
        }
    }

    pub(super) async fn known_health(&self, ws: WorkspaceId, id: SenderId) -> Result<Option<SenderHealth>, EngineError> {
        Ok(self.engine.store().get::<NumberDoc>(ws, &id.to_string()).await?.map(|stored| stored.value.health))
    }

    /// Asks Meta, keeps the answer, and lets the limits that it names hold.
    pub(super) async fn ask_number(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderHealth, EngineError> {
        let account = self.number(ws, id)?;
        let state = self.whatsapp.number_state(&account).await.map_err(|error| refused(&error))?;
        let now = self.engine.now();
        let health = SenderHealth {
            checked_at: now,
            status: state.status,
            verification: state.verification,
            quality: state.quality,
            name: state.name,
            name_status: state.name_status,
            messaging_limit: state.messaging_limit,
            per_second: state.throughput.map(|throughput| throughput.granted),
            business: state.business,
            problems: state.problems,
        };
        self.keep_health(ws, NumberDoc { sender: id, health: health.clone() }, now).await?;
        if let Some(portfolio) = &health.business {
            self.engine.portfolio_learned(&account, portfolio).await?;
        }
        let key = format!("number:{id}:{}", now.as_millis());
        let raw = serde_json::Value::Null;
        let (people, throughput) = (state.people, state.throughput);
        let report = SenderReport { senders: vec![id], kind: "looked up".to_owned(), pause: None, people, throughput, raw, key };
        self.engine.throughput_reported(ws, &report).await?;
        self.engine.people_limit_reported(ws, &report).await?;
        Ok(health)
    }

    async fn keep_health(&self, ws: WorkspaceId, doc: NumberDoc, now: Timestamp) -> Result<(), EngineError> {
        let store = self.engine.store();
        let known = store.get::<NumberDoc>(ws, &doc.id()).await?;
        match store.put(ws, &doc, known.map_or(0, |known| known.version), now).await {
            // Somebody asked at the same moment, and has the same answer.
            Err(error) if error.kind == StorageErrorKind::Conflict => Ok(()),
            put => Ok(put.map(drop)?),
        }
    }

    pub(super) async fn register(&self, ws: WorkspaceId, id: SenderId, pin: &str) -> Result<SenderHealth, EngineError> {
        let account = self.number(ws, id)?;
        self.whatsapp.register_number(&account, pin).await.map_err(|error| refused(&error))?;
        // Meta forgets the key of forms with each registration.
        self.upload_known_key(&account).await?;
        self.ask_number(ws, id).await
    }

    pub(super) async fn deregister(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderHealth, EngineError> {
        let account = self.number(ws, id)?;
        self.whatsapp.deregister_number(&account).await.map_err(|error| refused(&error))?;
        self.ask_number(ws, id).await
    }

    pub(super) async fn ask_number_code(&self, ws: WorkspaceId, id: SenderId, wanted: &CodeWanted) -> Result<(), EngineError> {
        let account = self.number(ws, id)?;
        let method = match wanted.method {
            CodeMethod::Sms => "SMS",
            CodeMethod::Voice => "VOICE",
        };
        let language = wanted.language.replace('-', "_");
        self.whatsapp.ask_for_code(&account, method, &language).await.map_err(|error| refused(&error))
    }

    pub(super) async fn verify_number(&self, ws: WorkspaceId, id: SenderId, code: &str) -> Result<SenderHealth, EngineError> {
        let account = self.number(ws, id)?;
        self.whatsapp.verify_code(&account, code).await.map_err(|error| refused(&error))?;
        self.ask_number(ws, id).await
    }

    pub(super) async fn import_app_data(&self, ws: WorkspaceId, id: SenderId, what: AppData) -> Result<(), EngineError> {
        let account = self.number(ws, id)?;
        let what = match what {
            AppData::Contacts => channel_whatsapp::AppData::AddressBook,
            AppData::History => channel_whatsapp::AppData::History,
        };
        self.whatsapp.sync_app(&account, what).await.map_err(|error| refused(&error))
    }

    pub(super) async fn profile(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderProfile, EngineError> {
        let account = self.number(ws, id)?;
        let Profile { about, address, description, email, websites, vertical, picture } =
            self.whatsapp.profile(&account).await.map_err(|error| refused(&error))?;
        Ok(SenderProfile { about, address, description, email, websites, vertical, picture })
    }

    pub(super) async fn write_profile(&self, ws: WorkspaceId, id: SenderId, profile: SenderProfile) -> Result<SenderProfile, EngineError> {
        let account = self.number(ws, id)?;
        let SenderProfile { about, address, description, email, websites, vertical, picture: _ } = profile;
        let profile = Profile { about, address, description, email, websites, vertical, picture: None };
        self.whatsapp.write_profile(&account, &profile).await.map_err(|error| refused(&error))?;
        self.profile(ws, id).await
    }

    /// Asks for every number, one after the other; what cannot be asked now is asked the next time.
    pub async fn ask_all_numbers(&self) -> Result<(), EngineError> {
        for ws in self.engine.store().workspaces().await? {
            for account in self.engine.accounts(ws).iter() {
                if !matches!(account.provider, Provider::WhatsappCloud(_)) {
                    continue;
                }
                if let Err(error) = self.ask_number(ws, account.sender.id).await {
                    tracing::warn!(sender.id = %account.sender.id, error = %error, "A number's state could not be asked for");
                }
            }
        }
        Ok(())
    }
}

pub(super) fn refused(error: &SendError) -> EngineError {
    EngineError::Upstream(format!("the provider did not take it: {error}"))
}
