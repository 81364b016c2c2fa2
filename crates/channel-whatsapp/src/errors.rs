//! Meta's codes become the product's remedies.

use http_client::{HttpError, HttpErrorKind};
use model::Millis;
use model::send_error::{FallbackCause, Remedy, SendError};
use whatsapp::error::{Action, Class, ErrorObject, Scope};

/// How long an address that is not on WhatsApp is left alone before it is tried again. People do install it.
const RECHECK: Millis = Millis::from_days(7);

/// Wait before another attempt when nothing left the machine.
const RECONNECT: Millis = Millis::from_secs(5);

/// An error of the Graph API. `http` is the status of the answer, `None` for an error in a webhook.
pub(crate) fn send_error(error: &ErrorObject, http: Option<u16>) -> SendError {
    let class = error.class(http);
    let (remedy, cause) = remedy(error.code, &class);
    SendError {
        remedy,
        cause,
        code: format!("whatsapp:{}", error.code),
        for_user: format!("{} ({}); {}", class.meaning, error.explanation(), class.advice),
    }
}

fn remedy(code: i64, class: &Class) -> (Remedy, FallbackCause) {
    let after = Millis::from_secs(i64::from(class.wait_s.max(1)));
    match (code, class.action) {
        (131_047, _) => (Remedy::WindowClosed, FallbackCause::WindowClosed),
        (131_050, _) => (Remedy::RevokeConsent, FallbackCause::OptedOut),
        // Meta's cap concerns promotional messages only, so the address stays good for the others.
        (131_049 | 130_472, _) => (Remedy::NextChannel, FallbackCause::MarketingCap),
        (131_026, _) => (Remedy::SuppressAddress { retry_after: Some(RECHECK) }, FallbackCause::NotCapable),
        (131_062 | 130_497, _) => (Remedy::NextChannel, FallbackCause::NotCapable),
        (_, Action::Retry) => (Remedy::Retry { after }, FallbackCause::Rejected),
        (_, Action::Slow) if class.scope == Scope::Recipient => (Remedy::SlowPair { after }, FallbackCause::Rejected),
        (_, Action::Slow) => (Remedy::SlowSender { after }, FallbackCause::Rejected),
        (_, Action::Fallback) => (Remedy::NextChannel, FallbackCause::Rejected),
        (_, Action::Suppress) => (Remedy::SuppressAddress { retry_after: None }, FallbackCause::NotCapable),
        (_, Action::PauseTemplate) => (Remedy::PauseTemplate, FallbackCause::TemplateUnavailable),
        (_, Action::PauseSender | Action::PauseConnection) => (Remedy::PauseSender, FallbackCause::SenderUnavailable),
        (_, Action::Fix) => (Remedy::FixData, FallbackCause::Rejected),
    }
}

/// A request that certainly did not leave.
pub(crate) fn not_sent(error: &HttpError) -> SendError {
    let repairable = error.kind == HttpErrorKind::NotConnected;
    SendError {
        remedy: if repairable { Remedy::Retry { after: RECONNECT } } else { Remedy::PauseSender },
        cause: if repairable { FallbackCause::Rejected } else { FallbackCause::SenderUnavailable },
        code: format!("http:{}", error.kind.as_str()),
        for_user: format!("the provider could not be reached ({error}); check the network, and the base address in the sender's settings"),
    }
}

/// Our own data cannot be said on this channel.
pub(crate) fn fix(code: &str, for_user: impl Into<String>) -> SendError {
    SendError { remedy: Remedy::FixData, cause: FallbackCause::Rejected, code: format!("whatsapp:{code}"), for_user: for_user.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_matter_have_the_remedy_that_the_rules_name() {
        let mapped = |code: i64| {
            let error = send_error(&ErrorObject { code, ..ErrorObject::default() }, None);
            (error.remedy, error.cause)
        };
        assert_eq!(mapped(131_050), (Remedy::RevokeConsent, FallbackCause::OptedOut));
        assert_eq!(mapped(131_049), (Remedy::NextChannel, FallbackCause::MarketingCap));
        assert_eq!(mapped(131_047), (Remedy::WindowClosed, FallbackCause::WindowClosed));
        assert_eq!(mapped(131_026), (Remedy::SuppressAddress { retry_after: Some(RECHECK) }, FallbackCause::NotCapable));
        assert_eq!(mapped(131_056), (Remedy::SlowPair { after: Millis::from_secs(4) }, FallbackCause::Rejected));
        assert_eq!(mapped(130_429), (Remedy::SlowSender { after: Millis::from_secs(1) }, FallbackCause::Rejected));
        assert_eq!(mapped(132_015), (Remedy::PauseTemplate, FallbackCause::TemplateUnavailable));
        assert_eq!(mapped(190), (Remedy::PauseSender, FallbackCause::SenderUnavailable));
        assert_eq!(mapped(132_000), (Remedy::FixData, FallbackCause::Rejected));
        assert_eq!(mapped(130_403), (Remedy::SuppressAddress { retry_after: None }, FallbackCause::NotCapable));
    }
}
