//! The loop: intake, timers, dispatcher, deliveries. Owns the tasks and the clock.
//!
//! **Knows** the decision core, the store's contract and the adapter port. **Must never know** HTTP servers, a backend's name or a provider's
//! field names.
//!
//! Invariant: every loop is a `tick(now)` that does what is due and says when it wants to be asked again; only [`tasks`] spawns, so a simulation can
//! drive the same loops on one thread.
//! Invariant: what comes from outside is answered only after its signals are committed ([`Engine::submit`]).
//!
//! To add a loop: a struct with `tick`, a test that ticks it by hand, and its line in [`tasks`].

mod bells;
mod broadcast;
mod bucket;
mod clock;
mod conversions;
mod deliveries;
mod dispatcher;
pub mod documents;
mod engine;
mod gather;
mod intake;
mod ledger;
mod limits;
mod lines;
mod links;
mod media;
mod node;
mod notices;
mod outside;
mod portfolios;
mod presence;
mod publish;
mod pulse;
mod recovery;
mod secure;
mod settle;
mod tasks;
mod template_news;
mod throughput;
mod timers;
mod waiting;
mod withdraw;

pub use broadcast::{
    Added, BroadcastAsk, BroadcastError, BroadcastLoop, BroadcastPublication, PreviewReport, PreviewSample, RecipientRef, Refused,
};
pub use bucket::{PairBucket, TokenBucket};
pub use clock::{ScaledClock, SystemClock, TimeSource};
pub use deliveries::DeliveryLoop;
pub use dispatcher::{Dispatcher, Spawning};
pub use engine::{Engine, NewSignal, StepNews};
pub use intake::{Intake, IntakeError};
pub use ledger::{ChainHead, Checkpoint, CheckpointLoop, chain_heads, root_of};
pub use limits::PeopleLimitDoc;
pub use lines::LineLoop;
pub use links::{LinkLoop, ShortLinkDoc};
pub use media::{BucketSettings, MediaDoc, MediaLoop, MediaStore};
pub use node::{CatalogueFollower, Duty, LeaseKeeper, LeaseTimes, Moment, News, Node, NodeOptions, OpenCall, Place, Roles, Tenure};
pub use outside::Adapters;
pub use portfolios::PortfolioDoc;
pub use publish::{Publication, PublishError};
pub use pulse::{MINUTES as PULSE_MINUTES, PulseReport, TARGET as PULSE_TARGET};
pub use recovery::{HeartbeatLoop, RecoveryDoc, RecoveryPlan, RecoveryRule, RecoveryState, SenderShare};
pub use secure::{NoKey, SecureRng, rsa_key};
pub use settle::{SettleLoop, SettleTimes};
pub use tasks::Tasks;
pub use template_news::{Concerned, TemplateAlert};
pub use timers::TimerLoop;
pub use waiting::WaitingLoop;
pub use withdraw::WithdrawLoop;
