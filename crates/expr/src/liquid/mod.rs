//! Personalised text: Liquid as marketing people know it, our own engine.
//!
//! **Printing**: `{{ contact.first_name | capitalize | default: "there" }}`; `.key`, `[index]`, `["key"]`, negative indexes, `.size`
//! `.first` `.last`.
//!
//! **Tags**: `if elsif else unless`, `case when`, `for` (`limit`, `offset`, `offset:continue`, `reversed`, `else`, `break`, `continue`,
//! `forloop.*`), `assign`, `capture`, `increment`, `decrement`, `cycle`, `echo`, `liquid`, `comment`, `#`, `doc`, `raw`, and
//! `abort_message("why")`, which stops the rendering so that nothing is sent. `-` inside the braces strips blanks on its side.
//! No files: `include`, `render`, `layout` and `tablerow` do not exist.
//!
//! **Conditions**: `== != <> < > <= >= contains and or`; `and`/`or` are taken from the right and bind alike; only `nil` and `false` are
//! false; `empty` and `blank` compare with `==` and `!=`.
//!
//! **Filters**: the table in `filters/mod.rs`; an unknown filter or tag is an error when the template is parsed.
//!
//! **Missing values** print as nothing, and every one is reported in [`RenderResult::missing`]: a value that is absent, null or blank
//! text, printed (or used in a filter) without `default`. Testing it in `if` is not printing it. The caller decides what a report
//! means; for a message to a customer it means *do not send*.
//!
//! **Times**: `date` reads times, RFC 3339 and other ISO text, epoch seconds or milliseconds, and `"now"`, which is the root variable
//! `now` and never the machine's clock. It writes in the zone of its second argument, of `time_zone`, or of the options, and month
//! and weekday names in the language of the options.
//!
//! **Bounds**: steps ([`RenderOptions::fuel`]), bytes of output, bytes of one value. A filter that cannot work (`divided_by: 0`) is an
//! error with its place and never text in the message.

mod ast;
mod blocks;
mod condition;
mod context;
mod error;
mod expression;
mod filters;
mod format;
mod longest;
mod parse;
mod render;
mod tokens;
mod variables;

pub use ast::Template;
pub use error::{ParseError, RenderError};
pub use filters::filter_names;
pub use longest::{Longest, longest};
pub use parse::{NESTING_MAX, SOURCE_BYTES_MAX, parse};
pub use render::{Missing, RenderOptions, RenderResult, WhyMissing, render};
pub use variables::{Usage, VariableUse, variables};
