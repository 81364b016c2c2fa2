//! Whom a signal is about.

use model::inbound::{InboundContent, InboundMessage};
use model::signal::{AgentAct, SignalBody, Target};
use model::{AddressKey, Channel, ContactId, MessageId, MessageStatus, UserId};
use storage::StepOutcome;

use crate::make::{SENDER, WS, World, event, message, phone, plain, signal, to_phone};
use crate::{Backend, Script};

pub async fn an_unknown_address_makes_a_contact_with_the_id_of_the_signal<B: Backend>() {
    let world = World::<B>::fresh().await;
    let made = world.contact(77).await;
    assert_eq!(made, ContactId::from_u128(77));
    // The address was linked by the step, so the next signal finds it.
    assert_eq!(world.apply(plain(78, to_phone(77))).await.contact, made);
    assert_eq!(world.store.find_contact(WS, &[phone(9), phone(77)]).await.unwrap(), Some(made));
}

pub async fn an_unknown_address_makes_nobody_unless_asked<B: Backend>() {
    let world = World::<B>::fresh().await;
    let target = Target::Addresses { keys: vec![phone(1)], create: false };
    assert_eq!(world.one(plain(1, target)).await, StepOutcome::Unresolved { kept: false });
    assert_eq!(world.store.find_contact(WS, &[phone(1)]).await.unwrap(), None);
    assert_eq!(world.store.stats().await.unwrap().contacts, 0);
}

pub async fn the_first_address_that_anybody_has_wins<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    let both = |keys| Target::Addresses { keys, create: true };
    assert_eq!(world.apply(plain(10, both(vec![phone(9), phone(2), phone(1)]))).await.contact, two);
    assert_eq!(world.apply(plain(11, both(vec![phone(1), phone(2)]))).await.contact, one);
    // The same value of another kind is another address.
    let email = AddressKey::new(model::AddressKind::Email, phone(1).value);
    assert_eq!(world.apply(plain(12, both(vec![email]))).await.contact, ContactId::from_u128(12));
}

pub async fn an_unknown_contact_or_message_is_unresolved<B: Backend>() {
    let world = World::<B>::fresh().await;
    for target in [Target::Contact(ContactId::from_u128(5)), Target::Message(MessageId::from_u128(5))] {
        assert_eq!(world.one(plain(1, target)).await, StepOutcome::Unresolved { kept: false });
    }
}

pub async fn a_message_leads_to_its_contact<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let mut sent = message(50, MessageStatus::Accepted);
    sent.provider_id = Some("wamid.1".to_owned());
    world.script(2, contact, Script { messages: vec![sent.clone()], ..Script::default() }).await;
    assert_eq!(world.apply(plain(3, Target::Message(sent.id))).await.contact, contact);
    let by_provider = Target::ProviderMessage { channel: sent.channel, provider_id: "wamid.1".to_owned() };
    assert_eq!(world.apply(plain(4, by_provider)).await.contact, contact);
}

pub async fn an_address_stays_with_its_first_owner<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    world.script(10, two, Script { link: vec![phone(1), phone(3)], ..Script::default() }).await;
    assert_eq!(world.store.find_contact(WS, &[phone(1)]).await.unwrap(), Some(one));
    assert_eq!(world.store.find_contact(WS, &[phone(3)]).await.unwrap(), Some(two));
}

pub async fn a_step_that_would_link_an_address_of_another_is_decided_without_it<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    let seen = world.trace(two).await.seen.len();
    world.script(10, two, Script { link: vec![phone(3), phone(1), phone(2)], ..Script::default() }).await;
    let trace = world.trace(two).await;
    assert_eq!((trace.taken, trace.seen.len()), (vec![phone(1)], seen + 1), "its own are not taken, and it is one step");
    assert_eq!(world.store.find_contact(WS, &[phone(3)]).await.unwrap(), Some(two));
    // A contact that the step makes is told as well.
    let script = Script { link: vec![phone(4), phone(1)], ..Script::default() };
    let made = world.apply(event(11, to_phone(4), &script)).await.contact;
    assert_eq!(world.trace(made).await.taken, [phone(1)]);
    assert_eq!(world.store.find_contact(WS, &[phone(1)]).await.unwrap(), Some(one));
}

