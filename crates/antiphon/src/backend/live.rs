//! What steps changed, for open browsers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api::LiveHub;
use api::engine::LiveKind;
use model::{BroadcastId, ContactId, ConversationId, TemplateId, WorkspaceId};
use runtime::{Engine, News, StepNews, TemplateAlert};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

/// Publishes what steps change until the engine is gone. Bursts of one contact become one event, because browsers read the rest anyway.
/// While no browser listens nothing is read for it.
pub async fn publish_news(engine: Arc<Engine>, live: Arc<LiveHub>) {
    let mut news = engine.subscribe();
    loop {
        let mut batch = Batch::default();
        match news.recv().await {
            Ok(first) => batch.add(first),
            Err(RecvError::Lagged(_)) => batch.add(News::Anything(None)),
            Err(RecvError::Closed) => return,
        }
        while let Ok(more) = news.try_recv() {
            batch.add(more);
        }
        if !live.has_listeners() {
            live.pass_over();
            continue;
        }
        for workspace in batch.resets {
            live.reset(workspace);
        }
        for (workspace, id) in batch.broadcasts {
            live.publish(workspace, LiveKind::Broadcast, json!({ "id": id }));
        }
        for ((workspace, id), alerts) in batch.templates {
            live.publish(workspace, LiveKind::Template, json!({ "id": id, "alerts": alerts }));
        }
        for ((workspace, contact), conversation) in batch.contacts {
            if conversation {
                publish_conversation(&engine, &live, workspace, ConversationId::from_u128(contact.as_u128())).await;
            }
            live.publish(workspace, LiveKind::Contact, json!({ "id": contact }));
        }
    }
}

/// News that came together.
#[derive(Default)]
struct Batch {
    /// And whether their conversations changed.
    contacts: BTreeMap<(WorkspaceId, ContactId), bool>,
    broadcasts: BTreeSet<(WorkspaceId, BroadcastId)>,
    /// And what its owners must know.
    templates: BTreeMap<(WorkspaceId, TemplateId), Vec<TemplateAlert>>,
    resets: BTreeSet<Option<WorkspaceId>>,
}

impl Batch {
    fn add(&mut self, news: News) {
        match news {
            News::Step(StepNews { workspace, contact, conversation }) => {
                *self.contacts.entry((workspace, contact)).or_default() |= conversation;
            }
            News::Broadcast(workspace, id) => {
                self.broadcasts.insert((workspace, id));
            }
            News::Template(workspace, id, alert) => {
                self.templates.entry((workspace, id)).or_default().extend(alert.map(|alert| *alert));
            }
            News::Anything(workspace) => {
                self.resets.insert(workspace);
            }
        }
    }
}

async fn publish_conversation(engine: &Engine, live: &LiveHub, ws: WorkspaceId, id: ConversationId) {
    match engine.store().conversation(ws, id).await {
        Ok(Some(conversation)) => {
            let last = conversation.last_message_id;
            live.publish(ws, LiveKind::Conversation, json!(conversation));
            let Some(last) = last else { return };
            if let Ok(Some(mut message)) = engine.store().message(ws, last).await {
                message.intent = None;
                message.seal = None;
                live.publish(ws, LiveKind::Message, json!(message));
            }
        }
        Ok(None) => {}
        Err(error) => tracing::warn!(error = %error, "A conversation could not be read for live views"),
    }
}
