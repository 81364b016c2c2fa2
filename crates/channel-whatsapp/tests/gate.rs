//! The whole way out: the gate decides, its seal is stored, and the adapter takes nothing but the opened decision (ACCEPTANCE A65).

use std::sync::Arc;

use axum::routing::post;
use axum::{Json, Router};
use channel::{Account, Adapter as _, Provider, Secret, WhatsappAccount};
use channel_whatsapp::Whatsapp;
use http_client::RouterTransport;
use model::contact::Contact;
use model::content::Content;
use model::decision::Stage;
use model::message::{ChannelDraft, Class, InDoubt, Intent, OnCap, OnLate, Origin, Rendered};
use model::sender::{Sender, SenderStatus};
use model::signal::SendOutcome;
use model::template::Template;
use model::{Address, AddressKey, Channel, ContactId, DecisionId, MessageId, Purpose, SenderId, Timestamp, UserId, WorkspaceId};
use policy::{ConsentBook, Decision, GateInput, GateKey, Rulebook, SendHistory, Windows, judge};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn sender(id: u128) -> Sender {
    Sender {
        id: SenderId::from_u128(id),
        channel: Channel::Whatsapp,
        name: "Main".into(),
        address: "+15550783881".into(),
        provider_ref: "106540352242922".into(),
        status: SenderStatus::Active,
        per_second: 80,
    }
}

fn account(sender: Sender) -> Account {
    Account {
        workspace: WorkspaceId::from_u128(1),
        sender,
        provider: Provider::WhatsappCloud(WhatsappAccount {
            phone_number_id: "106540352242922".into(),
            waba_id: "1".into(),
            access_token: Secret::new("TOKEN"),
            app_secret: Secret::new("s"),
            verify_token: Secret::new("v"),
            base_url: "https://graph.example.com".into(),
            graph_version: "v26.0".into(),
            read_receipts: true,
            dataset_id: None,
        }),
    }
}

/// An agent's answer while the person's window is open.
fn decided(sender: &Sender) -> Decision {
    let address = AddressKey::phone("+12025550123");
    let contact = Contact {
        id: ContactId::from_u128(3),
        created_at: NOW,
        name: None,
        locale: None,
        addresses: vec![Address::new(address.clone(), "webhook", NOW)],
        attributes: Default::default(),
        zones: vec![],
        preferred_channel: None,
        advert: None,
    };
    let draft = ChannelDraft {
        channel: Channel::Whatsapp,
        sender: Some(sender.id),
        address: Some(address),
        in_window: Some(Rendered::Ready(Content::text("Your table is ready"))),
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
    let ruling = judge(&GateInput {
        now: NOW,
        stage: Stage::HandOff,
        decision_id: DecisionId::from_u128(8),
        workspace: WorkspaceId::from_u128(1),
        message: Some(MessageId::from_u128(7)),
        contact: &contact,
        consent: &ConsentBook::default(),
        windows: &windows,
        history: &SendHistory::default(),
        intent: &intent,
        rules: &Rulebook::default(),
        senders: std::slice::from_ref(sender),
        templates: &Vec::<Template>::new(),
        hold: None,
        newer_with_collapse_key: false,
        weight: policy::Weight::default(),
        rivals: &[],
        service_messages: None,
        room: &[],
        key: &GateKey::new([7; 32]),
    });
    ruling.decision.unwrap_or_else(|| panic!("{:?}", ruling.record))
}

fn adapter() -> Whatsapp {
    let send = post(|Json(body): Json<Value>| async move {
        assert_eq!((&body["to"], &body["text"]["body"]), (&json!("+12025550123"), &json!("Your table is ready")));
        assert_eq!(body["biz_opaque_callback_data"], MessageId::from_u128(7).to_string());
        Json(
            json!({"messaging_product": "whatsapp", "contacts": [{"input": "+12025550123", "wa_id": "12025550123"}], "messages": [{"id": "wamid.A"}]}),
        )
    });
    let router = Router::new().route("/v26.0/106540352242922/messages", send);
    Whatsapp::new(Arc::new(RouterTransport::new().host("graph.example.com", router)))
}

#[tokio::test]
async fn a65_a_message_leaves_by_a_decision_of_the_gate() {
    let outcome = adapter().send(&account(sender(2)), &decided(&sender(2))).await;
    let learnt = vec![AddressKey::phone("+12025550123")];
    assert_eq!(outcome, SendOutcome::Accepted { provider_id: "wamid.A".into(), learnt });
}

#[tokio::test]
async fn a65_a_decision_for_another_sender_does_not_leave() {
    let outcome = adapter().send(&account(sender(9)), &decided(&sender(2))).await;
    assert!(matches!(outcome, SendOutcome::Refused { error } if error.for_user.contains("another sender")));
}
