//! Random inputs: nothing panics, one attempt takes one edge, a waiting run has a timer, an ended run stays ended.

use std::collections::BTreeMap;

use journey::{EventView, Input, Journey, RunEvent, RunState, SendNews, StepEnv, enter, step};
use model::contact::Contact;
use model::inbound::InboundContent;
use model::send_error::FallbackCause;
use model::value::Attributes;
use model::{ContactId, Millis, RunId, SignalId, Timestamp, Value};
use proptest::prelude::*;

use crate::support::{invariants, load, templates};

/// One input as numbers, so that every journey can make something of it.
type Raw = (u8, u8, u8, u32);

const EVENTS: [&str; 9] = [
    "appointment_booked",
    "appointment_moved",
    "appointment_cancelled",
    "appointment_attended",
    "purchase",
    "item_viewed",
    "order_status",
    "called_us",
    "order_cancelled",
];

fn play(def: &Journey, raws: &[Raw]) {
    let templates = templates();
    let contact = Contact::new(ContactId::from_u128(1), Timestamp::EPOCH);
    let start = Timestamp::parse("2026-06-01T10:00:00Z").unwrap();
    let mut now = start;
    let properties = |n: u8, moved: u32| -> Attributes {
        let status = ["packed", "shipped", "delivered", "lost"][usize::from(n) % 4];
        let starts_at = (start + Millis::from_mins(i64::from(moved % 20_000))).to_string();
        let texts =
            [("status", status), ("starts_at", &starts_at), ("appointment_id", "a1"), ("order_id", "o1"), ("item", "lamp"), ("id", "q1")];
        let mut map: Attributes = texts.into_iter().map(|(k, v)| (k.to_owned(), Value::from(v))).collect();
        map.insert("urgent".to_owned(), Value::Bool(n.is_multiple_of(2)));
        map
    };
    let first = properties(0, 9_000);
    let event = EventView { name: &def.entry.on, properties: &first, at: now, arrived: now, id: SignalId::from_u128(1) };
    let env = StepEnv { now, contact: &contact, zone: "Europe/Madrid", templates: &templates };
    let mut run = enter(def, RunId::from_u128(1), "k".to_owned(), &event, &env).run;
    let mut edges: BTreeMap<(String, u32), u32> = BTreeMap::new();
    for (kind, a, b, minutes) in raws {
        now = now + Millis::from_mins(i64::from(minutes % 3_000));
        let env = StepEnv { now, ..env };
        let ended = run.is_ended();
        let before = run.clone();
        let properties = properties(*a, minutes.wrapping_mul(7));
        let event = EventView {
            name: EVENTS[usize::from(*b) % EVENTS.len()],
            properties: &properties,
            at: now,
            arrived: now,
            id: SignalId::from_u128(2),
        };
        let attempt = run.attempts.get(usize::from(*a) % run.attempts.len().max(1)).map(|x| (x.step.clone(), x.visit));
        let (to, visit) = attempt.clone().unwrap_or(("remind".to_owned(), 1));
        let content = match b % 4 {
            0 => InboundContent::ButtonReply { id: "confirm".to_owned(), title: "Confirm".to_owned() },
            1 => InboundContent::ButtonReply { id: "call".to_owned(), title: "Call".to_owned() },
            2 => InboundContent::Text { body: ["yes", "agent", "what?", ""][usize::from(*a) % 4].to_owned() },
            _ => InboundContent::Reaction { to: "x".to_owned(), emoji: None },
        };
        let cause = FallbackCause::ALL[usize::from(*b) % FallbackCause::ALL.len()];
        let input = match kind % 11 {
            0 | 1 => Input::Event(&event),
            2 => Input::Reply { answers: attempt.as_ref().map(|(s, v)| (s.as_str(), *v)), content: &content, at: now },
            3 => Input::Reply { answers: None, content: &content, at: now },
            4 | 5 => Input::Due,
            6 | 7 => Input::Send { step: &to, visit, message: None, news: SendNews::Accepted { at: now } },
            8 => Input::Send {
                step: &to,
                visit,
                message: None,
                news: if b.is_multiple_of(2) { SendNews::Delivered { at: now } } else { SendNews::Read { at: now } },
            },
            9 => Input::Send { step: &to, visit, message: None, news: SendNews::Failed { cause, at: now } },
            _ => Input::Send { step: &to, visit, message: None, news: SendNews::NotSent { cause, at: now } },
        };
        let outcome = step(def, run, input, &env);
        invariants(&outcome.run);
        let stored = serde_json::to_string(&outcome.run).unwrap();
        run = serde_json::from_str::<RunState>(&stored).unwrap();
        assert_eq!(run, outcome.run);
        if ended {
            assert_eq!(run.status, before.status);
            assert_eq!(run.position, before.position);
            assert!(outcome.effects.is_empty(), "an ended run does nothing: {:?}", outcome.effects);
        }
        for event in &outcome.events {
            if let RunEvent::FallbackTaken { step, .. } | RunEvent::Skipped { step, .. } = event {
                let visit = before.visits.get(step).copied().unwrap_or(0);
                let taken = edges.entry((step.clone(), visit)).or_insert(0);
                *taken += 1;
                assert!(*taken <= 1 || def.max_messages.is_some(), "{step}#{visit} took {taken} edges");
            }
        }
        if let Some(most) = def.max_messages {
            assert!(run.sends <= most);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r_fb_1_random_inputs_keep_every_run_sound(raws in proptest::collection::vec(any::<Raw>(), 1..60)) {
        let templates = templates();
        for name in ["appointment", "interest", "order_updates", "question", "fallback", "calendar", "capped", "gallery"] {
            play(&load(name, &templates), &raws);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is cut out of a file or put into it: findings with places, and no panic.
    #[test]
    fn mangled_files_are_findings_and_never_panics(cut in 0usize..9_000, len in 0usize..60, put in ".{0,6}") {
        let source = std::fs::read_to_string(crate::support::gallery().join("journey.yaml")).unwrap();
        let mut letters: Vec<char> = source.chars().collect();
        let from = cut.min(letters.len());
        let to = (from + len).min(letters.len());
        letters.splice(from..to, put.chars());
        let mangled: String = letters.into_iter().collect();
        let templates = templates();
        let compiled = journey::compile("x", &mangled, &journey::CompileContext { templates: &templates, ..Default::default() });
        for found in &compiled.diagnostics {
            prop_assert!(found.line > 0 && found.column > 0 && (found.end_line, found.end_column) > (found.line, found.column), "{found:?}");
        }
        prop_assert!(compiled.journey.is_some() || !compiled.diagnostics.is_empty());
    }
}

/// A76: each cause takes its own edge, exactly once, whatever is reported afterwards.
#[test]
fn a76_each_cause_takes_its_own_edge_once() {
    let templates = templates();
    let def = load("fallback", &templates);
    let contact = Contact::new(ContactId::from_u128(1), Timestamp::EPOCH);
    let now = Timestamp::parse("2026-06-01T10:00:00Z").unwrap();
    let env = StepEnv { now, contact: &contact, zone: "UTC", templates: &templates };
    let properties = Attributes::from([("id".to_owned(), Value::from("f1"))]);
    let event = EventView { name: "go", properties: &properties, at: now, arrived: now, id: SignalId::from_u128(1) };
    for cause in FallbackCause::ALL {
        let entered = enter(&def, RunId::from_u128(1), "f1".to_owned(), &event, &env);
        let news = |news| Input::Send { step: "first", visit: 1, message: None, news };
        let fell = step(&def, entered.run, news(SendNews::NotSent { cause, at: now }), &env);
        assert_eq!(fell.run.result().as_deref(), Some(format!("to_{}", cause.as_str()).as_str()));
        let taken = fell.events.iter().filter(|e| matches!(e, RunEvent::FallbackTaken { .. })).count();
        assert_eq!(taken, 1, "{cause:?}");
        let again = step(&def, fell.run.clone(), news(SendNews::Failed { cause: FallbackCause::Rejected, at: now }), &env);
        assert!(again.effects.is_empty() && !again.events.iter().any(|e| matches!(e, RunEvent::FallbackTaken { .. })));
        assert_eq!(again.run.status, fell.run.status);
    }
}
