//! The longest text that a template can become, found without rendering it: what it costs is said before anybody gets it.

use std::collections::BTreeMap;

use model::Value;

use super::ast::{Filter, Filtered, For, Node, Template, Term};
use super::format::text_of;

/// Rounds of a loop that has no limit of its own.
const ROUNDS: usize = 5;
/// Characters of a number.
const DIGITS: usize = 12;
/// Characters of a result; longer ones are cut, because they are too long for any channel.
const RESULT_MAX: usize = 16 * 1024;
/// What stands for a letter of a value: one of any alphabet.
const LETTER: char = 'x';

/// A text as long as the template allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Longest {
    pub text: String,
    /// A value without a limit of its own was counted with the length given.
    pub assumed: bool,
}

/// Fixed words as they are, the longest branch of each `if` and `case`, and for each value as many letters as it may have: what
/// `truncate` leaves, what `date` writes, or `value_max`.
#[must_use]
pub fn longest(template: &Template, value_max: usize) -> Longest {
    let mut search = Search { value_max, assumed: false, names: BTreeMap::new() };
    let mut text = search.nodes(&template.nodes);
    cut(&mut text);
    Longest { text, assumed: search.assumed }
}

struct Search {
    value_max: usize,
    assumed: bool,
    /// What the template has kept under a name of its own.
    names: BTreeMap<String, String>,
}

fn letters(count: usize) -> String {
    std::iter::repeat_n(LETTER, count.min(RESULT_MAX)).collect()
}

