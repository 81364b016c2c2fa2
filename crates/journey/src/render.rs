//! What a send would say to this person now (R-TPL-2: rendering is total).

use model::content::{
    Button, ButtonAction, ButtonParam, Buttons, Content, List, Media, MediaSource, Param, Row, Section, TemplateCall, TemplatePreview,
};
use model::message::{ChannelDraft, Rendered};
use model::template::{Template, TemplateButton};

use crate::definition::{Body, Draft, Journey, Send, StepKind};
use crate::fill;
use crate::limits;
use crate::run::{RunState, StepEnv};
use crate::scope::{Scope, View};
use crate::text::Text;

/// Renders a send again with fresh data, as the gate does at hand-off. Empty when the step sends nothing.
#[must_use]
pub fn render_send(def: &Journey, run: &RunState, step: &str, env: &StepEnv<'_>) -> Vec<ChannelDraft> {
    let Some(StepKind::Send(send)) = def.steps.get(step).map(|s| &s.kind) else { return Vec::new() };
    let scope = Scope::new(env.contact, env.now, env.zone, &def.context);
    drafts(send, &scope.of(run), env)
}

pub(crate) fn drafts(send: &Send, scope: &View<'_>, env: &StepEnv<'_>) -> Vec<ChannelDraft> {
    let rendered = |draft: &Draft, body: &Option<Body>| {
        body.as_ref().map(|body| match content(body, scope, env) {
            Ok(content) => match limits::too_long(draft.channel, &content) {
                None => Rendered::Ready(content),
                Some(reason) => Rendered::Missing { reason },
            },
            Err(reason) => Rendered::Missing { reason },
        })
    };
    send.channels
        .iter()
        .map(|draft| ChannelDraft {
            channel: draft.channel,
            sender: None,
            address: None,
            in_window: rendered(draft, &draft.in_window),
            out_of_window: rendered(draft, &draft.out_of_window),
        })
        .collect()
}

fn content(body: &Body, scope: &View<'_>, env: &StepEnv<'_>) -> Result<Content, String> {
    let some = |text: &Option<Text>| text.as_ref().map(|t| t.render(scope)).transpose();
    match body {
        Body::Text { body, preview_url } => {
            Ok(Content::Text(model::content::Text { body: said(body.render(scope)?)?, preview_url: *preview_url }))
        }
        Body::Buttons { header, body, footer, buttons } => Ok(Content::Buttons(Buttons {
            header: some(header)?,
            body: said(body.render(scope)?)?,
            footer: some(footer)?,
            buttons: buttons
                .iter()
                .map(|(id, title)| Ok(Button::reply(id.clone(), said(title.render(scope)?)?)))
                .collect::<Result<_, String>>()?,
            media: None,
        })),
        Body::List { header, body, footer, button, sections } => {
            let section = |from: &crate::definition::ListSection| {
                let row = |row: &crate::definition::ListRow| {
                    let (title, description) = (said(row.title.render(scope)?)?, some(&row.description)?);
                    Ok::<Row, String>(Row { id: row.id.clone(), title, description })
                };
                Ok::<Section, String>(Section { title: some(&from.title)?, rows: from.rows.iter().map(row).collect::<Result<_, _>>()? })
            };
            Ok(Content::List(List {
                header: some(header)?,
                body: said(body.render(scope)?)?,
                footer: some(footer)?,
                button: said(button.render(scope)?)?,
                sections: sections.iter().map(section).collect::<Result<_, _>>()?,
            }))
        }
        Body::Media { kind, link, caption, filename } => Ok(Content::Media(Media {
            kind: *kind,
            source: MediaSource::Link(said(link.render(scope)?)?),
            caption: some(caption)?,
            filename: some(filename)?,
        })),
        Body::Template { name, variables } => {
            let template = env.templates.iter().find(|t| t.name == *name).ok_or_else(|| format!("there is no template `{name}`"))?;
            let mut values = std::collections::BTreeMap::new();
            for (variable, text) in variables {
                // A value that cannot be rendered is a missing one: the template's own fallback may still stand in.
                values.insert(variable.as_str(), text.render(scope));
            }
            template_call(template, &values, env.contact.locale.as_deref()).map(Content::Template)
        }
    }
}

