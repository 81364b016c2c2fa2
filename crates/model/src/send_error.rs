//! Why a send failed, typed by what to do about it. Provider code tables map into this, and only this reaches the core.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// A failed send. The set of remedies is closed: a new provider code must choose one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {for_user}")]
pub struct SendError {
    pub remedy: Remedy,
    pub cause: FallbackCause,
    /// The provider's own code, with its name: `whatsapp:131026`, `twilio:30003`, `http:timeout`.
    pub code: String,
    /// What happened and what to do, for a person who runs the product.
    pub for_user: String,
}

crate::compact_struct!(SendError { 1 remedy, 2 cause, 3 code, 4 for_user });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Remedy {
    /// Refused before acceptance; the same message may be repeated after this long.
    Retry { after: Millis },
    /// As `Retry`, and the whole sender waits meanwhile.
    SlowSender { after: Millis },
    /// As `Retry`, and only this person waits.
    SlowPair { after: Millis },
    /// This person cannot be reached here now; another channel may.
    NextChannel,
    /// As `NextChannel`, and do not try this address here for a while (`None`: for ever).
    SuppressAddress { retry_after: Option<Millis> },
    /// The person told the provider to stop promotional messages from us.
    RevokeConsent,
    /// The template cannot be used now.
    PauseTemplate,
    /// The number or account cannot send until a person repairs it.
    PauseSender,
    /// The free-form window is shut; a template may go.
    WindowClosed,
    /// Our request is wrong; repeating it is useless.
    FixData,
}

crate::compact_enum!(Remedy {
    unit 1 NextChannel;
    unit 2 RevokeConsent;
    unit 3 PauseTemplate;
    unit 4 PauseSender;
    unit 5 WindowClosed;
    unit 6 FixData;
    of 7 Retry { 1 after };
    of 8 SlowSender { 1 after };
    of 9 SlowPair { 1 after };
    of 10 SuppressAddress { 1 retry_after };
});

/// Causes a journey's send step can put an edge on (R-FB). Exactly one fires for each attempt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FallbackCause {
    /// No usable address, or the address cannot take this channel.
    NotCapable,
    /// The provider refused the message.
    Rejected,
    /// Accepted, and not delivered in the time stated.
    NotDelivered,
    /// Delivered, and not known to be read in the time stated. Reads are a lower bound.
    NotReadOrUnknown,
    /// The provider's own cap on promotional messages (WhatsApp 131049).
    MarketingCap,
    /// The person stopped promotional messages (WhatsApp 131050, Twilio 21610).
    OptedOut,
    /// Paused, disabled, rejected or recategorised.
    TemplateUnavailable,
    WindowClosed,
    /// Number or account restricted, paused or out of quality.
    SenderUnavailable,
    /// The gate said no: consent.
    NoConsent,
    /// The gate said no: caps.
    Capped,
    /// The gate said no: later than `max_lateness` (R-LATE-2).
    TooLate,
    /// The text could not be rendered for this person (a missing value without fallback).
    NotRenderable,
}

crate::compact_code!(FallbackCause { 1 NotCapable, 2 Rejected, 3 NotDelivered, 4 NotReadOrUnknown, 5 MarketingCap, 6 OptedOut, 7 TemplateUnavailable, 8 WindowClosed, 9 SenderUnavailable, 10 NoConsent, 11 Capped, 12 TooLate, 13 NotRenderable });

impl FallbackCause {
    pub const ALL: [Self; 13] = [
        Self::NotCapable,
        Self::Rejected,
        Self::NotDelivered,
        Self::NotReadOrUnknown,
        Self::MarketingCap,
        Self::OptedOut,
        Self::TemplateUnavailable,
        Self::WindowClosed,
        Self::SenderUnavailable,
        Self::NoConsent,
        Self::Capped,
        Self::TooLate,
        Self::NotRenderable,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotCapable => "not_capable",
            Self::Rejected => "rejected",
            Self::NotDelivered => "not_delivered",
            Self::NotReadOrUnknown => "not_read_or_unknown",
            Self::MarketingCap => "marketing_cap",
            Self::OptedOut => "opted_out",
            Self::TemplateUnavailable => "template_unavailable",
            Self::WindowClosed => "window_closed",
            Self::SenderUnavailable => "sender_unavailable",
            Self::NoConsent => "no_consent",
            Self::Capped => "capped",
            Self::TooLate => "too_late",
            Self::NotRenderable => "not_renderable",
        }
    }
}
