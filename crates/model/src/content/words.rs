//! What a content says in words alone: for lists of messages, for prices, and for channels that have nothing else.

use super::{Button, ButtonAction, Card, ContactCard, Content, MediaSource};

impl Content {
    /// One line for lists and previews.
    #[must_use]
    pub fn summary(&self) -> String {
        let text = match self {
            Self::Text(t) => t.body.as_str(),
            Self::Buttons(b) => b.body.as_str(),
            Self::List(l) => l.body.as_str(),
            Self::Media(m) => m.caption.as_deref().or(m.filename.as_deref()).unwrap_or("media"),
            Self::Location(l) => l.name.as_deref().unwrap_or("location"),
            Self::Template(t) => t.preview.body.as_str(),
            Self::Reaction(r) if r.emoji.is_empty() => "reaction taken back",
            Self::Reaction(r) => r.emoji.as_str(),
            Self::Contacts(c) => c.people.first().map_or("contacts", |person| person.name.as_str()),
            Self::Link(l) => l.body.as_str(),
            Self::Products(p) => p.body.as_deref().or(p.header.as_deref()).unwrap_or("products"),
            Self::Catalogue(c) => c.body.as_str(),
            Self::Form(f) => f.body.as_str(),
            Self::Request(r) => r.body.as_str(),
            Self::Cards(c) => c.body.as_deref().or_else(|| c.cards.first().and_then(Card::heading)).unwrap_or("cards"),
        };
        text.lines().next().unwrap_or_default().chars().take(140).collect()
    }

    /// The words, where a channel has nothing but words. Choices are numbered, so that a number can answer; links stand on lines of their own.
    /// A medium that only we have is not in it.
    #[must_use]
    pub fn plain_text(&self) -> String {
        let mut out = Lines::default();
        match self {
            Self::Text(text) => out.add(&text.body),
            Self::Template(call) => {
                let preview = &call.preview;
                out.add_all([preview.header.as_deref(), Some(&preview.body), preview.footer.as_deref()]);
            }
            Self::Buttons(b) => {
                out.add_all([b.header.as_deref(), Some(&b.body), b.footer.as_deref()]);
                out.choices(b.buttons.iter().map(|button| (button.title.as_str(), button)));
            }
            Self::List(list) => {
                out.add_all([list.header.as_deref(), Some(&list.body), list.footer.as_deref()]);
                for (number, row) in list.sections.iter().flat_map(|section| &section.rows).enumerate() {
                    let more = row.description.as_deref().map(|more| format!(" ({more})")).unwrap_or_default();
                    out.add(&format!("{}. {}{more}", number + 1, row.title));
                }
            }
            Self::Media(media) => {
                out.add_all([media.caption.as_deref()]);
                if let MediaSource::Link(link) = &media.source {
                    out.add(link);
                }
            }
            Self::Location(place) => {
                out.add_all([place.name.as_deref(), place.address.as_deref()]);
                out.add(&map(place.latitude, place.longitude));
            }
            Self::Reaction(reaction) => out.add(&reaction.emoji),
            Self::Contacts(contacts) => contacts.people.iter().for_each(|person| out.person(person)),
            Self::Link(link) => {
                out.add_all([link.header.as_deref(), Some(&link.body), link.footer.as_deref()]);
                out.add(&format!("{}: {}", link.label, link.url));
            }
            Self::Products(products) => out.add_all([products.header.as_deref(), products.body.as_deref(), products.footer.as_deref()]),
            Self::Catalogue(catalogue) => out.add_all([Some(catalogue.body.as_str()), catalogue.footer.as_deref()]),
            Self::Form(form) => out.add_all([form.header.as_deref(), Some(&form.body), form.footer.as_deref()]),
            Self::Request(request) => out.add(&request.body),
            Self::Cards(cards) => {
                out.add_all([cards.body.as_deref()]);
                let mut number = 0;
                for card in &cards.cards {
                    out.add_all([card.title.as_deref(), card.body.as_deref()]);
                    if let Some(MediaSource::Link(link)) = card.media.as_ref().map(|media| &media.source) {
                        out.add(link);
                    }
                    for button in &card.buttons {
                        number += usize::from(button.action.is_none());
                        out.button(number, &button.title, button);
                    }
                }
            }
        }
        out.0
    }

