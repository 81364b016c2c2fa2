//! Template files: the same template as the provider reviews, written by people.

use std::collections::{BTreeMap, BTreeSet};

use model::draws::stable_hash;
use model::template::{Template, TemplateButton, TemplateText, Variable, VariableKind};
use model::{Purpose, TemplateId, Timestamp};

use crate::compile::{CompileContext, Fields, Reader, is_name};
use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::nearest::suggestion;
use crate::template_parts::{self, Known};
use crate::yaml::{self, Kind, Node, Trouble};
use crate::{fill, limits};

pub(crate) const BODY_MAX: usize = 1024;
const BUTTONS_MAX: usize = 10;
const BUTTON_TITLE_MAX: usize = 25;
const KINDS: [(&str, VariableKind); 3] = [("text", VariableKind::Text), ("number", VariableKind::Number), ("time", VariableKind::Time)];
const PURPOSES: [(&str, Purpose); 4] = [
    ("promotional", Purpose::Promotional),
    ("transactional", Purpose::Transactional),
    ("service", Purpose::Service),
    ("authentication", Purpose::Authentication),
];

/// Reads a template file. The id is made from the name and the version from the content; a workspace that knows the template
/// by another id puts its own in.
///
/// # Errors
/// Everything that is wrong with the file. Warnings alone are no error and are not returned.
pub fn parse(file: &str, source: &str) -> Result<Template, Vec<Diagnostic>> {
    let mut findings = Findings::new(file);
    let (root, faults) = yaml::read(source);
    for fault in faults {
        let code = if fault.code == Trouble::Syntax { "JRN001" } else { "JRN002" };
        findings.error(code, fault.at, fault.what, fault.fix);
    }
    let mut r = Reader::new(source, CompileContext::default(), false, findings);
    let template = root.and_then(|root| template(&mut r, &root));
    if template.is_none() && !r.findings.has_errors() {
        let at = Place { line: 1, column: 1, end_line: 1, end_column: 2 };
        r.findings.error("JRN001", at, "the file is empty", "Begin with `template: <name>`.");
    }
    match template {
        Some(template) if !r.findings.has_errors() => Ok(template),
        _ => Err(r.findings.into_sorted()),
    }
}

fn template(r: &mut Reader<'_>, root: &Node) -> Option<Template> {
    let mut f = r.fields(root, "a template")?;
    let name_node = f.require(r, "template", "JRN005", "Begin with `template: <name>`.");
    let name = r.name(name_node, "a template");
    let purpose = f.require(r, "purpose", "JRN020", "Write `purpose: transactional`.").and_then(|n| r.choice(n, "a purpose", &PURPOSES));
    let variables = f.get("variables").map(|n| variables(r, n)).unwrap_or_default();
    let mut languages = BTreeMap::new();
    let mut ids: Option<BTreeSet<String>> = None;
    let mut used = BTreeSet::new();
    let languages_node = f.require(r, "languages", "JRN005", "Write `languages:` with one text for each.");
    for (key, node) in languages_node.map(Fields::entries).unwrap_or_default() {
        if !is_language(&key.text) {
            r.findings.error("TPL001", key.at, format!("`{}` is not a language", key.text), "Write a tag such as en, pt-BR or es-MX.");
        }
        let Some(text) = language(r, node, &variables, &mut used) else { continue };
        let these: BTreeSet<String> = text.buttons.iter().filter_map(reply_id).map(str::to_owned).collect();
        if ids.as_ref().is_some_and(|first| *first != these) {
            let fix = "Give all languages the same reply ids; only titles are translated.";
            r.findings.error("TPL002", key.at, format!("the buttons of `{}` have other ids than those before", key.text), fix);
        }
        ids.get_or_insert(these);
        languages.insert(key.text.clone(), text);
    }
    let default_language = match f.get("default_language") {
        Some(node) => {
            let text = r.scalar(node, "a language")?.to_owned();
            if !languages.is_empty() && !languages.contains_key(&text) {
                let fix = suggestion(&text, languages.keys().map(String::as_str).collect::<Vec<_>>());
                r.findings.error("TPL003", node.at, format!("there is no text in `{text}`"), fix);
            }
            Some(text)
        }
        None if languages.len() == 1 => languages.keys().next().cloned(),
        None => {
            r.missing("TPL003", f.at, "a template with several languages has no `default_language`", "Write `default_language: en`.");
            None
        }
    };
    for variable in variables.iter().filter(|v| !languages.is_empty() && !used.contains(&v.name)) {
        r.findings.error(
            "TPL004",
            f.key_place("variables"),
            format!("no text uses the variable `{}`", variable.name),
            "Use it or remove it.",
        );
    }
    f.finish(r);
    let (name, default_language) = (name?, default_language?);
    let id = (u128::from(stable_hash(&[b"template", name.as_bytes()])) << 64) | u128::from(stable_hash(&[name.as_bytes()]));
    let content = serde_json::to_string(&(&variables, &languages)).unwrap_or_default();
    let version = format!("{:016x}{:016x}", stable_hash(&[content.as_bytes()]), stable_hash(&[b"template", content.as_bytes()]));
    Some(Template {
        id: TemplateId::from_u128(id),
        name,
        purpose: purpose?,
        variables,
        languages,
        default_language,
        version,
        updated_at: Timestamp::EPOCH,
    })
}

