//! The places of a source, `{{name}}`, and where in HTML each stands: what may be put there depends on it.

/// Where a place stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spot {
    /// Between tags, or in an attribute that is only shown.
    Shown,
    /// The whole beginning of an address: it must be one that may be opened.
    Address,
    /// Inside an address that the author began.
    InAddress,
    /// In a style, a script, or a tag's own name: nothing may be put there.
    Nowhere,
}

/// Name, and the bytes from `{{` to after `}}`.
pub(super) fn places(source: &str) -> Vec<(&str, usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = source[from..].find("{{").map(|at| at + from) {
        let Some(close) = source[open..].find("}}").map(|at| at + open) else { break };
        found.push((source[open + 2..close].trim(), open, close + 2));
        from = close + 2;
    }
    found
}

/// Where in the HTML a place at this byte stands.
pub(super) fn spot(html: &str, at: usize) -> Spot {
    let before = &html[..at];
    let lower = before.to_ascii_lowercase();
    for block in ["style", "script"] {
        let opened = lower.rfind(&format!("<{block}")).filter(|open| lower[*open + 1 + block.len()..].starts_with(['>', ' ', '\n', '\t']));
        if opened.is_some_and(|open| !lower[open..].contains(&format!("</{block}"))) {
            return Spot::Nowhere;
        }
    }
    let Some(open) = before.rfind('<').filter(|open| !closes(&before[*open..])) else { return Spot::Shown };
    attribute(&before[open..])
}

/// Whether a tag that begins here has ended, quotes considered.
fn closes(tag: &str) -> bool {
    let mut quote = None;
    for letter in tag.chars() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, '>') => return true,
            _ => {}
        }
    }
    false
}

/// Which attribute is open at the end of this piece of a tag.
fn attribute(tag: &str) -> Spot {
    let mut quote: Option<(char, usize)> = None;
    for (at, letter) in tag.char_indices() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some((letter, at)),
            (Some((open, _)), _) if open == letter => quote = None,
            _ => {}
        }
    }
    let Some((_, open)) = quote else { return Spot::Nowhere };
    let name = tag[..open].trim_end_matches(['=', ' ']).rsplit([' ', '\n', '\t']).next().unwrap_or_default().to_ascii_lowercase();
    let so_far = &tag[open + 1..];
    match name.as_str() {
        "href" | "src" | "background" if so_far.is_empty() => Spot::Address,
        "href" | "src" | "background" => Spot::InAddress,
        "alt" | "title" | "aria-label" => Spot::Shown,
        _ => Spot::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spots(html: &str) -> Vec<Spot> {
        places(html).into_iter().map(|(_, open, _)| spot(html, open)).collect()
    }

    #[test]
    fn each_place_is_known_by_what_is_around_it() {
        assert_eq!(spots("<p>Hi {{a}}</p>"), [Spot::Shown]);
        assert_eq!(spots("<title>{{a}}</title><a href=\"{{a}}\">{{a}}</a>"), [Spot::Shown, Spot::Address, Spot::Shown]);
        assert_eq!(spots("<a href='https://example.com/{{a}}'>x</a>"), [Spot::InAddress]);
        assert_eq!(spots("<img alt=\"{{a}}\" src=\"{{a}}\">"), [Spot::Shown, Spot::Address]);
        assert_eq!(spots("<p style=\"color:{{a}}\">"), [Spot::Nowhere]);
        assert_eq!(spots("<style> .x { color: {{a}} } </style>{{a}}"), [Spot::Nowhere, Spot::Shown]);
        assert_eq!(spots("<{{a}}><p onclick=\"{{a}}\"><p {{a}}>"), [Spot::Nowhere; 3]);
        assert_eq!(spots("<p title=\"a > b\">{{a}}"), [Spot::Shown]);
    }
}
