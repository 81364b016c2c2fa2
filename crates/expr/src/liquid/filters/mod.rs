//! Filters: the table, and how a filter sees its arguments. A filter is a function of a value; what it cannot do is a sentence.

mod collections;
mod dates;
mod encoding;
mod locale;
mod numbers;
mod text;

use std::borrow::Cow;
use std::fmt;

use model::{Timestamp, Value};

use super::format::{is_empty, text_of};
use super::render::RenderOptions;

pub(super) use numbers::as_int;

/// Bytes of one text that a filter makes.
const TEXT_BYTES_MAX: usize = 1024 * 1024;

pub(super) struct FilterDef {
    pub name: &'static str,
    pub args_min: usize,
    pub args_max: usize,
    /// The filter gives a sensible answer for a missing value, so that a chain with it misses nothing.
    pub copes: bool,
    pub example: &'static str,
    pub run: Run,
}

type Run = fn(Value, &Args<'_>, &FilterContext<'_>) -> Result<Value, String>;

impl fmt::Debug for FilterDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What stands behind the filter's colon.
pub(super) struct Args<'v> {
    pub values: Vec<Cow<'v, Value>>,
    pub named: Vec<(&'v str, Cow<'v, Value>)>,
}

pub(super) struct FilterContext<'e> {
    pub options: &'e RenderOptions,
    pub now: Option<Timestamp>,
}

impl Args<'_> {
    pub fn get(&self, at: usize) -> Option<&Value> {
        self.values.get(at).map(AsRef::as_ref)
    }

    pub fn text(&self, at: usize) -> String {
        self.get(at).map(text_of).unwrap_or_default()
    }

    pub fn named(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(named, _)| *named == name).map(|(_, value)| value.as_ref())
    }
}

const fn def(name: &'static str, args_min: usize, args_max: usize, example: &'static str, run: Run) -> FilterDef {
    FilterDef { name, args_min, args_max, copes: false, example, run }
}

const fn coping(name: &'static str, args_min: usize, args_max: usize, example: &'static str, run: Run) -> FilterDef {
    FilterDef { name, args_min, args_max, copes: true, example, run }
}

