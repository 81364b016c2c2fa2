//! Everything that is known of the people in a story: what expectations look at, and what two playings must have in common.

use anyhow::Result;
use model::case::Conversation;
use model::change::RunRow;
use model::decision::DecisionRecord;
use model::timeline::TimelineEntry;
use model::{ContactId, ConversationId, Direction, Message};
use serde::Serialize;
use storage::{DecisionFilter, MessageFilter, Page, Paged, RunFilter, TimelineFilter};

use super::player::Player;
use crate::stage::WORKSPACE;

const PAGE: u32 = 500;
/// Pages of one list; a story is never so long.
const PAGES_MAX: usize = 200;

/// All pages of a list, oldest first.
macro_rules! all {
    ($page:ident => $fetch:expr) => {{
        let mut items = Vec::new();
        let mut $page = Page::first(PAGE);
        for _ in 0..PAGES_MAX {
            let Paged { items: more, next } = $fetch;
            items.extend(more);
            match next {
                Some(after) => $page = Page { limit: PAGE, after: Some(after) },
                None => break,
            }
        }
        items.reverse();
        items
    }};
}

impl Player {
    /// Messages to the contact, oldest first, in every state.
    pub async fn messages(&self, contact: ContactId) -> Result<Vec<Message>> {
        let mut all = self.all_messages(contact).await?;
        all.retain(|message| message.direction == Direction::Out);
        Ok(all)
    }

    async fn all_messages(&self, contact: ContactId) -> Result<Vec<Message>> {
        let store = self.stage.app.engine.store();
        let filter = MessageFilter { contact: Some(contact), ..MessageFilter::default() };
        let mut all: Vec<Message> = all!(page => store.messages(WORKSPACE, filter.clone(), page).await?);
        all.sort_by_key(|message| (message.created_at, message.id));
        Ok(all)
    }

    pub async fn runs(&self, contact: ContactId) -> Result<Vec<RunRow>> {
        let store = self.stage.app.engine.store();
        let filter = RunFilter { contact: Some(contact), ..RunFilter::default() };
        let mut all: Vec<RunRow> = all!(page => store.runs(WORKSPACE, filter.clone(), page).await?);
        all.sort_by_key(|run| (run.entered_at, run.id));
        Ok(all)
    }

    pub async fn decisions(&self, contact: ContactId) -> Result<Vec<DecisionRecord>> {
        let store = self.stage.app.engine.store();
        let filter = DecisionFilter { contact: Some(contact), ..DecisionFilter::default() };
        let mut all: Vec<DecisionRecord> = all!(page => store.decisions(WORKSPACE, filter.clone(), page).await?);
        all.sort_by_key(|decision| (decision.at, decision.id));
        Ok(all)
    }

    pub async fn timeline(&self, contact: ContactId) -> Result<Vec<TimelineEntry>> {
        let store = self.stage.app.engine.store();
        let mut all: Vec<TimelineEntry> = all!(page => store.timeline(WORKSPACE, contact, TimelineFilter::default(), page).await?);
        all.sort_by_key(|entry| (entry.recorded_at, entry.id));
        Ok(all)
    }

    pub async fn conversation(&self, contact: ContactId) -> Result<Option<Conversation>> {
        // A contact and its thread have one number.
        Ok(self.stage.app.engine.store().conversation(WORKSPACE, ConversationId::from_u128(contact.as_u128())).await?)
    }
}

/// What is known of everybody at the end.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    people: Vec<Known<'a>>,
}

#[derive(Serialize)]
struct Known<'a> {
    name: &'a str,
    messages: Vec<Message>,
    decisions: Vec<DecisionRecord>,
    timeline: Vec<TimelineEntry>,
    runs: Vec<RunRow>,
    conversation: Option<Conversation>,
}

impl<'a> Record<'a> {
    pub async fn of(player: &'a Player) -> Result<Self> {
        let mut people = Vec::new();
        for (name, someone) in &player.people {
            let contact = someone.contact;
            people.push(Known {
                name,
                messages: player.all_messages(contact).await?,
                decisions: player.decisions(contact).await?,
                timeline: player.timeline(contact).await?,
                runs: player.runs(contact).await?,
                conversation: player.conversation(contact).await?,
            });
        }
        Ok(Self { people })
    }

    pub fn text(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }
}
