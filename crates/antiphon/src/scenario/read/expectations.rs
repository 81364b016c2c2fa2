//! What is expected.

use std::collections::BTreeMap;

use model::Channel;
use model::send_error::FallbackCause;

use super::head::CHANNELS;
use super::source::{At, Members, ONE_OF, UNKNOWN_NAME, WRONG_VALUE};
use super::steps::{Known, only_true};
use crate::scenario::story::{ConversationWanted, Expectation, Expected, MessageWanted, RunWanted};

const KINDS: [&str; 8] = ["message", "messages", "run", "runs", "event", "conversation", "decision", "attribute"];
const STATUSES: &[&str] = &["queued", "sending", "in_doubt", "accepted", "delivered", "read", "failed", "cancelled", "expired"];
const REASONS: &[&str] = &["journey_step", "asked_for_human", "not_understood", "unprompted", "no_answer", "possible_opt_out", "agent"];

/// One or several expectations.
pub(super) fn expect(at: &At<'_>, known: &Known<'_>) -> Vec<Expectation> {
    let Some(members) = at.members(&KINDS) else { return Vec::new() };
    let there: Vec<(&str, At<'_>)> = KINDS.iter().filter_map(|kind| members.get(kind).map(|at| (*kind, at))).collect();
    if there.is_empty() {
        at.wrong_key(ONE_OF, "nothing is expected here", format!("Write one or several of: {}.", KINDS.join(", ")));
    }
    there.into_iter().filter_map(|(kind, at)| expectation(kind, &at, known)).collect()
}

fn expectation(kind: &str, at: &At<'_>, known: &Known<'_>) -> Option<Expectation> {
    let allowed: &[&str] = match kind {
        "message" => &["contact", "channel", "step", "contains", "template", "status", "times", "language", "since"],
        "messages" => &["contact", "total", "by_channel"],
        "run" => &["contact", "key", "status", "step", "result", "goal"],
        "runs" => &["contact", "active", "total"],
        "event" => &["contact", "name", "times", "properties"],
        "conversation" => &["contact", "status", "queue", "reason", "priority", "step", "fields", "summary_contains", "none"],
        "decision" => &["contact", "step", "silent"],
        _ => &["contact", "name", "value"],
    };
    let members = at.members(allowed)?;
    let contact = known.contact(&members);
    let that = match kind {
        "message" => Some(Expected::Message(message(&members, known))),
        "messages" => messages(&members),
        "run" => run(&members, known),
        "runs" => runs(&members),
        "event" => event(&members),
        "conversation" => conversation(&members, known),
        "decision" => decision(&members, known),
        _ => attribute(&members),
    };
    Some(Expectation { line: at.line(), contact: contact?, that: that? })
}

fn message(members: &Members<'_>, known: &Known<'_>) -> MessageWanted {
    let since = members.get("since").and_then(|at| at.text().map(|word| (at, word)));
    if let Some((at, word)) = &since
        && word != "last_advance"
    {
        at.wrong(WRONG_VALUE, format!("`{word}` is not allowed here"), "Write `last_advance`.");
    }
    MessageWanted {
        channel: members.get("channel").and_then(|at| at.word(CHANNELS)),
        step: members.get("step").and_then(|at| known.step(&at)),
        contains: members.get("contains").and_then(|at| at.text()),
        template: members.get("template").and_then(|at| at.text()),
        status: members.get("status").and_then(|at| at.word(STATUSES)),
        language: members.get("language").and_then(|at| at.text()),
        times: members.get("times").and_then(|at| at.count()),
        since_last_advance: since.is_some(),
    }
}

fn messages(members: &Members<'_>) -> Option<Expected> {
    let total = members.get("total").and_then(|at| at.count());
    let mut by_channel: BTreeMap<Channel, u32> = BTreeMap::new();
    for (name, at) in members.get("by_channel").map(|at| at.named()).unwrap_or_default() {
        match name.parse::<ChannelName>() {
            Ok(ChannelName(channel)) => by_channel.extend(at.count().map(|count| (channel, count))),
            Err(()) => at.wrong_key(WRONG_VALUE, format!("`{name}` is no channel"), format!("Channels are: {}.", CHANNELS.join(", "))),
        }
    }
    members.state_one_of(&["total", "by_channel"])?;
    Some(Expected::Messages { total, by_channel })
}

/// A channel that scenarios can play.
struct ChannelName(Channel);

impl std::str::FromStr for ChannelName {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        [Channel::Whatsapp, Channel::Sms].into_iter().find(|channel| channel.as_str() == name).map(Self).ok_or(())
    }
}

