//! A small world to judge in: one contact with a number, a WhatsApp sender and an SMS sender, an approved template.

use std::collections::BTreeMap;

use model::consent::{ConsentAct, ConsentChange};
use model::contact::Contact;
use model::content::{Content, TemplateCall, TemplatePreview};
use model::decision::{RuleResult, Stage, Verdict};
use model::message::{ChannelDraft, Class, InDoubt, Intent, OnCap, OnLate, Origin, Rendered};
use model::sender::{Sender, SenderStatus};
use model::template::{Approval, ApprovalState, Template, TemplateText};
use model::{
    Address, AddressKey, Channel, ConsentId, ConsentState, ContactId, DecisionId, MessageId, Purpose, RunId, SenderId, TemplateId,
    Timestamp, UserId, WorkspaceId,
};
use policy::{ConsentBook, GateInput, GateKey, Rival, Rulebook, Ruling, SendHistory, Weight, Windows, judge};

pub const PHONE: &str = "+12025550123";

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A Wednesday at 11:00 in Washington, the zone of the contact's number.
pub fn noonish() -> Timestamp {
    at("2026-03-04T16:00:00Z")
}

pub fn phone() -> AddressKey {
    AddressKey::phone(PHONE)
}

pub struct World {
    pub now: Timestamp,
    pub stage: Stage,
    pub message: Option<MessageId>,
    pub contact: Contact,
    pub consent: ConsentBook,
    pub windows: Windows,
    pub history: SendHistory,
    pub intent: Intent,
    pub rules: Rulebook,
    pub senders: Vec<Sender>,
    pub templates: Vec<Template>,
    pub hold: Option<String>,
    pub newer: bool,
    pub weight: Weight,
    pub rivals: Vec<Rival>,
    pub key: GateKey,
}

pub const WHATSAPP: SenderId = SenderId::from_u128(1);
pub const SMS: SenderId = SenderId::from_u128(2);

impl World {
    /// A promotional message on WhatsApp, then SMS, with consent for both.
    pub fn promotional() -> Self {
        let mut world = Self::transactional();
        world.intent.purpose = Purpose::Promotional;
        world.intent.class = Class::Promotional;
        world.templates[0].purpose = Purpose::Promotional;
        world.opt_in(Channel::Whatsapp);
        world.opt_in(Channel::Sms);
        world
    }

    pub fn transactional() -> Self {
        let now = noonish();
        let mut contact = Contact::new(ContactId::from_u128(7), now);
        contact.addresses.push(Address::new(phone(), "api", now));
        Self {
            now,
            stage: Stage::HandOff,
            message: Some(MessageId::from_u128(100)),
            contact,
            consent: ConsentBook::default(),
            windows: Windows::default(),
            history: SendHistory::default(),
            intent: Intent {
                origin: Origin::Journey {
                    journey: "reminder".into(),
                    version: "v1".into(),
                    run: RunId::from_u128(1),
                    step: "remind".into(),
                    visit: 1,
                },
                class: Class::Transactional,
                purpose: Purpose::Transactional,
                topic: None,
                channels: vec![whatsapp_draft(), sms_draft()],
                due_at: now,
                max_lateness: None,
                on_late: OnLate::Skip,
                on_cap: OnCap::Skip,
                in_doubt: InDoubt::Drop,
                replaced_after: None,
                quote: None,
            },
            rules: Rulebook::default(),
            senders: vec![sender(WHATSAPP, Channel::Whatsapp), sender(SMS, Channel::Sms)],
            templates: vec![template()],
            hold: None,
            newer: false,
            weight: Weight::default(),
            rivals: Vec::new(),
            key: GateKey::new([7; 32]),
        }
    }

    pub fn opt_in(&mut self, channel: Channel) {
        self.say(ConsentState::OptedIn, Some(channel), Some(Purpose::Promotional));
    }

    pub fn say(&mut self, state: ConsentState, channel: Option<Channel>, purpose: Option<Purpose>) {
        let change = change(phone(), state, channel, purpose, None);
        let id = ConsentId::from_u128(u128::from(self.consent.head().seq) + 1);
        self.consent.record(id, WorkspaceId::from_u128(1), self.contact.id, change, self.now);
    }

