//! The parts of a template file that are more than words: what stands over the text, offers, cards, and buttons of the provider's own kinds.

use std::collections::BTreeSet;

use model::content::MediaKind;
use model::template::{CardText, CodeDelivery, HeaderPart, Offer, ProductGroup, TemplateButton, Variable};

use crate::compile::{Fields, Reader};
use crate::template_file::{BODY_MAX, buttons, text};
use crate::yaml::Node;

/// Longest link or other value of a part, before its variables are filled.
const VALUE_MAX: usize = 2000;
const OFFER_MAX: usize = 16;
const CARDS: std::ops::RangeInclusive<usize> = 2..=10;
const MEDIA: [(&str, MediaKind); 3] = [("image", MediaKind::Image), ("video", MediaKind::Video), ("document", MediaKind::Document)];
const DELIVERIES: [(&str, CodeDelivery); 3] =
    [("copy", CodeDelivery::Copy), ("one_tap", CodeDelivery::OneTap), ("zero_tap", CodeDelivery::ZeroTap)];

/// The variables of a file, and those that its texts use.
pub(crate) struct Known<'a> {
    pub variables: &'a [Variable],
    pub used: &'a mut BTreeSet<String>,
}

impl Known<'_> {
    fn value(&mut self, r: &mut Reader<'_>, node: &Node, what: &str) -> Option<String> {
        text(r, node, what, VALUE_MAX, self.variables, self.used)
    }

    fn optional(&mut self, r: &mut Reader<'_>, f: &mut Fields<'_>, name: &'static str) -> Option<String> {
        f.get(name).and_then(|node| self.value(r, node, name))
    }

    fn required(&mut self, r: &mut Reader<'_>, f: &mut Fields<'_>, name: &'static str) -> Option<String> {
        let node = f.require(r, name, "JRN005", "Write a value, or a variable such as `{{name}}`.")?;
        self.value(r, node, name)
    }
}

/// `image`, `video`, `document`, `location` or `product`, with `filename` and the reviewers' `sample`.
pub(crate) fn header_part(r: &mut Reader<'_>, f: &mut Fields<'_>, known: &mut Known<'_>) -> Option<HeaderPart> {
    let filename = known.optional(r, f, "filename");
    let sample = r.string(f.get("sample"), "a sample");
    for (name, media) in MEDIA {
        if let Some(node) = f.get(name) {
            let source = known.value(r, node, name)?;
            return Some(HeaderPart::Media { media, source, filename, sample });
        }
    }
    if let Some(node) = f.get("location") {
        let mut place = r.fields(node, "a location")?;
        let (latitude, longitude) = (known.required(r, &mut place, "latitude"), known.required(r, &mut place, "longitude"));
        let (name, address) = (known.optional(r, &mut place, "name"), known.optional(r, &mut place, "address"));
        place.finish(r);
        return Some(HeaderPart::Location { latitude: latitude?, longitude: longitude?, name, address });
    }
    let node = f.get("product")?;
    let mut shown = r.fields(node, "a product")?;
    let (catalogue, product) = (known.required(r, &mut shown, "catalogue"), known.required(r, &mut shown, "product"));
    shown.finish(r);
    Some(HeaderPart::Product { catalogue: catalogue?, product: product? })
}

pub(crate) fn offer(r: &mut Reader<'_>, node: &Node, known: &mut Known<'_>) -> Option<Offer> {
    let mut f = r.fields(node, "an offer")?;
    let words = f.require(r, "text", "JRN005", "Write `text:`.").and_then(|n| text(r, n, "the offer", OFFER_MAX, &[], known.used));
    let ends_at = known.optional(r, &mut f, "ends_at");
    f.finish(r);
    Some(Offer { text: words?, ends_at })
}

/// All with the same parts: the provider refuses others.
pub(crate) fn cards(r: &mut Reader<'_>, node: &Node, known: &mut Known<'_>) -> Vec<CardText> {
    let mut cards: Vec<CardText> = Vec::new();
    for item in r.items(node) {
        let Some(mut f) = r.fields(item, "a card") else { continue };
        let header_part = header_part(r, &mut f, known);
        let body = f.get("body").and_then(|n| text(r, n, "the body of a card", BODY_MAX, known.variables, known.used));
        let buttons = f.get("buttons").map(|n| buttons(r, n, known.variables, known.used)).unwrap_or_default();
        f.finish(r);
        let card = CardText { header_part, body, buttons };
        let parts = |card: &CardText| {
            let header = card.header_part.as_ref().map(std::mem::discriminant);
            (header, card.body.is_some(), card.buttons.iter().map(std::mem::discriminant).collect::<Vec<_>>())
        };
        if cards.first().is_some_and(|first| parts(first) != parts(&card)) {
            r.findings.error(
                "TPL009",
                item.at,
                "this card has other parts than the first",
                "Give all cards the same header, body and kinds of buttons.",
            );
        }
        cards.push(card);
    }
    if !CARDS.contains(&cards.len()) {
        r.findings.error("TPL009", node.at, format!("there are {} cards", cards.len()), "Write 2 to 10.");
    }
    cards
}

/// A button of the provider's own kinds, if one of their words is there.
pub(crate) fn button(r: &mut Reader<'_>, f: &mut Fields<'_>, title: &str, known: &mut Known<'_>) -> Option<TemplateButton> {
    let title = title.to_owned();
    if let Some(node) = f.get("copy_code") {
        return Some(TemplateButton::CopyCode { title, code: known.value(r, node, "the code")? });
    }
    if let Some(node) = f.get("form") {
        let form = r.scalar(node, "a form")?.to_owned();
        let screen = r.string(f.get("screen"), "a screen");
        return Some(TemplateButton::Form { title, form, screen, token: known.optional(r, f, "token") });
    }
    if let Some(node) = f.get("code") {
        let delivery = r.choice(node, "a delivery", &DELIVERIES)?;
        return Some(TemplateButton::OneTimeCode { title, delivery, autofill: r.string(f.get("autofill"), "a label"), apps: Vec::new() });
    }
    if let Some(node) = f.get("catalogue") {
        return Some(TemplateButton::Catalogue { title, thumbnail: known.value(r, node, "a product")? });
    }
    if let Some(node) = f.get("products") {
        let thumbnail = known.required(r, f, "thumbnail");
        let mut groups = Vec::new();
        for item in r.items(node) {
            let Some(mut group) = r.fields(item, "a group of products") else { continue };
            let heading = r.string(group.get("title"), "a heading");
            let products = known.required(r, &mut group, "products");
            group.finish(r);
            groups.extend(products.map(|products| ProductGroup { title: heading, products }));
        }
        return Some(TemplateButton::Products { title, thumbnail: thumbnail?, groups });
    }
    let node = f.get("voice_call")?;
    r.boolean(node, "voice_call").filter(|wanted| *wanted).map(|_| TemplateButton::VoiceCall { title })
}
