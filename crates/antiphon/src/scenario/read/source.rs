//! A file's values with their places, and the findings about them.

use std::cell::RefCell;

use journey::{Diagnostic, Places, Severity};
use model::value::{Attributes, Value};
use model::{Millis, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

/// The codes of findings in scenario files, as `gallery/README.md` lists them.
pub(super) const UNKNOWN_MEMBER: &str = "SCN001";
pub(super) const MISSING_MEMBER: &str = "SCN002";
pub(super) const WRONG_KIND: &str = "SCN003";
pub(super) const WRONG_VALUE: &str = "SCN004";
pub(super) const UNKNOWN_NAME: &str = "SCN005";
pub(super) const ONE_OF: &str = "SCN006";

/// A file under examination. Findings are gathered, so that all mistakes are shown at once.
pub(super) struct Source {
    pub file: String,
    pub places: Places,
    pub found: RefCell<Vec<Diagnostic>>,
}

/// One value in the file.
#[derive(Clone)]
pub(super) struct At<'a> {
    pub source: &'a Source,
    pub value: &'a Json,
    pub pointer: String,
}

/// A map whose members are all known.
pub(super) struct Members<'a> {
    at: At<'a>,
    map: &'a Map<String, Json>,
    /// Some member was not known, which is said already.
    misspelt: bool,
}

impl<'a> At<'a> {
    /// Where its key stands, or the item itself in a list.
    pub fn line(&self) -> usize {
        self.source.places.key(&self.pointer).map_or(1, |(line, _)| line)
    }

    fn finding(&self, (line, column): (usize, usize), code: &'static str, what: String, fix: String) {
        let file = self.source.file.clone();
        let found = Diagnostic { severity: Severity::Error, code, file, line, column, end_line: line, end_column: column + 1, what, fix };
        self.source.found.borrow_mut().push(found);
    }

    /// Something is wrong with the value.
    pub fn wrong(&self, code: &'static str, what: impl Into<String>, fix: impl Into<String>) {
        let place = self.source.places.value(&self.pointer).unwrap_or((1, 1));
        self.finding(place, code, what.into(), fix.into());
    }

    /// Something is wrong with the member itself, or with what is not there.
    pub fn wrong_key(&self, code: &'static str, what: impl Into<String>, fix: impl Into<String>) {
        let place = self.source.places.key(&self.pointer).unwrap_or((1, 1));
        self.finding(place, code, what.into(), fix.into());
    }

