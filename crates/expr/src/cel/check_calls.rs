//! The type checker's part for functions.

use super::check::{Checker, Typed, listed};
use super::signatures::{SIGNATURES, Signature, is_getter, known_elsewhere, signature};
use super::{Expr, ExprKind, Literal, Type, functions};
use crate::duration::parse_duration;
use crate::nearest::nearest;
use crate::zone::parse_zone;

impl Checker<'_> {
    pub(super) fn call(&mut self, name: &str, on: Option<&Expr>, args: &[Expr], expr: &Expr) -> (ExprKind, Type) {
        let on_typed = on.map(|on| self.boxed(on));
        let typed: Vec<Typed> = args.iter().map(|arg| self.check(arg)).collect();
        let ty = match signature(name) {
            None => {
                let near = known_elsewhere(name).or_else(|| nearest(name, SIGNATURES.iter().map(|s| s.name)));
                let fix = near.map_or_else(
                    || format!("use one of {}", listed(SIGNATURES.iter().map(|s| s.name))),
                    |near| format!("did you mean `{near}`?"),
                );
                self.wrong(expr, format!("there is no function `{name}`"), fix)
            }
            Some(signature) => {
                let parts: Vec<(&Expr, &Type)> = on
                    .zip(on_typed.as_ref().map(|(_, ty)| ty))
                    .into_iter()
                    .chain(args.iter().zip(typed.iter().map(|(_, ty)| ty)))
                    .collect();
                self.apply(signature, on.is_some(), &parts, expr)
            }
        };
        let args = typed.into_iter().map(|(arg, _)| arg).collect();
        (ExprKind::Call { name: name.to_owned(), on: on_typed.map(|(on, _)| on), args }, ty)
    }

    fn apply(&mut self, signature: &Signature, method: bool, parts: &[(&Expr, &Type)], expr: &Expr) -> Type {
        let name = signature.name;
        let converts = signature.global && signature.args.is_empty() && name != "size";
        let usage = if converts || (signature.global && !method) { format!("{name}(…)") } else { format!("….{name}(…)") };
        if (!method && !signature.global) || (method && converts) {
            return self.wrong(expr, format!("`{name}` is not used this way"), format!("write it as {usage}"));
        }
        let most = 1 + signature.args.len();
        if parts.len() > most || parts.len() + signature.optional < most {
            let what = format!(
                "`{name}` takes {} here, and {} stand here",
                arguments(most - usize::from(method)),
                parts.len() - usize::from(method)
            );
            return self.wrong(expr, what, format!("write it as {usage}"));
        }
        let kinds = std::iter::once(signature.on).chain(signature.args.iter().copied());
        for ((part, ty), kinds) in parts.iter().zip(kinds) {
            if !kinds.iter().any(|kind| kind.takes(ty)) {
                let wanted: Vec<String> = kinds.iter().map(|kind| kind.ty().said()).collect();
                let what = format!("`{name}` needs {}, and `{part}` is {}", wanted.join(" or "), ty.said());
                let fix = match (wanted.first().map(String::as_str), ty) {
                    (Some("text"), Type::Int | Type::Float | Type::Bool) => format!("convert it: string({part})"),
                    (Some("a time"), Type::Text) => format!("read it as a time: timestamp({part})"),
                    _ => format!("give it {}", wanted.join(" or ")),
                };
                return self.wrong(part, what, fix);
            }
        }
        self.constant(name, parts);
        signature.returns.ty()
    }

    /// Constant text that a function reads is read now, so that a slip is not found only when it matters.
    fn constant(&mut self, name: &str, parts: &[(&Expr, &Type)]) {
        let text = |at: usize| match parts.get(at).map(|(part, _)| (&part.kind, *part)) {
            Some((ExprKind::Literal { value: Literal::Text(text) }, part)) => Some((text, part)),
            _ => None,
        };
        let found = match (name, text(0), text(1)) {
            ("timestamp", Some((text, part)), _) => model::Timestamp::parse(text)
                .err()
                .map(|e| (part, e.to_string(), "write a date, T, a time and a zone, such as 2026-11-22T09:30:00Z")),
            ("duration", Some((text, part)), _) => {
                parse_duration(text).err().map(|e| (part, e.to_string(), "write \"36h\", \"1h30m\" or \"7d\""))
            }
            ("matches", _, Some((text, part))) => functions::regex(text).err().map(|e| (part, e, "write a simpler pattern")),
            (name, _, Some((text, part))) if is_getter(name) && parse_zone(text).is_none() => Some((
                part,
                format!("`{text}` is not a time zone"),
                "write a name such as \"Europe/Madrid\", or an offset such as \"+02:00\"",
            )),
            _ => None,
        };
        if let Some((part, what, fix)) = found {
            self.wrong(part, what, fix);
        }
    }
}

fn arguments(n: usize) -> String {
    match n {
        0 => "nothing".to_owned(),
        1 => "one value".to_owned(),
        n => format!("up to {n} values"),
    }
}