fn run(members: &Members<'_>, known: &Known<'_>) -> Option<Expected> {
    let wanted = RunWanted {
        key: members.get("key").and_then(|at| at.text()),
        status: members.get("status").and_then(|at| at.word(&["active", "completed", "exited", "failed"])),
        step: members.get("step").and_then(|at| known.step(&at)),
        result: members.get("result").and_then(|at| at.text()),
        goal: members.get("goal").and_then(|at| at.flag()),
    };
    members.state_one_of(&["status", "step", "result", "goal"])?;
    Some(Expected::Run(wanted))
}

fn runs(members: &Members<'_>) -> Option<Expected> {
    let (active, total) = (members.get("active").and_then(|at| at.count()), members.get("total").and_then(|at| at.count()));
    members.state_one_of(&["active", "total"])?;
    Some(Expected::Runs { active, total })
}

fn event(members: &Members<'_>) -> Option<Expected> {
    let name = members.required("name").and_then(|at| at.text());
    let times = members.get("times").map_or(Some(1), |at| at.count());
    let properties = members.get("properties").map_or_else(|| Some(serde_json::Map::new()), |at| at.map());
    Some(Expected::Event { name: name?, times: times?, properties: properties? })
}

fn conversation(members: &Members<'_>, known: &Known<'_>) -> Option<Expected> {
    let none = members.get("none").is_some_and(|at| only_true(&at));
    let said: Vec<&str> = ["status", "queue", "reason", "priority", "step", "fields", "summary_contains"]
        .into_iter()
        .filter(|name| members.get(name).is_some())
        .collect();
    if let Some(first) = said.first().filter(|_| none) {
        members.at().wrong_key(ONE_OF, format!("`none` and `{first}` cannot stand together"), "Keep one of the two.");
    }
    members.state_one_of(&["status", "queue", "reason", "priority", "step", "fields", "summary_contains", "none"])?;
    Some(Expected::Conversation(ConversationWanted {
        status: members.get("status").and_then(|at| at.word(&["bot", "waiting", "open", "resolved"])),
        queue: members.get("queue").and_then(|at| at.text()),
        reason: members.get("reason").and_then(|at| at.word(REASONS)),
        priority: members.get("priority").and_then(|at| at.word(&["urgent", "high", "normal", "low"])),
        step: members.get("step").and_then(|at| known.step(&at)),
        fields: members.get("fields").and_then(|at| at.map()).unwrap_or_default(),
        summary_contains: members.get("summary_contains").and_then(|at| at.text()),
        none,
    }))
}

fn decision(members: &Members<'_>, known: &Known<'_>) -> Option<Expected> {
    let step = members.get("step").and_then(|at| known.step(&at));
    let at = members.required("silent")?;
    let word = at.text()?;
    let Ok(silent) = serde_json::from_value::<FallbackCause>(serde_json::Value::String(word.clone())) else {
        at.wrong(
            UNKNOWN_NAME,
            format!("`{word}` is no cause"),
            "Causes are the fallback edges of docs/journeys.md, such as too_late or no_consent.",
        );
        return None;
    };
    Some(Expected::Decision { step, silent })
}

fn attribute(members: &Members<'_>) -> Option<Expected> {
    let name = members.required("name").and_then(|at| at.text());
    let value = members.required("value").map(|at| at.value.clone());
    Some(Expected::Attribute { name: name?, value: value? })
}
