//! Whatever comes in: no panic, an end, and the same tree after printing.

use std::collections::BTreeMap;

use expr::cel::{self, BinaryOp, Each, Expr, ExprKind, Literal};
use expr::{Span, liquid};
use model::{Timestamp, Value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "now", "contact", "items", "x1"]).prop_map(str::to_owned)
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(Literal::Int),
        any::<i32>().prop_map(|n| Literal::Float(f64::from(n) / 64.0)),
        ".{0,6}".prop_map(Literal::Text),
        prop::sample::select(vec!["2026-03-01T10:00:00Z", "36h", "Europe/Madrid", "^a+$"]).prop_map(|text| Literal::Text(text.to_owned())),
    ]
}

fn at(kind: ExprKind) -> Expr {
    kind.at(Span::default())
}

fn tree() -> impl Strategy<Value = Expr> {
    use BinaryOp::{Add, Div, Eq, Ge, Gt, In, Le, Lt, Mul, Ne, Rem, Sub};
    let leaf =
        prop_oneof![literal().prop_map(|value| at(ExprKind::Literal { value })), name().prop_map(|name| at(ExprKind::Variable { name })),];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let one = inner.clone().prop_map(Box::new);
        let functions =
            vec!["size", "contains", "matches", "timestamp", "duration", "getHours", "int", "double", "string", "bool", "trim", "other"];
        let eaches = vec![Each::All, Each::Exists, Each::ExistsOne, Each::Filter, Each::Map];
        prop_oneof![
            (one.clone(), name()).prop_map(|(of, field)| at(ExprKind::Select { of, field })),
            (one.clone(), name()).prop_map(|(of, field)| at(ExprKind::Has { of, field })),
            (one.clone(), one.clone()).prop_map(|(of, index)| at(ExprKind::Index { of, at: index })),
            one.clone().prop_map(|of| at(ExprKind::Not { of })),
            one.clone().prop_map(|of| at(ExprKind::Negate { of })),
            (prop::sample::select(vec![Eq, Ne, Lt, Le, Gt, Ge, In, Add, Sub, Mul, Div, Rem]), one.clone(), one.clone())
                .prop_map(|(with, left, right)| at(ExprKind::Binary { with, left, right })),
            vec(inner.clone(), 2..4).prop_map(|all| at(ExprKind::And { all })),
            vec(inner.clone(), 2..4).prop_map(|any| at(ExprKind::Or { any })),
            (one.clone(), one.clone(), one.clone()).prop_map(|(when, then, otherwise)| at(ExprKind::Choose { when, then, otherwise })),
            vec(inner.clone(), 0..4).prop_map(|items| at(ExprKind::List { items })),
            vec((inner.clone(), inner.clone()), 0..3).prop_map(|entries| at(ExprKind::Map { entries })),
            (prop::sample::select(functions), prop::option::of(one.clone()), vec(inner, 0..3))
                .prop_map(|(name, on, args)| at(ExprKind::Call { name: name.to_owned(), on, args })),
            (prop::sample::select(eaches), one.clone(), name(), prop::option::of(one.clone()), one).prop_map(
                |(how, over, var, only, body)| {
                    let only = only.filter(|_| how == Each::Map);
                    at(ExprKind::Each { how, over, var, only, body })
                }
            ),
        ]
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        ".{0,8}".prop_map(Value::Text),
        any::<i64>().prop_map(|ms| Value::Time(Timestamp::from_millis(ms))),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![vec(inner.clone(), 0..5).prop_map(Value::List), btree_map("[a-c]|items", inner, 0..4).prop_map(Value::Map)]
    })
}

fn data() -> impl Strategy<Value = BTreeMap<String, Value>> {
    btree_map(name(), value(), 0..6)
}

/// Pieces that templates are made of, so that many random templates are nearly right.
fn template() -> impl Strategy<Value = String> {
    let pieces = vec![
        "{{",
        "}}",
        "{%",
        "%}",
        "-",
        " ",
        "a",
        "contact.b",
        "items",
        "if ",
        "elsif ",
        "else",
        "endif",
        "unless ",
        "endunless",
        "for i in ",
        "endfor",
        "(1..3)",
        "assign x = ",
        "capture y",
        "endcapture",
        "case a",
        "when 1",
        "endcase",
        "raw",
        "endraw",
        "comment",
        "endcomment",
        "liquid",
        "\n",
        "| ",
        "upcase",
        "date: '%Y'",
        "default: 1",
        "split: ''",
        "join",
        "slice: -9, 9",
        "divided_by: 0",
        "truncate: 3",
        "== ",
        "contains ",
        "and ",
        "'text'",
        "1",
        "2.5",
        "nil",
        "blank",
        "[",
        "]",
        ".",
        ",",
        ":",
        "forloop.index",
        "cycle 1, 2",
        "increment n",
        "é",
        "\u{1F600}",
    ];
    vec(prop::sample::select(pieces), 0..30).prop_map(|pieces| pieces.concat())
}

