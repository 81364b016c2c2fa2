//! Every scenario of the gallery, played; and proof that each kind of expectation can fail.

use std::path::{Path, PathBuf};

use antiphon::scenario::{Folder, Report, Scenario, play, play_scenario, read_scenario};

fn gallery(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../gallery").join(name)
}

async fn play_all(name: &str) {
    let folder = Folder::open(&gallery(name)).expect("a gallery folder");
    let mut reports: Vec<Report> = Vec::new();
    for found in &folder.scenarios {
        reports.push(play(&folder, found).await);
    }
    let lines = reports.iter().map(|report| format!("{}\n{}", report.one_line(), report.failures.join("\n")));
    assert!(reports.iter().all(|report| report.passed), "{}", lines.collect::<Vec<_>>().join("\n"));
}

/// A25, A26, A31, A35, A42, A43, A47, A76, A78.
#[tokio::test]
async fn a43_appointment_reminder_does_what_its_scenarios_say() {
    play_all("appointment-reminder").await;
}

/// A36, A37, A44.
#[tokio::test]
async fn a44_order_updates_does_what_its_scenarios_say() {
    play_all("order-updates").await;
}

/// A form inside WhatsApp, page by page through the encrypted endpoint.
#[tokio::test]
async fn lead_capture_does_what_its_scenarios_say() {
    play_all("lead-capture").await;
}

/// A gallery folder that no test above plays would rot.
#[test]
fn every_gallery_folder_is_played() {
    let mut folders: Vec<String> = std::fs::read_dir(gallery(""))
        .expect("the gallery")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    folders.sort();
    assert_eq!(folders, ["appointment-reminder", "lead-capture", "order-updates"]);
}

struct Story {
    folder: Folder,
    file: String,
    text: String,
}

impl Story {
    fn open(folder: &str, scenario: &str) -> Self {
        let path = gallery(folder).join(format!("scenarios/{scenario}.yaml"));
        let text = std::fs::read_to_string(&path).expect("a scenario");
        Self { folder: Folder::open(&path).expect("a gallery folder"), file: path.display().to_string(), text }
    }

    fn read(&self, text: &str) -> Scenario {
        read_scenario(&self.file, text, &self.folder.journey).unwrap_or_else(|faults| panic!("{faults:#?}"))
    }

    /// Changes one place, plays, and asks that exactly this line fails.
    async fn corrupted(&self, from: &str, to: &str) {
        let at = self.text.find(from).unwrap_or_else(|| panic!("{} does not say `{from}`", self.file));
        let line = self.text[..at].matches('\n').count() + 1;
        let text = self.text.replacen(from, to, 1);
        let played = play_scenario(&self.folder, &self.read(&text)).await.expect("a played story");
        let lines: Vec<usize> = played.failures.iter().map(|failure| failure.line).collect();
        assert_eq!(lines, [line], "`{to}` instead of `{from}` must fail on line {line}: {:#?}", played.failures);
    }
}

/// A check that cannot fail checks nothing: each kind of expectation is made wrong once.
#[tokio::test]
async fn a_wrong_expectation_fails_on_its_line() {
    let confirm = Story::open("appointment-reminder", "confirm");
    for (from, to) in [
        ("messages: { contact: sam, total: 0 }", "messages: { contact: sam, total: 1 }"),
        ("status: active, step: wait_72h", "status: active, step: wait_24h"),
        ("contains: \"Wednesday 10 June, 14:00\"", "contains: \"Thursday 11 June, 14:00\""),
        ("channel: whatsapp, step: announce", "channel: sms, step: announce"),
        ("template: appointment_reminder", "template: appointment_soon"),
        ("name: appointment_confirmed, times: 1", "name: appointment_confirmed, times: 3"),
        ("properties: { appointment_id: a1 } }\n      message", "properties: { appointment_id: a2 } }\n      message"),
        ("step: thanks, times: 1", "step: thanks, times: 2"),
        ("step: remind, times: 0", "step: remind"),
        ("conversation: { contact: sam, none: true }", "conversation: { contact: sam, status: waiting }"),
        ("result: confirmed", "result: reminded"),
        ("goal: true", "goal: false"),
    ] {
        confirm.corrupted(from, to).await;
    }
    let cancelled = Story::open("appointment-reminder", "cancelled");
    cancelled.corrupted("runs: { contact: sam, active: 2", "runs: { contact: sam, active: 1").await;
    cancelled.corrupted("status: exited, result: cancelled", "status: active").await;
    let downtime = Story::open("appointment-reminder", "downtime");
    downtime.corrupted("silent: too_late", "silent: no_consent").await;
    let silence = Story::open("appointment-reminder", "silence");
    silence.corrupted("reason: no_answer", "reason: unprompted").await;
    silence.corrupted("by_channel: { whatsapp: 2, sms: 1 }", "by_channel: { whatsapp: 1, sms: 2 }").await;
}

