//! Runs the scripts of `testdata`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use journey::{
    Admission, CompileContext, Effect, EventView, Input, Journey, RunState, SendNews, Severity, Status, StepEnv, StepOutcome, Waiting,
    admit, compile, enter, step, template_file,
};
use model::contact::Contact;
use model::content::Content;
use model::inbound::{InboundContent, InboundMedia};
use model::message::{ChannelDraft, Rendered};
use model::send_error::FallbackCause;
use model::template::Template;
use model::value::Attributes;
use model::{ContactId, RunId, SignalId, Timestamp, Value};

pub fn testdata(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

pub fn gallery() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../gallery/appointment-reminder")
}

/// The template of `testdata` and those of the gallery.
pub fn templates() -> Vec<Template> {
    let own = gallery().join("templates");
    [testdata("reminder.template.yaml"), own.join("appointment_reminder.yaml"), own.join("appointment_soon.yaml")]
        .into_iter()
        .map(|path| {
            let source = std::fs::read_to_string(&path).unwrap();
            template_file::parse(&path.display().to_string(), &source).unwrap_or_else(|found| panic!("{found:#?}"))
        })
        .collect()
}

/// A journey of `testdata`, or `gallery` for the one of the gallery.
pub fn load(name: &str, templates: &[Template]) -> Journey {
    let file = format!("{name}.journey.yaml");
    let path = if name == "gallery" { gallery().join("journey.yaml") } else { testdata(&file) };
    let source = std::fs::read_to_string(path).unwrap();
    let compiled = compile(&file, &source, &CompileContext { templates, ..CompileContext::default() });
    let errors: Vec<String> =
        compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).map(journey::Diagnostic::one_line).collect();
    compiled.journey.unwrap_or_else(|| panic!("{}", errors.join("\n")))
}

/// Plays a case and compares what came of each input.
#[expect(clippy::disallowed_methods, reason = "whoever starts the tests says in the environment that golden files are written anew")]
pub fn check(journey: &str, case: &str) {
    let templates = templates();
    let def = load(journey, &templates);
    let path = testdata(&format!("{journey}.{case}.case"));
    let script = std::fs::read_to_string(&path).unwrap();
    let mut world = World::new(&def, &templates);
    let mut out = String::new();
    for line in script.lines() {
        if line.starts_with("  ") {
            continue;
        }
        let _ = writeln!(out, "{line}");
        if line.starts_with(|c: char| c.is_ascii_digit()) {
            for said in world.play(line) {
                let _ = writeln!(out, "  {said}");
            }
        } else if let Some(rest) = line.strip_prefix("contact ") {
            world.contact_line(rest);
        }
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &out).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap();
    if wanted != out {
        let (n, (want, got)) =
            wanted.lines().zip(out.lines()).enumerate().find(|(_, (a, b))| a != b).unwrap_or((0, ("(another length)", "")));
        panic!("{}:{}\n  wanted: {want}\n  got:    {got}", path.display(), n + 1);
    }
}

struct World<'a> {
    def: &'a Journey,
    templates: &'a [Template],
    contact: Contact,
    zone: String,
    runs: BTreeMap<String, RunState>,
    /// Ended runs, which entry rules remember.
    ended: Vec<RunState>,
    signals: u128,
}

impl<'a> World<'a> {
    fn new(def: &'a Journey, templates: &'a [Template]) -> Self {
        let mut contact = Contact::new(ContactId::from_u128(1), Timestamp::EPOCH);
        contact.attributes.insert("first_name".to_owned(), Value::from("Sam"));
        Self { def, templates, contact, zone: "UTC".to_owned(), runs: BTreeMap::new(), ended: Vec::new(), signals: 0 }
    }

    fn contact_line(&mut self, rest: &str) {
        for word in rest.split_whitespace() {
            match word.split_once('=').unwrap() {
                ("zone", zone) => self.zone = zone.to_owned(),
                (key, "-") => drop(self.contact.attributes.remove(key)),
                (key, value) => drop(self.contact.attributes.insert(key.to_owned(), Value::from(value))),
            }
        }
    }

