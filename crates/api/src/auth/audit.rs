//! Writing to the audit log.

use std::net::IpAddr;

use model::WorkspaceId;
use model::audit::AuditEntry;

use crate::state::ApiState;

/// Appends a line. A log that cannot be written is itself logged; it does not undo what was done.
pub async fn audit(
    state: &ApiState,
    workspace: WorkspaceId,
    actor: &str,
    action: &str,
    target: &str,
    detail: serde_json::Value,
    ip: Option<IpAddr>,
) {
    let entry = AuditEntry {
        workspace,
        at: state.wall_now(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        detail,
        ip: ip.map(|ip| ip.to_string()),
    };
    if let Err(error) = state.store().append_audit(&entry).await {
        tracing::error!(action, %error, "Failed to write the audit log");
    }
}
