//! Limits that the provider counts per business, and what it grants each number (R-RATE-1).

use std::collections::BTreeSet;

use channel::{Account, PeopleLimit, Provider, Received, SenderReport, Throughput};
use model::content::{Content, TemplateCall, TemplatePreview};
use model::message::{ChannelDraft, Class, Origin, Rendered};
use model::signal::{MessageRequest, SignalBody};
use model::{Channel, Millis, Purpose, SenderId, TemplateId};
use policy::Rulebook;
use runtime::documents::AccountDoc;
use serde_json::json;
use storage::{DocumentExt, StepOutcome};

use crate::world::{OTHER, RATE, WHATSAPP, WS, World, account_of, to_person};

/// A number of an account of its own.
const ELSEWHERE: SenderId = SenderId::from_u128(4);

fn of_account(id: SenderId, waba: &str) -> Account {
    let mut account = account_of(WS, id);
    if let Provider::WhatsappCloud(number) = &mut account.provider {
        number.waba_id = waba.to_owned();
    }
    account
}

/// Three numbers of three accounts.
async fn world() -> World {
    let mut world = World::new().await;
    world.template("hello", 1).await;
    world.policy(Rulebook::default()).await;
    for account in [of_account(OTHER, "3"), of_account(ELSEWHERE, "4")] {
        world.store.put(WS, &AccountDoc(account), 0, world.now()).await.unwrap();
    }
    world.engine.reload(WS).await.unwrap();
    world.run(Millis::from_secs(1)).await;
    world
}

fn says(sender: SenderId, people: Option<PeopleLimit>, throughput: Option<Throughput>) -> Received {
    let key = format!("{sender}:{people:?}:{throughput:?}");
    Received::Sender(SenderReport { senders: vec![sender], kind: "told".to_owned(), pause: None, people, throughput, raw: json!({}), key })
}

impl World {
    async fn told(&self, received: Received) {
        self.engine.take_in(WS, "webhook:whatsapp", vec![received]).await.unwrap();
    }

    /// Templates from this number to these people.
    async fn promote(&self, sender: SenderId, people: std::ops::Range<u32>) {
        let preview = TemplatePreview { body: "Your table is ready.".to_owned(), ..TemplatePreview::default() };
        let call = TemplateCall {
            template: TemplateId::from_u128(1),
            name: "hello".to_owned(),
            language: "en".to_owned(),
            version: "v1".to_owned(),
            header: Vec::new(),
            body: Vec::new(),
            buttons: Vec::new(),
            preview,
            parts: Default::default(),
        };
        let draft = ChannelDraft {
            channel: Channel::Whatsapp,
            sender: Some(sender),
            address: None,
            in_window: None,
            out_of_window: Some(Rendered::Ready(Content::Template(call))),
        };
        let request = MessageRequest {
            origin: Origin::Api { key: "test".to_owned() },
            class: Class::Transactional,
            purpose: Purpose::Transactional,
            topic: None,
            channels: vec![draft],
            max_lateness: Some(Millis::from_hours(200)),
        };
        let asked = people.map(|n| to_person(n, SignalBody::Request(Box::new(request.clone())))).collect();
        for outcome in self.engine.submit(asked).await.unwrap() {
            let StepOutcome::Applied(applied) = outcome else { panic!("{outcome:?}") };
            assert_eq!(applied.reply["sent"], true, "{}", applied.reply);
        }
    }

    async fn owned(&self, sender: SenderId, portfolio: &str) {
        let account = self.engine.account(sender).unwrap();
        self.engine.portfolio_learned(&account, portfolio).await.unwrap();
    }

    /// Different people to whom these numbers wrote.
    fn reached(&self, senders: &[SenderId]) -> usize {
        self.got().into_iter().filter(|got| senders.contains(&got.sender)).map(|got| got.to).collect::<BTreeSet<_>>().len()
    }

    async fn rate(&self, sender: SenderId) -> u32 {
        self.store.get::<AccountDoc>(WS, &sender.to_string()).await.unwrap().unwrap().value.0.sender.per_second
    }
}

