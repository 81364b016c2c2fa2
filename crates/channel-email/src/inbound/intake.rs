//! One sender's desk: what a mail to one of its addresses means, and handing it in.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use channel::{Account, EmailAccount, Incoming, Inlet, MailInbound, MediaKeeper, NotTaken, Received};
use mail_parser::MessageParser;
use model::inbound::InboundMessage;
use model::signal::{Receipt, SignalBody, Target};
use model::{AddressKey, AddressKind, Channel, MessageId, MessageStatus, Timestamp};
use serde_json::json;

use super::report::{self, Delivery, Feedback, Report};
use super::{guards, reading};
use crate::token::{self, Purpose as Way};
use crate::{errors, unsubscribe};

/// Parts of a mail that are read. A mail with more is made to exhaust its reader.
const PARTS_MAX: usize = 300;

/// What an address of ours is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Recipient {
    /// The mail came back, or somebody complains about it.
    Bounce(MessageId),
    Reply(MessageId),
    Unsubscribe(MessageId),
    /// The sender's own address.
    Front,
}

/// Why a mail is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotRead {
    /// It is to be given again.
    #[error(transparent)]
    Later(#[from] NotTaken),
    #[error("the mail has too many parts")]
    TooManyParts,
    #[error("the mail cannot be read")]
    Unreadable,
}

/// A mail as the server took it.
pub(crate) struct Envelope<'a> {
    pub return_path: &'a str,
    pub recipient: Recipient,
    pub bytes: &'a [u8],
}

pub(crate) struct Desk {
    pub account: Arc<Account>,
    pub email: EmailAccount,
    pub at: MailInbound,
    pub inlet: Arc<dyn Inlet>,
    pub keeper: Option<Arc<dyn MediaKeeper>>,
}

impl Desk {
    /// What this address is for here; `None` when it is not one of ours.
    pub(crate) fn recipient(&self, address: &str) -> Option<Recipient> {
        if address.eq_ignore_ascii_case(&self.email.from) {
            return Some(Recipient::Front);
        }
        let (local, domain) = address.rsplit_once('@')?;
        if !domain.eq_ignore_ascii_case(&self.at.domain) {
            return None;
        }
        let claimed = token::read(local)?;
        // An address to unsubscribe by names a person; whether it is theirs shows with the sender's name.
        match claimed.purpose {
            Way::Unsubscribe => Some(Recipient::Unsubscribe(claimed.message)),
            Way::Bounce | Way::Reply if !claimed.genuine(&self.email.key, "") => None,
            Way::Bounce => Some(Recipient::Bounce(claimed.message)),
            Way::Reply => Some(Recipient::Reply(claimed.message)),
        }
    }

    /// Takes a mail in. Returns only after what it says is durable.
    pub(crate) async fn take(&self, envelope: &Envelope<'_>, address: &str) -> Result<(), NotRead> {
        if parts(envelope.bytes) > PARTS_MAX {
            return Err(NotRead::TooManyParts);
        }
        let closed = super::flat(envelope.bytes);
        let mail = MessageParser::default().parse(&closed).ok_or(NotRead::Unreadable)?;
        let found = report::read(&mail);
        match (envelope.recipient, found) {
            (Recipient::Bounce(message), Some(Report::Delivery(delivery))) => self.bounced(message, &delivery).await?,
            (_, Some(Report::Feedback(feedback))) => self.complained(envelope, &feedback).await?,
            (Recipient::Bounce(message), None) => self.returned(message, &mail).await?,
            (Recipient::Unsubscribe(message), _) => self.unsubscribed(message, &mail, address).await?,
            (Recipient::Reply(_) | Recipient::Front, _) => {
                let from = mail.from().and_then(|from| from.first()).and_then(|from| from.address()).unwrap_or_default().to_owned();
                let why = guards::is_automatic(&mail, envelope.return_path, &from, &[&self.email.from]);
                match (why, reading::inbound(&mail)) {
                    (Some(why), _) => self.keep_aside("email_automatic", envelope.bytes, json!({ "reason": why, "from": from })).await?,
                    (None, Some(inbound)) => self.person(envelope, inbound).await?,
                    (None, None) => self.keep_aside("email_without_sender", envelope.bytes, json!({ "from": from })).await?,
                }
            }
        }
        Ok(())
    }

