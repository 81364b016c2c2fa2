//! The product's content as a mail.

use channel::track::PrivateTarget;
use channel::{Account, EmailAccount, FetchedMedia, MailDesign, MailService, MailStream};
use model::content::{Content, Media, MediaKind, MediaSource, TemplateCall, TemplatePreview};
use model::send_error::SendError;
use model::{AddressKey, Channel, MessageId, SenderId, Timestamp};

use crate::capability::BODY_MAX;
use crate::errors::{fix, not_carried, settings};
use crate::mime::{Attachment, Body};
use crate::receive::{POSTMARK_HEADER, SENDGRID_HEADER, SES_HEADER};
use crate::token::{self, Purpose};
use crate::track::{self, Tracker};
use crate::{Filled, dkim, header, html, mime};

/// Bytes of a medium that is attached; larger mails are refused by most receivers.
const ATTACHED_MAX: usize = 15 * 1024 * 1024;

/// What is to be sent: the parts of a decision that a mail needs.
pub(crate) struct Parcel<'a> {
    pub message: MessageId,
    pub sender: SenderId,
    pub address: &'a AddressKey,
    pub content: &'a Content,
    /// The medium of the content, where it lies with us.
    pub media: Option<FetchedMedia>,
    /// How the template looks as a mail.
    pub design: Option<MailDesign>,
    /// Message-ID of the mail that it answers, without brackets.
    pub answers: Option<String>,
    pub now: Timestamp,
}

/// A mail that is ready to be handed over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mail {
    pub from: String,
    pub to: String,
    /// The message's id, which delivery reports repeat.
    pub envelope: String,
    /// Without brackets. This is what the message is known by.
    pub id: String,
    pub bytes: String,
}

struct Words {
    subject: String,
    text: String,
    link: Option<(String, bool)>,
    attachment: Option<Attachment>,
    /// Instead of the page that is made from the text.
    html: Option<String>,
}

