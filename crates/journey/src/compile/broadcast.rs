//! Broadcast files: the same sends, texts and conditions as in journeys, under another head.

use std::fmt::Write as _;

use expr::cel::{Schema, Type};
use model::draws::stable_hash;

use super::head::{PURPOSES, weight};
use super::steps::Defaults;
use super::{CompileContext, Reader, send};
use crate::broadcast::{Audience, Broadcast, CompiledBroadcast};
use crate::diagnostic::{Findings, Place, Severity};
use crate::yaml::{self, Kind, Node, Trouble};

/// More than half kept back is a slip: a holdout is there to compare with.
const HOLDOUT_MAX: u32 = 5_000;

/// Reads a broadcast file and checks all of it.
#[must_use]
pub fn compile_broadcast(file: &str, source: &str, ctx: &CompileContext<'_>) -> CompiledBroadcast {
    run(file, source, *ctx, true)
}

/// Reads a stored file back, without asking again what the workspace has.
#[must_use]
pub fn reload_broadcast(source: &str) -> CompiledBroadcast {
    run("broadcast.yaml", source, CompileContext::default(), false)
}

fn run(file: &str, source: &str, ctx: CompileContext<'_>, workspace: bool) -> CompiledBroadcast {
    let mut findings = Findings::new(file);
    let (root, faults) = yaml::read(source);
    for fault in faults {
        let code = if fault.code == Trouble::Syntax { "JRN001" } else { "JRN002" };
        findings.error(code, fault.at, fault.what, fault.fix);
    }
    let Some(root) = root else {
        if !findings.has_errors() {
            let at = Place { line: 1, column: 1, end_line: 1, end_column: 2 };
            findings.error("JRN001", at, "the file is empty", "Begin with `broadcast: <name>`.");
        }
        return CompiledBroadcast { broadcast: None, diagnostics: findings.into_sorted() };
    };
    let mut reader = Reader::new(source, ctx, workspace, findings);
    // There is no event and no run: only who the person is, and what time it is.
    let contact = ctx.schema.and_then(|schema| schema.contact.clone()).unwrap_or(Type::Any);
    reader.schema = Schema::new().with("contact", contact).with("now", Type::Time);
    let broadcast = head(&mut reader, &root);
    let diagnostics = reader.findings.into_sorted();
    let clean = diagnostics.iter().all(|found| found.severity != Severity::Error);
    CompiledBroadcast { broadcast: broadcast.filter(|_| clean), diagnostics }
}

fn head(r: &mut Reader<'_>, root: &Node) -> Option<Broadcast> {
    let mut f = r.fields(root, "a broadcast")?;
    let at = f.at;
    let name_node = f.require(r, "broadcast", "JRN005", "Begin with `broadcast: <name>`.");
    let name = r.name(name_node, "a broadcast");
    let title = r.string(f.get("title"), "title");
    let description = r.string(f.get("description"), "description");
    let tags: Vec<String> =
        f.get("tags").map(|n| r.items(n)).unwrap_or_default().iter().filter_map(|n| r.scalar(n, "a tag").map(str::to_owned)).collect();
    let purpose = f.get("purpose").and_then(|n| r.choice(n, "a purpose", &PURPOSES));
    let topic = r.string(f.get("topic"), "topic");
    let audience_node = f.require(
        r,
        "audience",
        "BRC001",
        "Write `audience: everybody`, `audience: listed`, or `audience: {where: \"contact.city == 'Lisbon'\"}`.",
    );
    let audience = audience_node.and_then(|n| audience(r, n));
    let holdout = f.get("holdout").map_or(Some(0), |n| share(r, n));
    let per_minute = f.get("per_minute").map(|n| r.number(n, "a number of recipients", 1, 1_000_000));
    let (priority, value) = weight(r, &mut f);
    let send_node = f.require(r, "send", "JRN005", "Write `send:` with a channel and `max_lateness`.");
    let defaults = Defaults { purpose, topic: topic.as_deref(), context: &[] };
    let send = send_node.and_then(|n| send::send(r, name.as_deref().unwrap_or_default(), at, n, &defaults));
    if let (Some(send), Some(node)) = (&send, send_node)
        && (!send.fallback.edges.is_empty() || send.fallback.any.is_some())
    {
        let fix = "Name the channels in your order of preference; a journey can go on after a failure.";
        r.findings.error("BRC003", node.at, "a broadcast has no steps to fall back to", fix);
    }
    f.finish(r);
    let mut broadcast = Broadcast {
        name: name?,
        version: String::new(),
        title,
        description,
        tags,
        audience: audience?,
        send: send?,
        holdout: holdout?,
        priority,
        value,
        per_minute: per_minute.flatten(),
    };
    broadcast.version = version(&broadcast);
    Some(broadcast)
}

