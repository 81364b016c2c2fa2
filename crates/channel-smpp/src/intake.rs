//! What arrives is handed in, and only then acknowledged.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use channel::{Account, Incoming, Inlet, NotTaken, Received, SmppAccount};
use model::draws::stable_hash;
use model::inbound::{InboundContent, InboundMessage};
use model::signal::{Receipt, SignalBody, Target};
use model::{AddressKey, Channel, MessageId, MessageStatus, Timestamp};
use serde_json::json;

use crate::arrival::{self, Arrived, Delivery};
use crate::books::{Books, Meaning};
use crate::receipt::Dlr;
use crate::shelf::{Assembly, Whole};
use crate::{errors, ids, text};

/// A receipt waits so long for the answers to the other parts of its message. It is not acknowledged meanwhile.
const EXPECTED_LOOK: Duration = Duration::from_millis(20);
const EXPECTED_LOOKS: u32 = 500;

/// Octets that are kept of a delivery that cannot be read.
const KEPT_MAX: usize = 2_048;

/// What is shown behind a text of which parts never came.
const INCOMPLETE: &str = " […]";

/// One sender's desk: outlives connections.
pub(crate) struct Desk {
    pub account: Arc<Account>,
    pub smpp: SmppAccount,
    pub inlet: Arc<dyn Inlet>,
    books: Mutex<Books>,
}

