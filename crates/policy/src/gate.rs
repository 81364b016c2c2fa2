//! The gate itself: every rule in a fixed order, and one verdict.
//!
//! 1. `lateness`, `hold`: about the message as a whole.
//! 2. For each channel in the author's order, at each address: `address`, `sender`, `consent`, `window`, `render`, `template`, `price`.
//!    The first combination that passes is the best one; the others stay in the record with their reasons.
//! 3. For the best one: `quiet_hours`, `contest` (purposes with a horizon only), `repeat` (purposes whose words may not be
//!    repeated only), `cap`.
//!
//! A message that is too late or that no channel may carry is silent. Otherwise the latest of all deferrals counts. A full cap is not a
//! reason to try the next channel: its author says what happens (R-CAP-3).

use std::collections::BTreeMap;

use model::contact::Contact;
use model::decision::{DecisionRecord, RuleResult, Stage, Verdict, Wanted};
use model::message::{Intent, OnCap, Origin, Rendered};
use model::send_error::FallbackCause;
use model::sender::Sender;
use model::template::Template;
use model::{Channel, DecisionId, MessageId, Millis, SenderId, TemplateId, Timestamp, WorkspaceId};

use crate::caps::CapRule;
use crate::channel_choice::{Chosen, Examined, survey};
use crate::consent::ConsentBook;
use crate::contest::{ContestRule, Rank, Rival, Weight};
use crate::decision::{Decision, GateKey};
use crate::history::SendHistory;
use crate::hold::HoldRule;
use crate::lateness::LatenessRule;
use crate::quiet_hours::QuietRule;
use crate::repeat::{RepeatRule, Said};
use crate::rule::{Finding, ask};
use crate::rulebook::Rulebook;
use crate::window::Windows;
use crate::zones;

/// Templates by id, loaded beforehand.
pub trait TemplateLookup {
    fn template(&self, id: TemplateId) -> Option<&Template>;
}

impl TemplateLookup for [Template] {
    fn template(&self, id: TemplateId) -> Option<&Template> {
        self.iter().find(|t| t.id == id)
    }
}

impl TemplateLookup for Vec<Template> {
    fn template(&self, id: TemplateId) -> Option<&Template> {
        self.as_slice().template(id)
    }
}

impl TemplateLookup for BTreeMap<TemplateId, Template> {
    fn template(&self, id: TemplateId) -> Option<&Template> {
        self.get(&id)
    }
}

/// Everything the gate looks at. Nothing else has any influence on what it says.
pub struct GateInput<'a> {
    pub now: Timestamp,
    pub stage: Stage,
    pub decision_id: DecisionId,
    pub workspace: WorkspaceId,
    pub message: Option<MessageId>,
    pub contact: &'a Contact,
    pub consent: &'a ConsentBook,
    pub windows: &'a Windows,
    pub history: &'a SendHistory,
    pub intent: &'a Intent,
    pub rules: &'a Rulebook,
    pub senders: &'a [Sender],
    pub templates: &'a dyn TemplateLookup,
    /// Why promotional messages are held: an open human case (R-INB-6).
    pub hold: Option<&'a str>,
    /// A newer message with the same collapse key waits.
    pub newer_with_collapse_key: bool,
    /// What the author says about the message's importance, and what else waits for this person (R-PRIO-1).
    pub weight: Weight,
    pub rivals: &'a [Rival],
    /// Free-form messages of the number in this calendar month, if it is known: the first 1,000 are free.
    pub service_messages: Option<u32>,
    /// When planning: senders by which the message may leave with this very answer, because they keep a call free for it.
    pub room: &'a [SenderId],
    pub key: &'a GateKey,
}

/// The verdict with its explanation.
#[derive(Clone, PartialEq, Debug)]
pub struct Ruling {
    pub record: DecisionRecord,
    /// How it goes, or would go later. `None` when no channel may carry it.
    pub chosen: Option<Chosen>,
    /// The permission: only at hand-off or where there is room, only for a message that may go now.
    pub decision: Option<Decision>,
    /// The seal of the decision, to be stored with the message.
    pub seal: Option<String>,
}

/// Judges one intended message. Total: whatever comes in, a verdict with reasons comes out.
#[must_use]
pub fn judge(input: &GateInput<'_>) -> Ruling {
    let mut rules = Vec::new();
    let late = ask(&lateness(input), None, &mut rules);
    let held = ask(&hold(input), None, &mut rules);
    let examined = survey(input, &mut rules);
    let best = examined.iter().find_map(|e| e.outcome.as_ref().ok());

    let (verdict, chosen) = if late.clears() {
        match best {
            None => (no_channel(&examined), None),
            Some(best) => timing(input, &held, best, &examined, &mut rules),
        }
    } else {
        (silent(&late), None)
    };
    let leaves = |chosen: &&Chosen| input.stage == Stage::HandOff || input.room.contains(&chosen.sender);
    let may_go = chosen.as_ref().filter(|_| matches!(verdict, Verdict::Send { .. })).filter(leaves);
    let decision = input.message.zip(may_go);
    let decision = decision.map(|(message, chosen)| Decision::grant(input, message, chosen));
    let record = record(input, rules, examined, chosen.as_ref(), verdict);
    Ruling { record, chosen, seal: decision.as_ref().map(|d| d.seal(input.key)), decision }
}

