//! A checked journey. Only the compiler makes one, so everything that it promises holds here: targets exist, every wait ends.

use std::collections::BTreeMap;

use model::case::{HandoffReason, Priority};
use model::content::MediaKind;
use model::conversion::ConversionEvent;
use model::message::{InDoubt, OnCap, OnLate};
use model::send_error::FallbackCause;
use model::{Channel, Millis, Purpose};

use crate::conditions::Expression;
use crate::text::Text;

/// A journey as it runs. Immutable; a run is pinned to the `version` that it entered (R-VER-1).
#[derive(Clone, Debug)]
pub struct Journey {
    pub name: String,
    /// Hash of the canonical meaning. Title, description, tags and the goal's name and window do not change it (R-VER-4).
    pub version: String,
    pub title: String,
    pub description: Option<String>,
    pub tags: Vec<String>,
    /// The queue that answers for it.
    pub owner: String,
    /// Default of its sends.
    pub purpose: Option<Purpose>,
    pub topic: Option<String>,
    pub entry: Entry,
    /// Run variables in declared order: `run.<name>`.
    pub context: Vec<Variable>,
    pub updates: Vec<Update>,
    pub exits: Vec<Exit>,
    pub goal: Goal,
    pub takeover: Takeover,
    /// Which of several promotions a person gets (R-PRIO-1): more comes first.
    pub priority: u32,
    /// What one of its messages is expected to be worth, in a unit of the workspace's choice.
    pub value: u32,
    /// The most messages one run may send; what would be more is skipped as `capped`.
    pub max_messages: Option<u32>,
    /// The most messages one run can send, as the compiler proved it.
    pub worst_case_messages: u32,
    pub start: String,
    pub steps: BTreeMap<String, Step>,
    /// Step names as the file declares them.
    pub order: Vec<String>,
    /// The file as it was written.
    pub source: String,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub on: String,
    /// The correlation key; without one a contact has one instance (R-ENTRY-1).
    pub key: Option<Expression>,
    pub condition: Option<Expression>,
    pub policy: EntryPolicy,
    /// Older events start nothing (R-LATE-1).
    pub max_age: Option<Millis>,
    /// Events from further in the future start nothing.
    pub allowed_skew: Millis,
}

/// R-ENTRY-2. `Once`, `AfterExit` and `After` count per instance key; `Parallel` counts the contact's active instances.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryPolicy {
    Once,
    AfterExit,
    After(Millis),
    Parallel(u32),
}

#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    pub kind: Option<VariableType>,
    pub from: Expression,
    /// Values from first to last: an update that would go back is not applied, and its event wakes no wait (A44).
    pub order: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VariableType {
    Text,
    Int,
    Number,
    Bool,
    Time,
}

