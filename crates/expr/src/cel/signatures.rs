//! The types of functions, for the checker.

use super::Type;
use super::moments::Part;

pub(super) struct Signature {
    pub name: &'static str,
    /// What the function may be called on (`x.f()`); empty when it has no such form.
    pub on: &'static [Kind],
    /// The arguments it takes in both forms, after the receiver; the second number tells how many may be left out.
    pub args: &'static [&'static [Kind]],
    pub optional: usize,
    /// Whether `f(x, …)` exists; the receiver is then the first argument.
    pub global: bool,
    pub returns: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Int,
    Float,
    Text,
    Time,
    Duration,
    List,
    Map,
}

use Kind::{Bool, Duration, Float, Int, List, Map, Text, Time};

const fn method(name: &'static str, on: &'static [Kind], args: &'static [&'static [Kind]], returns: Kind) -> Signature {
    Signature { name, on, args, optional: 0, global: false, returns }
}

const fn global(name: &'static str, on: &'static [Kind], returns: Kind) -> Signature {
    Signature { name, on, args: &[], optional: 0, global: true, returns }
}

const fn getter(name: &'static str, on: &'static [Kind]) -> Signature {
    Signature { name, on, args: &[&[Text]], optional: 1, global: false, returns: Int }
}

const DATE: &[Kind] = &[Time];
const CLOCK: &[Kind] = &[Time, Duration];

pub(super) const SIGNATURES: &[Signature] = &[
    Signature { name: "size", on: &[Text, List, Map], args: &[], optional: 0, global: true, returns: Int },
    method("contains", &[Text], &[&[Text]], Bool),
    method("startsWith", &[Text], &[&[Text]], Bool),
    method("endsWith", &[Text], &[&[Text]], Bool),
    Signature { name: "matches", on: &[Text], args: &[&[Text]], optional: 0, global: true, returns: Bool },
    method("lowerAscii", &[Text], &[], Text),
    method("upperAscii", &[Text], &[], Text),
    method("trim", &[Text], &[], Text),
    global("timestamp", &[Text, Int, Time], Time),
    global("duration", &[Text, Duration], Duration),
    global("int", &[Int, Float, Text, Time], Int),
    global("double", &[Int, Float, Text], Float),
    global("string", &[Bool, Int, Float, Text, Time, Duration], Text),
    global("bool", &[Bool, Text], Bool),
    getter("getFullYear", DATE),
    getter("getMonth", DATE),
    getter("getDate", DATE),
    getter("getDayOfMonth", DATE),
    getter("getDayOfWeek", DATE),
    getter("getDayOfYear", DATE),
    getter("getHours", CLOCK),
    getter("getMinutes", CLOCK),
    getter("getSeconds", CLOCK),
    getter("getMilliseconds", CLOCK),
];

pub(super) fn signature(name: &str) -> Option<&'static Signature> {
    SIGNATURES.iter().find(|signature| signature.name == name)
}

/// What people from other languages write, and what it is called here.
pub(super) fn known_elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "lower" | "toLower" | "toLowerCase" | "downcase" => "lowerAscii",
        "upper" | "toUpper" | "toUpperCase" | "upcase" => "upperAscii",
        "len" | "length" | "count" => "size",
        "includes" | "include" => "contains",
        "date" | "time" | "datetime" | "parseTime" => "timestamp",
        "str" | "text" | "toString" => "string",
        "float" | "number" => "double",
        "any" | "some" => "exists",
        "every" => "all",
        "strip" => "trim",
        "year" => "getFullYear",
        "hour" | "hours" => "getHours",
        "weekday" | "dayOfWeek" => "getDayOfWeek",
        "regex" | "match" => "matches",
        _ => return None,
    })
}

impl Kind {
    pub fn ty(self) -> Type {
        match self {
            Bool => Type::Bool,
            Int => Type::Int,
            Float => Type::Float,
            Text => Type::Text,
            Time => Type::Time,
            Duration => Type::Duration,
            List => Type::list(Type::Any),
            Map => Type::map(Type::Any),
        }
    }

    pub fn takes(self, ty: &Type) -> bool {
        match ty {
            Type::Any => true,
            Type::List(_) => self == List,
            Type::Map(_) | Type::Record(_) => self == Map,
            ty => self.ty() == *ty,
        }
    }
}

/// Whether a getter counts in the calendar, which a duration does not have.
pub(super) fn is_getter(name: &str) -> bool {
    Part::by_name(name).is_some()
}
