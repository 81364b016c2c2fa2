//! Header fields: no line may come out of a value (header injection), and what is not ASCII is encoded (RFC 2047).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Longest line that is written, in characters without the line end (RFC 5322 §2.1.1).
const LINE: usize = 76;
/// Bytes of text in one encoded word: 75 characters less its frame, in base64.
const WORD: usize = 42;
/// Longest value that is written. In characters.
const VALUE_MAX: usize = 2_000;

/// Why a value cannot be a header.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum BadHeader {
    #[error("the {0} has a line break or another control character in it")]
    Control(&'static str),
    #[error("the {0} is longer than {VALUE_MAX} characters")]
    Long(&'static str),
    #[error("`{0}` is not a mail address that can be sent to")]
    Address(String),
}

/// Free text as a value: a subject, a name.
pub(crate) fn text(name: &'static str, value: &str) -> Result<String, BadHeader> {
    if value.chars().any(char::is_control) {
        return Err(BadHeader::Control(name));
    }
    if value.chars().count() > VALUE_MAX {
        return Err(BadHeader::Long(name));
    }
    // What looks like an encoded word is encoded, or readers would decode it.
    if value.is_ascii() && !value.contains("=?") && value.split(' ').all(|word| word.len() < LINE - 20) {
        return Ok(value.to_owned());
    }
    Ok(encoded(value))
}

fn encoded(value: &str) -> String {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in value.chars() {
        if word.len() + letter.len_utf8() > WORD {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter);
    }
    words.push(word);
    words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect::<Vec<_>>().join(" ")
}

/// `Name <address>`.
pub(crate) fn mailbox(name: &str, address: &str) -> Result<String, BadHeader> {
    if !valid_address(address) {
        return Err(BadHeader::Address(address.to_owned()));
    }
    let shown = text("name", name)?;
    Ok(match (name.is_empty(), shown == name) {
        (true, _) => address.to_owned(),
        (false, true) => format!("\"{}\" <{address}>", name.replace('\\', "\\\\").replace('"', "\\\"")),
        (false, false) => format!("{shown} <{address}>"),
    })
}

/// Whether this is `local@domain` in the form that every server takes: an unquoted local part and a domain in ASCII (RFC 5321).
#[must_use]
pub fn valid_address(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (1..=64).contains(&local.len())
        && local.bytes().all(atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.len() <= 253
        && domain.split('.').all(label)
}

/// Whether this may stand between the brackets of a Message-ID.
pub(crate) fn valid_id(id: &str) -> bool {
    (3..=250).contains(&id.len()) && id.contains('@') && id.bytes().all(|byte| (0x21..0x7f).contains(&byte) && !b"<>\"\\".contains(&byte))
}

/// `Name: value` in lines that are short enough, with their ends. Folds at spaces.
pub(crate) fn line(name: &str, value: &str) -> String {
    let mut out = format!("{name}:");
    let mut column = out.len();
    for word in value.split(' ') {
        if column + 1 + word.len() > LINE && column > name.len() + 1 {
            out.push_str("\r\n");
            column = 0;
        }
        out.push(' ');
        out.push_str(word);
        column += 1 + word.len();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_with_a_line_break_is_refused() {
        assert_eq!(text("subject", "Hi\r\nBcc: victim@example.com"), Err(BadHeader::Control("subject")));
        assert!(mailbox("Shop\nX-Spam: no", "a@example.com").is_err());
        assert!(mailbox("Shop", "a@example.com\r\nRCPT TO:<b@example.com>").is_err());
    }

    #[test]
    fn an_id_that_would_add_a_header_is_none() {
        assert!(valid_id("CAF+x=1@mail.example.org"));
        for bad in ["", "a", "a@b\r\nBcc: x", "a b@c", "<a@b>", "ä@b", "0123456789abcdef"] {
            assert!(!valid_id(bad), "{bad}");
        }
    }

    #[test]
    fn names_are_quoted_and_other_scripts_encoded() {
        assert_eq!(mailbox("Smith, \"Al\"", "a@example.com").unwrap(), r#""Smith, \"Al\"" <a@example.com>"#);
        assert_eq!(mailbox("Café", "a@example.com").unwrap(), "=?utf-8?B?Q2Fmw6k=?= <a@example.com>");
    }

    #[test]
    fn addresses_that_servers_do_not_take_are_not_valid() {
        for good in ["a@example.com", "first.last+tag@mail.example.com", "o'neil@localhost"] {
            assert!(valid_address(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@example.com",
            "a@",
            ".a@example.com",
            "a..b@example.com",
            "a b@example.com",
            "a@-x.com",
            "a@x..com",
            "<a@x.com>",
            "ü@example.com",
        ] {
            assert!(!valid_address(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_comes_back_from_another_reader(value in "\\PC{0,120}") {
            if let Ok(subject) = text("subject", &value) {
                let mail = format!("{}\r\n", line("Subject", &subject));
                prop_assert!(mail.lines().all(|line| line.len() <= 998 && line.is_ascii()));
                let parsed = mail_parser::MessageParser::default().parse(mail.as_bytes()).unwrap();
                prop_assert_eq!(parsed.subject().unwrap_or_default().trim(), value.trim());
            }
        }
    }
}
