//! Mails inside of mails stay closed. The parser opens them as deep as they go and closes them by recursion, so a mail of a few hundred kilobytes
//! that is nothing but beginnings of mails would end the process. Nothing here reads what a mail inside of a mail says: of a returned mail the head
//! is enough, and what somebody forwards is a file.
//!
//! So the type is made one that the parser does not know, in a copy of the same length: whatever else is found in it lies where it lay before.

/// What the parser opens, and its stand-in. `message/rfc822-headers` and `message/global-delivery-status` are other types and stay.
const OPENED: [(&[u8], &[u8]); 3] = [(b"rfc822", CLOSED.as_bytes()), (b"global", b"globa_"), (b"digest", b"diges_")];
/// The subtype of a closed mail.
pub(crate) const CLOSED: &str = "rfc82_";
const NAME: &[u8] = b"content-type";

/// The mail with every mail inside of it closed.
pub(crate) fn flat(mail: &[u8]) -> Vec<u8> {
    let mut out = mail.to_vec();
    let mut done = 0;
    for colon in (0..mail.len()).filter(|at| mail[*at] == b':') {
        if colon >= done && is_name(&mail[..colon]) {
            done = end_of_field(mail, colon);
            close(&mut out[colon..done]);
        }
    }
    out
}

/// Whether a field's name ends here. The parser passes over white space inside of names, and may begin one in the middle of a line.
fn is_name(before: &[u8]) -> bool {
    let mut letters = before.iter().rev().take_while(|byte| **byte != b'\n').filter(|byte| !byte.is_ascii_whitespace());
    NAME.iter().rev().all(|letter| letters.next().is_some_and(|byte| byte.eq_ignore_ascii_case(letter)))
}

/// After the line feed that no continuation follows.
fn end_of_field(mail: &[u8], from: usize) -> usize {
    let ends = |at: &usize| mail[*at] == b'\n' && !matches!(mail.get(*at + 1), Some(b' ' | b'\t'));
    (from..mail.len()).find(ends).map_or(mail.len(), |at| at + 1)
}

fn close(field: &mut [u8]) {
    for (opened, closed) in OPENED {
        let mut at = 0;
        while at + opened.len() <= field.len() {
            let end = at + opened.len();
            if field[at..end].eq_ignore_ascii_case(opened) && field.get(end) != Some(&b'-') {
                field[at..end].copy_from_slice(closed);
                at = end;
            } else {
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, PartType};
    use proptest::prelude::*;

    use super::*;

    fn opens(mail: &[u8]) -> bool {
        let parsed = MessageParser::default().parse(mail);
        parsed.is_some_and(|mail| mail.parts.iter().any(|part| matches!(part.body, PartType::Message(_))))
    }

    #[test]
    fn the_type_is_closed_in_every_spelling_and_nothing_else_changes() {
        for head in [
            "Content-Type: message/rfc822",
            "CONTENT-TYPE: Message/RFC822; x=y",
            "Con tent-\tType : message/global",
            "Content-Type:\r\n message/rfc822",
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64",
            "Content-Type: multipart/digest; boundary=b",
        ] {
            let mail = format!(
                "From: a@example.org\r\n{head}\r\n\r\n--b\r\n\r\nFrom: b@example.org\r\n\r\nIn a rfc822 digest: global\r\n--b--\r\n"
            );
            let closed = flat(mail.as_bytes());
            assert!(opens(mail.as_bytes()) || head.contains("base64"), "{head}");
            assert!(!opens(&closed), "{head}");
            assert_eq!(closed.len(), mail.len());
            assert!(closed.ends_with(b"In a rfc822 digest: global\r\n--b--\r\n"));
        }
        for same in [
            "Content-Type: text/rfc822-headers\r\n",
            "Content-Type: message/global-delivery-status\r\n",
            "Final-Recipient: rfc822; a@b\r\n",
        ] {
            assert_eq!(flat(same.as_bytes()), same.as_bytes());
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_closed_opens(mail in "(Content-Type: ?|c o n t e n t-type:|message/|rfc822|GLOBAL|multipart/digest; boundary=b|--b|;|\\(|\\)|\"|\r\n|\n|\r| |\t|a: b|:){0,60}") {
            prop_assert!(!opens(&flat(mail.as_bytes())));
        }
    }
}
