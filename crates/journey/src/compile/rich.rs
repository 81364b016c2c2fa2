//! What is said beside words, choices and files: a page to open, a place, people to save, something to share.

use model::Channel;

use super::body::{limited, optional};
use super::{Fields, Reader};
use crate::definition::{Body, Card, Shareable};
use crate::limits;
use crate::yaml::Node;

const SHAREABLE: [(&str, Shareable); 3] =
    [("location", Shareable::Location), ("phone_number", Shareable::PhoneNumber), ("call_permission", Shareable::CallPermission)];
/// Cards of people in one message.
const PEOPLE_MAX: usize = 10;
const NAME_MAX: usize = 1_024;

pub(super) fn link(r: &mut Reader<'_>, node: &Node) -> Option<Body> {
    let mut f = r.fields(node, "link")?;
    let header = optional(r, &mut f, "header", limits::HEADER_MAX);
    let body = f
        .require(r, "body", "JRN005", "Write `body:`, the text over the button.")
        .and_then(|n| limited(r, n, "the body", limits::BUTTONS_BODY_MAX));
    let footer = optional(r, &mut f, "footer", limits::FOOTER_MAX);
    let label = f
        .require(r, "label", "JRN005", "Write `label:`, the words on the button.")
        .and_then(|n| limited(r, n, "the label", limits::BUTTON_TITLE_MAX));
    let url = f.require(r, "url", "JRN005", "Write `url: https://…`, the page that it opens.").and_then(|n| {
        let url = r.text(n, "the address")?;
        if url.fixed().is_some_and(|fixed| !fixed.starts_with("https://") && !fixed.starts_with("http://")) {
            r.findings.error("JRN032", n.at, "this is not an address of a page", "Begin with `https://`.");
        }
        Some(url)
    });
    f.finish(r);
    Some(Body::Link { header, body: body?, footer, label: label?, url: url? })
}

pub(super) fn location(r: &mut Reader<'_>, node: &Node) -> Option<Body> {
    let mut f = r.fields(node, "location")?;
    let latitude = degrees(r, &mut f, "latitude", 90.0);
    let longitude = degrees(r, &mut f, "longitude", 180.0);
    let name = optional(r, &mut f, "name", limits::CAPTION_MAX);
    let address = optional(r, &mut f, "address", limits::CAPTION_MAX);
    if address.is_some() && name.is_none() {
        r.findings.error("JRN005", f.at, "an address is shown under a name only", "Write `name:` as well.");
    }
    f.finish(r);
    Some(Body::Location { latitude: latitude?, longitude: longitude?, name, address })
}

fn degrees(r: &mut Reader<'_>, f: &mut Fields<'_>, name: &'static str, most: f64) -> Option<f64> {
    let node = f.require(r, name, "JRN005", "Write both `latitude` and `longitude`, in degrees.")?;
    let read = r.scalar(node, name)?.parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
    if read.is_none() {
        r.findings.error("JRN032", node.at, format!("{name} is no number from -{most} to {most}"), "Write degrees, such as 52.52.");
    }
    read
}

pub(super) fn contacts(r: &mut Reader<'_>, node: &Node) -> Option<Body> {
    let mut cards = Vec::new();
    let items = r.items(node);
    if items.is_empty() || items.len() > PEOPLE_MAX {
        r.findings.error("JRN032", node.at, format!("there are {} people", items.len()), format!("Name one to {PEOPLE_MAX}."));
    }
    for item in items {
        let Some(mut f) = r.fields(item, "a person") else { continue };
        let name = f.require(r, "name", "JRN005", "Write `name:`.").and_then(|n| limited(r, n, "the name", NAME_MAX));
        let (phone, email) = (optional(r, &mut f, "phone", 32), optional(r, &mut f, "email", 254));
        let organisation = optional(r, &mut f, "organisation", NAME_MAX);
        if phone.is_none() && email.is_none() {
            r.findings.error("JRN005", f.at, "this person cannot be reached by anything", "Write `phone:` or `email:`.");
        }
        f.finish(r);
        cards.extend(name.map(|name| Card { name, phone, email, organisation }));
    }
    (!cards.is_empty()).then_some(Body::Contacts(cards))
}

pub(super) fn request(r: &mut Reader<'_>, channel: Channel, node: &Node) -> Option<Body> {
    let mut f = r.fields(node, "request")?;
    let wanted_node = f.require(r, "wanted", "JRN005", "Write `wanted: location`.");
    let wanted = wanted_node.and_then(|n| r.choice(n, "something to ask for", &SHAREABLE));
    let body =
        f.require(r, "body", "JRN005", "Write `body:`, the question.").and_then(|n| limited(r, n, "the body", limits::BUTTONS_BODY_MAX));
    if let (Channel::Rcs, Some(Shareable::PhoneNumber | Shareable::CallPermission), Some(node)) = (channel, wanted, wanted_node) {
        r.findings.error("JRN032", node.at, "RCS can ask for a location only", "Write `rcs: {text: …}`.");
    }
    f.finish(r);
    Some(Body::Request { wanted: wanted?, body: body? })
}
