//! The seal: a stored message leaves exactly as it was decided, or not at all (A65, U13).

use model::content::{Content, Location};
use model::message::{Class, Direction, Intent, Message, OnLate, Quote, Rendered};
use model::{AddressKey, Channel, ContactId, ConversationId, DecisionId, MessageId, MessageStatus, Millis, SenderId, WorkspaceId};
use policy::{Decision, ForgedSeal, GateKey};

use crate::support::*;

fn sealed(world: &World) -> Message {
    let ruling = world.judge();
    let chosen = ruling.chosen.unwrap();
    Message {
        id: world.message.unwrap(),
        workspace: WorkspaceId::from_u128(1),
        contact: world.contact.id,
        conversation: ConversationId::from_u128(1),
        case: None,
        direction: Direction::Out,
        channel: chosen.channel,
        sender: chosen.sender,
        address: chosen.address,
        origin: world.intent.origin.clone(),
        class: Class::Transactional,
        purpose: Some(world.intent.purpose),
        status: MessageStatus::Sending,
        times: Default::default(),
        created_at: world.now,
        not_before: None,
        content: Some(chosen.content),
        received: None,
        decision: Some(ruling.record.id),
        provider_id: None,
        attempts: 0,
        error: None,
        price: None,
        double_reach: false,
        in_reply_to: None,
        edited_at: None,
        revoked_at: None,
        intent: None,
        seal: ruling.seal,
    }
}

#[test]
fn a65_a_sealed_message_opens_after_a_trip_through_the_store() {
    let world = World::transactional();
    let message = sealed(&world);
    let read: Message = serde_json::from_str(&serde_json::to_string(&message).unwrap()).unwrap();
    let decision = Decision::open(&read, &world.key).unwrap();
    assert_eq!(Some(&decision), world.judge().decision.as_ref());
    assert_eq!(Some(decision.content()), message.content.as_ref());
}

/// U13: every member that a send depends on, changed one by one.
#[test]
fn u13_any_change_after_the_decision_breaks_the_seal() {
    type Change = fn(&mut Message);
    let changes: [(&str, Change); 10] = [
        ("address", |m| m.address = AddressKey::phone("+12025550199")),
        ("content", |m| m.content = Some(Content::text("buy now"))),
        ("message", |m| m.id = MessageId::from_u128(999)),
        ("sender", |m| m.sender = SenderId::from_u128(999)),
        ("channel", |m| m.channel = Channel::Sms),
        ("contact", |m| m.contact = ContactId::from_u128(999)),
        ("workspace", |m| m.workspace = WorkspaceId::from_u128(999)),
        ("decision", |m| m.decision = Some(DecisionId::from_u128(999))),
        ("seal", |m| m.seal = Some("00".repeat(32))),
        ("seal text", |m| m.seal = Some("not hex".into())),
    ];
    let world = World::transactional();
    for (what, change) in changes {
        let mut message = sealed(&world);
        change(&mut message);
        assert_eq!(Decision::open(&message, &world.key), Err(ForgedSeal::Changed(message.id)), "{what}");
    }
    let message = sealed(&world);
    assert_eq!(Decision::open(&message, &GateKey::new([8; 32])), Err(ForgedSeal::Changed(message.id)));
}

/// A reply quotes what was said on the channel and with the sender that it goes by, and the seal covers what it quotes.
#[test]
fn u13_what_a_message_quotes_is_under_the_seal() {
    let mut world = World::transactional();
    let plain = world.judge().chosen.unwrap();
    let quote = |provider_id: &str| Quote {
        message: MessageId::from_u128(5),
        channel: plain.channel,
        sender: plain.sender,
        provider_id: provider_id.to_owned(),
    };
    world.intent.quote = Some(quote("wamid.5"));
    assert_eq!(world.judge().decision.unwrap().quotes(), Some("wamid.5"));
    let mut message = sealed(&world);
    message.intent = Some(Box::new(world.intent.clone()));
    assert_eq!(Decision::open(&message, &world.key).unwrap().quotes(), Some("wamid.5"));
    for forged in [None, Some(quote("wamid.6"))] {
        let intent = Box::new(Intent { quote: forged, ..world.intent.clone() });
        let forged = Message { intent: Some(intent), ..message.clone() };
        assert_eq!(Decision::open(&forged, &world.key), Err(ForgedSeal::Changed(message.id)));
    }
    world.intent.quote = Some(Quote { sender: SenderId::from_u128(999), ..quote("wamid.5") });
    assert_eq!(world.judge().decision.unwrap().quotes(), None, "it was said to another number");
}

#[test]
fn u13_a_message_without_a_seal_or_not_about_to_be_sent_does_not_open() {
    let world = World::transactional();
    let mut message = sealed(&world);
    message.seal = None;
    assert_eq!(Decision::open(&message, &world.key), Err(ForgedSeal::Unsealed(message.id)));
    for status in [MessageStatus::Queued, MessageStatus::Accepted, MessageStatus::Cancelled, MessageStatus::InDoubt] {
        let mut message = sealed(&world);
        message.status = status;
        assert_eq!(Decision::open(&message, &world.key), Err(ForgedSeal::NotSending { message: message.id, status }));
    }
}

#[test]
fn r_late_2_an_opened_decision_says_how_long_the_provider_may_try() {
    let mut world = World::transactional();
    (world.intent.max_lateness, world.intent.due_at) = (Some(Millis::from_mins(5)), world.now - Millis::from_mins(2));
    let granted = world.judge().decision.unwrap();
    assert_eq!(granted.lifetime(), Some(Millis::from_mins(3)));
    let mut message = sealed(&world);
    message.intent = Some(Box::new(world.intent.clone()));
    message.times.insert(MessageStatus::Sending, world.now);
    assert_eq!(Decision::open(&message, &world.key).unwrap(), granted);
    // Who wants it sent however late sets no end to it.
    world.intent.on_late = OnLate::Send;
    message.intent = Some(Box::new(world.intent.clone()));
    assert_eq!(Decision::open(&message, &world.key).unwrap().lifetime(), None);
    // After that time another channel goes (R-FB): this one is to be taken back.
    world.intent.replaced_after = Some(Millis::from_mins(10));
    message.intent = Some(Box::new(world.intent.clone()));
    assert_eq!(Decision::open(&message, &world.key).unwrap().lifetime(), Some(Millis::from_mins(10)));
    world.intent.on_late = OnLate::Skip;
    message.intent = Some(Box::new(world.intent));
    assert_eq!(Decision::open(&message, &world.key).unwrap().lifetime(), Some(Millis::from_mins(3)), "whatever is sooner");
}

#[test]
fn coordinates_survive_the_store() {
    let mut world = World::transactional();
    world.windows.on_inbound(WHATSAPP, world.now, false);
    let place = Location { latitude: 0.1 + 0.2, longitude: -9.139_336_600_000_001, name: None, address: None };
    world.intent.channels[0].in_window = Some(Rendered::Ready(Content::Location(place)));
    let mut message = sealed(&world);
    if let Some(Content::Location(place)) = &mut message.content {
        place.latitude = 0.3;
    }
    assert!(Decision::open(&message, &world.key).is_ok());
}

#[test]
fn the_key_does_not_show_itself() {
    assert_eq!(format!("{:?}", GateKey::new([7; 32])), "GateKey(…)");
}
