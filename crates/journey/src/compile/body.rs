//! What is said on a channel, and whether it fits there.

use std::collections::{BTreeMap, BTreeSet};

use model::Channel;
use model::content::MediaKind;
use model::template::{Template, TemplateButton};

use super::{Fields, Reader, rich, segments};
use crate::definition::{Body, Draft, ListRow, ListSection};
use crate::diagnostic::Place;
use crate::limits;
use crate::nearest::suggestion;
use crate::text::Text;
use crate::yaml::{Kind, Node};

const MEDIA: [(&str, MediaKind); 5] = [
    ("image", MediaKind::Image),
    ("video", MediaKind::Video),
    ("audio", MediaKind::Audio),
    ("document", MediaKind::Document),
    ("sticker", MediaKind::Sticker),
];

/// Whether people are given something to tap.
pub(super) fn offers_choices(r: &Reader<'_>, draft: &Draft) -> bool {
    [&draft.in_window, &draft.out_of_window].into_iter().flatten().any(|body| match body {
        Body::Buttons { .. } | Body::List { .. } => true,
        Body::Template { name, .. } => template(r, name).is_some_and(|t| !template_buttons(t).is_empty()),
        // Its answers come as an event and not as a tap.
        Body::Text { .. } | Body::Media { .. } | Body::Form { .. } | Body::Link { .. } | Body::Location { .. } | Body::Contacts(_) => false,
        // What is shared answers it.
        Body::Request { .. } => true,
    })
}

pub(super) fn template<'a>(r: &Reader<'a>, name: &str) -> Option<&'a Template> {
    r.ctx.templates.iter().find(|t| t.name == name)
}

/// Ids of the quick replies of a template, in any of its languages.
pub(super) fn template_buttons(template: &Template) -> BTreeSet<&str> {
    let buttons = template.languages.values().flat_map(|text| &text.buttons);
    buttons.filter_map(|b| if let TemplateButton::QuickReply { id, .. } = b { Some(id.as_str()) } else { None }).collect()
}

pub(super) fn body(r: &mut Reader<'_>, channel: Channel, node: &Node) -> Option<Body> {
    let mut f = r.fields(node, "a message")?;
    let kinds = [
        ("text", f.get("text")),
        ("buttons", f.get("buttons")),
        ("list", f.get("list")),
        ("media", f.get("media")),
        ("form", f.get("form")),
        ("link", f.get("link")),
        ("location", f.get("location")),
        ("contacts", f.get("contacts")),
        ("request", f.get("request")),
        ("template", f.get("template")),
    ];
    let written: Vec<(&str, &Node)> = kinds.into_iter().filter_map(|(kind, node)| Some((kind, node?))).collect();
    let variables = f.get("variables");
    let preview = f.get("preview_url");
    let preview_url = preview.and_then(|n| r.boolean(n, "preview_url")).unwrap_or(false);
    let [(kind, inner)] = written.as_slice() else {
        r.findings.error(
            "JRN016",
            f.at,
            "a message needs exactly one of text, buttons, list, media, link, location, contacts, request, form and template",
            "Keep one.",
        );
        f.finish(r);
        return None;
    };
    if channel == Channel::Sms && *kind == "template" {
        r.findings.error("JRN032", inner.at, "SMS has no templates", "Write `sms: {text: …}`.");
        f.finish(r);
        return None;
    }
    if channel != Channel::Whatsapp && *kind == "form" {
        r.findings.error("JRN032", inner.at, format!("{channel} has no forms"), format!("Write `{channel}: {{text: …}}`."));
        f.finish(r);
        return None;
    }
    if matches!(channel, Channel::Sms | Channel::Email) && *kind == "request" {
        r.findings.error(
            "JRN032",
            inner.at,
            format!("{channel} has nothing to share by a tap"),
            format!("Write `{channel}: {{text: …}}`."),
        );
        f.finish(r);
        return None;
    }
    if let Some(lost) = lost(channel, kind) {
        let what = format!("{channel} cannot show {kind}: {lost}");
        r.findings.warning("JRN045", inner.at, what, format!("Nothing, if that will do; else write `{channel}: {{text: …}}`."));
    }
    let out = match *kind {
        "text" => text_body(r, channel, inner, preview_url),
        "buttons" => buttons(r, inner),
        "list" => list(r, inner),
        "media" => media(r, inner),
        "form" => form(r, inner),
        "link" => rich::link(r, inner),
        "location" => rich::location(r, inner),
        "contacts" => rich::contacts(r, inner),
        "request" => rich::request(r, channel, inner),
        _ => template_body(r, inner, variables),
    };
    if let (Some(node), true) = (variables, *kind != "template") {
        r.findings.error("JRN004", node.at, "only a template has variables", "Write them into the text: `{{ contact.first_name }}`.");
    }
    f.finish(r);
    out
}

