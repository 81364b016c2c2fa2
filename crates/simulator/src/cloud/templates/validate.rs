//! What Meta checks when a template is created or edited. Every refusal is code 100 with a subcode and a text for the user.

use serde_json::Value;

use super::shape::{ButtonKind, Format, list, upper, variables};
use crate::cloud::GraphError;

const BODY_MAX: usize = 1_024;
const HEADER_MAX: usize = 60;
const FOOTER_MAX: usize = 60;
const LABEL_MAX: usize = 25;
const BUTTONS_MAX: usize = 10;

/// Checks components; `named` says which kind of variables they use.
pub fn components(components: &[Value], named: bool, authentication: bool) -> Result<(), GraphError> {
    let mut bodies = 0;
    for component in components {
        match upper(component, "type").as_str() {
            "HEADER" => header(component, named)?,
            "BODY" => {
                bodies += 1;
                if !authentication {
                    body(component, named)?;
                }
            }
            "FOOTER" => footer(component, authentication)?,
            "BUTTONS" => buttons(component)?,
            "CAROUSEL" => carousel(component, named)?,
            "LIMITED_TIME_OFFER" => {
                if component.pointer("/limited_time_offer/text").and_then(Value::as_str).is_none_or(|t| t.chars().count() > 16) {
                    return Err(GraphError::template(
                        2388040,
                        "Field is too long",
                        "The limited-time offer text has at most 16 characters.",
                    ));
                }
            }
            "CALL_PERMISSION_REQUEST" => {}
            other => return Err(GraphError::invalid(format!("Unexpected component type \"{other}\""))),
        }
    }
    if bodies != 1 {
        return Err(GraphError::template(2388073, "Body is missing", "A template has exactly one body component."));
    }
    Ok(())
}

fn text<'a>(component: &'a Value, what: &str, max: usize) -> Result<&'a str, GraphError> {
    let text = component.get("text").and_then(Value::as_str).unwrap_or_default();
    if text.is_empty() {
        return Err(GraphError::template(2388073, "Text is missing", format!("The {what} text is required.")));
    }
    if text.chars().count() > max {
        return Err(GraphError::template(2388040, "Field is too long", format!("The {what} text has more than {max} characters.")));
    }
    Ok(text)
}

fn header(component: &Value, named: bool) -> Result<(), GraphError> {
    let format = upper(component, "format");
    let Some(format) = Format::parse(&format) else {
        return Err(GraphError::invalid(format!("Unexpected header format \"{format}\"")));
    };
    match format {
        Format::Text => {
            let text = text(component, "header", HEADER_MAX)?;
            let names = variables(text);
            if names.len() > 1 {
                return Err(GraphError::template(2388047, "Header is wrong", "A header has at most one variable."));
            }
            check_names(&names, named)?;
            let example = if named { "/example/header_text_named_params/0/example" } else { "/example/header_text/0" };
            if !names.is_empty() && component.pointer(example).is_none() {
                return Err(missing_example("header"));
            }
        }
        Format::Image | Format::Video | Format::Document | Format::Gif => {
            let handle = component.pointer("/example/header_handle/0").ok_or_else(|| missing_example("header"))?;
            check_handle(handle.as_str().unwrap_or_default(), format)?;
        }
        Format::Location | Format::Product => {}
    }
    Ok(())
}

/// A handle of the resumable upload ends in the type of what was uploaded.
fn check_handle(handle: &str, format: Format) -> Result<(), GraphError> {
    let refused = |text: &str| Err(GraphError::template(2388273, "Invalid header handle", text));
    if !handle.starts_with("4:") {
        return refused("The handle of the sample is none that an upload gave.");
    }
    let uploaded = handle.rsplit(':').next().filter(|kind| kind.contains('/'));
    let fits = uploaded.is_none_or(|kind| match format {
        Format::Image => kind.starts_with("image/"),
        Format::Video | Format::Gif => kind.starts_with("video/"),
        Format::Document => kind == "application/pdf",
        Format::Text | Format::Location | Format::Product => false,
    });
    if fits { Ok(()) } else { refused("The sample is of another type than the header.") }
}

fn missing_example(what: &str) -> GraphError {
    GraphError::template(
        2388043,
        "Message template is missing sample parameters",
        format!("Your {what} component has variables and no sample values."),
    )
}

fn check_names(names: &[String], named: bool) -> Result<(), GraphError> {
    for (position, name) in names.iter().enumerate() {
        let valid = if named {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        } else {
            *name == (position + 1).to_string()
        };
        if !valid {
            let rule = if named { "lower-case letters, digits and underscores" } else { "{{1}}, {{2}} … in order" };
            return Err(GraphError::template(
                2388072,
                "Variables are wrong",
                format!("The variable {{{{{name}}}}} is not allowed: use {rule}."),
            ));
        }
    }
    Ok(())
}

