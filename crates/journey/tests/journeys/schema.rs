//! The committed JSON Schema says the same as the compiler about what a file may hold.

use serde_json::Value;

/// As much of JSON Schema 2020-12 as our schema uses. An unknown keyword is a failure, so that none is ignored silently.
fn fits(schema: &Value, value: &Value, root: &Value) -> bool {
    let Some(rules) = schema.as_object() else { return schema.as_bool().unwrap_or(false) };
    rules.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$schema" | "$id" | "$defs" | "title" | "description" => true,
        "$ref" => root.pointer(rule.as_str().unwrap().trim_start_matches('#')).is_some_and(|def| fits(def, value, root)),
        "type" => match rule {
            Value::Array(any) => any.iter().any(|one| is(one.as_str().unwrap(), value)),
            one => is(one.as_str().unwrap(), value),
        },
        "const" => rule == value,
        "enum" => rule.as_array().unwrap().contains(value),
        "anyOf" => rule.as_array().unwrap().iter().any(|one| fits(one, value, root)),
        "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().unwrap(), text)),
        "minimum" => value.as_i64().is_none_or(|n| n >= rule.as_i64().unwrap()),
        "maximum" => value.as_i64().is_none_or(|n| n <= rule.as_i64().unwrap()),
        "minLength" => value.as_str().is_none_or(|text| text.chars().count() >= rule.as_u64().unwrap() as usize),
        "minItems" => value.as_array().is_none_or(|items| items.len() >= rule.as_u64().unwrap() as usize),
        "maxItems" => value.as_array().is_none_or(|items| items.len() <= rule.as_u64().unwrap() as usize),
        "minProperties" => value.as_object().is_none_or(|map| map.len() >= rule.as_u64().unwrap() as usize),
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| fits(rule, item, root))),
        "required" => {
            value.as_object().is_none_or(|map| rule.as_array().unwrap().iter().all(|key| map.contains_key(key.as_str().unwrap())))
        }
        "properties" => {
            value.as_object().is_none_or(|map| map.iter().all(|(key, value)| rule.get(key).is_none_or(|rule| fits(rule, value, root))))
        }
        "propertyNames" => value.as_object().is_none_or(|map| map.keys().all(|key| fits(rule, &Value::from(key.as_str()), root))),
        "additionalProperties" => value.as_object().is_none_or(|map| {
            let own = rules.get("properties").and_then(Value::as_object);
            map.iter().filter(|(key, _)| own.is_none_or(|own| !own.contains_key(*key))).all(|(_, value)| fits(rule, value, root))
        }),
        other => panic!("the schema uses `{other}`, which this check does not know"),
    })
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => false,
    }
}

/// CEL's `matches` is at hand and takes the same patterns.
fn matches(pattern: &str, text: &str) -> bool {
    let source = format!("text.matches({})", Value::from(pattern));
    let tree = expr::cel::parse(&source).unwrap();
    let text = model::Value::from(text);
    expr::cel::eval_bool(&tree, &expr::Roots::new().with("text", &text)).value
}

fn schema() -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/journey.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_sound_journey_fits_the_schema() {
    let schema = schema();
    let gallery = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../gallery/appointment-reminder/journey.yaml");
    let mut paths = vec![gallery];
    for entry in std::fs::read_dir(crate::support::testdata("")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".journey.yaml") && !name.starts_with("twenty") {
            paths.push(path);
        }
    }
    assert!(paths.len() > 6);
    for path in paths {
        let value = journey::read_yaml("x", &std::fs::read_to_string(&path).unwrap()).unwrap();
        assert!(fits(&schema, &value, &schema), "{}", path.display());
    }
}

#[test]
fn the_schema_catches_faults() {
    let schema = schema();
    let source = std::fs::read_to_string(crate::support::testdata("appointment.journey.yaml")).unwrap();
    let sound = journey::read_yaml("x", &source).unwrap();
    assert!(fits(&schema, &sound, &schema));
    for (from, to) in [
        ("owner: front_desk\n", ""),
        ("goal:", "aim:"),
        ("max_lateness: 1h", "max_lateness: soon"),
        ("timeout: { after: 4h, to: by_sms }", ""),
        ("policy", "policies"),
        ("if_past: { skip_to: hours_before }", "if_past: maybe"),
        ("done: { end: reminded }", "done: { end: reminded, send: {} }"),
        ("purpose: transactional", "purpose: advertising"),
        ("not_capable: by_sms", "unreachable: by_sms"),
    ] {
        if !source.contains(from) {
            continue;
        }
        let broken = journey::read_yaml("x", &source.replacen(from, to, 1)).unwrap();
        assert!(!fits(&schema, &broken, &schema), "{from} -> {to}");
    }
    let faulty =
        journey::read_yaml("x", &std::fs::read_to_string(crate::support::testdata("twenty_faults.journey.yaml")).unwrap()).unwrap();
    assert!(!fits(&schema, &faulty, &schema));
}
