//! One request to the Cloud API, taken apart, and one answer.

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use super::GraphError;

#[derive(Clone, Debug)]
pub struct FormFile {
    pub filename: String,
    pub content_type: String,
    pub bytes: Bytes,
}

#[derive(Clone, Debug)]
pub struct FormPart {
    pub name: String,
    pub text: String,
    pub file: Option<FormFile>,
}

#[derive(Clone, Debug)]
pub struct ApiRequest {
    pub method: Method,
    /// Path segments without the version.
    pub path: Vec<String>,
    /// Path and query as they came, for the journal.
    pub target: String,
    pub query: Vec<(String, String)>,
    pub token: Option<String>,
    pub body: Bytes,
    /// Members of a multipart or form-encoded body.
    pub form: Vec<FormPart>,
    /// Scheme and host as the client sees them; media URLs are built from it.
    pub base: String,
}

#[derive(Clone, Debug)]
pub struct ApiAnswer {
    pub status: u16,
    pub content_type: String,
    pub body: Bytes,
}

impl ApiRequest {
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    #[must_use]
    pub fn form(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|part| part.name == name && part.file.is_none()).map(|part| part.text.as_str())
    }

    #[must_use]
    pub fn file(&self, name: &str) -> Option<&FormFile> {
        self.form.iter().find(|part| part.name == name).and_then(|part| part.file.as_ref())
    }

    /// A parameter from wherever the Graph API takes it: query, form or JSON body.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<String> {
        if let Some(text) = self.query(name).or_else(|| self.form(name)) {
            return Some(text.to_owned());
        }
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        match body.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// The JSON body; an empty one counts as an empty object.
    pub fn json(&self) -> Result<Value, GraphError> {
        if self.body.is_empty() || !self.form.is_empty() {
            return Ok(self.form_as_json());
        }
        serde_json::from_slice(&self.body)
            .map_err(|_| GraphError::invalid("Invalid JSON").with_message("(#100) The request body is not valid JSON"))
    }

    fn form_as_json(&self) -> Value {
        let mut object = serde_json::Map::new();
        for part in self.form.iter().filter(|part| part.file.is_none()) {
            let value = serde_json::from_str(&part.text).ok().filter(|v: &Value| v.is_object() || v.is_array());
            object.insert(part.name.clone(), value.unwrap_or_else(|| part.text.clone().into()));
        }
        Value::Object(object)
    }

    /// The names in `fields=`, without their sub-selections; empty when not given.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let Some(text) = self.query("fields") else { return Vec::new() };
        let mut depth = 0;
        let mut names = vec![String::new()];
        for ch in text.chars() {
            match ch {
                '{' | '(' => depth += 1,
                '}' | ')' => depth -= 1,
                ',' if depth == 0 => names.push(String::new()),
                c if depth == 0 && !c.is_whitespace() => {
                    if let Some(name) = names.last_mut() {
                        name.push(c);
                    }
                }
                _ => {}
            }
        }
        names.into_iter().map(|name| name.split('.').next().unwrap_or_default().to_owned()).filter(|name| !name.is_empty()).collect()
    }
}

impl GraphError {
    #[must_use]
    pub fn with_message(mut self, message: &str) -> Self {
        self.message = message.to_owned();
        self
    }
}

impl ApiAnswer {
    #[must_use]
    pub fn json(value: &Value) -> Self {
        Self { status: 200, content_type: "application/json; charset=UTF-8".into(), body: value.to_string().into() }
    }

    #[must_use]
    pub fn error(error: &GraphError, trace: &str) -> Self {
        Self { status: error.http, ..Self::json(&error.body(trace)) }
    }

    #[must_use]
    pub fn success() -> Self {
        Self::json(&serde_json::json!({ "success": true }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_without_their_sub_selections() {
        let request = ApiRequest {
            method: Method::GET,
            path: vec![],
            target: String::new(),
            query: vec![("fields".into(), "id,health_status{a,b}, analytics.start(1).end(2),name".into())],
            token: None,
            body: Bytes::new(),
            form: vec![],
            base: String::new(),
        };
        assert_eq!(request.fields(), ["id", "health_status", "analytics", "name"]);
    }
}
