//! The doctor finds each broken hop of a set-up, names it and nothing else, and says how to mend it.

use std::sync::Arc;

use antiphon::command::publish::Server;
use antiphon::doctor::{Doctor, Errand, MediaPlace, Section, message};
use antiphon::stage::{HOOKS, PUBLIC_URL, SMS, WHATSAPP, WORKSPACE};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use channel::{Account, HopState, Provider, Secret, WhatsappAccount};
use http_client::{Guard, RouterTransport};
use model::{Channel, Millis, SenderId};
use runtime::documents::AccountDoc;
use simulator::{Line, TokenState};
use storage::DocumentExt as _;
use tower::ServiceExt as _;

use crate::common::Bench;

const PHONE: &str = "+12025550123";
const TOKEN: &str = "sim-token";

fn transport(bench: &Bench, door: Router) -> RouterTransport {
    let world = &bench.stage.simulator;
    RouterTransport::new()
        .host("cloud.example.com", world.cloud_router())
        .host("twilio.example.com", world.twilio_router())
        .host("antiphon.example.com", door)
}

async fn examine_by(bench: &Bench, door: Router, public_url: &str) -> Vec<Section> {
    let media = tempfile::tempdir().expect("a folder");
    let doctor = Doctor {
        store: Arc::clone(bench.stage.app.engine.store()),
        workspace: WORKSPACE,
        media: MediaPlace::Folder(media.path().to_owned()),
        public_url: public_url.to_owned(),
        transport: Arc::new(transport(bench, door)),
        guard: Guard::public_only(),
        clock: bench.stage.clock.clone(),
        names: None,
    };
    doctor.examine().await.expect("a report")
}

async fn examine(bench: &Bench) -> Vec<Section> {
    examine_by(bench, bench.stage.router.clone(), PUBLIC_URL).await
}

/// What is broken, as `section/hop`. Each must come with a way to mend it.
fn broken(sections: &[Section]) -> Vec<String> {
    let name = |of: &str| match of.parse::<SenderId>() {
        Ok(WHATSAPP) => "whatsapp".to_owned(),
        Ok(SMS) => "sms".to_owned(),
        _ => of.to_owned(),
    };
    let mut all = Vec::new();
    for section in sections {
        for hop in section.hops.iter().filter(|hop| hop.state == HopState::Broken) {
            assert!(hop.mend.as_ref().is_some_and(|mend| mend.len() > 10), "{hop:?}");
            all.push(format!("{}/{}", name(&section.of), hop.hop));
        }
    }
    all
}

fn state(sections: &[Section], hop: &str) -> HopState {
    let found = sections.iter().flat_map(|section| &section.hops).find(|found| found.hop == hop);
    found.unwrap_or_else(|| panic!("no hop {hop} in {sections:#?}")).state
}

async fn change(bench: &Bench, sender: SenderId, change: impl FnOnce(&mut Account)) {
    let store = bench.stage.app.engine.store();
    let mut stored = store.get::<AccountDoc>(WORKSPACE, &sender.to_string()).await.expect("read").expect("an account");
    change(&mut stored.value.0);
    store.put(WORKSPACE, &stored.value, stored.version, bench.now()).await.expect("written");
    bench.stage.app.engine.reload(WORKSPACE).await.expect("reloaded");
}

async fn change_whatsapp(bench: &Bench, with: impl FnOnce(&mut WhatsappAccount)) {
    change(bench, WHATSAPP, |account| {
        let Provider::WhatsappCloud(whatsapp) = &mut account.provider else { panic!("a WhatsApp account") };
        with(whatsapp);
    })
    .await;
}

