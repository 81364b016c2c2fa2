//! Template messages with all their components.

use model::content::{ButtonParam, Param, TemplateCall, TemplateCard};
use model::send_error::SendError;
use serde_json::json;
use whatsapp::message as wire;

use super::{Files, interactive, location};

pub(super) fn message(call: &TemplateCall, files: &Files) -> Result<wire::TemplateMessage, SendError> {
    let mut components = Vec::new();
    let parts = call.parts.as_deref();
    if let Some(media) = parts.and_then(|parts| parts.media.as_ref()) {
        components.push(wire::Component::header(files.parameter(media)?));
    } else if let Some(place) = parts.and_then(|parts| parts.location.as_ref()) {
        components.push(wire::Component::header(wire::Parameter::Location { location: location(place) }));
    } else if !call.header.is_empty() {
        let mut header = wire::Component::body(parameters(&call.header));
        header.kind = wire::ComponentKind::Header;
        components.push(header);
    }
    if !call.body.is_empty() {
        components.push(wire::Component::body(parameters(&call.body)));
    }
    if let Some(parts) = parts {
        components.extend(parts.offer_ends_at.map(|at| wire::Component::limited_time_offer(at.as_millis())));
        if !parts.cards.is_empty() {
            let cards = parts.cards.iter().map(|one| card(one, files)).collect::<Result<_, _>>()?;
            components.push(wire::Component::carousel(cards));
        }
    }
    components.extend(call.buttons.iter().map(button));
    Ok(wire::TemplateMessage::new(&call.name, &call.language, components))
}

fn card(card: &TemplateCard, files: &Files) -> Result<Vec<wire::Component>, SendError> {
    let mut components = Vec::new();
    if let Some(media) = &card.media {
        components.push(wire::Component::header(files.parameter(media)?));
    }
    if let Some((catalogue, product)) = &card.product {
        let product = wire::ProductParameter { product_retailer_id: product.clone(), catalog_id: catalogue.clone() };
        components.push(wire::Component::header(wire::Parameter::Product { product }));
    }
    if !card.body.is_empty() {
        components.push(wire::Component::body(parameters(&card.body)));
    }
    components.extend(card.buttons.iter().map(button));
    Ok(components)
}

fn button(button: &ButtonParam) -> wire::Component {
    let component = |kind, index: &u8, parameter| wire::Component::button(kind, usize::from(*index), parameter);
    let action = |action| wire::Parameter::Action { action };
    match button {
        ButtonParam::QuickReply { index, payload } => {
            component("quick_reply", index, wire::Parameter::Payload { payload: payload.clone() })
        }
        ButtonParam::UrlSuffix { index, text } => component("url", index, wire::Parameter::text(text)),
        ButtonParam::CopyCode { index, code } => component("copy_code", index, wire::Parameter::CouponCode { coupon_code: code.clone() }),
        ButtonParam::Form { index, token, data } => {
            let flow_action_data = data.as_ref().map(|data| json!(data));
            let parameters = wire::TemplateButtonAction { flow_token: Some(token.clone()), flow_action_data, ..Default::default() };
            component("flow", index, action(parameters))
        }
        ButtonParam::Products { index, thumbnail, sections } => {
            let thumbnail_product_retailer_id = Some(thumbnail.clone());
            let several = !sections.is_empty();
            let sections = several.then(|| interactive::sections(sections));
            let parameters = wire::TemplateButtonAction { thumbnail_product_retailer_id, sections, ..Default::default() };
            component(if several { "mpm" } else { "catalog" }, index, action(parameters))
        }
    }
}

/// Variables whose names are numbers belong to a positional template and go in order, without names.
fn parameters(params: &[Param]) -> Vec<wire::Parameter> {
    let positional = params.iter().all(|param| param.name.parse::<u32>().is_ok());
    params
        .iter()
        .map(|param| if positional { wire::Parameter::text(&param.text) } else { wire::Parameter::named(&param.name, &param.text) })
        .collect()
}