pub(crate) fn mail(account: &Account, email: &EmailAccount, parcel: Parcel<'_>) -> Result<Mail, SendError> {
    let to = parcel.address.value.as_str();
    if !Channel::Email.accepts(parcel.address.kind) || !header::valid_address(to) {
        return Err(fix("address", format!("`{}` is not an address that mail can be sent to", parcel.address)));
    }
    let automatic = parcel.content.is_template() || email.stream == MailStream::Promotional;
    let link = format!("{}/u/{}/{}", email.public_url.trim_end_matches('/'), parcel.sender, token::link(&email.key, parcel.message, to));
    let words = match (parcel.content, &parcel.design) {
        (Content::Template(call), Some(design)) => designed(call, design, &link)?,
        _ => words(email, parcel.content, parcel.media)?,
    };
    if words.text.trim().is_empty() && words.link.is_none() && words.attachment.is_none() {
        return Err(fix("empty", "the message has no text"));
    }
    if words.text.chars().count() > BODY_MAX {
        return Err(fix("length", format!("a mail takes {BODY_MAX} characters at most")));
    }
    let domain = email.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let id = format!("{}@{domain}", parcel.message);
    let back = email.inbound.as_ref().map(|inbound| inbound.domain.as_str());
    let own = |purpose| back.map(|domain| format!("{}@{domain}", token::local(&email.key, purpose, parcel.message, to)));
    let bad = |error: header::BadHeader| fix("header", error.to_string());
    let mut head = String::new();
    let mut put = |name: &str, value: &str| head.push_str(&header::line(name, value));
    put("From", &header::mailbox(&email.from_name, &email.from).map_err(bad)?);
    put("To", to);
    let subject = if parcel.answers.is_some() { format!("Re: {}", words.subject) } else { words.subject.clone() };
    put("Subject", &header::text("subject", &subject).map_err(bad)?);
    put("Date", &date(parcel.now)?);
    put("Message-ID", &format!("<{id}>"));
    if let Some(answered) = &parcel.answers {
        put("In-Reply-To", &format!("<{answered}>"));
        put("References", &format!("<{answered}>"));
    }
    if let Some(reply) = own(Purpose::Reply) {
        put("Reply-To", &header::mailbox(&email.from_name, &reply).map_err(bad)?);
    }
    if email.stream == MailStream::Promotional {
        let mut ways = vec![format!("<{link}>")];
        ways.extend(own(Purpose::Unsubscribe).map(|address| format!("<mailto:{address}>")));
        put("List-Unsubscribe", &ways.join(", "));
        put("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
    let stream = if email.stream == MailStream::Promotional { "promotional" } else { "transactional" };
    put("Feedback-ID", &format!("{stream}:{}:{}", account.workspace, parcel.sender));
    let (name, value) = match &email.service {
        Some(MailService::Sendgrid { .. }) => {
            (SENDGRID_HEADER, format!("{{\"unique_args\": {{\"antiphon-message\": \"{}\"}}}}", parcel.message))
        }
        Some(MailService::Postmark { .. }) => (POSTMARK_HEADER, parcel.message.to_string()),
        Some(MailService::Ses { .. }) => (SES_HEADER, format!("antiphon-message={}", parcel.message)),
        None => ("", String::new()),
    };
    if !name.is_empty() {
        put(name, &value);
    }
    if automatic {
        // Out-of-office programs then keep quiet (RFC 3834).
        put("Auto-Submitted", "auto-generated");
    }
    let link = words.link.as_ref().map(|(address, image)| (address.as_str(), *image));
    let mut html = words.html.unwrap_or_else(|| html::page(&words.subject, &words.text, link));
    let mut text = match &words.link {
        Some((address, _)) => [words.text.as_str(), address].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n"),
        None => words.text,
    };
    let tracker = Tracker { email, sender: parcel.sender, message: parcel.message, written: parcel.now };
    if email.tracking.clicks {
        let private = |error: PrivateTarget| fix("link", error.to_string());
        html = track::in_html(&html, &tracker).map_err(private)?;
        text = track::in_text(&text, &tracker).map_err(private)?;
    }
    if email.tracking.opens {
        html = tracker.with_picture(&html);
    }
    let mut bytes = mime::write(&head, &Body { text, html, attachment: words.attachment }, &parcel.message.to_string());
    // Each signature is over the mail alone: none signs another.
    let keys = email.dkim.iter().chain(&email.dkim_also);
    let signatures: Result<String, _> = keys.map(|key| dkim::sign(key, &bytes, parcel.now)).collect();
    bytes.insert_str(0, &signatures.map_err(|error| settings(&error.to_string()))?);
    let from = own(Purpose::Bounce).unwrap_or_else(|| email.from.clone());
    Ok(Mail { from, to: to.to_owned(), envelope: parcel.message.to_string(), id, bytes })
}

fn date(at: Timestamp) -> Result<String, SendError> {
    let at = at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC);
    jiff::fmt::rfc2822::to_string(&at).map_err(|error| fix("date", error.to_string()))
}

fn words(email: &EmailAccount, content: &Content, stored: Option<FetchedMedia>) -> Result<Words, SendError> {
    let plain = |subject: Option<&str>, text: String| Words {
        subject: subject.filter(|subject| !subject.trim().is_empty()).unwrap_or(&email.subject).to_owned(),
        text,
        link: None,
        attachment: None,
        html: None,
    };
    match content {
        Content::Text(text) => Ok(plain(None, text.body.clone())),
        Content::Template(call) => Ok(plain(subject(call), preview(&call.preview))),
        Content::Media(media) => {
            let words = plain(None, media.caption.clone().unwrap_or_default());
            match (&media.source, stored) {
                (MediaSource::Link(link), _) if link.starts_with("https://") || link.starts_with("http://") => {
                    Ok(Words { link: Some((link.clone(), media.kind == MediaKind::Image)), ..words })
                }
                (MediaSource::Link(_), _) => Err(fix("media", "the medium's link is not a web address")),
                (MediaSource::Stored(_), Some(found)) if found.bytes.len() > ATTACHED_MAX => {
                    Err(fix("media", format!("the medium has {} bytes, and {ATTACHED_MAX} can be attached", found.bytes.len())))
                }
                (MediaSource::Stored(_), Some(found)) => Ok(Words { attachment: Some(attachment(media, found)), ..words }),
                (MediaSource::Stored(_), None) => Err(fix("media", "the medium is not in the object store any more")),
            }
        }
        other => other.in_words().map(|words| plain(None, words.text)).ok_or_else(|| not_carried(other.kind().name())),
    }
}

fn attachment(media: &Media, found: FetchedMedia) -> Attachment {
    let name = media.filename.clone().unwrap_or_else(|| {
        let ending = found.mime.split(['/', ';']).nth(1).filter(|ending| ending.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        format!("attachment.{}", ending.unwrap_or("bin"))
    });
    Attachment { name, mime: found.mime, bytes: found.bytes }
}

fn designed(call: &TemplateCall, design: &MailDesign, link: &str) -> Result<Words, SendError> {
    let params = call.header.iter().chain(&call.body).map(|param| (param.name.clone(), param.text.clone()));
    let own = (crate::UNSUBSCRIBE_URL.to_owned(), link.to_owned());
    let filled = crate::fill(design, &params.chain([own]).collect()).map_err(|error| fix("design", error.to_string()))?;
    let text = filled.text.unwrap_or_else(|| preview(&call.preview));
    Ok(Words { subject: filled.subject, text, link: None, attachment: None, html: Some(filled.html) })
}

/// A template that was not designed, as it is sent: its words, and a simple page of them. `otherwise` is the sender's subject.
#[must_use]
pub fn undesigned(call: &TemplateCall, otherwise: &str) -> Filled {
    let subject = subject(call).filter(|subject| !subject.trim().is_empty()).unwrap_or(otherwise).to_owned();
    let text = preview(&call.preview);
    Filled { html: html::page(&subject, &text, None), subject, text: Some(text) }
}

/// A template's header is the mail's subject.
fn subject(call: &TemplateCall) -> Option<&str> {
    call.preview.header.as_deref()
}

/// Quick replies cannot be tapped in a mail; they are shown as what may be answered.
fn preview(preview: &TemplatePreview) -> String {
    let choices: Vec<String> = preview.buttons.iter().map(|button| format!("- {}", button.title)).collect();
    [Some(preview.body.clone()), Some(choices.join("\n")), preview.footer.clone()]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}
