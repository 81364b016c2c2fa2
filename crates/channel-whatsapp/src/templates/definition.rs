//! One of our texts as Meta's definition of a template.

use std::collections::BTreeMap;

use model::Purpose;
use model::content::MediaKind;
use model::template::{CardText, CodeDelivery, HeaderPart, Offer, Template, TemplateButton, TemplateText, Variable, in_order, names_in};
use serde_json::{Map, Value, json};
use whatsapp::template::{
    self as wire, Category, Example, NamedExample, OtpType, ParameterFormat, TemplateCardDefinition, TemplateComponent, TemplateCreate,
    TemplateHeaderFormat,
};

/// The definition, or why Meta has no such thing.
pub(crate) fn definition(template: &Template, language: &str, text: &TemplateText) -> Result<TemplateCreate, String> {
    let category = match template.purpose {
        Purpose::Promotional => Category::Marketing,
        Purpose::Transactional | Purpose::Service => Category::Utility,
        Purpose::Authentication => Category::Authentication,
    };
    let written = Written::of(template, text);
    let components = if category == Category::Authentication { one_time_code(text) } else { written.components(text)? };
    Ok(TemplateCreate {
        name: template.name.clone(),
        language: language.replace('-', "_"),
        category,
        parameter_format: Some(if written.positional { ParameterFormat::Positional } else { ParameterFormat::Named }),
        message_send_ttl_seconds: None,
        components,
    })
}

struct Written<'a> {
    positional: bool,
    samples: BTreeMap<&'a str, &'a str>,
}

impl<'a> Written<'a> {
    fn of(template: &'a Template, text: &TemplateText) -> Self {
        let sample = |variable: &'a Variable| (variable.name.as_str(), variable.sample.as_str());
        Self { positional: text.is_positional(template.purpose), samples: template.variables.iter().map(sample).collect() }
    }

    fn sample(&self, name: &str) -> String {
        self.samples.get(name).copied().unwrap_or(name).to_owned()
    }

    /// The text with samples where the variables stand.
    fn filled(&self, source: &str) -> String {
        names_in(source).into_iter().fold(source.to_owned(), |text, name| replace(&text, name, &self.sample(name)))
    }

    /// Meta counts anew in each component; names stay.
    fn source(&self, source: &str) -> String {
        let names = if self.positional { in_order(source, true) } else { Vec::new() };
        let numbered = |text: String, (index, name): (usize, &str)| replace(&text, name, &format!("{{{{{}}}}}", index + 1));
        names.into_iter().enumerate().fold(source.to_owned(), numbered)
    }

    fn example(&self, source: &str, header: bool) -> Option<Example> {
        let names = in_order(source, self.positional);
        if names.is_empty() {
            return None;
        }
        let named = || names.iter().map(|name| NamedExample { param_name: (*name).to_owned(), example: self.sample(name) }).collect();
        let plain = || names.iter().map(|name| self.sample(name)).collect::<Vec<_>>();
        Some(match (header, self.positional) {
            (true, true) => Example { header_text: plain(), ..Example::default() },
            (true, false) => Example { header_text_named_params: named(), ..Example::default() },
            (false, true) => Example { body_text: vec![plain()], ..Example::default() },
            (false, false) => Example { body_text_named_params: named(), ..Example::default() },
        })
    }

    fn components(&self, text: &TemplateText) -> Result<Vec<TemplateComponent>, String> {
        let mut components = Vec::new();
        if let Some(part) = &text.header_part {
            components.push(header(part)?);
        } else if let Some(header) = &text.header {
            let (text, example) = (Some(self.source(header)), self.example(header, true));
            components.push(TemplateComponent::Header { format: TemplateHeaderFormat::Text, text, example });
        }
        if let Some(Offer { text, ends_at }) = &text.offer {
            components.push(TemplateComponent::LimitedTimeOffer { text: text.clone(), has_expiration: ends_at.is_some() });
        }
        components.push(self.body(&text.body));
        if let Some(footer) = &text.footer {
            components.push(TemplateComponent::Footer { text: Some(footer.clone()), code_expiration_minutes: None });
        }
        components.extend(self.buttons(&text.buttons)?);
        if !text.cards.is_empty() {
            let cards = text.cards.iter().map(|card| self.card(card)).collect::<Result<_, String>>()?;
            components.push(TemplateComponent::Carousel { cards });
        }
        Ok(components)
    }

    fn body(&self, text: &str) -> TemplateComponent {
        TemplateComponent::Body { text: Some(self.source(text)), example: self.example(text, false), add_security_recommendation: None }
    }

    fn card(&self, card: &CardText) -> Result<TemplateCardDefinition, String> {
        let mut components = Vec::new();
        components.extend(card.header_part.as_ref().map(header).transpose()?);
        components.extend(card.body.as_deref().map(|body| self.body(body)));
        components.extend(self.buttons(&card.buttons)?);
        Ok(TemplateCardDefinition { components })
    }

    fn buttons(&self, buttons: &[TemplateButton]) -> Result<Option<TemplateComponent>, String> {
        let buttons = buttons.iter().map(|one| self.button(one)).collect::<Result<Vec<_>, String>>()?;
        Ok((!buttons.is_empty()).then_some(TemplateComponent::Buttons { buttons }))
    }