fn audience(r: &mut Reader<'_>, node: &Node) -> Option<Audience> {
    if let Kind::Map(_) = node.kind {
        let mut f = r.fields(node, "an audience")?;
        let condition = f.require(r, "where", "BRC001", "Write `where:` with a condition about `contact`.");
        let condition = r.condition(condition, "the audience's condition");
        f.finish(r);
        return condition.map(|condition| Audience::Matching(Some(condition)));
    }
    r.choice(node, "an audience", &[("everybody", false), ("listed", true)])
        .map(|listed| if listed { Audience::Listed } else { Audience::Matching(None) })
}

/// `5%` or `0.5%`, in hundredths of a percent.
fn share(r: &mut Reader<'_>, node: &Node) -> Option<u32> {
    let text = r.scalar(node, "holdout")?;
    let share = text.strip_suffix('%').and_then(|number| {
        let (whole, part) = number.trim().split_once('.').unwrap_or((number.trim(), ""));
        let part = match part.len() {
            0 => 0,
            1 => part.parse::<u32>().ok()? * 10,
            2 => part.parse::<u32>().ok()?,
            _ => return None,
        };
        whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(part)
    });
    let share = share.filter(|share| *share <= HOLDOUT_MAX);
    if share.is_none() {
        r.findings.error("BRC002", node.at, format!("`{text}` cannot be a holdout"), "Write a share from 0% to 50%, such as `5%`.");
    }
    share
}

/// As for journeys: from the checked form, so that layout and comments do not count.
fn version(broadcast: &Broadcast) -> String {
    let mut meaning = String::new();
    let b = broadcast;
    let _ = write!(meaning, "{:?}|{:?}|{:?}|{}|{:?}", b.name, b.audience, b.send, b.holdout, b.per_minute);
    if b.priority > 0 || b.value > 0 {
        let _ = write!(meaning, "|weight {} {}", b.priority, b.value);
    }
    let (first, second) = (stable_hash(&[b"broadcast", meaning.as_bytes()]), stable_hash(&[meaning.as_bytes(), b"broadcast"]));
    format!("{first:016x}{second:016x}")
}

#[cfg(test)]
mod tests {
    use model::contact::Contact;
    use model::message::{Class, Rendered};
    use model::{BroadcastId, ContactId, Timestamp, Value};

    use super::*;
    use crate::run::StepEnv;

    const OFFER: &str = "broadcast: spring_offer\ntitle: Spring\npurpose: promotional\ntopic: offers\naudience: { where: \"contact.city == 'Lisbon'\" }\nholdout: 5%\nper_minute: 600\nsend:\n  sms: { text: \"Hello {{ contact.first_name | default: 'you' }}\" }\n  max_lateness: 24h\n";

