//! A template's design for mail.

use std::collections::BTreeMap;

use model::{ContactId, TemplateId};

use crate::engine::{MailDesignDraft, MailDesignPreview, TemplateUse};
use crate::ops::prelude::*;

/// The design of a template for mail. 404 when it has none.
#[utoipa::path(get, path = "/v1/templates/{id}/mail_design", operation_id = "get_mail_design", tag = "templates", params(("id" = String, Path)),
    responses((status = 200, body = MailDesignDraft)), security(("api_key" = ["templates:read"])))]
pub async fn get_mail_design(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<TemplateId>,
) -> Result<Json<MailDesignDraft>, Problem> {
    super::load(&state, principal.workspace, id).await?;
    let design = state.engine().mail_design(principal.workspace, id).await?;
    design.map(Json).ok_or_else(|| Problem::not_found("a design of this template for mail"))
}

/// Writes the design. It is checked and rendered now; mails that are queued already are sent with it.
#[utoipa::path(put, path = "/v1/templates/{id}/mail_design", operation_id = "put_mail_design", tag = "templates", params(("id" = String, Path)),
    request_body = MailDesignDraft, responses((status = 200, body = MailDesignDraft)), security(("api_key" = ["templates:write"])))]
pub async fn put_mail_design(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<TemplateId>,
    body: Body<MailDesignDraft>,
) -> Result<Json<MailDesignDraft>, Problem> {
    super::load(&state, principal.workspace, id).await?;
    state.engine().put_mail_design(principal.workspace, id, &body.value).await?;
    Ok(Json(body.value))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    language: Option<String>,
    /// Fill it for this contact; with samples when absent.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    contact: Option<String>,
}

/// The mail as a person would get it: subject, page and text.
#[utoipa::path(get, path = "/v1/templates/{id}/mail_design/preview", operation_id = "preview_mail_design", tag = "templates",
    params(("id" = String, Path), Filter), responses((status = 200, body = MailDesignPreview)), security(("api_key" = ["templates:read"])))]
pub async fn preview_mail_design(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<TemplateId>,
    Query(q): Query<Filter>,
) -> Result<Json<MailDesignPreview>, Problem> {
    super::load(&state, principal.workspace, id).await?;
    let contact: Option<ContactId> = one("contact", q.contact.as_deref())?;
    if let Some(contact) = contact {
        crate::ops::contacts::exists(&state, principal.workspace, contact).await?;
    }
    let with = TemplateUse { id, language: q.language, variables: BTreeMap::new() };
    let preview = state.engine().preview_mail_design(principal.workspace, contact, &with).await?;
    preview.map(Json).ok_or_else(|| Problem::not_found("a design of this template for mail in this language"))
}
