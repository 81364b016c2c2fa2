//! Whether an event starts a run (R-ENTRY-1, R-ENTRY-2, R-LATE-1).

use model::contact::Contact;
use model::{Timestamp, Value};

use crate::definition::{EntryPolicy, Journey};
use crate::run::{EventView, PastRun};
use crate::scope::Scope;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admission {
    /// Another event, or one that the entry condition does not mean.
    NotMine,
    Enter {
        instance_key: String,
    },
    /// It would have started a run, and did not. Recorded with its reason.
    Reject {
        code: &'static str,
        reason: String,
    },
}

/// Judges an event against the entry of a journey. `past` are this contact's runs of this journey, of all versions.
#[must_use]
pub fn admit(def: &Journey, event: &EventView<'_>, past: &[PastRun<'_>], contact: &Contact, now: Timestamp) -> Admission {
    if event.name != def.entry.on {
        return Admission::NotMine;
    }
    let reject = |code, reason: String| Admission::Reject { code, reason };
    let mut scope = Scope::new(contact, now, "UTC", &def.context);
    scope.see_event(event);
    let scope = scope.before_entry();
    if let Some(condition) = &def.entry.condition {
        match condition.holds(&scope) {
            (true, _) => {}
            (false, None) => return Admission::NotMine,
            (false, Some(reason)) => return reject("condition_failed", format!("entry condition: {reason}")),
        }
    }
    if let Some(max_age) = def.entry.max_age
        && now - event.at > max_age
    {
        return reject("too_old", format!("the event is {} old; this journey takes events up to {max_age} old", now - event.at));
    }
    if event.at - now > def.entry.allowed_skew {
        let (ahead, allowed) = (event.at - now, def.entry.allowed_skew);
        return reject("in_the_future", format!("the event is dated {ahead} ahead; {allowed} are allowed"));
    }
    let instance_key = match def.entry.key.as_ref().map(|key| key.value(&scope)) {
        None => String::new(),
        Some(Ok(value)) => match key_text(&value) {
            Some(text) => text,
            None => return reject("key_missing", "the instance key is empty".to_owned()),
        },
        Some(Err(reason)) => return reject("key_missing", format!("instance key: {reason}")),
    };
    match refused(def.entry.policy, &instance_key, past, now) {
        Some((code, reason)) => reject(code, reason),
        None => Admission::Enter { instance_key },
    }
}

fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Int(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        Value::Time(at) => Some(at.to_string()),
        // A whole float is how JSON of some senders writes an integer.
        Value::Float(n) if n.fract() == 0.0 && n.abs() < 9e15 => Some((*n as i64).to_string()),
        _ => None,
    }
}

fn refused(policy: EntryPolicy, key: &str, past: &[PastRun<'_>], now: Timestamp) -> Option<(&'static str, String)> {
    let named = if key.is_empty() { String::new() } else { format!(" for `{key}`") };
    let same = || past.iter().filter(|run| run.instance_key == key);
    // Whatever the policy: one key is one instance at a time (R-ENTRY-1).
    if same().any(|run| run.ended_at.is_none()) {
        return Some(("already_in", format!("a run{named} is still active")));
    }
    match policy {
        EntryPolicy::AfterExit => None,
        EntryPolicy::Once => same().next().map(|_| ("once", format!("the contact has been in this journey{named} before"))),
        EntryPolicy::After(span) => {
            let last = same().map(|run| run.entered_at).max()?;
            let free = last + span;
            (now < free).then(|| ("too_soon", format!("entered{named} at {last}; again from {free} on")))
        }
        EntryPolicy::Parallel(most) => {
            let active = past.iter().filter(|run| run.ended_at.is_none()).count();
            (active >= most as usize).then(|| ("too_many", format!("{active} runs are active; {most} are allowed")))
        }
    }
}