/// What becomes of a body that the channel does not show as it is (A27). Said to the author, never done in silence.
fn lost(channel: Channel, kind: &str) -> Option<&'static str> {
    match (channel, kind) {
        (Channel::Sms | Channel::Email, "buttons") => Some("they become numbered lines, and the number or the label answers"),
        (Channel::Sms | Channel::Email, "list") => Some("it becomes numbered lines, and the number or the label answers"),
        (Channel::Sms | Channel::Email, "link") => Some("the button becomes a line with the address"),
        (Channel::Sms | Channel::Email, "location") => Some("it becomes words and a link to a map"),
        (Channel::Sms | Channel::Email | Channel::Rcs, "contacts") => Some("people become lines of words"),
        (Channel::Sms, "media") => Some("it goes as MMS where the network has that, and as a link elsewhere"),
        _ => None,
    }
}

/// A text of limited length. Only what is fixed can be measured here; the rest is measured when it is rendered.
pub(super) fn limited(r: &mut Reader<'_>, node: &Node, what: &str, most: usize) -> Option<Text> {
    let text = r.text(node, what)?;
    if let Some(fixed) = text.fixed() {
        let len = fixed.trim_end().chars().count();
        if len > most {
            r.findings.error("JRN032", node.at, format!("{what} has {len} characters"), format!("Shorten it to {most}."));
        }
        if fixed.trim().is_empty() {
            r.findings.error("JRN032", node.at, format!("{what} is empty"), "Write something.");
        }
    }
    Some(text)
}

fn text_body(r: &mut Reader<'_>, channel: Channel, node: &Node, preview_url: bool) -> Option<Body> {
    let body = if channel == Channel::Sms { r.text(node, "the text")? } else { limited(r, node, "the text", limits::TEXT_MAX)? };
    if channel == Channel::Sms {
        segments::check(r, node, &body);
    }
    Some(Body::Text { body, preview_url })
}

pub(super) fn optional(r: &mut Reader<'_>, f: &mut Fields<'_>, name: &'static str, most: usize) -> Option<Text> {
    f.get(name).and_then(|n| limited(r, n, name, most))
}

fn buttons(r: &mut Reader<'_>, node: &Node) -> Option<Body> {
    let mut f = r.fields(node, "buttons")?;
    let header = optional(r, &mut f, "header", limits::HEADER_MAX);
    let body = f
        .require(r, "body", "JRN005", "Write `body:`, the text over the buttons.")
        .and_then(|n| limited(r, n, "the body", limits::BUTTONS_BODY_MAX));
    let footer = optional(r, &mut f, "footer", limits::FOOTER_MAX);
    let list = f.require(r, "buttons", "JRN005", "Write `buttons:` with one to three of `{id, title}`.");
    let mut out: Vec<(String, Text)> = Vec::new();
    let items = list.map(|n| r.items(n)).unwrap_or_default();
    if items.len() > limits::BUTTONS_MAX {
        let fix = format!("WhatsApp shows {}; use `list` for more.", limits::BUTTONS_MAX);
        r.findings.error("JRN032", list.map_or(f.at, |n| n.at), format!("there are {} buttons", items.len()), fix);
    }
    let mut seen = BTreeSet::new();
    for item in items {
        let Some(mut b) = r.fields(item, "a button") else { continue };
        let id = b
            .require(r, "id", "JRN005", "Write `id:`; the answer is matched by it.")
            .and_then(|n| choice_id(r, n, &mut seen, limits::BUTTON_ID_MAX));
        let title = b
            .require(r, "title", "JRN005", "Write `title:`.")
            .and_then(|n| limited(r, n, "the title of a button", limits::BUTTON_TITLE_MAX));
        b.finish(r);
        out.extend(id.zip(title));
    }
    f.finish(r);
    Some(Body::Buttons { header, body: body?, footer, buttons: out })
}

