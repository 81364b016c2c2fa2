//! Short links whose time is over.

use model::{MessageId, Millis};
use runtime::{LinkLoop, ShortLinkDoc};
use storage::{Document as _, DocumentExt, Page};

use crate::world::{WS, World};

#[tokio::test]
async fn links_whose_time_is_over_are_forgotten_and_the_others_stay() {
    let world = World::new().await;
    let (store, start): (_, _) = (world.engine.store().clone(), world.now());
    for n in 0..700_u32 {
        let life = Millis::from_days(if n % 3 == 0 { 90 } else { 30 });
        let code = format!("{n:012}");
        let link = ShortLinkDoc {
            code,
            message: MessageId::from_u128(1),
            target: "https://example.com".to_owned(),
            written: start,
            ends: start + life,
        };
        store.put(WS, &link, 0, start).await.unwrap();
    }
    let left = async || {
        let (mut count, mut page) = (0, Page::first(500));
        loop {
            let got = store.documents(WS, ShortLinkDoc::KIND, page).await.unwrap();
            count += got.items.len();
            match got.next {
                Some(after) => page = Page { limit: 500, after: Some(after) },
                None => return count,
            }
        }
    };
    let mut links = LinkLoop::new(world.engine.clone());
    world.set(start + Millis::from_days(30) - Millis(1));
    assert_eq!(links.tick(world.now()).await.unwrap(), Some(world.now() + Millis::from_hours(24)));
    assert_eq!(left().await, 700, "not a moment before");
    world.set(start + Millis::from_days(30));
    links.tick(world.now()).await.unwrap();
    assert_eq!(left().await, 234);
    world.set(start + Millis::from_days(90));
    LinkLoop::new(world.engine.clone()).tick(world.now()).await.unwrap();
    assert_eq!(left().await, 0, "a node that starts anew goes on with the same");
}
