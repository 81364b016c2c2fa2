//! What an outage left, as the API shows it.

use api::engine::RecoveryView;
use runtime::{RecoveryPlan, RecoveryState};

pub(super) fn view(plan: RecoveryPlan) -> RecoveryView {
    let (state, approved_by) = match plan.state {
        RecoveryState::Going => ("going", None),
        RecoveryState::Waiting => ("waiting", None),
        RecoveryState::Approved { by, .. } => ("approved", Some(by)),
    };
    RecoveryView {
        made_at: plan.made_at,
        down_since: plan.down_since,
        state: state.to_owned(),
        approved_by,
        complete: plan.complete,
        send: plan.send,
        too_late: plan.too_late,
        collapsed: plan.collapsed,
        deferred: plan.deferred,
        not_sent: plan.not_sent,
        spread_over_ms: plan.spread_over.0,
    }
}
