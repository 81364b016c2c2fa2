//! Changing the profile.

use model::SenderId;

use crate::engine::SenderProfile;
use crate::ops::prelude::*;

/// Changes what people see. Members that are absent stay as they are.
#[utoipa::path(put, path = "/v1/senders/{id}/profile", operation_id = "update_sender_profile", tag = "settings", params(("id" = String, Path)),
    request_body = SenderProfile, responses((status = 200, body = SenderProfile)), security(("api_key" = ["settings:write"])))]
pub async fn update_sender_profile(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
    body: Body<SenderProfile>,
) -> Result<Json<SenderProfile>, Problem> {
    let profile = body.value;
    let mut faults = Vec::new();
    let limits = [
        ("about", &profile.about, 139),
        ("address", &profile.address, 256),
        ("description", &profile.description, 512),
        ("email", &profile.email, 128),
    ];
    for (member, text, most) in limits {
        if text.as_ref().is_some_and(|text| text.chars().count() > most) {
            faults.push(Fault::new(format!("/{member}"), format!("has at most {most} characters")));
        }
    }
    if profile.about.as_deref() == Some("") {
        faults.push(Fault::new("/about", "cannot be taken away again, only changed"));
    }
    if profile.websites.len() > 2 {
        faults.push(Fault::new("/websites", "are two at most"));
    }
    for (index, site) in profile.websites.iter().enumerate() {
        if !(site.starts_with("https://") || site.starts_with("http://")) || site.len() > 256 {
            faults.push(Fault::new(format!("/websites/{index}"), "is no web address of at most 256 characters"));
        }
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    Ok(Json(state.engine().put_sender_profile(principal.workspace, id, profile).await?))
}
