//! What a reply would cost: the price is the gate's own, so what is shown is what is booked.

use api::engine::{EngineError, Estimate, PlainText, TextSize};
use model::content::Content;
use model::decision::{Price, Verdict};
use model::message::{ChannelDraft, Rendered};
use model::{Channel, ContactId, ConversationId, WorkspaceId};
use policy::price::{Alphabet, plain, plain_text, segments, wide_letters};

use super::Backend;
use super::composer::Asking;

/// More letters than these are not worth naming.
const WIDE_MAX: usize = 10;

impl Backend {
    pub(super) async fn price_of_reply(
        &self,
        ws: WorkspaceId,
        conversation: ConversationId,
        mut draft: ChannelDraft,
    ) -> Result<Option<Estimate>, EngineError> {
        // A contact and its thread have one number.
        let Some(state) = self.state(ws, ContactId::from_u128(conversation.as_u128())).await? else { return Ok(None) };
        let catalogue = self.catalogue(ws)?;
        let asking = Asking { ws, now: self.engine.now(), catalogue: &catalogue, state: &state };
        draft.sender = draft.sender.or_else(|| catalogue.default_sender(draft.channel).map(|sender| sender.id));
        Ok(Some(asking.estimate(&draft)))
    }
}

impl Asking<'_> {
    fn estimate(&self, draft: &ChannelDraft) -> Estimate {
        let ruling = self.judge(draft.clone());
        let reason = match &ruling.record.verdict {
            Verdict::Send { .. } => None,
            Verdict::Defer { reason, .. } | Verdict::Silent { reason, .. } => Some(reason.clone()),
        };
        // What was chosen; without a choice, what was written.
        let written = [&draft.in_window, &draft.out_of_window].into_iter().flatten().find_map(|rendered| match rendered {
            Rendered::Ready(content) => Some(content.clone()),
            Rendered::Missing { .. } => None,
        });
        let content = ruling.chosen.map(|chosen| chosen.content).or(written);
        let text = content.filter(|_| draft.channel == Channel::Sms).map(|content| self.size(draft, &content));
        Estimate { price: ruling.record.price, text, reason }
    }

    fn size(&self, draft: &ChannelDraft, content: &Content) -> TextSize {
        let words = plain_text(content);
        let counted = segments(&words);
        let alphabet = match counted.alphabet {
            Alphabet::Gsm7 => "gsm7",
            Alphabet::Ucs2 => "ucs2",
        };
        let wide = wide_letters(&words).into_iter().take(WIDE_MAX).map(String::from).collect();
        let free_text = matches!(content, Content::Text(_));
        let plain = free_text.then(|| plain(&words)).and_then(|body| {
            let parts = segments(&body).parts;
            (parts < counted.parts).then(|| PlainText { price: self.price(draft, &body), body, parts })
        });
        TextSize { alphabet, units: counted.units, parts: counted.parts, room: counted.room, wide, plain }
    }

    fn price(&self, draft: &ChannelDraft, body: &str) -> Option<Price> {
        let draft = ChannelDraft { in_window: Some(Rendered::Ready(Content::text(body))), out_of_window: None, ..draft.clone() };
        self.judge(draft).record.price
    }
}
