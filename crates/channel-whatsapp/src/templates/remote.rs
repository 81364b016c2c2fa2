//! A template of Meta's as one of our texts: whole, or marked with what of it we cannot fill.

use std::collections::BTreeMap;

use model::Purpose;
use model::content::MediaKind;
use model::template::{
    Approval, ApprovalState, CardText, CodeApp, CodeDelivery, CodeText, HeaderPart, Offer, ProductGroup, Template, TemplateButton,
    TemplateText, Variable, VariableKind, in_order, names_in,
};
use serde::Deserialize as _;
use serde_json::Value;
use whatsapp::template::{self as wire, Category, Example, OtpType, TemplateComponent, TemplateHeaderFormat};

use super::definition::definition;
use crate::reports;

/// A template as it stands at Meta, one language. What Meta does not name has names of ours: `header_1` and `card_2_1` for values that it
/// counts anew, `header_image`, `button_2`, `coupon_code` and the like for parts that are no text.
#[derive(Clone, PartialEq, Debug)]
pub struct RemoteTemplate {
    pub name: String,
    /// As Meta writes it: `pt_BR`.
    pub language: String,
    pub purpose: Purpose,
    pub text: TemplateText,
    /// Those of the text, with Meta's samples.
    pub variables: Vec<Variable>,
    /// Also inside `text.approval`.
    pub approval: Approval,
}

pub(super) fn remote(template: wire::Template) -> RemoteTemplate {
    let purpose = match &template.category {
        Some(Category::Marketing) => Purpose::Promotional,
        Some(Category::Authentication) => Purpose::Authentication,
        _ => Purpose::Transactional,
    };
    let mut reading = Reading { authentication: purpose == Purpose::Authentication, ..Reading::default() };
    for raw in &template.components {
        match TemplateComponent::deserialize(raw) {
            Ok(component) => reading.component(component),
            Err(_) => reading.cannot(format!("a part of kind {}", kind_of(raw))),
        }
    }
    let Reading { mut text, samples, reasons, .. } = reading;
    if purpose == Purpose::Authentication && names_in(&text.body).len() != 1 {
        // Meta's text, in Meta's languages; the code is its only value.
        "{{1}}".clone_into(&mut text.body);
    }
    text.not_sendable = (!reasons.is_empty()).then(|| format!("it has {}, which cannot be filled", reasons.join(" and ")));
    let approval = Approval {
        state: template.status.as_ref().map_or(ApprovalState::Other, reports::approval_state),
        raw_state: template.status.map(|status| status.as_str().to_owned()),
        provider_id: Some(template.id),
        reason: template.rejected_reason.filter(|reason| reason != "NONE"),
        quality: template.quality_score.map(|quality| quality.score.as_str().to_owned()),
        category: template.category.map(|category| category.as_str().to_owned()),
        version: None,
        at: None,
    };
    text.approval = approval.clone();
    let mut variables: Vec<Variable> = Vec::new();
    for name in text.sources().into_iter().flat_map(names_in) {
        if !variables.iter().any(|known| known.name == name) {
            let kind = if name == OFFER_END { VariableKind::Time } else { VariableKind::Text };
            let sample = samples.get(name).cloned().unwrap_or_else(|| name.to_owned());
            variables.push(Variable { name: name.to_owned(), kind, sample, fallback: None, max_length: None });
        }
    }
    RemoteTemplate { name: template.name, language: template.language, purpose, text, variables, approval }
}

/// Whether one language of ours is what stands at Meta, whatever its variables are called here and whatever samples they have.
#[must_use]
pub fn says_the_same(template: &Template, language: &str, remote: &RemoteTemplate) -> bool {
    let theirs = Template { purpose: template.purpose, variables: remote.variables.clone(), ..template.clone() };
    let written = |template: &Template, text: &TemplateText| {
        let definition = definition(template, language, text).ok()?;
        let mut components = serde_json::to_value(definition.components).ok()?;
        without_samples(&mut components);
        Some((definition.parameter_format, components))
    };
    let ours = template.languages.get(language).and_then(|text| written(template, text));
    ours.is_some() && ours == written(&theirs, &remote.text)
}

fn without_samples(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| name != "example" && name != "zero_tap_terms_accepted");
            members.values_mut().for_each(without_samples);
        }
        Value::Array(items) => items.iter_mut().for_each(without_samples),
        _ => {}
    }
}

