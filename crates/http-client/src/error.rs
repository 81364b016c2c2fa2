//! Why there is no answer, by what that says about the request.

/// A request without an answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct HttpError {
    pub kind: HttpErrorKind,
    /// Host and cause; never a query string, a header or a body.
    pub detail: String,
}

/// The kinds are ordered by what the caller may conclude, see [`HttpErrorKind::certainly_not_sent`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, thiserror::Error)]
pub enum HttpErrorKind {
    /// The address or a header cannot be written as a request.
    #[error("the request is not valid")]
    Invalid,
    /// The guard does not let anything go there.
    #[error("the address must not be reached")]
    BlockedAddress,
    /// No connection: name not found, refused, no TLS, or a time-out while connecting.
    #[error("no connection")]
    NotConnected,
    /// The deadline passed after the request may have left.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke after the request may have left.
    #[error("the connection was lost")]
    Lost,
    /// The answer is longer than the caller accepts.
    #[error("the answer is too long")]
    TooLarge,
}

impl HttpErrorKind {
    /// True when not a byte of the request can have arrived, so that repeating it cannot double anything.
    #[must_use]
    pub const fn certainly_not_sent(self) -> bool {
        matches!(self, Self::Invalid | Self::BlockedAddress | Self::NotConnected)
    }

    /// Short name for codes and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::BlockedAddress => "blocked_address",
            Self::NotConnected => "not_connected",
            Self::TimedOut => "timeout",
            Self::Lost => "lost",
            Self::TooLarge => "too_large",
        }
    }
}

impl HttpError {
    #[must_use]
    pub fn new(kind: HttpErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}
