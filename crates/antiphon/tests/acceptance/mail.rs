//! A mail first, and WhatsApp for whoever does nothing with it: a real submission to the simulated mailboxes, and links and pictures that
//! people, proxies and scanners ask for through the real routes.

use antiphon::stage::{PUBLIC_URL, StageConfig};
use model::Millis;
use serde_json::{Value, json};
use simulator::Line;

use crate::common::{Bench, START, at, says};

const PHONES: [&str; 3] = ["+12025550123", "+12025550124", "+12025550125"];
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
/// Apple's proxy, which fetches every picture of every mail.
const PROXY: &str = "Mozilla/5.0";
const SCANNER: &str = "Mozilla/5.0 (compatible; Mimecast Security)";
const TARGET: &str = "https://example.com/offer?id=7&x=1";

const OFFER: &str = r#"
journey: offer
owner: front_desk
purpose: transactional
entry: { on: offer_due, key: event.id }
context: { id: event.id }
goal: { none: "a test of two channels" }
start: mail
steps:
  mail:
    send:
      email: { text: "Your offer: https://example.com/offer?id=7&x=1" }
      max_lateness: 2h
      expects_reply: inbox
      fallback: { any: by_whatsapp }
    next: engaged
  engaged:
    await:
      events:
        - { on: link_clicked, where: event.step == 'mail' && event.run_key == run.key, to: done }
        - { on: mail_opened, where: event.step == 'mail' && event.run_key == run.key, to: done }
      timeout: { after: 2d, to: by_whatsapp }
  by_whatsapp:
    send:
      whatsapp: { out_of_window: { template: offer_reminder, variables: { first_name: "{{ contact.first_name }}" } } }
      max_lateness: 2h
      expects_reply: inbox
      fallback: { any: done }
    next: done
  done: { end: done }
"#;

/// A bench with a mail sender whose links and pictures lead through the product.
async fn bench() -> Bench {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let place = listener.local_addr().expect("a port");
    let config = StageConfig { allowed: vec![place.to_string()], ..StageConfig::quiet(at(START)) };
    let mut bench = Bench::with(config).await;
    tokio::spawn(simulator::mail::serve(listener, bench.stage.simulator.clone()));
    let provider = json!({ "kind": "email", "host": "127.0.0.1", "port": place.port(), "security": "plain", "stream": "transactional",
        "user": "antiphon", "password": "sim-mail", "subject": "Your offer", "tracking": { "clicks": true, "opens": true } });
    let draft = json!({ "name": "Example Clinic", "address": "hello@example.com", "per_second": 10, "provider": provider });
    bench.post("/v1/senders", draft).await.expect_status(201);
    bench.template("offer_reminder", "transactional", "Hi {{first_name}}, your offer waits in your mail.", json!([])).await;
    bench.publish(OFFER).await;
    bench
}

/// Sends the offer to somebody; the link and the picture of the mail that arrived, as paths.
async fn offered(bench: &mut Bench, phone: &str) -> (String, String) {
    bench.person(phone);
    let email = format!("{}@example.org", phone.trim_start_matches('+'));
    let contact = json!({ "phone": phone, "email": email, "time_zone": "America/New_York", "attributes": { "first_name": "Sam" } });
    let event = json!({ "name": "offer_due", "contact": contact, "properties": { "id": phone } });
    bench.post("/v1/events", event).await.expect_status(202);
    bench.advance(Millis::from_mins(1)).await;
    let mail = bench.phone(phone).into_iter().find(|entry| entry.line == Line::Email).expect("a mail");
    let path = |address: &str| address.strip_prefix(PUBLIC_URL).unwrap_or_else(|| panic!("not ours: {address}")).to_owned();
    (path(mail.shown.taps[0].target.as_deref().expect("a link")), path(&mail.shown.pictures[0]))
}

async fn ask(bench: &Bench, method: &str, path: &str, program: &str) -> crate::common::Answer {
    bench.send(method, path, &[("user-agent", program)], String::new()).await
}

fn by_whatsapp(bench: &Bench, phone: &str) -> usize {
    bench.phone(phone).iter().filter(|entry| entry.line == Line::WhatsApp).count()
}