#[tokio::test]
async fn a10_two_numbers_of_one_portfolio_share_its_limit_and_another_portfolio_has_its_own() {
    let mut world = world().await;
    for (sender, portfolio) in [(WHATSAPP, "one"), (OTHER, "one"), (ELSEWHERE, "two")] {
        world.owned(sender, portfolio).await;
    }
    // Told of one number, it holds for both of the portfolio.
    world.told(says(WHATSAPP, Some(PeopleLimit::PerDay(50)), None)).await;
    world.told(says(ELSEWHERE, Some(PeopleLimit::PerDay(20)), None)).await;
    world.promote(WHATSAPP, 0..40).await;
    world.promote(OTHER, 40..80).await;
    world.promote(ELSEWHERE, 80..120).await;
    world.run(Millis::from_hours(1)).await;
    assert_eq!((world.reached(&[WHATSAPP, OTHER]), world.reached(&[ELSEWHERE])), (50, 20));
    // Who was written to is known after a start, and still whose people they are.
    world.restart().await;
    world.promote(ELSEWHERE, 120..140).await;
    world.run(Millis::from_hours(1)).await;
    assert_eq!((world.reached(&[WHATSAPP, OTHER]), world.reached(&[ELSEWHERE])), (50, 20));
    world.told(says(OTHER, Some(PeopleLimit::Unlimited), None)).await;
    world.run(Millis::from_mins(1)).await;
    assert_eq!((world.reached(&[WHATSAPP, OTHER]), world.reached(&[ELSEWHERE])), (80, 20));
    world.assert_within_limits();
}

#[tokio::test]
async fn a10_until_it_is_known_whose_the_numbers_are_they_share_one_limit() {
    let mut world = world().await;
    world.owned(WHATSAPP, "one").await;
    world.owned(OTHER, "two").await;
    for sender in [WHATSAPP, OTHER, ELSEWHERE] {
        world.told(says(sender, Some(PeopleLimit::PerDay(30)), None)).await;
    }
    world.promote(WHATSAPP, 0..25).await;
    world.promote(OTHER, 25..50).await;
    world.run(Millis::from_hours(1)).await;
    assert_eq!(world.reached(&[WHATSAPP, OTHER]), 30);
    // Now it is, and each business goes on with what is left of its own.
    world.owned(ELSEWHERE, "one").await;
    world.promote(ELSEWHERE, 50..75).await;
    world.run(Millis::from_hours(1)).await;
    assert_eq!((world.reached(&[OTHER]), world.reached(&[WHATSAPP, ELSEWHERE])), (25, 30));
}

#[tokio::test]
async fn r_rate_1_a_numbers_pace_follows_what_the_provider_grants_within_a_second() {
    let mut world = world().await;
    let grant = |granted| Throughput { granted, standard: RATE, most: 1_000 };
    world.told(says(OTHER, None, Some(grant(1_000)))).await;
    assert_eq!((world.rate(WHATSAPP).await, world.rate(OTHER).await), (RATE, 1_000));
    for sender in [WHATSAPP, OTHER] {
        world.write_in(0..900, "Hello", sender).await;
    }
    world.run(Millis::from_secs(1)).await;
    world.ask(OTHER, Class::Service, 0..900, None).await;
    world.ask(WHATSAPP, Class::Service, 0..900, None).await;
    let began = world.now();
    world.run(Millis::from_secs(20)).await;
    let took = |sender| world.got().into_iter().filter(|got| got.sender == sender).map(|got| got.at).max().unwrap() - began;
    assert!(took(OTHER) <= Millis(1_000), "900 at 1,000 a second took {}", took(OTHER));
    assert!(took(WHATSAPP) >= Millis(10_000), "900 at 80 a second took {}", took(WHATSAPP));
    world.told(says(OTHER, None, Some(grant(RATE)))).await;
    assert_eq!(world.rate(OTHER).await, RATE, "and down again");
}

#[test]
fn a_rate_that_people_chose_below_the_grant_stays() {
    let grant = |granted| Throughput { granted, standard: 80, most: 1_000 };
    for (rate, granted, follows) in [
        (80, 80, 80),
        (80, 1_000, 1_000),
        (1_000, 80, 80),
        (20, 1_000, 20),
        (20, 80, 20),
        (500, 80, 80),
        (500, 1_000, 500),
        (5_000, 1_000, 5_000),
    ] {
        assert_eq!(grant(granted).follow(rate), follows, "{rate} when {granted} are granted");
    }
}
