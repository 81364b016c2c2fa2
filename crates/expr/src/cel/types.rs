//! What a schema can promise about data.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A type. `Record` has known fields; `Map` any text keys with values of one type; `Any` is checked only when it is evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    Any,
    Null,
    Bool,
    Int,
    Float,
    Text,
    /// In data: RFC 3339 text, or a time.
    Time,
    /// In data: text such as `36h`.
    Duration,
    List(Box<Type>),
    Map(Box<Type>),
    Record(BTreeMap<String, Field>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    #[serde(rename = "type")]
    pub ty: Type,
    /// May be absent: the checker reports it where nothing asks `has(…)`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// The root variables that an expression may read, with their types.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schema {
    pub roots: BTreeMap<String, Type>,
}

impl Type {
    #[must_use]
    pub fn list(of: Self) -> Self {
        Self::List(Box::new(of))
    }

    #[must_use]
    pub fn map(of: Self) -> Self {
        Self::Map(Box::new(of))
    }

    pub fn record<'a>(fields: impl IntoIterator<Item = (&'a str, Field)>) -> Self {
        Self::Record(fields.into_iter().map(|(name, field)| (name.to_owned(), field)).collect())
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Float)
    }

    /// Whether data of this type comes in another guise (JSON text, whole numbers) and must be read.
    pub(super) fn needs_reading(&self) -> bool {
        match self {
            Self::Time | Self::Duration | Self::Float => true,
            Self::List(of) => of.needs_reading(),
            _ => false,
        }
    }

    /// Whether `==` between the two can ever hold.
    pub(super) fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any | Self::Null, _) | (_, Self::Any | Self::Null) => true,
            (Self::List(a), Self::List(b)) | (Self::Map(a), Self::Map(b)) => a.meets(b),
            (Self::Map(_) | Self::Record(_), Self::Map(_) | Self::Record(_)) => true,
            (a, b) => a == b || (a.is_number() && b.is_number()),
        }
    }

    /// The type of something that is one or the other.
    pub(super) fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Any }
    }

    /// For sentences: "a time", "a list of text".
    pub(super) fn said(&self) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Int => "a whole number".to_owned(),
            Self::Float => "a number".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Time => "a time".to_owned(),
            Self::Duration => "a duration".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) | Self::Record(_) => "a map".to_owned(),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Float => f.write_str("float"),
            Self::Text => f.write_str("text"),
            Self::Time => f.write_str("time"),
            Self::Duration => f.write_str("duration"),
            Self::List(of) => write!(f, "list<{of}>"),
            Self::Map(of) => write!(f, "map<{of}>"),
            Self::Record(_) => f.write_str("record"),
        }
    }
}

impl Field {
    #[must_use]
    pub const fn required(ty: Type) -> Self {
        Self { ty, optional: false }
    }

    #[must_use]
    pub const fn optional(ty: Type) -> Self {
        Self { ty, optional: true }
    }
}

impl Schema {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with(mut self, root: &str, ty: Type) -> Self {
        self.roots.insert(root.to_owned(), ty);
        self
    }
}