/// In the order of the alphabet.
static FILTERS: &[FilterDef] = &[
    def("abs", 0, 0, "abs", numbers::abs),
    def("append", 1, 1, "append: \"!\"", text::append),
    def("at_least", 1, 1, "at_least: 5", numbers::at_least),
    def("at_most", 1, 1, "at_most: 5", numbers::at_most),
    def("base64_decode", 0, 0, "base64_decode", encoding::base64_decode),
    def("base64_encode", 0, 0, "base64_encode", encoding::base64_encode),
    def("capitalize", 0, 0, "capitalize", text::capitalize),
    def("ceil", 0, 0, "ceil", numbers::ceil),
    def("compact", 0, 1, "compact", collections::compact),
    def("concat", 1, 1, "concat: other_list", collections::concat),
    def("date", 1, 2, "date: \"%d %B %Y\"", dates::date),
    coping("default", 1, 1, "default: \"there\"", default),
    def("divided_by", 1, 1, "divided_by: 2", numbers::divided_by),
    def("downcase", 0, 0, "downcase", text::downcase),
    def("escape", 0, 0, "escape", encoding::escape),
    def("escape_once", 0, 0, "escape_once", encoding::escape_once),
    def("find", 1, 2, "find: \"sku\", \"A1\"", collections::find),
    def("find_index", 1, 2, "find_index: \"sku\", \"A1\"", collections::find_index),
    def("first", 0, 0, "first", collections::first),
    def("floor", 0, 0, "floor", numbers::floor),
    def("has", 1, 2, "has: \"sku\", \"A1\"", collections::has),
    def("join", 0, 1, "join: \", \"", collections::join),
    coping("json", 0, 0, "json", encoding::json),
    def("last", 0, 0, "last", collections::last),
    def("lstrip", 0, 0, "lstrip", text::lstrip),
    def("map", 1, 1, "map: \"name\"", collections::map),
    def("minus", 1, 1, "minus: 1", numbers::minus),
    def("modulo", 1, 1, "modulo: 2", numbers::modulo),
    def("money", 0, 1, "money: \"EUR\"", locale::money),
    def("newline_to_br", 0, 0, "newline_to_br", text::newline_to_br),
    def("number", 0, 1, "number: 2", locale::number),
    def("plus", 1, 1, "plus: 1", numbers::plus),
    def("prepend", 1, 1, "prepend: \"Hi \"", text::prepend),
    def("reject", 1, 2, "reject: \"sold_out\"", collections::reject),
    def("remove", 1, 1, "remove: \"x\"", text::remove),
    def("remove_first", 1, 1, "remove_first: \"x\"", text::remove_first),
    def("remove_last", 1, 1, "remove_last: \"x\"", text::remove_last),
    def("replace", 1, 2, "replace: \"a\", \"b\"", text::replace),
    def("replace_first", 1, 2, "replace_first: \"a\", \"b\"", text::replace_first),
    def("replace_last", 2, 2, "replace_last: \"a\", \"b\"", text::replace_last),
    def("reverse", 0, 0, "reverse", collections::reverse),
    def("round", 0, 1, "round: 2", numbers::round),
    def("rstrip", 0, 0, "rstrip", text::rstrip),
    coping("size", 0, 0, "size", collections::size),
    def("slice", 1, 2, "slice: 0, 3", text::slice),
    def("sort", 0, 1, "sort: \"price\"", collections::sort),
    def("sort_natural", 0, 1, "sort_natural: \"name\"", collections::sort_natural),
    def("split", 1, 1, "split: \",\"", text::split),
    def("strip", 0, 0, "strip", text::strip),
    def("strip_html", 0, 0, "strip_html", text::strip_html),
    def("strip_newlines", 0, 0, "strip_newlines", text::strip_newlines),
    def("sum", 0, 1, "sum: \"price\"", collections::sum),
    def("time_zone", 1, 1, "time_zone: \"Europe/Madrid\"", dates::time_zone),
    def("times", 1, 1, "times: 2", numbers::times),
    def("truncate", 0, 2, "truncate: 20", text::truncate),
    def("truncatewords", 0, 2, "truncatewords: 5", text::truncatewords),
    def("uniq", 0, 1, "uniq", collections::uniq),
    def("upcase", 0, 0, "upcase", text::upcase),
    def("url_decode", 0, 0, "url_decode", encoding::url_decode),
    def("url_encode", 0, 0, "url_encode", encoding::url_encode),
    def("where", 1, 2, "where: \"kind\", \"gift\"", collections::where_),
];

pub(super) fn filter(name: &str) -> Option<&'static FilterDef> {
    FILTERS.binary_search_by(|def| def.name.cmp(name)).ok().and_then(|at| FILTERS.get(at))
}

/// All filters, sorted: for editors and messages.
pub fn filter_names() -> impl Iterator<Item = &'static str> {
    FILTERS.iter().map(|def| def.name)
}

/// Stands in for nil, false and what is empty; `allow_false: true` lets false through. Blanks count as empty: they leave the same
/// hole in a message.
fn default(value: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Result<Value, String> {
    let keeps_false = matches!(args.named("allow_false"), Some(Value::Bool(true)));
    let stands_in = match &value {
        Value::Null => true,
        Value::Bool(b) => !*b && !keeps_false,
        Value::Text(text) => text.trim().is_empty(),
        other => is_empty(other),
    };
    Ok(if stands_in { args.get(0).cloned().unwrap_or_default() } else { value })
}

/// Refuses to make a text of more than [`TEXT_BYTES_MAX`].
fn within(bytes: usize) -> Result<(), String> {
    if bytes > TEXT_BYTES_MAX { Err(format!("the text would have more than {TEXT_BYTES_MAX} bytes")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(FILTERS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(filter_names().all(|name| filter(name).is_some()));
    }
}
