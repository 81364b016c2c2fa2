//! What a message says, whatever frame is around it, so that two messages can be held against each other.

use serde_json::Value;

/// The text, or the whole content where there is more than text; not the time to live.
pub fn rcs(request: &str) -> String {
    let Ok(body) = serde_json::from_str::<Value>(request) else { return request.to_owned() };
    let content = &body["contentMessage"];
    content["text"].as_str().map_or_else(|| shown(content), str::to_owned)
}

/// Without what comes back with a tap, in which senders put ids of their own.
fn shown(content: &Value) -> String {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|name, _| name != "postbackData");
                members.values_mut().for_each(strip);
            }
            Value::Array(all) => all.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut content = content.clone();
    strip(&mut content);
    content.to_string()
}

/// The text; of a part of a long one also its number, without the reference number, which is new at each try.
pub fn smpp(request: &str) -> String {
    let Ok(said) = serde_json::from_str::<Value>(request) else { return request.to_owned() };
    let octets = hex::decode(said["octets"].as_str().unwrap_or_default()).unwrap_or_default();
    let headed = said["esm_class"].as_u64().is_some_and(|class| class & 0x40 != 0);
    let part = |total: &u8, number: &u8, text: &[u8]| format!("{number}/{total} {}", hex::encode(text));
    match octets.as_slice() {
        [5, 0, 3, _, total, number, text @ ..] if headed => part(total, number, text),
        [6, 8, 4, _, _, total, number, text @ ..] if headed => part(total, number, text),
        _ => said["text"].as_str().unwrap_or_default().to_owned(),
    }
}

/// The Message-ID, and subject and body without the lines between parts, whose marks are new in each mail. Nothing of a mail that is
/// not in the log as text.
pub fn mail(request: &str) -> Option<(Option<String>, String)> {
    let (head, body) = request.split_once("\r\n\r\n")?;
    let field = |wanted: &str| {
        let named = head.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        named.map(|(_, value)| value.trim().to_owned())
    };
    let subject = field("subject").unwrap_or_default();
    let lines: Vec<&str> = body.lines().filter(|line| !line.starts_with("--")).collect();
    Some((field("message-id"), format!("{subject}\n{}", lines.join("\n"))))
}
