//! The head of a file: who it is, how it starts, what it remembers, how it ends.

use std::collections::BTreeMap;

use expr::cel::{Field, Type};
use model::case::Priority;
use model::conversion::ConversionEvent;
use model::{Millis, Purpose};

use super::{Fields, Reader, checks, flow, steps, version};
use crate::conditions::Expression;
use crate::definition::{Conversion, Entry, EntryPolicy, Exit, Goal, Journey, Takeover, Update, Variable, VariableType};
use crate::yaml::{Kind, Node};

pub(super) const PURPOSES: [(&str, Purpose); 4] = [
    ("promotional", Purpose::Promotional),
    ("transactional", Purpose::Transactional),
    ("service", Purpose::Service),
    ("authentication", Purpose::Authentication),
];
pub(super) const PRIORITIES: [(&str, Priority); 4] =
    [("urgent", Priority::Urgent), ("high", Priority::High), ("normal", Priority::Normal), ("low", Priority::Low)];
const TYPES: [(&str, VariableType); 5] = [
    ("text", VariableType::Text),
    ("int", VariableType::Int),
    ("number", VariableType::Number),
    ("bool", VariableType::Bool),
    ("time", VariableType::Time),
];
/// How far a sender's clock may be ahead of ours when the file does not say.
const SKEW: Millis = Millis::from_mins(5);

pub(super) fn journey(r: &mut Reader<'_>, root: &Node) -> Option<Journey> {
    let mut f = r.fields(root, "a journey")?;
    let at = f.at;
    let name_node = f.require(r, "journey", "JRN005", "Begin with `journey: <name>`.");
    let name = r.name(name_node, "a journey");
    let title = r.string(f.get("title"), "title");
    let description = r.string(f.get("description"), "description");
    let tags: Vec<String> =
        f.get("tags").map(|n| r.items(n)).unwrap_or_default().iter().filter_map(|n| r.scalar(n, "a tag").map(str::to_owned)).collect();
    let owner_node = f.require(r, "owner", "JRN021", "Write `owner: <queue>`: the team that answers for this journey.");
    let owner = owner_node.and_then(|n| queue(r, n, "owner"));
    // A wrong purpose is one mistake, and not one more in each send.
    let purpose = f.get("purpose").map(|n| r.choice(n, "a purpose", &PURPOSES).unwrap_or(Purpose::Transactional));
    let topic = r.string(f.get("topic"), "topic");
    let max_messages = f.get("max_messages").and_then(|n| r.number(n, "a number of messages", 1, 1000));

    let (priority, value) = weight(r, &mut f);
    // The run's variables come first, because everything else may read them.
    let entry_node = f.require(r, "entry", "JRN005", "Write `entry:` with `on: <event>`.");
    open_event(r, entry_node.and_then(on_of));
    let context = f.get("context").map(|n| context(r, n)).unwrap_or_default();
    let step_node = f.require(r, "steps", "JRN005", "Write `steps:` with at least one step.");
    declare_run(r, &context, step_node);
    let entry = entry_node.and_then(|n| entry(r, n));
    let updates: Vec<Update> =
        f.get("updates").map(|n| r.items(n)).unwrap_or_default().iter().filter_map(|n| update(r, n, &context)).collect();
    let exits = exits(r, f.get("exits"));
    let goal_node = f.require(
        r,
        "goal",
        "JRN022",
        "Write `goal: {name, on, within}`, the thing that this journey is for; or waive it: `goal: {none: \"<reason>\"}`.",
    );
    let goal = goal_node.and_then(|n| goal(r, n));
    let takeover = takeover(r, f.get("takeover"), owner.as_deref());
    close_event(r);
    let start_node = f.require(r, "start", "JRN005", "Write `start: <step>`.");
    let start = start_node.and_then(|n| r.target(n, "start"));
    let read = step_node.map(|n| steps::steps(r, n, purpose, topic.as_deref(), &context));
    f.finish(r);

    let read = read?;
    let mut journey = Journey {
        name: name.clone().unwrap_or_default(),
        version: String::new(),
        title: title.unwrap_or_else(|| name.clone().unwrap_or_default().replace('_', " ")),
        description,
        tags,
        owner: owner.unwrap_or_default(),
        purpose,
        topic,
        priority,
        value,
        entry: entry.unwrap_or(Entry {
            on: String::new(),
            key: None,
            condition: None,
            policy: EntryPolicy::AfterExit,
            max_age: None,
            allowed_skew: SKEW,
        }),
        context,
        updates,
        exits,
        goal: goal.unwrap_or(Goal::Waived { reason: String::new() }),
        takeover,
        max_messages,
        worst_case_messages: 0,
        start: start.unwrap_or_default(),
        steps: read.steps,
        order: read.order,
        source: r.source.to_owned(),
    };
    checks::across(r, &journey, &read.places);
    journey.worst_case_messages = flow::flow(r, &journey, &read.places, at);
    journey.version = version::version(&journey);
    Some(journey)
}

