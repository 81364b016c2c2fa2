//! Conditions: CEL's syntax and meaning, a stated subset, over our own typed tree.
//!
//! **Values**: `null`, bool, int (64 bits; CEL's `uint` is read as int), float (CEL's double), text (CEL's string), time (CEL's
//! timestamp, in milliseconds), duration (in milliseconds), list, map with text keys. No bytes, no messages, no types as values.
//!
//! **Syntax**: literals with all of CEL's text escapes, raw and triple-quoted text, `// comments`; names, `.field`, `[index]`,
//! `has(x.field)`; `! -` (unary), `* / %`, `+ -`, `== != < <= > >= in`, `&&`, `||`, `c ? a : b`; lists and maps.
//!
//! **Functions**: `size`; on text `contains startsWith endsWith matches lowerAscii upperAscii trim`; `timestamp(text or epoch
//! seconds)`, `duration("36h")`; on a time, with an optional zone (`"Europe/Madrid"`, `"+02:00"`): `getFullYear getMonth` (0–11)
//! `getDate` (1–31) `getDayOfMonth` (0–30) `getDayOfWeek` (0 = Sunday) `getDayOfYear` (0–365) `getHours getMinutes getSeconds
//! getMilliseconds`; the last four also on durations; conversions `int double string bool`; macros `all exists exists_one filter
//! map` on lists and on the keys of maps.
//!
//! **`&&` and `||`** absorb errors as in CEL: a false part makes `&&` false, and a true part makes `||` true, whatever the other
//! parts are, in any order.
//!
//! **Missing fields.** Reading a field that is not there is an error, and so is a comparison with it. A condition
//! treats an error as *not fulfilled*: [`eval_bool`] answers `false` and lists the missing paths, which is what `explain` shows.
//! Therefore `contact.city != "Rome"` is *not* fulfilled for a contact without a city; write
//! `!has(contact.city) || contact.city != "Rome"` to include it. A field that holds `null` is there for `has`, and
//! missing for whoever reads a field *of* it or orders it.
//!
//! **Where we go beyond CEL** (errors there, values here; nothing changes its meaning): arithmetic of an int and a float gives a
//! float, since JSON does not tell `3` from `3.0`; text beside a time, or beside a duration, is read as one if it can be; days and
//! weeks are units of `duration`; `matches` counts as an error when its pattern is too large.
//!
//! **Bounds**: text of [`SOURCE_BYTES_MAX`] bytes, trees of height [`HEIGHT_MAX`], [`FUEL`] steps.

mod ast;
mod check;
mod check_calls;
mod error;
mod eval;
mod functions;
mod lex;
mod moments;
mod operators;
mod parse;
mod paths;
mod print;
mod signatures;
mod types;
mod value;

pub use ast::{BinaryOp, Each, Expr, ExprKind, Literal};
pub use check::{Checked, check, compile, compile_condition};
pub use error::{EvalError, EvalErrorKind, ExprError};
pub use eval::{FUEL, Truth, eval, eval_bool, eval_duration, eval_with_fuel};
pub use parse::{HEIGHT_MAX, SOURCE_BYTES_MAX, parse};
pub use paths::free_paths;
pub use types::{Field, Schema, Type};
pub(crate) use value::int_beside_float;
