//! Small checks with the texts that Meta gives.

use serde_json::Value;

use crate::cloud::GraphError;

/// A text member of a given length in characters. `name` is how Meta's message calls it.
pub fn text<'a>(object: &'a Value, member: &str, name: &str, min: usize, max: usize) -> Result<&'a str, GraphError> {
    let Some(value) = object.get(member) else {
        return Err(GraphError::missing(format!("Required parameter is missing: {name}")));
    };
    let Some(text) = value.as_str() else {
        return Err(GraphError::value(format!("{name} must be a string")));
    };
    length(text, name, min, max)?;
    Ok(text)
}

/// Like [`text`], but the member may be absent.
pub fn optional<'a>(object: &'a Value, member: &str, name: &str, max: usize) -> Result<Option<&'a str>, GraphError> {
    match object.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => text(object, member, name, 1, max).map(Some),
    }
}

pub fn length(text: &str, name: &str, min: usize, max: usize) -> Result<(), GraphError> {
    let length = text.chars().count();
    if length < min || length > max {
        return Err(GraphError::value(format!("{name} length invalid. Min length: {min}, Max length: {max}")));
    }
    Ok(())
}

pub fn object<'a>(parent: &'a Value, member: &str) -> Result<&'a Value, GraphError> {
    parent.get(member).filter(|v| v.is_object()).ok_or_else(|| GraphError::missing(format!("Required parameter is missing: {member}")))
}

/// An array with a number of members between the limits.
pub fn array<'a>(parent: &'a Value, member: &str, min: usize, max: usize) -> Result<&'a [Value], GraphError> {
    let list = parent
        .get(member)
        .and_then(Value::as_array)
        .ok_or_else(|| GraphError::missing(format!("Required parameter is missing: {member}")))?;
    if list.len() < min || list.len() > max {
        return Err(GraphError::value(format!("Invalid {member} count. Min allowed {member}: {min}, Max allowed {member}: {max}")));
    }
    Ok(list)
}

/// A member that must be `http://…` or `https://…`.
pub fn link<'a>(parent: &'a Value, member: &str) -> Result<&'a str, GraphError> {
    let url = text(parent, member, member, 1, 2_000)?;
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(url);
    }
    Err(GraphError::invalid(format!("Param {member} must be a valid URL")))
}

/// A number, or a string that is one (pywa sends numbers, Meta's page shows strings).
pub fn number(parent: &Value, member: &str) -> Result<f64, GraphError> {
    let value = parent.get(member).ok_or_else(|| GraphError::missing(format!("Required parameter is missing: {member}")))?;
    let number = value.as_f64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
    number.filter(|n: &f64| n.is_finite()).ok_or_else(|| GraphError::value(format!("{member} must be a number")))
}

/// Names that must differ from one another.
pub fn unique<'a>(names: impl Iterator<Item = &'a str>, what: &str) -> Result<(), GraphError> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(GraphError::value(format!("Duplicated {what}: {name}")));
        }
    }
    Ok(())
}
