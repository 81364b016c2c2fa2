//! Mail to a reply address of ours, written from an address that is none of the person's.
//!
//! A reply address proves which message is answered and not who answers: mails are forwarded, and people have several mailboxes. So the words
//! join the thread and may answer the journey's question, as a press on a link in the mail might; but the writer's address does not become the
//! person's, and brings neither a name nor an agreement. A person who reads it links the address if it is theirs (U16).

use model::consent::{ConsentAct, ConsentChange};
use model::inbound::InboundMessage;
use model::signal::Target;
use model::timeline::TimelineKind;
use model::{Channel, ConsentState, MessageId, Purpose, json_text};
use policy::keywords::{Keyword, classify};

use crate::work::Work;

impl Work<'_> {
    /// Whether only the message that it answers connects a mail with the person.
    pub fn written_elsewhere(&self, inbound: &InboundMessage) -> bool {
        inbound.channel == Channel::Email
            && matches!(self.signal.target, Target::Message(_))
            && !inbound.from.iter().any(|key| self.state.contact.address(key).is_some())
    }

    pub fn note_elsewhere(&mut self, inbound: &InboundMessage, message: MessageId) {
        let data =
            json_text!({ "what": "written from an address that is not known to be the person's; it was not linked", "from": inbound.from });
        self.note(TimelineKind::RuntimeNotice, data).message = Some(message);
    }

    /// STOP counts for the address that the mail went to and for nothing else: whoever has the mail has its unsubscribe link, too. Answers
    /// whether it was that; nothing is sent in reply.
    pub fn heed_elsewhere(&mut self, inbound: &InboundMessage, message: MessageId) -> bool {
        if !inbound.content.words().is_some_and(|words| classify(words) == Keyword::Stop) {
            return false;
        }
        let Some(reached) = self.named.map(|named| named.address.clone()) else { return false };
        self.record_consent(&ConsentChange {
            address: reached,
            channel: Some(Channel::Email),
            purpose: Some(Purpose::Promotional),
            topic: None,
            state: ConsentState::OptedOut,
            act: ConsentAct::StopWord,
            wording: None,
            source: "email_forwarded".to_owned(),
            actor: "whoever_has_the_mail".to_owned(),
            ip: None,
            user_agent: None,
            at: inbound.sent_at,
            evidence: Some(message.to_string()),
        });
        true
    }
}
