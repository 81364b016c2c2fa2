//! Bounds, positions, and what a template needs.

use std::collections::BTreeMap;

use expr::liquid::{RenderError, RenderOptions, Usage, WhyMissing, parse, render, variables};
use expr::{Position, Span};
use model::Value;

fn data(json: &str) -> BTreeMap<String, Value> {
    serde_json::from_str(json).unwrap()
}

fn rendered(source: &str, options: &RenderOptions) -> Result<String, RenderError> {
    render(&parse(source).unwrap(), &BTreeMap::new(), options).map(|result| result.text)
}

#[test]
fn a_loop_of_millions_is_stopped() {
    let error = rendered("x\n  {% for i in (1..3000000) %}{% endfor %}", &RenderOptions::default()).unwrap_err();
    assert_eq!(error, RenderError::OutOfFuel { span: Span::new(7, 28), at: Position { line: 2, column: 6 } });
    assert!(matches!(rendered("{{ (1..20000) | size }}", &RenderOptions::default()), Err(RenderError::OutOfFuel { .. })));
    assert_eq!(rendered("{{ (1..2000) | size }}", &RenderOptions::default()).unwrap(), "2000");
    let nested = "{% for i in (1..1000) %}{% for j in (1..1000) %}{{ i }}{% endfor %}{% endfor %}";
    assert!(matches!(rendered(nested, &RenderOptions::default()), Err(RenderError::OutOfFuel { .. })));
}

#[test]
fn a_text_that_grows_without_end_is_stopped() {
    let doubling = "{% assign s = 'aaaaaaaaaaaaaaaa' %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}";
    let error = rendered(doubling, &RenderOptions::default()).unwrap_err();
    assert!(matches!(error, RenderError::Filter { .. } | RenderError::OutOfFuel { .. }), "{error}");
    let squaring = "{% assign s = 'aaaaaaaaaaaaaaaa' %}{% for i in (1..60) %}{% assign s = s | replace: 'a', s %}{% endfor %}";
    let error = rendered(squaring, &RenderOptions::default()).unwrap_err();
    assert!(matches!(error, RenderError::Filter { .. } | RenderError::OutOfFuel { .. }), "{error}");
    let lists = "{% assign l = 'a b' | split: ' ' %}{% for i in (1..60) %}{% assign l = l | concat: l %}{% endfor %}";
    assert!(matches!(rendered(lists, &RenderOptions::default()), Err(RenderError::OutOfFuel { .. })));
    let options = RenderOptions { output_bytes_max: 100, ..Default::default() };
    let captured = "{% for i in (1..50) %}{% capture c %}abc{% endcapture %}{% endfor %}";
    assert!(matches!(rendered(captured, &options), Err(RenderError::TooLong { bytes_max: 100, .. })));
    assert_eq!(rendered("{% for i in (1..33) %}abc{% endfor %}", &options).unwrap().len(), 99);
}

#[test]
fn deep_templates_are_refused_and_not_overflowed() {
    for source in [
        "{% if a %}".repeat(10_000),
        format!("{{{{ {}1", "(".repeat(10_000)) + "}}",
        format!("{{% if a{} %}}{{% endif %}}", " and a".repeat(10_000)),
    ] {
        assert!(parse(&source).is_err());
    }
    assert!(expr::cel::parse(&"(".repeat(5_000)).is_err());
    assert!(expr::cel::parse(&"!".repeat(5_000)).is_err());
    assert!(expr::cel::parse(&format!("1{}", "+1".repeat(5_000))).is_err());
    assert!(expr::cel::parse(&format!("a{}", ".b".repeat(5_000))).is_err());
    assert!(expr::cel::parse(&format!("a{}", " && a".repeat(3_000))).is_ok(), "a chain is one node");
}