#[tokio::test]
async fn a_wrong_expectation_of_a_conversation_or_a_language_fails_on_its_line() {
    let question = Story::open("order-updates", "question");
    for (from, to) in [
        ("queue: orders\n", "queue: inbox\n"),
        ("reason: journey_step", "reason: agent"),
        ("step: tell_shipped", "step: confirm"),
        ("summary_contains: \"When", "summary_contains: \"Where"),
        ("fields: { order_id: o1, items", "fields: { order_id: o2, items"),
        ("status: open, queue: orders", "status: bot"),
    ] {
        // The members of this expectation stand on lines of their own; it is named by its first one.
        let text = question.text.replacen(from, to, 1);
        assert_ne!(text, question.text, "the story does not say `{from}`");
        let played = play_scenario(&question.folder, &question.read(&text)).await.expect("a played story");
        assert_eq!(played.failures.len(), 1, "`{to}`: {:#?}", played.failures);
        assert!(played.failures[0].what.contains(" and not "), "{}", played.failures[0].what);
    }
    let language = Story::open("order-updates", "language");
    language.corrupted("language: es", "language: en").await;
    let in_order = Story::open("order-updates", "in_order");
    in_order.corrupted("step: tell_delivered, times: 1, since: last_advance", "step: confirm, since: last_advance").await;
    in_order.corrupted("step: confirm, status: read", "step: confirm, status: failed").await;
}

const ODDITIES: &str = "\
scenario: oddities
about: What no gallery scenario says.
start: 2026-06-01T14:00:00Z
contacts:
  sam: { phone: \"+447700900123\", attributes: { tier: gold, visits: 3 }, consent: [ { purpose: transactional } ] }
steps:
  - expect: { attribute: { contact: sam, name: visits, value: 3 } }
  - expect: { attribute: { contact: sam, name: tier, value: silver } }
  - customer: { contact: sam, tap: confirm }
  - expect: { messages: { contact: sam, total: 5 } }
";

/// An attribute that is different fails; what cannot be done ends the story, so that nothing after it is judged.
#[tokio::test]
async fn what_cannot_be_done_ends_the_story_with_the_reason() {
    let story = Story::open("appointment-reminder", "confirm");
    let played = play_scenario(&story.folder, &story.read(ODDITIES)).await.expect("a played story");
    let shown: Vec<String> = played.failures.iter().map(|failure| format!("{}: {}", failure.line, failure.what)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    8: expected attribute tier of sam to be "silver"; found "gold"
    9: no message on the phone of sam has a button `confirm`
    "#);
}

/// The same story has the same outcome: messages, decisions and timeline, byte for byte.
#[tokio::test]
async fn the_same_scenario_ends_the_same_each_time() {
    for scenario in ["confirm", "downtime", "silence", "sms_answer"] {
        let story = Story::open("appointment-reminder", scenario);
        let read = story.read(&story.text);
        let first = play_scenario(&story.folder, &read).await.expect("a first time").record;
        let second = play_scenario(&story.folder, &read).await.expect("a second time").record;
        assert!(first.contains("\"run_entered\"") && first.contains("\"verdict\""), "{scenario} records nothing");
        similar(scenario, &first, &second);
    }
}

fn similar(scenario: &str, first: &str, second: &str) {
    let differing = first.lines().zip(second.lines()).enumerate().find(|(_, (one, other))| one != other);
    assert!(first == second, "{scenario} ended differently: {differing:?}");
}

/// Mistakes in a file are shown with their place and how to mend them, all at once.
#[test]
fn a_scenario_file_is_read_strictly() {
    let story = Story::open("appointment-reminder", "confirm");
    let text = "\
scenario: strict
about: Everything here is wrong.
start: 2026-06-01T14:00:00Z
contacts:
  sam: { phone: \"+12125551234\", nmae: Sam }
steps:
  - expect: { message: { contact: sam, stepp: remind } }
  - expect: { run: { contact: kim, step: remind_me } }
  - expect: { run: { contact: sam, key: a1 } }
  - advance: { by: soon }
  - advance: { by: 1h, to: 2026-06-02T14:00:00Z }
  - customer: { contact: sam, text: hello, times: 3 }
  - sleep: 5
";
    let faults = read_scenario("strict.yaml", text, &story.folder.journey).expect_err("a file full of mistakes");
    let shown: Vec<String> = faults.iter().map(journey::Diagnostic::one_line).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    strict.yaml:5:17: error[SCN004]: `+12125551234` is no number for documentation. Use +1 202 555 0100 to 0199 or +44 7700 900000 to 900999, written as "+12025550123".
    strict.yaml:5:33: error[SCN001]: `nmae` is no member. Known here: phone, name, locale, time_zone, attributes, consent, whatsapp.
    strict.yaml:7:40: error[SCN001]: `stepp` is no member. Did you mean `step`?
    strict.yaml:8:31: error[SCN005]: nobody is called `kim`. Under `contacts` there are: sam.
    strict.yaml:8:42: error[SCN005]: the journey has no step `remind_me`. Did you mean `remind`?
    strict.yaml:9:15: error[SCN006]: this expects nothing and can never fail. State at least one of: status, step, result, goal.
    strict.yaml:10:20: error[SCN004]: `soon` is no span of time. Write it as 30m, 4h or 2d.
    strict.yaml:11:24: error[SCN006]: `by` and `to` cannot stand together. Make two steps of them.
    strict.yaml:12:44: error[SCN006]: `times` belongs to `tap`. Leave it out, or change what the customer does.
    strict.yaml:13:5: error[SCN001]: `sleep` is no member. Known here: at, event, advance, customer, agent, downtime, expect.
    "#);
}