/// A71: never "Hi ,": a text of blanks is as good as none.
fn said(text: String) -> Result<String, String> {
    if text.trim().is_empty() { Err("the text is empty for this person".to_owned()) } else { Ok(text) }
}

/// Fills a template in the language that suits the person (A72).
///
/// # Errors
/// Why there is no text for this person: a value is missing or too long.
pub fn template_call(
    template: &Template,
    values: &std::collections::BTreeMap<&str, Result<String, String>>,
    locale: Option<&str>,
) -> Result<TemplateCall, String> {
    let (language, text) = template.language_for(locale).ok_or_else(|| format!("template `{}` has no language", template.name))?;
    let value_of = |name: &str| -> Result<String, String> {
        let variable = template.variables.iter().find(|v| v.name == name);
        let given = match values.get(name) {
            Some(Ok(text)) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            Some(Err(reason)) => Err(reason.clone()),
            Some(Ok(_)) | None => Err("it has no value".to_owned()),
        };
        let fallback = variable.and_then(|v| v.fallback.clone());
        let value =
            given.or_else(|reason| fallback.ok_or_else(|| format!("variable `{name}` of template `{}`: {reason}", template.name)))?;
        match variable.and_then(|v| v.max_length) {
            Some(most) if value.chars().count() > most as usize => {
                Err(format!("variable `{name}` of template `{}` is longer than {most} characters", template.name))
            }
            _ => Ok(value),
        }
    };
    let params = |source: &str| -> Result<Vec<Param>, String> {
        fill::variables(source).into_iter().map(|name| Ok(Param { text: value_of(&name)?, name })).collect()
    };
    let filled = |source: &str| fill::fill(source, &value_of);
    let mut buttons = Vec::new();
    let mut shown = Vec::new();
    for (index, button) in text.buttons.iter().enumerate() {
        let index = u8::try_from(index).map_err(|_| "a template has too many buttons".to_owned())?;
        match button {
            TemplateButton::QuickReply { id, title } => {
                buttons.push(ButtonParam::QuickReply { index, payload: id.clone() });
                shown.push(Button::reply(id.clone(), title.clone()));
            }
            TemplateButton::Url { title, url } => {
                if let Some(name) = fill::variables(url).first() {
                    buttons.push(ButtonParam::UrlSuffix { index, text: value_of(name)? });
                }
                let url = filled(url)?;
                shown.push(Button { id: url.clone(), title: title.clone(), action: Some(Box::new(ButtonAction::OpenUrl { url })) });
            }
            TemplateButton::Call { title, phone } => {
                let action = ButtonAction::Dial { phone: phone.clone() };
                shown.push(Button { id: format!("tel:{phone}"), title: title.clone(), action: Some(Box::new(action)) });
            }
        }
    }
    let header_source = text.header.as_deref();
    Ok(TemplateCall {
        template: template.id,
        name: template.name.clone(),
        language: language.replace('-', "_"),
        version: template.version.clone(),
        header: header_source.map(params).transpose()?.unwrap_or_default(),
        body: params(&text.body)?,
        buttons,
        preview: TemplatePreview {
            header: header_source.map(filled).transpose()?,
            body: filled(&text.body)?,
            footer: text.footer.clone(),
            buttons: shown,
        },
        parts: None,
    })
}

/// The variables that a language of a template uses, in order of first use.
#[must_use]
pub fn template_variables(text: &model::template::TemplateText) -> Vec<String> {
    let urls =
        text.buttons.iter().filter_map(|button| if let TemplateButton::Url { url, .. } = button { Some(url.as_str()) } else { None });
    let mut names: Vec<String> = Vec::new();
    for name in text.header.as_deref().into_iter().chain([text.body.as_str()]).chain(urls).flat_map(fill::variables) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
