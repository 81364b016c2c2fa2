//! Is the process there?

/// Answers as long as the process can answer.
#[utoipa::path(get, path = "/healthz", operation_id = "check_health", tag = "meta", responses((status = 200, content_type = "text/plain", body = String)))]
pub async fn check_health() -> &'static str {
    "ok"
}