/// As somebody does at Meta.
async fn at_meta(bench: &Bench, method: &str, path: &str) {
    let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {TOKEN}"));
    let answer = bench.stage.simulator.cloud_router().oneshot(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
}

#[tokio::test]
async fn a_whole_set_up_has_nothing_broken() {
    let bench = Bench::new().await;
    let sections = examine(&bench).await;
    assert_eq!(broken(&sections), [""; 0], "{sections:#?}");
    let asked = [
        "store",
        "media",
        "handshake",
        "signature",
        "token",
        "scopes",
        "app_secret",
        "callback",
        "subscription",
        "number",
        "health",
        "credentials",
    ];
    for hop in asked {
        assert_eq!(state(&sections, hop), HopState::Good, "{hop}: {sections:#?}");
    }
    // Everything works, over an address that no provider on the internet delivers to.
    assert_eq!(state(&sections, "server"), HopState::Doubtful);
}

#[tokio::test]
async fn each_broken_hop_of_the_token_is_found() {
    let bench = Bench::new().await;
    let token = |state| bench.stage.simulator.with(|world| world.set_token(TOKEN, state));

    token(TokenState { expires: Some(bench.now() + Millis::from_days(3)), ..TokenState::default() });
    let sections = examine(&bench).await;
    assert_eq!((state(&sections, "token"), broken(&sections).len()), (HopState::Doubtful, 0), "it will not work for long");

    token(TokenState { expires: Some(bench.now()), ..TokenState::default() });
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/token"], "expired");
    token(TokenState { revoked: true, ..TokenState::default() });
    let sections = examine(&bench).await;
    assert_eq!(broken(&sections), ["whatsapp/token"], "revoked");
    assert_eq!(state(&sections, "subscription"), HopState::Unasked);

    token(TokenState { scopes: vec!["whatsapp_business_management".to_owned()], ..TokenState::default() });
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/scopes"], "it may not send");
    token(TokenState::default());
    change_whatsapp(&bench, |whatsapp| whatsapp.access_token = Secret::new("mistyped")).await;
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/token"], "mistyped");
}

#[tokio::test]
async fn each_broken_hop_of_the_webhooks_is_found() {
    let bench = Bench::new().await;
    let callback = format!("{PUBLIC_URL}/webhooks/whatsapp/{WHATSAPP}");
    let point = |url: Option<&str>| bench.stage.simulator.with(|world| world.set_app_callback(url));

    point(Some("https://elsewhere.example.com/hook"));
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/callback"], "another product's address");
    point(None);
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/callback"], "none");
    point(Some(&callback));

    at_meta(&bench, "DELETE", "/v26.0/102290129340398/subscribed_apps").await;
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/subscription"], "the step that is forgotten most often");
    at_meta(&bench, "POST", "/v26.0/102290129340398/subscribed_apps").await;
    assert_eq!(broken(&examine(&bench).await), [""; 0]);

    change_whatsapp(&bench, |whatsapp| whatsapp.app_secret = Secret::new("another app's")).await;
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/app_secret"]);
}

#[tokio::test]
async fn each_broken_hop_of_the_number_is_found() {
    let bench = Bench::new().await;
    at_meta(&bench, "POST", "/v26.0/106540352242922/deregister").await;
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/number", "whatsapp/health"], "not registered");
    at_meta(&bench, "POST", "/v26.0/106540352242922/register?pin=123456").await;
    assert_eq!(broken(&examine(&bench).await), [""; 0]);

    change(&bench, WHATSAPP, |account| account.sender.address = "+12025550199".to_owned()).await;
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/number"], "the id is another number's");
    change(&bench, WHATSAPP, |account| account.sender.address = "+15550783881".to_owned()).await;
    change_whatsapp(&bench, |whatsapp| whatsapp.phone_number_id = "1".to_owned()).await;
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/number"], "no such id");
    change_whatsapp(&bench, |whatsapp| whatsapp.phone_number_id = "106540352242922".to_owned()).await;
    change_whatsapp(&bench, |whatsapp| whatsapp.waba_id = "2".to_owned()).await;
    assert_eq!(broken(&examine(&bench).await), ["whatsapp/subscription", "whatsapp/number"], "no such account");
}

#[tokio::test]
async fn a_door_that_is_shut_or_somebody_elses_is_found() {
    let bench = Bench::new().await;
    let shut = examine_by(&bench, bench.stage.router.clone(), "http://nowhere.example.com").await;
    let ours = ["installation/server", "whatsapp/handshake", "whatsapp/signature"];
    for hop in ours {
        assert!(broken(&shut).contains(&hop.to_owned()), "{hop}: {:?}", broken(&shut));
    }
    // A parking page answers everything with 200.
    let parked = Router::new().fallback(async || "This domain is for sale.");
    let found = broken(&examine_by(&bench, parked, PUBLIC_URL).await);
    assert_eq!(found, ["whatsapp/handshake", "whatsapp/signature"]);
}

#[tokio::test]
async fn a_proxy_that_rewrites_bodies_is_found() {
    let bench = Bench::new().await;
    let inner = bench.stage.router.clone();
    let rewriting = Router::new().fallback(async move |request: Request<Body>| {
        let (mut parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
        parts.headers.remove("content-length");
        let body = String::from_utf8_lossy(&body).replace(':', ": ");
        inner.clone().oneshot(Request::from_parts(parts, Body::from(body))).await.expect("an answer")
    });
    assert_eq!(broken(&examine_by(&bench, rewriting, PUBLIC_URL).await), ["whatsapp/signature"]);
}

#[tokio::test]
async fn each_broken_hop_of_twilio_is_found() {
    let bench = Bench::new().await;
    let of_twilio = |with: fn(&mut channel::TwilioAccount)| {
        change(&bench, SMS, move |account| {
            let Provider::Twilio(twilio) = &mut account.provider else { panic!("a Twilio account") };
            with(twilio);
        })
    };
    of_twilio(|twilio| twilio.from = Some("+12025550177".to_owned())).await;
    assert_eq!(broken(&examine(&bench).await), ["sms/callback"], "not a number of the account");
    of_twilio(|twilio| twilio.from = Some("+12025550100".to_owned())).await;
    of_twilio(|twilio| twilio.public_url = "https://old.example.com".to_owned()).await;
    assert_eq!(broken(&examine(&bench).await), ["sms/callback"], "texts go elsewhere");
    of_twilio(|twilio| twilio.auth_token = Secret::new("wrong")).await;
    assert_eq!(broken(&examine(&bench).await), ["sms/credentials"]);
}

#[tokio::test]
async fn a_media_folder_that_cannot_be_written_is_found() {
    let bench = Bench::new().await;
    let doctor = Doctor {
        store: Arc::clone(bench.stage.app.engine.store()),
        workspace: WORKSPACE,
        media: MediaPlace::Folder("/proc/no-such-folder".into()),
        public_url: PUBLIC_URL.to_owned(),
        transport: Arc::new(transport(&bench, bench.stage.router.clone())),
        guard: Guard::public_only(),
        clock: bench.stage.clock.clone(),
        names: None,
    };
    assert_eq!(broken(&doctor.examine().await.expect("a report")), ["installation/media"]);
}

fn errand() -> Errand {
    Errand { to: PHONE.to_owned(), channel: Channel::Whatsapp, sender: None, template: None, words: "This is a test.".to_owned() }
}

async fn send(bench: &mut Bench) -> Section {
    let over = transport(bench, bench.stage.router.clone()).host(HOOKS, Router::new());
    let server = Server::over(Arc::new(over), PUBLIC_URL, bench.key());
    message(&server, &errand(), async || bench.settle().await).await.expect("a report")
}

#[tokio::test]
async fn a65_a_test_message_goes_through_the_gate_and_its_status_comes_back() {
    let mut bench = Bench::new().await;
    let refused = send(&mut bench).await;
    assert_eq!(broken(&[refused]), ["message/gate"], "nobody wrote to the number in the last day");
    assert!(bench.sent("").await.is_empty());

    bench.types(PHONE, Line::WhatsApp, "Hello");
    bench.settle().await;
    let arrived = send(&mut bench).await;
    assert_eq!((broken(std::slice::from_ref(&arrived)), arrived.hops.len()), (vec![], 3), "{arrived:#?}");

    // Webhooks go elsewhere from now on: the message arrives at the phone, and nobody tells us.
    bench.stage.simulator.with(|world| world.set_app_callback(Some("http://elsewhere.example.com/hook")));
    assert_eq!(broken(&[send(&mut bench).await]), ["message/round_trip"]);
}