    fn kind(&self) -> &'static str {
        match self.value {
            Json::Null => "nothing",
            Json::Bool(_) => "true or false",
            Json::Number(_) => "a number",
            Json::String(_) => "text",
            Json::Array(_) => "a list",
            Json::Object(_) => "a map",
        }
    }

    /// Its members; each must be one of `known`.
    pub fn members(&self, known: &[&str]) -> Option<Members<'a>> {
        let Json::Object(map) = self.value else {
            self.wrong(
                WRONG_KIND,
                format!("a map is needed here and not {}", self.kind()),
                format!("Write members: {}.", known.join(", ")),
            );
            return None;
        };
        let mut misspelt = false;
        for name in map.keys().filter(|name| !known.contains(&name.as_str())) {
            misspelt = true;
            let fix = match journey::nearest(name, known.iter().copied()) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("Known here: {}.", known.join(", ")),
            };
            self.member(name, &Json::Null).wrong_key(UNKNOWN_MEMBER, format!("`{name}` is no member"), fix);
        }
        Some(Members { at: self.clone(), map, misspelt })
    }

    /// Members with names of the author's own.
    pub fn named(&self) -> Vec<(&'a str, At<'a>)> {
        match self.value {
            Json::Object(map) => map.iter().map(|(name, value)| (name.as_str(), self.member(name, value))).collect(),
            _ => {
                self.wrong(WRONG_KIND, format!("a map is needed here and not {}", self.kind()), "Write `name: …` for each.");
                Vec::new()
            }
        }
    }

    fn member<'b>(&self, name: &str, value: &'b Json) -> At<'b>
    where
        'a: 'b,
    {
        At { source: self.source, value, pointer: Places::pointer(&self.pointer, name) }
    }

    pub fn items(&self) -> Vec<At<'a>> {
        let Json::Array(items) = self.value else {
            self.wrong(WRONG_KIND, format!("a list is needed here and not {}", self.kind()), "Write `[ … ]` or a line with `- ` for each.");
            return Vec::new();
        };
        items.iter().enumerate().map(|(index, value)| self.member(&index.to_string(), value)).collect()
    }

    pub fn text(&self) -> Option<String> {
        match self.value {
            Json::String(text) if !text.is_empty() => Some(text.clone()),
            // Keys and ids such as 4711 are text that looks like a number.
            Json::Number(number) => Some(number.to_string()),
            _ => {
                self.wrong(WRONG_KIND, format!("text is needed here and not {}", self.kind()), "Write a text in quotes.");
                None
            }
        }
    }

    pub fn flag(&self) -> Option<bool> {
        let flag = self.value.as_bool();
        if flag.is_none() {
            self.wrong(WRONG_KIND, format!("true or false is needed here and not {}", self.kind()), "Write `true` or `false`.");
        }
        flag
    }

    pub fn count(&self) -> Option<u32> {
        let count = self.value.as_u64().and_then(|count| u32::try_from(count).ok());
        if count.is_none() {
            self.wrong(WRONG_KIND, "a whole number from 0 is needed here", "Write a number such as 1.");
        }
        count
    }

    pub fn moment(&self) -> Option<Timestamp> {
        let text = self.text()?;
        let moment = Timestamp::parse(&text).ok();
        if moment.is_none() {
            self.wrong(WRONG_VALUE, format!("`{text}` is no moment"), "Write it as 2026-06-01T09:00:00Z.");
        }
        moment
    }

    pub fn span(&self) -> Option<Millis> {
        let text = self.text()?;
        match expr::parse_duration(&text) {
            Ok(span) if span > Millis::ZERO => Some(span),
            _ => {
                self.wrong(WRONG_VALUE, format!("`{text}` is no span of time"), "Write it as 30m, 4h or 2d.");
                None
            }
        }
    }

    /// One of the words that a type knows.
    pub fn word<T: DeserializeOwned>(&self, words: &[&str]) -> Option<T> {
        let word = self.text()?;
        // The list is what this format allows; the type may know more.
        let known = words.contains(&word.as_str()).then(|| serde_json::from_value(Json::String(word.clone())).ok()).flatten();
        if known.is_none() {
            self.wrong(WRONG_VALUE, format!("`{word}` is not allowed here"), format!("Allowed are: {}.", words.join(", ")));
        }
        known
    }

    pub fn map(&self) -> Option<Map<String, Json>> {
        match self.value {
            Json::Object(map) => Some(map.clone()),
            _ => {
                self.wrong(WRONG_KIND, format!("a map is needed here and not {}", self.kind()), "Write `{ name: value }`.");
                None
            }
        }
    }

    pub fn attributes(&self) -> Option<Attributes> {
        Some(self.map()?.into_iter().map(|(name, value)| (name, Value::from_json(value))).collect())
    }
}

impl<'a> Members<'a> {
    pub fn get(&self, name: &str) -> Option<At<'a>> {
        let value = self.map.get(name)?;
        Some(At { source: self.at.source, value, pointer: Places::pointer(&self.at.pointer, name) })
    }

    pub fn required(&self, name: &str) -> Option<At<'a>> {
        let found = self.get(name);
        if found.is_none() {
            self.at.wrong_key(MISSING_MEMBER, format!("`{name}` is missing"), format!("Add `{name}: …`."));
        }
        found
    }

    /// Exactly one of several members.
    pub fn one_of(&self, names: &[&'static str]) -> Option<(&'static str, At<'a>)> {
        let mut there = names.iter().filter_map(|name| self.get(name).map(|at| (*name, at)));
        let first = there.next();
        match (&first, there.next()) {
            (Some(_), None) => {}
            (Some((one, _)), Some((other, at))) => {
                at.wrong_key(ONE_OF, format!("`{one}` and `{other}` cannot stand together"), "Make two steps of them.");
                return None;
            }
            (None, _) if self.misspelt => {}
            (None, _) => {
                self.at.wrong_key(ONE_OF, "nothing is said here", format!("Write one of: {}.", names.join(", ")));
            }
        }
        first
    }

    pub fn at(&self) -> &At<'a> {
        &self.at
    }

    /// An expectation that states nothing would always hold.
    pub fn state_one_of(&self, names: &[&str]) -> Option<()> {
        if names.iter().any(|name| self.map.contains_key(*name)) {
            return Some(());
        }
        if !self.misspelt {
            let fix = format!("State at least one of: {}.", names.join(", "));
            self.at.wrong_key(ONE_OF, "this expects nothing and can never fail", fix);
        }
        None
    }
}
