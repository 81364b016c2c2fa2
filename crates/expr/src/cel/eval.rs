//! The evaluator: total, bounded, deterministic.

use std::collections::BTreeMap;
use std::rc::Rc;

use model::{Millis, Value};
use serde::{Deserialize, Serialize};

use super::error::EvalErrorKind;
use super::operators::{self, Fault};
use super::value::{Entries, Val};
use super::{BinaryOp, Each, EvalError, Expr, ExprKind, functions};
use crate::Env;
use crate::duration::parse_duration;

/// Steps of one evaluation: a node is one, large texts and lists are more. Milliseconds of work at most.
pub const FUEL: u64 = 100_000;

/// What a condition says, and why it may have said no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// An error counts as `false`.
    pub value: bool,
    /// The paths that were read and not there, in the order of reading, each once; also those whose error was absorbed.
    pub missing: Vec<String>,
    /// The error that made the value `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<EvalError>,
}

/// The value of an expression. A duration comes out as CEL's text of it (`5400s`), see [`eval_duration`].
///
/// # Errors
/// What CEL calls an error: a missing field, kinds that do not go together, overflow; and no fuel left.
pub fn eval(expr: &Expr, env: &dyn Env) -> Result<Value, EvalError> {
    eval_with_fuel(expr, env, FUEL)
}

/// As [`eval`], with another bound on the steps.
///
/// # Errors
/// As [`eval`].
pub fn eval_with_fuel(expr: &Expr, env: &dyn Env, fuel: u64) -> Result<Value, EvalError> {
    let mut evaluator = Evaluator::new(env, fuel);
    let value = evaluator.eval(expr)?;
    evaluator.pay(&value, expr)?;
    Ok(value.into_value())
}

/// The value as a span of time: of a duration, or of text that reads as one.
///
/// # Errors
/// As [`eval`], and when the value is something else.
pub fn eval_duration(expr: &Expr, env: &dyn Env) -> Result<Millis, EvalError> {
    match Evaluator::new(env, FUEL).eval(expr)? {
        Val::Duration(span) => Ok(span),
        Val::Text(text) => parse_duration(&text).map_err(|e| EvalError::new(EvalErrorKind::Value, expr.span, e.to_string())),
        other => Err(EvalError::new(EvalErrorKind::Type, expr.span, format!("a duration is needed here, not {}", other.said()))),
    }
}

/// Judges a condition. Never fails: an error means that the condition is not fulfilled, and says so.
#[must_use]
pub fn eval_bool(expr: &Expr, env: &dyn Env) -> Truth {
    let mut evaluator = Evaluator::new(env, FUEL);
    let result = evaluator.eval(expr).and_then(|value| match value {
        Val::Bool(b) => Ok(b),
        other => Err(EvalError::new(EvalErrorKind::Type, expr.span, format!("a condition is true or false, not {}", other.said()))),
    });
    Truth { value: *result.as_ref().unwrap_or(&false), missing: evaluator.missing, error: result.err() }
}

struct Evaluator<'a> {
    env: &'a dyn Env,
    fuel: u64,
    missing: Vec<String>,
    locals: Vec<(&'a str, Val<'a>)>,
}

type Evaluated<'a> = Result<Val<'a>, EvalError>;

impl<'a> Evaluator<'a> {
    fn new(env: &'a dyn Env, fuel: u64) -> Self {
        Self { env, fuel, missing: Vec::new(), locals: Vec::new() }
    }

    fn spend(&mut self, steps: u64, expr: &Expr) -> Result<(), EvalError> {
        match self.fuel.checked_sub(steps) {
            Some(left) => {
                self.fuel = left;
                Ok(())
            }
            None => {
                self.fuel = 0;
                Err(EvalError::new(EvalErrorKind::OutOfFuel, expr.span, "the expression takes too many steps"))
            }
        }
    }

    /// Pays for walking through a whole value. Stops as soon as the fuel is gone: values share their parts, so that a small
    /// expression can make one that is huge when it is written out.
    fn pay(&mut self, value: &Val<'a>, expr: &Expr) -> Result<(), EvalError> {
        self.spend(value.weight(), expr)?;
        match value {
            Val::List(items) => (0..items.len()).filter_map(|at| items.get(at)).try_for_each(|item| {
                self.spend(1, expr)?;
                self.pay(&item, expr)
            }),
            Val::Map(map) => map.keys().iter().filter_map(|key| map.get(key.as_text()?)).try_for_each(|item| {
                self.spend(2, expr)?;
                self.pay(&item, expr)
            }),
            _ => Ok(()),
        }
    }

    fn missing(&mut self, path: String, expr: &Expr) -> EvalError {
        let error = EvalError::new(EvalErrorKind::Missing, expr.span, format!("`{path}` is missing"));
        if !self.missing.contains(&path) && self.missing.len() < 32 {
            self.missing.push(path);
        }
        error
    }

