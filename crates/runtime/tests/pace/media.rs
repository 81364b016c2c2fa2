//! Whose media are fetched first.

use model::content::MediaKind;
use model::inbound::{InboundContent, InboundMedia, InboundMessage};
use model::signal::{SignalBody, Target};
use model::{Channel, Millis, SenderId, WorkspaceId};
use runtime::documents::{AccountDoc, WorkspaceDoc};
use runtime::{MediaLoop, MediaStore, NewSignal};
use storage::{DocumentExt, StepOutcome};

use crate::world::{START, WHATSAPP, WS, World, account_of, phone};

const OTHER: WorkspaceId = WorkspaceId::from_u128(2);
const OTHERS: SenderId = SenderId::from_u128(9);

/// Somebody sends photos.
async fn photos(world: &World, ws: WorkspaceId, sender: SenderId, count: u32) {
    let photo = |n: u32| {
        let media = InboundMedia {
            kind: MediaKind::Image,
            mime: "image/jpeg".to_owned(),
            provider_ref: format!("{sender}.{n}"),
            caption: None,
            filename: None,
            stored: None,
        };
        let body = SignalBody::Inbound(InboundMessage {
            channel: Channel::Whatsapp,
            sender,
            provider_id: format!("in.{sender}.{n}"),
            from: vec![phone(n)],
            profile_name: None,
            content: InboundContent::Media(media),
            in_reply_to: None,
            referral: None,
            sent_at: START,
        });
        NewSignal::new(ws, Target::Addresses { keys: vec![phone(n)], create: true }, "test", body)
    };
    for outcome in world.engine.submit((0..count).map(photo).collect()).await.unwrap() {
        assert!(matches!(outcome, StepOutcome::Applied(_)), "{outcome:?}");
    }
}

async fn two_workspaces() -> (World, MediaLoop, tempfile::TempDir) {
    let world = World::new().await;
    let workspace = WorkspaceDoc { id: OTHER, name: "Other".to_owned(), default_queue: "inbox".to_owned(), created_at: START };
    world.engine.set_up(&workspace, &[]).await.unwrap();
    world.store.put(OTHER, &AccountDoc(account_of(OTHER, OTHERS)), 0, START).await.unwrap();
    world.engine.reload(OTHER).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = MediaStore::open(folder.path()).await.unwrap();
    let media = MediaLoop::new(world.engine.clone(), store);
    world.book.lock().unwrap().has_media = true;
    (world, media, folder)
}

#[tokio::test]
async fn one_workspaces_flood_of_media_does_not_hold_up_another() {
    let (world, mut media, _folder) = two_workspaces().await;
    photos(&world, WS, WHATSAPP, 2_500).await;
    photos(&world, OTHER, OTHERS, 3).await;
    media.tick(world.now()).await.unwrap();
    let fetched = world.book.lock().unwrap().fetched.clone();
    assert_eq!(fetched.iter().filter(|sender| **sender == OTHERS).count(), 3, "theirs came in the first turn: {}", fetched.len());
    assert!(fetched.len() < 50, "a turn is short: {}", fetched.len());
}

#[tokio::test]
async fn every_medium_of_a_flood_is_fetched_once_and_then_the_loop_rests() {
    let (world, mut media, _folder) = two_workspaces().await;
    photos(&world, WS, WHATSAPP, 2_500).await;
    let mut ticks = 0;
    while let Some(at) = media.tick(world.now()).await.unwrap() {
        assert_eq!(at, world.now());
        ticks += 1;
        assert!(ticks < 1_000, "the loop never rests");
    }
    assert_eq!(world.book.lock().unwrap().fetched.len(), 2_500);
    photos(&world, OTHER, OTHERS, 1).await;
    assert_eq!(media.tick(world.now()).await.unwrap(), None);
    assert_eq!(world.book.lock().unwrap().fetched.len(), 2_501);
}

#[tokio::test]
async fn a_medium_that_cannot_be_fetched_is_tried_again_later_and_not_for_ever() {
    let (world, mut media, _folder) = two_workspaces().await;
    world.book.lock().unwrap().has_media = false;
    photos(&world, WS, WHATSAPP, 1).await;
    let mut tries = 1;
    while let Some(again) = media.tick(world.now()).await.unwrap() {
        assert!(again > world.now() + Millis::from_secs(100), "not at once");
        world.set(again);
        tries += 1;
        assert!(tries < 20, "it is tried for ever");
    }
    assert_eq!(tries, 8);
}

#[tokio::test]
async fn what_its_sender_deleted_before_it_was_fetched_is_not_fetched() {
    let (world, mut media, _folder) = two_workspaces().await;
    photos(&world, WS, WHATSAPP, 2).await;
    let body = SignalBody::Inbound(InboundMessage {
        channel: Channel::Whatsapp,
        sender: WHATSAPP,
        provider_id: "in.revoke".to_owned(),
        from: vec![phone(0)],
        profile_name: None,
        content: InboundContent::Revoke { of: format!("in.{WHATSAPP}.0") },
        in_reply_to: None,
        referral: None,
        sent_at: START,
    });
    let signal = NewSignal::new(WS, Target::Addresses { keys: vec![phone(0)], create: true }, "test", body);
    assert!(matches!(world.engine.submit(vec![signal]).await.unwrap().as_slice(), [StepOutcome::Applied(_)]));
    media.tick(world.now()).await.unwrap();
    assert_eq!(world.book.lock().unwrap().fetched.len(), 1);
}