    fn play(&mut self, line: &str) -> Vec<String> {
        let (now, rest) = line.split_once(' ').unwrap();
        let now = Timestamp::parse(now).unwrap();
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        match verb {
            "event" => self.event(now, rest),
            "due" => self.each(now, |_| Some(Input::Due)),
            "stop" => self.each(now, |_| Some(Input::Stop { reason: "asked for" })),
            "tap" | "text" | "media" | "react" | "place" | "people" | "permit" => {
                let (key, rest) = rest.split_once(' ').unwrap();
                let (to, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                let answers = to.split_once('#').map(|(step, visit)| (step, visit.parse().unwrap()));
                let content = match verb {
                    "tap" => {
                        let (id, title) = rest.split_once(' ').unwrap_or((rest, rest));
                        InboundContent::ButtonReply { id: id.to_owned(), title: title.to_owned() }
                    }
                    "text" => InboundContent::Text { body: rest.to_owned() },
                    "place" => {
                        InboundContent::Location(model::content::Location { latitude: 52.5, longitude: 13.4, name: None, address: None })
                    }
                    "people" => InboundContent::Structured { kind: "contacts".to_owned(), data: serde_json::json!([]) },
                    "permit" => {
                        InboundContent::Structured { kind: "call_permission".to_owned(), data: serde_json::json!({ "response": rest }) }
                    }
                    "react" => InboundContent::Reaction { to: "wamid.1".to_owned(), emoji: Some("👍".to_owned()) },
                    _ => InboundContent::Media(InboundMedia {
                        kind: model::content::MediaKind::Image,
                        mime: "image/jpeg".to_owned(),
                        provider_ref: "1".to_owned(),
                        caption: None,
                        filename: None,
                        stored: None,
                    }),
                };
                self.each(now, |run| (run.instance_key == key).then_some(Input::Reply { answers, content: &content, at: now }))
            }
            "news" => {
                let mut words = rest.split_whitespace();
                let (key, to, what) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
                let (step, visit) = to.split_once('#').unwrap();
                let visit = visit.parse().unwrap();
                let news = news(what, words.next().map_or(now, |at| Timestamp::parse(at).unwrap()));
                self.each(now, |run| (run.instance_key == key).then_some(Input::Send { step, visit, message: None, news }))
            }
            other => panic!("no such input: {other}"),
        }
    }

    fn event(&mut self, now: Timestamp, rest: &str) -> Vec<String> {
        let (name, rest) = rest.split_once(' ').unwrap_or((rest, "{}"));
        // `@<time>` after the properties says when it happened, if that is another moment.
        let (properties, at) = rest.rsplit_once(" @").map_or((rest, now), |(p, at)| (p, Timestamp::parse(at).unwrap()));
        let properties: Attributes = serde_json::from_str(properties).unwrap();
        self.signals += 1;
        let event = EventView { name, properties: &properties, at, arrived: now, id: SignalId::from_u128(self.signals) };
        let mut out = self.each(now, |_| Some(Input::Event(&event)));
        let admission = {
            let past: Vec<_> = self.runs.values().chain(&self.ended).map(RunState::past).collect();
            admit(self.def, &event, &past, &self.contact, now)
        };
        match admission {
            Admission::NotMine => {}
            Admission::Reject { code, reason } => out.push(format!("rejected {code}: {reason}")),
            Admission::Enter { instance_key } => {
                let contact = self.contact.clone();
                let env = StepEnv { now, contact: &contact, zone: &self.zone, templates: self.templates };
                let id = RunId::from_u128(self.signals);
                let outcome = enter(self.def, id, instance_key.clone(), &event, &env);
                self.ended.extend(self.runs.remove(&instance_key));
                out.extend(self.take(outcome));
            }
        }
        out
    }

    fn each<'i>(&mut self, now: Timestamp, input: impl Fn(&RunState) -> Option<Input<'i>>) -> Vec<String> {
        let mut out = Vec::new();
        let contact = self.contact.clone();
        let zone = self.zone.clone();
        let env = StepEnv { now, contact: &contact, zone: &zone, templates: self.templates };
        for key in self.runs.keys().cloned().collect::<Vec<_>>() {
            let Some(run) = self.runs.get(&key) else { continue };
            let Some(input) = input(run) else { continue };
            let outcome = step(self.def, run.clone(), input, &env);
            out.extend(self.take(outcome));
        }
        out
    }

