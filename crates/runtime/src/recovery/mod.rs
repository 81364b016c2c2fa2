//! After an outage: what is overdue is counted before anything goes, told, and if it is much, kept until a person says yes (R-LATE-2).
//!
//! Nothing here decides what is too late: that is the gate's, for each message, when it is handed over. A plan only tells beforehand what the
//! gate will say, by asking the same core with the same states and storing nothing. What goes then goes through the loops and their rates
//! like everything else (R-LATE-3).

mod count;
mod heartbeat;
mod hold;
mod plan;
mod recover;

pub use heartbeat::HeartbeatLoop;
pub(crate) use hold::Holds;
pub use plan::{RecoveryDoc, RecoveryPlan, RecoveryRule, RecoveryState, SenderShare};
