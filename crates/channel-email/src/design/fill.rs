//! Putting a person's values into a design.

use std::collections::BTreeMap;

use channel::MailDesign;

use super::places::{Spot, places, spot};
use crate::html::escaped;

/// The place that stands for the person's own unsubscribe link.
pub const UNSUBSCRIBE_URL: &str = "unsubscribe_url";

/// A design with a person's values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filled {
    pub subject: String,
    pub html: String,
    pub text: Option<String>,
}

/// Why a design cannot be filled for a person.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotFilled {
    #[error("the mail's design wants `{0}`, for which there is no value")]
    NoValue(String),
    #[error("`{0}` is to be an address that can be opened, and is not one that begins with https:, http:, mailto: or tel:")]
    NotAnAddress(String),
    #[error("the mail's design has `{0}` where nothing may be put")]
    Nowhere(String),
}

/// Values are text: escaped where they are shown, encoded inside addresses, and whole addresses only when they can be opened.
///
/// # Errors
/// When there is no value, or one that must not stand where it would.
pub fn fill(design: &MailDesign, values: &BTreeMap<String, String>) -> Result<Filled, NotFilled> {
    let plain = |_: Spot, _: &str, value: &str| Ok(value.to_owned());
    // Line breaks in a value must not end the subject.
    let one_line = |_: Spot, _: &str, value: &str| Ok(value.split_whitespace().collect::<Vec<_>>().join(" "));
    Ok(Filled {
        subject: filled(&design.subject, values, one_line)?,
        html: filled(&design.html, values, in_html)?,
        text: design.text.as_deref().map(|text| filled(text, values, plain)).transpose()?,
    })
}

fn filled(
    source: &str,
    values: &BTreeMap<String, String>,
    write: impl Fn(Spot, &str, &str) -> Result<String, NotFilled>,
) -> Result<String, NotFilled> {
    let mut out = String::with_capacity(source.len() + 256);
    let mut done = 0;
    for (name, open, close) in places(source) {
        let value = values.get(name).ok_or_else(|| NotFilled::NoValue(name.to_owned()))?;
        out.push_str(&source[done..open]);
        out.push_str(&write(spot(source, open), name, value)?);
        done = close;
    }
    out.push_str(&source[done..]);
    Ok(out)
}

fn in_html(spot: Spot, name: &str, value: &str) -> Result<String, NotFilled> {
    match spot {
        Spot::Shown => Ok(escaped(value).replace("\r\n", "\n").replace('\n', "<br>\n")),
        Spot::Address => {
            let value = value.trim();
            let opens = ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| value.to_ascii_lowercase().starts_with(scheme));
            let fine = opens && !value.chars().any(|letter| letter.is_control() || letter.is_whitespace());
            if fine { Ok(escaped(value)) } else { Err(NotFilled::NotAnAddress(name.to_owned())) }
        }
        Spot::InAddress => Ok(value.bytes().map(encoded).collect()),
        Spot::Nowhere => Err(NotFilled::Nowhere(name.to_owned())),
    }
}

/// RFC 3986: all but what is unreserved.
fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn design(html: &str) -> MailDesign {
        MailDesign { subject: "Hi {{name}}".to_owned(), html: html.to_owned(), text: Some("Hi {{name}}".to_owned()) }
    }

    fn with(html: &str, value: &str) -> Result<Filled, NotFilled> {
        fill(&design(html), &[("name".to_owned(), value.to_owned())].into())
    }

    #[test]
    fn a_value_stays_text_wherever_it_stands() {
        let evil = "\"><script>alert(1)</script>\r\nBcc: x";
        let filled = with("<p>{{name}}</p><img alt=\"{{ name }}\" src=\"https://example.com/{{name}}\">", evil).unwrap();
        assert!(!filled.html.contains("<script") && !filled.html.contains("\"\"") && filled.html.contains("&lt;script&gt;"));
        assert!(filled.html.contains("https://example.com/%22%3E%3Cscript"));
        assert_eq!(filled.subject, "Hi \"><script>alert(1)</script> Bcc: x");
        assert_eq!(filled.text.as_deref(), Some("Hi \"><script>alert(1)</script>\r\nBcc: x"));
    }

    #[test]
    fn an_address_is_one_that_can_be_opened_or_nothing_is_sent() {
        assert!(with("<a href=\"{{name}}\">x</a>", "https://example.com/?a=1&b=2").unwrap().html.contains("?a=1&amp;b=2"));
        for evil in ["javascript:alert(1)", "", "data:text/html,x", "https://example.com/ x", "/relative"] {
            assert_eq!(with("<a href=\"{{name}}\">x</a>", evil), Err(NotFilled::NotAnAddress("name".to_owned())), "{evil}");
        }
    }

    #[test]
    fn a_missing_value_is_said() {
        assert_eq!(fill(&design("x"), &BTreeMap::new()), Err(NotFilled::NoValue("name".to_owned())));
    }
}
