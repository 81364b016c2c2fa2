//! The head of a file, and its people.

use std::cell::RefCell;
use std::collections::BTreeMap;

use journey::Diagnostic;
use serde_json::Value as Json;

use super::source::{At, Source, UNKNOWN_NAME, WRONG_VALUE};
use super::steps;
use crate::scenario::story::{OptIn, Person, Scenario};

pub(super) const CHANNELS: &[&str] = &["whatsapp", "sms"];
const PURPOSES: &[&str] = &["promotional", "transactional", "service", "authentication"];

/// Reads one scenario. `steps` are the names of the journey's steps: a step that no journey has can never be met.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read_scenario(file: &str, text: &str, journey: &journey::Journey) -> Result<Scenario, Vec<Diagnostic>> {
    let (value, places) = journey::read_yaml_placed(file, text)?;
    let source = Source { file: file.to_owned(), places, found: RefCell::default() };
    let read = scenario(&source, &value, journey);
    let mut found = source.found.into_inner();
    found.sort_by_key(|one| (one.line, one.column));
    match read {
        Some(scenario) if found.is_empty() => Ok(scenario),
        _ => Err(found),
    }
}

fn scenario(source: &Source, value: &Json, journey: &journey::Journey) -> Option<Scenario> {
    let root = At { source, value, pointer: String::new() };
    let head = root.members(&["scenario", "about", "acceptance", "start", "contacts", "steps"])?;
    let name = head.required("scenario").and_then(|at| at.text());
    let about = head.required("about").and_then(|at| at.text());
    let acceptance = head.get("acceptance").map(|at| at.items().iter().filter_map(row).collect()).unwrap_or_default();
    let start = head.required("start").and_then(|at| at.moment());
    let contacts: BTreeMap<String, Person> = head
        .required("contacts")
        .map(|at| at.named().into_iter().filter_map(|(name, at)| Some((name.to_owned(), person(&at)?))).collect())
        .unwrap_or_default();
    let names = head.get("contacts").map(|at| at.named().into_iter().map(|(name, _)| name.to_owned()).collect()).unwrap_or_default();
    let known = steps::Known { contacts: names, journey };
    let steps = head.required("steps").map(|at| at.items().iter().filter_map(|at| steps::step(at, &known)).collect()).unwrap_or_default();
    Some(Scenario { file: source.file.clone(), name: name?, about: about?, acceptance, start: start?, contacts, steps })
}

/// A row of the acceptance list: `A43`.
fn row(at: &At<'_>) -> Option<String> {
    let row = at.text()?;
    let number = row.strip_prefix('A').is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    if !number {
        at.wrong(WRONG_VALUE, format!("`{row}` is no row of the acceptance list"), "Write it as A43.");
    }
    number.then_some(row)
}

fn person(at: &At<'_>) -> Option<Person> {
    let members = at.members(&["phone", "name", "locale", "time_zone", "attributes", "consent", "whatsapp"])?;
    let phone = members.required("phone").and_then(|at| phone(&at));
    let zone = members.get("time_zone").and_then(|at| zone(&at));
    Some(Person {
        phone: phone?,
        name: members.get("name").and_then(|at| at.text()),
        locale: members.get("locale").and_then(|at| at.text()),
        time_zone: zone,
        attributes: members.get("attributes").and_then(|at| at.attributes()).unwrap_or_default(),
        consent: members.get("consent").map(|at| at.items().iter().filter_map(opt_in).collect()).unwrap_or_default(),
        whatsapp: members.get("whatsapp").and_then(|at| at.flag()).unwrap_or(true),
    })
}

fn zone(at: &At<'_>) -> Option<String> {
    let zone = at.text()?;
    if expr::parse_zone(&zone).is_none() {
        at.wrong(UNKNOWN_NAME, format!("`{zone}` is no time zone"), "Write an IANA name such as America/New_York.");
        return None;
    }
    Some(zone)
}

/// Numbers that belong to nobody: +1 … 555 01xx and +44 7700 900xxx.
fn phone(at: &At<'_>) -> Option<String> {
    let phone = at.text()?;
    let digits = phone.strip_prefix('+').unwrap_or_default();
    let numeric = digits.bytes().all(|byte| byte.is_ascii_digit());
    let american = digits.len() == 11 && digits.starts_with('1') && digits.get(4..9).is_some_and(|middle| middle.starts_with("55501"));
    let british = digits.len() == 12 && digits.starts_with("447700900");
    if !numeric || !(american || british) {
        at.wrong(
            WRONG_VALUE,
            format!("`{phone}` is no number for documentation"),
            "Use +1 202 555 0100 to 0199 or +44 7700 900000 to 900999, written as \"+12025550123\".",
        );
        return None;
    }
    Some(phone)
}

fn opt_in(at: &At<'_>) -> Option<OptIn> {
    let members = at.members(&["channel", "purpose", "topic"])?;
    Some(OptIn {
        channel: members.get("channel").and_then(|at| at.word(CHANNELS)),
        purpose: members.get("purpose").and_then(|at| at.word(PURPOSES)),
        topic: members.get("topic").and_then(|at| at.text()),
    })
}
