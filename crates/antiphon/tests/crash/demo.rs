//! The demo's mail and RCS, as somebody sees them who plays with it: a mail arrives, is answered, and comes back; a tap is answered.

use std::process::{Child, Stdio};
use std::time::Duration;

use http_client::Method;
use serde_json::{Value, json};

use crate::http::Client;
use crate::process::{antiphon, banner, now};
use crate::setup;

/// The first confirmations come within seconds of the demo's clock; the machine may be busy.
const REST: Duration = Duration::from_secs(120);

struct Demo {
    child: Child,
    api: Client,
}

impl Demo {
    async fn start() -> Self {
        let mut child =
            antiphon().args(["demo", "--port", "0", "--json", "--people", "20"]).stdout(Stdio::piped()).spawn().expect("the demo starts");
        let started = banner(&mut child).expect("the demo says where it is");
        let client = Client::new(started["console"].as_str().expect("an address"));
        let api = setup::key(&client, started["sign_in_url"].as_str().expect("a link")).await;
        Self { child, api }
    }

    async fn until<T>(&self, what: &str, look: impl AsyncFn(&Client) -> Option<T>) -> T {
        let end = now() + REST;
        loop {
            if let Some(found) = look(&self.api).await {
                return found;
            }
            assert!(now() < end, "it never came to this: {what}");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody's phone with a mail of the clinic on it, and the mail.
async fn mailed(api: &Client) -> Option<(String, Value)> {
    let people = api.get("/sim/people?active=true&limit=50").await;
    for row in people["items"].as_array()? {
        let path = format!("/sim/people/{}", row["id"].as_str()?);
        let phone = api.get(&path).await;
        if let Some(mail) = phone["email_messages"].as_array()?.iter().find(|mail| mail["from_business"] == true) {
            return Some((path, mail.clone()));
        }
    }
    None
}

/// Whether somebody's phone shows this line of the clinic's, with these words.
async fn shown(api: &Client, line: &str, words: &str) -> Option<Value> {
    let people = api.get("/sim/people?active=true&limit=50").await;
    for row in people["items"].as_array()? {
        let phone = api.get(&format!("/sim/people/{}", row["id"].as_str()?)).await;
        let mut entries = phone[line].as_array()?.iter();
        if entries.any(|entry| entry["from_business"] == true && entry["shown"]["text"].as_str().is_some_and(|text| text.contains(words))) {
            return Some(phone);
        }
    }
    None
}

#[tokio::test]
async fn whoever_confirms_in_the_demo_is_asked_on_rcs_and_where_that_is_not_gets_an_sms() {
    let demo = Demo::start().await;
    let asked = demo.until("somebody is asked on RCS", async |api| shown(api, "rcs", "how will you come").await).await;
    assert_eq!(asked["on_rcs"], true);
    demo.until("a tap on it is answered", async |api| shown(api, "rcs", "Park behind the house").await).await;
    let without = demo.until("a phone without RCS has the SMS", async |api| shown(api, "sms", "take bus 7").await).await;
    assert_eq!((&without["on_rcs"], &without["rcs"]), (&json!(false), &json!([])), "{without:#}");
}

#[tokio::test]
async fn whoever_writes_to_the_demos_message_centre_is_heard_and_answered_from_there() {
    const CENTRE: &str = "+12025550177";
    let demo = Demo::start().await;
    let people = demo.api.get("/sim/people?limit=50").await;
    let path = format!("/sim/people/{}", people["items"][0]["id"].as_str().expect("somebody"));
    demo.api.post(&format!("{path}/texts"), json!({ "line": "sms", "business": CENTRE, "text": "Do you park? Πού;" })).await;
    let heard = demo
        .until("the text is in the inbox", async |api| {
            let all = api.all("/v1/messages?direction=in").await;
            all.into_iter().find(|message| message["received"]["body"] == "Do you park? Πού;")
        })
        .await;
    let answer = json!({ "contact": heard["contact"], "purpose": "service",
        "channels": [{ "channel": "sms", "content": { "type": "text", "body": "Behind the house." } }] });
    demo.api.post("/v1/messages", answer).await;
    let answer = demo
        .until("the answer is on the phone", async |api| {
            let phone = api.get(&path).await;
            phone["sms"].as_array()?.iter().find(|entry| entry["shown"]["text"] == "Behind the house.").cloned()
        })
        .await;
    assert_eq!(answer["business"], CENTRE, "{answer:#}");
}

#[tokio::test]
async fn whoever_confirms_in_the_demo_gets_a_mail_that_can_be_answered_and_sent_back() {
    let demo = Demo::start().await;
    let (path, mail) = demo.until("a mail is in a mailbox", mailed).await;
    let id = mail["id"].as_str().expect("an id");
    let whole = demo.api.get(&format!("{path}/mails/{id}")).await;
    assert!(whole["subject"].as_str().is_some_and(|subject| subject.starts_with("Your visit on ")), "{whole:#}");
    assert!(whole["html"].as_str().is_some_and(|html| html.contains("Plan your visit") && html.contains("/c/snd_")), "{whole:#}");
    assert!(whole["text"].as_str().is_some_and(|text| text.contains("thank you for confirming")), "{whole:#}");

    demo.api.post(&format!("{path}/texts"), json!({ "line": "email", "text": "Is there a lift?" })).await;
    let answer = demo
        .until("the answer is in the inbox", async |api| {
            let all = api.all("/v1/messages?direction=in").await;
            all.into_iter().find(|message| message["channel"] == "email")
        })
        .await;
    assert_eq!(answer["received"]["body"], "Is there a lift?");
    assert!(answer["in_reply_to"].is_string(), "it hangs on nothing: {answer:#}");

    demo.api.post(&format!("{path}/bounces"), json!({ "message": id })).await;
    demo.until("the mail has failed", async |api| {
        let all = api.all("/v1/messages?direction=out").await;
        all.iter().any(|message| message["channel"] == "email" && message["status"] == "failed").then_some(())
    })
    .await;
    let ((status, refused), _) =
        demo.api.patiently(Method::POST, &format!("{path}/bounces"), Some(&json!({ "message": id, "code": 7 }))).await;
    assert_eq!(status, 400, "a status is three digits: {refused}");
}