/// What decides between several promotions to one person. Both are 0 when nothing is said.
pub(super) fn weight(r: &mut Reader<'_>, f: &mut Fields<'_>) -> (u32, u32) {
    let priority = f.get("priority").and_then(|n| r.number(n, "a priority", 0, 1000));
    let value = f.get("value").and_then(|n| r.number(n, "an expected value", 0, 1_000_000));
    (priority.unwrap_or_default(), value.unwrap_or_default())
}

fn on_of(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Map(map) => map.iter().find(|(key, _)| key.text == "on").and_then(|(_, n)| match &n.kind {
            Kind::Scalar(scalar) => Some(scalar.text.as_str()),
            _ => None,
        }),
        _ => None,
    }
}

/// While an event is at hand, `event` has its type (if the workspace knows it).
pub(super) fn open_event(r: &mut Reader<'_>, name: Option<&str>) {
    let ty = name.and_then(|name| r.ctx.schema.and_then(|s| s.events.get(name).cloned())).unwrap_or(Type::Any);
    r.schema.roots.insert("event".to_owned(), ty);
}

pub(super) fn close_event(r: &mut Reader<'_>) {
    r.schema.roots.insert("event".to_owned(), Type::Any);
}

/// `run` is closed: a slip in a variable's name is an error with a suggestion.
fn declare_run(r: &mut Reader<'_>, context: &[Variable], steps: Option<&Node>) {
    let mut fields: BTreeMap<String, Field> = BTreeMap::new();
    for variable in context {
        let ty = match variable.kind {
            None => Type::Any,
            Some(VariableType::Text) => Type::Text,
            Some(VariableType::Int) => Type::Int,
            Some(VariableType::Number) => Type::Float,
            Some(VariableType::Bool) => Type::Bool,
            Some(VariableType::Time) => Type::Time,
        };
        fields.insert(variable.name.clone(), Field::required(ty));
    }
    let reply =
        Type::record([("id", Field::optional(Type::Text)), ("text", Field::optional(Type::Text)), ("at", Field::required(Type::Time))]);
    let names = steps.map(Fields::entries).unwrap_or_default().iter().map(|(key, _)| (key.text.clone(), Field::optional(reply.clone())));
    fields.insert("replies".to_owned(), Field::required(Type::Record(names.collect())));
    fields.insert("key".to_owned(), Field::required(Type::Text));
    fields.insert("entered_at".to_owned(), Field::required(Type::Time));
    r.schema.roots.insert("run".to_owned(), Type::Record(fields));
}

/// A queue, looked up when the caller says which ones exist.
pub(super) fn queue(r: &mut Reader<'_>, node: &Node, what: &str) -> Option<String> {
    let text = r.scalar(node, what)?.to_owned();
    if r.workspace && !r.ctx.queues.is_empty() && !r.ctx.queues.contains(&text) {
        let fix = crate::nearest::suggestion(&text, r.ctx.queues.iter().map(String::as_str));
        r.findings.error("JRN035", node.at, format!("there is no queue `{text}`"), fix);
    }
    Some(text)
}