fn choice_id(r: &mut Reader<'_>, node: &Node, seen: &mut BTreeSet<String>, most: usize) -> Option<String> {
    let id = r.scalar(node, "an id")?.to_owned();
    if id.chars().count() > most {
        r.findings.error("JRN032", node.at, "this id is too long", format!("Shorten it to {most} characters."));
    }
    if !seen.insert(id.clone()) {
        r.findings.error("JRN015", node.at, format!("the id `{id}` is there twice"), "Give each button and row an id of its own.");
    }
    Some(id)
}

fn list(r: &mut Reader<'_>, node: &Node) -> Option<Body> {
    let mut f = r.fields(node, "a list")?;
    let header = optional(r, &mut f, "header", limits::HEADER_MAX);
    let body = f.require(r, "body", "JRN005", "Write `body:`.").and_then(|n| limited(r, n, "the body", limits::LIST_BODY_MAX));
    let footer = optional(r, &mut f, "footer", limits::FOOTER_MAX);
    let button = f
        .require(r, "button", "JRN005", "Write `button:`, the label that opens the list.")
        .and_then(|n| limited(r, n, "the list's button", limits::LIST_BUTTON_MAX));
    let sections_node = f.require(r, "sections", "JRN005", "Write `sections:` with `rows:`.");
    let mut seen = BTreeSet::new();
    let mut sections = Vec::new();
    let mut rows_in_all = 0;
    for item in sections_node.map(|n| r.items(n)).unwrap_or_default() {
        let Some(mut s) = r.fields(item, "a section") else { continue };
        let title = optional(r, &mut s, "title", limits::SECTION_TITLE_MAX);
        let mut rows = Vec::new();
        for item in s.require(r, "rows", "JRN005", "Write `rows:`.").map(|n| r.items(n)).unwrap_or_default() {
            rows_in_all += 1;
            let Some(mut row) = r.fields(item, "a row") else { continue };
            let id = row.require(r, "id", "JRN005", "Write `id:`.").and_then(|n| choice_id(r, n, &mut seen, limits::ROW_ID_MAX));
            let title = row
                .require(r, "title", "JRN005", "Write `title:`.")
                .and_then(|n| limited(r, n, "the title of a row", limits::ROW_TITLE_MAX));
            let description = optional(r, &mut row, "description", limits::ROW_DESCRIPTION_MAX);
            row.finish(r);
            rows.extend(id.zip(title).map(|(id, title)| ListRow { id, title, description }));
        }
        s.finish(r);
        sections.push(ListSection { title, rows });
    }
    let at = sections_node.map_or(f.at, |n| n.at);
    if rows_in_all > limits::LIST_ROWS_MAX || sections.len() > limits::LIST_SECTIONS_MAX {
        let what = format!("the list has {rows_in_all} rows in {} sections", sections.len());
        r.findings.error("JRN032", at, what, format!("WhatsApp takes {} rows in all.", limits::LIST_ROWS_MAX));
    }
    if sections.len() > 1 && sections.iter().any(|s| s.title.is_none()) {
        r.findings.error("JRN032", at, "a section has no title", "With more than one section each needs a title.");
    }
    f.finish(r);
    Some(Body::List { header, body: body?, footer, button: button?, sections })
}

