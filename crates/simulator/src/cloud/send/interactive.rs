//! Interactive messages: reply buttons, lists, link buttons, and the frame that they share (reference 3.2).

use serde_json::Value;

use super::{check, interactive_more as more, plain};
use crate::cloud::{CloudState, GraphError};
use crate::people::{Row, Shown, Tap, TapKind};

pub const BODY_MAX: usize = 1_024;
const LIST_BODY_MAX: usize = 4_096;
const FOOTER_MAX: usize = 60;
const HEADER_MAX: usize = 60;

pub fn interactive(state: &CloudState, part: &Value) -> Result<Shown, GraphError> {
    let kind = check::text(part, "type", "interactive['type']", 1, 64)?;
    let action = check::object(part, "action")?;
    let mut shown = Shown { footer: footer(part)?, ..Shown::default() };
    shown.text = match kind {
        "list" => body(part, true, LIST_BODY_MAX)?,
        "product" | "call_permission_request" => body(part, false, BODY_MAX)?,
        _ => body(part, true, BODY_MAX)?,
    };
    match kind {
        "list" | "product_list" => header(state, part, &mut shown, &["text"])?,
        "carousel" if part.get("header").is_some() || part.get("footer").is_some() => {
            return Err(GraphError::value("A carousel has no header and no footer outside its cards"));
        }
        "location_request_message" | "request_contact_info" | "product" if part.get("header").is_some() => {
            return Err(GraphError::value(format!("Header is not allowed for interactive type {kind}")));
        }
        _ => header(state, part, &mut shown, &["text", "image", "video", "document"])?,
    }
    match kind {
        "button" => buttons(action, &mut shown)?,
        "list" => list(action, &mut shown)?,
        "cta_url" => cta_url(action, &mut shown)?,
        "location_request_message" => more::named(action, "send_location", "Send location", &mut shown)?,
        "request_contact_info" => more::named(action, "request_contact_info", "Share contact info", &mut shown)?,
        "call_permission_request" => more::named(action, "call_permission_request", "Choose preference", &mut shown)?,
        "catalog_message" => more::named(action, "catalog_message", "View catalog", &mut shown)?,
        "address_message" => more::address(action, &mut shown)?,
        "voice_call" => more::voice_call(action, &mut shown)?,
        "flow" => more::flow(action, &mut shown)?,
        "product" => more::product(action, &mut shown)?,
        "product_list" => more::product_list(part, action, &mut shown)?,
        "carousel" => more::carousel(state, action, &mut shown)?,
        "order_details" => more::order(action, "review_and_pay", "Review and pay", &mut shown)?,
        "order_status" => more::order(action, "review_order", "View order", &mut shown)?,
        other => return Err(GraphError::value(format!("Interactive type {other} is not supported"))),
    }
    Ok(shown)
}

fn body(part: &Value, required: bool, max: usize) -> Result<String, GraphError> {
    match part.get("body") {
        None | Some(Value::Null) if !required => Ok(String::new()),
        None | Some(Value::Null) => Err(GraphError::missing("Required parameter is missing: body")),
        Some(body) => check::text(body, "text", "Body text", 1, max).map(str::to_owned),
    }
}

fn footer(part: &Value) -> Result<Option<String>, GraphError> {
    match part.get("footer") {
        None | Some(Value::Null) => Ok(None),
        Some(footer) => check::text(footer, "text", "Footer text", 1, FOOTER_MAX).map(|t| Some(t.to_owned())),
    }
}

fn header(state: &CloudState, part: &Value, shown: &mut Shown, allowed: &[&str]) -> Result<(), GraphError> {
    let Some(header) = part.get("header").filter(|h| !h.is_null()) else { return Ok(()) };
    let kind = check::text(header, "type", "header['type']", 1, 32)?;
    if !allowed.contains(&kind) {
        return Err(GraphError::value(format!("Header type {kind} is not allowed here")));
    }
    if kind == "text" {
        shown.header = Some(check::text(header, "text", "Header text", 1, HEADER_MAX)?.to_owned());
    } else {
        shown.media = Some(plain::media_source(state, kind, check::object(header, kind)?)?);
    }
    Ok(())
}

fn buttons(action: &Value, shown: &mut Shown) -> Result<(), GraphError> {
    let buttons = check::array(action, "buttons", 1, 3)?;
    for button in buttons {
        if button.get("type").and_then(Value::as_str) != Some("reply") {
            return Err(GraphError::value("Button type must be reply"));
        }
        let reply = check::object(button, "reply")?;
        let id = check::text(reply, "id", "Button id", 1, 256)?;
        let title = check::text(reply, "title", "Button title", 1, 20)?;
        shown.taps.push(Tap { id: id.to_owned(), title: title.to_owned(), kind: TapKind::Reply, target: None });
    }
    check::unique(shown.taps.iter().map(|tap| tap.id.as_str()), "button id")?;
    check::unique(shown.taps.iter().map(|tap| tap.title.as_str()), "button title")
}

fn list(action: &Value, shown: &mut Shown) -> Result<(), GraphError> {
    shown.list_button = Some(check::text(action, "button", "Button label", 1, 20)?.to_owned());
    let sections = check::array(action, "sections", 1, 10)?;
    for section in sections {
        let title = match section.get("title") {
            None | Some(Value::Null) if sections.len() > 1 => {
                return Err(GraphError::missing("Section title is required when there is more than one section"));
            }
            None | Some(Value::Null) => None,
            Some(_) => Some(check::text(section, "title", "Section title", usize::from(sections.len() > 1), 24)?.to_owned()),
        };
        for row in check::array(section, "rows", 1, 10)? {
            shown.rows.push(Row {
                id: check::text(row, "id", "Row id", 1, 200)?.to_owned(),
                title: check::text(row, "title", "Row title", 1, 24)?.to_owned(),
                description: check::optional(row, "description", "Row description", 72)?.map(str::to_owned),
                section: title.clone(),
            });
        }
    }
    if shown.rows.len() > 10 {
        return Err(GraphError::value("Total row count exceed max allowed count: 10"));
    }
    check::unique(shown.rows.iter().map(|row| row.id.as_str()), "row id")
}

fn cta_url(action: &Value, shown: &mut Shown) -> Result<(), GraphError> {
    let (title, url) = cta_parameters(action)?;
    shown.taps.push(Tap { id: url.clone(), title, kind: TapKind::Url, target: Some(url) });
    Ok(())
}

pub fn cta_parameters(action: &Value) -> Result<(String, String), GraphError> {
    more::action_name(action, "cta_url")?;
    let parameters = check::object(action, "parameters")?;
    let title = check::text(parameters, "display_text", "display_text", 1, 20)?;
    Ok((title.to_owned(), check::link(parameters, "url")?.to_owned()))
}
