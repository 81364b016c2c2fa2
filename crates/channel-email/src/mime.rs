//! A mail as bytes. The same mail is the same bytes: boundaries come from the message's id.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::header;

/// Longest line of a body, in characters (RFC 2045 §6.7).
const LINE: usize = 76;

/// What a mail says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Body {
    pub text: String,
    pub html: String,
    pub attachment: Option<Attachment>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Attachment {
    pub name: String,
    pub mime: String,
    pub bytes: Vec<u8>,
}

/// Header lines and body together. `headers` are finished lines without those that say the body's form.
pub(crate) fn write(headers: &str, body: &Body, boundary: &str) -> String {
    let alternative = format!("alt_{boundary}");
    let mut out = format!("{headers}MIME-Version: 1.0\r\n");
    let mixed = format!("mix_{boundary}");
    if body.attachment.is_some() {
        out.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{mixed}\"\r\n\r\n--{mixed}\r\n"));
    }
    out.push_str(&format!("Content-Type: multipart/alternative; boundary=\"{alternative}\"\r\n\r\n"));
    for (kind, text) in [("plain", &body.text), ("html", &body.html)] {
        out.push_str(&format!(
            "--{alternative}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n",
            quoted_printable(text)
        ));
    }
    out.push_str(&format!("--{alternative}--\r\n"));
    if let Some(attachment) = &body.attachment {
        out.push_str(&part(attachment, &mixed));
        out.push_str(&format!("--{mixed}--\r\n"));
    }
    out
}

fn part(attachment: &Attachment, boundary: &str) -> String {
    let mime = if plain_mime(&attachment.mime) { attachment.mime.as_str() } else { "application/octet-stream" };
    let mut out = format!("--{boundary}\r\nContent-Type: {mime}\r\nContent-Transfer-Encoding: base64\r\n");
    out.push_str(&header::line("Content-Disposition", &disposition(&attachment.name)));
    out.push_str("\r\n");
    let encoded = STANDARD.encode(&attachment.bytes);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(LINE.min(rest.len()));
        out.push_str(line);
        out.push_str("\r\n");
        rest = more;
    }
    out
}

fn plain_mime(mime: &str) -> bool {
    mime.split_once('/').is_some_and(|(kind, sub)| {
        let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.+".contains(&byte));
        word(kind) && word(sub) && kind != "multipart" && kind != "message"
    })
}

/// The name in ASCII, and as it is for those who read RFC 2231.
fn disposition(name: &str) -> String {
    let name: String = name.chars().filter(|letter| !letter.is_control()).take(100).collect();
    let plain: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() || ".-_".contains(letter) { letter } else { '_' }).collect();
    let exact: String = name
        .bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect();
    if plain == name {
        format!("attachment; filename=\"{plain}\"")
    } else {
        format!("attachment; filename*=utf-8''{exact}; filename=\"{plain}\"")
    }
}

/// Lines end with CR LF whatever they ended with; a space at a line's end is encoded, because servers cut it (RFC 2045 §6.7).
pub(crate) fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (index, line) in text.replace("\r\n", "\n").replace('\r', "\n").split('\n').enumerate() {
        if index > 0 {
            out.push_str("\r\n");
        }
        let bytes = line.as_bytes();
        let mut column = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let last = at + 1 == bytes.len();
            // "From " at a line's start is changed by old servers, and a dot alone ends a mail where it is not doubled.
            let literal = match byte {
                b' ' | b'\t' => !last,
                b'.' | b'F' if column == 0 => false,
                b'!'..=b'~' => *byte != b'=',
                _ => false,
            };
            let width = if literal { 1 } else { 3 };
            if column + width > LINE - 1 {
                out.push_str("=\r\n");
                column = 0;
            }
            if literal {
                out.push(char::from(*byte));
            } else {
                out.push_str(&format!("={byte:02X}"));
            }
            column += width;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders};
    use proptest::prelude::*;

    use super::*;

    fn body(text: &str) -> Body {
        Body { text: text.to_owned(), html: format!("<p>{text}</p>"), attachment: None }
    }

    #[test]
    fn an_attachment_keeps_its_name_and_bytes() {
        let attachment =
            Attachment { name: "Angebot für Sie.pdf".to_owned(), mime: "application/pdf".to_owned(), bytes: (0..=255).collect() };
        let mail = write("Subject: x\r\n", &Body { attachment: Some(attachment), ..body("hi") }, "1");
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let part = parsed.attachment(0).unwrap();
        assert_eq!(part.attachment_name(), Some("Angebot für Sie.pdf"));
        assert_eq!(part.contents(), (0..=255).collect::<Vec<u8>>());
        assert_eq!(parsed.body_text(0).unwrap().trim_end(), "hi");
    }

    #[test]
    fn a_made_up_type_cannot_add_lines() {
        let attachment = Attachment { name: "a\"\r\nX: y".to_owned(), mime: "text/html\r\nX: y".to_owned(), bytes: vec![] };
        let mail = write("", &Body { attachment: Some(attachment), ..body("") }, "1");
        assert!(!mail.contains("\r\nX: y") && mail.contains("Content-Type: application/octet-stream"));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_no_line_is_long(text in "(\\PC|[\\n =.F]){0,200}") {
            let mail = write("Subject: x\r\n", &body(&text), "1");
            prop_assert!(mail.is_ascii() && mail.split("\r\n").all(|line| line.len() <= LINE && !line.contains(['\r', '\n'])));
            let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
            let read = parsed.body_text(0).unwrap().replace("\r\n", "\n");
            prop_assert_eq!(read, text);
        }
    }
}
