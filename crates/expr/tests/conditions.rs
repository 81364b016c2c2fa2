//! Conditions: what they mean, what the checker says, and what is missing.

use std::collections::BTreeMap;

use expr::Roots;
use expr::cel::{
    EvalErrorKind, Expr, Field, Schema, Type, check, compile, compile_condition, eval, eval_bool, eval_duration, eval_with_fuel,
    free_paths, parse,
};
use model::{Millis, Timestamp, Value};

fn data() -> BTreeMap<String, Value> {
    let json = r#"{
        "contact": {"first_name": "Ana", "city": null, "age": 31, "score": 3, "tags": ["vip", "new"], "orders": {"a": 1, "b": 2}},
        "event": {"starts_at": "2026-03-01T10:00:00Z", "wait": "90m", "total": 12.5, "dates": ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
                  "items": [{"sku": "A", "price": 5}, {"sku": "B", "price": 20.5}, {"sku": "C"}]}
    }"#;
    let mut data: BTreeMap<String, Value> = serde_json::from_str(json).unwrap();
    data.insert("now".to_owned(), Value::Time(Timestamp::parse("2026-02-28T09:30:00Z").unwrap()));
    data
}

fn schema() -> Schema {
    let contact = Type::record([
        ("first_name", Field::required(Type::Text)),
        ("city", Field::optional(Type::Text)),
        ("age", Field::optional(Type::Int)),
        ("score", Field::optional(Type::Float)),
        ("tags", Field::required(Type::list(Type::Text))),
        ("orders", Field::required(Type::map(Type::Int))),
        ("nickname", Field::optional(Type::Text)),
    ]);
    let item = Type::record([("sku", Field::required(Type::Text)), ("price", Field::optional(Type::Float))]);
    let event = Type::record([
        ("starts_at", Field::required(Type::Time)),
        ("wait", Field::required(Type::Duration)),
        ("total", Field::required(Type::Float)),
        ("dates", Field::required(Type::list(Type::Time))),
        ("items", Field::required(Type::list(item))),
        ("more", Field::optional(Type::Any)),
    ]);
    Schema::new().with("contact", contact).with("event", event).with("now", Type::Time)
}

/// Judged without a schema and with one: both must agree.
fn holds(source: &str) -> bool {
    let data = data();
    let plain = eval_bool(&parse(source).unwrap_or_else(|e| panic!("{source}: {e}")), &data);
    assert_eq!(plain.error, None, "{source}");
    let checked = compile_condition(source, &schema()).unwrap_or_else(|e| panic!("{source}: {e:?}"));
    let typed = eval_bool(&checked.expr, &data);
    assert_eq!(typed, plain, "{source}");
    plain.value
}

