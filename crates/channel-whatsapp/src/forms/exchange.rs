//! From a filled page to the next, or to the end.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use whatsapp::form::{FormAction, FormRequest, acknowledged, alive, finished, page};

use super::{FormDefinition, FormField, FormFieldKind};

/// What a person is known by, for fields of the same name.
pub type Prefill = BTreeMap<String, String>;

/// Longest text that is taken, in characters.
const TEXT_MAX: usize = 4_000;

/// The answer to a request, as it stands before it is sealed.
pub(super) fn answer(form: &FormDefinition, known: &Prefill, request: &FormRequest) -> Value {
    if request.action == FormAction::Ping {
        return alive();
    }
    if request.is_notice() {
        return acknowledged();
    }
    let given = request.given();
    let at = form.pages.iter().position(|page| request.screen.as_deref() == Some(page.screen.as_str()));
    match (&request.action, at) {
        (FormAction::Exchange, Some(at)) => filled(form, at, &given, request.flow_token.as_deref().unwrap_or_default()),
        // The screen is the one that was left.
        (FormAction::Back, Some(at)) => show(form, at.saturating_sub(1), given),
        _ => show(form, 0, prefilled(form, known)),
    }
}

fn show(form: &FormDefinition, at: usize, data: Map<String, Value>) -> Value {
    let screen = form.pages.get(at).map_or("SUCCESS", |page| page.screen.as_str());
    page(screen, data, None)
}

/// What is known already, so that nobody types it again.
fn prefilled(form: &FormDefinition, known: &Prefill) -> Map<String, Value> {
    form.fields().map(|(_, field)| (field.name.clone(), json!(known.get(&field.name).map_or("", String::as_str)))).collect()
}

/// Pages hand on what earlier pages were given, so everything up to this one is there, and is read again: a phone may say anything.
fn filled(form: &FormDefinition, at: usize, given: &Map<String, Value>, token: &str) -> Value {
    let mut answers = Map::new();
    for (_, field) in form.fields().filter(|(page, _)| *page <= at) {
        match read(field, given.get(&field.name)) {
            Ok(Some(value)) => {
                answers.insert(field.name.clone(), value);
            }
            Ok(None) => {}
            Err(complaint) => return page(&form.pages[at].screen, given.clone(), Some(&complaint)),
        }
    }
    if at + 1 == form.pages.len() { finished(token, answers) } else { show(form, at + 1, given.clone()) }
}

/// An answer as its type; nothing for an optional field that was left empty.
fn read(field: &FormField, value: Option<&Value>) -> Result<Option<Value>, String> {
    let text = match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.trim().to_owned(),
        // A single choice out of a list of boxes.
        Some(Value::Array(all)) if all.len() == 1 => all[0].as_str().unwrap_or_default().to_owned(),
        Some(other) => other.to_string(),
    };
    let name = field.name.replace('_', " ");
    if text.is_empty() {
        return if field.optional { Ok(None) } else { Err(format!("Please fill in: {name}")) };
    }
    if text.chars().count() > TEXT_MAX {
        return Err(format!("This is too long: {name}"));
    }
    let wrong = || format!("Please correct: {name}");
    match &field.kind {
        FormFieldKind::Text => Ok(json!(text)),
        FormFieldKind::Email => is_mail(&text).then(|| json!(text)).ok_or_else(wrong),
        FormFieldKind::Phone => {
            let digits = text.chars().filter(char::is_ascii_digit).count();
            let plain = text.chars().all(|c| c.is_ascii_digit() || "+-() .".contains(c));
            (plain && (6..=15).contains(&digits)).then(|| json!(text)).ok_or_else(wrong)
        }
        FormFieldKind::Number => number(&text).ok_or_else(wrong),
        FormFieldKind::Date => is_date(&text).then(|| json!(text)).ok_or_else(wrong),
        FormFieldKind::YesNo => match text.as_str() {
            "true" | "yes" | "1" => Ok(json!(true)),
            "false" | "no" | "0" => Ok(json!(false)),
            _ => Err(wrong()),
        },
        FormFieldKind::Choice { of } => of.contains(&text).then(|| json!(text)).ok_or_else(wrong),
    }
    .map(Some)
}

fn number(text: &str) -> Option<Value> {
    match text.parse::<i64>() {
        Ok(whole) => Some(json!(whole)),
        Err(_) => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| json!(number)),
    }
}

/// The least that an address has; whether it lives shows when it is written to.
fn is_mail(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    plain && !local.is_empty() && domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty())
}