/// An event that changes run variables, and thereby moves the timers anchored to them (R-WAIT-2).
#[derive(Clone, Debug)]
pub struct Update {
    pub on: String,
    pub condition: Option<Expression>,
    pub set: Vec<(String, Expression)>,
    /// Where the run goes on after it; it stays where it stands otherwise.
    pub then: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Exit {
    pub name: String,
    pub on: String,
    pub condition: Option<Expression>,
}

#[derive(Clone, Debug)]
pub enum Goal {
    Reached {
        name: String,
        on: String,
        condition: Option<Expression>,
        /// Counted from the entry, also after the run has ended.
        within: Millis,
        /// What is told to the platform whose advertisement led the person here (A33).
        conversion: Option<Conversion>,
    },
    /// A written waiver.
    Waived { reason: String },
}

/// A goal as an advertising platform knows it.
#[derive(Clone, Debug)]
pub struct Conversion {
    pub event: ConversionEvent,
    /// How much and in which currency; both or neither.
    pub money: Option<(Expression, Expression)>,
}

/// When the engine itself calls a person (A39), and where the run goes then.
#[derive(Clone, Debug)]
pub struct Takeover {
    pub queue: String,
    pub priority: Priority,
    /// This many answers that nobody understood, in one run.
    pub max_misses: u32,
    /// Whether asking for a person in words hands off.
    pub human_words: bool,
    /// Without it the run ends as `handed_off`.
    pub next: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub name: String,
    pub title: Option<String>,
    pub kind: StepKind,
    /// Where to go on. Awaits, branches and ends have edges of their own instead.
    pub next: Option<String>,
}

#[derive(Clone, Debug)]
pub enum StepKind {
    Delay(Delay),
    Send(Box<Send>),
    Await(Await),
    Branch(Branch),
    Set(Vec<(SetTarget, Expression)>),
    Emit(Emit),
    HandOff(HandOff),
    End { result: String },
}

/// R-WAIT-2: three kinds, no overloads.
#[derive(Clone, Debug)]
pub enum Delay {
    /// Elapsed time.
    For(Millis),
    /// Anchored: moves when what it is computed from changes.
    Until { moment: Expression, if_past: IfPast },
    /// Calendar. A time that a clock change skips becomes the first valid moment after it; one that happens twice, the first.
    At { time: jiff::civil::Time, days: u32, zone: Zone },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IfPast {
    Next,
    SkipTo(String),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Zone {
    Contact,
    Named(String),
}

#[derive(Clone, Debug)]
pub struct Send {
    pub purpose: Purpose,
    pub topic: Option<String>,
    /// In the author's order of preference.
    pub channels: Vec<Draft>,
    pub max_lateness: Millis,
    pub on_late: OnLate,
    pub on_cap: OnCap,
    pub in_doubt: InDoubt,
    pub expects_reply: ExpectsReply,
    pub fallback: Fallback,
    /// How long an accepted message that nobody answers to is watched for a refusal before the run goes on.
    pub settle: Millis,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpectsReply {
    No,
    /// An await of this journey takes the answer.
    Yes,
    /// Whatever is answered is for the owner's queue.
    Inbox,
}

#[derive(Clone, Debug)]
pub struct Draft {
    pub channel: Channel,
    pub in_window: Option<Body>,
    pub out_of_window: Option<Body>,
}

#[derive(Clone, Debug)]
pub enum Body {
    Text {
        body: Text,
        preview_url: bool,
    },
    Buttons {
        header: Option<Text>,
        body: Text,
        footer: Option<Text>,
        buttons: Vec<(String, Text)>,
    },
    List {
        header: Option<Text>,
        body: Text,
        footer: Option<Text>,
        button: Text,
        sections: Vec<ListSection>,
    },
    Media {
        kind: MediaKind,
        link: Text,
        caption: Option<Text>,
        filename: Option<Text>,
    },
    /// A form inside the channel, by its name or the provider's id. Its answers are the event `form_filled`.
    Form {
        header: Option<Text>,
        body: Text,
        footer: Option<Text>,
        label: Text,
        form: String,
        screen: Option<String>,
    },
    Template {
        name: String,
        variables: BTreeMap<String, Text>,
    },
    /// A text with one button that opens a page.
    Link {
        header: Option<Text>,
        body: Text,
        footer: Option<Text>,
        label: Text,
        url: Text,
    },
    Location {
        latitude: f64,
        longitude: f64,
        name: Option<Text>,
        address: Option<Text>,
    },
    /// People to save in an address book.
    Contacts(Vec<Card>),
    /// Something that the person shares by a tap.
    Request {
        wanted: Shareable,
        body: Text,
    },
}

#[derive(Clone, Debug)]
pub struct Card {
    pub name: Text,
    pub phone: Option<Text>,
    pub email: Option<Text>,
    pub organisation: Option<Text>,
}

/// What a person can be asked to share. The word is the id of the answer, as a button has one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shareable {
    Location,
    PhoneNumber,
    CallPermission,
}

impl Shareable {
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Location => "location",
            Self::PhoneNumber => "phone_number",
            Self::CallPermission => "call_permission",
        }
    }
}

#[derive(Clone, Debug)]
pub struct ListSection {
    pub title: Option<Text>,
    pub rows: Vec<ListRow>,
}

#[derive(Clone, Debug)]
pub struct ListRow {
    pub id: String,
    pub title: Text,
    pub description: Option<Text>,
}

/// Typed fallback edges (R-FB). `any` covers every cause without an edge of its own, except the two that mean "say nothing".
#[derive(Clone, Debug, Default)]
pub struct Fallback {
    pub edges: BTreeMap<FallbackCause, String>,
    pub any: Option<String>,
    pub not_delivered_after: Option<Millis>,
    pub not_read_after: Option<Millis>,
}

#[derive(Clone, Debug)]
pub struct Await {
    /// The sends that an answer may belong to. Empty: it waits for events only.
    pub reply_to: Vec<String>,
    /// By button or row id, never by label (A25).
    pub replies: Vec<(String, String)>,
    /// Words that mean a choice, for channels without buttons; compared whole, without case or punctuation.
    pub words: Vec<(Vec<String>, String)>,
    pub any_text: Option<String>,
    pub events: Vec<EventBranch>,
    /// Any other answer (A26). Present whenever `reply_to` is.
    pub default: Option<String>,
    /// A78.
    pub timeout: Timeout,
}

#[derive(Clone, Debug)]
pub struct EventBranch {
    pub on: String,
    pub condition: Option<Expression>,
    pub to: String,
}

#[derive(Clone, Debug)]
pub struct Timeout {
    pub after: TimeoutAfter,
    pub to: String,
}

#[derive(Clone, Debug)]
pub enum TimeoutAfter {
    /// From the moment at which the provider accepted the message; from the entry of the step where none went.
    Elapsed(Millis),
    /// Anchored, as a delay's `until`.
    Until(Expression),
}

#[derive(Clone, Debug)]
pub struct Branch {
    pub arms: Vec<(Expression, String)>,
    pub otherwise: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SetTarget {
    Contact(String),
    Run(String),
}

#[derive(Clone, Debug)]
pub struct Emit {
    pub event: String,
    pub properties: Vec<(String, Expression)>,
}

#[derive(Clone, Debug)]
pub struct HandOff {
    pub queue: String,
    pub priority: Priority,
    /// Without one it follows from the edge that led here: silence, an answer that nobody understood, or the plan.
    pub reason: Option<HandoffReason>,
    pub summary: Text,
    pub fields: Vec<(String, Expression)>,
}

impl Journey {
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.get(name)
    }