#[test]
fn expressions_mean_what_cel_says() {
    for source in [
        "1 + 2 * 3 == 7 && (1 + 2) * 3 == 9",
        "7 / 2 == 3 && -7 / 2 == -3 && -7 % 3 == -1",
        "2.5 * 2.0 == 5.0 && 1e3 == 1000 && 0x10 == 16 && 5u == 5",
        "1 < 1.5 && 2 > 1.5 && 1 == 1.0",
        "-9223372036854775808 < 0",
        r#""a\tb\x41\u00e9\101" == 'a	bAéA' && r"\d" == "\\d" && '''a"b''' == "a\"b""#,
        r#""abc" < "abd" && "a" + "b" == "ab" && "é".size() == 1 && size("abc") == 3"#,
        r#"" x ".trim() == "x" && "AbC".lowerAscii() == "abc" && "AbC".upperAscii() == "ABC""#,
        r#""shop@example.com".contains("@") && "abc".startsWith("ab") && "abc".endsWith("bc")"#,
        r#""+15550100".matches("^\\+1[0-9]{7}$") && matches("abc", "b") && !"abc".matches("^b")"#,
        "[1, 2] + [3] == [1, 2, 3] && 2 in [1, 2] && !(4 in [1, 2]) && [1, 2][1] == 2",
        r#"{"a": 1}.a == 1 && "a" in {"a": 1} && {"a": 1} == {"a": 1.0} && has({"a": 1}.a)"#,
        "true ? 1 == 1 : 1 == 2",
        "null == null && !(null == 1)",
        r#"contact.tags.exists(t, t == "vip") && !contact.tags.all(t, t == "vip")"#,
        r#"contact.tags.exists_one(t, t.startsWith("v")) && contact.tags.filter(t, t != "vip") == ["new"]"#,
        r#"contact.tags.map(t, t.size()) == [3, 3] && contact.tags.map(t, t == "new", t + "!") == ["new!"]"#,
        r#"contact.orders.exists(k, k == "a") && contact.orders["b"] == 2"#,
        r#"has(contact.first_name) && !has(contact.nickname) && has(contact.city)"#,
        r#"timestamp("2026-03-01T11:00:00+01:00") == timestamp("2026-03-01T10:00:00Z")"#,
        r#"duration("1h30m") == duration("90m") && duration("1d") > duration("23h") && duration("7d") == duration("168h")"#,
        r#"event.starts_at - now == duration("24h30m") && now + duration("24h30m") == event.starts_at"#,
        r#"event.starts_at > now && event.starts_at - duration("2d") < now && event.starts_at == timestamp("2026-03-01T10:00:00Z")"#,
        r#"(event.starts_at - now).getHours() == 24 && duration("90m").getMinutes() == 90"#,
        r#"event.starts_at.getFullYear() == 2026 && event.starts_at.getMonth() == 2 && event.starts_at.getDate() == 1"#,
        r#"event.starts_at.getDayOfMonth() == 0 && event.starts_at.getDayOfWeek() == 0 && event.starts_at.getDayOfYear() == 59"#,
        r#"event.starts_at.getHours("Europe/Madrid") == 11 && event.starts_at.getHours("-05:00") == 5"#,
        r#"int("5") == 5 && int(5.9) == 5 && int(timestamp("1970-01-01T00:01:00Z")) == 60 && double("1.5") == 1.5"#,
        r#"string(5) == "5" && string(true) == "true" && string(duration("90m")) == "5400s" && bool("true")"#,
        r#"string(timestamp("2026-03-01T10:00:00Z")) == "2026-03-01T10:00:00Z" && timestamp(60) == timestamp("1970-01-01T00:01:00Z")"#,
        "event.total * 2 == 25 && contact.score / 2 == 1.5 || !has(contact.score) || contact.score / 2 == 1",
        "event.dates.exists(d, d > now)",
        "event.items.exists(i, i.price > 20)",
    ] {
        assert!(holds(source), "{source}");
    }
}

#[test]
fn a_deciding_part_absorbs_errors_in_any_order() {
    for (source, value, fails) in [
        ("contact.nope == 1 && false", false, false),
        ("false && contact.nope == 1", false, false),
        ("contact.nope == 1 || true", true, false),
        ("true || contact.nope == 1", true, false),
        ("1 / 0 == 1 || contact.age == 31", true, false),
        ("contact.nope == 1 && true", false, true),
        ("contact.nope == 1 || false", false, true),
        ("[1, 0].exists(n, 1 / n == 1)", true, false),
        ("[0, 2].all(n, 4 / n == 1)", false, false),
        ("[0, 1].all(n, 1 / n == 1)", false, true),
    ] {
        let truth = eval_bool(&parse(source).unwrap(), &data());
        assert_eq!((truth.value, truth.error.is_some()), (value, fails), "{source}");
    }
}

