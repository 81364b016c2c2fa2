//! What an agent can answer with now: the same gate as for everything else, asked for each channel (R-WIN-4).

use std::collections::BTreeMap;

use api::engine::{Composer, ComposerChannel, ComposerTemplate, ComposerVariable, ComposerWindow, EngineError, FreeForm};
use decide::{Catalogue, ContactState};
use model::content::Content;
use model::decision::{Form, Price, Stage, Verdict};
use model::message::{ChannelDraft, Class, InDoubt, Intent, OnCap, OnLate, Origin, Rendered};
use model::sender::Sender;
use model::template::{ApprovalState, HeaderPart, Template, TemplateButton, TemplateText, names_in};
use model::{AddressKey, Channel, ContactId, ConversationId, DecisionId, Purpose, Timestamp, UserId, WorkspaceId};
use policy::{GateInput, Ruling};

use super::Backend;

/// Whom the gate is asked about, and when.
pub(super) struct Asking<'a> {
    pub ws: WorkspaceId,
    pub now: Timestamp,
    pub catalogue: &'a Catalogue,
    pub state: &'a ContactState,
}

impl Backend {
    pub(super) async fn compose(&self, ws: WorkspaceId, conversation: ConversationId) -> Result<Option<Composer>, EngineError> {
        // A contact and its thread have one number.
        let contact = ContactId::from_u128(conversation.as_u128());
        let Some(state) = self.state(ws, contact).await? else { return Ok(None) };
        let catalogue = self.catalogue(ws)?;
        let asking = Asking { ws, now: self.engine.now(), catalogue: &catalogue, state: &state };
        let mut channels: Vec<ComposerChannel> = Vec::new();
        for channel in Channel::ALL {
            let Some(sender) = catalogue.default_sender(channel) else { continue };
            let Some(address) = state.contact.addresses_on(channel).next().map(|address| address.key.clone()) else { continue };
            let typing = self.engine.account(sender.id).is_some_and(|account| self.engine.shows_presence(&account));
            channels.push(ComposerChannel { typing, ..asking.channel(sender, &address) });
        }
        // The channel on which the person wrote last comes first.
        channels.sort_by_key(|option| Some(option.channel) != state.thread.channel);
        Ok(Some(Composer { seen: state.thread.last_message_id, channels }))
    }
}

