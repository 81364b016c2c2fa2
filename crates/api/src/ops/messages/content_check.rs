//! What no channel could take. What one channel cannot take is that channel's business.

use model::content::{Button, ButtonAction, Card, Content, Media, MediaSource, Wanted};

use crate::ops::prelude::*;

/// Cards that any channel shows side by side.
const CARDS_MAX: usize = 10;
const PEOPLE_MAX: usize = 20;

pub fn check(at: &str, content: &Content, faults: &mut Vec<Fault>) {
    let mut check = Check { at, faults };
    match content {
        Content::Text(t) => check.text("body", &t.body, 4096),
        Content::Buttons(b) => {
            check.text("body", &b.body, 1024);
            check.buttons("buttons", &b.buttons, 1..=3);
            check.media("media", b.media.as_deref());
        }
        Content::List(l) => {
            check.text("body", &l.body, 4096);
            check.text("button", &l.button, 20);
            check.count("sections", l.sections.iter().map(|s| s.rows.len()).sum(), 1, 10, "rows in all");
        }
        Content::Media(m) => check.media("", Some(m)),
        Content::Location(l) => check.place("", l.latitude, l.longitude),
        Content::Template(_) => check.fault("", "templates are named in `template`, so that the server fills them"),
        Content::Reaction(r) if !r.provider_id.is_empty() => {
            check.fault("provider_id", "is filled in by the server; name the message in `message`");
        }
        Content::Reaction(r) if r.emoji.chars().count() > 16 => {
            check.fault("emoji", "must be one emoji, or empty to take the reaction back");
        }
        Content::Reaction(_) => {}
        Content::Contacts(c) => {
            check.count("people", c.people.len(), 1, PEOPLE_MAX, "people");
            c.people.iter().enumerate().for_each(|(i, person)| check.text(&format!("people/{i}/name"), &person.name, 200));
        }
        Content::Link(l) => {
            check.text("body", &l.body, 1024);
            check.text("label", &l.label, 20);
            check.link("url", &l.url);
            check.media("media", l.media.as_ref());
        }
        Content::Products(p) => {
            check.text("catalogue", &p.catalogue, 100);
            check.count("sections", p.sections.iter().map(|s| s.products.len()).sum(), 1, 30, "products in all");
            if p.single().is_none() && (p.header.is_none() || p.body.is_none()) {
                check.fault("header", "several products need a header and a body");
            }
        }
        Content::Catalogue(c) => check.text("body", &c.body, 1024),
        Content::Form(f) => {
            check.text("body", &f.body, 1024);
            check.text("label", &f.label, 20);
            check.text("form", &f.form, 100);
        }
        Content::Request(r) => {
            check.text("body", &r.body, 1024);
            if let Wanted::Address { country, .. } = &r.wanted
                && !(country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()))
            {
                check.fault("wanted/country", "must be a country of two letters such as IN");
            }
        }
        Content::Cards(c) => {
            check.count("cards", c.cards.len(), 1, CARDS_MAX, "cards");
            c.cards.iter().enumerate().for_each(|(i, card)| check.card(&format!("cards/{i}"), card));
        }
    }
}

struct Check<'a> {
    at: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl Check<'_> {
    fn fault(&mut self, member: &str, detail: impl Into<String>) {
        let pointer = if member.is_empty() { self.at.to_owned() } else { format!("{}/{member}", self.at) };
        self.faults.push(Fault::new(pointer, detail));
    }

    fn text(&mut self, member: &str, value: &str, most: usize) {
        if value.trim().is_empty() || value.chars().count() > most {
            self.fault(member, format!("must have 1 to {most} characters"));
        }
    }

    fn count(&mut self, member: &str, count: usize, least: usize, most: usize, of: &str) {
        if !(least..=most).contains(&count) {
            self.fault(member, format!("must have {least} to {most} {of}"));
        }
    }

    fn link(&mut self, member: &str, link: &str) {
        if !link.starts_with("https://") {
            self.fault(member, "must be a public https link");
        }
    }

    fn place(&mut self, member: &str, latitude: f64, longitude: f64) {
        if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
            self.fault(member, "is no place on earth");
        }
    }

    fn media(&mut self, member: &str, media: Option<&Media>) {
        let Some(media) = media else { return };
        let inside = |name: &str| if member.is_empty() { name.to_owned() } else { format!("{member}/{name}") };
        if media.caption.as_ref().is_some_and(|caption| caption.chars().count() > 1024) {
            self.fault(&inside("caption"), "must have at most 1024 characters");
        }
        if let MediaSource::Link(link) = &media.source {
            self.link(&inside("source/link"), link);
        }
    }

    fn buttons(&mut self, member: &str, buttons: &[Button], count: std::ops::RangeInclusive<usize>) {
        self.count(member, buttons.len(), *count.start(), *count.end(), "buttons");
        for (i, button) in buttons.iter().enumerate() {
            self.text(&format!("{member}/{i}/id"), &button.id, 256);
            self.text(&format!("{member}/{i}/title"), &button.title, 20);
            let at = format!("{member}/{i}/action");
            match button.action.as_deref() {
                None | Some(ButtonAction::ShareLocation) => {}
                Some(ButtonAction::OpenUrl { url }) => self.link(&format!("{at}/url"), url),
                Some(ButtonAction::Dial { phone }) if phone::parse(phone, None).is_err() => {
                    self.fault(&format!("{at}/phone"), "must be a number in E.164 form such as +12025550100");
                }
                Some(ButtonAction::Dial { .. }) => {}
                Some(ButtonAction::ViewLocation { latitude, longitude, .. }) => self.place(&at, *latitude, *longitude),
                Some(ButtonAction::AddToCalendar { title, starts_at, ends_at, .. }) => {
                    self.text(&format!("{at}/title"), title, 100);
                    if ends_at < starts_at {
                        self.fault(&format!("{at}/ends_at"), "must not be before `starts_at`");
                    }
                }
            }
        }
    }

    fn card(&mut self, member: &str, card: &Card) {
        if card.title.is_none() && card.body.is_none() && card.media.is_none() {
            self.fault(member, "needs a title, a body or a medium");
        }
        self.media(&format!("{member}/media"), card.media.as_ref());
        self.buttons(&format!("{member}/buttons"), &card.buttons, 0..=4);
    }
}
