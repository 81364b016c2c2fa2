//! Read receipts and the typing indicator.

use channel::Presence;
use model::send_error::SendError;
use serde_json::Value;
use whatsapp::message::ReadReceipt;

use crate::graph::{Call, Trouble};

/// Marking one message marks all before it. A message of more than 30 days ago cannot be marked; Meta says so, and it does no harm.
pub(crate) async fn show(call: &Call<'_>, message: &str, presence: Presence) -> Result<(), SendError> {
    let receipt = match presence {
        Presence::Read => ReadReceipt::new(message),
        Presence::Typing => ReadReceipt::new(message).typing(),
    };
    let edge = format!("{}/messages", call.account.phone_number_id);
    call.post::<_, Value>(&edge, &receipt).await.map(drop).map_err(Trouble::into_error)
}
