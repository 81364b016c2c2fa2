//! Links of a mail, made to lead through us.

use channel::EmailAccount;
use channel::track::{PrivateTarget, leads};
use model::{MessageId, SenderId, Timestamp};

use super::link::{Link, TARGET_MAX};
use crate::html::escaped;

/// Links that are led through us in one mail; those after them stay as they are.
const LINKS_MAX: usize = 200;

/// One mail's links.
pub(crate) struct Tracker<'a> {
    pub email: &'a EmailAccount,
    pub sender: SenderId,
    pub message: MessageId,
    pub written: Timestamp,
}

impl Tracker<'_> {
    fn address(&self, kind: char, target: Option<&str>) -> String {
        let base = self.email.tracking.base.as_deref().unwrap_or(&self.email.public_url).trim_end_matches('/');
        let link = Link { message: self.message, written: self.written, target: target.map(str::to_owned) };
        format!("{base}/{kind}/{}/{}", self.sender, link.token(&self.email.key))
    }

    /// The address that leads to a target through us; `None` when the target is none that is led to, or ours already.
    fn through(&self, target: &str) -> Result<Option<String>, PrivateTarget> {
        let ours = format!("{}/", self.email.public_url.trim_end_matches('/'));
        if target.starts_with(&ours) || target.len() > TARGET_MAX || !leads(target)? {
            return Ok(None);
        }
        Ok(Some(self.address('c', Some(target))))
    }

    /// The picture that tells that the mail was shown: one pixel, before the end of the page.
    pub(crate) fn with_picture(&self, html: &str) -> String {
        let picture = format!("<img src=\"{}\" width=\"1\" height=\"1\" alt=\"\" style=\"border:0\">", self.address('o', None));
        match html.to_ascii_lowercase().rfind("</body") {
            Some(at) => format!("{}{picture}\n{}", &html[..at], &html[at..]),
            None => format!("{html}{picture}"),
        }
    }
}

/// Leads the links of a page through us. What is shown stays as it is.
pub(crate) fn in_html(html: &str, tracker: &Tracker<'_>) -> Result<String, PrivateTarget> {
    let mut out = String::with_capacity(html.len() + 512);
    let (mut done, mut count) = (0, 0);
    for (open, close) in targets(html) {
        let target = plain(html[open..close].trim());
        if count < LINKS_MAX
            && let Some(through) = tracker.through(&target)?
        {
            out.push_str(&html[done..open]);
            out.push_str(&escaped(&through));
            done = close;
            count += 1;
        }
    }
    out.push_str(&html[done..]);
    Ok(out)
}

/// Leads the web addresses of a plain text through us.
pub(crate) fn in_text(text: &str, tracker: &Tracker<'_>) -> Result<String, PrivateTarget> {
    let mut count = 0;
    let lines: Result<Vec<String>, PrivateTarget> = text
        .split('\n')
        .map(|line| {
            let words: Result<Vec<String>, PrivateTarget> = line
                .split(' ')
                .map(|word| {
                    let bare = word.trim_start_matches(['(', '<', '"', '\'']);
                    let address = bare.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '>', '"', '\'', '\r']);
                    let through = if count < LINKS_MAX { tracker.through(address)? } else { None };
                    let Some(through) = through else { return Ok(word.to_owned()) };
                    count += 1;
                    let before = word.len() - bare.len();
                    Ok(format!("{}{through}{}", &word[..before], &word[before + address.len()..]))
                })
                .collect();
            Ok(words?.join(" "))
        })
        .collect();
    Ok(lines?.join("\n"))
}

/// Where the values of `href` of links lie in a page, in order.
fn targets(html: &str) -> Vec<(usize, usize)> {
    let lower = html.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = lower[from..].find('<').map(|at| at + from) {
        let name: &str = lower[open + 1..].split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
        // A comment is looked into: what it holds for one mail program is a page like the rest.
        if name.is_empty() {
            from = open + 1;
            continue;
        }
        let end = tag_end(&lower, open);
        if matches!(name, "a" | "area") {
            found.extend(href(&lower, open, end));
        }
        from = end;
    }
    found
}

