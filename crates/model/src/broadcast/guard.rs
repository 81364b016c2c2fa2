//! What a large broadcast needs before it may start, and when it is stopped by itself (A30).

use serde::{Deserialize, Serialize};

use super::{Broadcast, Progress, RecipientState};
use crate::Millis;

/// Shares are in hundredths of a percent: a whole is 10,000.
pub const WHOLE: u64 = 10_000;
/// Fewer people than this say nothing about a share.
const SAMPLE_MIN: u64 = 100;

/// A workspace's limits for broadcasts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GuardSettings {
    /// More recipients than this need approval, holdout, a seen preview and a canary.
    pub above: u64,
    /// How many go first, in hundredths of a percent of the audience.
    pub canary_share: u32,
    /// How long to watch what they make of it.
    pub canary_wait: Millis,
    /// Withdrawals of consent, provider complaints and failures that stop it, in hundredths of a percent of those it was sent to.
    pub opt_outs_max: u32,
    pub complaints_max: u32,
    pub failures_max: u32,
}

impl Default for GuardSettings {
    /// Providers act within 15 to 60 minutes on bad feedback, so half an hour shows the worst of it.
    fn default() -> Self {
        Self {
            above: 10_000,
            canary_share: 100,
            canary_wait: Millis::from_mins(30),
            opt_outs_max: 200,
            complaints_max: 50,
            failures_max: 2_000,
        }
    }
}

/// Something that a large broadcast must have and has not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    Approval,
    Holdout,
    Preview,
}

impl Missing {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Holdout => "holdout",
            Self::Preview => "preview",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Approval => "somebody other than its author must approve this version",
            Self::Holdout => "write `holdout: 5%` or another share, so that its effect can be measured",
            Self::Preview => "look at the preview with its price for this version",
        }
    }
}

/// A limit that was passed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Breach {
    pub what: &'static str,
    pub count: u64,
    pub of: u64,
    pub limit: u32,
}

impl Breach {
    #[must_use]
    pub fn reason(&self) -> String {
        let percent = f64::from(self.limit) / 100.0;
        format!("{} {} among {} recipients, more than {percent} %", self.count, self.what, self.of)
    }
}

impl GuardSettings {
    #[must_use]
    pub const fn applies(&self, recipients: u64) -> bool {
        recipients > self.above
    }

    /// What is missing for a start, in a fixed order.
    #[must_use]
    pub fn missing(&self, broadcast: &Broadcast, recipients: u64) -> Vec<Missing> {
        if !self.applies(recipients) {
            return Vec::new();
        }
        let approved = broadcast.approval.as_ref().is_some_and(|approval| approval.version == broadcast.version);
        let seen = broadcast.preview.as_ref().is_some_and(|preview| preview.version == broadcast.version);
        let mut missing = Vec::new();
        if !approved {
            missing.push(Missing::Approval);
        }
        if broadcast.holdout == 0 {
            missing.push(Missing::Holdout);
        }
        if !seen {
            missing.push(Missing::Preview);
        }
        missing
    }

    /// The first limit that the answers so far pass. Shares are taken of the canary or of all that went, whichever is more.
    #[must_use]
    pub fn breach(&self, progress: &Progress, canary: u64) -> Option<Breach> {
        let of = progress.sent().max(canary).max(SAMPLE_MIN);
        let checks = [
            ("opt-outs", progress.opted_out, self.opt_outs_max),
            ("complaints", progress.complained, self.complaints_max),
            ("failures", progress.count(RecipientState::Failed), self.failures_max),
        ];
        checks.into_iter().find(|(_, count, limit)| count * WHOLE > of * u64::from(*limit)).map(|(what, count, limit)| Breach {
            what,
            count,
            of,
            limit,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(sent: i64, opted_out: i64, failed: i64) -> Progress {
        Progress::of([("", "sent", sent), ("", "opted_out", opted_out), ("x", "failed", failed)])
    }

    #[test]
    fn a30_the_limit_is_exact() {
        let guard = GuardSettings::default();
        assert_eq!(guard.breach(&progress(50, 2, 0), 100), None);
        let breach = guard.breach(&progress(50, 3, 0), 100).unwrap();
        assert_eq!((breach.what, breach.count, breach.of), ("opt-outs", 3, 100));
        assert_eq!(breach.reason(), "3 opt-outs among 100 recipients, more than 2 %");
        // Later the share is of all that went.
        assert_eq!(guard.breach(&progress(10_000, 200, 0), 100), None);
        assert_eq!(guard.breach(&progress(800, 0, 200), 100), None);
        assert_eq!(guard.breach(&progress(800, 0, 201), 100).unwrap().what, "failures");
    }

    #[test]
    fn a30_few_recipients_need_nothing() {
        let guard = GuardSettings::default();
        assert!(!guard.applies(10_000) && guard.applies(10_001));
    }
}
