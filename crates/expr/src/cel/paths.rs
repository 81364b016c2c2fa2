//! What an expression reads.

use std::collections::BTreeSet;

use super::{Expr, ExprKind};

/// All paths that the expression reads (`contact.city`, `event.items`), sorted, each once. Variables of `all`, `exists`, … are
/// not paths; the fields read through them stand under the list (`event.items[].price`).
#[must_use]
pub fn free_paths(expr: &Expr) -> Vec<String> {
    let mut found = BTreeSet::new();
    collect(expr, &mut Vec::new(), &mut found);
    found.into_iter().collect()
}

/// `locals`: the names bound around here, with the path of their element where the list has one.
fn collect<'a>(expr: &'a Expr, locals: &mut Vec<(&'a str, Option<String>)>, found: &mut BTreeSet<String>) {
    let path = match &expr.kind {
        ExprKind::Has { of, field } => of.path().map(|of| format!("{of}.{field}")),
        _ => expr.path(),
    };
    if let Some(path) = path {
        found.extend(resolve(&path, locals));
        return;
    }
    if let ExprKind::Each { over, var, only, body, .. } = &expr.kind {
        collect(over, locals, found);
        let element = over.path().and_then(|path| resolve(&path, locals)).map(|path| format!("{path}[]"));
        locals.push((var, element));
        only.iter().for_each(|only| collect(only, locals, found));
        collect(body, locals, found);
        locals.pop();
        return;
    }
    expr.each_part(&mut |part| collect(part, locals, found));
}

fn resolve(path: &str, locals: &[(&str, Option<String>)]) -> Option<String> {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (root, rest) = path.split_at(end);
    match locals.iter().rev().find(|(name, _)| *name == root) {
        None => Some(path.to_owned()),
        // The bare element is the list itself, which has been noted already.
        Some((_, element)) => element.as_ref().filter(|_| !rest.is_empty()).map(|element| format!("{element}{rest}")),
    }
}
