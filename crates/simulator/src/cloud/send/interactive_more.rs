//! The interactive types that are rarer: carousel, flow, catalogue, address, calls, orders.

use serde_json::Value;

use super::interactive::cta_parameters;
use super::{check, plain};
use crate::cloud::{CloudState, GraphError};
use crate::people::{Shown, Tap, TapKind};

fn tap(shown: &mut Shown, id: &str, title: &str) {
    shown.taps.push(Tap { id: id.to_owned(), title: title.to_owned(), kind: TapKind::Other, target: None });
}

pub fn action_name(action: &Value, name: &str) -> Result<(), GraphError> {
    match check::text(action, "name", "action['name']", 1, 64)? {
        found if found == name => Ok(()),
        found => Err(GraphError::value(format!("action['name'] must be {name}, got {found}"))),
    }
}

/// Types that are nothing but a named action.
pub fn named(action: &Value, name: &str, title: &str, shown: &mut Shown) -> Result<(), GraphError> {
    action_name(action, name)?;
    tap(shown, name, title);
    Ok(())
}

pub fn address(action: &Value, shown: &mut Shown) -> Result<(), GraphError> {
    action_name(action, "address_message")?;
    let country = check::text(check::object(action, "parameters")?, "country", "country", 2, 2)?;
    if !matches!(country, "IN" | "SG") {
        return Err(GraphError::value("address_message is available in IN and SG only"));
    }
    tap(shown, "address_message", "Provide address");
    Ok(())
}

pub fn voice_call(action: &Value, shown: &mut Shown) -> Result<(), GraphError> {
    action_name(action, "voice_call")?;
    let title = match action.get("parameters") {
        Some(parameters) => check::optional(parameters, "display_text", "display_text", 20)?.unwrap_or("Call now"),
        None => "Call now",
    };
    tap(shown, "voice_call", title);
    Ok(())
}

pub fn flow(action: &Value, shown: &mut Shown) -> Result<(), GraphError> {
    action_name(action, "flow")?;
    let parameters = check::object(action, "parameters")?;
    check::text(parameters, "flow_message_version", "flow_message_version", 1, 8)?;
    let title = check::text(parameters, "flow_cta", "flow_cta", 1, 30)?;
    if parameters.get("flow_id").is_none() == parameters.get("flow_name").is_none() {
        return Err(GraphError::value("Exactly one of flow_id and flow_name must be given"));
    }
    if let Some(mode) = parameters.get("mode").and_then(Value::as_str)
        && !matches!(mode, "draft" | "published")
    {
        return Err(GraphError::value("mode must be draft or published"));
    }
    let token = parameters.get("flow_token").and_then(Value::as_str).unwrap_or("unused");
    match parameters.get("flow_action").and_then(Value::as_str).unwrap_or("navigate") {
        "navigate" => {
            let payload = parameters.get("flow_action_payload");
            if payload.is_some_and(|p| p.get("screen").and_then(Value::as_str).is_none()) {
                return Err(GraphError::missing("Required parameter is missing: flow_action_payload['screen']"));
            }
        }
        "data_exchange" => {}
        other => return Err(GraphError::value(format!("flow_action must be navigate or data_exchange, got {other}"))),
    }
    tap(shown, token, title);
    let form = ["flow_id", "flow_name"].iter().find_map(|name| parameters.get(*name));
    let form = form.map(|form| form.as_str().map_or_else(|| form.to_string(), str::to_owned));
    if let (Some(tap), Some(form)) = (shown.taps.last_mut(), form) {
        tap.target = Some(format!("flow:{form}"));
    }
    Ok(())
}

pub fn product(action: &Value, shown: &mut Shown) -> Result<(), GraphError> {
    check::text(action, "catalog_id", "catalog_id", 1, 64)?;
    let sku = check::text(action, "product_retailer_id", "product_retailer_id", 1, 100)?;
    tap(shown, sku, "View");
    Ok(())
}

pub fn product_list(part: &Value, action: &Value, shown: &mut Shown) -> Result<(), GraphError> {
    if part.get("header").is_none() {
        return Err(GraphError::missing("Required parameter is missing: header"));
    }
    check::text(action, "catalog_id", "catalog_id", 1, 64)?;
    let sections = check::array(action, "sections", 1, 10)?;
    let mut products = 0;
    for section in sections {
        if sections.len() > 1 {
            check::text(section, "title", "Section title", 1, 24)?;
        }
        for item in check::array(section, "product_items", 1, 30)? {
            check::text(item, "product_retailer_id", "product_retailer_id", 1, 100)?;
            products += 1;
        }
    }
    if products > 30 {
        return Err(GraphError::value("Total product count exceed max allowed count: 30"));
    }
    tap(shown, "product_list", "View items");
    Ok(())
}

pub fn carousel(state: &CloudState, action: &Value, shown: &mut Shown) -> Result<(), GraphError> {
    let cards = check::array(action, "cards", 2, 10)?;
    let mut indexes = Vec::new();
    let mut kinds = std::collections::BTreeSet::new();
    for card in cards {
        let index = check::number(card, "card_index")?;
        if !(0.0..=9.0).contains(&index) {
            return Err(GraphError::value("card_index must be between 0 and 9"));
        }
        indexes.push(format!("{index}"));
        let card_action = check::object(card, "action")?;
        match check::text(card, "type", "card type", 1, 32)? {
            "cta_url" => {
                let header = check::object(card, "header")?;
                let kind = check::text(header, "type", "header['type']", 1, 32)?;
                if !matches!(kind, "image" | "video") {
                    return Err(GraphError::value("A card's header must be an image or a video"));
                }
                plain::media_source(state, kind, check::object(header, kind)?)?;
                kinds.insert(kind.to_owned());
                if let Some(body) = card.get("body").filter(|b| !b.is_null()) {
                    let text = check::text(body, "text", "Card body text", 1, 160)?;
                    if text.matches('\n').count() > 2 {
                        return Err(GraphError::value("A card's body has at most 2 line breaks"));
                    }
                }
                let (title, url) = cta_parameters(card_action)?;
                shown.taps.push(Tap { id: url.clone(), title, kind: TapKind::Url, target: Some(url) });
            }
            "product" => {
                let catalog = check::text(card_action, "catalog_id", "catalog_id", 1, 64)?;
                kinds.insert(format!("product {catalog}"));
                let sku = check::text(card_action, "product_retailer_id", "product_retailer_id", 1, 100)?;
                tap(shown, sku, "View");
            }
            other => return Err(GraphError::value(format!("Card type {other} is not supported"))),
        }
    }
    if kinds.len() > 1 {
        return Err(GraphError::value("All cards must have the same header type and catalog"));
    }
    check::unique(indexes.iter().map(String::as_str), "card_index")
}

pub fn order(action: &Value, name: &str, title: &str, shown: &mut Shown) -> Result<(), GraphError> {
    action_name(action, name)?;
    let parameters = check::object(action, "parameters")?;
    let reference = check::text(parameters, "reference_id", "reference_id", 1, 35)?;
    check::text(check::object(parameters, "order")?, "status", "order['status']", 1, 32)?;
    tap(shown, reference, title);
    Ok(())
}
