//! The source in pieces: text, `{{ … }}` and `{% … %}`, with blanks stripped where `-` says so.

use super::error::Mistake;
use crate::Span;

#[derive(Debug)]
pub(super) enum Block<'a> {
    Text(&'a str),
    /// The inside of `{{ … }}` and where it starts.
    Print(&'a str, usize),
    Tag(Tag<'a>),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'a> {
    pub name: &'a str,
    /// What stands behind the name, and where it starts.
    pub rest: &'a str,
    pub rest_at: usize,
    pub span: Span,
}

pub(super) fn blocks(source: &str) -> Result<Vec<Block<'_>>, Mistake> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut strip_left = false;
    loop {
        let open = next_open(source, at);
        let text = &source[at..open.unwrap_or(source.len())];
        let text = if strip_left { text.trim_start() } else { text };
        let Some(open) = open else {
            push_text(&mut found, text);
            return Ok(found);
        };
        let print = source[open..].starts_with("{{");
        let close = if print { "}}" } else { "%}" };
        let inner_at = open + 2;
        let Some(length) = source[inner_at..].find(close) else {
            let fix = format!("close it with {close}");
            return Err(Mistake::new(Span::new(open, inner_at), format!("`{}` is never closed", &source[open..inner_at]), fix));
        };
        let mut inner = &source[inner_at..inner_at + length];
        let mut inside_at = inner_at;
        let strip_right = inner.starts_with('-');
        push_text(&mut found, if strip_right { text.trim_end() } else { text });
        if strip_right {
            inner = &inner[1..];
            inside_at += 1;
        }
        strip_left = inner.ends_with('-');
        if strip_left {
            inner = &inner[..inner.len() - 1];
        }
        at = inner_at + length + 2;
        if print {
            found.push(Block::Print(inner, inside_at));
            continue;
        }
        let tag = tag(inner, inside_at);
        match tag.name {
            "raw" => {
                let (body, end) = until(source, at, &["raw"], &tag, false)?;
                let body = if strip_left { body.trim_start() } else { body };
                push_text(&mut found, if end.strip_before { body.trim_end() } else { body });
                (at, strip_left) = (end.at, end.strip_after);
            }
            "comment" | "doc" => {
                let (_, end) = until(source, at, &[tag.name], &tag, tag.name == "comment")?;
                (at, strip_left) = (end.at, end.strip_after);
            }
            "" | "#" => {}
            "liquid" => lines(tag, &mut found)?,
            _ => found.push(Block::Tag(tag)),
        }
    }
}

fn push_text<'a>(found: &mut Vec<Block<'a>>, text: &'a str) {
    if !text.is_empty() {
        found.push(Block::Text(text));
    }
}

fn next_open(source: &str, from: usize) -> Option<usize> {
    source.as_bytes().get(from..)?.windows(2).position(|pair| pair == b"{{" || pair == b"{%").map(|at| from + at)
}

/// Splits a tag's inside into its name and the rest.
fn tag(inner: &str, at: usize) -> Tag<'_> {
    let trimmed = inner.trim_start();
    let start = at + inner.len() - trimmed.len();
    let length = match trimmed.find(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        Some(0) if trimmed.starts_with('#') => 1,
        Some(0) => trimmed.chars().next().map_or(0, char::len_utf8),
        Some(length) => length,
        None => trimmed.len(),
    };
    let (name, rest) = trimmed.split_at(length);
    Tag { name, rest, rest_at: start + length, span: Span::new(start, start + trimmed.trim_end().len()) }
}

/// Where a verbatim part ends, and what its end tag says about blanks.
struct End {
    at: usize,
    strip_before: bool,
    strip_after: bool,
}

/// The text up to `{% end… %}`. Comments nest; raw text does not.
fn until<'a>(source: &'a str, from: usize, names: &[&str], open: &Tag<'_>, nests: bool) -> Result<(&'a str, End), Mistake> {
    let mut depth = 1;
    let mut at = from;
    while let Some(start) = source[at..].find("{%").map(|found| at + found) {
        let Some(length) = source[start + 2..].find("%}") else { break };
        let inner = &source[start + 2..start + 2 + length];
        let strip_before = inner.starts_with('-');
        let strip_after = inner.len() > 1 && inner.ends_with('-');
        let name = inner.trim_start_matches('-').trim_end_matches('-').trim();
        let word = name.split_ascii_whitespace().next().unwrap_or("");
        if nests && names.contains(&word) {
            depth += 1;
        } else if word.strip_prefix("end").is_some_and(|word| names.contains(&word)) {
            depth -= 1;
            if depth == 0 {
                return Ok((&source[from..start], End { at: start + 2 + length + 2, strip_before, strip_after }));
            }
        }
        // An unclosed `{%` inside must not hide the end, so go on right behind this opening.
        at = start + 2;
    }
    Err(Mistake::new(open.span, format!("`{}` is never closed", open.name), format!("close it with {{% end{} %}}", open.name)))
}

/// `{% liquid %}`: every line is a tag.
fn lines<'a>(tag_found: Tag<'a>, found: &mut Vec<Block<'a>>) -> Result<(), Mistake> {
    let mut at = tag_found.rest_at;
    let mut comments = 0_usize;
    for line in tag_found.rest.split_inclusive('\n') {
        let tag = tag(line, at);
        at += line.len();
        match tag.name {
            "comment" => comments += 1,
            "endcomment" if comments > 0 => comments -= 1,
            _ if comments > 0 => {}
            "" | "#" => {}
            "liquid" | "raw" | "doc" => {
                return Err(Mistake::new(tag.span, format!("`{}` cannot stand inside `liquid`", tag.name), "write it outside"));
            }
            _ => found.push(Block::Tag(tag)),
        }
    }
    if comments > 0 {
        return Err(Mistake::new(tag_found.span, "`comment` is never closed", "close it with a line `endcomment`"));
    }
    Ok(())
}
