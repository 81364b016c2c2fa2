//! A person's mail in our words.

use channel::FetchedMedia;
use mail_parser::{Message, MimeHeaders};
use model::content::MediaKind;
use model::inbound::{InboundContent, InboundMedia};

use super::flat::CLOSED;
use super::quote;
use crate::header::valid_address;

/// Characters of a text that is kept.
const TEXT_MAX: usize = 50_000;
/// Attachments that are kept of one mail.
const ATTACHMENTS_MAX: usize = 10;

/// What a person sent.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Inbound {
    /// Without brackets; `None` when the mail has none.
    pub id: Option<String>,
    pub from: String,
    pub name: Option<String>,
    /// Message-IDs that it answers, the nearest first.
    pub answers: Vec<String>,
    /// Our words for the text; empty when there is none.
    pub text: String,
    pub attachments: Vec<(InboundMedia, FetchedMedia)>,
}

/// Reads a mail; `None` when nobody who could be answered wrote it.
pub(crate) fn inbound(mail: &Message<'_>) -> Option<Inbound> {
    let from = mail.from()?.first()?;
    let address = from.address()?.trim().to_lowercase();
    if !valid_address(&address) {
        return None;
    }
    let mut answers: Vec<String> = list(mail.in_reply_to());
    let mut references = list(mail.references());
    references.reverse();
    answers.extend(references);
    answers.truncate(50);
    let attachments = mail.attachments().filter_map(attachment).take(ATTACHMENTS_MAX).collect();
    Some(Inbound {
        id: mail.message_id().map(|id| id.chars().take(250).collect()),
        from: address,
        name: from.name().map(|name| name.chars().filter(|letter| !letter.is_control()).take(100).collect()),
        answers,
        text: text(mail),
        attachments,
    })
}

fn list(value: &mail_parser::HeaderValue<'_>) -> Vec<String> {
    match (value.as_text_list(), value.as_text()) {
        (Some(all), _) => all.iter().map(ToString::to_string).collect(),
        (None, Some(one)) => vec![one.to_owned()],
        (None, None) => Vec::new(),
    }
}

/// The answer without the mail that it quotes; of a new thread, its subject in front.
fn text(mail: &Message<'_>) -> String {
    let body = mail.body_text(0).map(|body| quote::answer(&body)).unwrap_or_default();
    let subject = mail.subject().unwrap_or_default().trim();
    let answers = mail.in_reply_to().as_text().is_some() || mail.in_reply_to().as_text_list().is_some();
    let lower = subject.to_lowercase();
    let says_so = ["re:", "aw:", "sv:", "rv:", "fwd:", "fw:", "wg:"].iter().any(|mark| lower.starts_with(mark));
    let whole = match (subject.is_empty() || answers || says_so, body.is_empty()) {
        (false, false) => format!("{subject}\n\n{body}"),
        (false, true) => subject.to_owned(),
        (true, _) => body,
    };
    whole.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).take(TEXT_MAX).collect()
}

fn attachment(part: &mail_parser::MessagePart<'_>) -> Option<(InboundMedia, FetchedMedia)> {
    if part.is_message() || part.is_multipart() || part.is_empty() {
        return None;
    }
    let mime = part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")).to_ascii_lowercase(),
    );
    // What is forwarded whole is a file.
    let mime = mime.replace(CLOSED, "rfc822");
    let kind = match mime.split('/').next() {
        Some("image") => MediaKind::Image,
        Some("audio") => MediaKind::Audio,
        Some("video") => MediaKind::Video,
        _ => MediaKind::Document,
    };
    let filename = part.attachment_name().map(|name| {
        let bare = name.rsplit(['/', '\\']).next().unwrap_or(name);
        bare.chars().filter(|letter| !letter.is_control()).take(120).collect::<String>()
    });
    let media = InboundMedia { kind, mime: mime.clone(), provider_ref: String::new(), caption: None, filename, stored: None };
    Some((media, FetchedMedia { bytes: part.contents().to_vec(), mime }))
}

impl Inbound {
    /// The parts as messages: the text, then each attachment that was kept.
    pub(crate) fn contents(&self, kept: Vec<InboundMedia>) -> Vec<InboundContent> {
        let text = (!self.text.is_empty() || kept.is_empty()).then(|| InboundContent::Text { body: self.text.clone() });
        text.into_iter().chain(kept.into_iter().map(InboundContent::Media)).collect()
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    use super::*;

    fn read(mail: &str) -> Option<Inbound> {
        inbound(&MessageParser::default().parse(mail.as_bytes())?)
    }

    #[test]
    fn an_answer_is_its_new_words_and_a_new_thread_begins_with_its_subject() {
        let answer = read("From: \"Alex\" <Alex@Example.org>\r\nMessage-ID: <1@x>\r\nIn-Reply-To: <msg_a@example.com>\r\nReferences: <0@x> <msg_a@example.com>\r\nSubject: Re: Hi\r\n\r\nYes\r\n\r\n> Shall we?\r\n").unwrap();
        assert_eq!((answer.from.as_str(), answer.name.as_deref(), answer.text.as_str()), ("alex@example.org", Some("Alex"), "Yes"));
        assert_eq!(answer.answers, ["msg_a@example.com", "msg_a@example.com", "0@x"]);
        assert_eq!(read("From: a@example.org\r\nSubject: Where are you?\r\n\r\nIn town?\r\n").unwrap().text, "Where are you?\n\nIn town?");
        assert_eq!(read("From: a@example.org\r\nSubject: STOP\r\n\r\n").unwrap().text, "STOP");
    }

    #[test]
    fn html_alone_becomes_text_and_attachments_lose_their_folders() {
        let html =
            read("From: a@example.org\r\nSubject: Re: x\r\nContent-Type: text/html\r\n\r\n<p>Hello <b>you</b></p><script>no()</script>")
                .unwrap();
        assert!(html.text.contains("Hello you") && !html.text.contains("no()"), "{}", html.text);
        let mail = "From: a@example.org\r\nSubject: Re: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee it\r\n--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"../../etc/cat.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n";
        let with = read(mail).unwrap();
        let (media, found) = &with.attachments[0];
        assert_eq!((media.kind, media.filename.as_deref(), found.bytes.as_slice()), (MediaKind::Image, Some("cat.png"), &[0, 1, 2][..]));
    }

    #[test]
    fn a_mail_without_somebody_to_answer_is_not_read() {
        assert_eq!(read("Subject: x\r\n\r\ny"), None);
        assert_eq!(read("From: nobody\r\n\r\ny"), None);
    }

    proptest! {
        #[test]
        fn arbitrary_mails_never_panic(mail in "(From: a@example.org\r\n)?(\\PC|[\\r\\n:;=\\-\" ]){0,400}") {
            let _ = read(&mail);
        }
    }
}