fn context(r: &mut Reader<'_>, node: &Node) -> Vec<Variable> {
    if r.fields(node, "context").is_none() {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (key, node) in Fields::entries(node) {
        if !super::is_name(&key.text) || matches!(key.text.as_str(), "replies" | "key" | "entered_at") {
            r.bad_name(key.at, &key.text, "a run variable");
            continue;
        }
        let (kind, order, from) = match &node.kind {
            Kind::Map(_) => {
                let Some(mut f) = r.fields(node, "a run variable") else { continue };
                let kind = f.get("type").and_then(|n| r.choice(n, "a type", &TYPES));
                let order: Vec<String> = f
                    .get("order")
                    .map(|n| r.items(n))
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|n| r.scalar(n, "a value").map(str::to_owned))
                    .collect();
                let from = f.require(r, "from", "JRN005", "Write `from: event.<property>`.").and_then(|n| r.value(n, "from"));
                if !order.is_empty() && kind.is_some_and(|kind| kind != VariableType::Text) {
                    r.findings.error("JRN003", f.key_place("order"), "only text has an order of values", "Write `type: text`.");
                }
                f.finish(r);
                (kind, order, from)
            }
            _ => (None, Vec::new(), r.value(node, "a run variable")),
        };
        // The name is known even when its source is wrong, so that its readers are not reported too.
        let from = from.or_else(crate::Expression::null);
        out.extend(from.map(|from| Variable { name: key.text.clone(), kind, from, order }));
    }
    out
}

fn entry(r: &mut Reader<'_>, node: &Node) -> Option<Entry> {
    let mut f = r.fields(node, "entry")?;
    let on = f.require(r, "on", "JRN005", "Write `on: <event>`.").and_then(|n| r.name(Some(n), "an event"));
    let key = f.get("key").and_then(|n| r.value(n, "the key"));
    let condition = r.condition(f.get("where"), "where");
    let policy = f.get("policy").and_then(|n| policy(r, n)).unwrap_or(EntryPolicy::AfterExit);
    let max_age = f.get("max_age").and_then(|n| r.duration(n, "max_age"));
    let allowed_skew = f.get("allowed_skew").and_then(|n| r.duration(n, "allowed_skew")).unwrap_or(SKEW);
    f.finish(r);
    Some(Entry { on: on?, key, condition, policy, max_age, allowed_skew })
}

fn policy(r: &mut Reader<'_>, node: &Node) -> Option<EntryPolicy> {
    if let Kind::Map(_) = node.kind {
        let mut f = r.fields(node, "policy")?;
        let after = f.get("after").and_then(|n| r.duration(n, "after")).map(EntryPolicy::After);
        let parallel = f.get("parallel").and_then(|n| r.number(n, "a number of runs", 1, 100)).map(EntryPolicy::Parallel);
        f.finish(r);
        return after.or(parallel);
    }
    r.choice(
        node,
        "a policy (once, after_exit, {after: 30d}, {parallel: 5})",
        &[("once", EntryPolicy::Once), ("after_exit", EntryPolicy::AfterExit)],
    )
}

fn update(r: &mut Reader<'_>, node: &Node, context: &[Variable]) -> Option<Update> {
    let mut f = r.fields(node, "an update")?;
    let on = f.require(r, "on", "JRN005", "Write `on: <event>`.").and_then(|n| r.name(Some(n), "an event"));
    open_event(r, on.as_deref());
    let condition = r.condition(f.get("where"), "where");
    let mut set = Vec::new();
    if let Some(node) = f.require(r, "set", "JRN005", "Write `set: {<variable>: <expression>}`.") {
        for (key, node) in Fields::entries(node) {
            let value = r.value(node, "set");
            if context.iter().any(|v| v.name == key.text) {
                set.extend(value.map(|value| (key.text.clone(), value)));
            } else {
                let fix = crate::nearest::suggestion(&key.text, context.iter().map(|v| v.name.as_str()));
                r.findings.error("JRN042", key.at, format!("the context has no variable `{}`", key.text), fix);
            }
        }
    }
    let then = f.get("then").and_then(|n| r.target(n, "then"));
    f.finish(r);
    Some(Update { on: on?, condition, set, then })
}

fn exits(r: &mut Reader<'_>, node: Option<&Node>) -> Vec<Exit> {
    let mut out: Vec<Exit> = Vec::new();
    for node in node.map(|n| r.items(n)).unwrap_or_default() {
        let Some(mut f) = r.fields(node, "an exit") else { continue };
        let name_node = f.require(r, "name", "JRN005", "Write `name: <what happened>`.");
        let name = r.name(name_node, "an exit");
        let on = f.require(r, "on", "JRN005", "Write `on: <event>`.").and_then(|n| r.name(Some(n), "an event"));
        open_event(r, on.as_deref());
        let condition = r.condition(f.get("where"), "where");
        f.finish(r);
        if let (Some(name), Some(node)) = (&name, name_node)
            && out.iter().any(|exit| exit.name == *name)
        {
            r.findings.error("JRN015", node.at, format!("there are two exits named `{name}`"), "Give each exit a name of its own.");
        }
        out.extend(name.zip(on).map(|(name, on)| Exit { name, on, condition }));
    }
    out
}