    /// Whether an event of this name can mean anything to the journey or its runs.
    #[must_use]
    pub fn listens_to(&self, event: &str) -> bool {
        let goal = matches!(&self.goal, Goal::Reached { on, .. } if on == event);
        let awaited = self.steps.values().any(|s| matches!(&s.kind, StepKind::Await(a) if a.events.iter().any(|e| e.on == event)));
        self.entry.on == event || goal || awaited || self.exits.iter().any(|e| e.on == event) || self.updates.iter().any(|u| u.on == event)
    }

    /// The names of the templates that it sends.
    #[must_use]
    pub fn templates(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .steps
            .values()
            .filter_map(|step| if let StepKind::Send(send) = &step.kind { Some(send) } else { None })
            .flat_map(|send| &send.channels)
            .flat_map(|draft| [&draft.in_window, &draft.out_of_window])
            .filter_map(|body| if let Some(Body::Template { name, .. }) = body { Some(name.as_str()) } else { None })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Fallback {
    /// Causes that mean "say nothing": without an edge of their own the run goes on at `next`, as if the step were not there.
    #[must_use]
    pub fn skips(cause: FallbackCause) -> bool {
        matches!(cause, FallbackCause::TooLate | FallbackCause::Capped)
    }

    #[must_use]
    pub fn edge(&self, cause: FallbackCause) -> Option<&str> {
        let any = if Self::skips(cause) { None } else { self.any.as_deref() };
        self.edges.get(&cause).map(String::as_str).or(any)
    }

    /// Whether a refusal that comes after acceptance would lead anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edges.keys().all(|cause| Self::skips(*cause)) && self.any.is_none()
    }
}

impl Send {
    /// Ids of the buttons and rows that a person may tap in session messages. Those of templates live in the template.
    #[must_use]
    pub fn choice_ids(&self) -> Vec<&str> {
        let mut ids = Vec::new();
        for body in self.channels.iter().flat_map(|d| [&d.in_window, &d.out_of_window]).flatten() {
            match body {
                Body::Buttons { buttons, .. } => ids.extend(buttons.iter().map(|(id, _)| id.as_str())),
                Body::List { sections, .. } => ids.extend(sections.iter().flat_map(|s| &s.rows).map(|r| r.id.as_str())),
                Body::Request { wanted, .. } => ids.push(wanted.id()),
                Body::Text { .. }
                | Body::Media { .. }
                | Body::Form { .. }
                | Body::Link { .. }
                | Body::Location { .. }
                | Body::Contacts(_)
                | Body::Template { .. } => {}
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}
