//! Template messages with all their components.

use model::MessageId;
use model::content::{ButtonParam, Param, TemplateCall, TemplateCard};
use model::send_error::SendError;
use model::template::place_of;
use serde_json::json;
use whatsapp::message as wire;

use super::{Files, interactive, location};

pub(super) fn message(call: &TemplateCall, message: MessageId, files: &Files) -> Result<wire::TemplateMessage, SendError> {
    let mut components = Vec::new();
    let parts = call.parts.as_deref();
    let writer = Writer { named: !is_positional(call), message, files };
    if let Some(media) = parts.and_then(|parts| parts.media.as_ref()) {
        components.push(wire::Component::header(files.parameter(media)?));
    } else if let Some(place) = parts.and_then(|parts| parts.location.as_ref()) {
        components.push(wire::Component::header(wire::Parameter::Location { location: location(place) }));
    } else if !call.header.is_empty() {
        let mut header = wire::Component::body(writer.parameters(&call.header));
        header.kind = wire::ComponentKind::Header;
        components.push(header);
    }
    if !call.body.is_empty() {
        components.push(wire::Component::body(writer.parameters(&call.body)));
    }
    if let Some(parts) = parts {
        components.extend(parts.offer_ends_at.map(|at| wire::Component::limited_time_offer(at.as_millis())));
        if !parts.cards.is_empty() {
            let cards = parts.cards.iter().map(|one| writer.card(one)).collect::<Result<_, _>>()?;
            components.push(wire::Component::carousel(cards));
        }
    }
    components.extend(call.buttons.iter().map(|one| writer.button(one)));
    Ok(wire::TemplateMessage::new(&call.name, &call.language, components))
}

struct Writer<'a> {
    named: bool,
    message: MessageId,
    files: &'a Files,
}

impl Writer<'_> {
    fn card(&self, card: &TemplateCard) -> Result<Vec<wire::Component>, SendError> {
        let mut components = Vec::new();
        if let Some(media) = &card.media {
            components.push(wire::Component::header(self.files.parameter(media)?));
        }
        if let Some((catalogue, product)) = &card.product {
            let product = wire::ProductParameter { product_retailer_id: product.clone(), catalog_id: catalogue.clone() };
            components.push(wire::Component::header(wire::Parameter::Product { product }));
        }
        if !card.body.is_empty() {
            components.push(wire::Component::body(self.parameters(&card.body)));
        }
        components.extend(card.buttons.iter().map(|one| self.button(one)));
        Ok(components)
    }

    fn button(&self, button: &ButtonParam) -> wire::Component {
        let component = |kind, index: &u8, parameter| wire::Component::button(kind, usize::from(*index), parameter);
        let action = |action| wire::Parameter::Action { action };
        match button {
            ButtonParam::QuickReply { index, payload } => {
                component("quick_reply", index, wire::Parameter::Payload { payload: payload.clone() })
            }
            ButtonParam::UrlSuffix { index, text } => component("url", index, wire::Parameter::text(text)),
            // The provider makes a link of the button that copies or fills in a one-time code.
            ButtonParam::OneTimeCode { index, code } => component("url", index, wire::Parameter::text(code)),
            ButtonParam::CopyCode { index, code } => {
                component("copy_code", index, wire::Parameter::CouponCode { coupon_code: code.clone() })
            }
            ButtonParam::Form { index, token, data } => {
                let flow_action_data = data.as_ref().map(|data| json!(data));
                // Like a form in a message of its own: without a token of the author's, the answer names the message.
                let token = if token.is_empty() { self.message.to_string() } else { token.clone() };
                let parameters = wire::TemplateButtonAction { flow_token: Some(token), flow_action_data, ..Default::default() };
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

    fn parameters(&self, params: &[Param]) -> Vec<wire::Parameter> {
        params
            .iter()
            .map(|param| if self.named { wire::Parameter::named(&param.name, &param.text) } else { wire::Parameter::text(&param.text) })
            .collect()
    }
}

/// Numbered templates take their values in order, without names; so does the provider's own text of a one-time code.
fn is_positional(call: &TemplateCall) -> bool {
    let cards = call.parts.iter().flat_map(|parts| &parts.cards).flat_map(|card| &card.body);
    let mut params = call.header.iter().chain(&call.body).chain(cards);
    call.buttons.iter().any(|button| matches!(button, ButtonParam::OneTimeCode { .. }))
        || params.all(|param| place_of(&param.name).is_some())
}
