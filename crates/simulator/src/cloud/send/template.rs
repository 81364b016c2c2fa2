//! Template sends, checked against the variables that the template really has (reference 3.3, 5, 6).

use serde_json::Value;

use super::template_buttons as buttons;
use super::{Content, check, plain};
use crate::cloud::templates::{Category, Format, HeaderShape, Shape, Status, Template};
use crate::cloud::{CloudState, GraphError};
use crate::people::Shown;

/// Longest body after the variables are filled in.
const HYDRATED_MAX: usize = 1_024;

/// What a sent template means for windows, prices and pacing.
#[derive(Clone, Debug)]
pub struct TemplateUse {
    pub id: String,
    pub category: Category,
    pub ttl_s: Option<i64>,
}

pub fn template(state: &CloudState, part: &Value) -> Result<Content, GraphError> {
    let name = check::text(part, "name", "template['name']", 1, 512)?;
    let language = check::object(part, "language").map_err(|_| GraphError::required("template['language']"))?;
    let language = check::text(language, "code", "template['language']['code']", 1, 20)?;
    let template = find(state, name, language)?;
    let empty = Vec::new();
    let components = match part.get("components") {
        None | Some(Value::Null) => &empty,
        Some(Value::Array(list)) => list,
        Some(_) => return Err(GraphError::invalid("Param template['components'] must be an array")),
    };
    let mut shown = fill(state, &template.shape, components, template.named)?;
    shown.template = Some(format!("{}/{}", template.name, template.language));
    let template = TemplateUse { id: template.id.clone(), category: template.category, ttl_s: template.ttl_s };
    Ok(Content { shown, template: Some(template), reacts_to: None })
}

fn find<'a>(state: &'a CloudState, name: &str, language: &str) -> Result<&'a Template, GraphError> {
    let found = state.templates.values().find(|t| t.name == name && t.language == language && t.status != Status::Deleted);
    match found {
        Some(template) => match template.status {
            Status::Approved | Status::Flagged | Status::Reinstated => Ok(template),
            Status::Paused => Err(GraphError::of_code(132015)),
            Status::Disabled => Err(GraphError::of_code(132016)),
            _ => Err(GraphError::coded(132001, format!("template name ({name}) does not exist in {language}"))),
        },
        None => Err(GraphError::coded(132001, format!("template name ({name}) does not exist in {language}"))),
    }
}

/// Fills a template (or one card of a carousel) with the parameters of the request.
pub fn fill(state: &CloudState, shape: &Shape, components: &[Value], named: bool) -> Result<Shown, GraphError> {
    let kind_of = |c: &Value| c.get("type").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    for component in components {
        let kind = kind_of(component);
        if !matches!(
            kind.as_str(),
            "header" | "body" | "footer" | "button" | "carousel" | "limited_time_offer" | "tap_target_configuration"
        ) {
            return Err(GraphError::invalid(format!("Unknown template component type \"{kind}\"")));
        }
    }
    let one = |kind: &str| components.iter().find(|c| kind_of(c) == kind);
    let mut shown = Shown::default();
    fill_header(state, shape.header.as_ref(), one("header"), named, &mut shown)?;
    let values = texts(one("body"), "body", &shape.body_variables, named)?;
    shown.text = substitute(&shape.body, &shape.body_variables, &values);
    if shown.text.chars().count() > HYDRATED_MAX {
        return Err(GraphError::of_code(132005));
    }
    shown.footer = shape.footer.clone();
    let button_parts: Vec<&Value> = components.iter().filter(|c| kind_of(c) == "button").collect();
    shown.taps = buttons::fill(&shape.buttons, &button_parts)?;
    if shape.offer_expires {
        let expiration = one("limited_time_offer").and_then(|c| c.pointer("/parameters/0/limited_time_offer/expiration_time_ms"));
        if expiration.is_none() {
            return Err(GraphError::missing("limited_time_offer: expiration_time_ms is required"));
        }
    }
    if !shape.cards.is_empty() {
        let cards = one("carousel").and_then(|c| c.get("cards")).and_then(Value::as_array).cloned().unwrap_or_default();
        if cards.len() != shape.cards.len() {
            return Err(counts("carousel", cards.len(), shape.cards.len()));
        }
        for (card, card_shape) in cards.iter().zip(&shape.cards) {
            let parts = card.get("components").and_then(Value::as_array).cloned().unwrap_or_default();
            shown.taps.extend(fill(state, card_shape, &parts, named)?.taps);
        }
    }
    Ok(shown)
}

