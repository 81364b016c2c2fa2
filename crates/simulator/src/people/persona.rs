//! Kinds of people, by what they do when a message comes.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Persona {
    /// Reads within a minute and takes the confirming answer.
    Confirms,
    /// Takes the other answer and then explains in words.
    Reschedules,
    /// Answers, but hours later.
    Late,
    /// Never answers; half of them read.
    Silent,
    /// Reads and blocks the business; writes STOP to an SMS.
    Blocks,
    /// Writes STOP.
    Stops,
    /// Answers, with read receipts switched off.
    Private,
    /// Has no WhatsApp.
    SmsOnly,
    /// Is known by username; the phone number stays out of webhooks.
    UsernameOnly,
    /// Taps on WhatsApp and writes an SMS as well.
    TwoChannels,
    /// Does nothing unless played by hand.
    Manual,
}

/// How soon somebody reads and answers, in milliseconds (from, to).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub read_ms: (u64, u64),
    pub answer_ms: (u64, u64),
}

impl Persona {
    pub const ALL: [Self; 11] = [
        Self::Confirms,
        Self::Reschedules,
        Self::Late,
        Self::Silent,
        Self::Blocks,
        Self::Stops,
        Self::Private,
        Self::SmsOnly,
        Self::UsernameOnly,
        Self::TwoChannels,
        Self::Manual,
    ];

    /// Shares that make a lively demo: most answer, some late, some never.
    #[must_use]
    pub fn default_mix() -> Vec<(Self, u32)> {
        vec![
            (Self::Confirms, 40),
            (Self::Reschedules, 10),
            (Self::Late, 12),
            (Self::Silent, 14),
            (Self::Blocks, 2),
            (Self::Stops, 3),
            (Self::Private, 5),
            (Self::SmsOnly, 5),
            (Self::UsernameOnly, 4),
            (Self::TwoChannels, 5),
        ]
    }

    #[must_use]
    pub fn pace(self) -> Pace {
        match self {
            Self::Late => Pace { read_ms: (40 * 60_000, 3 * 3_600_000), answer_ms: (3 * 3_600_000, 18 * 3_600_000) },
            Self::Silent => Pace { read_ms: (10 * 60_000, 5 * 3_600_000), answer_ms: (0, 0) },
            _ => Pace { read_ms: (4_000, 60_000), answer_ms: (6_000, 150_000) },
        }
    }

    /// The name used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirms => "confirms",
            Self::Reschedules => "reschedules",
            Self::Late => "late",
            Self::Silent => "silent",
            Self::Blocks => "blocks",
            Self::Stops => "stops",
            Self::Private => "private",
            Self::SmsOnly => "sms_only",
            Self::UsernameOnly => "username_only",
            Self::TwoChannels => "two_channels",
            Self::Manual => "manual",
        }
    }
}
