//! Where a content has words or web addresses that its author wrote: what may be led elsewhere.

use super::{Button, ButtonAction, Content};

/// What a piece of text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Words, with addresses among them.
    Words,
    /// One address and nothing else.
    Address,
}

impl Content {
    /// Shows every text in which a link may stand, to be read or replaced. Left out are ids, labels of buttons, addresses of media (nobody presses
    /// those) and what a template's provider fills in.
    pub fn each_text(&mut self, with: &mut dyn FnMut(Place, &mut String)) {
        match self {
            Self::Text(text) => with(Place::Words, &mut text.body),
            Self::Buttons(all) => {
                words(with, [all.header.as_mut(), Some(&mut all.body), all.footer.as_mut()]);
                buttons(with, &mut all.buttons);
            }
            Self::List(list) => words(with, [list.header.as_mut(), Some(&mut list.body), list.footer.as_mut()]),
            Self::Media(media) => words(with, [media.caption.as_mut()]),
            Self::Link(link) => {
                words(with, [link.header.as_mut(), Some(&mut link.body), link.footer.as_mut()]);
                with(Place::Address, &mut link.url);
            }
            Self::Products(products) => words(with, [products.header.as_mut(), products.body.as_mut(), products.footer.as_mut()]),
            Self::Catalogue(catalogue) => words(with, [Some(&mut catalogue.body), catalogue.footer.as_mut()]),
            Self::Form(form) => words(with, [form.header.as_mut(), Some(&mut form.body), form.footer.as_mut()]),
            Self::Request(request) => with(Place::Words, &mut request.body),
            Self::Cards(cards) => {
                words(with, [cards.body.as_mut()]);
                for card in &mut cards.cards {
                    words(with, [card.title.as_mut(), card.body.as_mut()]);
                    buttons(with, &mut card.buttons);
                }
            }
            Self::Template(call) => {
                let preview = &mut call.preview;
                words(with, [preview.header.as_mut(), Some(&mut preview.body), preview.footer.as_mut()]);
                buttons(with, &mut preview.buttons);
            }
            Self::Location(_) | Self::Reaction(_) | Self::Contacts(_) => {}
        }
    }
}

fn words<const N: usize>(with: &mut dyn FnMut(Place, &mut String), texts: [Option<&mut String>; N]) {
    for text in texts.into_iter().flatten() {
        with(Place::Words, text);
    }
}

fn buttons(with: &mut dyn FnMut(Place, &mut String), buttons: &mut [Button]) {
    for button in buttons {
        if let Some(ButtonAction::OpenUrl { url }) = button.action.as_deref_mut() {
            with(Place::Address, url);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Card, Cards, Link};

    #[test]
    fn words_and_addresses_are_shown_each_as_what_it_is() {
        let open = Button {
            id: "go".to_owned(),
            title: "https://label.example.com".to_owned(),
            action: Some(Box::new(ButtonAction::OpenUrl { url: "https://example.com/b".to_owned() })),
        };
        let card = Card { media: None, title: Some("One".to_owned()), body: None, buttons: vec![open, Button::reply("r", "Yes")] };
        let mut seen = Vec::new();
        Content::Cards(Cards { body: Some("Look".to_owned()), cards: vec![card] })
            .each_text(&mut |place, text| seen.push((place, text.clone())));
        let expected = [(Place::Words, "Look"), (Place::Words, "One"), (Place::Address, "https://example.com/b")];
        assert_eq!(seen, expected.map(|(place, text)| (place, text.to_owned())));
    }

    #[test]
    fn what_is_written_there_stays() {
        let link =
            Link { header: None, media: None, body: "b".into(), footer: None, label: "Open".into(), url: "https://example.com".into() };
        let mut content = Content::Link(Box::new(link));
        content.each_text(&mut |place, text| {
            if place == Place::Address {
                *text = "https://example.org".to_owned();
            }
        });
        assert!(content.plain_text().contains("https://example.org"), "{content:?}");
    }
}