pub fn counts(place: &str, got: usize, expected: usize) -> GraphError {
    GraphError::coded(
        132000,
        format!("{place}: number of localizable_params ({got}) does not match the expected number of params ({expected})"),
    )
}

fn parameters(component: Option<&Value>) -> Vec<Value> {
    component.and_then(|c| c.get("parameters")).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn parameter_kind(parameter: &Value) -> String {
    parameter.get("type").and_then(Value::as_str).unwrap_or("unknown").to_ascii_uppercase()
}

fn fill_header(
    state: &CloudState,
    shape: Option<&HeaderShape>,
    part: Option<&Value>,
    named: bool,
    shown: &mut Shown,
) -> Result<(), GraphError> {
    let given = parameters(part);
    let Some(shape) = shape else {
        return if given.is_empty() { Ok(()) } else { Err(counts("header", given.len(), 0)) };
    };
    let mismatch = |received: &str| {
        GraphError::coded(132012, format!("header: Format mismatch, expected {}, received {received}", shape.format.name()))
    };
    match shape.format {
        Format::Text => {
            let values = texts(part, "header", &shape.variables, named)?;
            shown.header = Some(substitute(&shape.text, &shape.variables, &values));
        }
        Format::Image | Format::Video | Format::Document | Format::Gif => {
            let kind = shape.format.name().to_ascii_lowercase();
            let parameter = given.first().ok_or_else(|| mismatch("UNKNOWN"))?;
            let received = parameter_kind(parameter);
            if received != shape.format.name() {
                return Err(mismatch(&received));
            }
            shown.media = Some(plain::media_source(state, &kind, check::object(parameter, &kind)?)?);
        }
        Format::Location => {
            let parameter = given.first().ok_or_else(|| mismatch("UNKNOWN"))?;
            shown.header = plain::location(check::object(parameter, "location").map_err(|_| mismatch(&parameter_kind(parameter)))?)?.header;
        }
        Format::Product => {
            let parameter = given.first().ok_or_else(|| mismatch("UNKNOWN"))?;
            check::object(parameter, "product").map_err(|_| mismatch(&parameter_kind(parameter)))?;
        }
    }
    Ok(())
}

/// The text values of a component, in the order of the template's variables.
fn texts(component: Option<&Value>, place: &str, variables: &[String], named: bool) -> Result<Vec<String>, GraphError> {
    let given = parameters(component);
    if given.len() != variables.len() {
        return Err(counts(place, given.len(), variables.len()));
    }
    let mut values = Vec::new();
    for (position, variable) in variables.iter().enumerate() {
        let parameter = if named {
            if given.iter().any(|p| p.get("parameter_name").and_then(Value::as_str).is_none()) {
                return Err(GraphError::invalid("Parameter name is missing or empty"));
            }
            let by_name = |p: &&Value| p.get("parameter_name").and_then(Value::as_str) == Some(variable);
            given.iter().find(by_name).ok_or_else(|| GraphError::coded(132012, format!("{place}: parameter {variable} is missing")))?
        } else {
            &given[position]
        };
        values.push(text_of(parameter, place)?);
    }
    Ok(values)
}

fn text_of(parameter: &Value, place: &str) -> Result<String, GraphError> {
    let kind = parameter_kind(parameter);
    let text = match kind.as_str() {
        "TEXT" => parameter.get("text").and_then(Value::as_str),
        "CURRENCY" => parameter.pointer("/currency/fallback_value").and_then(Value::as_str),
        "DATE_TIME" => parameter.pointer("/date_time/fallback_value").and_then(Value::as_str),
        _ => return Err(GraphError::coded(132012, format!("{place}: Format mismatch, expected TEXT, received {kind}"))),
    };
    match text {
        None | Some("") => Err(GraphError::missing(format!("{place}: parameter text is missing"))),
        Some(text) if text.contains(['\n', '\r', '\t']) || text.contains("     ") => {
            Err(GraphError::coded(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"))
        }
        Some(text) => Ok(text.to_owned()),
    }
}

/// Puts the values where the variables stand.
pub fn substitute(text: &str, variables: &[String], values: &[String]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else { break };
        let name = rest[start + 2..start + length].trim();
        out.push_str(&rest[..start]);
        match variables.iter().position(|v| v == name).and_then(|i| values.get(i)) {
            Some(value) => out.push_str(value),
            None => out.push_str(&rest[start..start + length + 2]),
        }
        rest = &rest[start + length + 2..];
    }
    out.push_str(rest);
    out
}