pub async fn within_a_batch_an_address_goes_to_whoever_came_first<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    let link = |n, contact, keys: Vec<AddressKey>| event(n, Target::Contact(contact), &Script { link: keys, ..Script::default() });
    let leave = event(12, Target::Contact(one), &Script { unlink: vec![phone(8)], ..Script::default() });
    let batch = vec![
        link(10, one, vec![phone(8), phone(9)]),
        link(11, two, vec![phone(8), phone(9)]),
        leave,
        link(13, two, vec![phone(8)]),
        link(14, one, vec![phone(8)]),
    ];
    world.store.step(batch).await.unwrap();
    assert_eq!(world.trace(two).await.taken, [phone(8), phone(9)]);
    assert_eq!(world.trace(one).await.taken, [phone(8)]);
    assert_eq!(world.store.find_contact(WS, &[phone(8)]).await.unwrap(), Some(two));
    assert_eq!(world.store.find_contact(WS, &[phone(9)]).await.unwrap(), Some(one));
}

pub async fn an_unlinked_address_can_be_taken_by_another<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    world.script(10, one, Script { unlink: vec![phone(1)], ..Script::default() }).await;
    assert_eq!(world.store.find_contact(WS, &[phone(1)]).await.unwrap(), None);
    world.script(11, two, Script { link: vec![phone(1)], ..Script::default() }).await;
    assert_eq!(world.store.find_contact(WS, &[phone(1)]).await.unwrap(), Some(two));
}

pub async fn only_the_owner_can_unlink_an_address<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    world.script(10, two, Script { unlink: vec![phone(1)], ..Script::default() }).await;
    assert_eq!(world.store.find_contact(WS, &[phone(1)]).await.unwrap(), Some(one));
}

pub async fn the_named_message_is_handed_in_as_earlier_steps_left_it<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let queued = message(50, MessageStatus::Queued);
    let sending = message(50, MessageStatus::Sending);
    let hand_off = |n| signal(n, Target::Contact(contact), SignalBody::HandOff { message: queued.id });
    let batch = vec![
        hand_off(10),
        event(11, Target::Contact(contact), &Script { messages: vec![queued.clone()], ..Script::default() }),
        hand_off(12),
        event(13, Target::Contact(contact), &Script { messages: vec![sending], ..Script::default() }),
        hand_off(14),
    ];
    world.store.step(batch).await.unwrap();
    let named = world.trace(contact).await.named;
    assert_eq!(named[1..], [None, None, Some(MessageStatus::Queued), None, Some(MessageStatus::Sending)]);
}

pub async fn a_message_of_somebody_else_is_not_handed_in<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    let theirs = message(50, MessageStatus::Queued);
    world.script(10, one, Script { messages: vec![theirs.clone()], ..Script::default() }).await;
    world.apply(signal(11, Target::Contact(two), SignalBody::HandOff { message: theirs.id })).await;
    assert_eq!(world.trace(two).await.named, [None, None]);
}

pub async fn an_edit_a_deletion_and_a_reaction_name_the_message_that_they_are_about<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let mut said = message(50, MessageStatus::Received);
    said.provider_id = Some("wamid.1".to_owned());
    let channel = said.channel;
    world.script(10, contact, Script { messages: vec![said.clone()], ..Script::default() }).await;
    let of = || "wamid.1".to_owned();
    let about = [
        InboundContent::Edit { of: of(), body: None },
        InboundContent::Revoke { of: of() },
        InboundContent::Reaction { to: of(), emoji: None },
        InboundContent::Revoke { of: "wamid.2".to_owned() },
    ];
    for (n, content) in (20..).zip(about) {
        world.apply(signal(n, to_phone(1), inbound(n, channel, content))).await;
    }
    let draft = model::message::ChannelDraft { channel, sender: None, address: None, in_window: None, out_of_window: None };
    let reply = AgentAct::Reply { draft, seen: None, reply_to: Some(said.id) };
    world.apply(signal(30, Target::Contact(contact), SignalBody::Agent { user: UserId::from_u128(1), act: reply })).await;
    let named = world.trace(contact).await.named;
    let received = Some(MessageStatus::Received);
    assert_eq!(named[2..], [received, received, received, None, received]);
}

fn inbound(n: u128, channel: Channel, content: InboundContent) -> SignalBody {
    SignalBody::Inbound(InboundMessage {
        channel,
        sender: SENDER,
        provider_id: format!("wamid.in.{n}"),
        from: vec![phone(1)],
        profile_name: None,
        content,
        in_reply_to: None,
        referral: None,
        sent_at: crate::make::at(0),
    })
}