fn is_language(tag: &str) -> bool {
    let mut parts = tag.split(['-', '_']);
    parts.next().is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_lowercase()))
        && parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn reply_id(button: &TemplateButton) -> Option<&str> {
    if let TemplateButton::QuickReply { id, .. } = button { Some(id) } else { None }
}

fn variables(r: &mut Reader<'_>, node: &Node) -> Vec<Variable> {
    let mut out = Vec::new();
    if r.fields(node, "variables").is_none() {
        return out;
    }
    for (key, node) in Fields::entries(node) {
        if !is_name(&key.text) {
            r.bad_name(key.at, &key.text, "a variable");
        }
        let Some(mut f) = r.fields(node, "a variable") else { continue };
        let kind = f.get("kind").and_then(|n| r.choice(n, "a kind", &KINDS)).unwrap_or_default();
        let sample = f
            .require(r, "sample", "TPL005", "Write `sample:`; reviewers are shown it.")
            .and_then(|n| r.scalar(n, "a sample").map(str::to_owned));
        let fallback = r.string(f.get("fallback"), "a fallback");
        let max_length = f.get("max_length").and_then(|n| r.number(n, "a length", 1, 1024));
        let longest = |text: &Option<String>| text.as_ref().map_or(0, |t| t.chars().count());
        if max_length.is_some_and(|most| longest(&sample).max(longest(&fallback)) > most as usize) {
            r.findings.error("TPL006", key.at, "the sample or the fallback is longer than `max_length`", "Shorten it.");
        }
        f.finish(r);
        out.push(Variable { name: key.text.clone(), kind, sample: sample.unwrap_or_default(), fallback, max_length });
    }
    out
}

fn language(r: &mut Reader<'_>, node: &Node, variables: &[Variable], used: &mut BTreeSet<String>) -> Option<TemplateText> {
    let mut f = r.fields(node, "a language")?;
    let mut known = Known { variables, used };
    let header_part = template_parts::header_part(r, &mut f, &mut known);
    let offer = f.get("offer").and_then(|n| template_parts::offer(r, n, &mut known));
    let header = f.get("header").and_then(|n| text(r, n, "the header", limits::HEADER_MAX, variables, used));
    let body = f.require(r, "body", "JRN005", "Write `body:`.").and_then(|n| {
        let body = text(r, n, "the body", BODY_MAX, variables, used)?;
        // Template reviews refuse "dangling" parameters.
        if body.starts_with("{{") || body.ends_with("}}") {
            r.findings.error("TPL007", n.at, "a body may not begin or end with a variable", "Put words around it.");
        }
        Some(body)
    });
    let footer = f.get("footer").and_then(|n| {
        let footer = text(r, n, "the footer", limits::FOOTER_MAX, variables, used)?;
        if !fill::variables(&footer).is_empty() {
            r.findings.error("TPL007", n.at, "a footer cannot have variables", "Move them into the body.");
        }
        Some(footer)
    });
    let buttons = f.get("buttons").map(|n| buttons(r, n, variables, used)).unwrap_or_default();
    let cards = f.get("cards").map(|n| template_parts::cards(r, n, &mut Known { variables, used })).unwrap_or_default();
    if header.is_some() && header_part.is_some() {
        r.findings.error("TPL009", f.at, "a header is either a text or something else", "Keep one of them.");
    }
    if footer.is_some() && offer.is_some() {
        r.findings.error("TPL009", f.at, "a limited-time offer takes no footer", "Remove the footer.");
    }
    f.finish(r);
    Some(TemplateText { header, header_part, body: body?, footer, offer, buttons, cards, ..TemplateText::default() })
}

