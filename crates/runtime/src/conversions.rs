//! Goals on their way to the platform whose advertisement led to them. They travel as deliveries do: by the same schedule, until they are taken.

use std::time::Duration;

use model::SenderId;
use model::conversion::Conversion;
use model::delivery::{Delivery, DeliveryStatus};
use model::send_error::{Remedy, SendError};

use crate::Engine;

/// The platform answers within this, or the attempt failed.
const DEADLINE: Duration = Duration::from_secs(15);

/// What came of an attempt.
pub(crate) struct End {
    pub(crate) status: DeliveryStatus,
    pub(crate) detail: String,
}

impl End {
    fn failed(detail: impl Into<String>) -> Self {
        Self { status: DeliveryStatus::Failed, detail: detail.into() }
    }

    fn again(detail: impl Into<String>) -> Self {
        Self { status: DeliveryStatus::Pending, detail: detail.into() }
    }
}

pub(crate) async fn report(engine: &Engine, delivery: &Delivery, sender: SenderId) -> End {
    let Some(account) = engine.account(sender).filter(|account| account.workspace == delivery.workspace) else {
        return End::failed("the sender that the advertisement led to is gone");
    };
    let Some(adapter) = engine.adapters().of(&account) else { return End::failed("the sender's provider is not known here") };
    let conversion: Conversion = match serde_json::from_str(&delivery.body) {
        Ok(conversion) => conversion,
        Err(error) => return End::failed(format!("what was to be reported cannot be read: {error}")),
    };
    match tokio::time::timeout(DEADLINE, adapter.report(&account, &conversion)).await {
        Ok(Ok(())) => End { status: DeliveryStatus::Delivered, detail: String::new() },
        Ok(Err(error)) => refused(&error),
        Err(_) => End::again("no answer in time"),
    }
}

/// What a person can repair is tried again by the schedule, which lasts for days.
fn refused(error: &SendError) -> End {
    let detail = format!("{} ({})", error.for_user, error.code);
    match error.remedy {
        Remedy::Retry { .. } | Remedy::SlowSender { .. } | Remedy::SlowPair { .. } | Remedy::PauseSender => End::again(detail),
        _ => End::failed(detail),
    }
}