    fn codes(source: &str) -> Vec<&'static str> {
        compile_broadcast("b.yaml", source, &CompileContext::default()).diagnostics.iter().map(|found| found.code).collect()
    }

    fn contact(city: Option<&str>) -> Contact {
        let mut contact = Contact::new(ContactId::from_u128(1), Timestamp::EPOCH);
        contact.attributes.extend(city.map(|city| ("city".to_owned(), Value::Text(city.to_owned()))));
        contact
    }

    #[test]
    fn a_file_says_what_goes_to_whom() {
        let compiled = compile_broadcast("b.yaml", OFFER, &CompileContext::default());
        assert_eq!(compiled.diagnostics, []);
        let offer = compiled.broadcast.unwrap();
        assert_eq!((offer.name.as_str(), offer.holdout, offer.per_minute), ("spring_offer", 500, Some(600)));
        for (city, chosen) in [(Some("Lisbon"), true), (Some("Porto"), false), (None, false)] {
            let contact = contact(city);
            let env = StepEnv { now: Timestamp::EPOCH, contact: &contact, zone: "UTC", templates: &[] };
            assert_eq!(offer.chooses(&env).0, chosen, "{city:?}");
            let intent = offer.intent(BroadcastId::from_u128(1), Timestamp::EPOCH, &env);
            assert_eq!((intent.class, intent.topic.as_deref()), (Class::Promotional, Some("offers")));
            let Some(Rendered::Ready(content)) = &intent.channels[0].in_window else { panic!("{intent:?}") };
            assert_eq!(content.summary(), "Hello you");
        }
    }

    #[test]
    fn a_message_to_many_never_goes_before_a_message_to_one() {
        let source = OFFER.replace("promotional", "transactional");
        let offer = compile_broadcast("b.yaml", &source, &CompileContext::default()).broadcast.unwrap();
        let contact = contact(None);
        let env = StepEnv { now: Timestamp::EPOCH, contact: &contact, zone: "UTC", templates: &[] };
        assert_eq!(offer.intent(BroadcastId::from_u128(1), Timestamp::EPOCH, &env).class, Class::Promotional);
    }

    #[test]
    fn the_version_is_about_meaning() {
        let version = |source: &str| reload_broadcast(source).broadcast.unwrap().version;
        assert_eq!(version(OFFER), version(&OFFER.replace("Spring", "Sommer").replace("\npurpose", "\n# a comment\npurpose")));
        for (from, to) in [("5%", "6%"), ("Lisbon", "Porto"), ("Hello", "Hi"), ("600", "601"), ("24h", "25h")] {
            assert_ne!(version(OFFER), version(&OFFER.replace(from, to)), "{from}");
        }
    }

    #[test]
    fn shares_are_exact() {
        for (text, share) in [("0%", 0), ("0.5%", 50), ("12.25%", 1_225), ("50%", 5_000)] {
            let offer = reload_broadcast(&OFFER.replace("5%", text)).broadcast;
            assert_eq!(offer.map(|offer| offer.holdout), Some(share), "{text}");
        }
        for text in ["5", "51%", "-1%", "0.125%", "a%"] {
            assert_eq!(codes(&OFFER.replace("5%", &format!("'{text}'"))), ["BRC002"], "{text}");
        }
    }

    #[test]
    fn every_mistake_is_found() {
        assert_eq!(codes(""), ["JRN001"]);
        assert_eq!(codes(&OFFER.replace("audience: { where: \"contact.city == 'Lisbon'\" }\n", "")), ["BRC001"]);
        assert_eq!(codes(&OFFER.replace("contact.city == 'Lisbon'", "run.city == 'Lisbon'")), ["JRN011"]);
        assert_eq!(codes(&OFFER.replace("purpose: promotional\n", "")), ["JRN020"]);
        assert_eq!(codes(&OFFER.replace("  max_lateness: 24h\n", "")), ["JRN023"]);
        assert_eq!(codes(&OFFER.replace("  max_lateness: 24h\n", "  max_lateness: 24h\n  fallback: { any: desk }\n")), ["BRC003"]);
        assert_eq!(codes(&OFFER.replace("per_minute", "pace")), ["JRN004"]);
        assert_eq!(codes(&OFFER.replace("{ where: \"contact.city == 'Lisbon'\" }", "all")), ["JRN008"]);
    }
}