#[test]
fn a_missing_field_makes_a_condition_false_and_is_named() {
    let data = data();
    let judged = |source: &str| eval_bool(&parse(source).unwrap(), &data);
    let truth = judged(r#"contact.nickname != "Rome""#);
    assert_eq!((truth.value, truth.missing), (false, vec!["contact.nickname".to_owned()]));
    assert_eq!(truth.error.unwrap().kind, EvalErrorKind::Missing);
    // Also where another part decided.
    let truth = judged(r#"contact.nickname == "x" || contact.age == 31"#);
    assert_eq!((truth.value, truth.missing, truth.error), (true, vec!["contact.nickname".to_owned()], None));
    // A null has no order, and the author should read which one it was.
    assert_eq!(judged("contact.city > \"A\"").missing, ["contact.city"]);
    assert_eq!(judged("account.plan == 1").missing, ["account"]);
    assert_eq!(judged("event.items[7].sku == \"A\"").missing, ["event.items[7]"]);
    // Asking is not missing.
    assert_eq!(judged("!has(contact.nickname) || contact.nickname == \"x\"").missing, Vec::<String>::new());
    let env = Roots::new();
    assert_eq!(eval_bool(&parse("now > timestamp(0)").unwrap(), &env).missing, ["now"]);
}

#[test]
fn wrong_values_are_errors_and_never_panics() {
    for (source, kind) in [
        ("1 / 0", EvalErrorKind::Value),
        ("1 % 0", EvalErrorKind::Value),
        ("9223372036854775807 + 1", EvalErrorKind::Value),
        ("-9223372036854775808 / -1", EvalErrorKind::Value),
        ("timestamp(\"tomorrow\")", EvalErrorKind::Value),
        ("timestamp(253402207200) + duration(\"99999d\")", EvalErrorKind::Value),
        ("now.getHours(\"Mars/Olympus\")", EvalErrorKind::Value),
        ("\"a\".matches(\"(\")", EvalErrorKind::Value),
        ("\"a\" + 1", EvalErrorKind::Type),
        ("1 < \"a\"", EvalErrorKind::Type),
        ("nothing(1)", EvalErrorKind::Type),
        ("int(1e300)", EvalErrorKind::Value),
        ("contact.first_name.x", EvalErrorKind::Type),
    ] {
        assert_eq!(eval(&parse(source).unwrap(), &data()).map_err(|e| e.kind), Err(kind), "{source}");
    }
}

fn complaint(source: &str) -> (String, String, String) {
    let errors = compile_condition(source, &schema()).expect_err(source);
    let first = errors.first().unwrap();
    (first.span.of(source).to_owned(), first.what.clone(), first.fix.clone())
}

#[test]
fn the_checker_says_what_is_wrong_where_and_what_to_write() {
    for (source, place, what, fix) in [
        (
            "event.starts_at > 5",
            "event.starts_at > 5",
            "`event.starts_at` is a time and `5` is a whole number",
            "compare it with timestamp(\"…\"), or with now",
        ),
        (
            "event.starts_at == \"2026-03-01T10:00:00Z\"",
            "event.starts_at == \"2026-03-01T10:00:00Z\"",
            "`event.starts_at` is a time and `\"2026-03-01T10:00:00Z\"` is text",
            "compare it with timestamp(\"2026-03-01T10:00:00Z\")",
        ),
        ("contact.fist_name == \"Ana\"", "contact.fist_name", "`contact` has no field `fist_name`", "did you mean `first_name`?"),
        ("first_name == \"Ana\"", "first_name", "there is no `first_name` here", "write `contact.first_name`"),
        ("evnt.total > 1", "evnt", "there is no `evnt` here", "did you mean `event`?"),
        (
            "contact.age == \"31\"",
            "contact.age == \"31\"",
            "`contact.age` is a whole number and `\"31\"` is text",
            "take the quotes off the number, or convert: double(\"31\")",
        ),
        (
            "contact.first_name && true",
            "contact.first_name",
            "`&&` needs something true or false, and `contact.first_name` is text",
            "compare it: contact.first_name == \"…\"",
        ),
        ("contact.first_name.lower() == \"a\"", "contact.first_name.lower()", "there is no function `lower`", "did you mean `lowerAscii`?"),
        (
            "contact.age.contains(\"3\")",
            "contact.age",
            "`contains` needs text, and `contact.age` is a whole number",
            "convert it: string(contact.age)",
        ),
        (
            "event.starts_at - 5 > now",
            "event.starts_at - 5",
            "`-` does not go between a time (`event.starts_at`) and a whole number (`5`)",
            "write event.starts_at - duration(\"24h\")",
        ),
        (
            "duration(\"soon\") > event.wait",
            "\"soon\"",
            "`soon` is not a duration; write numbers with units w, d, h, m, s or ms, such as 36h, 1h30m or 7d",
            "write \"36h\", \"1h30m\" or \"7d\"",
        ),
        (
            "event.starts_at.getHours(\"Madrid\") > 8",
            "\"Madrid\"",
            "`Madrid` is not a time zone",
            "write a name such as \"Europe/Madrid\", or an offset such as \"+02:00\"",
        ),
        (
            "contact.tags == \"vip\"",
            "contact.tags == \"vip\"",
            "`contact.tags` is a list and `\"vip\"` is text",
            "look into the list: \"vip\" in contact.tags",
        ),
        (
            "event.total",
            "event.total",
            "`event.total` is a number, and a condition is true or false",
            "compare it with something, such as == \"…\" or > 0",
        ),
        ("event.items.exists(i, i.prize > 1)", "i.prize", "`i` has no field `prize`", "did you mean `price`?"),
        ("contact.age = 3", "=", "`=` alone means nothing here", "write `==` to compare"),
        ("contact.age == 3 and true", "and", "`and` is not an operator", "write `&&`"),
        ("(contact.age == 3", "", "the text ends too early", "put `)` here"),
        ("has(contact)", "has(contact)", "`has` takes one field", "write it as has(contact.city)"),
    ] {
        assert_eq!(complaint(source), (place.to_owned(), what.to_owned(), fix.to_owned()), "{source}");
    }
    assert_eq!(compile("contact.x == 1 && contact.y == 2", &schema()).unwrap_err().len(), 2, "all mistakes are told");
}

#[test]
fn the_author_learns_which_optional_fields_nobody_asks_for() {
    let checked = compile("contact.city == \"Rome\" && has(contact.age) && contact.age > 5", &schema()).unwrap();
    assert_eq!(checked.may_be_missing, ["contact.city"]);
}

#[test]
fn data_is_read_as_its_schema_says() {
    let data = data();
    let value = |source: &str| eval(&compile(source, &schema()).unwrap().expr, &data).unwrap();
    assert_eq!(value("event.starts_at"), Value::Time(Timestamp::parse("2026-03-01T10:00:00Z").unwrap()));
    assert_eq!(value("contact.score"), Value::Float(3.0));
    assert_eq!(value("event.wait + duration(\"30m\")"), Value::Text("7200s".to_owned()));
    assert_eq!(value("event.dates.map(d, d.getFullYear())"), Value::List(vec![Value::Int(2026), Value::Int(2027)]));
    let wait = compile("event.wait", &schema()).unwrap();
    assert_eq!(eval_duration(&wait.expr, &data), Ok(Millis::from_mins(90)));
    let mut broken = data.clone();
    broken.insert("event".to_owned(), serde_json::from_str(r#"{"starts_at": "soon"}"#).unwrap());
    let checked = compile("event.starts_at > now", &schema()).unwrap();
    let error = eval(&checked.expr, &broken).unwrap_err();
    assert_eq!(error.what, "`event.starts_at`: `soon` is not an RFC 3339 time such as 2026-11-22T09:30:00Z");
}

#[test]
fn paths_are_listed_without_the_variables_of_loops() {
    let expr =
        parse(r#"has(contact.city) && event.items.exists(i, i.price > event["total"] && now > timestamp(0)) || contact.tags[0] == "a""#)
            .unwrap();
    assert_eq!(free_paths(&expr), ["contact.city", "contact.tags[0]", "event.items", "event.items[].price", "event.total", "now"]);
}

#[test]
fn the_tree_is_json_that_the_console_can_edit() {
    let source = r#"contact.age >= 18 && ("vip" in contact.tags || contact.tags.exists(t, t == "new"))"#;
    let expr = parse(source).unwrap();
    let json = serde_json::to_value(&expr).unwrap();
    assert_eq!(json["op"], "and");
    assert_eq!(json["all"][0]["op"], "binary");
    assert_eq!(json["all"][0]["with"], ">=");
    assert_eq!(json["all"][0]["left"]["span"], serde_json::json!([0, 11]));
    let back: Expr = serde_json::from_value(json).unwrap();
    assert_eq!(back, expr);
    assert_eq!(back.to_string(), source);
    let by_hand: Expr = serde_json::from_str(r#"{"op":"select","of":{"op":"variable","name":"contact"},"field":"city"}"#).unwrap();
    assert_eq!(by_hand.to_string(), "contact.city");
    let odd: Expr = serde_json::from_str(r#"{"op":"select","of":{"op":"variable","name":"contact"},"field":"shoe size"}"#).unwrap();
    assert_eq!(odd.to_string(), r#"contact["shoe size"]"#);
    // A checked tree is checked again from its own text.
    let checked = check(&parse("event.starts_at > now").unwrap(), &schema()).unwrap();
    assert_eq!(check(&checked.expr, &schema()).unwrap(), checked);
    let survived: Expr = serde_json::from_str(&serde_json::to_string(&checked.expr).unwrap()).unwrap();
    assert_eq!(survived, checked.expr);
}

#[test]
fn an_evaluation_ends_when_its_fuel_is_gone() {
    let list = Value::List((0..500).map(Value::Int).collect());
    let data: BTreeMap<String, Value> = [("l".to_owned(), list)].into();
    let expr = parse("l.all(a, l.all(b, l.all(c, a + b + c >= 0)))").unwrap();
    assert_eq!(eval_bool(&expr, &data).error.unwrap().kind, EvalErrorKind::OutOfFuel);
    // A value that is small while its parts are shared, and has 2^30 parts when it is written out.
    let doubling = parse(&format!("[1]{}", ".map(a, [a, a])".repeat(30))).unwrap();
    assert_eq!(eval(&doubling, &data).unwrap_err().kind, EvalErrorKind::OutOfFuel);
    let compared = parse(&format!("[1]{0} == [1]{0}", ".map(a, [a, a])".repeat(30))).unwrap();
    assert_eq!(eval(&compared, &data).unwrap_err().kind, EvalErrorKind::OutOfFuel);
    let squared = parse("l.map(a, l.map(b, l))").unwrap();
    assert_eq!(eval(&squared, &data).unwrap_err().kind, EvalErrorKind::OutOfFuel);
    // Not absorbed: the rest must not run either.
    let absorbing = parse("l.all(a, l.all(b, a + b >= 0)) || true").unwrap();
    assert_eq!(eval_with_fuel(&absorbing, &data, 1000).unwrap_err().kind, EvalErrorKind::OutOfFuel);
}

/// A41: one condition over an attribute, an order's field, a count of open cases and membership of a journey.
#[test]
fn a41_one_checked_condition_reads_customer_order_service_and_campaign_data() {
    let contact = Type::record([
        ("plan", Field::required(Type::Text)),
        ("open_cases", Field::required(Type::Int)),
        ("journeys", Field::required(Type::list(Type::Text))),
    ]);
    let order = Type::record([("total", Field::required(Type::Float)), ("placed_at", Field::required(Type::Time))]);
    let event = Type::record([("order", Field::required(order))]);
    let schema = Schema::new().with("contact", contact).with("event", event).with("now", Type::Time);
    let source = r#"contact.plan == "gold" && event.order.total >= 100 && now - event.order.placed_at < duration("7d")
        && contact.open_cases == 0 && !("winback" in contact.journeys)"#;
    let condition = compile_condition(source, &schema).unwrap();
    let judged = |cases: i64, journey: &str| {
        let contact: Value =
            serde_json::from_value(serde_json::json!({"plan": "gold", "open_cases": cases, "journeys": [journey]})).unwrap();
        let event: Value = serde_json::from_str(r#"{"order": {"total": 120, "placed_at": "2026-02-25T08:00:00+01:00"}}"#).unwrap();
        let now = Value::Time(Timestamp::parse("2026-02-28T09:30:00Z").unwrap());
        let env = Roots::new().with("contact", &contact).with("event", &event).with("now", &now);
        eval_bool(&condition.expr, &env).value
    };
    assert!(judged(0, "welcome"));
    assert!(!judged(1, "welcome"));
    assert!(!judged(0, "winback"));
    let wrong = source.replace("open_cases", "open_case");
    assert_eq!(compile_condition(&wrong, &schema).unwrap_err()[0].fix, "did you mean `open_cases`?");
}