/// What happened to the contact by events, in order.
async fn events(bench: &Bench, phone: &str) -> Vec<String> {
    let contact = bench.contact(phone).await;
    let lines = bench.list(&format!("/v1/contacts/{contact}/timeline")).await;
    let mut names: Vec<String> =
        lines.iter().filter_map(|line| line["data"]["name"].as_str()).filter(|name| *name != "offer_due").map(str::to_owned).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a88_machines_that_open_a_mail_do_not_count_and_a_persons_click_cancels_the_whatsapp_step() {
    let mut bench = bench().await;
    let [silent, reader, opener] = PHONES;
    let (link, picture) = offered(&mut bench, silent).await;
    ask(&bench, "GET", &picture, PROXY).await.expect_status(200);
    ask(&bench, "GET", &link, SCANNER).await.expect_status(302);
    bench.advance(Millis::from_mins(1)).await;
    ask(&bench, "HEAD", &link, BROWSER).await.expect_status(302);
    let (link, _) = offered(&mut bench, reader).await;
    let led = ask(&bench, "GET", &link, BROWSER).await.expect_status(302);
    assert_eq!((led.header("location"), led.header("cache-control")), (TARGET, "no-store"));
    let (_, picture) = offered(&mut bench, opener).await;
    let shown = ask(&bench, "GET", &picture, BROWSER).await.expect_status(200);
    assert_eq!(shown.header("content-type"), "image/gif");
    bench.advance(Millis::from_days(3)).await;
    assert_eq!([by_whatsapp(&bench, silent), by_whatsapp(&bench, reader), by_whatsapp(&bench, opener)], [1, 0, 0]);
    assert!(says(&bench.phone(silent)).contains(&"Hi Sam, your offer waits in your mail."));
    assert_eq!(events(&bench, silent).await, ["link_followed_by_machine", "link_followed_by_machine", "mail_fetched_by_machine"]);
    assert_eq!(events(&bench, reader).await, ["link_clicked"]);
    let funnel = bench.get("/v1/journeys/offer/funnel").await;
    let step = funnel["steps"].as_array().expect("steps").iter().find(|step| step["step"] == "mail").cloned().unwrap_or(Value::Null);
    assert_eq!((&step["sent"], &step["clicked"], &step["opened"]), (&json!(3), &json!(1), &json!(1)), "{funnel:#}");
}

/// Over the API, as `antiphon doctor` has it; the stage has no name servers, so the domain is not looked at.
#[tokio::test]
async fn a_mail_senders_set_up_is_examined_hop_by_hop() {
    let bench = bench().await;
    let senders = bench.list("/v1/senders").await;
    let mail = senders.iter().find(|sender| sender["channel"] == "email").expect("a mail sender");
    let path = format!("/v1/senders/{}/examination", mail["id"].as_str().expect("an id"));
    let found = bench.post(&path, json!({})).await.expect_status(200).json;
    let hops = found["hops"].as_array().expect("hops");
    assert_eq!((hops.len(), &hops[0]["hop"], &hops[0]["state"]), (1, &json!("login"), &json!("good")), "{found:#}");
    bench.post("/v1/senders/snd_00000000000000000000000001/examination", json!({})).await.expect_status(404);
}

#[tokio::test]
async fn a88_a_link_that_we_did_not_make_redirects_nobody() {
    let mut bench = bench().await;
    let (link, picture) = offered(&mut bench, PHONES[0]).await;
    let other = picture.replacen("/o/", "/c/", 1);
    let (base, _) = link.rsplit_once('/').expect("a path");
    for wrong in [format!("{link}x"), format!("{base}/aHR0cHM6Ly9ldmlsLmV4YW1wbGU.aaaa"), other] {
        let answer = ask(&bench, "GET", &wrong, BROWSER).await.expect_status(404);
        assert!(answer.body.contains("This link leads nowhere"), "{answer:?}");
    }
    // A wrong picture looks like a right one, and tells nothing.
    ask(&bench, "GET", &format!("{picture}x"), BROWSER).await.expect_status(200);
    assert_eq!(events(&bench, PHONES[0]).await, Vec::<String>::new());
}

/// A bench with a sender behind a service, and the base of its webhooks.
async fn behind(service: Value) -> (Bench, String) {
    let bench = Bench::new().await;
    let provider = json!({ "kind": "email", "host": "smtp.example.com", "subject": "Your message", "service": service,
        "inbound": { "domain": "in.example.com" } });
    let draft = json!({ "name": "Example Clinic", "address": "hello@example.com", "per_second": 10, "provider": provider });
    let made = bench.post("/v1/senders", draft).await.expect_status(201).json;
    (bench, format!("/webhooks/email/{}", crate::common::text(&made["id"])))
}

async fn by(bench: &Bench, path: &str, password: &str, kind: &str, body: impl Into<axum::body::Body>) -> u16 {
    use base64::Engine as _;
    let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("hook:{password}")));
    bench.send("POST", path, &[("authorization", &basic), ("content-type", kind)], body).await.status
}

