//! Refusals that every adapter has, in the same words. `provider` is the first half of the code: `twilio`, `telnyx`, …

use http_client::{HttpError, HttpErrorKind};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::{AddressKind, Channel, Millis, SenderId, WorkspaceId};

use crate::Account;

/// Wait before another attempt when nothing left the machine.
const RECONNECT: Millis = Millis::from_secs(5);

/// Our own data cannot be said by this provider: repeating it is useless.
#[must_use]
pub fn fix(provider: &str, code: &str, for_user: impl Into<String>) -> SendError {
    SendError { remedy: Remedy::FixData, cause: FallbackCause::Rejected, code: format!("{provider}:{code}"), for_user: for_user.into() }
}

/// A request that certainly did not leave.
#[must_use]
pub fn not_sent(error: &HttpError) -> SendError {
    let repairable = error.kind == HttpErrorKind::NotConnected;
    SendError {
        remedy: if repairable { Remedy::Retry { after: RECONNECT } } else { Remedy::PauseSender },
        cause: if repairable { FallbackCause::Rejected } else { FallbackCause::SenderUnavailable },
        code: format!("http:{}", error.kind.as_str()),
        for_user: format!("the provider could not be reached ({error}); check the network, and the base address in the sender's settings"),
    }
}

/// A medium that the provider could not give just now.
#[must_use]
pub fn not_fetched(detail: &str) -> SendError {
    SendError {
        remedy: Remedy::Retry { after: Millis::from_secs(30) },
        cause: FallbackCause::Rejected,
        code: "http:media".to_owned(),
        for_user: format!("the medium could not be fetched now: {detail}"),
    }
}

/// Content that the channel does not carry, in any form.
#[must_use]
pub fn not_carried(channel: Channel, what: &str) -> SendError {
    let name = channel.as_str();
    SendError {
        remedy: Remedy::NextChannel,
        cause: FallbackCause::NotCapable,
        code: format!("{name}:content"),
        for_user: format!("{name} cannot carry {what}; give the step a text for {name}"),
    }
}

/// What has to hold before a provider is asked at all: the decision is for this sender, and the address is one of the channel.
pub fn check(account: &Account, decision: &policy::Decision) -> Result<(), SendError> {
    check_parts(account, decision.sender(), decision.workspace(), decision.address().kind)
}

fn check_parts(account: &Account, sender: SenderId, workspace: WorkspaceId, kind: AddressKind) -> Result<(), SendError> {
    let channel = account.sender.channel;
    if sender != account.sender.id || workspace != account.workspace {
        return Err(fix(account.provider.kind().as_str(), "account", "the decision names another sender"));
    }
    if !channel.accepts(kind) {
        let for_user = format!("an address of kind {} cannot be reached by {}", kind.as_str(), channel.as_str());
        return Err(fix(account.provider.kind().as_str(), "address", for_user));
    }
    Ok(())
}
