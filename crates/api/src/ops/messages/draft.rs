//! What somebody wants said on one channel.

use std::collections::BTreeMap;

use model::content::{Content, Reaction};
use model::message::{ChannelDraft, Rendered};
use model::{AddressKey, Channel, ContactId, Direction, SenderId, TemplateId, WorkspaceId};

use super::content_check;
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
            content_check::check(&format!("{at}/content"), content, &mut faults);
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
        let content = match self.content {
            Some(Content::Reaction(reaction)) => Some(Content::Reaction(on_message(at, state, ws, contact, reaction).await?)),
            content => content,
        };
        let template = match self.template {
            Some(TemplateInput { id, language, variables }) => {
                let call = state.engine().render_template(ws, Some(contact), &TemplateUse { id, language, variables }).await?;
                Some(Rendered::Ready(Content::Template(call)))
            }
            None => None,
        };
        // A template may go at any time; free-form only while the window is open, which the gate knows.
        let in_window = content.map(Rendered::Ready).or_else(|| template.clone());
        Ok(ChannelDraft { channel: self.channel, sender: self.sender, address: self.address, in_window, out_of_window: template })
    }
}

/// Names the message as its provider does. Only what the person wrote can be reacted to, and only their own.
async fn on_message(at: &str, state: &ApiState, ws: WorkspaceId, contact: ContactId, reaction: Reaction) -> Result<Reaction, Problem> {
    let known = state.engine().store().message(ws, reaction.message).await?;
    let theirs = known.filter(|message| message.contact == contact && message.direction == Direction::In);
    match theirs.and_then(|message| message.provider_id) {
        Some(provider_id) => Ok(Reaction { provider_id, ..reaction }),
        None => Err(Problem::invalid(vec![Fault::new(format!("{at}/content/message"), "is no message that this contact wrote")])),
    }
}