pub(crate) fn text(
    r: &mut Reader<'_>,
    node: &Node,
    what: &str,
    most: usize,
    variables: &[Variable],
    used: &mut BTreeSet<String>,
) -> Option<String> {
    let text = r.scalar(node, what)?.trim_end().to_owned();
    if text.trim().is_empty() || text.chars().count() > most {
        r.findings.error("TPL006", node.at, format!("{what} has {} characters", text.chars().count()), format!("Write 1 to {most}."));
    }
    for (name, start, end) in fill::places(&text) {
        if variables.iter().any(|v| v.name == name) {
            used.insert(name.to_owned());
        } else {
            let fix = suggestion(name, variables.iter().map(|v| v.name.as_str()).collect::<Vec<_>>());
            r.findings.error("TPL008", node.inside(r.source, start, end), format!("there is no variable `{name}`"), fix);
        }
    }
    Some(text)
}

pub(crate) fn buttons(r: &mut Reader<'_>, node: &Node, variables: &[Variable], used: &mut BTreeSet<String>) -> Vec<TemplateButton> {
    let items = r.items(node);
    if items.len() > BUTTONS_MAX {
        r.findings.error("TPL009", node.at, format!("there are {} buttons", items.len()), format!("Keep {BUTTONS_MAX}."));
    }
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for item in items {
        let Some(mut f) = r.fields(item, "a button") else { continue };
        let title = f.require(r, "title", "JRN005", "Write `title:`.").and_then(|n| text(r, n, "the title", BUTTON_TITLE_MAX, &[], used));
        let (reply, url, call) = (f.get("reply"), f.get("url"), f.get("call"));
        let button = match (reply, url, call) {
            (Some(n), None, None) => r.scalar(n, "an id").map(str::to_owned).zip(title).map(|(id, title)| {
                if !seen.insert(id.clone()) {
                    r.findings.error("JRN015", n.at, format!("the id `{id}` is there twice"), "Give each button an id of its own.");
                }
                TemplateButton::QuickReply { id, title }
            }),
            (None, Some(n), None) => {
                let url = text(r, n, "the link", 2000, variables, used);
                url.zip(title).map(|(url, title)| {
                    let dynamic = fill::variables(&url);
                    if dynamic.len() > 1 || (dynamic.len() == 1 && !url.ends_with("}}")) {
                        r.findings.error(
                            "TPL007",
                            n.at,
                            "a link may have one variable, at its end",
                            "Write https://example.com/{{suffix}}.",
                        );
                    }
                    TemplateButton::Url { title, url }
                })
            }
            (None, None, Some(n)) => {
                r.scalar(n, "a number").map(str::to_owned).zip(title).map(|(phone, title)| TemplateButton::Call { title, phone })
            }
            (None, None, None) => {
                let title_or_none = title.unwrap_or_default();
                let button = template_parts::button(r, &mut f, &title_or_none, &mut Known { variables, used });
                if button.is_none() {
                    let what = "a button needs one of reply, url, call, copy_code, form, code, catalogue, products and voice_call";
                    r.findings.error("JRN016", f.at, what, "Write `reply: <id>`.");
                }
                button
            }
            _ => {
                r.findings.error("JRN016", f.at, "a button has one of reply, url and call", "Keep one.");
                None
            }
        };
        f.finish(r);
        out.extend(button);
    }
    if matches!(&node.kind, Kind::Scalar(_)) {
        r.findings.error("JRN003", node.at, "buttons must be a list", "Write `- {reply: confirm, title: Confirm}`.");
    }
    out
}
