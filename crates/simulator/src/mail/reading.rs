//! A mail as its reader sees it. Written for what is sent to this world, on purpose without a library.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Links, and pictures, that are shown.
const LINKS_MAX: usize = 20;

pub(crate) struct Mail {
    /// The header lines as they came.
    pub head: String,
    fields: Vec<(String, String)>,
    pub text: String,
    pub html: Option<String>,
    /// There is a part for those who read no HTML.
    pub has_plain: bool,
    pub links: Vec<String>,
    pub pictures: Vec<String>,
}

/// The header lines, with their ends.
pub(super) fn head(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.split_once("\r\n\r\n").map_or(text.as_ref(), |(head, _)| head).to_owned() + "\r\n"
}

pub(crate) fn read(bytes: &[u8]) -> Mail {
    let whole = String::from_utf8_lossy(bytes).into_owned();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap_or((&whole, ""));
    let fields = fields(head);
    let (mut plain, mut html) = (None, None);
    parts(&fields, body, 0, &mut plain, &mut html);
    let links = html.as_deref().map(|html| addresses(html, "href=\"")).unwrap_or_default();
    let pictures = html.as_deref().map(|html| addresses(html, "src=\"")).unwrap_or_default();
    let has_plain = plain.is_some();
    let text = plain.or_else(|| html.as_deref().map(bare)).unwrap_or_default();
    Mail { head: format!("{head}\r\n"), fields, text: text.replace("\r\n", "\n"), html, has_plain, links, pictures }
}

impl Mail {
    pub fn field(&self, name: &str) -> Option<String> {
        value(&self.fields, name).map(decoded_words)
    }

    /// The bare address of a field.
    pub fn address(&self, name: &str) -> Option<String> {
        let value = value(&self.fields, name)?;
        let bare = value.rsplit_once('<').map_or(value, |(_, rest)| rest.trim_end_matches('>'));
        Some(bare.trim().to_lowercase())
    }

    /// The way to unsubscribe that begins like this.
    pub fn unsubscribe(&self, scheme: &str) -> Option<String> {
        let ways = value(&self.fields, "list-unsubscribe")?;
        let mut ways = ways.split(',').map(|way| way.trim().trim_start_matches('<').trim_end_matches('>'));
        ways.find(|way| way.starts_with(scheme)).map(str::to_owned)
    }
}

fn fields(head: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

fn value<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}

/// The first plain and the first HTML text, looked for three levels deep.
fn parts(fields: &[(String, String)], body: &str, depth: u8, plain: &mut Option<String>, html: &mut Option<String>) {
    let kind = value(fields, "content-type").unwrap_or("text/plain").to_owned();
    let lower = kind.to_lowercase();
    if lower.starts_with("multipart/") {
        let Some(boundary) = kind.split(';').filter_map(|part| part.trim().strip_prefix("boundary=")).next() else { return };
        let marker = format!("--{}", boundary.trim_matches('"'));
        for part in body.split(&marker).skip(1).take_while(|part| !part.starts_with("--")) {
            let part = part.strip_prefix("\r\n").unwrap_or(part);
            let (head, inner) = part.split_once("\r\n\r\n").unwrap_or(("", part));
            if depth < 3 {
                let inner = inner.strip_suffix("\r\n").unwrap_or(inner);
                parts(&self::fields(head), inner, depth + 1, plain, html);
            }
        }
        return;
    }
    let text = || decoded(body, value(fields, "content-transfer-encoding").unwrap_or_default());
    if lower.starts_with("text/html") {
        html.get_or_insert_with(text);
    } else if lower.starts_with("text/plain") {
        plain.get_or_insert_with(text);
    }
}

fn decoded(body: &str, encoding: &str) -> String {
    match encoding.to_lowercase().as_str() {
        "base64" => {
            let packed: String = body.split_whitespace().collect();
            STANDARD.decode(packed).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
        }
        "quoted-printable" => {
            let mut bytes = Vec::new();
            let mut rest = body.as_bytes();
            while let Some((first, tail)) = rest.split_first() {
                let escaped = (*first == b'=').then(|| tail.get(..2)).flatten();
                match escaped {
                    Some(b"\r\n") => rest = &tail[2..],
                    Some(pair) => {
                        let digits = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
                        bytes.push(digits.unwrap_or(b'?'));
                        rest = &tail[2..];
                    }
                    None => {
                        bytes.push(*first);
                        rest = tail;
                    }
                }
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        _ => body.to_owned(),
    }
}

/// RFC 2047, base64 only: what is written to this world.
fn decoded_words(text: &str) -> String {
    let mut out = String::new();
    let mut after_word = false;
    for word in text.split(' ') {
        let inner = word.strip_prefix("=?utf-8?B?").and_then(|word| word.strip_suffix("?="));
        let decoded = inner.and_then(|inner| STANDARD.decode(inner).ok()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        if !(out.is_empty() || after_word && decoded.is_some()) {
            out.push(' ');
        }
        after_word = decoded.is_some();
        out.push_str(decoded.as_deref().unwrap_or(word));
    }
    out
}

/// RFC 2047.
pub(super) fn encoded_words(text: &str) -> String {
    let mut words = vec![String::new()];
    for letter in text.chars() {
        let full = words.last().is_some_and(|word| word.len() + letter.len_utf8() > 40);
        if full {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect::<Vec<_>>().join(" ")
}

/// The values of an attribute, wherever it stands.
fn addresses(html: &str, attribute: &str) -> Vec<String> {
    html.split(attribute)
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(link, _)| link.replace("&amp;", "&"))
        .take(LINKS_MAX)
        .collect()
}

fn bare(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => out.push(letter),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_with_two_forms_shows_its_plain_text_and_the_links_of_the_other() {
        let mail = "From: \"Shop\" <Desk@example.com>\r\nSubject: =?utf-8?B?Q2Fmw6k=?= =?utf-8?B?IQ==?=\r\n\
            List-Unsubscribe: <https://example.com/u/1>,\r\n <mailto:u@in.example.com>\r\n\
            Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n\
            --b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=C3=A9 =\r\nopen\r\n\
            --b\r\nContent-Type: text/html\r\n\r\n<a href=\"https://example.com/?a=1&amp;b=2\">x</a><img src=\"https://example.com/p.gif\">\r\n--b--\r\n";
        let mail = read(mail.as_bytes());
        assert_eq!((mail.text.as_str(), mail.field("subject").as_deref()), ("Café open", Some("Café!")));
        assert_eq!(
            (mail.links.concat(), mail.pictures.concat()),
            ("https://example.com/?a=1&b=2".to_owned(), "https://example.com/p.gif".to_owned())
        );
        assert_eq!(mail.address("from").as_deref(), Some("desk@example.com"));
        assert_eq!(mail.unsubscribe("mailto:").as_deref(), Some("mailto:u@in.example.com"));
        assert_eq!(
            decoded_words(&encoded_words("Prüfung für dich, heute und morgen und übermorgen!")),
            "Prüfung für dich, heute und morgen und übermorgen!"
        );
    }

    #[test]
    fn broken_mails_are_read_as_far_as_they_go() {
        for odd in [
            "",
            "\r\n\r\n",
            "Content-Type: multipart/mixed\r\n\r\n--x",
            "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n----",
            "a=\r\n=Z",
        ] {
            let _ = read(odd.as_bytes());
        }
    }
}
