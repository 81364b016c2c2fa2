//! Filters on text.

use model::Value;

use super::{Args, FilterContext, as_int, within};
use crate::liquid::format::text_of;

type Made = Result<Value, String>;

pub(super) fn upcase(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(text_of(&v).to_uppercase().into())
}

pub(super) fn downcase(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(text_of(&v).to_lowercase().into())
}

/// The first letter large, the rest small.
pub(super) fn capitalize(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let text = text_of(&v);
    let mut chars = text.chars();
    let mut made: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    made.push_str(&chars.as_str().to_lowercase());
    Ok(made.into())
}

pub(super) fn strip(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(text_of(&v).trim().into())
}

pub(super) fn lstrip(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(text_of(&v).trim_start().into())
}

pub(super) fn rstrip(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(text_of(&v).trim_end().into())
}

pub(super) fn strip_newlines(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(text_of(&v).replace("\r\n", "").replace('\n', "").into())
}

pub(super) fn newline_to_br(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(text_of(&v).replace("\r\n", "\n").replace('\n', "<br />\n").into())
}

/// Removes tags, comments, scripts and styles. Made for readable text, not for safety: use `escape` for that.
pub(super) fn strip_html(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let text = text_of(&v);
    let mut made = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(open) = rest.find('<') {
        made.push_str(&rest[..open]);
        let tag = &rest[open..];
        let lower: String = tag.chars().take(8).collect::<String>().to_ascii_lowercase();
        let end =
            [("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->")].into_iter().find(|(start, _)| lower.starts_with(start));
        let close = match end {
            Some((_, end)) => find_ignoring_case(tag, end).map(|at| at + end.len()),
            None => tag.find('>').map(|at| at + 1),
        };
        let Some(close) = close else {
            rest = tag;
            break;
        };
        rest = &tag[close..];
    }
    made.push_str(rest);
    Ok(made.into())
}

fn find_ignoring_case(text: &str, part: &str) -> Option<usize> {
    text.as_bytes().windows(part.len()).position(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

pub(super) fn append(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let made = text_of(&v) + &args.text(0);
    within(made.len())?;
    Ok(made.into())
}

pub(super) fn prepend(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let made = args.text(0) + &text_of(&v);
    within(made.len())?;
    Ok(made.into())
}

pub(super) fn replace(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let (text, from, to) = (text_of(&v), args.text(0), args.text(1));
    // The size is known before the work is done: a template must not make a machine run out of memory.
    within(text.len().saturating_add(text.matches(from.as_str()).count().saturating_mul(to.len())))?;
    Ok(text.replace(&from, &to).into())
}

pub(super) fn replace_first(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(text_of(&v).replacen(&args.text(0), &args.text(1), 1).into())
}

pub(super) fn replace_last(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let (text, from) = (text_of(&v), args.text(0));
    Ok(match text.rfind(&from) {
        Some(at) => format!("{}{}{}", &text[..at], args.text(1), &text[at + from.len()..]).into(),
        None => text.into(),
    })
}

pub(super) fn remove(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(text_of(&v).replace(&args.text(0), "").into())
}

pub(super) fn remove_first(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(text_of(&v).replacen(&args.text(0), "", 1).into())
}

pub(super) fn remove_last(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let (text, part) = (text_of(&v), args.text(0));
    Ok(match text.rfind(&part) {
        Some(at) => format!("{}{}", &text[..at], &text[at + part.len()..]).into(),
        None => text.into(),
    })
}

fn number(args: &Args<'_>, at: usize, otherwise: i64) -> Result<i64, String> {
    match args.get(at) {
        None => Ok(otherwise),
        Some(value) => as_int(value).ok_or_else(|| "a whole number is needed".to_owned()),
    }
}

/// Characters in all, the dots included.
pub(super) fn truncate(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let text = text_of(&v);
    let length = usize::try_from(number(args, 0, 50)?).unwrap_or(0);
    if text.chars().count() <= length {
        return Ok(text.into());
    }
    let dots = args.get(1).map_or_else(|| "...".to_owned(), text_of);
    let kept = length.saturating_sub(dots.chars().count());
    Ok((text.chars().take(kept).collect::<String>() + &dots).into())
}

pub(super) fn truncatewords(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let text = text_of(&v);
    let count = usize::try_from(number(args, 0, 15)?.max(1)).unwrap_or(1);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= count {
        return Ok(text.into());
    }
    let dots = args.get(1).map_or_else(|| "...".to_owned(), text_of);
    Ok((words[..count].join(" ") + &dots).into())
}

/// A single blank splits at runs of blanks, an empty text at every character; empty parts at the end are dropped.
pub(super) fn split(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let (text, at) = (text_of(&v), args.text(0));
    let mut parts: Vec<Value> = match at.as_str() {
        " " => text.split_whitespace().map(Value::from).collect(),
        "" => text.chars().map(|c| c.to_string().into()).collect(),
        at => text.split(at).map(Value::from).collect(),
    };
    while parts.last().is_some_and(|last| last.as_text() == Some("")) {
        parts.pop();
    }
    Ok(Value::List(parts))
}

/// Part of a text or a list; a negative offset counts from the end.
pub(super) fn slice(v: Value, args: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let (offset, length) = (number(args, 0, 0)?, usize::try_from(number(args, 1, 1)?).unwrap_or(0));
    let start =
        |size: usize| if offset < 0 { (size as i64).checked_add(offset) } else { Some(offset) }.and_then(|at| usize::try_from(at).ok());
    if let Value::List(items) = v {
        let kept = start(items.len()).map(|at| items.into_iter().skip(at).take(length).collect());
        return Ok(Value::List(kept.unwrap_or_default()));
    }
    let text = text_of(&v);
    let kept: Option<String> = start(text.chars().count()).map(|at| text.chars().skip(at).take(length).collect());
    Ok(kept.unwrap_or_default().into())
}
