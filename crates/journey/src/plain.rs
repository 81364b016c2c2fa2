//! YAML as plain JSON values, for files whose shape others define, such as the scenarios of the gallery.

use serde_json::{Map, Number, Value};

use crate::diagnostic::{Diagnostic, Findings};
use crate::yaml::{self, Kind, Node, Scalar, Style, Trouble};

/// Reads one YAML document of the subset that journeys use. Unquoted `true`, `false`, `null` and numbers become what they
/// look like, everything else is text; members keep the order of the file.
///
/// # Errors
/// What is no YAML, or a key that stands twice.
pub fn read_yaml(file: &str, source: &str) -> Result<Value, Vec<Diagnostic>> {
    let (root, faults) = yaml::read(source);
    if faults.is_empty() {
        return Ok(root.as_ref().map_or(Value::Null, json));
    }
    let mut findings = Findings::new(file);
    for fault in faults {
        let code = if fault.code == Trouble::Syntax { "JRN001" } else { "JRN002" };
        findings.error(code, fault.at, fault.what, fault.fix);
    }
    Err(findings.into_sorted())
}

fn json(node: &Node) -> Value {
    match &node.kind {
        Kind::Empty => Value::Null,
        Kind::Scalar(scalar) => scalar_json(scalar),
        Kind::List(items) => Value::Array(items.iter().map(json).collect()),
        Kind::Map(entries) => Value::Object(entries.iter().map(|(key, node)| (key.text.clone(), json(node))).collect::<Map<_, _>>()),
    }
}

fn scalar_json(scalar: &Scalar) -> Value {
    let text = || Value::String(scalar.text.clone());
    if scalar.style != Style::Plain {
        return text();
    }
    match scalar.text.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        plain if !plain.starts_with(|c: char| c.is_ascii_digit() || c == '-') => text(),
        plain => plain
            .parse::<i64>()
            .map(Value::from)
            .ok()
            .or_else(|| plain.parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number))
            .unwrap_or_else(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unquoted_values_become_what_they_look_like() {
        let value = read_yaml("x", "a: 1\nb: \"1\"\nc: [true, 2.5, x, -3, ~]\nd: 2026-06-01T10:00:00Z\n").unwrap();
        assert_eq!(value.to_string(), r#"{"a":1,"b":"1","c":[true,2.5,"x",-3,null],"d":"2026-06-01T10:00:00Z"}"#);
        assert_eq!(read_yaml("x", "a: 1\na: 2\n").unwrap_err()[0].code, "JRN002");
    }
}
