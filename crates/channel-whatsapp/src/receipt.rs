//! Delivery statuses.

use channel::{Incoming, Received};
use model::signal::{Receipt, SignalBody, Target};
use model::{Channel, MessageId, MessageStatus};
use whatsapp::pricing::Pricing;
use whatsapp::webhook::{Status, StatusName, Update};

use crate::{errors, inbound, people, receive};

/// A status of a message of ours.
pub(crate) fn status(update: &Update, status: &Status) -> Received {
    let merged = match status.status {
        StatusName::Sent => MessageStatus::Accepted,
        StatusName::Delivered => MessageStatus::Delivered,
        StatusName::Read | StatusName::Played => MessageStatus::Read,
        StatusName::Failed => MessageStatus::Failed,
        StatusName::Deleted | StatusName::Warning | StatusName::Unknown(_) => return receive::kept("status", update),
    };
    if status.recipient_type.as_deref() == Some("group") {
        return receive::kept("group_status", update);
    }
    let ours: Option<MessageId> = status.biz_opaque_callback_data.as_deref().and_then(|data| data.parse().ok());
    let target =
        ours.map_or_else(|| Target::ProviderMessage { channel: Channel::Whatsapp, provider_id: status.id.clone() }, Target::Message);
    let at = people::moment(status.timestamp);
    let error = (merged == MessageStatus::Failed).then(|| match status.errors.first() {
        Some(error) => errors::send_error(error, None),
        None => errors::fix("failed", "Meta reported a failure without a reason"),
    });
    let receipt = Receipt {
        message: ours,
        provider_id: Some(status.id.clone()),
        channel: Channel::Whatsapp,
        status: merged,
        at,
        error,
        // Statuses carry a category, never an amount; rates are the operator's data.
        price: None,
        category: status.pricing().and_then(billed_as),
        charged: status.pricing().and_then(Pricing::is_charged),
        learnt: people::keys(status.recipient_user_id.as_deref(), status.recipient_id.as_deref()),
    };
    Received::Contact(Box::new(Incoming { dedupe_key: inbound::key(update), event_time: at, target, body: SignalBody::Receipt(receipt) }))
}

/// `marketing`, or `service (free_customer_service)` for what is not charged.
fn billed_as(pricing: &Pricing) -> Option<String> {
    let category = pricing.category.as_ref()?;
    Some(match (&pricing.kind, pricing.is_charged()) {
        (Some(kind), Some(false)) => format!("{category} ({kind})"),
        _ => category.to_string(),
    })
}