/// `2026-11-23`, a day that there is.
fn is_date(text: &str) -> bool {
    text.len() == 10 && model::Timestamp::parse(&format!("{text}T00:00:00Z")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::FormPage;

    fn field(name: &str, kind: FormFieldKind) -> FormField {
        FormField { name: name.to_owned(), kind, optional: false }
    }

    fn form() -> FormDefinition {
        let note = FormField { optional: true, ..field("note", FormFieldKind::Text) };
        let second =
            vec![field("seats", FormFieldKind::Number), field("day", FormFieldKind::Date), field("news", FormFieldKind::YesNo), note];
        FormDefinition {
            name: "lead".to_owned(),
            pages: vec![
                FormPage {
                    screen: "WHO".to_owned(),
                    fields: vec![field("full_name", FormFieldKind::Text), field("email", FormFieldKind::Email)],
                },
                FormPage { screen: "WHAT".to_owned(), fields: second },
            ],
        }
    }

    fn ask(action: FormAction, screen: Option<&str>, data: Value) -> Value {
        let request = FormRequest {
            version: "3.0".to_owned(),
            action,
            screen: screen.map(str::to_owned),
            data: Some(data),
            flow_token: Some("msg_1".to_owned()),
        };
        answer(&form(), &[("email".to_owned(), "sam@example.com".to_owned())].into(), &request)
    }

    #[test]
    fn a_form_opens_with_what_is_known() {
        let first = ask(FormAction::Init, None, json!({}));
        assert_eq!(first["screen"], "WHO");
        assert_eq!((&first["data"]["email"], &first["data"]["full_name"]), (&json!("sam@example.com"), &json!("")));
    }

    #[test]
    fn answers_leave_as_what_they_are() {
        let who = json!({ "full_name": " Sam ", "email": "sam@example.com" });
        let next = ask(FormAction::Exchange, Some("WHO"), who);
        assert_eq!((&next["screen"], &next["data"]["email"]), (&json!("WHAT"), &json!("sam@example.com")), "the next page hands it on");
        let all =
            json!({ "full_name": " Sam ", "email": "sam@example.com", "seats": "4", "day": "2026-12-24", "news": true, "extra": "x" });
        let end = ask(FormAction::Exchange, Some("WHAT"), all);
        let params =
            json!({ "full_name": "Sam", "email": "sam@example.com", "seats": 4, "day": "2026-12-24", "news": true, "flow_token": "msg_1" });
        assert_eq!(end, json!({ "screen": "SUCCESS", "data": { "extension_message_response": { "params": params } } }));
    }

    #[test]
    fn what_cannot_be_is_asked_again_and_nothing_is_lost() {
        for (data, name) in [
            (json!({ "full_name": "Sam" }), "email"),
            (json!({ "full_name": "", "email": "sam@example.com" }), "full name"),
            (json!({ "full_name": "Sam", "email": "sam@example" }), "email"),
        ] {
            let again = ask(FormAction::Exchange, Some("WHO"), data.clone());
            assert_eq!(again["screen"], "WHO");
            assert!(again["data"]["error_message"].as_str().unwrap().contains(name), "{again}");
            assert_eq!(again["data"]["full_name"], data["full_name"]);
        }
        // A phone that skips the first page is not believed.
        let skipped = ask(FormAction::Exchange, Some("WHAT"), json!({ "seats": "1", "day": "2026-02-30", "news": "no" }));
        assert_eq!(skipped["screen"], "WHAT");
    }

    #[test]
    fn back_pings_and_notices_have_their_answers() {
        assert_eq!(ask(FormAction::Back, Some("WHAT"), json!({ "email": "x" }))["screen"], "WHO");
        assert_eq!(ask(FormAction::Ping, None, json!(null)), json!({ "data": { "status": "active" } }));
        let notice = json!({ "error": "INVALID_SCREEN_TRANSITION", "error_message": "x" });
        assert_eq!(ask(FormAction::Exchange, Some("WHO"), notice), json!({ "data": { "acknowledged": true } }));
    }

    #[test]
    fn a_definition_says_what_is_wrong_with_it() {
        assert!(form().faults().is_empty());
        let stored = serde_json::to_value(form()).unwrap();
        assert_eq!(serde_json::from_value::<FormDefinition>(stored).unwrap(), form(), "it comes back from the store as it was");
        let mut wrong = form();
        wrong.pages[1].screen = "WHO".to_owned();
        wrong.pages[1].fields[0].name = "email".to_owned();
        wrong.pages[1].fields[1].kind = FormFieldKind::Choice { of: vec![] };
        let at: Vec<String> = wrong.faults().into_iter().map(|(at, _)| at).collect();
        assert_eq!(at, ["/pages/1/screen", "/pages/1/fields/0/name", "/pages/1/fields/1/of"]);
    }
}
