//! Blocks to a tree.

use super::ast::{Condition, For, Node, Offset, Template};
use super::blocks::{Block, Tag, blocks};
use super::error::{Mistake, ParseError};
use super::expression::Reader;
use super::tokens::Token;
use crate::Span;
use crate::nearest::nearest;

/// The longest template that is read, in bytes.
pub const SOURCE_BYTES_MAX: usize = 256 * 1024;
/// Tags within tags.
pub const NESTING_MAX: usize = 50;

const TAGS: [&str; 17] = [
    "if",
    "unless",
    "case",
    "for",
    "assign",
    "capture",
    "increment",
    "decrement",
    "cycle",
    "echo",
    "liquid",
    "comment",
    "raw",
    "doc",
    "break",
    "continue",
    "abort_message",
];

/// Reads a template.
///
/// # Errors
/// The first place where the text is not Liquid, or not in our subset.
pub fn parse(source: &str) -> Result<Template, ParseError> {
    let nodes = read(source).map_err(|mistake| mistake.placed(source))?;
    Ok(Template { source: source.to_owned(), nodes })
}

fn read(source: &str) -> Result<Vec<Node>, Mistake> {
    if source.len() > SOURCE_BYTES_MAX {
        let what = format!("this template has {} bytes, more than {SOURCE_BYTES_MAX}", source.len());
        return Err(Mistake::new(Span::default(), what, "shorten it"));
    }
    let mut parser = Parser { blocks: blocks(source)?.into_iter(), nesting: 0, loops: 0 };
    let (nodes, end) = parser.nodes(&[])?;
    match end {
        None => Ok(nodes),
        Some(tag) => Err(stray(&tag)),
    }
}

struct Parser<'a> {
    blocks: std::vec::IntoIter<Block<'a>>,
    nesting: usize,
    loops: usize,
}

type Read<T> = Result<T, Mistake>;

fn stray(tag: &Tag<'_>) -> Mistake {
    Mistake::new(tag.span, format!("`{}` closes or continues nothing here", tag.name), "open its block first, or remove it")
}

impl<'a> Parser<'a> {
    /// Nodes up to one of the tags in `ends` (which is returned), or to the end of the source.
    fn nodes(&mut self, ends: &[&str]) -> Read<(Vec<Node>, Option<Tag<'a>>)> {
        let mut nodes = Vec::new();
        while let Some(block) = self.blocks.next() {
            match block {
                Block::Text(text) => nodes.push(Node::Text(text.to_owned())),
                Block::Print(inner, at) => {
                    let mut reader = Reader::new(inner, at)?;
                    // `{{ }}` prints nothing, as everywhere.
                    if *reader.peek() != Token::End {
                        nodes.push(Node::Print(reader.filtered()?));
                        reader.end()?;
                    }
                }
                Block::Tag(tag) if ends.contains(&tag.name) => return Ok((nodes, Some(tag))),
                Block::Tag(tag) => nodes.push(self.tag(&tag)?),
            }
        }
        Ok((nodes, None))
    }

    /// The body of `open` up to one of `ends`; a missing end is a mistake at the opening tag.
    fn body(&mut self, open: &Tag<'a>, ends: &[&str]) -> Read<(Vec<Node>, Tag<'a>)> {
        self.nesting += 1;
        if self.nesting > NESTING_MAX {
            return Err(Mistake::new(open.span, "tags are nested too deeply", "split the template"));
        }
        let (nodes, end) = self.nodes(ends)?;
        self.nesting -= 1;
        let Some(end) = end else {
            let what = format!("`{}` is never closed", open.name);
            return Err(Mistake::new(open.span, what, format!("close it with {{% end{} %}}", open.name)));
        };
        Ok((nodes, end))
    }

    fn tag(&mut self, tag: &Tag<'a>) -> Read<Node> {
        let span = tag.span;
        let mut reader = Reader::new(tag.rest, tag.rest_at)?;
        let node = match tag.name {
            "if" | "unless" => return self.branches(tag, reader),
            "case" => return self.case(tag, reader),
            "for" => return self.for_loop(tag, reader),
            "echo" => Node::Print(reader.filtered()?),
            "assign" => {
                let name = reader.name("the name of a variable")?.to_owned();
                if !reader.eat("=") {
                    return Err(reader.unexpected("`=`"));
                }
                Node::Assign { name, value: reader.filtered()? }
            }
            "capture" => {
                let name = match *reader.peek() {
                    Token::Text(name) if !name.is_empty() => name.to_owned(),
                    _ => reader.name("the name of a variable")?.to_owned(),
                };
                let (body, _) = self.body(tag, &["endcapture"])?;
                return Ok(Node::Capture { name, body, span });
            }
            "increment" | "decrement" => {
                let by = if tag.name == "increment" { 1 } else { -1 };
                Node::Count { name: reader.name("the name of a counter")?.to_owned(), by, span }
            }
            "cycle" => cycle(&mut reader, tag)?,
            "break" | "continue" if self.loops == 0 => {
                return Err(Mistake::new(span, format!("`{}` stands outside of a loop", tag.name), "put it inside a for"));
            }
            "break" => Node::Break,
            "continue" => Node::Continue,
            "abort_message" => {
                let bracket = reader.eat("(");
                let empty = *reader.peek() == Token::End || (bracket && matches!(reader.peek(), Token::Sign(")")));
                let reason = if empty { None } else { Some(reader.filtered()?) };
                if bracket && !reader.eat(")") {
                    return Err(reader.unexpected("`)`"));
                }
                Node::Abort { reason, span }
            }
            "else" | "elsif" | "when" => return Err(stray(tag)),
            name if name.starts_with("end") => return Err(stray(tag)),
            name => {
                let fix =
                    nearest(name, TAGS).map_or_else(|| format!("use one of {}", TAGS.join(", ")), |near| format!("did you mean `{near}`?"));
                return Err(Mistake::new(span, format!("there is no tag `{name}`"), fix));
            }
        };
        reader.end()?;
        Ok(node)
    }

