//! Media that came in and now lies in our own object store.

use model::inbound::InboundContent;
use model::{MediaId, MessageId};
use storage::StepError;

use crate::send::refused;
use crate::work::Work;

impl Work<'_> {
    pub fn media_stored(&mut self, id: MessageId, media: MediaId) -> Result<(), StepError> {
        let Some(mut message) = self.find_message(id) else {
            return Err(refused("message_not_found", format!("message {id} is not this contact's")));
        };
        let Some(InboundContent::Media(content)) = &mut message.received else {
            return Err(refused("no_media", format!("message {id} carries no media")));
        };
        content.stored = Some(media);
        self.save_message(message);
        Ok(())
    }
}