fn goal(r: &mut Reader<'_>, node: &Node) -> Option<Goal> {
    let mut f = r.fields(node, "goal")?;
    if let Some(node) = f.get("none") {
        let reason = r.scalar(node, "the reason")?.to_owned();
        if reason.trim().len() < 8 {
            r.findings.error("JRN022", node.at, "a goal is waived without a reason", "Say in a sentence why this journey has no goal.");
        }
        f.finish(r);
        return Some(Goal::Waived { reason });
    }
    let name_node = f.require(r, "name", "JRN005", "Write `name: <outcome>`.");
    let name = r.name(name_node, "a goal");
    let on = f.require(r, "on", "JRN005", "Write `on: <event>`.").and_then(|n| r.name(Some(n), "an event"));
    open_event(r, on.as_deref());
    let condition = r.condition(f.get("where"), "where");
    let within = f.require(r, "within", "JRN005", "Write `within: 14d`, counted from the entry.").and_then(|n| r.duration(n, "within"));
    let conversion = f.get("conversion").map(|n| conversion(r, n));
    f.finish(r);
    let conversion = match conversion {
        Some(read) => Some(read?),
        None => None,
    };
    Some(Goal::Reached { name: name?, on: on?, condition, within: within?, conversion })
}

/// `QualifiedLead`, or with what it was worth: `{event: Purchase, value: event.total, currency: "'EUR'"}`.
fn conversion(r: &mut Reader<'_>, node: &Node) -> Option<Conversion> {
    const MONEY: &str =
        "Write `conversion: {event: Purchase, value: event.total, currency: \"'EUR'\"}`: what it was worth, and in which currency.";
    let (event, money) = if let Kind::Map(_) = node.kind {
        let mut f = r.fields(node, "conversion")?;
        let event = f.require(r, "event", "JRN005", "Write `event: Purchase`, or another of the platform's names.");
        let event = event.and_then(|n| r.choice(n, "a conversion", &ConversionEvent::ALL));
        let value = f.get("value").and_then(|n| amount(r, n));
        let currency = f.get("currency").and_then(|n| r.value(n, "currency"));
        f.finish(r);
        let money = match (value, currency) {
            (Some(value), Some(currency)) => Some((value, currency)),
            (None, None) => None,
            _ => {
                r.findings.error("JRN016", node.at, "a conversion has a value and a currency, or neither", MONEY);
                return None;
            }
        };
        (event?, money)
    } else {
        (r.choice(node, "a conversion", &ConversionEvent::ALL)?, None)
    };
    if event.needs_value() && money.is_none() {
        r.findings.error("JRN005", node.at, format!("`{}` needs a value and a currency", event.as_str()), MONEY);
        return None;
    }
    Some(Conversion { event, money })
}

fn amount(r: &mut Reader<'_>, node: &Node) -> Option<Expression> {
    let (expression, ty) = r.expression(node, "value")?;
    if matches!(ty, Type::Int | Type::Float | Type::Any) {
        return Some(expression);
    }
    r.findings.error("JRN011", node.at, format!("the value must be a number, not {ty}"), "Name a number, such as `event.total`.");
    None
}

fn takeover(r: &mut Reader<'_>, node: Option<&Node>, owner: Option<&str>) -> Takeover {
    let mut out =
        Takeover { queue: owner.unwrap_or_default().to_owned(), priority: Priority::Normal, max_misses: 2, human_words: true, next: None };
    let Some(mut f) = node.and_then(|n| r.fields(n, "takeover")) else { return out };
    if let Some(queue) = f.get("queue").and_then(|n| queue(r, n, "queue")) {
        out.queue = queue;
    }
    out.priority = f.get("priority").and_then(|n| r.choice(n, "a priority", &PRIORITIES)).unwrap_or_default();
    out.max_misses = f.get("max_misses").and_then(|n| r.number(n, "a number of answers", 1, 20)).unwrap_or(2);
    out.human_words = f.get("human_words").and_then(|n| r.boolean(n, "human_words")).unwrap_or(true);
    out.next = f.get("next").and_then(|n| r.target(n, "next"));
    f.finish(r);
    out
}
