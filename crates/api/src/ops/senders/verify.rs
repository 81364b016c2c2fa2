//! Showing the provider that a number is ours.

use model::SenderId;

use crate::engine::{CodeWanted, SenderHealth};
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "123456" }))]
pub struct CodeGiven {
    /// As it came, six digits; a hyphen in the middle is left out.
    code: String,
}

/// Has the provider send a code to the number, by text or by call. A provider allows few of these a day.
#[utoipa::path(post, path = "/v1/senders/{id}/verification_code", operation_id = "request_sender_code", tag = "settings", params(("id" = String, Path)),
    request_body = CodeWanted, responses((status = 202, description = "The code is on its way")), security(("api_key" = ["settings:write"])))]
pub async fn request_sender_code(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
    body: Body<CodeWanted>,
) -> Result<StatusCode, Problem> {
    let wanted = body.value;
    let language = wanted.language.as_bytes();
    if !(2..=10).contains(&language.len()) || !language.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-')) {
        return Err(Problem::invalid(vec![Fault::new("/language", "a language is written as `en_US`")]));
    }
    state.engine().ask_for_code(principal.workspace, id, wanted).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Tells the provider the code that came; the number can then be registered.
#[utoipa::path(post, path = "/v1/senders/{id}/verification", operation_id = "verify_sender", tag = "settings", params(("id" = String, Path)),
    request_body = CodeGiven, responses((status = 200, body = SenderHealth)), security(("api_key" = ["settings:write"])))]
pub async fn verify_sender(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
    body: Body<CodeGiven>,
) -> Result<Json<SenderHealth>, Problem> {
    let code = body.value.code.replace(['-', ' '], "");
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::invalid(vec![Fault::new("/code", "a code has six digits")]));
    }
    Ok(Json(state.engine().verify_sender(principal.workspace, id, &code).await?))
}