    fn button(&self, button: &TemplateButton) -> Result<wire::TemplateButton, String> {
        let other = |kind: &str, title: &str| wire::TemplateButton::Other {
            kind: kind.to_owned(),
            members: Map::from_iter([("text".to_owned(), json!(title))]),
        };
        Ok(match button {
            TemplateButton::QuickReply { title, .. } => wire::TemplateButton::QuickReply { text: title.clone() },
            TemplateButton::Call { title, phone } => wire::TemplateButton::PhoneNumber { text: title.clone(), phone_number: phone.clone() },
            // Meta numbers the one variable of a link whatever the other variables are called.
            TemplateButton::Url { title, url } => match names_in(url).as_slice() {
                [name] => {
                    let example = vec![self.sample(name)];
                    wire::TemplateButton::Url { text: title.clone(), url: replace(url, name, "{{1}}"), example }
                }
                _ => wire::TemplateButton::Url { text: title.clone(), url: url.clone(), example: Vec::new() },
            },
            TemplateButton::CopyCode { code, .. } => wire::TemplateButton::CopyCode { example: self.filled(code) },
            TemplateButton::Form { title, form, screen, .. } => {
                let mut members = Map::from_iter([("flow_id".to_owned(), json!(form))]);
                if let Some(screen) = screen {
                    members.extend([("flow_action".to_owned(), json!("navigate")), ("navigate_screen".to_owned(), json!(screen))]);
                }
                wire::TemplateButton::Flow { text: title.clone(), members }
            }
            TemplateButton::Catalogue { title, .. } => other("CATALOG", title),
            TemplateButton::Products { title, .. } => other("MPM", title),
            TemplateButton::VoiceCall { title } => other("VOICE_CALL", title),
            TemplateButton::Other { provider_kind, raw, .. } => {
                wire::TemplateButton::Other { kind: provider_kind.clone(), members: raw.clone() }
            }
            TemplateButton::OneTimeCode { .. } => return Err("a one-time code needs a template for authentication".to_owned()),
        })
    }
}

/// The name may stand between blanks.
fn replace(text: &str, name: &str, with: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((found, behind)) = after.split_once("}}") else { break };
        out.push_str(before);
        if found.trim() == name {
            out.push_str(with);
        } else {
            out.push_str(&rest[before.len()..rest.len() - behind.len()]);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn header(part: &HeaderPart) -> Result<TemplateComponent, String> {
    let (format, example) = match part {
        HeaderPart::Media { media, sample, .. } => {
            let format = match media {
                MediaKind::Image => TemplateHeaderFormat::Image,
                MediaKind::Video => TemplateHeaderFormat::Video,
                MediaKind::Document => TemplateHeaderFormat::Document,
                MediaKind::Audio | MediaKind::Sticker => return Err("a header shows an image, a video or a document".to_owned()),
            };
            let example = sample.as_ref().map(|handle| Example { header_handle: vec![handle.clone()], ..Example::default() });
            (format, example)
        }
        HeaderPart::Location { .. } => (TemplateHeaderFormat::Location, None),
        HeaderPart::Product { .. } => (TemplateHeaderFormat::Product, None),
    };
    Ok(TemplateComponent::Header { format, text: None, example })
}

/// The text of an authentication template is Meta's own; ours is for other channels.
fn one_time_code(text: &TemplateText) -> Vec<TemplateComponent> {
    let mut members = Map::new();
    let mut otp_type = OtpType::CopyCode;
    if let Some(button) = text.buttons.first() {
        members.insert("text".to_owned(), json!(button.title()));
        if let TemplateButton::OneTimeCode { delivery, autofill, apps, .. } = button {
            otp_type = match delivery {
                CodeDelivery::Copy => OtpType::CopyCode,
                CodeDelivery::OneTap => OtpType::OneTap,
                CodeDelivery::ZeroTap => OtpType::ZeroTap,
            };
            if let Some(label) = autofill {
                members.insert("autofill_text".to_owned(), json!(label));
            }
            if !apps.is_empty() {
                let apps: Vec<Value> =
                    apps.iter().map(|app| json!({ "package_name": app.package, "signature_hash": app.signature })).collect();
                members.insert("supported_apps".to_owned(), json!(apps));
            }
            if *delivery == CodeDelivery::ZeroTap {
                // Whoever writes a template that fills codes in by itself has read what Meta asks for it.
                members.insert("zero_tap_terms_accepted".to_owned(), json!(true));
            }
        }
    }
    let advice = text.code.is_none_or(|code| code.advice);
    let mut components = vec![TemplateComponent::Body { text: None, example: None, add_security_recommendation: Some(advice) }];
    if let Some(minutes) = text.code.and_then(|code| code.expires_minutes) {
        components.push(TemplateComponent::Footer { text: None, code_expiration_minutes: Some(minutes) });
    }
    components.push(TemplateComponent::Buttons { buttons: vec![wire::TemplateButton::Otp { otp_type, members }] });
    components
}