    fn eval(&mut self, expr: &'a Expr) -> Evaluated<'a> {
        self.spend(1, expr)?;
        match &expr.kind {
            ExprKind::Literal { value } => Ok(Val::from(value)),
            ExprKind::Variable { name } => self.variable(name, expr),
            ExprKind::Select { of, field } => {
                let found = self.eval(of)?;
                self.field(&found, field, expr)
            }
            ExprKind::Index { of, at } => {
                let found = self.eval(of)?;
                let at = self.eval(at)?;
                self.index(&found, &at, expr)
            }
            ExprKind::Has { of, field } => match self.eval(of)? {
                Val::Map(map) => Ok(Val::Bool(map.get(field).is_some())),
                // Data has holes above the field that is asked for, too: `has` answers, as it does for an empty map.
                Val::Null => Ok(Val::Bool(false)),
                other => Err(type_error(expr, format!("{} has no fields", other.said()))),
            },
            ExprKind::Not { of } => match self.eval(of)? {
                Val::Bool(b) => Ok(Val::Bool(!b)),
                other => Err(type_error(expr, format!("`!` does not go before {}", other.said()))),
            },
            ExprKind::Negate { of } => operators::negate(self.eval(of)?).map_err(|fault| placed(fault, expr)),
            ExprKind::Binary { with, left, right } => self.binary(*with, left, right, expr),
            ExprKind::And { all } => self.chain(all, false),
            ExprKind::Or { any } => self.chain(any, true),
            ExprKind::Choose { when, then, otherwise } => match self.eval(when)? {
                Val::Bool(true) => self.eval(then),
                Val::Bool(false) => self.eval(otherwise),
                other => Err(type_error(when, format!("a condition is true or false, not {}", other.said()))),
            },
            ExprKind::List { items } => Ok(Val::list(items.iter().map(|item| self.eval(item)).collect::<Result<_, _>>()?)),
            ExprKind::Map { entries } => self.map(entries),
            ExprKind::Call { name, on, args } => {
                let mut values = Vec::with_capacity(args.len() + 1);
                for part in on.iter().map(Box::as_ref).chain(args) {
                    values.push(self.eval(part)?);
                }
                self.spend(cost(name, &values), expr)?;
                functions::call(name, &values).map_err(|fault| placed(fault, expr))
            }
            ExprKind::Each { how, over, var, only, body } => self.each(*how, over, var, only.as_deref(), body),
            ExprKind::Read { of, as_type } => {
                let value = self.eval(of)?;
                self.pay(&value, expr)?;
                value.read_as(as_type).map_err(|what| {
                    let path = of.path().map(|path| format!("`{path}`: ")).unwrap_or_default();
                    EvalError::new(EvalErrorKind::Value, expr.span, format!("{path}{what}"))
                })
            }
        }
    }

    fn variable(&mut self, name: &str, expr: &Expr) -> Evaluated<'a> {
        if let Some((_, value)) = self.locals.iter().rev().find(|(local, _)| *local == name) {
            let value = value.clone();
            self.spend(value.weight(), expr)?;
            return Ok(value);
        }
        let env: &'a dyn Env = self.env;
        match env.root(name) {
            Some(value) => Ok(Val::from(value)),
            None => Err(self.missing(name.to_owned(), expr)),
        }
    }

    fn field(&mut self, of: &Val<'a>, field: &str, expr: &Expr) -> Evaluated<'a> {
        match of {
            Val::Map(map) => match map.get(field) {
                Some(value) => Ok(value),
                None => Err(self.missing(said_path(expr), expr)),
            },
            Val::Null => Err(self.missing(said_path(expr), expr)),
            other => Err(type_error(expr, format!("{} has no field `{field}`", other.said()))),
        }
    }

    fn index(&mut self, of: &Val<'a>, at: &Val<'a>, expr: &Expr) -> Evaluated<'a> {
        let found = match (of, at) {
            (Val::List(items), Val::Int(n)) => usize::try_from(*n).ok().and_then(|n| items.get(n)),
            // JSON numbers may come as floats; CEL allows whole ones as an index.
            (Val::List(items), Val::Float(n)) if n.fract() == 0.0 && *n >= 0.0 && *n < 4e9 => items.get(*n as usize),
            (Val::Map(map), Val::Text(key)) => map.get(key),
            (Val::Null, _) => None,
            (of, at) => return Err(type_error(expr, format!("{} has no element for {}", of.said(), at.said()))),
        };
        let found = found.ok_or_else(|| self.missing(said_path(expr), expr))?;
        self.spend(found.weight(), expr)?;
        Ok(found)
    }