    fn take(&mut self, outcome: StepOutcome) -> Vec<String> {
        invariants(&outcome.run);
        let stored = serde_json::to_string(&outcome.run).unwrap();
        let restored: RunState = serde_json::from_str(&stored).unwrap();
        assert_eq!(restored, outcome.run, "a run survives its stored form");
        let key = outcome.run.instance_key.clone();
        let mut out: Vec<String> = outcome.events.iter().map(|e| format!("[{key}] {}", flat(&serde_json::to_value(e).unwrap()))).collect();
        for effect in &outcome.effects {
            if let Effect::SetAttribute { name, value } = effect {
                self.contact.attributes.insert(name.clone(), value.clone());
            }
            out.push(format!("[{key}] => {}", shown(effect)));
        }
        if !out.is_empty() || outcome.taken != journey::Taken::No {
            out.push(format!("[{key}] {:?}, {}", outcome.taken, standing(&outcome.run)));
        }
        self.runs.insert(key, restored);
        out
    }
}

/// What holds after every input.
pub fn invariants(run: &RunState) {
    match run.position.waiting {
        Waiting::Nothing => assert!(run.is_ended(), "a run that waits for nothing has ended"),
        Waiting::Acceptance => assert!(!run.is_ended()),
        _ => assert!(run.due().is_some(), "a waiting run has a due time"),
    }
    assert_eq!(run.is_ended(), run.ended_at.is_some());
    assert_eq!(run.status != Status::Active, run.is_ended());
}

fn news(what: &str, at: Timestamp) -> SendNews {
    let cause = |name: &str| FallbackCause::ALL.into_iter().find(|c| c.as_str() == name).unwrap();
    match what.split_once(':') {
        Some(("failed", name)) => SendNews::Failed { cause: cause(name), at },
        Some(("not_sent", name)) => SendNews::NotSent { cause: cause(name), at },
        _ => match what {
            "queued" => SendNews::Queued,
            "accepted" => SendNews::Accepted { at },
            "delivered" => SendNews::Delivered { at },
            "read" => SendNews::Read { at },
            "cancelled" => SendNews::Cancelled { at },
            other => panic!("no such news: {other}"),
        },
    }
}

fn flat(value: &serde_json::Value) -> String {
    let Some(map) = value.as_object() else { return value.to_string() };
    let words = map.iter().map(|(k, v)| if k == "event" { v.as_str().unwrap_or_default().to_owned() } else { format!("{k}={}", bare(v)) });
    words.collect::<Vec<_>>().join(" ")
}

fn bare(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn shown(effect: &Effect) -> String {
    match effect {
        Effect::Send { step, visit, intent } => {
            let drafts: Vec<String> = intent.channels.iter().map(draft).collect();
            let lateness = intent.max_lateness.map(|l| l.to_string()).unwrap_or_default();
            format!("send {step}#{visit} {} due {} at most {lateness} late; {}", intent.purpose, intent.due_at, drafts.join("; "))
        }
        Effect::HandOff { queue, priority, reason, summary, fields, step } => {
            format!("hand_off {queue} {priority:?} {reason:?} at {step}: {summary} {}", serde_json::Value::Object(fields.clone()))
        }
        other => flat(&serde_json::to_value(other).unwrap()),
    }
}

fn draft(draft: &ChannelDraft) -> String {
    let content = |which: &str, rendered: &Option<Rendered>| match rendered {
        None => String::new(),
        Some(Rendered::Missing { reason }) => format!(" {which} MISSING {reason}"),
        Some(Rendered::Ready(Content::Template(t))) => {
            format!(" {which} template {} {}: {}", t.name, t.language, t.preview.body.replace('\n', " / "))
        }
        Some(Rendered::Ready(content)) => format!(" {which} “{}”", content.summary()),
    };
    format!("{}{}{}", draft.channel, content("in", &draft.in_window), content("out", &draft.out_of_window))
}

fn standing(run: &RunState) -> String {
    let place = format!("{}#{}", run.position.step, run.position.visit);
    match run.result() {
        Some(result) => format!("ended at {place}: {result}"),
        None => match run.due() {
            Some(due) => format!("stands in {place} until {due}"),
            None => format!("stands in {place}"),
        },
    }
}