    /// The buttons and rows that a number answers, in the order in which [`Content::plain_text`] numbers them: id and label.
    #[must_use]
    pub fn choices(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Buttons(b) => replies(&b.buttons).collect(),
            Self::List(list) => {
                list.sections.iter().flat_map(|section| &section.rows).map(|row| (row.id.as_str(), row.title.as_str())).collect()
            }
            Self::Cards(cards) => cards.cards.iter().flat_map(|card| replies(&card.buttons)).collect(),
            _ => Vec::new(),
        }
    }

    /// The content in words alone, and what is lost by that; nothing where words cannot stand for it.
    #[must_use]
    pub fn in_words(&self) -> Option<InWords> {
        let lost = match self {
            Self::Reaction(_) | Self::Products(_) | Self::Catalogue(_) | Self::Form(_) | Self::Request(_) => return None,
            Self::Media(media) if matches!(media.source, MediaSource::Stored(_)) => return None,
            Self::Text(_) | Self::Location(_) | Self::Link(_) | Self::Contacts(_) => None,
            Self::Template(call) => {
                (!call.preview.buttons.is_empty() || call.parts.is_some()).then_some("the template's buttons and media")
            }
            Self::Buttons(buttons) if buttons.media.is_some() => Some("the picture; buttons become numbered lines"),
            Self::Buttons(_) => Some("buttons become numbered lines"),
            Self::List(_) => Some("the list becomes numbered lines"),
            Self::Media(_) => Some("the file becomes a link"),
            Self::Cards(_) => Some("cards become texts and numbered lines"),
        };
        Some(InWords { text: self.plain_text(), lost })
    }
}

/// Content as words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InWords {
    pub text: String,
    /// What somebody misses who reads only the words.
    pub lost: Option<&'static str>,
}

fn replies(buttons: &[Button]) -> impl Iterator<Item = (&str, &str)> {
    buttons.iter().filter(|button| button.action.is_none()).map(|button| (button.id.as_str(), button.title.as_str()))
}

impl Card {
    fn heading(&self) -> Option<&str> {
        self.title.as_deref().or(self.body.as_deref())
    }
}

/// Lines, none of them empty.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, line: &str) {
        if line.is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(line);
    }

    fn add_all<const N: usize>(&mut self, lines: [Option<&str>; N]) {
        lines.into_iter().flatten().for_each(|line| self.add(line));
    }

    fn choices<'a>(&mut self, choices: impl Iterator<Item = (&'a str, &'a Button)>) {
        let mut number = 0;
        for (title, button) in choices {
            number += usize::from(button.action.is_none());
            self.button(number, title, button);
        }
    }

    /// What a tap does is written out; a tap that answers has a number.
    fn button(&mut self, number: usize, title: &str, button: &Button) {
        match button.action.as_deref() {
            None => self.add(&format!("{number}. {title}")),
            Some(ButtonAction::OpenUrl { url }) => self.add(&format!("{title}: {url}")),
            Some(ButtonAction::Dial { phone }) => self.add(&format!("{title}: {phone}")),
            Some(ButtonAction::ViewLocation { latitude, longitude, .. }) => self.add(&format!("{title}: {}", map(*latitude, *longitude))),
            Some(ButtonAction::AddToCalendar { starts_at, .. }) => self.add(&format!("{title}: {starts_at}")),
            Some(ButtonAction::ShareLocation) => self.add(title),
        }
    }

    fn person(&mut self, person: &ContactCard) {
        self.add(&person.name);
        let all = person.phones.iter().chain(&person.emails).chain(&person.links);
        all.for_each(|way| self.add(way));
    }
}

/// Understood by every phone, of whatever make.
fn map(latitude: f64, longitude: f64) -> String {
    format!("https://maps.google.com/?q={latitude},{longitude}")
}