    async fn hand_in(&self, dedupe_key: String, at: Timestamp, target: Target, body: SignalBody) -> Result<(), NotTaken> {
        self.inlet.take(vec![Received::Contact(Box::new(Incoming { dedupe_key, event_time: at, target, body }))]).await
    }

    async fn keep_aside(&self, kind: &str, bytes: &[u8], raw: serde_json::Value) -> Result<(), NotTaken> {
        let key = format!("email:{kind}:{}:{}", self.account.sender.id, fingerprint(bytes));
        self.inlet.take(vec![Received::Kept { kind: kind.to_owned(), raw, key }]).await
    }

    async fn bounced(&self, message: MessageId, delivery: &Delivery) -> Result<(), NotTaken> {
        let status = match delivery.action.as_str() {
            "failed" => MessageStatus::Failed,
            "delivered" | "relayed" | "expanded" => MessageStatus::Delivered,
            // The mail is still on its way.
            _ => {
                return self
                    .keep_aside(
                        "email_delayed",
                        format!("{message}{delivery:?}").as_bytes(),
                        json!({ "message": message, "status": delivery.status, "diagnostic": delivery.diagnostic }),
                    )
                    .await;
            }
        };
        let error = (status == MessageStatus::Failed).then(|| errors::bounced(&delivery.status, &delivery.diagnostic));
        self.receipt(message, status, error).await
    }

    /// Not in the standard's form: what it says is looked for in its text.
    async fn returned(&self, message: MessageId, mail: &mail_parser::Message<'_>) -> Result<(), NotTaken> {
        let said = mail.body_text(0).unwrap_or_default();
        let subject = mail.subject().unwrap_or_default().to_lowercase();
        // Out-of-office notes come to the return path, too.
        if mail.header_raw("Auto-Submitted").is_some_and(|value| value.trim().starts_with("auto-replied")) && !failure_words(&subject) {
            return self.keep_aside("email_automatic", said.as_bytes(), json!({ "message": message, "reason": "auto_replied" })).await;
        }
        self.receipt(message, MessageStatus::Failed, Some(errors::bounced("", &said))).await
    }

    async fn receipt(
        &self,
        message: MessageId,
        status: MessageStatus,
        error: Option<model::send_error::SendError>,
    ) -> Result<(), NotTaken> {
        let now = self.inlet.now();
        let receipt = Receipt {
            message: Some(message),
            provider_id: None,
            channel: Channel::Email,
            status,
            at: now,
            error,
            price: None,
            category: None,
            charged: None,
            learnt: Vec::new(),
        };
        let key = format!("email:dsn:{message}:{}", status.as_str());
        self.hand_in(key, now, Target::Message(message), SignalBody::Receipt(receipt)).await
    }

    /// Somebody pressed "spam": no more promotional mail, at once (A64).
    async fn complained(&self, envelope: &Envelope<'_>, feedback: &Feedback) -> Result<(), NotTaken> {
        let message = match envelope.recipient {
            Recipient::Bounce(message) => Some(message),
            _ => self.named(feedback),
        };
        let recipient = feedback.recipient.clone().filter(|address| crate::valid_address(address));
        let (Some(message), Some(recipient)) = (message, recipient) else {
            let raw = json!({ "feedback": feedback.kind, "message": message, "original": feedback.original });
            return self.keep_aside("email_feedback_unnamed", envelope.bytes, raw).await;
        };
        if feedback.kind == "not-spam" {
            return self.keep_aside("email_not_spam", envelope.bytes, json!({ "message": message })).await;
        }
        let change = unsubscribe::complaint(&recipient, Some(message), "feedback_report", self.inlet.now());
        let key = format!("email:complaint:{message}");
        self.hand_in(key, self.inlet.now(), Target::Message(message), SignalBody::Consent(change)).await
    }

    /// The message that a feedback report is about, when its return path proves it.
    fn named(&self, feedback: &Feedback) -> Option<MessageId> {
        let local = feedback.return_path.as_deref()?.rsplit_once('@')?.0;
        token::read(local).filter(|claimed| claimed.genuine(&self.email.key, "")).map(|claimed| claimed.message)
    }

