//! What steps changed, for open browsers.

use std::sync::Arc;

use api::LiveHub;
use api::engine::LiveKind;
use model::{ConversationId, WorkspaceId};
use runtime::{Engine, StepNews};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

/// Publishes what steps change until the engine is gone. Bursts of one contact become one event, because browsers read the rest anyway.
pub async fn publish_news(engine: Arc<Engine>, live: Arc<LiveHub>) {
    let mut news = engine.subscribe();
    loop {
        let first = match news.recv().await {
            Ok(first) => first,
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        let mut batch = std::collections::BTreeMap::from([((first.workspace, first.contact), first)]);
        while let Ok(more) = news.try_recv() {
            batch
                .entry((more.workspace, more.contact))
                .and_modify(|known: &mut StepNews| known.conversation |= more.conversation)
                .or_insert(more);
        }
        for ((workspace, contact), one) in batch {
            if one.conversation {
                publish_conversation(&engine, &live, workspace, ConversationId::from_u128(contact.as_u128())).await;
            }
            live.publish(workspace, LiveKind::Contact, json!({ "id": contact }));
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
