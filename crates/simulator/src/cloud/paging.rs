//! Cursor paging of list edges: `limit`, `after`, `before`; `next` is missing on the last page (reference 2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{ApiRequest, GraphError};

/// Cuts one page out of all items. `key` gives each item its stable name.
pub fn page(request: &ApiRequest, items: Vec<Value>, key: impl Fn(&Value) -> String) -> Result<Value, GraphError> {
    let limit = request.query("limit").and_then(|l| l.parse::<usize>().ok()).unwrap_or(25).clamp(1, 1_000);
    let position = |cursor: &str| -> Result<usize, GraphError> {
        let name = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|raw| String::from_utf8(raw).ok());
        let name = name.and_then(|name| name.strip_prefix("QV:").map(str::to_owned));
        name.and_then(|name| items.iter().position(|item| key(item) == name)).ok_or_else(|| GraphError::of_code(131059))
    };
    let (start, end) = match (request.query("after"), request.query("before")) {
        (Some(after), _) if !after.is_empty() => {
            let start = position(after)? + 1;
            (start, (start + limit).min(items.len()))
        }
        (_, Some(before)) if !before.is_empty() => {
            let end = position(before)?;
            (end.saturating_sub(limit), end)
        }
        _ => (0, limit.min(items.len())),
    };
    let data = items[start..end].to_vec();
    let cursor = |item: &Value| URL_SAFE_NO_PAD.encode(format!("QV:{}", key(item)));
    let mut answer = json!({ "data": data });
    if let (Some(first), Some(last)) = (items.get(start), items.get(end.wrapping_sub(1))) {
        let (before, after) = (cursor(first), cursor(last));
        answer["paging"] = json!({ "cursors": { "before": before, "after": after } });
        let link = |name: &str, cursor: &str| {
            let kept: Vec<String> = request
                .query
                .iter()
                .filter(|(n, _)| !matches!(n.as_str(), "after" | "before" | "access_token"))
                .map(|(n, v)| format!("{n}={v}"))
                .chain([format!("{name}={cursor}")])
                .collect();
            let path = request.target.split('?').next().unwrap_or_default();
            format!("{}{path}?{}", request.base, kept.join("&"))
        };
        if end < items.len() {
            answer["paging"]["next"] = link("after", &after).into();
        }
        if start > 0 {
            answer["paging"]["previous"] = link("before", &before).into();
        }
    }
    Ok(answer)
}
