//! An adapter, and a provider behind it that does as it is told.

use std::sync::Arc;

use async_trait::async_trait;
use channel::{Account, Adapter, Call, Heard, Refused};
use http_client::HeaderMap;
use model::{AddressKey, MessageId, MessageStatus, Timestamp};

/// How the provider treats the next message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It takes it.
    Accepts,
    /// It says that nobody can be reached at this address.
    NobodyThere,
    /// It asks to be left alone for a while.
    Throttles,
    /// It does not take the credentials.
    WrongCredentials,
    /// It fails on its own side, after it may have taken the message.
    Fails,
    /// It says that all is well in words that nobody can read.
    Babbles,
    /// The message reaches it, its answer does not reach us.
    AnswerLost,
    /// Nothing reaches it.
    Unreachable,
}

impl Answer {
    /// Refusals, which certainly leave nothing behind.
    pub const REFUSALS: [Self; 4] = [Self::NobodyThere, Self::Throttles, Self::WrongCredentials, Self::Unreachable];
    /// After these nobody knows whether the person gets the message.
    pub const UNCERTAIN: [Self; 3] = [Self::Fails, Self::Babbles, Self::AnswerLost];
}

/// What the provider may have to tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum News {
    /// The person wrote.
    Text { provider_id: &'static str, body: &'static str },
    /// What became of a message of ours.
    Status { provider_id: &'static str, message: MessageId, status: MessageStatus },
}

/// A request of the provider, signed as it signs.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub part: String,
    /// Path and query, below the public address.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Delivery {
    #[must_use]
    pub fn call(&self) -> Call<'_> {
        Call { part: &self.part, path: &self.path, headers: &self.headers, body: &self.body }
    }
}

#[async_trait]
pub trait Rig: Send + Sync {
    fn adapter(&self) -> Arc<dyn Adapter>;

    fn account(&self) -> Account;

    /// Every secret of the account: nobody may ever read one.
    fn secrets(&self) -> Vec<String>;

    /// Somebody who can be reached.
    fn person(&self) -> AddressKey;

    /// What the provider gives the message that it accepts next.
    fn next(&self, answer: Answer);

    /// The messages that have reached the provider since this was last asked, each as the text of its request.
    fn calls(&self) -> Vec<String>;

    /// What of a request tells later whose message it was, when the answer is lost; `None` where the provider carries nothing of ours.
    fn mark(&self, message: MessageId) -> Option<String>;

    /// Any bytes, signed; `None` for a provider that does not deliver by HTTP.
    fn signed(&self, part: &str, body: &[u8]) -> Option<Delivery>;

    /// The bytes of the body that the provider's signature covers; nothing else of it may be of any consequence.
    fn covered(&self, delivery: &Delivery) -> std::ops::Range<usize> {
        0..delivery.body.len()
    }

    /// News as the provider delivers them; `None` for what it does not tell.
    fn delivery(&self, news: &News) -> Option<Delivery>;

    /// The way in. For most adapters the port's.
    async fn hear(&self, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
        self.adapter().receive(&self.account(), call, now).await
    }
}