    fn binary(&mut self, with: BinaryOp, left: &'a Expr, right: &'a Expr, expr: &'a Expr) -> Evaluated<'a> {
        let a = self.eval(left)?;
        let b = self.eval(right)?;
        self.spend(a.weight() + b.weight(), expr)?;
        if with.is_ordering() {
            // A null has no place in an order; for the author it is a missing value, and `explain` should say which.
            for (value, part) in [(&a, left), (&b, right)] {
                if let (Val::Null, Some(path)) = (value, part.path()) {
                    return Err(self.missing(path, part));
                }
            }
        }
        if matches!(with, BinaryOp::In | BinaryOp::Eq | BinaryOp::Ne) {
            self.pay(&a, left)?;
            self.pay(&b, right)?;
        }
        operators::binary(with, a, b).map_err(|fault| placed(fault, expr))
    }

    /// `&&` (stops at `false`) and `||` (stops at `true`). An error stands only when no part decides.
    fn chain(&mut self, parts: &'a [Expr], decides: bool) -> Evaluated<'a> {
        let mut fault = None;
        for part in parts {
            match self.eval(part) {
                Ok(Val::Bool(b)) if b == decides => return Ok(Val::Bool(decides)),
                Ok(Val::Bool(_)) => {}
                Ok(other) => keep_first(&mut fault, type_error(part, format!("`&&` and `||` join conditions, not {}", other.said()))),
                Err(error) if error.kind == EvalErrorKind::OutOfFuel => return Err(error),
                Err(error) => keep_first(&mut fault, error),
            }
        }
        fault.map_or(Ok(Val::Bool(!decides)), Err)
    }

    fn map(&mut self, entries: &'a [(Expr, Expr)]) -> Evaluated<'a> {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            let Val::Text(name) = self.eval(key)? else {
                return Err(type_error(key, "the keys of a map are text".to_owned()));
            };
            if map.insert(name.into_owned(), self.eval(value)?).is_some() {
                return Err(EvalError::new(EvalErrorKind::Value, key.span, "this key is there twice"));
            }
        }
        Ok(Val::Map(Entries::Made(Rc::new(map))))
    }

    fn each(&mut self, how: Each, over: &'a Expr, var: &'a str, only: Option<&'a Expr>, body: &'a Expr) -> Evaluated<'a> {
        let range = match self.eval(over)? {
            Val::List(items) => Val::List(items),
            Val::Map(map) => Val::list(map.keys()),
            other => return Err(type_error(over, format!("`{}` goes through lists and maps, not {}", how.as_str(), other.said()))),
        };
        let Val::List(items) = range else { return Ok(Val::Null) };
        let (mut kept, mut count, mut fault) = (Vec::new(), 0_u64, None);
        for at in 0..items.len() {
            self.spend(1, over)?;
            let Some(item) = items.get(at) else { break };
            self.locals.push((var, item.clone()));
            let passed = only.map_or(Ok(true), |only| self.eval(only).and_then(|value| truth(&value, only)));
            let result = passed.and_then(|passed| if passed { self.eval(body).map(Some) } else { Ok(None) });
            self.locals.pop();
            match how {
                Each::Map => kept.extend(result?),
                Each::Filter => {
                    if truth(&result?.unwrap_or(Val::Bool(false)), body)? {
                        kept.push(item);
                    }
                }
                Each::ExistsOne => count += u64::from(truth(&result?.unwrap_or(Val::Bool(false)), body)?),
                Each::All | Each::Exists => {
                    let decides = how == Each::Exists;
                    match result.and_then(|value| truth(&value.unwrap_or(Val::Bool(!decides)), body)) {
                        Ok(b) if b == decides => return Ok(Val::Bool(decides)),
                        Ok(_) => {}
                        Err(error) if error.kind == EvalErrorKind::OutOfFuel => return Err(error),
                        Err(error) => keep_first(&mut fault, error),
                    }
                }
            }
        }
        if let Some(error) = fault {
            return Err(error);
        }
        Ok(match how {
            Each::All => Val::Bool(true),
            Each::Exists => Val::Bool(false),
            Each::ExistsOne => Val::Bool(count == 1),
            Each::Filter | Each::Map => Val::list(kept),
        })
    }
}

fn said_path(expr: &Expr) -> String {
    expr.path().unwrap_or_else(|| expr.to_string())
}

fn keep_first(fault: &mut Option<EvalError>, error: EvalError) {
    fault.get_or_insert(error);
}

fn truth(value: &Val<'_>, expr: &Expr) -> Result<bool, EvalError> {
    match value {
        Val::Bool(b) => Ok(*b),
        other => Err(type_error(expr, format!("a condition is true or false, not {}", other.said()))),
    }
}

fn type_error(expr: &Expr, what: String) -> EvalError {
    EvalError::new(EvalErrorKind::Type, expr.span, what)
}

fn placed((kind, what): Fault, expr: &Expr) -> EvalError {
    EvalError::new(kind, expr.span, what)
}

/// Steps for a call: a pattern is compiled, and tried at every place of its text.
fn cost(name: &str, args: &[Val<'_>]) -> u64 {
    let text = |at: usize| match args.get(at) {
        Some(Val::Text(text)) => text.len() as u64,
        _ => 0,
    };
    let plain: u64 = args.iter().map(Val::weight).sum();
    if name == "matches" { 64 + 4 * text(1) + plain + text(0).saturating_mul(text(1)) / 64 } else { plain }
}
