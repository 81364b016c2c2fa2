//! YAML as plain JSON values, for files whose shape others define, such as the scenarios of the gallery.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use crate::diagnostic::{Diagnostic, Findings};
use crate::yaml::{self, Kind, Node, Scalar, Style, Trouble};

/// Where everything stands in a file: line and column, from 1, of each key and each value, by JSON pointer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Places {
    keys: BTreeMap<String, (usize, usize)>,
    values: BTreeMap<String, (usize, usize)>,
}

impl Places {
    /// The pointer of a member or an item (by its index) of what `parent` points at.
    #[must_use]
    pub fn pointer(parent: &str, member: &str) -> String {
        format!("{parent}/{}", member.replace('~', "~0").replace('/', "~1"))
    }

    /// Where the key of a member stands; for items of lists, where the item stands.
    #[must_use]
    pub fn key(&self, pointer: &str) -> Option<(usize, usize)> {
        self.keys.get(pointer).or_else(|| self.values.get(pointer)).copied()
    }

    #[must_use]
    pub fn value(&self, pointer: &str) -> Option<(usize, usize)> {
        self.values.get(pointer).copied()
    }
}

/// Reads one YAML document of the subset that journeys use. Unquoted `true`, `false`, `null` and numbers become what they
/// look like, everything else is text; members keep the order of the file.
///
/// # Errors
/// What is no YAML, or a key that stands twice.
pub fn read_yaml(file: &str, source: &str) -> Result<Value, Vec<Diagnostic>> {
    read_yaml_placed(file, source).map(|(value, _)| value)
}

/// Like [`read_yaml`], and says where everything stands, so that whoever knows the file's shape can point at mistakes in it.
///
/// # Errors
/// As [`read_yaml`].
pub fn read_yaml_placed(file: &str, source: &str) -> Result<(Value, Places), Vec<Diagnostic>> {
    let (root, faults) = yaml::read(source);
    if faults.is_empty() {
        let mut places = Places::default();
        let value = root.as_ref().map_or(Value::Null, |node| json(node, "", &mut places));
        return Ok((value, places));
    }
    let mut findings = Findings::new(file);
    for fault in faults {
        let code = if fault.code == Trouble::Syntax { "JRN001" } else { "JRN002" };
        findings.error(code, fault.at, fault.what, fault.fix);
    }
    Err(findings.into_sorted())
}

fn json(node: &Node, pointer: &str, places: &mut Places) -> Value {
    places.values.insert(pointer.to_owned(), (node.at.line, node.at.column));
    match &node.kind {
        Kind::Empty => Value::Null,
        Kind::Scalar(scalar) => scalar_json(scalar),
        Kind::List(items) => {
            let items = items.iter().enumerate();
            Value::Array(items.map(|(index, item)| json(item, &Places::pointer(pointer, &index.to_string()), places)).collect())
        }
        Kind::Map(entries) => {
            let mut map = Map::new();
            for (key, node) in entries {
                let pointer = Places::pointer(pointer, &key.text);
                places.keys.insert(pointer.clone(), (key.at.line, key.at.column));
                map.insert(key.text.clone(), json(node, &pointer, places));
            }
            Value::Object(map)
        }
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

    #[test]
    fn everything_in_a_file_has_a_place() {
        let (_, places) = read_yaml_placed("x", "a: 1\nlist:\n  - { b/c: 2 }\n").unwrap();
        assert_eq!(places.key("/a"), Some((1, 1)));
        assert_eq!(places.value("/a"), Some((1, 4)));
        assert_eq!(places.key("/list/0"), Some((3, 5)));
        assert_eq!(places.key(&Places::pointer("/list/0", "b/c")), Some((3, 7)));
        assert_eq!(places.key("/none"), None);
    }
}
