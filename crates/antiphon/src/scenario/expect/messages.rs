//! Messages to a person.

use std::collections::BTreeMap;

use model::content::Content;
use model::message::Origin;
use model::{Channel, Message, MessageStatus, Timestamp};

use crate::scenario::story::MessageWanted;

/// The journey step that wanted it.
pub(crate) fn step_of(message: &Message) -> Option<&str> {
    match &message.origin {
        Origin::Journey { step, .. } => Some(step),
        _ => None,
    }
}

/// Whether the provider took it. A message that was taken back, or is still waiting, has reached nobody.
fn handed_over(message: &Message) -> Option<Timestamp> {
    message.times.get(&MessageStatus::Accepted).copied()
}

fn words(message: &Message) -> String {
    message.content.as_ref().map(Content::plain_text).unwrap_or_default()
}

fn matches(wanted: &MessageWanted, message: &Message, since: Timestamp) -> bool {
    let template = match &message.content {
        Some(Content::Template(call)) => Some((call.name.as_str(), call.language.as_str())),
        _ => None,
    };
    // With a status that status is asked for, whatever it is; without one a message counts once it was handed over.
    let counted = match wanted.status {
        Some(status) => message.status == status,
        None => handed_over(message).is_some(),
    };
    let moment = handed_over(message).unwrap_or(message.created_at);
    counted
        && (!wanted.since_last_advance || moment >= since)
        && wanted.channel.is_none_or(|channel| message.channel == channel)
        && wanted.step.as_deref().is_none_or(|step| step_of(message) == Some(step))
        && wanted.contains.as_deref().is_none_or(|part| words(message).contains(part))
        && wanted.template.as_deref().is_none_or(|name| template.is_some_and(|(there, _)| there == name))
        && wanted.language.as_deref().is_none_or(|language| template.is_some_and(|(_, there)| there == language))
}

/// So many messages that match; one or more when no number is given.
pub(super) fn one(name: &str, wanted: &MessageWanted, there: &[Message], since: Timestamp) -> Option<String> {
    let found = there.iter().filter(|message| matches(wanted, message, since)).count();
    let holds = wanted.times.map_or(found > 0, |times| found == times as usize);
    (!holds).then(|| {
        let number = wanted.times.map_or_else(|| "one or more".to_owned(), |times| times.to_string());
        format!("expected {number} of: message to {name}{}; found {found}. {}", describe(wanted), list(name, there))
    })
}

fn describe(wanted: &MessageWanted) -> String {
    let parts = [
        wanted.channel.map(|channel| format!("on {channel}")),
        wanted.step.as_ref().map(|step| format!("of step {step}")),
        wanted.template.as_ref().map(|template| format!("by template {template}")),
        wanted.language.as_ref().map(|language| format!("in language {language}")),
        wanted.status.map(|status| format!("with status {}", status.as_str())),
        wanted.contains.as_ref().map(|part| format!("containing “{part}”")),
        wanted.since_last_advance.then(|| "since the last advance began".to_owned()),
    ];
    parts.into_iter().flatten().map(|part| format!(" {part}")).collect()
}

/// Exactly so many handed to providers.
pub(super) fn count(name: &str, total: Option<u32>, by_channel: &BTreeMap<Channel, u32>, there: &[Message]) -> Option<String> {
    let of = |channel: Option<Channel>| {
        let all = there.iter().filter(|message| handed_over(message).is_some());
        all.filter(|message| channel.is_none_or(|channel| message.channel == channel)).count()
    };
    let mut wrong = Vec::new();
    if let Some(total) = total.filter(|total| *total as usize != of(None)) {
        wrong.push(format!("{total} in all and not {}", of(None)));
    }
    for (channel, wanted) in by_channel.iter().filter(|(channel, wanted)| **wanted as usize != of(Some(**channel))) {
        wrong.push(format!("{wanted} on {channel} and not {}", of(Some(*channel))));
    }
    (!wrong.is_empty()).then(|| format!("expected messages handed over to {name}: {}. {}", wrong.join(", "), list(name, there)))
}

/// One line for each message that there is, in whatever state.
fn list(name: &str, there: &[Message]) -> String {
    if there.is_empty() {
        return format!("There is no message to {name} at all.");
    }
    let line = |message: &Message| {
        let template = match &message.content {
            Some(Content::Template(call)) => format!(" {}/{}", call.name, call.language),
            _ => String::new(),
        };
        let by = step_of(message).map_or_else(|| super::word(&message.class), |step| format!("step {step}"));
        let error = message.error.as_ref().map(|error| format!(" ({}: {})", error.code, error.for_user)).unwrap_or_default();
        format!(
            "\n    {} {} {}{template} {by}: “{}”{error}",
            message.created_at,
            message.channel,
            message.status.as_str(),
            message.summary()
        )
    };
    format!("Messages to {name} so far:{}", there.iter().map(line).collect::<String>())
}
