//! STOP, START and HELP in a person's own words.

use model::case::{Handoff, HandoffReason, Priority};
use model::content::Content;
use model::inbound::InboundMessage;
use model::json_text;
use model::message::{ChannelDraft, Class, InDoubt, Intent, OnCap, OnLate, Origin, Rendered};
use model::timeline::TimelineKind;
use model::{AddressKey, AddressKind, Channel, ConsentState, MessageId, Millis, Purpose, Timestamp};
use policy::consent::acts;
use policy::keywords::{Keyword, classify};

use crate::ComplianceTexts;
use crate::work::Work;

/// One confirmation in this time, however often the person writes STOP.
const CONFIRM_AGAIN_AFTER: Millis = Millis::from_mins(5);

/// Words by which a person switches messages off or on.
pub(crate) struct Words<'a> {
    pub channel: Channel,
    pub from: &'a [AddressKey],
    pub at: Timestamp,
    pub message: MessageId,
    /// They come from an import: what was said after them and is known already stays.
    pub past: bool,
}

impl<'a> Words<'a> {
    fn of(inbound: &'a InboundMessage, message: MessageId) -> Self {
        Self { channel: inbound.channel, from: &inbound.from, at: inbound.sent_at, message, past: false }
    }
}

impl Work<'_> {
    /// Acts on words of consent. Answers whether the message was only that, so that journeys need not see it.
    pub fn heed_keywords(&mut self, inbound: &InboundMessage, message: MessageId) -> bool {
        let Some(words) = inbound.content.words() else { return false };
        match classify(words) {
            Keyword::Stop => {
                self.stop(inbound, message, words);
                true
            }
            Keyword::Start => {
                self.consent_by_words(&Words::of(inbound, message), ConsentState::OptedIn);
                self.state.opt_out_suspected = None;
                self.answer_by_rule(inbound, "start_confirmation");
                true
            }
            Keyword::Help => {
                self.answer_by_rule(inbound, "help");
                true
            }
            Keyword::PossibleStop => {
                self.suspect(message, words);
                false
            }
            Keyword::None => false,
        }
    }

    fn stop(&mut self, inbound: &InboundMessage, message: MessageId, words: &str) {
        self.consent_by_words(&Words::of(inbound, message), ConsentState::OptedOut);
        let again = self.state.stop_confirmed_at.is_some_and(|at| self.now - at < CONFIRM_AGAIN_AFTER);
        if !again {
            self.state.stop_confirmed_at = Some(self.now);
            self.answer_by_rule(inbound, "stop_confirmation");
        }
        self.reply("opted_out_by", words);
    }

    /// How far a word reaches is the rulebook's choice (R-CON-4). A withdrawal is written for each of the person's addresses, so that each can
    /// prove it alone; a return only for those the person wrote from.
    pub(crate) fn consent_by_words(&mut self, words: &Words<'_>, state: ConsentState) {
        let source = format!("{}_inbound", words.channel);
        let said = acts::Said { channel: words.channel, source: &source, at: words.at, evidence: Some(words.message.to_string()) };
        let scope = self.catalogue.rulebook.stop_scope;
        let changes = if state == ConsentState::OptedOut {
            let mut addresses = words.from.to_vec();
            for known in &self.state.contact.addresses {
                if known.key.kind != AddressKind::External && !addresses.contains(&known.key) {
                    addresses.push(known.key.clone());
                }
            }
            acts::stop_word(&addresses, scope, &said)
        } else {
            acts::start_word(words.from, scope, &said)
        };
        for change in &changes {
            if !(words.past && self.state.consent.knows_later(change)) {
                self.record_consent(change);
            }
        }
    }

    fn suspect(&mut self, message: MessageId, words: &str) {
        self.state.opt_out_suspected = Some(self.now);
        self.note(TimelineKind::OptOutSuspected, json_text!({ "text": words })).message = Some(message);
        let handoff = Handoff {
            reason: HandoffReason::PossibleOptOut,
            summary: format!(
                "May want no more messages: “{}”. Promotional messages wait until you record what the contact wants.",
                clip(words)
            ),
            fields: serde_json::Map::new(),
            journey: None,
            step: None,
        };
        let queue = self.catalogue.default_queue.clone();
        self.open_case(queue, Priority::High, handoff, None);
    }

    /// One fixed answer on the channel that the person used.
    fn answer_by_rule(&mut self, inbound: &InboundMessage, rule: &str) {
        let texts = &self.catalogue.compliance;
        let by_language = match rule {
            "stop_confirmation" => &texts.stop,
            "start_confirmation" => &texts.start,
            _ => &texts.help,
        };
        let Some(body) = ComplianceTexts::pick(by_language, self.state.contact.locale.as_deref()) else { return };
        let draft = ChannelDraft {
            channel: inbound.channel,
            sender: Some(inbound.sender),
            address: inbound.from.first().cloned(),
            in_window: Some(Rendered::Ready(Content::text(body))),
            out_of_window: None,
        };
        self.plan(Intent {
            origin: Origin::Compliance { rule: rule.to_owned() },
            class: Class::Agent,
            purpose: Purpose::Service,
            topic: None,
            channels: vec![draft],
            due_at: self.now,
            max_lateness: Some(CONFIRM_AGAIN_AFTER),
            on_late: OnLate::Skip,
            on_cap: OnCap::Skip,
            in_doubt: InDoubt::Drop,
            replaced_after: None,
            quote: None,
        });
    }
}

fn clip(words: &str) -> String {
    words.chars().take(200).collect()
}
