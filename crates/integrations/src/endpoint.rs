//! Somebody else's address for our events, and when to try it again.

use model::{Millis, Timestamp};
use serde::{Deserialize, Serialize};

/// A subscribed webhook endpoint.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Endpoint {
    pub id: String,
    pub url: String,
    /// Event names, or `*`.
    pub events: Vec<String>,
    /// `whsec_…`: signs what we send.
    pub secret: String,
    pub enabled: bool,
    pub created_at: Timestamp,
}

/// Waits between attempts, as the Standard Webhooks specification advises: about three and a half days in all.
const SCHEDULE: [Millis; 10] = [
    Millis::from_secs(5),
    Millis::from_mins(5),
    Millis::from_mins(30),
    Millis::from_hours(2),
    Millis::from_hours(5),
    Millis::from_hours(10),
    Millis::from_hours(14),
    Millis::from_hours(20),
    Millis::from_hours(24),
    Millis::from_hours(24),
];

/// How long to wait after this many failed attempts; `None` when all are used up.
#[must_use]
pub fn wait_after(failed: usize) -> Option<Millis> {
    SCHEDULE.get(failed.checked_sub(1)?).copied()
}

/// What an answer means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    Taken,
    /// 410: the receiver wants no more of anything.
    Gone,
    TryAgain,
}

/// Only 2xx is success; a redirect is a failure.
#[must_use]
pub const fn read_status(status: u16) -> Answer {
    match status {
        200..=299 => Answer::Taken,
        410 => Answer::Gone,
        _ => Answer::TryAgain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<_> = (1..).map_while(wait_after).collect();
        assert_eq!(waits.len(), 10);
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(wait_after(0), None);
    }

    #[test]
    fn a_redirect_is_no_success() {
        assert_eq!(read_status(204), Answer::Taken);
        assert_eq!(read_status(302), Answer::TryAgain);
        assert_eq!(read_status(410), Answer::Gone);
    }
}
