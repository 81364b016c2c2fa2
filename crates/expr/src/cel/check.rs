//! The type checker: finds what can never work before it meets a contact, and says it in plain words.

use std::collections::BTreeSet;

use super::{BinaryOp, Each, Expr, ExprError, ExprKind, Field, Literal, Schema, Type, parse};
use crate::nearest::nearest;

/// A checked expression: the tree to evaluate (data is read as the schema promises), and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub expr: Expr,
    pub ty: Type,
    /// Optional fields that are read although no `has(…)` in the expression asks for them, sorted. Not a mistake: without the
    /// field a condition is not fulfilled. The author should know.
    pub may_be_missing: Vec<String>,
}

/// Checks a tree against a schema.
///
/// # Errors
/// All mistakes that do not follow from one another, in the order of the text.
pub fn check(expr: &Expr, schema: &Schema) -> Result<Checked, Vec<ExprError>> {
    let mut checker = Checker { schema, locals: Vec::new(), errors: Vec::new(), optional: BTreeSet::new(), asked: BTreeSet::new() };
    let (expr, ty) = checker.check(expr);
    if !checker.errors.is_empty() {
        checker.errors.sort_by_key(|e| e.span);
        return Err(checker.errors);
    }
    let asked = checker.asked;
    let may_be_missing = checker.optional.into_iter().filter(|path| !asked.contains(path)).collect();
    Ok(Checked { expr, ty, may_be_missing })
}

/// Parses and checks.
///
/// # Errors
/// As [`parse`] and [`check`].
pub fn compile(source: &str, schema: &Schema) -> Result<Checked, Vec<ExprError>> {
    let expr = parse(source).map_err(|e| vec![e])?;
    check(&expr, schema)
}

/// Parses and checks an expression that must be true or false.
///
/// # Errors
/// As [`compile`]; also when the result is of another type.
pub fn compile_condition(source: &str, schema: &Schema) -> Result<Checked, Vec<ExprError>> {
    let checked = compile(source, schema)?;
    match checked.ty {
        Type::Bool | Type::Any => Ok(checked),
        ty => {
            let what = format!("`{}` is {}, and a condition is true or false", checked.expr, ty.said());
            Err(vec![ExprError::new(checked.expr.span, what, "compare it with something, such as == \"…\" or > 0")])
        }
    }
}

pub(super) struct Checker<'a> {
    schema: &'a Schema,
    locals: Vec<(String, Type)>,
    errors: Vec<ExprError>,
    optional: BTreeSet<String>,
    asked: BTreeSet<String>,
}

pub(super) type Typed = (Expr, Type);

