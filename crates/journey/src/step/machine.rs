//! Travelling: from where the run stands, along edges, until it stands again or ends.

use std::collections::BTreeMap;

use model::value::Attributes;
use model::{RunId, Timestamp, Value};

use crate::conditions::Expression;
use crate::definition::{Journey, SetTarget, Step, StepKind, VariableType};
use crate::run::{Effect, EventView, Position, RunEvent, RunState, Status, StepEnv, StepOutcome, Taken, Waiting};
use crate::scope::{Scope, View};

/// The edge that a run is about to take.
pub(super) struct Hop {
    pub edge: String,
    pub to: String,
}

impl Hop {
    pub fn new(edge: impl Into<String>, to: impl Into<String>) -> Self {
        Self { edge: edge.into(), to: to.into() }
    }
}

pub(super) struct Machine<'a> {
    pub def: &'a Journey,
    pub env: &'a StepEnv<'a>,
    pub run: RunState,
    pub scope: Scope<'a>,
    /// The moment that the run acts at: when its timer was due, when its event arrived. Not later than `env.now`, so that
    /// a schedule keeps its times through a downtime and the lateness rules see how late a message is (R-LATE-2).
    pub moment: Timestamp,
    pub effects: Vec<Effect>,
    pub events: Vec<RunEvent>,
    pub taken: Taken,
}

impl<'a> Machine<'a> {
    pub fn new(def: &'a Journey, run: RunState, env: &'a StepEnv<'a>) -> Self {
        let scope = Scope::new(env.contact, env.now, env.zone, &def.context);
        Self { def, env, run, scope, moment: env.now, effects: Vec::new(), events: Vec::new(), taken: Taken::No }
    }

    pub fn enter(def: &'a Journey, id: RunId, instance_key: String, event: &'a EventView<'a>, env: &'a StepEnv<'a>) -> Self {
        let moment = event.arrived.min(env.now);
        let position = Position { step: def.start.clone(), visit: 0, since: moment, waiting: Waiting::Nothing };
        let run = RunState {
            id,
            journey: def.name.clone(),
            version: def.version.clone(),
            instance_key,
            entered_at: moment,
            entered_by: event.id,
            entry: event.properties.iter().map(|(k, v)| (k.clone(), storable(v.clone()))).collect(),
            context: Attributes::new(),
            context_at: BTreeMap::new(),
            status: Status::Active,
            ended_at: None,
            goal_at: None,
            position,
            visits: BTreeMap::new(),
            attempts: Vec::new(),
            sends: 0,
            replies: BTreeMap::new(),
            early: Vec::new(),
            misses: 0,
            kept: Vec::new(),
        };
        let mut machine = Self::new(def, run, env);
        machine.moment = moment;
        machine.taken = Taken::Used;
        machine.scope.see_event(event);
        machine.events.push(RunEvent::Entered);
        for variable in &def.context {
            let place = || format!("context.{}", variable.name);
            let value = machine.value(&variable.from, place).and_then(|v| machine.typed(v, variable.kind, place)).unwrap_or_default();
            machine.run.context.insert(variable.name.clone(), value);
            machine.run.context_at.insert(variable.name.clone(), event.at);
            machine.scope.see_run();
        }
        let first = machine.arrive(&def.start, "entry");
        machine.travel(first);
        machine
    }