const OFFER_END: &str = "offer_ends_at";

fn kind_of(raw: &Value) -> String {
    raw.get("type").and_then(Value::as_str).unwrap_or("that is not named").to_owned()
}

#[derive(Default)]
struct Reading {
    authentication: bool,
    text: TemplateText,
    samples: BTreeMap<String, String>,
    reasons: Vec<String>,
}

impl Reading {
    fn cannot(&mut self, what: String) {
        if !self.reasons.contains(&what) {
            self.reasons.push(what);
        }
    }

    fn sample(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.samples.insert(name.to_owned(), value.to_owned());
        }
    }

    fn component(&mut self, component: TemplateComponent) {
        match component {
            TemplateComponent::Header { format: TemplateHeaderFormat::Text, text: Some(header), example } => {
                let header = self.worded(&header, "header_", example.as_ref(), true);
                self.text.header = Some(header);
            }
            TemplateComponent::Header { format, example, .. } => self.text.header_part = self.header(&format, example, "header"),
            TemplateComponent::Body { text, example, add_security_recommendation } => {
                if let Some(body) = text {
                    self.text.body = self.worded(&body, "", example.as_ref(), false);
                }
                if self.authentication {
                    self.text.code.get_or_insert_default().advice = add_security_recommendation == Some(true);
                }
            }
            TemplateComponent::Footer { text, code_expiration_minutes } => {
                if let Some(minutes) = code_expiration_minutes {
                    self.text.code.get_or_insert_with(CodeText::default).expires_minutes = Some(minutes);
                }
                self.text.footer = text;
            }
            TemplateComponent::LimitedTimeOffer { text, has_expiration } => {
                let ends_at = has_expiration.then(|| format!("{{{{{OFFER_END}}}}}"));
                self.sample(OFFER_END, Some("2030-01-01T00:00:00Z"));
                self.text.offer = Some(Offer { text, ends_at });
            }
            TemplateComponent::Buttons { buttons } => self.text.buttons = self.buttons(&buttons, ""),
            TemplateComponent::Carousel { cards } => {
                for (index, card) in cards.into_iter().enumerate() {
                    let card = self.card(card, index + 1);
                    self.text.cards.push(card);
                }
            }
            // Nothing of it is filled; the person is asked by the message itself.
            TemplateComponent::CallPermissionRequest => self.cannot("a request to call".to_owned()),
        }
    }

    /// A text with names of ours where Meta counts. Samples are taken in Meta's order.
    fn worded(&mut self, source: &str, prefix: &str, example: Option<&Example>, header: bool) -> String {
        let names = in_order(source, true);
        if names.iter().any(|name| name.parse::<u32>().is_err()) {
            let named = example.map(|example| if header { &example.header_text_named_params } else { &example.body_text_named_params });
            for one in named.into_iter().flatten() {
                self.sample(&one.param_name, Some(&one.example));
            }
            return source.to_owned();
        }
        let plain = example.and_then(|example| if header { Some(&example.header_text) } else { example.body_text.first() });
        let mut text = source.to_owned();
        for (index, name) in names.iter().enumerate() {
            let ours = format!("{prefix}{name}");
            self.sample(&ours, plain.and_then(|values| values.get(index)).map(String::as_str));
            if !prefix.is_empty() {
                text = text.replace(&format!("{{{{{name}}}}}"), &format!("{{{{{ours}}}}}"));
            }
        }
        text
    }

    fn header(&mut self, format: &TemplateHeaderFormat, example: Option<Example>, name: &str) -> Option<HeaderPart> {
        let variable = |what: &str| format!("{{{{{name}_{what}}}}}");
        let media = |media: MediaKind, what: &str| HeaderPart::Media {
            media,
            source: variable(what),
            filename: None,
            sample: example.as_ref().and_then(|example| example.header_handle.first().cloned()),
        };
        Some(match format {
            TemplateHeaderFormat::Image => media(MediaKind::Image, "image"),
            TemplateHeaderFormat::Video => media(MediaKind::Video, "video"),
            TemplateHeaderFormat::Document => media(MediaKind::Document, "document"),
            TemplateHeaderFormat::Location => {
                self.sample(&format!("{name}_latitude"), Some("0"));
                self.sample(&format!("{name}_longitude"), Some("0"));
                HeaderPart::Location {
                    latitude: variable("latitude"),
                    longitude: variable("longitude"),
                    name: Some(variable("name")),
                    address: Some(variable("address")),
                }
            }
            TemplateHeaderFormat::Product => HeaderPart::Product { catalogue: variable("catalogue"), product: variable("product") },
            other => {
                self.cannot(format!("a header of kind {other}"));
                return None;
            }
        })
    }

    fn card(&mut self, card: wire::TemplateCardDefinition, number: usize) -> CardText {
        let mut out = CardText::default();
        for component in card.components {
            match component {
                TemplateComponent::Header { format, example, .. } => {
                    out.header_part = self.header(&format, example, &format!("card_{number}"));
                }
                TemplateComponent::Body { text: Some(body), example, .. } => {
                    out.body = Some(self.worded(&body, &format!("card_{number}_"), example.as_ref(), false));
                }
                TemplateComponent::Buttons { buttons } => out.buttons = self.buttons(&buttons, &format!("card_{number}_")),
                _ => self.cannot("an unknown part of a card".to_owned()),
            }
        }
        out
    }

    /// Each button at its place, also one that we cannot fill.
    fn buttons(&mut self, buttons: &[wire::TemplateButton], prefix: &str) -> Vec<TemplateButton> {
        buttons.iter().enumerate().map(|(index, button)| self.button(button, &format!("{prefix}button_{}", index + 1))).collect()
    }

    fn button(&mut self, button: &wire::TemplateButton, place: &str) -> TemplateButton {
        let title = button.text().unwrap_or_default().to_owned();
        let variable = |name: &str| format!("{{{{{name}}}}}");
        match button {
            wire::TemplateButton::QuickReply { text } => TemplateButton::QuickReply { id: text.clone(), title },
            wire::TemplateButton::Url { url, example, .. } => {
                // The link's own count of variables begins at 1 too.
                let whole = example.first().map(String::as_str);
                let stem = url.split("{{").next().unwrap_or_default();
                self.sample(place, whole.map(|sample| sample.strip_prefix(stem).unwrap_or(sample)));
                TemplateButton::Url { title, url: url.replace("{{1}}", &variable(place)) }
            }
            wire::TemplateButton::PhoneNumber { phone_number, .. } => TemplateButton::Call { title, phone: phone_number.clone() },
            wire::TemplateButton::CopyCode { example } => {
                self.sample("coupon_code", Some(example));
                TemplateButton::CopyCode { title: "Copy code".to_owned(), code: variable("coupon_code") }
            }
            wire::TemplateButton::Flow { members, .. } => {
                let text = |name: &str| {
                    members.get(name).and_then(|value| value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|n| n.to_string())))
                };
                TemplateButton::Form { title, form: text("flow_id").unwrap_or_default(), screen: text("navigate_screen"), token: None }
            }
            wire::TemplateButton::Otp { otp_type, members } => {
                let delivery = match otp_type {
                    OtpType::OneTap => CodeDelivery::OneTap,
                    OtpType::ZeroTap => CodeDelivery::ZeroTap,
                    _ => CodeDelivery::Copy,
                };
                let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                let apps = members.get("supported_apps").and_then(Value::as_array).into_iter().flatten();
                let apps = apps.map(|app| CodeApp { package: text(app, "package_name"), signature: text(app, "signature_hash") }).collect();
                let autofill = members.get("autofill_text").and_then(Value::as_str).map(str::to_owned);
                TemplateButton::OneTimeCode { title, delivery, autofill, apps }
            }
            wire::TemplateButton::Other { kind, members } => match kind.as_str() {
                "CATALOG" => TemplateButton::Catalogue { title, thumbnail: variable(&format!("{place}_product")) },
                "MPM" => TemplateButton::Products {
                    title,
                    thumbnail: variable(&format!("{place}_product")),
                    groups: vec![ProductGroup { title: None, products: variable(&format!("{place}_products")) }],
                },
                "VOICE_CALL" => TemplateButton::VoiceCall { title },
                _ => {
                    self.cannot(format!("a button of kind {kind}"));
                    TemplateButton::Other { title, provider_kind: kind.clone(), raw: members.clone() }
                }
            },
        }
    }
}