fn filter_chain() -> impl Strategy<Value = String> {
    let names: Vec<&str> = liquid::filter_names().collect();
    let arg = prop::sample::select(vec!["a", "contact", "items", "'%Y %B'", "'EUR'", "-3", "2", "0.5", "''", "'b'", "'+02:00'"]);
    (name(), vec((prop::sample::select(names), vec(arg, 0..3)), 1..4)).prop_map(|(root, filters)| {
        let filters: Vec<String> = filters
            .into_iter()
            .map(|(name, args)| if args.is_empty() { format!(" | {name}") } else { format!(" | {name}: {}", args.join(", ")) })
            .collect();
        format!("{{{{ {root}{} }}}}", filters.concat())
    })
}

fn render(source: &str, data: &BTreeMap<String, Value>) {
    if let Ok(template) = liquid::parse(source) {
        let _ = liquid::variables(&template);
        for locale in ["en", "es", "fr-CA"] {
            let options = liquid::RenderOptions { fuel: 5_000, output_bytes_max: 10_000, locale: locale.to_owned(), ..Default::default() };
            let first = liquid::render(&template, data, &options);
            assert_eq!(first, liquid::render(&template, data, &options), "a rendering is the same every time");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(source in "\\PC{0,60}") {
        let _ = cel::parse(&source);
        let _ = liquid::parse(&source);
        let _ = expr::parse_duration(&source);
        let _ = expr::parse_zone(&source);
    }

    #[test]
    fn text_that_looks_like_cel_is_read_or_refused(pieces in vec(prop::sample::select(vec![
        "(", ")", "[", "]", "{", "}", "a", ".b", "has", "&&", "||", "!", "-", "1", "2.5", "\"x\"", "'", "r\"", "\\", "?", ":", ",", " in ", "==", "<",
        "exists", "map", ".", "é", "//", "\n", "0x", "1e9", "9223372036854775808", "null",
    ]), 0..40)) {
        let source = pieces.concat();
        if let Ok(expr) = cel::parse(&source) {
            let printed = expr.to_string();
            prop_assert_eq!(cel::parse(&printed).map_err(|e| TestCaseError::fail(format!("{printed}: {e}")))?, expr);
        }
    }

    #[test]
    fn a_printed_tree_reads_as_the_same_tree(expr in tree()) {
        let printed = expr.to_string();
        prop_assert_eq!(cel::parse(&printed).map_err(|e| TestCaseError::fail(format!("{printed}: {e}")))?, expr);
    }

    #[test]
    fn a_printed_float_reads_as_the_same_float(n in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
        let expr = at(ExprKind::Literal { value: Literal::Float(n) });
        prop_assert_eq!(cel::parse(&expr.to_string())?, expr);
    }

    #[test]
    fn a_tree_survives_json(expr in tree()) {
        let json = serde_json::to_string(&expr).unwrap();
        prop_assert_eq!(serde_json::from_str::<Expr>(&json).unwrap(), expr);
    }

    #[test]
    fn an_evaluation_ends_and_repeats(expr in tree(), data in data()) {
        let first = cel::eval_with_fuel(&expr, &data, 2_000);
        let again = cel::eval_with_fuel(&expr, &data, 2_000);
        // Through text, since NaN differs from itself.
        prop_assert_eq!(format!("{first:?}"), format!("{again:?}"));
        let truth = cel::eval_bool(&expr, &data);
        prop_assert!(!(truth.value && truth.error.is_some()));
        let _ = cel::free_paths(&expr);
    }

    #[test]
    fn a_tree_is_checked_or_refused(expr in tree()) {
        let schema = cel::Schema::new()
            .with("a", cel::Type::Time)
            .with("b", cel::Type::Float)
            .with("now", cel::Type::Time)
            .with("contact", cel::Type::record([("a", cel::Field::optional(cel::Type::Text)), ("items", cel::Field::required(cel::Type::list(cel::Type::Int)))]))
            .with("items", cel::Type::list(cel::Type::Any));
        if let Ok(checked) = cel::check(&expr, &schema) {
            // What the checker adds does not show in the text.
            prop_assert_eq!(checked.expr.to_string(), expr.to_string());
        }
    }

    #[test]
    fn a_random_template_renders_or_is_refused(source in template(), data in data()) {
        render(&source, &data);
    }

    #[test]
    fn any_chain_of_filters_takes_any_value(source in filter_chain(), data in data()) {
        render(&source, &data);
    }
}
