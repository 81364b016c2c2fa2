//! Links and pictures in mails as they arrive, and what is heard when somebody follows them.

use channel::{Adapter as _, Call, Heard, MailTracking, Received, Refused, Secret};
use model::signal::{SignalBody, Target};
use model::value::Value;
use model::{Clock as _, MessageId, Millis, Timestamp};

use super::office::*;
use crate::track::Link;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const TEXT: &str = "See https://example.com/visit?id=7&x=1 please";

async fn office(clicks: bool, opens: bool) -> Office {
    Office::with(|email| email.tracking = MailTracking { clicks, opens, base: Some("https://go.example.com/".to_owned()) }).await
}

async fn ask(office: &Office, part: &str, program: &str, now: Timestamp) -> Result<Heard, Refused> {
    let headers = [("user-agent".parse().unwrap(), program.parse().unwrap())].into_iter().collect();
    office.email.receive(&office.account, &Call { part, path: "", headers: &headers, body: b"" }, now).await
}

fn event(heard: &Heard) -> (&str, Option<&str>, &Target) {
    let [Received::Contact(incoming)] = heard.received.as_slice() else { panic!("{heard:?}") };
    let SignalBody::Event { name, properties, .. } = &incoming.body else { panic!("{incoming:?}") };
    let url = properties.get("url").map(|url| if let Value::Text(url) = url { url.as_str() } else { panic!("{url:?}") });
    (name, url, &incoming.target)
}

/// The token at the end of a link.
fn token(link: &str) -> &str {
    link.rsplit_once('/').unwrap().1
}

#[tokio::test]
async fn a_link_of_a_mail_leads_through_us_to_where_it_led_before() {
    let office = office(true, false).await;
    office.send(7, TEXT).await.unwrap();
    let shown = office.shown(1).await.remove(0);
    let link = shown.shown.taps[0].target.clone().unwrap();
    assert!(link.starts_with("https://go.example.com/c/snd_"), "{link}");
    assert!(shown.shown.text.starts_with("See https://go.example.com/c/"), "{}", shown.shown.text);
    let later = RealClock.now() + Millis::from_mins(1);
    let heard = ask(&office, &format!("click.{}", token(&link)), BROWSER, later).await.unwrap();
    let url = "https://example.com/visit?id=7&x=1";
    assert_eq!(event(&heard), ("link_clicked", Some(url), &Target::Message(MessageId::from_u128(7))));
    assert_eq!(heard.answer.unwrap().body, url);
    office.close().await;
}

#[tokio::test]
async fn machines_are_led_on_and_heard_under_another_name() {
    let office = office(true, true).await;
    office.send(7, TEXT).await.unwrap();
    let shown = office.shown(1).await.remove(0);
    let link = shown.shown.taps[0].target.clone().unwrap();
    let (now, later) = (RealClock.now(), RealClock.now() + Millis::from_mins(1));
    for (part, program, at) in [("click", BROWSER, now), ("click", "Mimecast", later), ("look", BROWSER, later)] {
        let heard = ask(&office, &format!("{part}.{}", token(&link)), program, at).await.unwrap();
        assert_eq!(event(&heard).0, "link_followed_by_machine", "{part} {program}");
        assert!(heard.answer.is_some());
    }
    office.close().await;
}

#[tokio::test]
async fn a_picture_tells_of_a_person_or_of_a_proxy_and_is_no_link() {
    let office = office(false, true).await;
    office.send(7, TEXT).await.unwrap();
    let shown = office.shown(1).await.remove(0);
    assert_eq!(shown.shown.taps[0].target.as_deref(), Some("https://example.com/visit?id=7&x=1"), "clicks are not tracked");
    let later = RealClock.now() + Millis::from_mins(1);
    let link = Link { message: MessageId::from_u128(7), written: RealClock.now(), target: None };
    let picture = link.token(&Secret::new(KEY));
    for (program, name) in [(BROWSER, "mail_opened"), ("Mozilla/5.0", "mail_fetched_by_machine")] {
        let heard = ask(&office, &format!("open.{picture}"), program, later).await.unwrap();
        assert_eq!((event(&heard).0, &heard.answer), (name, &None));
    }
    assert_eq!(ask(&office, &format!("click.{picture}"), BROWSER, later).await, Err(Refused::NoSuchAddress));
    office.close().await;
}

#[tokio::test]
async fn a_made_up_or_outlived_link_leads_nowhere() {
    let office = office(true, false).await;
    office.send(7, TEXT).await.unwrap();
    let link = office.shown(1).await.remove(0).shown.taps[0].target.clone().unwrap();
    let now = RealClock.now();
    for part in ["click.", "click.x.y", "open.", &format!("click.{}x", token(&link)), &format!("open.{}", token(&link))] {
        assert_eq!(ask(&office, part, BROWSER, now).await, Err(Refused::NoSuchAddress), "{part}");
    }
    let late = now + Millis::from_days(401);
    assert_eq!(ask(&office, &format!("click.{}", token(&link)), BROWSER, late).await, Err(Refused::NoSuchAddress));
    office.close().await;
}

#[tokio::test]
async fn a_mail_with_a_link_that_nobody_can_follow_is_not_sent() {
    let office = office(true, false).await;
    let refused = office.send(7, "See http://192.168.0.4/visit").await.unwrap_err();
    assert!(refused.for_user.contains("private network"), "{refused:?}");
    assert_eq!(office.world.with(|world| world.mail().taken()), 0);
    office.close().await;
}

#[tokio::test]
async fn nothing_is_tracked_unless_it_is_switched_on() {
    let office = Office::open().await;
    office.send(7, TEXT).await.unwrap();
    let shown = office.shown(1).await.remove(0);
    assert_eq!(shown.shown.text, TEXT);
    assert_eq!(shown.shown.taps[0].target.as_deref(), Some("https://example.com/visit?id=7&x=1"));
    office.close().await;
}
