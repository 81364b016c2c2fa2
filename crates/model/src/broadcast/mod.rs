//! Broadcasts: one message to many people, each of whom has a row that ends in exactly one explained state.

mod guard;
mod progress;
mod recipient;
mod record;
mod state;

pub use guard::{Breach, GuardSettings, Missing};
pub use progress::{Progress, broadcast_scope, engagement_scope};
pub use recipient::{BroadcastMark, Closing, NewRecipient, Recipient, RecipientChange, RecipientNews, RecipientState};
pub use record::{Approval, Broadcast, Cost, SeenPreview, Turn};
pub use state::{ActRefused, BroadcastState};