/// Each payload that the service really sent: taken, with its effect or as a notice, and nothing from who does not know the password.
#[tokio::test]
async fn every_event_of_postmark_comes_through_its_route_and_what_people_write_is_in_the_inbox() {
    let (bench, base) = behind(json!({ "kind": "postmark", "user": "hook", "password": "a password of some length" })).await;
    let path = format!("{base}/postmark");
    let cases: Value = serde_json::from_str(include_str!("../../../channel-email/testdata/postmark_events.json")).expect("events");
    for (case, event) in cases.as_object().expect("cases") {
        assert_eq!(by(&bench, &path, "another password", "application/json", event.to_string()).await, 401, "{case}");
        for _ in 0..2 {
            assert_eq!(by(&bench, &path, "a password of some length", "application/json", event.to_string()).await, 200, "{case}");
        }
    }
    let mut mail: Value = serde_json::from_str(include_str!("../../../channel-email/testdata/postmark_inbound.json")).expect("a mail");
    mail["OriginalRecipient"] = json!("hello@example.com");
    for _ in 0..2 {
        assert_eq!(by(&bench, &path, "a password of some length", "application/json", mail.to_string()).await, 200);
    }
    let theirs = bench.list("/v1/messages?direction=in").await;
    let words: Vec<&str> = theirs.iter().filter_map(|message| message["received"]["body"].as_str()).collect();
    assert_eq!(words.len(), 1, "one mail is one text: {theirs:#?}");
    assert!(words[0].contains("This is a test text body."), "{words:?}");
}

#[tokio::test]
async fn a_mail_that_inbound_parse_hands_in_is_in_the_inbox_once() {
    let key =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
    let door = json!({ "user": "hook", "password": "a password of some length" });
    let (bench, base) = behind(json!({ "kind": "sendgrid", "public_key": key, "inbound": door })).await;
    let path = format!("{base}/sendgrid_inbound");
    let form = "--xYzZY\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nFrom: alex@example.org\r\nMessage-ID: <1@example.org>\r\nSubject: Parking\r\n\r\nWhere do I park?\r\n--xYzZY\r\nContent-Disposition: form-data; name=\"envelope\"\r\n\r\n{\"to\":[\"hello@example.com\"],\"from\":\"alex@example.org\"}\r\n--xYzZY--\r\n";
    let kind = "multipart/form-data; boundary=xYzZY";
    assert_eq!(by(&bench, &path, "another password", kind, form).await, 401);
    for _ in 0..2 {
        assert_eq!(by(&bench, &path, "a password of some length", kind, form).await, 200);
    }
    assert_eq!(
        by(&bench, &format!("{base}/sendgrid"), "a password of some length", "application/json", "[]").await,
        401,
        "events are signed"
    );
    let theirs = bench.list("/v1/messages?direction=in").await;
    assert_eq!(theirs.len(), 1);
    assert_eq!(theirs[0]["received"]["body"], "Parking\n\nWhere do I park?");
}

#[tokio::test]
async fn a_template_is_shown_as_the_mail_that_is_sent_for_it_also_without_a_design() {
    let bench = bench().await;
    let templates = bench.list("/v1/templates").await;
    let id = crate::common::text(&templates[0]["id"]).to_owned();
    let shown = bench.get(&format!("/v1/templates/{id}/mail_design/preview")).await;
    assert_eq!(shown["subject"], "Your offer", "the sender's: {shown:#}");
    assert_eq!(shown["text"], "Hi Sam, your offer waits in your mail.");
    assert!(shown["html"].as_str().is_some_and(|html| html.contains("Hi Sam, your offer waits in your mail.</p>")), "{shown:#}");
}