#[test]
fn a_missing_value_is_reported_with_its_place_and_reason() {
    let template = parse("Hi {{ contact.first_name }},\nyour {{ contact.plan }}").unwrap();
    let result = render(&template, &data(r#"{"contact":{"plan":" "}}"#), &RenderOptions::default()).unwrap();
    assert_eq!(result.text, "Hi ,\nyour  ");
    let found: Vec<_> = result.missing.iter().map(|m| (m.path.as_str(), m.span.of(template.source()), m.why)).collect();
    assert_eq!(
        found,
        [("contact.first_name", "contact.first_name", WhyMissing::Absent), ("contact.plan", "contact.plan", WhyMissing::Blank)]
    );
    assert_eq!(result.missing[1].span.position(template.source()), Position { line: 2, column: 9 });
}

fn needs(source: &str) -> Vec<(String, Usage, bool)> {
    variables(&parse(source).unwrap()).into_iter().map(|v| (v.path, v.usage, v.covered)).collect()
}

#[test]
fn a_template_tells_what_it_needs_without_being_rendered() {
    let printed = |path: &str, covered| (path.to_owned(), Usage::Printed, covered);
    let tested = |path: &str| (path.to_owned(), Usage::Tested, true);
    assert_eq!(
        needs("{{ contact.first_name }} {{ contact.city | default: vars.city }}"),
        [printed("contact.first_name", false), printed("contact.city", true), printed("vars.city", false),]
    );
    assert_eq!(
        needs("{% if contact.a and contact.b != blank %}{{ contact.a }}{{ contact.b }}{% else %}{{ contact.a }}{% endif %}"),
        [tested("contact.a"), tested("contact.b"), printed("contact.a", true), printed("contact.b", true), printed("contact.a", false),]
    );
    assert_eq!(
        needs("{% unless contact.a == blank %}{{ contact.a }}{% else %}{{ contact.a }}{% endunless %}"),
        [tested("contact.a"), printed("contact.a", true), printed("contact.a", false),]
    );
    assert_eq!(
        needs("{% for i in event.items %}{{ i.name }}{{ forloop.index }}{% endfor %}"),
        [("event.items".to_owned(), Usage::Looped, false), printed("event.items[].name", false),]
    );
    assert_eq!(
        needs(
            "{% assign n = contact.name %}{{ n.first }}{% assign m = contact.x | default: 1 %}{{ m }}{% capture c %}{% endcapture %}{{ c }}"
        ),
        [
            ("contact.name".to_owned(), Usage::Assigned, false),
            printed("contact.name.first", false),
            ("contact.x".to_owned(), Usage::Assigned, true),
        ]
    );
}

#[test]
fn a_template_reads_times_of_our_own_kind() {
    let at = model::Timestamp::parse("2026-03-01T10:00:00Z").unwrap();
    let data: BTreeMap<String, Value> = [("at".to_owned(), Value::Time(at)), ("now".to_owned(), Value::Time(at))].into();
    let source =
        "{{ at | date: '%H:%M' }} {{ 'now' | date: '%H:%M', 'Asia/Tokyo' }} {% if at == '2026-03-01T11:00:00+01:00' %}same{% endif %}";
    assert_eq!(render(&parse(source).unwrap(), &data, &RenderOptions::default()).unwrap().text, "10:00 19:00 same");
    let error = rendered("{{ 'now' | date: '%F' }}", &RenderOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "line 1, column 12: filter `date`: `now` is not given here");
}

/// A71: a hole without a fallback is known before anything is sent, and a fallback closes it.
#[test]
fn a71_a_missing_value_without_fallback_is_reported_and_never_unnoticed() {
    for contact in ["{}", r#"{"contact":{}}"#, r#"{"contact":{"first_name":null}}"#, r#"{"contact":{"first_name":"  "}}"#] {
        for source in
            ["Hi {{ contact.first_name }},", "Hi {{ contact.first_name | capitalize }},", "{% assign n = contact.first_name %}Hi {{ n }},"]
        {
            let result = render(&parse(source).unwrap(), &data(contact), &RenderOptions::default()).unwrap();
            assert_eq!(result.missing.len(), 1, "{source} with {contact}");
            assert_eq!(result.missing[0].path, "contact.first_name");
        }
        let covered = parse("Hi {{ contact.first_name | default: 'there' }},").unwrap();
        let result = render(&covered, &data(contact), &RenderOptions::default()).unwrap();
        assert_eq!((result.text.as_str(), result.missing.len()), ("Hi there,", 0), "{contact}");
    }
}