fn lateness(input: &GateInput<'_>) -> LatenessRule {
    let intent = input.intent;
    let fallback = input.rules.default_max_lateness.get(&intent.purpose).copied();
    LatenessRule {
        now: input.now,
        due_at: intent.due_at,
        max_lateness: intent.max_lateness.or(fallback),
        on_late: intent.on_late.clone(),
        newer_with_collapse_key: input.newer_with_collapse_key,
    }
}

fn hold(input: &GateInput<'_>) -> HoldRule {
    HoldRule {
        now: input.now,
        purpose: input.intent.purpose,
        by_person: HoldRule::is_by_person(&input.intent.origin),
        hold: input.hold.map(str::to_owned),
        recheck: input.rules.hold_recheck,
    }
}

/// Holds, quiet hours and caps for the best channel, and for the other one where the author wants a downgrade.
fn timing(
    input: &GateInput<'_>,
    held: &Finding,
    best: &Chosen,
    examined: &[Examined],
    rules: &mut Vec<RuleResult>,
) -> (Verdict, Option<Chosen>) {
    let quiet = ask(&quiet_rule(input, best), Some(best.channel), rules);
    let contest = contest_rule(input, &[held, &quiet]);
    let lost = contest.as_ref().map_or_else(|| Finding::pass("nothing to compete for"), |contest| ask(contest, Some(best.channel), rules));
    let repeated = repeat(input, best, &[held, &quiet], rules);
    let capped = ask(&cap_rule(input, best, &input.intent.on_cap, contest.as_ref()), Some(best.channel), rules);
    if !capped.clears()
        && let OnCap::Downgrade { to } = input.intent.on_cap
    {
        return match other_than(best.channel, to, examined) {
            Some(other) => {
                let quiet = ask(&quiet_rule(input, other), Some(to), rules);
                let repeated = repeat(input, other, &[held, &quiet], rules);
                let capped = ask(&cap_rule(input, other, &OnCap::Skip, contest.as_ref()), Some(to), rules);
                conclude(&[held, &quiet, &lost, &repeated, &capped], other)
            }
            None => (silent(&capped), None),
        };
    }
    conclude(&[held, &quiet, &lost, &repeated, &capped], best)
}

fn other_than(full: Channel, to: Channel, examined: &[Examined]) -> Option<&Chosen> {
    examined.iter().filter_map(|e| e.outcome.as_ref().ok()).find(|c| c.channel == to && to != full)
}

fn conclude(findings: &[&Finding], chosen: &Chosen) -> (Verdict, Option<Chosen>) {
    if let Some(denied) = findings.iter().find(|f| !f.clears() && f.until.is_none()) {
        return (silent(denied), None);
    }
    let verdict = match findings.iter().filter(|f| !f.clears()).max_by_key(|f| f.until) {
        Some(later) => Verdict::Defer { until: later.until.unwrap_or_default(), reason: format!("{}: {}", later.code, later.detail) },
        None => Verdict::Send { channel: chosen.channel, address: chosen.address.clone(), sender: chosen.sender, form: chosen.form },
    };
    (verdict, Some(chosen.clone()))
}

fn quiet_rule(input: &GateInput<'_>, chosen: &Chosen) -> QuietRule {
    let purpose = input.intent.purpose;
    let compliance = matches!(input.intent.origin, Origin::Compliance { .. });
    let known = zones::countries(input.contact, Some(&chosen.address));
    let countries = if known.is_empty() { input.rules.home_countries.as_slice() } else { &known };
    let applies = |q: &&crate::QuietHours| q.applies_to(chosen.channel, purpose, countries);
    let rules: Vec<_> = input.rules.quiet_hours.iter().filter(applies).cloned().collect();
    // Where no rule asks for the hour, where the person is does not matter, and a country's list of zones is longer than all else.
    let asks = !compliance && !rules.is_empty();
    let whereabouts = || zones::candidates(input.contact, Some(&chosen.address), &input.rules.home_countries);
    let candidates = if asks { whereabouts() } else { zones::Candidates::default() };
    QuietRule { now: input.now, channel: chosen.channel, purpose, compliance, rules, candidates }
}

/// Asked about the moment at which the other rules would let it go. `None` where nothing competes, so that nobody else pays for it.
fn contest_rule(input: &GateInput<'_>, later: &[&Finding]) -> Option<ContestRule> {
    let intent = input.intent;
    let horizon = input.rules.contest.horizon_of(&intent.origin, intent.purpose);
    let at = later.iter().filter_map(|finding| finding.until).fold(input.now, Timestamp::max);
    // What has no id yet is wanted last of all.
    let message = input.message.unwrap_or(MessageId::from_u128(u128::MAX));
    let rank = Rank::of(intent, message, input.weight);
    (horizon > Millis::ZERO).then(|| ContestRule::among(at, intent, horizon, rank, input.rivals, input.history.marks()))
}

