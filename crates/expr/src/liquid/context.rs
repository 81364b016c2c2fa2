//! What a rendering knows: the environment, the template's own variables, and what it has spent.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

use model::Value;

use super::ast::{Path, Segment, Term};
use super::filters::{FilterContext, as_int};
use super::format::{text_of, weight};
use super::render::RenderOptions;
use crate::Env;

/// A variable of the template itself. `origin`: the path its value was read from, for reports of missing values.
pub(super) struct Slot<'e> {
    pub value: Cow<'e, Value>,
    pub origin: Option<String>,
}

pub(super) struct Context<'e> {
    pub env: &'e dyn Env,
    pub options: &'e RenderOptions,
    /// `assign` and `capture`: one scope for the whole template.
    pub assigned: BTreeMap<String, Slot<'e>>,
    /// Loop variables, innermost last.
    pub frames: Vec<(String, Slot<'e>)>,
    pub counters: BTreeMap<String, i64>,
    pub cycles: BTreeMap<String, usize>,
    /// Where loops stopped, for `offset:continue`.
    pub stops: BTreeMap<String, usize>,
    fuel: Cell<u64>,
}

/// Longest range that is made into a list.
const RANGE_ITEMS_MAX: i128 = 10_000;

impl<'e> Context<'e> {
    pub fn new(env: &'e dyn Env, options: &'e RenderOptions) -> Self {
        Self {
            env,
            options,
            assigned: BTreeMap::new(),
            frames: Vec::new(),
            counters: BTreeMap::new(),
            cycles: BTreeMap::new(),
            stops: BTreeMap::new(),
            fuel: Cell::new(options.fuel),
        }
    }

    pub fn filter_context(&self) -> FilterContext<'e> {
        FilterContext { options: self.options, now: self.env.root("now").and_then(Value::as_time) }
    }

    /// Takes steps away; `false` when none are left. Evaluating terms only drains, the next node notices.
    pub fn spend(&self, steps: u64) -> bool {
        let left = self.fuel.get().checked_sub(steps);
        self.fuel.set(left.unwrap_or(0));
        left.is_some()
    }

    fn slot(&self, name: &str) -> Option<&Slot<'e>> {
        self.frames.iter().rev().find(|(frame, _)| frame == name).map(|(_, slot)| slot).or_else(|| self.assigned.get(name))
    }

    /// The path as data knows it: a loop's `item.name` is `event.items[].name`. `None` for what the template made itself.
    pub fn origin(&self, path: &Path) -> Option<String> {
        match self.slot(&path.root) {
            Some(slot) => slot.origin.as_ref().map(|origin| format!("{origin}{}", path.rest())),
            None => Some(path.to_string()),
        }
    }

    pub fn value(&self, term: &Term) -> Cow<'e, Value> {
        match term {
            Term::Literal(value) => Cow::Owned(value.clone()),
            Term::Empty | Term::Blank => Cow::Owned(Value::Text(String::new())),
            Term::Path(path) => self.lookup(path).unwrap_or(Cow::Owned(Value::Null)),
            Term::Range(from, to) => {
                let (from, to) = self.range(from, to);
                let wanted = i128::from(to) - i128::from(from) + 1;
                let items = wanted.clamp(0, RANGE_ITEMS_MAX);
                // A list that was cut short would be a wrong answer: spend everything, and the rendering stops.
                self.spend(if wanted > RANGE_ITEMS_MAX { u64::MAX } else { items as u64 });
                Cow::Owned(Value::List((from..).take(items as usize).map(Value::Int).collect()))
            }
        }
    }

    pub fn range(&self, from: &Term, to: &Term) -> (i64, i64) {
        (as_int(&self.value(from)).unwrap_or(0), as_int(&self.value(to)).unwrap_or(0))
    }

    fn lookup(&self, path: &Path) -> Option<Cow<'e, Value>> {
        self.spend(1 + path.segments.len() as u64);
        let keys: Vec<Key<'_>> = path
            .segments
            .iter()
            .map(|segment| match segment {
                Segment::Key(key) => Key::Name(key),
                Segment::Index(term) => Key::Value(self.value(term)),
            })
            .collect();
        match self.slot(&path.root) {
            Some(Slot { value: Cow::Borrowed(value), .. }) => follow(value, &keys),
            Some(Slot { value: Cow::Owned(value), .. }) => {
                let found = follow(value, &keys)?.into_owned();
                self.spend(weight(&found));
                Some(Cow::Owned(found))
            }
            None => match self.env.root(&path.root) {
                Some(value) => follow(value, &keys),
                None => self.counters.get(&path.root).filter(|_| keys.is_empty()).map(|n| Cow::Owned(Value::Int(*n))),
            },
        }
    }
}

enum Key<'k> {
    Name(&'k str),
    Value(Cow<'k, Value>),
}

/// Walks into a value. `size`, `first` and `last` are answered where no key of that name is there.
fn follow<'v>(value: &'v Value, keys: &[Key<'_>]) -> Option<Cow<'v, Value>> {
    let mut here = value;
    for (at, key) in keys.iter().enumerate() {
        let made = match (here, key) {
            (Value::Map(map), Key::Name(name)) => match map.get(*name) {
                Some(found) => Ok(found),
                None => Err(property(here, name)?),
            },
            (Value::List(items), Key::Name("first")) => Ok(items.first()?),
            (Value::List(items), Key::Name("last")) => Ok(items.last()?),
            (other, Key::Name(name)) => Err(property(other, name)?),
            (Value::Map(map), Key::Value(key)) => Ok(map.get(&text_of(key))?),
            (Value::List(items), Key::Value(key)) => {
                let Value::Int(n) = **key else { return None };
                let index = if n < 0 { n.checked_add(items.len() as i64)? } else { n };
                Ok(items.get(usize::try_from(index).ok()?)?)
            }
            _ => return None,
        };
        match made {
            Ok(found) => here = found,
            // A made value has nothing inside.
            Err(made) => return (at + 1 == keys.len()).then_some(Cow::Owned(made)),
        }
    }
    Some(Cow::Borrowed(here))
}

fn property(value: &Value, name: &str) -> Option<Value> {
    match (value, name) {
        (Value::Map(map), "size") => Some(Value::Int(map.len() as i64)),
        (Value::List(items), "size") => Some(Value::Int(items.len() as i64)),
        (Value::Text(text), "size") => Some(Value::Int(text.chars().count() as i64)),
        (Value::Map(map), "first") => map.iter().next().map(|(key, value)| Value::List(vec![key.as_str().into(), value.clone()])),
        _ => None,
    }
}