    /// What expressions and texts read now.
    pub fn view(&self) -> View<'_> {
        self.scope.of(&self.run)
    }

    pub fn outcome(self) -> StepOutcome {
        StepOutcome { run: self.run, effects: self.effects, events: self.events, taken: self.taken }
    }

    /// Follows edges until the run stands or ends.
    pub fn travel(&mut self, mut hop: Option<Hop>) {
        // The compiler refuses cycles without a wait, so nothing legal passes a step twice in one go.
        let mut fuel = self.def.steps.len() * 2 + 8;
        while let Some(Hop { edge, to }) = hop {
            if fuel == 0 {
                self.fail("went round without a wait".to_owned());
                return;
            }
            fuel -= 1;
            // Silence, an event or an answer has ended the wait for these; R-FB-1 leaves them no other edge.
            for asked in self.run.asked().to_vec() {
                if let Some(attempt) = self.run.attempt_mut(&asked.step, asked.visit) {
                    attempt.closed = true;
                }
            }
            let step = self.run.position.step.clone();
            self.events.push(RunEvent::StepLeft { step, edge: edge.clone(), to: to.clone() });
            hop = self.arrive(&to, &edge);
        }
    }

    /// Enters a step. Says which edge to take when the step does not wait.
    fn arrive(&mut self, name: &str, edge: &str) -> Option<Hop> {
        let def = self.def;
        let Some(step) = def.steps.get(name) else {
            self.fail(format!("there is no step `{name}`"));
            return None;
        };
        let visit = self.run.visits.entry(name.to_owned()).or_insert(0);
        *visit = visit.saturating_add(1);
        let visit = *visit;
        self.run.position = Position { step: name.to_owned(), visit, since: self.moment, waiting: Waiting::Nothing };
        self.events.push(RunEvent::StepEntered { step: name.to_owned(), visit });
        match &step.kind {
            StepKind::Delay(delay) => {
                self.run.kept.clear();
                self.arrive_at_delay(step, delay)
            }
            StepKind::Send(send) => {
                self.run.kept.clear();
                self.arrive_at_send(step, send)
            }
            StepKind::Await(wait) => self.arrive_at_await(wait),
            StepKind::Branch(branch) => {
                let arm = branch.arms.iter().enumerate().find(|(n, (when, _))| self.holds(when, || format!("{name}.branch[{}]", n + 1)));
                Some(arm.map_or_else(|| Hop::new("otherwise", &branch.otherwise), |(n, (_, to))| Hop::new(format!("when:{}", n + 1), to)))
            }
            StepKind::Set(set) => {
                self.set(step, set);
                self.go_on(step)
            }
            StepKind::Emit(emit) => {
                let properties = self.values(&emit.properties, &format!("{name}.emit"));
                self.effects.push(Effect::EmitEvent { name: emit.event.clone(), properties });
                self.go_on(step)
            }
            StepKind::HandOff(hand_off) => {
                self.hand_off(step, hand_off, edge);
                self.go_on(step)
            }
            StepKind::End { result } => {
                self.complete(result);
                None
            }
        }
    }

    /// The edge to `next`; a hand-off without one ends the run.
    pub fn go_on(&mut self, step: &Step) -> Option<Hop> {
        match &step.next {
            Some(next) => Some(Hop::new("next", next)),
            None => {
                self.complete("handed_off");
                None
            }
        }
    }

    fn set(&mut self, step: &Step, set: &[(SetTarget, Expression)]) {
        for (target, from) in set {
            let (SetTarget::Contact(name) | SetTarget::Run(name)) = target;
            let place = || format!("{}.set.{name}", step.name);
            let Some(value) = self.value(from, place) else { continue };
            match target {
                SetTarget::Contact(name) => {
                    self.scope.set_contact(name, value.clone());
                    self.effects.push(Effect::SetAttribute { name: name.clone(), value: storable(value) });
                }
                SetTarget::Run(name) => {
                    let kind = self.def.context.iter().find(|v| v.name == *name).and_then(|v| v.kind);
                    let Some(value) = self.typed(value, kind, place) else { continue };
                    self.run.context.insert(name.clone(), value);
                    self.scope.see_run();
                }
            }
        }
    }

    pub fn complete(&mut self, result: &str) {
        self.events.push(RunEvent::Completed { result: result.to_owned() });
        self.end(Status::Completed { result: result.to_owned() });
    }

    pub fn fail(&mut self, reason: String) {
        self.events.push(RunEvent::Failed { reason: reason.clone() });
        self.end(Status::Failed { reason });
    }

    /// R-EXIT-1: at once, whatever the run waits for.
    pub fn exit(&mut self, name: &str) {
        self.effects.push(Effect::CancelMessages);
        self.events.push(RunEvent::Exited { name: name.to_owned() });
        self.end(Status::Exited { name: name.to_owned() });
        self.taken = Taken::Used;
    }

    pub fn stop(&mut self, reason: &str) {
        if !self.run.is_ended() {
            self.exit(&format!("stopped: {reason}"));
        }
    }

    fn end(&mut self, status: Status) {
        self.run.status = status;
        self.run.ended_at = Some(self.env.now);
        self.run.position.waiting = Waiting::Nothing;
        self.run.early.clear();
        self.run.kept.clear();
    }

    /// A condition that cannot be judged counts as false and is noted.
    pub fn holds(&mut self, condition: &Expression, place: impl Fn() -> String) -> bool {
        let (holds, reason) = condition.holds(&self.view());
        if let Some(reason) = reason {
            self.events.push(RunEvent::ConditionFailed { place: place(), reason });
        }
        holds
    }

    pub fn value(&mut self, from: &Expression, place: impl Fn() -> String) -> Option<Value> {
        match from.value(&self.view()) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.events.push(RunEvent::ConditionFailed { place: place(), reason });
                None
            }
        }
    }

    /// Named values; one that cannot be computed is left out and noted.
    pub fn values(&mut self, named: &[(String, Expression)], place: &str) -> Attributes {
        let mut out = Attributes::new();
        for (name, from) in named {
            if let Some(value) = self.value(from, || format!("{place}.{name}")) {
                out.insert(name.clone(), storable(value));
            }
        }
        out
    }

    /// The value as its declared type, in the form that is stored: moments as text, because that is how they come back.
    pub fn typed(&mut self, value: Value, kind: Option<VariableType>, place: impl Fn() -> String) -> Option<Value> {
        let given = value.kind();
        let fits = match (kind, &value) {
            (None, _) | (_, Value::Null) => Some(value),
            (Some(VariableType::Time), _) => value.as_time().map(Value::Time),
            (Some(VariableType::Text), Value::Text(_))
            | (Some(VariableType::Bool), Value::Bool(_))
            | (Some(VariableType::Int), Value::Int(_)) => Some(value),
            (Some(VariableType::Text), Value::Int(n)) => Some(Value::Text(n.to_string())),
            (Some(VariableType::Number), Value::Int(_) | Value::Float(_)) => Some(value),
            (Some(VariableType::Int), Value::Float(n)) if n.fract() == 0.0 && n.abs() < 9e15 => Some(Value::Int(*n as i64)),
            _ => None,
        };
        if fits.is_none() {
            let reason = format!("a {given} does not fit the declared type");
            self.events.push(RunEvent::ConditionFailed { place: place(), reason });
        }
        fits.map(storable)
    }
}

/// Moments become text: that is what a stored value is read back as, so a run and its stored form are one.
pub(super) fn storable(value: Value) -> Value {
    match value {
        Value::Time(at) => Value::Text(at.to_string()),
        // What JSON cannot hold comes back as null.
        Value::Float(n) if !n.is_finite() => Value::Null,
        Value::List(items) => Value::List(items.into_iter().map(storable).collect()),
        Value::Map(fields) => Value::Map(fields.into_iter().map(|(k, v)| (k, storable(v))).collect()),
        other => other,
    }
}