/// Asked about the same moment. What has no words, or a purpose that may be repeated, is not asked.
fn repeat(input: &GateInput<'_>, chosen: &Chosen, later: &[&Finding], rules: &mut Vec<RuleResult>) -> Finding {
    let within = input.rules.repeat.within.get(&input.intent.purpose).copied();
    let (Some(within), Some(said)) = (within, Said::of(&input.intent.origin, &chosen.content)) else {
        return Finding::pass("may be repeated");
    };
    let at = later.iter().filter_map(|finding| finding.until).fold(input.now, Timestamp::max);
    ask(&RepeatRule::among(at, within, said, input.history.marks()), Some(chosen.channel), rules)
}

fn cap_rule(input: &GateInput<'_>, chosen: &Chosen, on_cap: &OnCap, contest: Option<&ContestRule>) -> CapRule {
    let purpose = input.intent.purpose;
    let compliance = matches!(input.intent.origin, Origin::Compliance { .. });
    let applies = |cap: &&crate::Cap| !compliance && cap.applies_to(chosen.channel, purpose);
    let caps: Vec<_> = input.rules.caps.iter().filter(applies).cloned().collect();
    let longest = caps.iter().map(|c| c.window).max().unwrap_or(Millis::ZERO);
    let counted = |m: &&crate::history::Mark| {
        caps.iter().any(|cap| cap.applies_to(m.channel, m.purpose))
            && (m.state == crate::history::MarkState::Reserved || input.now - m.at < longest)
    };
    // Whoever will lose to this message takes no room from it.
    let beaten: Vec<MessageId> = contest.map(|contest| contest.beaten().collect()).unwrap_or_default();
    let stands = |m: &&crate::history::Mark| m.is_gone() || !beaten.contains(&m.message);
    let marks = input.history.marks().iter().filter(counted).filter(stands).cloned().collect();
    CapRule {
        now: input.now,
        due_at: input.intent.due_at,
        channel: chosen.channel,
        purpose,
        message: input.message,
        caps,
        marks,
        on_cap: on_cap.clone(),
    }
}

fn silent(finding: &Finding) -> Verdict {
    Verdict::Silent { code: finding.code.to_owned(), cause: finding.cause, reason: finding.detail.clone() }
}

/// Nothing may carry the message: the author's first choice says why, and all reasons are told.
fn no_channel(examined: &[Examined]) -> Verdict {
    let denials: Vec<(Channel, &Finding)> =
        examined.iter().filter_map(|e| e.outcome.as_ref().err().map(|f| (e.option.channel, f))).collect();
    let reason = denials.iter().map(|(channel, f)| format!("{channel}: {}", f.detail)).collect::<Vec<_>>().join("; ");
    match denials.first() {
        Some((_, first)) => Verdict::Silent { code: first.code.to_owned(), cause: first.cause, reason },
        None => Verdict::Silent {
            code: "no_channel".to_owned(),
            cause: FallbackCause::NotCapable,
            reason: "the message names no channel".to_owned(),
        },
    }
}

fn record(
    input: &GateInput<'_>,
    rules: Vec<RuleResult>,
    examined: Vec<Examined>,
    chosen: Option<&Chosen>,
    verdict: Verdict,
) -> DecisionRecord {
    let intent = input.intent;
    let mut channels: Vec<_> = examined.into_iter().map(|e| e.option).collect();
    // Those that may be used come first; within both parts the author's order stays.
    channels.sort_by_key(|option| !option.eligible);
    let mut versions = vec![format!("policy:{}", input.rules.version)];
    if let Origin::Journey { journey, version, .. } = &intent.origin {
        versions.push(format!("journey:{journey}:{version}"));
    }
    if let Some(model::content::Content::Template(call)) = chosen.map(|c| &c.content) {
        versions.push(format!("template:{}:{}:{}", call.name, call.language, call.version));
    }
    if let Some(price) = chosen.and_then(|c| c.price.as_ref()) {
        versions.push(format!("rate:{}", price.rate));
    }
    let summary = chosen.map_or_else(|| summary(intent), |c| c.content.summary());
    DecisionRecord {
        id: input.decision_id,
        workspace: input.workspace,
        contact: input.contact.id,
        message: input.message,
        at: input.now,
        stage: input.stage,
        wanted: Wanted {
            origin: intent.origin.clone(),
            purpose: Some(intent.purpose),
            topic: intent.topic.clone(),
            due_at: intent.due_at,
            summary,
        },
        rules,
        channels,
        price: chosen.and_then(|c| c.price.clone()),
        verdict,
        versions,
    }
}

fn summary(intent: &Intent) -> String {
    let parts = intent.channels.iter().flat_map(|d| [d.in_window.as_ref(), d.out_of_window.as_ref()]).flatten();
    parts
        .map(|part| if let Rendered::Ready(content) = part { content.summary() } else { String::new() })
        .find(|s| !s.is_empty())
        .unwrap_or_default()
}