    fn branches(&mut self, tag: &Tag<'a>, mut reader: Reader<'a>) -> Read<Node> {
        let unless = tag.name == "unless";
        let end_tag = if unless { "endunless" } else { "endif" };
        let mut condition = reader.condition()?;
        reader.end()?;
        if unless {
            condition = Condition::Not(Box::new(condition));
        }
        let mut branches = Vec::new();
        loop {
            let (body, end) = self.body(tag, &["elsif", "else", end_tag])?;
            branches.push((condition, body));
            match end.name {
                "elsif" => {
                    let mut reader = Reader::new(end.rest, end.rest_at)?;
                    condition = reader.condition()?;
                    reader.end()?;
                }
                "else" => {
                    let otherwise = self.last_part(tag, &end, end_tag)?;
                    return Ok(Node::If { branches, otherwise, span: tag.span });
                }
                _ => return Ok(Node::If { branches, otherwise: Vec::new(), span: tag.span }),
            }
        }
    }

    /// What stands between `else` and the end tag.
    fn last_part(&mut self, open: &Tag<'a>, part: &Tag<'a>, end_tag: &str) -> Read<Vec<Node>> {
        if let Some(word) = part.rest.split_whitespace().next() {
            let fix = if word == "if" { "write `elsif`" } else { "write `else` alone" };
            return Err(Mistake::new(part.span, "`else` takes no condition", fix));
        }
        let (otherwise, end) = self.body(open, &["elsif", "else", "when", end_tag])?;
        if end.name == end_tag {
            Ok(otherwise)
        } else {
            Err(Mistake::new(end.span, format!("`{}` stands behind `else`", end.name), "put `else` last"))
        }
    }

    fn case(&mut self, tag: &Tag<'a>, mut reader: Reader<'a>) -> Read<Node> {
        let of = reader.term()?;
        reader.end()?;
        let (_, mut end) = self.body(tag, &["when", "else", "endcase"])?;
        let (mut whens, mut otherwise) = (Vec::new(), Vec::new());
        loop {
            match end.name {
                "when" => {
                    let mut reader = Reader::new(end.rest, end.rest_at)?;
                    let mut values = vec![reader.term()?];
                    while reader.eat(",") || reader.eat_word("or") {
                        values.push(reader.term()?);
                    }
                    reader.end()?;
                    let (body, next) = self.body(tag, &["when", "else", "endcase"])?;
                    whens.push((values, body));
                    end = next;
                }
                "else" => {
                    otherwise = self.last_part(tag, &end, "endcase")?;
                    break;
                }
                _ => break,
            }
        }
        Ok(Node::Case { of, whens, otherwise, span: tag.span })
    }

    fn for_loop(&mut self, tag: &Tag<'a>, mut reader: Reader<'a>) -> Read<Node> {
        let var = reader.name("the name of the loop's variable")?.to_owned();
        if !reader.eat_word("in") {
            return Err(reader.unexpected("`in`"));
        }
        let over = reader.term()?;
        let (mut limit, mut offset, mut reversed) = (None, Offset::None, false);
        loop {
            if reader.eat(",") {
                continue;
            }
            if reader.eat_word("reversed") {
                reversed = true;
            } else if reader.eat_word("limit") {
                if !reader.eat(":") {
                    return Err(reader.unexpected("`:`"));
                }
                limit = Some(reader.term()?);
            } else if reader.eat_word("offset") {
                if !reader.eat(":") {
                    return Err(reader.unexpected("`:`"));
                }
                offset = if reader.eat_word("continue") { Offset::Continue } else { Offset::At(reader.term()?) };
            } else {
                break;
            }
        }
        reader.end()?;
        self.loops += 1;
        let (body, end) = self.body(tag, &["else", "endfor"])?;
        self.loops -= 1;
        let has_else = end.name == "else";
        let otherwise = if has_else { self.last_part(tag, &end, "endfor")? } else { Vec::new() };
        Ok(Node::For(Box::new(For { var, over, limit, offset, reversed, body, otherwise, has_else, span: tag.span })))
    }
}

fn cycle(reader: &mut Reader<'_>, tag: &Tag<'_>) -> Read<Node> {
    let mut items = vec![reader.term()?];
    let mut group = None;
    if reader.eat(":") {
        group = items.pop();
        items.push(reader.term()?);
    }
    while reader.eat(",") {
        items.push(reader.term()?);
    }
    // Without a name, cycles with the same items are one cycle.
    Ok(Node::Cycle { group, items, key: tag.rest.trim().to_owned(), span: tag.span })
}
