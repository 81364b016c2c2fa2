//! Webhooks of providers: found, verified over the raw bytes, understood, and taken in before they are answered.

use std::sync::Arc;

use api::engine::{EngineError, Intake, ProviderAnswer, ProviderDelivery};
use axum::http::HeaderMap;
use channel::{Account, Call, Provider, Received, Refused, WhatsappAccount};
use model::SenderId;

use super::Backend;

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
        let news = received.as_ref().is_ok_and(|all| all.iter().any(|one| matches!(one, Received::Sender(_))));
        let intake = self.taken(&account, "webhook:whatsapp", received, raw).await;
        if news {
            self.number_news.notify_one();
        }
        intake
    }

    pub(super) async fn receive_from_provider(&self, delivery: &ProviderDelivery<'_>) -> Result<Intake, EngineError> {
        let Some(account) = self.engine.account(delivery.sender) else { return Ok(Intake::Unknown) };
        if delivery.provider == "whatsapp" && delivery.part == super::forms::PART {
            return self.answer_form(&account, delivery).await;
        }
        if account.provider.kind().as_str() != delivery.provider {
            return Ok(Intake::Unknown);
        }
        let Some(adapter) = self.engine.adapters().of(&account) else { return Ok(Intake::Unknown) };
        let call = Call { part: delivery.part, path: delivery.path_and_query, headers: delivery.headers, body: delivery.raw };
        let source = format!("webhook:{}", delivery.provider);
        match adapter.receive(&account, &call, self.engine.now()).await {
            Ok(heard) => {
                let answer = heard.answer.map(|answer| ProviderAnswer { status: 200, mime: answer.mime, body: answer.body });
                let intake = self.engine.take_in(account.workspace, &source, heard.received).await?;
                Ok(Intake::Accepted { signals: intake.signals, answer })
            }
            Err(Refused::NoSuchAddress) => Ok(Intake::Unknown),
            Err(refused @ (Refused::NoSignature | Refused::BadSignature | Refused::BadToken)) => Ok(turned_away(&account, &refused)),
            Err(refused @ Refused::BadBody(_)) => self.kept(&account, &source, delivery.raw, &refused).await,
        }
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
                Ok(Intake::Accepted { signals: intake.signals, answer: None })
            }
            Err(refused) => self.kept(account, source, raw, &refused).await,
        }
    }

    /// Signed by the provider and still unreadable: kept, so that nothing that was accepted is lost.
    async fn kept(&self, account: &Account, source: &str, raw: &[u8], refused: &Refused) -> Result<Intake, EngineError> {
        let reason = refused.to_string();
        self.engine.store().park_raw(account.workspace, source, raw, &reason, self.engine.now()).await?;
        Ok(Intake::Unreadable { reason })
    }
}

fn whatsapp(account: &Account) -> Option<&WhatsappAccount> {
    if let Provider::WhatsappCloud(account) = &account.provider { Some(account) } else { None }
}

fn turned_away(account: &Account, refused: &Refused) -> Intake {
    Intake::BadSignature { workspace: Some(account.workspace), reason: refused.to_string() }
}