impl Checker<'_> {
    /// Notes a mistake; its place then has no type, so that nothing follows from it.
    pub(super) fn wrong(&mut self, expr: &Expr, what: impl Into<String>, fix: impl Into<String>) -> Type {
        self.errors.push(ExprError::new(expr.span, what, fix));
        Type::Any
    }

    pub(super) fn boxed(&mut self, expr: &Expr) -> (Box<Expr>, Type) {
        let (expr, ty) = self.check(expr);
        (Box::new(expr), ty)
    }

    pub(super) fn check(&mut self, expr: &Expr) -> Typed {
        let span = expr.span;
        let (kind, ty) = match &expr.kind {
            ExprKind::Literal { value } => (expr.kind.clone(), literal_type(value)),
            ExprKind::Variable { name } => {
                let ty = self.variable(name, expr);
                return read(expr.clone(), ty);
            }
            ExprKind::Select { of, field } => {
                let (inner, of_ty) = self.boxed(of);
                let ty = self.field(&of_ty, field, expr);
                return read(ExprKind::Select { of: inner, field: field.clone() }.at(span), ty);
            }
            ExprKind::Index { of, at } => {
                let (of_expr, of_ty) = self.boxed(of);
                let (at_expr, at_ty) = self.boxed(at);
                let ty = self.element(&of_ty, at, &at_ty, expr);
                return read(ExprKind::Index { of: of_expr, at: at_expr }.at(span), ty);
            }
            ExprKind::Has { of, field } => {
                let (inner, of_ty) = self.boxed(of);
                // `has` itself reads nothing that may be missing, save the way to its field.
                let before = self.optional.clone();
                self.field(&of_ty, field, expr);
                self.optional = before;
                self.asked.extend(of.path().map(|of| format!("{of}.{field}")));
                (ExprKind::Has { of: inner, field: field.clone() }, Type::Bool)
            }
            ExprKind::Not { of } => (ExprKind::Not { of: Box::new(self.condition(of, "`!`")) }, Type::Bool),
            ExprKind::Negate { of } => {
                let (inner, ty) = self.boxed(of);
                let ty = match ty {
                    Type::Int | Type::Float | Type::Duration | Type::Any => ty,
                    ty => self.wrong(of, format!("`{of}` is {}, which has no negative", ty.said()), "put `-` before a number"),
                };
                (ExprKind::Negate { of: inner }, ty)
            }
            ExprKind::Binary { with, left, right } => {
                let (l, l_ty) = self.boxed(left);
                let (r, r_ty) = self.boxed(right);
                let ty = self.binary(*with, (left, &l_ty), (right, &r_ty), expr);
                (ExprKind::Binary { with: *with, left: l, right: r }, ty)
            }
            ExprKind::And { all } => (ExprKind::And { all: all.iter().map(|part| self.condition(part, "`&&`")).collect() }, Type::Bool),
            ExprKind::Or { any } => (ExprKind::Or { any: any.iter().map(|part| self.condition(part, "`||`")).collect() }, Type::Bool),
            ExprKind::Choose { when, then, otherwise } => {
                let when = Box::new(self.condition(when, "`?`"));
                let (then, then_ty) = self.boxed(then);
                let (otherwise, otherwise_ty) = self.boxed(otherwise);
                (ExprKind::Choose { when, then, otherwise }, then_ty.or(otherwise_ty))
            }
            ExprKind::List { items } => {
                let typed: Vec<Typed> = items.iter().map(|item| self.check(item)).collect();
                let ty = typed.iter().map(|(_, ty)| ty.clone()).reduce(Type::or).unwrap_or(Type::Any);
                (ExprKind::List { items: typed.into_iter().map(|(item, _)| item).collect() }, Type::list(ty))
            }
            ExprKind::Map { entries } => self.map(entries),
            ExprKind::Call { name, on, args } => self.call(name, on.as_deref(), args, expr),
            ExprKind::Each { how, over, var, only, body } => self.each(*how, over, var, only.as_deref(), body),
            // A tree that was checked before is checked anew from its own text.
            ExprKind::Read { of, .. } => return self.check(of),
        };
        (kind.at(span), ty)
    }

    fn variable(&mut self, name: &str, expr: &Expr) -> Type {
        if let Some((_, ty)) = self.locals.iter().rev().find(|(local, _)| local == name) {
            return ty.clone();
        }
        if let Some(ty) = self.schema.roots.get(name) {
            return ty.clone();
        }
        let roots = self.schema.roots.keys().map(String::as_str);
        let field_of = self.schema.roots.iter().find_map(|(root, ty)| match ty {
            Type::Record(fields) if fields.contains_key(name) => Some(root.clone()),
            _ => None,
        });
        let fix = match (nearest(name, roots), field_of) {
            (_, Some(root)) => format!("write `{root}.{name}`"),
            (Some(near), None) => format!("did you mean `{near}`?"),
            (None, None) => format!("use one of {}", listed(self.schema.roots.keys().map(String::as_str))),
        };
        self.wrong(expr, format!("there is no `{name}` here"), fix)
    }

    fn field(&mut self, of: &Type, field: &str, expr: &Expr) -> Type {
        match of {
            Type::Any => Type::Any,
            Type::Map(ty) => (**ty).clone(),
            Type::Record(fields) => match fields.get(field) {
                Some(Field { ty, optional }) => {
                    if *optional {
                        self.optional.extend(expr.path());
                    }
                    ty.clone()
                }
                None => {
                    let names = || fields.keys().map(String::as_str);
                    let fix = match nearest(field, names()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("use one of {}", listed(names())),
                    };
                    let of = match &expr.kind {
                        ExprKind::Select { of, .. } | ExprKind::Index { of, .. } | ExprKind::Has { of, .. } => of.to_string(),
                        _ => "this".to_owned(),
                    };
                    self.wrong(expr, format!("`{of}` has no field `{field}`"), fix)
                }
            },
            other => {
                let fix = match other {
                    Type::Text if field == "length" => "write .size()".to_owned(),
                    Type::List(_) => format!("go through the list: .exists(item, item.{field} == …)"),
                    _ => "only maps have fields".to_owned(),
                };
                self.wrong(expr, format!("`{field}` is read from {}", other.said()), fix)
            }
        }
    }

    fn element(&mut self, of: &Type, at: &Expr, at_ty: &Type, expr: &Expr) -> Type {
        match (of, at_ty) {
            (Type::Any, _) => Type::Any,
            (Type::List(ty), Type::Int | Type::Any) => (**ty).clone(),
            (Type::Map(ty), Type::Text | Type::Any) => (**ty).clone(),
            (Type::Record(_), Type::Text) => match &at.kind {
                ExprKind::Literal { value: Literal::Text(key) } => self.field(of, key, expr),
                _ => Type::Any,
            },
            (Type::Record(_), Type::Any) => Type::Any,
            (Type::List(_), ty) => {
                self.wrong(at, format!("a list is indexed by a whole number, not by {}", ty.said()), "write [0] for the first")
            }
            (Type::Map(_) | Type::Record(_), ty) => {
                self.wrong(at, format!("a map is indexed by text, not by {}", ty.said()), "write [\"key\"]")
            }
            (other, _) => self.wrong(expr, format!("{} has no elements", other.said()), "index a list or a map"),
        }
    }

    /// A part that must be true or false.
    fn condition(&mut self, expr: &Expr, sign: &str) -> Expr {
        let (checked, ty) = self.check(expr);
        if !matches!(ty, Type::Bool | Type::Any) {
            let fix = match ty {
                Type::Text => format!("compare it: {expr} == \"…\""),
                Type::Int | Type::Float => format!("compare it: {expr} > 0"),
                Type::List(_) | Type::Map(_) => format!("compare its size: {expr}.size() > 0"),
                _ => "compare it with something".to_owned(),
            };
            self.wrong(expr, format!("{sign} needs something true or false, and `{expr}` is {}", ty.said()), fix);
        }
        checked
    }

    fn binary(&mut self, with: BinaryOp, left: (&Expr, &Type), right: (&Expr, &Type), expr: &Expr) -> Type {
        use Type::{Any, Bool, Duration, Float, Int, List, Map, Null, Record, Text, Time};
        match with {
            BinaryOp::Eq | BinaryOp::Ne => {
                if !left.1.meets(right.1) {
                    self.mismatch(left, right, expr);
                }
                Bool
            }
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                for (part, ty) in [left, right] {
                    if matches!(ty, List(_) | Map(_) | Record(_) | Null) {
                        self.wrong(
                            part,
                            format!("`{part}` is {}, which has no order", ty.said()),
                            "order numbers, text, times or durations",
                        );
                        return Bool;
                    }
                }
                if !left.1.meets(right.1) {
                    self.mismatch(left, right, expr);
                }
                Bool
            }
            BinaryOp::In => {
                match right.1 {
                    List(of) if !left.1.meets(of) => self.mismatch(left, (right.0, of), expr),
                    Map(_) | Record(_) if !left.1.meets(&Text) => {
                        self.wrong(left.0, format!("`{}` is {}, and the keys of a map are text", left.0, left.1.said()), "look for text");
                    }
                    Text => {
                        self.wrong(
                            expr,
                            "`in` looks into lists and maps, not into text",
                            format!("write {}.contains({})", right.0, left.0),
                        );
                    }
                    Any | List(_) | Map(_) | Record(_) => {}
                    ty => {
                        self.wrong(
                            right.0,
                            format!("`in` looks into lists and maps, and `{}` is {}", right.0, ty.said()),
                            "write a list: [\"a\", \"b\"]",
                        );
                    }
                }
                Bool
            }
            _ => match (with, left.1, right.1) {
                (BinaryOp::Rem, Int, Int) => Int,
                (BinaryOp::Rem, Float, _) | (BinaryOp::Rem, _, Float) => {
                    self.wrong(expr, "`%` goes between whole numbers", "convert with int(…)")
                }
                (_, Int, Int) => Int,
                (_, Int | Float, Int | Float) => Float,
                (BinaryOp::Add, Text, Text) => Text,
                (BinaryOp::Add, List(a), List(b)) => Type::list((**a).clone().or((**b).clone())),
                (BinaryOp::Add | BinaryOp::Sub, Time, Duration) | (BinaryOp::Add, Duration, Time) => Time,
                (BinaryOp::Sub, Time, Time) | (BinaryOp::Add | BinaryOp::Sub, Duration, Duration) => Duration,
                (_, Any, _) | (_, _, Any) => Any,
                (_, a, b) => {
                    let fix = match (a, b) {
                        (Time, Int | Text) => format!("write {} {} duration(\"24h\")", left.0, with.as_str()),
                        (Text, _) if with == BinaryOp::Add => format!("convert it: string({})", right.0),
                        (_, Text) if with == BinaryOp::Add => format!("convert it: string({})", left.0),
                        _ => "use numbers, text with +, or times with durations".to_owned(),
                    };
                    let what =
                        format!("`{}` does not go between {} (`{}`) and {} (`{}`)", with.as_str(), a.said(), left.0, b.said(), right.0);
                    self.wrong(expr, what, fix)
                }
            },
        }
    }

    fn mismatch(&mut self, left: (&Expr, &Type), right: (&Expr, &Type), expr: &Expr) {
        let what = format!("`{}` is {} and `{}` is {}", left.0, left.1.said(), right.0, right.1.said());
        let other = |wanted: &Type| if left.1 == wanted { right } else { left };
        let fix = match (left.1, right.1) {
            (Type::Time, _) | (_, Type::Time) => match &other(&Type::Time).0.kind {
                ExprKind::Literal { value: Literal::Text(text) } if model::Timestamp::parse(text).is_ok() => {
                    format!("compare it with timestamp(\"{text}\")")
                }
                _ => "compare it with timestamp(\"…\"), or with now".to_owned(),
            },
            (Type::Duration, _) | (_, Type::Duration) => "compare it with duration(\"24h\")".to_owned(),
            (Type::Text, Type::Int | Type::Float) => format!("put quotes around the number, or convert: double({})", left.0),
            (Type::Int | Type::Float, Type::Text) => format!("take the quotes off the number, or convert: double({})", right.0),
            (Type::Bool, _) | (_, Type::Bool) => "compare it with true or false".to_owned(),
            (Type::List(_), _) => format!("look into the list: {} in {}", right.0, left.0),
            (_, Type::List(_)) => format!("look into the list: {} in {}", left.0, right.0),
            _ => "compare values of one kind".to_owned(),
        };
        self.wrong(expr, what, fix);
    }

    fn map(&mut self, entries: &[(Expr, Expr)]) -> (ExprKind, Type) {
        let mut checked = Vec::with_capacity(entries.len());
        let mut of: Option<Type> = None;
        for (key, value) in entries {
            let (key_expr, key_ty) = self.check(key);
            if !matches!(key_ty, Type::Text | Type::Any) {
                self.wrong(key, format!("`{key}` is {}, and the keys of a map are text", key_ty.said()), "put it in quotes");
            }
            let (value_expr, ty) = self.check(value);
            of = Some(of.map_or(ty.clone(), |of| of.or(ty)));
            checked.push((key_expr, value_expr));
        }
        (ExprKind::Map { entries: checked }, Type::map(of.unwrap_or(Type::Any)))
    }

    fn each(&mut self, how: Each, over: &Expr, var: &str, only: Option<&Expr>, body: &Expr) -> (ExprKind, Type) {
        let (over_expr, over_ty) = self.boxed(over);
        let element = match over_ty {
            Type::List(ty) => *ty,
            Type::Map(_) | Type::Record(_) => Type::Text,
            Type::Any => Type::Any,
            ty => self.wrong(over, format!("`{}` goes through lists and maps, and `{over}` is {}", how.as_str(), ty.said()), "use a list"),
        };
        self.locals.push((var.to_owned(), element.clone()));
        let only = only.map(|only| Box::new(self.condition(only, "`map`")));
        let (body, ty) = if how == Each::Map {
            let (body, ty) = self.check(body);
            (body, Type::list(ty))
        } else {
            let sign = format!("`{}`", how.as_str());
            (self.condition(body, &sign), if how == Each::Filter { Type::list(element) } else { Type::Bool })
        };
        self.locals.pop();
        (ExprKind::Each { how, over: over_expr, var: var.to_owned(), only, body: Box::new(body) }, ty)
    }
}

/// Wraps a piece of data that must be read as what its type says.
fn read(expr: Expr, ty: Type) -> Typed {
    if !ty.needs_reading() {
        return (expr, ty);
    }
    let span = expr.span;
    (ExprKind::Read { of: Box::new(expr), as_type: ty.clone() }.at(span), ty)
}

fn literal_type(value: &Literal) -> Type {
    match value {
        Literal::Null => Type::Null,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Float(_) => Type::Float,
        Literal::Text(_) => Type::Text,
    }
}

/// The first names of a list, for a sentence.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.len() {
        0 => "the known names (there are none)".to_owned(),
        n if n > 12 => format!("{}, …", names[..12].join(", ")),
        _ => names.join(", "),
    }
}
