//! `kill -9` at random moments while journeys run: nothing accepted is lost, nobody gets a message twice, order is kept, a STOP holds.
//!
//! CI runs the small forms; `cargo xtask crash` runs as many as it is told.

use std::time::Duration;

use crate::evidence::Evidence;
use crate::fleet::Fleet;
use crate::http::Client;
use crate::load::{Business, OFFERS, gets_offers, keys, offer};
use crate::plan::{Backing, Plan};
use crate::process::now;
use crate::report::Report;
use crate::{killer, setup, stops, world};

/// How long a kill with everything around it takes, about: the business spreads its work over all of them.
const CYCLE: Duration = Duration::from_millis(600);
const SHARED_CYCLE: Duration = Duration::from_millis(1_700);
/// Give-up is longer than the gaps of webhooks that meet a dead server (1, 5, 30 s), as the real 15 minutes are. A small log makes checkpoints
/// frequent; what a dead node held is taken over soon.
const OPTIONS: [&str; 8] = ["--settle-after", "6", "--settle-give-up", "45", "--checkpoint-pages", "256", "--take-over-after", "1"];

#[expect(clippy::print_stdout, reason = "what was found is shown also when nothing is wrong")]
async fn crash(plan: Plan) {
    let folder = tempfile::tempdir().expect("a folder");
    let world = world::start(folder.path(), &plan);
    let (mut fleet, link) = Fleet::start(folder.path(), &plan, &OPTIONS).await;
    let api = setup::key(&fleet.client(), &link).await;
    setup::connect(&api, &fleet.balancer.url, &world).await;
    setup::publish(&api).await;
    world::make_it_hard(&world.control).await;
    let people = world::people(&world.control, plan.people).await;

    let began = now();
    let business = Business::new(&api);
    let desk = {
        let (business, phones) = (business.clone(), people.iter().map(|(_, phone)| phone.clone()).collect());
        let cycle = if plan.store == Backing::Postgres { SHARED_CYCLE } else { CYCLE };
        let span = cycle * plan.kills.max(8) * 9 / 10;
        tokio::spawn(async move { business.serve(phones, span).await })
    };
    let killed = killer::kill(&mut fleet, plan.kills, plan.seed).await;
    desk.await.expect("everybody is served");
    let mut report = Report { seed: plan.seed, nodes: plan.nodes, store: format!("{:?}", plan.store).to_lowercase(), ..Report::default() };
    report.faults.extend(world::rest(&api, &world.control).await.err());
    let last_offers = tempt(&business, &world.control, &people).await;
    report.faults.extend(world::rest(&api, &world.control).await.err());

    let booked = business.booked();
    report.people = plan.people;
    report.kills = killed.kinds.values().sum();
    report.start_ms = killed.start_ms();
    report.kinds = killed.kinds.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect();
    (report.accepted, report.repeated, report.known) = (booked.accepted, booked.repeated, booked.known);
    let all = (0..plan.people).flat_map(keys).chain(last_offers.iter().cloned());
    let evidence = Evidence::gather(&api, &world.control, &people, all).await;
    report.seconds = (now() - began).as_secs_f64();
    evidence.judge(plan.people, &last_offers, &mut report);
    consistent(&api, &fleet, &mut report).await;
    if let Some(path) = &plan.json {
        std::fs::write(path, serde_json::to_string_pretty(&report).expect("a report")).expect("a place for the report");
    }
    println!("{}", report.summary());
    assert!(report.is_clean(), "{}\n{}", report.summary(), fleet.tail());
}

/// One more offer to everybody who wrote STOP, now that nothing is killed any more. Answers their names.
async fn tempt(business: &Business, control: &Client, people: &[(String, String)]) -> Vec<String> {
    let mut made = Vec::new();
    for (n, (id, phone)) in people.iter().enumerate().filter(|(n, _)| gets_offers(*n)) {
        if stops::acknowledged(&control.get(&format!("/_sim/people/{id}")).await).is_some() {
            business.offer(n, OFFERS + 1, phone).await;
            made.push(offer(n, OFFERS + 1));
        }
    }
    made
}

/// Nothing was parked, and the ledger holds.
async fn consistent(api: &Client, fleet: &Fleet, report: &mut Report) {
    let parked = api.all("/v1/parked_signals").await;
    report.faults.extend(parked.iter().map(|signal| format!("a signal was parked: {signal}")));
    let (holds, found) = fleet.verify();
    if !holds || found["entries"].as_u64().unwrap_or(0) == 0 {
        report.faults.push(format!("the ledger does not hold: {found}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_node_on_sqlite_killed_at_random_moments_loses_nothing_and_doubles_nothing() {
    Box::pin(crash(Plan::read(Backing::Sqlite, 1, 240, 14))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_node_on_postgres_killed_at_random_moments_loses_nothing_and_doubles_nothing() {
    Box::pin(crash(Plan::read(Backing::Postgres, 1, 120, 10))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_on_postgres_killed_at_random_moments_lose_nothing_and_double_nothing() {
    Box::pin(crash(Plan::read(Backing::Postgres, 3, 120, 10))).await;
}