/// After the `>` that ends a tag, quotes considered.
fn tag_end(html: &str, from: usize) -> usize {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None, b'>') => return at + 1,
            _ => {}
        }
    }
    html.len()
}

/// The quoted value of `href` inside a tag. A value without quotes stays as it is: nothing that we render has one.
fn href(lower: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let tag = &lower[from..to];
    let mut quote: Option<u8> = None;
    let mut opened = 0;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => (quote, opened) = (Some(byte), at),
            (Some(open), _) if open == byte => {
                let name = tag[..opened].trim_end().strip_suffix('=').map(str::trim_end).unwrap_or_default();
                if name.ends_with("href") && name[..name.len() - 4].ends_with([' ', '\n', '\t', '\r', '"', '\'']) {
                    return Some((from + opened + 1, from + at));
                }
                quote = None;
            }
            _ => {}
        }
    }
    None
}

/// The value of an attribute as it is meant.
fn plain(value: &str) -> String {
    value.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::office::settings;

    fn tracked<T>(with: impl FnOnce(&Tracker<'_>) -> T) -> T {
        let email = settings(1);
        with(&Tracker { email: &email, sender: SenderId::from_u128(5), message: MessageId::from_u128(7), written: Timestamp::from_secs(9) })
    }

    /// The targets of links of ours in a text.
    fn led_to(text: &str) -> Vec<String> {
        let links =
            text.split(['"', ' ', '\n', '(', ')', ',']).filter_map(|word| word.strip_prefix("https://app.example.com/c/")?.split_once('/'));
        links.filter_map(|(_, token)| Link::read(&settings(1).key, token)?.target).collect()
    }

    #[test]
    fn links_of_a_page_lead_through_us_and_look_as_before() {
        let page = "<body><A class='x' HREF=\"https://example.com/a?b=1&amp;c=2\">https://example.com/a</a><a href='https://example.org'>x</a>\
                    <a href=\"mailto:a@example.com\">m</a><abbr title=\"<a href='https://example.net'>\">y</abbr>\
                    <a data-href=\"https://example.net\">z</a><img src=\"https://example.com/p.png\"></body>";
        let out = tracked(|tracker| in_html(page, tracker)).unwrap();
        assert_eq!(led_to(&out.replace('\'', "\"")), ["https://example.com/a?b=1&c=2", "https://example.org"]);
        assert!(
            out.contains(">https://example.com/a</a>")
                && out.contains("mailto:a@example.com")
                && out.contains("src=\"https://example.com/p")
        );
        assert!(out.contains("data-href=\"https://example.net\""));
    }

    #[test]
    fn an_unsubscribe_link_is_left_alone() {
        let page = "<a href=\"https://app.example.com/u/snd/x.y\">Unsubscribe</a>";
        assert_eq!(tracked(|tracker| in_html(page, tracker)).unwrap(), page);
    }

    #[test]
    fn web_addresses_of_a_text_lead_through_us_without_the_punctuation_around_them() {
        let text = "See (https://example.com/a).\nOr https://example.org, mailto:x";
        let out = tracked(|tracker| in_text(text, tracker)).unwrap();
        assert_eq!(led_to(&out), ["https://example.com/a", "https://example.org"], "{out}");
        assert!(out.starts_with("See (https://app") && out.contains(").\nOr https://app") && out.ends_with(", mailto:x"), "{out}");
    }

    #[test]
    fn a_private_address_is_refused_with_its_reason() {
        let found = tracked(|tracker| in_html("<a href=\"http://10.0.0.1/\">x</a>", tracker));
        assert_eq!(found, Err(PrivateTarget("10.0.0.1".to_owned())));
    }

    #[test]
    fn the_picture_is_the_last_thing_of_the_page() {
        let out = tracked(|tracker| tracker.with_picture("<html><body>x</body></html>"));
        assert!(out.starts_with("<html><body>x<img src=\"https://app.example.com/o/") && out.ends_with("</body></html>"), "{out}");
    }
}
