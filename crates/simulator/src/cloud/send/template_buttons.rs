//! Button parameters of template sends.

use serde_json::Value;

use super::check;
use crate::cloud::GraphError;
use crate::cloud::templates::{ButtonKind, ButtonShape};
use crate::people::{Tap, TapKind};

/// Longest one-time password.
const CODE_MAX: usize = 15;

/// The taps of a sent template: every button of the template, with the values of the request.
pub fn fill(shapes: &[ButtonShape], parts: &[&Value]) -> Result<Vec<Tap>, GraphError> {
    for part in parts {
        let index = index_of(part)?;
        let Some(shape) = shapes.get(index) else {
            return Err(GraphError::coded(132012, format!("buttons: there is no button at index {index}")));
        };
        let sub_type = part.get("sub_type").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        if !shape.kind.takes(&sub_type) {
            return Err(GraphError::coded(
                132012,
                format!("buttons: Format mismatch, expected {}, received {}", shape.kind.name(), sub_type.to_ascii_uppercase()),
            ));
        }
    }
    let mut taps = Vec::new();
    for (index, shape) in shapes.iter().enumerate() {
        let part = parts.iter().find(|part| index_of(part).ok() == Some(index)).and_then(|p| p.pointer("/parameters/0"));
        taps.push(tap(index, shape, part)?);
    }
    Ok(taps)
}

/// `index` is a string in Meta's pages and a number in some clients.
fn index_of(part: &Value) -> Result<usize, GraphError> {
    let index = part.get("index").ok_or_else(|| GraphError::missing("Required parameter is missing: button index"))?;
    let number = index.as_u64().or_else(|| index.as_str().and_then(|text| text.parse().ok()));
    number.map(|n| n as usize).ok_or_else(|| GraphError::value("button index must be a number"))
}

fn tap(index: usize, shape: &ButtonShape, part: Option<&Value>) -> Result<Tap, GraphError> {
    let missing = || GraphError::missing(format!("buttons: Button at index {index} of type {} requires a parameter", shape.kind.title()));
    let text = |member: &str| part.and_then(|p| p.get(member)).and_then(Value::as_str).filter(|t| !t.is_empty());
    let make = |id: &str, kind, target: Option<String>| Tap { id: id.to_owned(), title: shape.text.clone(), kind, target };
    Ok(match shape.kind {
        ButtonKind::QuickReply => make(text("payload").unwrap_or(&shape.text), TapKind::TemplateReply, None),
        ButtonKind::Url if shape.dynamic => {
            let suffix = text("text").ok_or_else(missing)?;
            let url = shape.target.replace("{{1}}", suffix);
            make(&url, TapKind::Url, Some(url.clone()))
        }
        ButtonKind::Url => make(&shape.target, TapKind::Url, Some(shape.target.clone())),
        ButtonKind::PhoneNumber => make(&shape.target, TapKind::Phone, Some(shape.target.clone())),
        ButtonKind::Otp => {
            let code = text("text").or_else(|| text("coupon_code")).ok_or_else(missing)?;
            check::length(code, "Code", 1, CODE_MAX)?;
            make(code, TapKind::Other, None)
        }
        ButtonKind::CopyCode => make(text("coupon_code").ok_or_else(missing)?, TapKind::Other, None),
        ButtonKind::Flow => {
            let token = part.and_then(|p| p.pointer("/action/flow_token")).and_then(Value::as_str).unwrap_or("unused");
            make(token, TapKind::Other, None)
        }
        ButtonKind::Mpm if part.is_none() => return Err(missing()),
        ButtonKind::Catalog | ButtonKind::Mpm | ButtonKind::Other => make(&shape.text, TapKind::Other, None),
    })
}
