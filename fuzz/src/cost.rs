//! What reading took.

use std::time::{Duration, Instant};

/// Processor time of this thread so far, as the kernel counts it; `None` where it does not say.
fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

#[expect(clippy::disallowed_methods, reason = "a tool measures real time")]
pub(crate) fn clock() -> Instant {
    Instant::now()
}

/// Processor time of the work, or the time that passed where processor time is not known.
pub(crate) fn processor_time(work: impl FnOnce()) -> Duration {
    let (start, before) = (clock(), on_processor());
    work();
    let passed = start.elapsed();
    match (before, on_processor()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => passed,
    }
}
