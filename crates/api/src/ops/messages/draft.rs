//! What somebody wants said on one channel.

use std::collections::BTreeMap;

use model::content::Content;
use model::message::{ChannelDraft, Rendered};
use model::{AddressKey, Channel, ContactId, SenderId, TemplateId, WorkspaceId};

use crate::engine::TemplateUse;
use crate::ops::prelude::*;

/// Free-form content, a template, or both: free-form goes while the customer service window is open, the template otherwise.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "channel": "whatsapp", "content": { "type": "text", "body": "Your table is ready." } }))]
pub struct DraftInput {
    #[schema(value_type = schema::Channel)]
    pub channel: Channel,
    /// The workspace's default for the channel when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub sender: Option<SenderId>,
    /// The contact's best address for the channel when absent.
    #[serde(default)]
    #[schema(value_type = Option<schema::AddressKey>)]
    pub address: Option<AddressKey>,
    #[serde(default)]
    #[schema(value_type = Option<schema::Content>)]
    pub content: Option<Content>,
    #[serde(default)]
    pub template: Option<TemplateInput>,
}

#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateInput {
    #[schema(value_type = String)]
    pub id: TemplateId,
    /// The contact's own language when absent.
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

impl DraftInput {
    /// Renders and checks. `at` is the pointer to this object.
    pub async fn read(self, at: &str, state: &ApiState, ws: WorkspaceId, contact: ContactId) -> Result<ChannelDraft, Problem> {
        let mut faults = Vec::new();
        if self.content.is_none() && self.template.is_none() {
            faults.push(Fault::new(at, "give content, template, or both"));
        }
        if let Some(content) = &self.content {
            check(&format!("{at}/content"), content, &mut faults);
        }
        if let Some(address) = &self.address
            && !self.channel.accepts(address.kind)
        {
            faults.push(Fault::new(
                format!("{at}/address"),
                format!("an address of kind {} cannot be reached on {}", address.kind.as_str(), self.channel),
            ));
        }
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        let template = match self.template {
            Some(TemplateInput { id, language, variables }) => {
                let call = state.engine().render_template(ws, Some(contact), &TemplateUse { id, language, variables }).await?;
                Some(Rendered::Ready(Content::Template(call)))
            }
            None => None,
        };
        // A template may go at any time; free-form only while the window is open, which the gate knows.
        let in_window = self.content.map(Rendered::Ready).or_else(|| template.clone());
        Ok(ChannelDraft { channel: self.channel, sender: self.sender, address: self.address, in_window, out_of_window: template })
    }
}

/// What no channel could take. What one channel cannot take is that channel's business.
fn check(at: &str, content: &Content, faults: &mut Vec<Fault>) {
    let mut text = |member: &str, value: &str, most: usize| {
        let chars = value.chars().count();
        if value.trim().is_empty() || chars > most {
            faults.push(Fault::new(format!("{at}/{member}"), format!("must have 1 to {most} characters")));
        }
    };
    match content {
        Content::Text(t) => text("body", &t.body, 4096),
        Content::Buttons(b) => {
            text("body", &b.body, 1024);
            for (i, button) in b.buttons.iter().enumerate() {
                text(&format!("buttons/{i}/id"), &button.id, 256);
                text(&format!("buttons/{i}/title"), &button.title, 20);
            }
            if !(1..=3).contains(&b.buttons.len()) {
                faults.push(Fault::new(format!("{at}/buttons"), "must have 1 to 3 buttons"));
            }
        }
        Content::List(l) => {
            text("body", &l.body, 4096);
            text("button", &l.button, 20);
            let rows: usize = l.sections.iter().map(|s| s.rows.len()).sum();
            if !(1..=10).contains(&rows) {
                faults.push(Fault::new(format!("{at}/sections"), "must have 1 to 10 rows in all"));
            }
        }
        Content::Media(m) => {
            if let Some(caption) = &m.caption
                && caption.chars().count() > 1024
            {
                faults.push(Fault::new(format!("{at}/caption"), "must have at most 1024 characters"));
            }
            if let model::content::MediaSource::Link(link) = &m.source
                && !link.starts_with("https://")
            {
                faults.push(Fault::new(format!("{at}/source/link"), "must be a public https link"));
            }
        }
        Content::Location(l) => {
            if !(-90.0..=90.0).contains(&l.latitude) || !(-180.0..=180.0).contains(&l.longitude) {
                faults.push(Fault::new(at, "is no place on earth"));
            }
        }
        Content::Template(_) => faults.push(Fault::new(at, "templates are named in `template`, so that the server fills them")),
    }
}
