//! Messages that the gate lets through: nothing else can be sent.

use channel::Account;
use model::contact::Contact;
use model::content::Content;
use model::decision::Stage;
use model::message::{ChannelDraft, Class, InDoubt, Intent, OnCap, OnLate, Origin, Rendered};
use model::{Address, AddressKey, ContactId, DecisionId, MessageId, Purpose, Timestamp, UserId};
use policy::{ConsentBook, Decision, GateInput, GateKey, Rulebook, SendHistory, Windows, judge};

use crate::samples::template;

/// The moment of every test.
pub const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// An agent's answer to somebody who has just written.
#[derive(Clone, Debug)]
pub struct Wish {
    pub message: MessageId,
    pub address: AddressKey,
    pub content: Content,
}

/// The gate's decision; a panic when it does not let the message go, because then nothing is tested.
#[must_use]
pub fn decided(account: &Account, wish: &Wish) -> Decision {
    try_decided(account, wish).unwrap_or_else(|| panic!("the gate does not let the sample go: {wish:?}"))
}

/// `None` when the gate does not let it go.
pub(crate) fn try_decided(account: &Account, wish: &Wish) -> Option<Decision> {
    let sender = &account.sender;
    let contact = Contact {
        id: ContactId::from_u128(3),
        created_at: NOW,
        name: None,
        locale: None,
        addresses: vec![Address::new(wish.address.clone(), "webhook", NOW)],
        attributes: Default::default(),
        zones: vec![],
        preferred_channel: None,
        advert: None,
    };
    let draft = ChannelDraft {
        channel: sender.channel,
        sender: Some(sender.id),
        address: Some(wish.address.clone()),
        in_window: Some(Rendered::Ready(wish.content.clone())),
        out_of_window: None,
    };
    let intent = Intent {
        origin: Origin::Agent { user: UserId::from_u128(5) },
        class: Class::Agent,
        purpose: Purpose::Service,
        topic: None,
        channels: vec![draft],
        due_at: NOW,
        max_lateness: None,
        on_late: OnLate::Send,
        on_cap: OnCap::Skip,
        in_doubt: InDoubt::Drop,
        replaced_after: None,
        quote: None,
    };
    let mut windows = Windows::default();
    windows.on_inbound(sender.id, NOW, false);
    judge(&GateInput {
        now: NOW,
        stage: Stage::HandOff,
        decision_id: DecisionId::from_u128(8),
        workspace: account.workspace,
        message: Some(wish.message),
        contact: &contact,
        consent: &ConsentBook::default(),
        windows: &windows,
        history: &SendHistory::default(),
        intent: &intent,
        rules: &Rulebook::default(),
        senders: std::slice::from_ref(sender),
        templates: &vec![template()],
        hold: None,
        newer_with_collapse_key: false,
        weight: policy::Weight::default(),
        rivals: &[],
        service_messages: None,
        room: &[],
        key: &GateKey::new([7; 32]),
    })
    .decision
}
