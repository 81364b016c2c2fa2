//! The steps of a story.

use std::collections::BTreeSet;

use model::Channel;

use super::expectations;
use super::head::CHANNELS;
use super::source::{At, Members, ONE_OF, UNKNOWN_NAME, WRONG_VALUE};
use crate::scenario::story::{Advance, AgentWork, CustomerAct, Step, What};

/// Taps beyond this are a slip of the fingers.
const TAPS_MAX: u32 = 100;

/// What names may stand for.
pub(super) struct Known<'a> {
    pub contacts: BTreeSet<String>,
    pub journey: &'a journey::Journey,
}

impl Known<'_> {
    pub fn contact(&self, members: &Members<'_>) -> Option<String> {
        let at = members.required("contact")?;
        let name = at.text()?;
        if !self.contacts.contains(&name) {
            let all: Vec<&str> = self.contacts.iter().map(String::as_str).collect();
            at.wrong(UNKNOWN_NAME, format!("nobody is called `{name}`"), format!("Under `contacts` there are: {}.", all.join(", ")));
            return None;
        }
        Some(name)
    }

    /// A step of the journey.
    pub fn step(&self, at: &At<'_>) -> Option<String> {
        let name = at.text()?;
        if !self.journey.steps.contains_key(&name) {
            let fix = match journey::nearest(&name, self.journey.steps.keys().map(String::as_str)) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => "Name a step of journey.yaml.".to_owned(),
            };
            at.wrong(UNKNOWN_NAME, format!("the journey has no step `{name}`"), fix);
            return None;
        }
        Some(name)
    }
}

pub(super) fn step(at: &At<'_>, known: &Known<'_>) -> Option<Step> {
    const WHAT: [&str; 6] = ["event", "advance", "customer", "agent", "downtime", "expect"];
    let members = at.members(&["at", "event", "advance", "customer", "agent", "downtime", "expect"])?;
    let moment = members.get("at").and_then(|at| at.moment());
    let (name, at) = members.one_of(&WHAT)?;
    let what = match name {
        "event" => event(&at, known),
        "advance" => advance(&at),
        "customer" => customer(&at, known),
        "agent" => agent(&at, known),
        "downtime" => at.members(&["for"])?.required("for")?.span().map(What::Downtime),
        _ => Some(What::Expect(expectations::expect(&at, known))),
    };
    Some(Step { line: at.line(), at: moment, what: what? })
}

fn event(at: &At<'_>, known: &Known<'_>) -> Option<What> {
    let members = at.members(&["contact", "name", "properties", "occurred_at"])?;
    let contact = known.contact(&members);
    let name = members.required("name").and_then(|at| at.text());
    let properties = members.get("properties").and_then(|at| at.attributes()).unwrap_or_default();
    let occurred_at = members.get("occurred_at").and_then(|at| at.moment());
    Some(What::Event { contact: contact?, name: name?, properties, occurred_at })
}

fn advance(at: &At<'_>) -> Option<What> {
    let members = at.members(&["by", "to"])?;
    let (name, at) = members.one_of(&["by", "to"])?;
    let advance = if name == "by" { Advance::By(at.span()?) } else { Advance::To(at.moment()?) };
    Some(What::Advance(advance))
}

fn customer(at: &At<'_>, known: &Known<'_>) -> Option<What> {
    let members = at.members(&["contact", "tap", "message", "times", "text", "fill", "channel", "silence", "unreachable"])?;
    let contact = known.contact(&members);
    let (name, at) = members.one_of(&["tap", "text", "fill", "silence", "unreachable"])?;
    let belongs = |member: &str, to: &[&str]| {
        if let Some(at) = members.get(member).filter(|_| !to.contains(&name)) {
            let to = to.join("` or `");
            at.wrong_key(ONE_OF, format!("`{member}` belongs to `{to}`"), "Leave it out, or change what the customer does.");
        }
    };
    belongs("message", &["tap", "text"]);
    belongs("times", &["tap"]);
    belongs("channel", &["text"]);
    let message = members.get("message").and_then(|at| known.step(&at));
    let does = match name {
        "tap" => CustomerAct::Tap { button: at.text()?, message, times: taps(&members) },
        "text" => {
            let channel = members.get("channel").and_then(|at| at.word::<Channel>(CHANNELS));
            if message.is_some() && channel == Some(Channel::Sms) {
                at.wrong_key(WRONG_VALUE, "an SMS cannot quote a message", "Leave out `message` or `channel`.");
            }
            CustomerAct::Write { text: at.text()?, channel, message }
        }
        "fill" => CustomerAct::Fill(at.attributes()?.into_iter().map(|(name, value)| (name, value.to_json())).collect()),
        "silence" => only_true(&at).then_some(CustomerAct::Silence)?,
        _ => only_true(&at).then_some(CustomerAct::Unreachable)?,
    };
    Some(What::Customer { contact: contact?, does })
}

fn taps(members: &Members<'_>) -> u32 {
    let Some(at) = members.get("times") else { return 1 };
    match at.count() {
        Some(times @ 1..=TAPS_MAX) => times,
        Some(_) => {
            at.wrong(WRONG_VALUE, "nobody taps so often", format!("Write 1 to {TAPS_MAX}."));
            1
        }
        None => 1,
    }
}

/// There is no way back from silence within a story, so `false` would say nothing.
pub(super) fn only_true(at: &At<'_>) -> bool {
    let flag = at.flag();
    if flag == Some(false) {
        at.wrong(WRONG_VALUE, "`false` says nothing here", "Write `true`, or leave it out.");
    }
    flag == Some(true)
}

fn agent(at: &At<'_>, known: &Known<'_>) -> Option<What> {
    let members = at.members(&["contact", "reply", "resolve"])?;
    let contact = known.contact(&members);
    let (name, at) = members.one_of(&["reply", "resolve"])?;
    let does = if name == "reply" { AgentWork::Reply(at.text()?) } else { AgentWork::Resolve(at.text()?) };
    Some(What::Agent { contact: contact?, does })
}
