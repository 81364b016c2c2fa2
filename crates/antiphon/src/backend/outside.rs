//! Webhooks of providers: found, verified over the raw bytes, understood, and taken in before they are answered.

use std::sync::Arc;

use api::engine::{EngineError, Intake};
use axum::http::HeaderMap;
use channel::{Account, Provider, Received, Refused, TwilioAccount, WhatsappAccount};
use model::{MessageId, SenderId};

use super::Backend;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TwilioKind {
    Inbound,
    Status,
}

impl Backend {
    pub(super) fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The account that an endpoint's path names.
    fn account_of(&self, endpoint: &str) -> Option<Arc<Account>> {
        endpoint.parse::<SenderId>().ok().and_then(|sender| self.engine.account(sender))
    }

    pub(super) fn handshake(&self, endpoint: &str, query: &[(String, String)]) -> Option<String> {
        let account = self.account_of(endpoint)?;
        whatsapp(&account).and_then(|account| channel_whatsapp::handshake(account, query).ok())
    }

    pub(super) async fn receive_from_whatsapp(&self, endpoint: &str, headers: &HeaderMap, raw: &[u8]) -> Result<Intake, EngineError> {
        let Some(account) = self.account_of(endpoint) else { return Ok(Intake::Unknown) };
        let Some(credentials) = whatsapp(&account) else { return Ok(Intake::Unknown) };
        let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
        if let Err(refused) = channel_whatsapp::verify(credentials, signature, raw) {
            return Ok(turned_away(&account, &refused));
        }
        // One address may serve all numbers of an account.
        let received = channel_whatsapp::receive(&self.engine.accounts(account.workspace), raw, self.engine.now());
        self.taken(&account, "webhook:whatsapp", received, raw).await
    }

    pub(super) async fn receive_from_twilio(
        &self,
        sender: SenderId,
        path_and_query: &str,
        headers: &HeaderMap,
        raw: &[u8],
        kind: TwilioKind,
    ) -> Result<Intake, EngineError> {
        let Some(account) = self.engine.account(sender) else { return Ok(Intake::Unknown) };
        let Some(credentials) = twilio(&account) else { return Ok(Intake::Unknown) };
        let url = format!("{}{path_and_query}", credentials.public_url.trim_end_matches('/'));
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let checked = channel_sms::verify(
            credentials,
            &url,
            header("x-twilio-signature"),
            header("x-twilio-webhooks-signature-settings"),
            raw,
            header("content-type").unwrap_or_default(),
        );
        if let Err(refused) = checked {
            return Ok(turned_away(&account, &refused));
        }
        let now = self.engine.now();
        let received = match kind {
            TwilioKind::Inbound => channel_sms::receive_inbound(&account, raw, now),
            TwilioKind::Status => channel_sms::receive_status(&account, message_of(path_and_query), raw, now),
        };
        self.taken(&account, "webhook:twilio", received, raw).await
    }

    async fn taken(
        &self,
        account: &Account,
        source: &str,
        received: Result<Vec<Received>, Refused>,
        raw: &[u8],
    ) -> Result<Intake, EngineError> {
        match received {
            Ok(received) => {
                let intake = self.engine.take_in(account.workspace, source, received).await?;
                Ok(Intake::Accepted { signals: intake.signals })
            }
            Err(refused) => {
                // Signed by the provider and still unreadable: kept, so that nothing that was accepted is lost.
                let reason = refused.to_string();
                self.engine.store().park_raw(account.workspace, source, raw, &reason, self.engine.now()).await?;
                Ok(Intake::Unreadable { reason })
            }
        }
    }
}

fn whatsapp(account: &Account) -> Option<&WhatsappAccount> {
    if let Provider::WhatsappCloud(account) = &account.provider { Some(account) } else { None }
}

fn twilio(account: &Account) -> Option<&TwilioAccount> {
    if let Provider::Twilio(account) = &account.provider { Some(account) } else { None }
}

fn turned_away(account: &Account, refused: &Refused) -> Intake {
    Intake::BadSignature { workspace: Some(account.workspace), reason: refused.to_string() }
}

/// Our message's id in a status callback's address.
fn message_of(path_and_query: &str) -> Option<MessageId> {
    let (_, query) = path_and_query.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("message=")).and_then(|id| id.parse().ok())
}
