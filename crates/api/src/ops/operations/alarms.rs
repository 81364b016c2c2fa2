//! Who gets more than anybody meant (R-CAP-4).

use model::Millis;

use crate::ops::prelude::*;

/// Days (UTC) that are shown.
const DAYS: i64 = 7;
/// Alarms that are shown; whoever has more looks into the counters.
const SHOWN: usize = 500;

#[derive(Serialize, ToSchema)]
pub struct Alarms {
    /// Newest day first, within a day by contact. At most 500.
    items: Vec<Alarm>,
    /// Alarms of the last seven days, also those that are not shown.
    total: usize,
}

/// An alarm of the policy rang for a contact. Nothing was held back.
#[derive(Serialize, ToSchema)]
pub struct Alarm {
    /// UTC.
    #[schema(example = "2026-11-23")]
    day: String,
    contact: String,
    /// The alarm's name in the policy.
    alarm: String,
    /// Once for each window of the alarm.
    times: i64,
}

/// People who got more transactional or service messages than the policy's `alarms` allow, in the last seven days.
#[utoipa::path(get, path = "/v1/alarms", operation_id = "list_alarms", tag = "operations",
    responses((status = 200, body = Alarms)), security(("api_key" = ["operations:read"])))]
pub async fn list_alarms(State(state): State<ApiState>, principal: Principal) -> Result<Json<Alarms>, Problem> {
    let now = state.engine().now();
    let mut items = Vec::new();
    for back in 0..DAYS {
        let day = (now - Millis::from_days(back)).to_string()[..10].to_owned();
        for counter in state.store().counters(principal.workspace, &format!("alarms:{day}")).await? {
            items.push(Alarm { day: day.clone(), contact: counter.key, alarm: counter.name, times: counter.value });
        }
    }
    let total = items.len();
    items.truncate(SHOWN);
    Ok(Json(Alarms { items, total }))
}