fn body(component: &Value, named: bool) -> Result<(), GraphError> {
    let text = text(component, "body", BODY_MAX)?;
    let names = variables(text);
    check_names(&names, named)?;
    let trimmed = text.trim();
    if trimmed.starts_with("{{") || trimmed.ends_with("}}") {
        return Err(GraphError::template(
            2388299,
            "Variables can't be at the start or end of the template",
            "Put text before the first and after the last variable.",
        ));
    }
    // Meta publishes no number; three words for each variable is where reviewers' reports put the line.
    let words = text.split_whitespace().filter(|word| !word.contains("{{")).count();
    if names.len() > words {
        return Err(GraphError::template(
            2388293,
            "This template has too many variables for its length",
            "Reduce the number of variables or lengthen the text.",
        ));
    }
    let samples = if named {
        component.pointer("/example/body_text_named_params").and_then(Value::as_array).map_or(0, Vec::len)
    } else {
        component.pointer("/example/body_text/0").and_then(Value::as_array).map_or(0, Vec::len)
    };
    if samples != names.len() && !names.is_empty() {
        return Err(missing_example("body"));
    }
    Ok(())
}

fn footer(component: &Value, authentication: bool) -> Result<(), GraphError> {
    if authentication {
        return match component.get("code_expiration_minutes").and_then(Value::as_u64) {
            Some(1..=90) => Ok(()),
            _ => Err(GraphError::invalid("code_expiration_minutes must be between 1 and 90")),
        };
    }
    if !variables(text(component, "footer", FOOTER_MAX)?).is_empty() {
        return Err(GraphError::template(2388073, "Footer is wrong", "A footer has no variables."));
    }
    Ok(())
}

fn buttons(component: &Value) -> Result<(), GraphError> {
    let buttons = list(component, "buttons");
    if buttons.is_empty() || buttons.len() > BUTTONS_MAX {
        return Err(GraphError::template(2388040, "Too many buttons", format!("A template has between 1 and {BUTTONS_MAX} buttons.")));
    }
    let mut kinds = Vec::new();
    for button in buttons {
        let name = upper(button, "type");
        let Some(kind) = ButtonKind::parse(&name) else {
            return Err(GraphError::invalid(format!("Unexpected button type \"{name}\"")));
        };
        let label = button.get("text").and_then(Value::as_str).unwrap_or_default();
        if label.chars().count() > LABEL_MAX {
            return Err(GraphError::template(2388040, "Field is too long", format!("A button text has at most {LABEL_MAX} characters.")));
        }
        if label.is_empty() && matches!(kind, ButtonKind::QuickReply | ButtonKind::Url | ButtonKind::PhoneNumber) {
            return Err(GraphError::template(2388073, "Text is missing", "A button needs a text."));
        }
        if kind == ButtonKind::Url {
            url_button(button)?;
        }
        if kind == ButtonKind::PhoneNumber && button.get("phone_number").and_then(Value::as_str).is_none() {
            return Err(GraphError::template(2388073, "Phone number is missing", "A call button needs a phone number."));
        }
        kinds.push(kind);
    }
    for (kind, max) in [(ButtonKind::Url, 2), (ButtonKind::PhoneNumber, 1), (ButtonKind::CopyCode, 1), (ButtonKind::Otp, 1)] {
        if kinds.iter().filter(|k| **k == kind).count() > max {
            return Err(GraphError::template(
                2388040,
                "Too many buttons",
                format!("A template has at most {max} buttons of type {}.", kind.name()),
            ));
        }
    }
    let runs = kinds
        .iter()
        .enumerate()
        .filter(|(i, k)| **k == ButtonKind::QuickReply && (*i == 0 || kinds[i - 1] != ButtonKind::QuickReply))
        .count();
    if runs > 1 {
        return Err(GraphError::template(2388073, "Buttons are in a wrong order", "Quick replies must be grouped together."));
    }
    Ok(())
}

fn url_button(button: &Value) -> Result<(), GraphError> {
    let url = button.get("url").and_then(Value::as_str).unwrap_or_default();
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(GraphError::template(2388073, "URL is wrong", "A link button needs a URL."));
    }
    let names = variables(url);
    if names.len() > 1 || (names.len() == 1 && !url.trim_end().ends_with("}}")) {
        return Err(GraphError::template(2388072, "Variables are wrong", "A link button has at most one variable, at the end of the URL."));
    }
    if !names.is_empty() && button.get("example").is_none() {
        return Err(missing_example("button"));
    }
    Ok(())
}

fn carousel(component: &Value, named: bool) -> Result<(), GraphError> {
    let cards = list(component, "cards");
    if !(2..=10).contains(&cards.len()) {
        return Err(GraphError::template(2388040, "Number of cards is wrong", "A carousel has between 2 and 10 cards."));
    }
    let structure = |card: &Value| {
        list(card, "components").iter().map(|c| (upper(c, "type"), upper(c, "format"), list(c, "buttons").len())).collect::<Vec<_>>()
    };
    for card in cards {
        if structure(card) != structure(&cards[0]) {
            return Err(GraphError::template(2388073, "Cards differ", "All cards must have the same components."));
        }
        for part in list(card, "components") {
            match upper(part, "type").as_str() {
                "HEADER" => header(part, named)?,
                "BODY" => body(part, named)?,
                "BUTTONS" => buttons(part)?,
                other => return Err(GraphError::invalid(format!("Unexpected component type \"{other}\" on a card"))),
            }
        }
    }
    Ok(())
}
