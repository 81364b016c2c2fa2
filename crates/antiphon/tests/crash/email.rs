//! Mail under force and under complaint: the real program, simulated mailboxes, real connections both ways.

use std::collections::BTreeMap;
use std::time::Duration;

use http_client::Method;
use serde_json::{Value, json};

use crate::http::Client;
use crate::process::{Server, World, now};
use crate::setup;

const OURS: &str = "hello@example.com";
const PEOPLE: usize = 12;
const KILLS: usize = 3;
const REST: Duration = Duration::from_secs(90);

struct Post {
    world: World,
    server: Server,
    api: Client,
    /// Ids of the people; the n-th has the mailbox of [`address`].
    people: Vec<String>,
    _folder: tempfile::TempDir,
}

fn phone(n: usize) -> String {
    format!("+1202555{:04}", 3_000 + n)
}

fn address(n: usize) -> String {
    format!("{}@example.org", phone(n).trim_start_matches('+'))
}

impl Post {
    async fn open(stream: &str, per_second: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("a port").to_string();
        let config = folder.path().join("world.json");
        let routes = json!({ "in.example.com": free, "example.com": free });
        std::fs::write(&config, json!({ "population": { "people": 0, "magic_numbers": false }, "mail": { "routes": routes } }).to_string())
            .expect("the world");
        let world = World::start(&config, 1);
        world.control.send(Method::PATCH, "/_sim/knobs", json!({ "slow_phones_percent": 0 })).await;
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            let person = json!({ "name": format!("Person {n}"), "phone": phone(n), "persona": "manual" });
            people.push(world.control.post("/_sim/people", person).await["id"].as_str().expect("an id").to_owned());
        }
        let (server, link) = Server::start(&folder.path().join("data"), &["--settle-after", "5", "--settle-give-up", "10"]).await;
        let api = setup::key(&server.client(), &link).await;
        let (host, port) = world.mail.rsplit_once(':').expect("a port");
        let sender = json!({ "name": "Example Clinic", "address": OURS, "per_second": per_second,
            "provider": { "kind": "email", "host": host, "port": port.parse::<u16>().expect("a port"), "security": "plain", "stream": stream,
                "user": "antiphon", "password": "sim-mail", "subject": "From your clinic",
                "inbound": { "domain": "in.example.com", "listen": free } } });
        let made = api.post("/v1/senders", sender).await;
        assert_eq!((&made["provider"], &made["channel"]), (&json!("email"), &json!("email")), "{made}");
        let mut policy = api.get("/v1/policy").await;
        policy["quiet_hours"] = json!([]);
        policy["caps"] = json!([]);
        policy["contest"]["horizon"] = json!({});
        api.send(Method::PUT, "/v1/policy", policy).await;
        for source in [include_str!("mail_note.yaml"), include_str!("mail_offer.yaml")] {
            api.post("/v1/journeys", json!({ "source": source })).await;
        }
        Self { world, server, api, people, _folder: folder }
    }

    async fn event(&self, name: &str, n: usize, properties: Value) {
        let id = format!("{name}-{n}-{properties}");
        let event = json!({ "name": name, "event_id": id, "contact": { "email": address(n) }, "properties": properties });
        self.api.post("/v1/events", event).await;
    }

    async fn consent(&self, n: usize) {
        let contact = self.api.post("/v1/contacts", json!({ "email": address(n), "name": format!("Person {n}") })).await;
        let consent = json!({ "address": { "kind": "email", "value": address(n) }, "channel": "email", "purpose": "promotional",
            "state": "opted_in", "source": "form:crash-test", "act": "form_submitted" });
        self.api.post(&format!("/v1/contacts/{}/consent", contact["id"].as_str().expect("an id")), consent).await;
    }

    /// What the n-th mailbox has of us.
    async fn mailbox(&self, n: usize) -> Vec<Value> {
        let phone = self.world.control.get(&format!("/_sim/people/{}", self.people[n])).await;
        phone["email_messages"].as_array().into_iter().flatten().filter(|entry| entry["from_business"] == true).cloned().collect()
    }

    async fn mailboxes(&self) -> BTreeMap<usize, Vec<Value>> {
        let mut all = BTreeMap::new();
        for n in 0..PEOPLE {
            all.insert(n, self.mailbox(n).await);
        }
        all
    }

    async fn until<T>(&self, what: &str, look: impl AsyncFn(&Self) -> Option<T>) -> T {
        let end = now() + REST;
        loop {
            if let Some(found) = look(self).await {
                return found;
            }
            assert!(now() < end, "it never came to this: {what}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn ours(&self, states: &[&str]) -> usize {
        let ours = self.api.all("/v1/messages?direction=out").await;
        ours.iter().filter(|message| states.iter().any(|state| message["status"] == **state)).count()
    }

    async fn at_rest(&self) {
        let moving = ["queued", "sending", "in_doubt"];
        self.until("nothing is on its way", async |post| (post.ours(&moving).await == 0).then_some(())).await;
        // From the mail server to the mailbox it takes at most so long.
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

#[tokio::test]
async fn mail_goes_both_ways_once_when_the_process_is_killed() {
    let mut post = Post::open("transactional", 50).await;
    let people = post.people.clone();
    for round in 0..=KILLS {
        for n in (0..PEOPLE).filter(|n| n % (KILLS + 1) == round) {
            post.event("note_wanted", n, json!({ "note": format!("N-{n}") })).await;
        }
        if round < KILLS {
            tokio::time::sleep(Duration::from_millis(250 + 150 * round as u64)).await;
            post.server.kill();
            // People write also while nobody is there: their mail servers try again.
            for (n, person) in people.iter().enumerate().skip(round).step_by(4) {
                let text = json!({ "line": "email", "business": OURS, "text": format!("Round {round} of person {n}") });
                post.world.control.post(&format!("/_sim/people/{person}/texts"), text).await;
            }
            post.server.up().await;
        }
    }
    post.at_rest().await;
    let boxes = post.mailboxes().await;
    assert!(boxes.values().all(|mails| mails.len() <= 1), "a mail came twice: {boxes:?}");
    let untouched: Vec<usize> = (0..PEOPLE).filter(|n| n % (KILLS + 1) == KILLS).collect();
    assert!(untouched.iter().all(|n| boxes[n].len() == 1), "mail that no kill could touch is missing");
    // Everybody with a mail answers it; each answer hangs on the message that it answers.
    let answered: Vec<usize> = boxes.iter().filter(|(_, mails)| mails.len() == 1).map(|(n, _)| *n).collect();
    for n in &answered {
        let text = json!({ "line": "email", "text": format!("Answer of person {n}") });
        post.world.control.post(&format!("/_sim/people/{}/texts", people[*n]), text).await;
    }
    let early: usize = (0..KILLS).map(|round| people.iter().skip(round).step_by(4).count()).sum();
    let expected = early + answered.len();
    let theirs = post
        .until("all answers are there", async |post| {
            let theirs = post.api.all("/v1/messages?direction=in").await;
            (theirs.len() >= expected).then_some(theirs)
        })
        .await;
    let mut words: Vec<&str> = theirs.iter().filter_map(|message| message["received"]["body"].as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!((words.len(), theirs.len()), (expected, expected), "answers were lost or doubled: {words:?}");
    for n in &answered {
        let answer =
            theirs.iter().find(|message| message["received"]["body"] == json!(format!("Answer of person {n}"))).expect("an answer");
        assert!(answer["in_reply_to"].is_string(), "it hangs on nothing: {answer}");
    }
}

/// A64: a complaint or a press on the link is heeded before the next mail leaves, also when that is queued already.
#[tokio::test]
async fn a64_who_complains_or_unsubscribes_gets_nothing_more_of_the_same_batch() {
    const COMPLAINS: usize = 0;
    const UNSUBSCRIBES: usize = 1;
    const BOUNCES: usize = 2;
    let post = Post::open("promotional", 2).await;
    for n in 0..PEOPLE {
        post.consent(n).await;
    }
    let bounce = json!({ "line": "email", "outcome": { "what": "fail", "code": 511 } });
    post.world.control.send(Method::PUT, &format!("/_sim/people/{}/outcome", post.people[BOUNCES]), bounce).await;
    for offer in ["A", "B"] {
        for n in 0..PEOPLE {
            post.event("offer_mailed", n, json!({ "offer": format!("{offer}-{n}") })).await;
        }
    }
    for (n, path) in [(COMPLAINS, "complaints"), (UNSUBSCRIBES, "unsubscribes")] {
        let mail = post.until("the first mail is there", async |post| post.mailbox(n).await.into_iter().next()).await;
        post.world.control.post(&format!("/_sim/people/{}/{path}", post.people[n]), json!({ "message": mail["id"] })).await;
    }
    post.at_rest().await;
    let counts: Vec<usize> = post.mailboxes().await.values().map(Vec::len).collect();
    let mut expected = vec![2; PEOPLE];
    (expected[COMPLAINS], expected[UNSUBSCRIBES], expected[BOUNCES]) = (1, 1, 0);
    assert_eq!(counts, expected);
    for (n, source) in [(COMPLAINS, "feedback_report"), (UNSUBSCRIBES, "list_unsubscribe")] {
        let evidence = post.api.get(&format!("/v1/consent_evidence?address=email:{}", address(n))).await;
        let lines = evidence["in_force"].as_array().cloned().unwrap_or_default();
        assert!(
            lines.iter().any(|line| line["entry"]["state"] == "opted_out" && line["entry"]["source"] == source),
            "the ledger does not say so: {evidence}"
        );
    }
    // Mail that came back: the address is left alone.
    let failed = post.ours(&["failed"]).await;
    assert_eq!(failed, 1, "one mail was sent to the mailbox that is not there, and not a second");
}

/// A template goes as the mail that was designed for it: checked when it is written, filled for each person, with their own link.
#[tokio::test]
async fn a_template_is_sent_as_it_was_designed_for_mail() {
    let post = Post::open("promotional", 20).await;
    post.consent(0).await;
    let text = json!({ "body": "Hi {{name}}, your visit is on {{day}}." });
    let variables = json!([{ "name": "name", "sample": "Alex" }, { "name": "day", "sample": "Monday" }]);
    let template = json!({ "name": "visit_mail", "purpose": "promotional", "variables": variables, "languages": { "en": text }, "default_language": "en" });
    let template = post.api.post("/v1/templates", template).await;
    let path = format!("/v1/templates/{}/mail_design", template["id"].as_str().expect("an id"));
    let mjml = |extra: &str| {
        format!(
            "<mjml><mj-body><mj-section><mj-column><mj-text>Dear {{{{name}}}}, {{{{day}}}} it is.{extra}</mj-text>\
             <mj-text><a href=\"{{{{unsubscribe_url}}}}\">Unsubscribe</a></mj-text></mj-column></mj-section></mj-body></mjml>"
        )
    };
    let design = |extra: &str| json!({ "languages": { "en": { "subject": "{{name}}, see you on {{day}}", "mjml": mjml(extra) } } });
    let ((status, refused), _) = post.api.patiently(Method::PUT, &path, Some(&design("{{price}}"))).await;
    assert_eq!(status, 422, "{refused}");
    assert_eq!(refused["errors"][0]["pointer"], "/languages/en/mjml", "{refused}");
    post.api.send(Method::PUT, &path, design("")).await;
    let preview = post.api.get(&format!("{path}/preview")).await;
    assert_eq!(preview["subject"], "Alex, see you on Monday");
    let source = include_str!("mail_offer.yaml").replace("mail_offer", "visit_mail").replace("offer_mailed", "visit_mailed").replace(
        "{ text: \"Offer {{ run.offer }} is for you.\" }",
        "{ template: visit_mail, variables: { name: \"{{ run.offer }}\", day: \"Friday\" } }",
    );
    post.api.post("/v1/journeys", json!({ "source": source })).await;
    post.event("visit_mailed", 0, json!({ "offer": "A <b>" })).await;
    let mail = post.until("the mail is there", async |post| post.mailbox(0).await.into_iter().next()).await;
    assert_eq!(mail["shown"]["header"], "A <b>, see you on Friday");
    assert_eq!(mail["shown"]["text"], "Hi A <b>, your visit is on Friday.");
    let link = mail["shown"]["taps"][0]["target"].as_str().expect("a link");
    // Opening the link changes nothing, pressing its button does.
    let at = link.find("/u/").unwrap_or_else(|| panic!("no link of ours: {mail}"));
    let page = post.api.get(&link[at..]).await;
    assert!(page.as_str().is_some_and(|page| page.contains("<form method=\"post\">")), "{page}");
    let opted_out = async |post: &Post| {
        let evidence = post.api.get(&format!("/v1/consent_evidence?address=email:{}", address(0))).await;
        evidence["in_force"].as_array().into_iter().flatten().any(|line| line["entry"]["state"] == "opted_out")
    };
    assert!(!opted_out(&post).await);
    post.world.control.post(&format!("/_sim/people/{}/unsubscribes", post.people[0]), json!({ "message": mail["id"] })).await;
    post.until("the ledger says so", async |post| opted_out(post).await.then_some(())).await;
}

/// What an agent answers is a mail that hangs on the person's own, in every mail program.
#[tokio::test]
async fn an_agents_answer_hangs_on_the_mail_that_it_answers() {
    let post = Post::open("transactional", 20).await;
    let text = json!({ "line": "email", "business": OURS, "text": "Where do I park?" });
    let asked = post.world.control.post(&format!("/_sim/people/{}/texts", post.people[0]), text).await;
    let conversation = post
        .until("somebody has written", async |post| {
            let all = post.api.all("/v1/conversations").await;
            all.first().and_then(|conversation| conversation["id"].as_str().map(str::to_owned))
        })
        .await;
    let reply = json!({ "content": { "type": "text", "body": "Behind the house." } });
    post.api.post(&format!("/v1/conversations/{conversation}/replies"), reply).await;
    let mail = post.until("the answer is there", async |post| post.mailbox(0).await.into_iter().next()).await;
    assert_eq!((&mail["shown"]["text"], &mail["shown"]["header"]), (&json!("Behind the house."), &json!("Re: From your clinic")));
    let hangs_on = mail["context"].as_str().expect("an In-Reply-To");
    assert!(hangs_on.starts_with(&format!("<{}.", asked["id"].as_str().expect("an id"))), "{hangs_on}");
}
