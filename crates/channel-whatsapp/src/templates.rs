//! Templates at Meta: submitting ours, listing what is there.

use std::collections::BTreeMap;

use channel::Account;
use model::Purpose;
use model::send_error::SendError;
use model::template::{Approval, ApprovalState, Template, TemplateButton, TemplateText};
use serde_json::{Map, json};
use whatsapp::manage::Page;
use whatsapp::message::Success;
use whatsapp::template::{
    self as wire, Category, Example, NamedExample, OtpType, ParameterFormat, TemplateComponent, TemplateCreate, TemplateCreated,
    TemplateEdit, TemplateHeaderFormat,
};

use crate::errors::fix;
use crate::graph::Trouble;
use crate::settle::encode;
use crate::{Whatsapp, reports};

/// Pages of 100 templates that a listing reads at most; the largest account has 6,000.
const PAGES_MAX: usize = 100;

/// A template as it stands at Meta, one language.
#[derive(Clone, PartialEq, Debug)]
pub struct RemoteTemplate {
    pub name: String,
    /// As Meta writes it: `pt_BR`.
    pub language: String,
    pub text: TemplateText,
    /// Also inside `text.approval`.
    pub approval: Approval,
}

impl Whatsapp {
    /// Submits one language for review: creates it, or replaces its text when Meta already has it. The answer may be a verdict at once.
    pub async fn submit_template(&self, account: &Account, template: &Template, language: &str) -> Result<Approval, SendError> {
        let text = template.languages.get(language).ok_or_else(|| fix("template", format!("the template has no text in {language}")))?;
        let definition = definition(template, language, text);
        definition.validate().map_err(|error| fix("template", format!("Meta would refuse this template: {error}")))?;
        let call = self.call(account)?;
        let pending = Approval { state: ApprovalState::Pending, version: Some(template.version.clone()), ..Approval::default() };
        if let Some(id) = &text.approval.provider_id {
            let edit = TemplateEdit { components: Some(definition.components), ..TemplateEdit::default() };
            let _done: Success = call.post(&encode(id), &edit).await.map_err(Trouble::into_error)?;
            return Ok(Approval { provider_id: Some(id.clone()), ..pending });
        }
        let edge = format!("{}/message_templates", call.account.waba_id);
        let created: TemplateCreated = call.post(&edge, &definition).await.map_err(Trouble::into_error)?;
        let state = reports::approval_state(&created.status);
        Ok(Approval {
            state,
            raw_state: Some(created.status.as_str().to_owned()),
            provider_id: Some(created.id),
            category: created.category.map(|category| category.as_str().to_owned()),
            ..pending
        })
    }

    /// Everything that the account has at Meta.
    pub async fn list_templates(&self, account: &Account) -> Result<Vec<RemoteTemplate>, SendError> {
        let call = self.call(account)?;
        let fields = "name,category,status,language,quality_score,components,parameter_format,rejected_reason";
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let cursor = after.as_deref().map(|cursor| format!("&after={}", encode(cursor))).unwrap_or_default();
            let edge = format!("{}/message_templates?fields={fields}&limit=100{cursor}", call.account.waba_id);
            let page: Page<wire::Template> = call.get(&edge).await.map_err(Trouble::into_error)?;
            after = page.next_after().map(str::to_owned);
            found.extend(page.data.into_iter().map(remote));
            if after.is_none() {
                break;
            }
        }
        Ok(found)
    }
}

/// Names of variables inside `{{…}}`, each once, in order of appearance.
fn variables(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for piece in text.split("{{").skip(1) {
        if let Some((name, _)) = piece.split_once("}}")
            && !names.contains(&name.trim())
        {
            names.push(name.trim());
        }
    }
    names
}

fn definition(template: &Template, language: &str, text: &TemplateText) -> TemplateCreate {
    let samples: BTreeMap<&str, &str> =
        template.variables.iter().map(|variable| (variable.name.as_str(), variable.sample.as_str())).collect();
    let sample = |name: &str| samples.get(name).copied().unwrap_or(name).to_owned();
    let category = match template.purpose {
        Purpose::Promotional => Category::Marketing,
        Purpose::Transactional | Purpose::Service => Category::Utility,
        Purpose::Authentication => Category::Authentication,
    };
    let in_text = || [text.header.as_deref().unwrap_or_default(), &text.body].into_iter().flat_map(variables);
    let positional = in_text().all(|name| name.parse::<u32>().is_ok());
    let components = if category == Category::Authentication { one_time_code(text) } else { components(text, positional, &sample) };
    TemplateCreate {
        name: template.name.clone(),
        language: language.replace('-', "_"),
        category,
        parameter_format: Some(if positional { ParameterFormat::Positional } else { ParameterFormat::Named }),
        message_send_ttl_seconds: None,
        components,
    }
}

