//! What conditions mean.

use super::ast::{Compare, Condition, Term};
use super::context::Context;
use super::format::{contains, equal, is_blank, is_empty, is_truthy, order, weight};

pub(super) fn holds(condition: &Condition, context: &Context<'_>) -> bool {
    match condition {
        Condition::Not(of) => !holds(of, context),
        Condition::And(a, b) => holds(a, context) && holds(b, context),
        Condition::Or(a, b) => holds(a, context) || holds(b, context),
        // `empty` and `blank` are values, and only nil and false are false.
        Condition::Truthy(Term::Empty | Term::Blank | Term::Range(..)) => true,
        Condition::Truthy(term) => is_truthy(&context.value(term)),
        Condition::Compare(a, with, b) => compare(a, *with, b, context),
    }
}

fn compare(a: &Term, with: Compare, b: &Term, context: &Context<'_>) -> bool {
    if matches!(with, Compare::Contains) {
        // Searching a large text in a loop is work, too.
        context.spend(weight(&context.value(a)));
    }
    match with {
        Compare::Eq => same(a, b, context),
        Compare::Ne => !same(a, b, context),
        Compare::Contains => contains(&context.value(a), &context.value(b)),
        Compare::Lt | Compare::Gt | Compare::Le | Compare::Ge => {
            order(&context.value(a), &context.value(b)).is_some_and(|order| match with {
                Compare::Lt => order.is_lt(),
                Compare::Gt => order.is_gt(),
                Compare::Le => order.is_le(),
                _ => order.is_ge(),
            })
        }
    }
}

pub(super) fn same(a: &Term, b: &Term, context: &Context<'_>) -> bool {
    match (a, b) {
        (Term::Empty | Term::Blank, Term::Empty | Term::Blank) => true,
        (Term::Empty, other) | (other, Term::Empty) => is_empty(&context.value(other)),
        (Term::Blank, other) | (other, Term::Blank) => is_blank(&context.value(other)),
        (Term::Range(a1, a2), Term::Range(b1, b2)) => same(a1, b1, context) && same(a2, b2, context),
        _ => {
            let (a, b) = (context.value(a), context.value(b));
            context.spend(weight(&a).min(weight(&b)));
            equal(&a, &b)
        }
    }
}
