//! Where the values go: names in texts, and which of them the provider numbers.

use super::TemplateText;
use crate::Purpose;

/// The names inside `{{…}}`, each once, in order of first use.
#[must_use]
pub fn names_in(source: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for piece in source.split("{{").skip(1) {
        if let Some((name, _)) = piece.split_once("}}")
            && !names.contains(&name.trim())
        {
            names.push(name.trim());
        }
    }
    names
}

/// Where a numbered variable stands, from 1. Providers count anew in the header and in each card, so here those are called `header_1` and
/// `card_2_1` (the first of the second card).
#[must_use]
pub fn place_of(name: &str) -> Option<u32> {
    let digits = match name.strip_prefix("card_") {
        Some(rest) => rest.split_once('_').filter(|(card, _)| card.parse::<u32>().is_ok())?.1,
        None => name.strip_prefix("header_").unwrap_or(name),
    };
    digits.parse().ok()
}

/// The names in the order in which the provider wants their values.
#[must_use]
pub fn in_order(source: &str, positional: bool) -> Vec<&str> {
    let mut names = names_in(source);
    if positional {
        names.sort_by_key(|name| place_of(name));
    }
    names
}

impl TemplateText {
    /// Whether the provider numbers the variables instead of naming them. Its text of one-time codes always does.
    #[must_use]
    pub fn is_positional(&self, purpose: Purpose) -> bool {
        let bodies = std::iter::once(self.body.as_str()).chain(self.cards.iter().filter_map(|card| card.body.as_deref()));
        let mut names = self.header.as_deref().into_iter().chain(bodies).flat_map(names_in);
        purpose == Purpose::Authentication || names.all(|name| place_of(name).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_variables_go_in_the_order_of_their_numbers() {
        assert_eq!(in_order("{{2}} before {{1}} and {{ 2 }}", true), ["1", "2"]);
        assert_eq!(in_order("{{when}} before {{at}}", false), ["when", "at"]);
        assert_eq!(
            [place_of("header_1"), place_of("card_2_3"), place_of("card_x_3"), place_of("first_name")],
            [Some(1), Some(3), None, None]
        );
    }

    #[test]
    fn one_named_variable_makes_a_text_named() {
        let text = |body: &str| TemplateText { body: body.to_owned(), header: Some("{{header_1}}".to_owned()), ..TemplateText::default() };
        assert!(text("Hello {{1}}").is_positional(Purpose::Service));
        assert!(!text("Hello {{first_name}}").is_positional(Purpose::Service));
        assert!(text("{{code}} is your code").is_positional(Purpose::Authentication));
    }
}