fn form(r: &mut Reader<'_>, node: &Node) -> Option<Body> {
    let mut f = r.fields(node, "form")?;
    let name = f.require(r, "name", "JRN005", "Write `name:`, the form's name or the provider's id of it.");
    let name = name.and_then(|n| r.scalar(n, "the form's name").map(str::to_owned));
    let header = optional(r, &mut f, "header", limits::HEADER_MAX);
    let body = f
        .require(r, "body", "JRN005", "Write `body:`, the text over the button.")
        .and_then(|n| limited(r, n, "the body", limits::BUTTONS_BODY_MAX));
    let footer = optional(r, &mut f, "footer", limits::FOOTER_MAX);
    let label = f
        .require(r, "label", "JRN005", "Write `label:`, the words on the button.")
        .and_then(|n| limited(r, n, "the label", limits::BUTTON_TITLE_MAX));
    let screen = f.get("screen").and_then(|n| r.scalar(n, "a screen").map(str::to_owned));
    f.finish(r);
    Some(Body::Form { header, body: body?, footer, label: label?, form: name?, screen })
}

fn media(r: &mut Reader<'_>, node: &Node) -> Option<Body> {
    let mut f = r.fields(node, "media")?;
    let kind = f.require(r, "kind", "JRN005", "Write `kind: image`.").and_then(|n| r.choice(n, "a kind of media", &MEDIA));
    let link = f.require(r, "link", "JRN005", "Write `link: https://…`.").and_then(|n| r.text(n, "the link"));
    let caption = optional(r, &mut f, "caption", limits::CAPTION_MAX);
    let filename = optional(r, &mut f, "filename", 240);
    f.finish(r);
    Some(Body::Media { kind: kind?, link: link?, caption, filename })
}

fn template_body(r: &mut Reader<'_>, node: &Node, variables: Option<&Node>) -> Option<Body> {
    let name = r.scalar(node, "a template")?.to_owned();
    let mut given: BTreeMap<String, Text> = BTreeMap::new();
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    if let Some(node) = variables
        && r.fields(node, "variables").is_some()
        && let Kind::Map(map) = &node.kind
    {
        for (key, node) in map {
            places.insert(key.text.clone(), key.at);
            given.extend(r.text(node, &key.text).map(|text| (key.text.clone(), text)));
        }
    }
    if r.workspace {
        match template(r, &name) {
            None => {
                let fix = suggestion(&name, r.ctx.templates.iter().map(|t| t.name.as_str()));
                r.findings.error("JRN028", node.at, format!("there is no template `{name}`"), fix);
            }
            Some(template) => {
                variables_match(r, template, &places, node.at);
                for (language, text) in &template.languages {
                    if let Some(why) = &text.not_sendable {
                        let what = format!("template `{name}` ({language}) cannot be sent: {why}");
                        r.findings.error(
                            "JRN046",
                            node.at,
                            what,
                            "Use another template, or change this one at the provider and take it in again.",
                        );
                    }
                }
            }
        }
    }
    Some(Body::Template { name, variables: given })
}

fn variables_match(r: &mut Reader<'_>, template: &Template, places: &BTreeMap<String, Place>, at: Place) {
    let known = || template.variables.iter().map(|v| v.name.as_str());
    for (name, at) in places.iter().filter(|(name, _)| !known().any(|k| k == name.as_str())) {
        r.findings.error(
            "JRN029",
            *at,
            format!("template `{}` has no variable `{name}`", template.name),
            suggestion(name, known().collect::<Vec<_>>()),
        );
    }
    // One that is close to a mistyped name is that name; it need not be reported as missing as well.
    let slips = places.keys().filter(|name| !known().any(|k| k == name.as_str())).count();
    let missing = template.variables.iter().filter(|v| v.fallback.is_none() && !places.contains_key(&v.name));
    for variable in missing.skip(slips) {
        let what = format!("template `{}` needs `{}`, which has no fallback", template.name, variable.name);
        r.findings.error(
            "JRN029",
            at,
            what,
            format!("Write `variables: {{{}: \"{{{{ … }}}}\"}}`, or give it a fallback in the template.", variable.name),
        );
    }
}