    pub fn judge(&self) -> Ruling {
        judge(&GateInput {
            now: self.now,
            stage: self.stage,
            decision_id: DecisionId::from_u128(9),
            workspace: WorkspaceId::from_u128(1),
            message: self.message,
            contact: &self.contact,
            consent: &self.consent,
            windows: &self.windows,
            history: &self.history,
            intent: &self.intent,
            rules: &self.rules,
            senders: &self.senders,
            templates: &self.templates,
            hold: self.hold.as_deref(),
            newer_with_collapse_key: self.newer,
            weight: self.weight,
            rivals: &self.rivals,
            service_messages: None,
            room: &[],
            key: &self.key,
        })
    }

    /// The verdict in one word: a channel, `later` or the code of the silence.
    pub fn verdict(&self) -> String {
        match self.judge().record.verdict {
            Verdict::Send { channel, .. } => channel.to_string(),
            Verdict::Defer { .. } => "later".to_owned(),
            Verdict::Silent { code, .. } => code,
        }
    }

    pub fn later_until(&self) -> Timestamp {
        match self.judge().record.verdict {
            Verdict::Defer { until, .. } => until,
            other => panic!("not deferred: {other:?}"),
        }
    }
}

pub fn agent() -> Origin {
    Origin::Agent { user: UserId::from_u128(1) }
}

pub fn rule<'a>(ruling: &'a Ruling, name: &str) -> &'a RuleResult {
    ruling.record.rules.iter().find(|r| r.rule == name).unwrap_or_else(|| panic!("rule {name} was not asked"))
}

pub fn change(
    address: AddressKey,
    state: ConsentState,
    channel: Option<Channel>,
    purpose: Option<Purpose>,
    topic: Option<&str>,
) -> ConsentChange {
    ConsentChange {
        address,
        channel,
        purpose,
        topic: topic.map(str::to_owned),
        state,
        act: ConsentAct::FormSubmitted,
        wording: None,
        source: "form:newsletter-2026".into(),
        actor: "contact".into(),
        ip: None,
        user_agent: None,
        at: noonish(),
        evidence: None,
    }
}

pub fn sender(id: SenderId, channel: Channel) -> Sender {
    Sender {
        id,
        channel,
        name: "main".into(),
        address: "+12025550100".into(),
        provider_ref: "1".into(),
        status: SenderStatus::Active,
        per_second: 10,
    }
}

pub fn whatsapp_draft() -> ChannelDraft {
    ChannelDraft {
        channel: Channel::Whatsapp,
        sender: None,
        address: None,
        in_window: Some(Rendered::Ready(Content::text("free-form"))),
        out_of_window: Some(Rendered::Ready(template_content())),
    }
}

pub fn sms_draft() -> ChannelDraft {
    ChannelDraft {
        channel: Channel::Sms,
        sender: None,
        address: None,
        in_window: Some(Rendered::Ready(Content::text("text message"))),
        out_of_window: None,
    }
}

pub fn template_content() -> Content {
    Content::Template(TemplateCall {
        template: TemplateId::from_u128(5),
        name: "reminder".into(),
        language: "en_US".into(),
        version: "abc".into(),
        header: Vec::new(),
        body: Vec::new(),
        buttons: Vec::new(),
        preview: TemplatePreview { body: "template".into(), ..TemplatePreview::default() },
        parts: None,
    })
}

pub fn template() -> Template {
    let approval = Approval { state: ApprovalState::Approved, version: Some("abc".into()), ..Approval::default() };
    let text = TemplateText { body: "template".into(), approval, ..TemplateText::default() };
    Template {
        id: TemplateId::from_u128(5),
        name: "reminder".into(),
        purpose: Purpose::Transactional,
        variables: Vec::new(),
        languages: BTreeMap::from([("en-US".to_owned(), text)]),
        default_language: "en-US".into(),
        version: "abc".into(),
        updated_at: noonish(),
    }
}
