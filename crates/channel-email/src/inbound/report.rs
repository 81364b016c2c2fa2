//! Delivery reports (RFC 3464) and feedback reports (RFC 5965).

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use super::flat::CLOSED;

/// Header groups that are looked at in one report.
const GROUPS_MAX: usize = 20;

/// What a mail server reports about a mail of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Report {
    Delivery(Delivery),
    Feedback(Feedback),
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Delivery {
    pub action: String,
    /// `5.1.1`.
    pub status: String,
    pub diagnostic: String,
    pub recipient: Option<String>,
    /// Message-ID of the mail that came back.
    pub original: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Feedback {
    /// `abuse`, `fraud`, `not-spam` …
    pub kind: String,
    pub recipient: Option<String>,
    /// Return path of the mail that is complained about: names our message.
    pub return_path: Option<String>,
    pub original: Option<String>,
}

/// Reads a report; `None` when the mail is none.
pub(crate) fn read(mail: &Message<'_>) -> Option<Report> {
    let part = |sub: &str| {
        mail.parts.iter().find(|part| part.content_type().is_some_and(|kind| kind.ctype() == "message" && kind.subtype() == Some(sub)))
    };
    let original = mail.parts.iter().find_map(original_id);
    if let Some(part) = part("delivery-status") {
        return Some(Report::Delivery(delivery(&text(part.contents()), original)));
    }
    let part = part("feedback-report")?;
    let fields = groups(&text(part.contents())).into_iter().flatten().collect::<Vec<_>>();
    Some(Report::Feedback(Feedback {
        kind: field(&fields, "feedback-type").unwrap_or_default().to_ascii_lowercase(),
        recipient: field(&fields, "original-rcpt-to").map(|value| bare(&value)),
        return_path: field(&fields, "original-mail-from").map(|value| bare(&value)),
        original,
    }))
}

fn delivery(report: &str, original: Option<String>) -> Delivery {
    let groups = groups(report);
    // The first recipient that failed: our mails have one.
    let about = |group: &&Vec<(String, String)>| field(group, "action").is_some();
    let failed = groups.iter().find(|group| field(group, "action").is_some_and(|action| action.eq_ignore_ascii_case("failed")));
    let Some(group) = failed.or_else(|| groups.iter().find(about)) else { return Delivery { original, ..Delivery::default() } };
    let said = field(group, "diagnostic-code").unwrap_or_default();
    let typed = |name| field(group, name).map(|value| bare(value.split_once(';').map_or(value.as_str(), |(_, address)| address)));
    Delivery {
        action: field(group, "action").unwrap_or_default().to_ascii_lowercase(),
        status: field(group, "status").unwrap_or_default().split_whitespace().next().unwrap_or_default().to_owned(),
        diagnostic: said.split_once(';').map_or(said.as_str(), |(_, text)| text).trim().to_owned(),
        recipient: typed("original-recipient").or_else(|| typed("final-recipient")),
        original,
    }
}

/// The Message-ID in a part that holds the original, whole or as headers.
fn original_id(part: &mail_parser::MessagePart<'_>) -> Option<String> {
    if let PartType::Message(inner) = &part.body {
        return inner.message_id().map(str::to_owned);
    }
    let kind = part.content_type()?;
    let headers_only = matches!(
        (kind.ctype(), kind.subtype()),
        ("text", Some("rfc822-headers")) | ("message", Some("rfc822-headers" | "rfc822" | CLOSED))
    );
    if !headers_only {
        return None;
    }
    MessageParser::default().parse_headers(part.contents())?.message_id().map(str::to_owned)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n")
}

/// Header groups, separated by empty lines; names in lower case, values unfolded.
fn groups(text: &str) -> Vec<Vec<(String, String)>> {
    text.split("\n\n").take(GROUPS_MAX).map(fields).filter(|group| !group.is_empty()).collect()
}

fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

fn field(fields: &[(String, String)], name: &str) -> Option<String> {
    fields.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone())
}

fn bare(address: &str) -> String {
    address.trim().trim_start_matches('<').trim_end_matches('>').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn report(bytes: &[u8]) -> Option<Report> {
        read(&MessageParser::default().parse(bytes)?)
    }

    #[test]
    fn a_genuine_report_of_postfix_is_read() {
        let Some(Report::Delivery(report)) = report(include_bytes!("../../testdata/dsn_postfix_5.1.1.eml")) else { panic!() };
        assert_eq!((report.action.as_str(), report.status.as_str()), ("failed", "5.1.1"));
        assert_eq!(report.diagnostic, "550 5.1.1 User unknown");
        assert_eq!(report.recipient.as_deref(), Some("bad@example.org"));
        assert_eq!(report.original.as_deref(), Some("20261122162643.025207@vm"));
    }

    #[test]
    fn a_feedback_report_names_the_mail_that_is_complained_about() {
        let Some(Report::Feedback(report)) = report(include_bytes!("../../testdata/authored_arf_abuse.eml")) else { panic!() };
        assert_eq!((report.kind.as_str(), report.recipient.as_deref()), ("abuse", Some("zoe@example.org")));
        assert_eq!(report.return_path.as_deref(), Some("bounce+m_01.sig@bounce.example.com"));
        assert_eq!(report.original.as_deref(), Some("m_01@mail.example.com"));
    }

    #[test]
    fn a_mail_of_a_person_is_no_report() {
        assert_eq!(report(b"From: a@example.com\r\nSubject: Hi\r\n\r\nStatus: 5.1.1\r\n"), None);
    }

    proptest! {
        #[test]
        fn a_damaged_report_never_panics(at in 0_usize..2_000, byte in any::<u8>(), cut in 0_usize..2_200) {
            for whole in [&include_bytes!("../../testdata/dsn_postfix_5.1.1.eml")[..], include_bytes!("../../testdata/authored_arf_abuse.eml")] {
                let mut bytes = whole[..cut.min(whole.len())].to_vec();
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
                let _ = report(&bytes);
            }
        }
    }
}