impl Desk {
    pub async fn open(account: Arc<Account>, smpp: SmppAccount, inlet: Arc<dyn Inlet>) -> Result<Self, NotTaken> {
        let books = Books::restored(smpp.id_form, inlet.kept().await?);
        Ok(Self { account, smpp, inlet, books: Mutex::new(books) })
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn reconnected(&self) {
        self.books().reconnected();
    }

    /// The status to answer with: only what is durable is acknowledged.
    pub async fn arrived(&self, delivery: Delivery) -> u32 {
        let octets = hex::encode(delivery.octets());
        let done = match arrival::read(delivery) {
            Arrived::Receipt(dlr) => self.receipt(dlr).await,
            Arrived::Text(part) => self.text(part).await,
            Arrived::Other(reason) => self.keep_aside("smpp_unreadable", &octets, json!({ "reason": reason, "octets": octets })).await,
        };
        self.answer(done, errors::OK)
    }

    /// A delivery that the protocol does not know: kept for whoever looks into it, and refused for good, because it would come again as it is.
    pub async fn unreadable(&self, octets: &[u8]) -> u32 {
        let key = format!("{:016x}", stable_hash(&[octets]));
        let octets = hex::encode(octets.get(..KEPT_MAX).unwrap_or(octets));
        let reason = "a delivery that does not follow the protocol";
        tracing::warn!(sender.id = %self.account.sender.id, "A message centre gave a delivery that cannot be read; it was kept aside and refused");
        let done = self.keep_aside("smpp_unreadable", &key, json!({ "reason": reason, "octets": octets })).await;
        self.answer(done, errors::NEVER)
    }

    fn answer(&self, done: Result<(), NotTaken>, status: u32) -> u32 {
        match done {
            Ok(()) => status,
            Err(error) => {
                tracing::warn!(sender.id = %self.account.sender.id, error = %error, "What a message centre gave could not be stored; it is asked to give it again");
                errors::TRY_AGAIN
            }
        }
    }

    async fn keep_aside(&self, kind: &str, key: &str, raw: serde_json::Value) -> Result<(), NotTaken> {
        let key = format!("smpp:{kind}:{}:{key}", self.account.sender.id);
        self.inlet.take(vec![Received::Kept { kind: kind.to_owned(), raw, key }]).await
    }

    /// A part was taken while others of its message are under way: its receipt waits for them.
    pub fn expect(&self, id: &str) {
        self.books().expect(ids::normal(id));
    }

    async fn receipt(&self, dlr: Dlr) -> Result<(), NotTaken> {
        for _ in 0..EXPECTED_LOOKS {
            if !self.books().expects(&dlr.id) {
                break;
            }
            tokio::time::sleep(EXPECTED_LOOK).await;
        }
        self.settle(dlr).await
    }

    async fn settle(&self, dlr: Dlr) -> Result<(), NotTaken> {
        // A state on the way says nothing that acceptance did not.
        let Some(meaning) = self.books().receipt(&dlr) else { return Ok(()) };
        match meaning {
            Meaning::Single(id) => {
                let id = ids::provider_id(self.account.sender.id, &id);
                self.tell(&dlr, None, Some(id)).await
            }
            Meaning::Wait { key, value } => self.inlet.keep(&key, value).await,
            Meaning::Whole { key, message } => {
                self.tell(&dlr, Some(message), None).await?;
                self.inlet.forget(&key).await?;
                self.books().settled(message);
                Ok(())
            }
        }
    }

    async fn tell(&self, dlr: &Dlr, message: Option<MessageId>, provider_id: Option<String>) -> Result<(), NotTaken> {
        let Some(status) = dlr.outcome() else { return Ok(()) };
        let name = message.map_or_else(|| provider_id.clone().unwrap_or_default(), |message| message.to_string());
        let target = match (message, &provider_id) {
            (Some(message), _) => Target::Message(message),
            (None, id) => Target::ProviderMessage { channel: Channel::Sms, provider_id: id.clone().unwrap_or_default() },
        };
        let now = self.inlet.now();
        let error = (status == MessageStatus::Failed).then(|| errors::not_delivered(&dlr.state, dlr.err.as_deref()));
        // The centre's own times are in a zone that it does not name.
        let receipt = Receipt {
            message,
            provider_id,
            channel: Channel::Sms,
            status,
            at: now,
            error,
            price: None,
            category: None,
            charged: None,
            learnt: Vec::new(),
        };
        self.take(format!("smpp:dlr:{name}:{}", dlr.state), now, target, SignalBody::Receipt(receipt)).await
    }

    async fn take(&self, dedupe_key: String, at: Timestamp, target: Target, body: SignalBody) -> Result<(), NotTaken> {
        self.inlet.take(vec![Received::Contact(Box::new(Incoming { dedupe_key, event_time: at, target, body }))]).await
    }

    async fn text(&self, part: arrival::Part) -> Result<(), NotTaken> {
        let now = self.inlet.now();
        let Some(place) = part.place else {
            let whole = Whole { from: part.from, to: part.to, pieces: vec![(part.written, part.octets)], complete: true };
            return self.words(&whole).await;
        };
        let assembly = self.books().shelf.part(part, place, now);
        match assembly {
            Assembly::Wait { key, value } => self.inlet.keep(&key, value).await,
            Assembly::Whole { keys, text } => self.assembled(&keys, &text).await,
        }
    }

    async fn assembled(&self, keys: &[String], text: &Whole) -> Result<(), NotTaken> {
        self.words(text).await?;
        let now = self.inlet.now();
        let remembered = self.books().shelf.assembled(keys, now);
        if let Some((key, value)) = remembered {
            self.inlet.keep(&key, value).await?;
        }
        for key in keys {
            self.inlet.forget(key).await?;
        }
        Ok(())
    }

    async fn words(&self, text: &Whole) -> Result<(), NotTaken> {
        let now = self.inlet.now();
        let default = self.smpp.default_alphabet;
        let mut body: String = text.pieces.iter().map(|(written, octets)| text::read(*written, octets, default)).collect();
        if !text.complete {
            body.push_str(INCOMPLETE);
        }
        let key = self.books().key_of(text, now);
        let Some(digits) = text.from.strip_prefix('+') else {
            // A short code or a name: nobody that could be answered.
            return self.keep_aside("inbound_without_number", &key, json!({ "from": text.from, "body": body })).await;
        };
        let from = AddressKey::phone(format!("+{digits}"));
        let provider_id = format!("{}/in/{key}", self.account.sender.id);
        let message = InboundMessage {
            channel: Channel::Sms,
            sender: self.account.sender.id,
            provider_id: provider_id.clone(),
            from: vec![from.clone()],
            profile_name: None,
            content: InboundContent::Text { body },
            in_reply_to: None,
            referral: None,
            sent_at: now,
        };
        let target = Target::Addresses { keys: vec![from], create: true };
        self.take(format!("smpp:in:{provider_id}"), now, target, SignalBody::Inbound(message)).await
    }

    /// Everything of a message was taken by the centre. Its id there is that of its last part.
    pub async fn accepted(&self, message: MessageId, mut ids: Vec<String>) -> String {
        for id in &mut ids {
            *id = ids::normal(id);
        }
        // Who took a message without naming it names it in no receipt: nobody else's may be taken for its.
        let last = ids.last().filter(|id| !id.is_empty()).cloned().unwrap_or_else(|| format!("unnamed-{message}"));
        let provider_id = ids::provider_id(self.account.sender.id, &last);
        if ids.len() < 2 {
            self.books().accepted(&last);
            return provider_id;
        }
        let now = self.inlet.now();
        let (key, value, early) = self.books().accepted_parts(message, ids, now);
        if let Err(error) = self.inlet.keep(&key, value).await {
            // In memory it is; after a restart the receipt of the last part speaks for all.
            tracing::warn!(message.id = %message, error = %error, "The ids of a long text's parts could not be kept");
        }
        for dlr in early {
            if let Err(error) = self.settle(dlr).await {
                tracing::warn!(message.id = %message, error = %error, "An early receipt could not be stored");
            }
        }
        provider_id
    }

    /// Ends waits that were long enough.
    pub async fn sweep(&self) {
        let now = self.inlet.now();
        let outlived = self.books().shelf.outlived(now);
        let texts = self.books().shelf.overdue(now);
        let old = self.books().overdue(now);
        for (keys, text) in texts {
            if let Err(error) = self.assembled(&keys, &text).await {
                tracing::warn!(error = %error, "A text that stayed incomplete could not be stored; it is tried again");
            }
        }
        for key in outlived.into_iter().chain(old) {
            if let Err(error) = self.inlet.forget(&key).await {
                tracing::debug!(error = %error, "An old note could not be removed");
            }
        }
    }
}