fn components(text: &TemplateText, positional: bool, sample: &dyn Fn(&str) -> String) -> Vec<TemplateComponent> {
    let named =
        |text: &str| variables(text).into_iter().map(|name| NamedExample { param_name: name.to_owned(), example: sample(name) }).collect();
    let plain = |text: &str| variables(text).into_iter().map(sample).collect::<Vec<_>>();
    let example = |text: &str, header: bool| {
        let mut example = Example::default();
        match (header, positional) {
            (true, true) => example.header_text = plain(text),
            (true, false) => example.header_text_named_params = named(text),
            (false, true) => example.body_text = vec![plain(text)],
            (false, false) => example.body_text_named_params = named(text),
        }
        (!variables(text).is_empty()).then_some(example)
    };
    let mut components = Vec::new();
    if let Some(header) = &text.header {
        let example = example(header, true);
        components.push(TemplateComponent::Header { format: TemplateHeaderFormat::Text, text: Some(header.clone()), example });
    }
    components.push(TemplateComponent::Body {
        text: Some(text.body.clone()),
        example: example(&text.body, false),
        add_security_recommendation: None,
    });
    if let Some(footer) = &text.footer {
        components.push(TemplateComponent::Footer { text: Some(footer.clone()), code_expiration_minutes: None });
    }
    if !text.buttons.is_empty() {
        let buttons = text.buttons.iter().map(|one| button(one, sample)).collect();
        components.push(TemplateComponent::Buttons { buttons });
    }
    components
}

/// Meta numbers the one variable of a link whatever the other variables are called.
fn button(button: &TemplateButton, sample: &dyn Fn(&str) -> String) -> wire::TemplateButton {
    match button {
        TemplateButton::QuickReply { title, .. } => wire::TemplateButton::QuickReply { text: title.clone() },
        TemplateButton::Call { title, phone } => wire::TemplateButton::PhoneNumber { text: title.clone(), phone_number: phone.clone() },
        TemplateButton::Url { title, url } => match variables(url).as_slice() {
            [name] => {
                let start = url.find("{{").unwrap_or(url.len());
                let example = vec![sample(name)];
                wire::TemplateButton::Url { text: title.clone(), url: format!("{}{{{{1}}}}", &url[..start]), example }
            }
            _ => wire::TemplateButton::Url { text: title.clone(), url: url.clone(), example: Vec::new() },
        },
    }
}

/// The text of an authentication template is Meta's own; ours is for other channels.
fn one_time_code(text: &TemplateText) -> Vec<TemplateComponent> {
    let label = text.buttons.first().map(|button| Map::from_iter([("text".to_owned(), json!(button.title()))])).unwrap_or_default();
    let copy = wire::TemplateButton::Otp { otp_type: OtpType::CopyCode, members: label };
    vec![
        TemplateComponent::Body { text: None, example: None, add_security_recommendation: Some(true) },
        TemplateComponent::Buttons { buttons: vec![copy] },
    ]
}

fn remote(template: wire::Template) -> RemoteTemplate {
    let mut text = TemplateText { header: None, body: String::new(), footer: None, buttons: Vec::new(), approval: Approval::default() };
    for component in template.known_components() {
        match component {
            TemplateComponent::Header { text: Some(header), .. } => text.header = Some(header),
            TemplateComponent::Body { text: Some(body), .. } => text.body = body,
            TemplateComponent::Footer { text: Some(footer), .. } => text.footer = Some(footer),
            TemplateComponent::Buttons { buttons } => text.buttons = buttons.iter().filter_map(local_button).collect(),
            _ => {}
        }
    }
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
    RemoteTemplate { name: template.name, language: template.language, text, approval }
}

fn local_button(button: &wire::TemplateButton) -> Option<TemplateButton> {
    match button {
        wire::TemplateButton::QuickReply { text } => Some(TemplateButton::QuickReply { id: text.clone(), title: text.clone() }),
        wire::TemplateButton::Url { text, url, .. } => Some(TemplateButton::Url { title: text.clone(), url: url.clone() }),
        wire::TemplateButton::PhoneNumber { text, phone_number } => {
            Some(TemplateButton::Call { title: text.clone(), phone: phone_number.clone() })
        }
        _ => None,
    }
}