impl Asking<'_> {
    fn channel(&self, sender: &Sender, address: &AddressKey) -> ComposerChannel {
        let window = (sender.channel == Channel::Whatsapp).then(|| {
            let window = self.state.windows.state(sender.id, self.now, self.catalogue.rulebook.window_margin);
            ComposerWindow { open: window.open, closes_at: window.closes_at }
        });
        let probe = self.ask(sender, address, Some(Content::text("…")), None);
        let (free_allowed, free_reason) = match &probe.record.verdict {
            Verdict::Send { form: Form::FreeForm, .. } => (true, None),
            Verdict::Send { .. } => (false, Some("the window is closed".to_owned())),
            Verdict::Defer { reason, .. } | Verdict::Silent { reason, .. } => (false, Some(reason.clone())),
        };
        let templates: Vec<ComposerTemplate> =
            if sender.channel == Channel::Whatsapp { self.templates(sender, address) } else { Vec::new() };
        let blocked =
            (!free_allowed && templates.is_empty()).then(|| free_reason.clone().unwrap_or_else(|| "nothing may be sent here".to_owned()));
        ComposerChannel {
            channel: sender.channel,
            sender: sender.id,
            sender_name: sender.name.clone(),
            address: address.clone(),
            window,
            free_form: FreeForm { allowed: free_allowed, price: price_of(&probe), reason: free_reason },
            templates,
            blocked_reason: blocked,
            typing: false,
        }
    }

    /// Approved templates that the gate lets go to this person now, with what is known filled in. What is about their own business comes first.
    fn templates(&self, sender: &Sender, address: &AddressKey) -> Vec<ComposerTemplate> {
        let mut usable: Vec<ComposerTemplate> =
            self.catalogue.templates.iter().filter_map(|template| self.template(sender, address, template)).collect();
        usable.sort_by_key(|template| match template.purpose {
            Purpose::Transactional | Purpose::Service => 0,
            Purpose::Authentication => 1,
            Purpose::Promotional => 2,
        });
        usable
    }

    fn template(&self, sender: &Sender, address: &AddressKey, template: &Template) -> Option<ComposerTemplate> {
        let (language, text) = template.language_for(self.state.contact.locale.as_deref())?;
        if text.approval.state != ApprovalState::Approved {
            return None;
        }
        let known = known_values(self.state, template);
        let samples: BTreeMap<&str, Result<String, String>> = template
            .variables
            .iter()
            .map(|variable| {
                let value =
                    known.get(&variable.name).cloned().or_else(|| variable.fallback.clone()).unwrap_or_else(|| variable.sample.clone());
                (variable.name.as_str(), Ok(value))
            })
            .collect();
        let locale = self.state.contact.locale.as_deref();
        // Samples are for reviewers: one may be no link, no degrees and no moment. The gate asks about the template, not about them.
        let call = journey::template_call(template, &samples, locale)
            .or_else(|_| journey::template_call(template, &with_stand_ins(samples, text), locale))
            .ok()?;
        let preview = call.preview.clone();
        let ruling = self.ask(sender, address, None, Some(Content::Template(call)));
        matches!(ruling.record.verdict, Verdict::Send { .. }).then(|| ComposerTemplate {
            id: template.id,
            name: template.name.clone(),
            language: language.to_owned(),
            purpose: template.purpose,
            text: text.clone(),
            preview,
            price: price_of(&ruling),
            variables: template
                .variables
                .iter()
                .map(|variable| ComposerVariable {
                    name: variable.name.clone(),
                    kind: variable.kind,
                    sample: variable.sample.clone(),
                    fallback: variable.fallback.clone(),
                    max_length: variable.max_length,
                    value: known.get(&variable.name).cloned(),
                })
                .collect(),
        })
    }

    /// A question to the gate that sends nothing.
    fn ask(&self, sender: &Sender, address: &AddressKey, free: Option<Content>, template: Option<Content>) -> Ruling {
        let draft = ChannelDraft {
            channel: sender.channel,
            sender: Some(sender.id),
            address: Some(address.clone()),
            in_window: free.map(Rendered::Ready),
            out_of_window: template.map(Rendered::Ready),
        };
        self.judge(draft)
    }

    /// The gate's word on an agent's draft, as it will be when it is sent. Sends nothing.
    pub(super) fn judge(&self, draft: ChannelDraft) -> Ruling {
        let intent = Intent {
            origin: Origin::Agent { user: UserId::from_u128(0) },
            class: Class::Agent,
            purpose: decide::purpose_of_reply(&draft, self.catalogue),
            topic: None,
            channels: vec![draft],
            due_at: self.now,
            max_lateness: None,
            on_late: OnLate::Skip,
            on_cap: OnCap::Skip,
            in_doubt: InDoubt::Drop,
            replaced_after: None,
            quote: None,
        };
        policy::judge(&GateInput {
            now: self.now,
            stage: Stage::Plan,
            decision_id: DecisionId::from_u128(0),
            workspace: self.ws,
            message: None,
            contact: &self.state.contact,
            consent: &self.state.consent,
            windows: &self.state.windows,
            history: &self.state.history,
            intent: &intent,
            rules: &self.catalogue.rulebook,
            senders: &self.catalogue.senders,
            templates: self.catalogue,
            hold: None,
            newer_with_collapse_key: false,
            weight: policy::Weight::default(),
            rivals: &[],
            service_messages: None,
            room: &[],
            key: &self.catalogue.gate_key,
        })
    }
}

/// Values that the parts of a template take, where the given ones may not suit.
fn with_stand_ins<'a>(
    mut values: BTreeMap<&'a str, Result<String, String>>,
    text: &'a TemplateText,
) -> BTreeMap<&'a str, Result<String, String>> {
    let mut put = |source: &'a str, value: &str| {
        for name in names_in(source) {
            values.insert(name, Ok(value.to_owned()));
        }
    };
    for part in text.header_part.iter().chain(text.cards.iter().filter_map(|card| card.header_part.as_ref())) {
        match part {
            HeaderPart::Media { source, .. } => put(source, "https://example.com/"),
            HeaderPart::Location { latitude, longitude, .. } => {
                put(latitude, "0");
                put(longitude, "0");
            }
            HeaderPart::Product { .. } => {}
        }
    }
    if let Some(ends_at) = text.offer.as_ref().and_then(|offer| offer.ends_at.as_deref()) {
        put(ends_at, "2030-01-01T00:00:00Z");
    }
    for button in text.buttons.iter().chain(text.cards.iter().flat_map(|card| &card.buttons)) {
        match button {
            TemplateButton::CopyCode { code, .. } => put(code, "CODE"),
            TemplateButton::Products { groups, .. } => groups.iter().for_each(|group| put(&group.products, "1")),
            _ => {}
        }
    }
    values
}

fn price_of(ruling: &Ruling) -> Option<Price> {
    ruling.record.price.clone()
}

/// What is known of the contact under a variable's name: an attribute, or the name itself.
pub(super) fn known_values(state: &ContactState, template: &Template) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for variable in &template.variables {
        let attribute = state.contact.attributes.get(&variable.name).map(|value| match value {
            model::Value::Text(text) => text.clone(),
            other => other.to_json().to_string(),
        });
        let name = (variable.name == "name").then(|| state.contact.name.clone()).flatten();
        if let Some(value) = attribute.or(name) {
            values.insert(variable.name.clone(), value);
        }
    }
    values
}