    async fn unsubscribed(&self, message: MessageId, mail: &mail_parser::Message<'_>, address: &str) -> Result<(), NotTaken> {
        let now = self.inlet.now();
        let from = mail.from().and_then(|from| from.first()).and_then(|from| from.address()).unwrap_or_default().to_lowercase();
        let local = address.rsplit_once('@').map_or("", |(local, _)| local);
        // The address proves itself together with whom it was sent to: a mail from elsewhere unsubscribes nobody.
        if !token::read(local).is_some_and(|claimed| claimed.genuine(&self.email.key, &from)) {
            return self.keep_aside("email_unsubscribe_unproved", address.as_bytes(), json!({ "message": message })).await;
        }
        let change = unsubscribe::by_mail(&from, message, now);
        self.hand_in(unsubscribe::key(message, now), now, Target::Message(message), SignalBody::Consent(change)).await
    }

    async fn person(&self, envelope: &Envelope<'_>, mut mail: reading::Inbound) -> Result<(), NotTaken> {
        let now = self.inlet.now();
        let id = format!("{}/{}", self.account.sender.id, mail.id.clone().unwrap_or_else(|| fingerprint(envelope.bytes)));
        let kept = self.kept(&id, std::mem::take(&mut mail.attachments)).await?;
        let from = AddressKey::new(AddressKind::Email, mail.from.clone());
        let domain = self.email.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        // A signed address names the message for certain; what stands in headers must at least look like ours.
        let (target, in_reply_to) = match envelope.recipient {
            Recipient::Reply(message) => (Target::Message(message), Some(format!("{message}@{domain}"))),
            _ => {
                let ours =
                    mail.answers.iter().find(|id| id.strip_suffix(domain).is_some_and(|id| id.strip_suffix('@').is_some_and(is_message)));
                (Target::Addresses { keys: vec![from.clone()], create: true }, ours.cloned())
            }
        };
        let contents = mail.contents(kept);
        let signals = contents.into_iter().enumerate().map(|(at, content)| {
            let provider_id = if at == 0 { id.clone() } else { format!("{id}/{at}") };
            let message = InboundMessage {
                channel: Channel::Email,
                sender: self.account.sender.id,
                provider_id: provider_id.clone(),
                from: vec![from.clone()],
                profile_name: mail.name.clone(),
                content,
                in_reply_to: in_reply_to.clone(),
                referral: None,
                sent_at: now,
            };
            let body = SignalBody::Inbound(message);
            Received::Contact(Box::new(Incoming {
                dedupe_key: format!("email:in:{provider_id}"),
                event_time: now,
                target: target.clone(),
                body,
            }))
        });
        self.inlet.take(signals.collect()).await
    }

    /// Attachments, in our object store. The same mail again has the same objects.
    async fn kept(
        &self,
        id: &str,
        attachments: Vec<(model::inbound::InboundMedia, channel::FetchedMedia)>,
    ) -> Result<Vec<model::inbound::InboundMedia>, NotTaken> {
        let Some(keeper) = &self.keeper else { return Ok(Vec::new()) };
        let mut kept = Vec::new();
        for (at, (mut media, found)) in attachments.into_iter().enumerate() {
            let key = format!("{id}#{at}");
            media.stored = Some(keeper.keep(self.account.workspace, &key, media.filename.clone(), found).await?);
            media.provider_ref = key;
            kept.push(media);
        }
        Ok(kept)
    }
}

fn is_message(id: &str) -> bool {
    id.parse::<MessageId>().is_ok()
}

fn failure_words(subject: &str) -> bool {
    ["undeliver", "failure", "returned", "not delivered", "rejected"].iter().any(|word| subject.contains(word))
}

fn fingerprint(bytes: &[u8]) -> String {
    hex::encode(&digest(&SHA256, bytes).as_ref()[..16])
}

/// How many parts a mail may have at most: lines that look like boundaries.
fn parts(bytes: &[u8]) -> usize {
    bytes.windows(3).filter(|window| *window == b"\n--").count()
}
