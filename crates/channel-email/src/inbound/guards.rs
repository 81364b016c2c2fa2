//! Loop guards: mails that no person wrote are never answered and never open a conversation.

use mail_parser::Message;

/// Local parts that machines write from.
const MACHINES: [&str; 8] = ["mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply", "bounce", "bounces"];

/// Whether a machine wrote this: an auto-responder, a list, a mail server, or we ourselves. Answers why.
pub(crate) fn is_automatic(mail: &Message<'_>, return_path: &str, from: &str, ours: &[&str]) -> Option<&'static str> {
    let header = |name: &'static str| mail.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    if header("Auto-Submitted").is_some_and(|value| !value.starts_with("no")) {
        return Some("auto_submitted");
    }
    if header("Precedence").is_some_and(|value| ["bulk", "junk", "list", "auto_reply"].contains(&value.as_str())) {
        return Some("precedence");
    }
    if ["X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"].into_iter().any(|name| header(name).is_some()) {
        return Some("auto_reply_header");
    }
    if header("List-Id").is_some() {
        return Some("list");
    }
    if return_path.is_empty() {
        return Some("null_return_path");
    }
    let from = from.to_ascii_lowercase();
    if ours.iter().any(|address| address.eq_ignore_ascii_case(&from)) {
        return Some("our_own_address");
    }
    let local = from.split(['@', '+']).next().unwrap_or_default();
    if MACHINES.contains(&local) {
        return Some("machine_address");
    }
    let kind = mail_parser::MimeHeaders::content_type(mail.root_part());
    kind.is_some_and(|kind| kind.ctype() == "multipart" && kind.subtype() == Some("report")).then_some("report")
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn why(head: &str, return_path: &str, from: &str) -> Option<&'static str> {
        let mail = format!("From: {from}\r\n{head}\r\nHi\r\n");
        is_automatic(&MessageParser::default().parse(mail.as_bytes()).unwrap(), return_path, from, &["desk@example.com"])
    }

    #[test]
    fn machines_are_told_from_people_by_every_sign() {
        let person = "a@example.org";
        assert_eq!(why("Auto-Submitted: no\r\n", person, person), None);
        for (head, reason) in [
            ("Auto-Submitted: auto-replied\r\n", "auto_submitted"),
            ("Precedence: Bulk\r\n", "precedence"),
            ("X-Autoreply: yes\r\n", "auto_reply_header"),
            ("List-Id: <a.example.org>\r\n", "list"),
            ("Content-Type: multipart/report; boundary=x\r\n", "report"),
        ] {
            assert_eq!(why(head, person, person), Some(reason));
        }
        assert_eq!(why("", "", person), Some("null_return_path"));
        assert_eq!(why("", person, "Desk@example.com"), Some("our_own_address"));
        assert_eq!(why("", person, "no-reply@example.org"), Some("machine_address"));
    }
}
