//! What all deliveries have in common.

use std::net::IpAddr;

use serde_json::json;

use crate::auth::audit;
use crate::engine::{Intake, ProviderAnswer};
use crate::ops::prelude::*;

/// Turns what became of a delivery into its answer, and writes a bad signature into the audit log.
pub async fn settle(
    state: &ApiState,
    provider: &str,
    endpoint: &str,
    ip: Option<IpAddr>,
    intake: Intake,
) -> Result<Option<ProviderAnswer>, Problem> {
    match intake {
        Intake::Accepted { answer, .. } => Ok(answer),
        Intake::Unknown => Err(Problem::not_found("this webhook address")),
        Intake::BadSignature { workspace, reason } => {
            if let Some(ws) = workspace {
                let detail = json!({ "reason": reason });
                audit(state, ws, &format!("provider:{provider}"), "webhook.bad_signature", endpoint, detail, ip).await;
            }
            Err(Problem::new(Code::BadSignature, reason))
        }
        Intake::Unreadable { reason } => Err(Problem::new(Code::MalformedJson, format!("signed, kept, and not readable: {reason}"))),
    }
}