fn cut(text: &mut String) {
    if text.len() > RESULT_MAX {
        let end = (0..=RESULT_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
}

fn longer(a: String, b: String) -> String {
    if b.chars().count() > a.chars().count() { b } else { a }
}

impl Search {
    fn nodes(&mut self, nodes: &[Node]) -> String {
        let mut text = String::new();
        for node in nodes {
            text.push_str(&self.node(node));
            cut(&mut text);
        }
        text
    }

    fn node(&mut self, node: &Node) -> String {
        match node {
            Node::Text(text) => text.clone(),
            Node::Print(filtered) => self.filtered(filtered),
            Node::If { branches, otherwise, .. } => self.of(branches.iter().map(|(_, body)| body).chain([otherwise])),
            Node::Case { whens, otherwise, .. } => self.of(whens.iter().map(|(_, body)| body).chain([otherwise])),
            Node::For(each) => self.each(each),
            Node::Assign { name, value } => {
                let value = self.filtered(value);
                self.keep(name, value);
                String::new()
            }
            Node::Capture { name, body, .. } => {
                let value = self.nodes(body);
                self.keep(name, value);
                String::new()
            }
            Node::Count { .. } => letters(3),
            Node::Cycle { items, .. } => {
                let items: Vec<String> = items.iter().map(|item| self.term(item)).collect();
                items.into_iter().fold(String::new(), longer)
            }
            Node::Break | Node::Continue | Node::Abort { .. } => String::new(),
        }
    }

    fn of<'a>(&mut self, bodies: impl Iterator<Item = &'a Vec<Node>>) -> String {
        let mut most = String::new();
        for body in bodies {
            let text = self.nodes(body);
            most = longer(most, text);
        }
        most
    }

    /// A name may be set in several branches: the longest value counts.
    fn keep(&mut self, name: &str, value: String) {
        let before = self.names.remove(name).unwrap_or_default();
        self.names.insert(name.to_owned(), longer(before, value));
    }

    fn each(&mut self, each: &For) -> String {
        let rounds = match &each.limit {
            Some(Term::Literal(Value::Int(limit))) => usize::try_from(*limit).unwrap_or(0),
            _ => {
                self.assumed = true;
                ROUNDS
            }
        };
        let round = self.nodes(&each.body);
        let mut all = String::new();
        for _ in 0..rounds.min(RESULT_MAX / round.len().max(1) + 1) {
            all.push_str(&round);
        }
        longer(all, self.nodes(&each.otherwise))
    }

    fn term(&mut self, term: &Term) -> String {
        match term {
            Term::Literal(value) => text_of(value),
            Term::Empty | Term::Blank => String::new(),
            Term::Range(..) => letters(DIGITS),
            Term::Path(path) => match self.names.get(&path.root).filter(|_| path.segments.is_empty()) {
                Some(value) => value.clone(),
                None => {
                    self.assumed = true;
                    letters(self.value_max)
                }
            },
        }
    }

    fn filtered(&mut self, filtered: &Filtered) -> String {
        // A filter that sets the length makes what was assumed before it unimportant.
        let before = self.assumed;
        let mut text = self.term(&filtered.term);
        for filter in &filtered.filters {
            let (next, limited) = self.apply(filter, text);
            text = next;
            self.assumed = if limited { before } else { self.assumed };
            cut(&mut text);
        }
        text
    }

    /// The text behind a filter, and whether the filter itself limits it.
    fn apply(&mut self, filter: &Filter, text: String) -> (String, bool) {
        let count = |at: usize| match filter.args.get(at) {
            Some(Term::Literal(Value::Int(count))) => usize::try_from(*count).ok(),
            _ => None,
        };
        let mut arg = |at: usize| filter.args.get(at).map(|term| self.term(term)).unwrap_or_default();
        match filter.def.name {
            "truncate" => {
                let most = if filter.args.is_empty() { Some(50) } else { count(0) };
                match most {
                    Some(most) => (text.chars().take(most).collect(), true),
                    None => (text, false),
                }
            }
            "slice" => (text.chars().take(count(1).unwrap_or(1)).collect(), true),
            "append" => (text + &arg(0), false),
            "prepend" => (arg(0) + &text, false),
            "default" => {
                let other = arg(0);
                (longer(text, other), false)
            }
            "date" => match filter.args.first() {
                Some(Term::Literal(Value::Text(pattern))) => (letters(date_length(pattern)), true),
                _ => (text, false),
            },
            "size" | "abs" | "ceil" | "floor" | "round" | "plus" | "minus" | "times" | "divided_by" | "modulo" | "number" | "at_least"
            | "at_most" | "sum" => (letters(DIGITS), true),
            // A sign, a code or a blank beside the number.
            "money" => (letters(DIGITS + 4), true),
            // Each letter may become three bytes of three signs.
            "url_encode" => (letters(text.chars().count() * 3), false),
            _ => (text, false),
        }
    }
}

fn date_length(pattern: &str) -> usize {
    let mut pieces = pattern.split('%');
    let before = pieces.next().map_or(0, |words| words.chars().count());
    before + pieces.map(directive).sum::<usize>()
}

/// Letters that a directive writes at most, in any language, with what stands behind it up to the next `%`.
fn directive(piece: &str) -> usize {
    let rest = piece.trim_start_matches(['-', '_', '^', '0', 'E']);
    let Some(letter) = rest.chars().next() else { return 0 };
    let wide = match letter {
        'A' | 'B' => 10,
        'a' | 'b' | 'h' => 5,
        'Y' | 'z' => 5,
        'c' | 'x' => 24,
        'X' | 'T' | 'r' | 'D' | 'F' => 11,
        _ => 2,
    };
    wide + rest.chars().count() - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::liquid::parse;

    fn of(source: &str) -> (String, bool) {
        let found = longest(&parse(source).unwrap(), 10);
        (found.text, found.assumed)
    }

    fn len(source: &str) -> (usize, bool) {
        let (text, assumed) = of(source);
        (text.chars().count(), assumed)
    }

    #[test]
    fn fixed_words_stay_and_values_take_their_limit() {
        assert_eq!(of("Hello, it’s on."), ("Hello, it’s on.".to_owned(), false));
        assert_eq!(of("Hi {{ contact.first_name }}!"), ("Hi xxxxxxxxxx!".to_owned(), true));
        assert_eq!(of("Hi {{ contact.first_name | truncate: 4 }}!"), ("Hi xxxx!".to_owned(), false));
        assert_eq!(len("{{ contact.bio | truncate }}"), (10, false), "never more than there is");
    }

    #[test]
    fn the_longest_branch_counts() {
        assert_eq!(of("{% if contact.x %}yes{% elsif contact.y %}perhaps{% else %}no{% endif %}").0, "perhaps");
        assert_eq!(of("{% case contact.x %}{% when 1 %}one{% when 2 %}another{% endcase %}").0, "another");
        assert_eq!(of("{% if contact.x %}{% assign a = 'long word' %}{% else %}{% assign a = 'no' %}{% endif %}{{ a }}").0, "long word");
    }

    #[test]
    fn loops_filters_and_dates_have_their_length() {
        assert_eq!(len("{% for i in event.items limit: 2 %}{{ i | truncate: 3 }},{% endfor %}"), (8, false));
        assert_eq!(len("{% for i in event.items %}a{% endfor %}"), (5, true));
        assert_eq!(of("{{ contact.name | default: 'dear customer' }}").0, "dear customer");
        assert_eq!(len("{{ contact.name | append: '!' | prepend: '* ' }}"), (13, true));
        assert_eq!(len("{{ event.at | date: 'at %H:%M' }}"), (8, false));
    }

    #[test]
    fn what_is_far_too_long_is_cut() {
        let source = "{% for i in event.items limit: 1000000 %}{{ i }}{% endfor %}";
        assert!(of(source).0.len() <= RESULT_MAX);
    }
}
