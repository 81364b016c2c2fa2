//! Things to put into a store. Numbers make ids, so that a failure names them readably and order is known.

mod records;

use std::sync::Arc;

use model::signal::{Receipt, Signal, SignalBody, Target};
use model::{AddressKey, Channel, ContactId, MessageStatus, SenderId, SignalId, Timestamp, WorkspaceId};
use storage::{Applied, Page, StepOutcome, Store};

pub use records::*;

use crate::{Backend, Script, ScriptedDecider, Trace};

pub const WS: WorkspaceId = WorkspaceId::from_u128(1);
pub const OTHER_WS: WorkspaceId = WorkspaceId::from_u128(2);
pub const SENDER: SenderId = SenderId::from_u128(7);

/// A backend with the decider that its store uses.
pub struct World<B> {
    pub backend: B,
    pub decider: Arc<ScriptedDecider>,
    pub store: Arc<dyn Store>,
}

impl<B: Backend> World<B> {
    pub async fn fresh() -> Self {
        let decider = Arc::new(ScriptedDecider::default());
        let backend = B::fresh(decider.clone()).await;
        let store = backend.store();
        Self { backend, decider, store }
    }

    pub async fn reopened(self) -> Self {
        let Self { backend, decider, store } = self;
        drop(store);
        let backend = backend.reopened(decider.clone()).await;
        let store = backend.store();
        Self { backend, decider, store }
    }

    /// One signal that must be applied.
    pub async fn apply(&self, signal: Signal) -> Applied {
        applied(self.one(signal).await)
    }

    pub async fn one(&self, signal: Signal) -> StepOutcome {
        let mut outcomes = self.store.step(vec![signal]).await.expect("the step is committed");
        assert_eq!(outcomes.len(), 1);
        outcomes.remove(0)
    }

    /// A contact with the phone of this number; its id has the number too.
    pub async fn contact(&self, n: u32) -> ContactId {
        let script = Script { link: vec![phone(n)], ..Script::default() };
        self.apply(event(u128::from(n), to_phone(n), &script)).await.contact
    }

    /// Applies a script to a contact. `n` makes the signal's id.
    pub async fn script(&self, n: u128, contact: ContactId, script: Script) -> Applied {
        self.apply(event(n, Target::Contact(contact), &script)).await
    }

    pub async fn trace(&self, contact: ContactId) -> Trace {
        let state = self.store.contact_state(WS, contact).await.expect("the state is read");
        Trace::read(&state.expect("the contact exists"))
    }
}

/// The outcome's inside; anything but `Applied` fails the test.
pub fn applied(outcome: StepOutcome) -> Applied {
    match outcome {
        StepOutcome::Applied(applied) => applied,
        other => panic!("the signal was not applied: {other:?}"),
    }
}

/// Seconds after a fixed morning.
#[must_use]
pub fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_790_000_000 + secs)
}

#[must_use]
pub fn page(limit: u32) -> Page {
    Page::first(limit)
}

#[must_use]
pub fn phone(n: u32) -> AddressKey {
    AddressKey::phone(format!("+1202555{n:04}"))
}

#[must_use]
pub fn to_phone(n: u32) -> Target {
    Target::Addresses { keys: vec![phone(n)], create: true }
}

#[must_use]
pub fn signal(n: u128, target: Target, body: SignalBody) -> Signal {
    Signal {
        id: SignalId::from_u128(n),
        workspace: WS,
        target,
        event_time: at(0),
        arrival_time: at(1),
        source: "test".to_owned(),
        dedupe_key: None,
        fingerprint: None,
        permit: Vec::new(),
        body,
    }
}

#[must_use]
pub fn event(n: u128, target: Target, script: &Script) -> Signal {
    let body = SignalBody::Event { name: "scripted".to_owned(), properties: script.properties(), contact: Default::default() };
    signal(n, target, body)
}

/// An event that only leaves its id in the contact's state.
#[must_use]
pub fn plain(n: u128, target: Target) -> Signal {
    event(n, target, &Script::default())
}

#[must_use]
pub fn keyed(signal: Signal, key: &str) -> Signal {
    Signal { dedupe_key: Some(key.to_owned()), ..signal }
}

/// A status of a message that only the provider's id names.
#[must_use]
pub fn receipt(n: u128, provider_id: &str, status: MessageStatus) -> Signal {
    let receipt = Receipt {
        message: None,
        provider_id: Some(provider_id.to_owned()),
        channel: Channel::Whatsapp,
        status,
        at: at(5),
        error: None,
        price: None,
        category: None,
        charged: None,
        learnt: Vec::new(),
    };
    let target = Target::ProviderMessage { channel: Channel::Whatsapp, provider_id: provider_id.to_owned() };
    signal(n, target, SignalBody::Receipt(receipt))
}
