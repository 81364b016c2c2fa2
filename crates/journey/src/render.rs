//! What a send would say to this person now (R-TPL-2: rendering is total).

use model::content::{
    Button, Buttons, ContactCard, Contacts, Content, Form, Link, List, Location, Media, MediaSource, Request, Row, Section, Wanted,
};
use model::message::{ChannelDraft, Rendered};

use crate::definition::{Body, Card, Draft, Journey, Send, Shareable, StepKind};
use crate::limits;
use crate::run::{RunState, StepEnv};
use crate::scope::{Scope, View};
use crate::template_call::template_call;
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
        Body::Form { header, body, footer, label, form, screen } => Ok(Content::Form(Box::new(Form {
            header: some(header)?,
            body: said(body.render(scope)?)?,
            footer: some(footer)?,
            label: said(label.render(scope)?)?,
            form: form.clone(),
            token: None,
            screen: screen.clone(),
            data: None,
            draft: false,
        }))),
        Body::Link { header, body, footer, label, url } => Ok(Content::Link(Box::new(Link {
            header: some(header)?,
            media: None,
            body: said(body.render(scope)?)?,
            footer: some(footer)?,
            label: said(label.render(scope)?)?,
            url: said(url.render(scope)?)?,
        }))),
        Body::Location { latitude, longitude, name, address } => {
            Ok(Content::Location(Location { latitude: *latitude, longitude: *longitude, name: some(name)?, address: some(address)? }))
        }
        Body::Contacts(people) => {
            let person = |card: &Card| {
                let name = said(card.name.render(scope)?)?;
                Ok::<ContactCard, String>(ContactCard {
                    // The provider wants a part of the name beside the whole.
                    first_name: name.split_whitespace().next().map(str::to_owned),
                    name,
                    last_name: None,
                    organisation: some(&card.organisation)?,
                    title: None,
                    phones: some(&card.phone)?.into_iter().collect(),
                    emails: some(&card.email)?.into_iter().collect(),
                    links: Vec::new(),
                })
            };
            Ok(Content::Contacts(Contacts { people: people.iter().map(person).collect::<Result<_, _>>()? }))
        }
        Body::Request { wanted, body } => {
            let wanted = match wanted {
                Shareable::Location => Wanted::Location,
                Shareable::PhoneNumber => Wanted::PhoneNumber,
                Shareable::CallPermission => Wanted::CallPermission,
            };
            Ok(Content::Request(Box::new(Request { body: said(body.render(scope)?)?, wanted })))
        }
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
