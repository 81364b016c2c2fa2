//! Our content as Twilio's. Pages: "twilio/card", "twilio/carousel"; limits in characters.
//!
//! Words and a file go with the message. Buttons and cards need a content resource: what differs from person to person stands in its variables, so
//! that one resource serves all of them.

use channel::refusal::{fix, not_carried};
use model::Channel;
use model::content::{Button, ButtonAction, Card, Content, Link, List, Media, MediaSource, TemplatePreview};
use model::send_error::SendError;
use serde_json::{Map, Value, json};

use crate::capability::BODY_MAX;

/// Buttons of a message; the first four stand on the card, if there is one.
pub(crate) const BUTTONS_MAX: usize = 10;
pub(crate) const LABEL_MAX: usize = 25;
const TITLE_MAX: usize = 200;
const ID_MAX: usize = 200;
const CARDS: std::ops::RangeInclusive<usize> = 2..=10;
/// Of a carousel's card: title and text; and how many buttons it has.
const ON_CARD_MAX: usize = 160;
const ON_CARD: std::ops::RangeInclusive<usize> = 1..=2;

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Said {
    Words { text: String, media: Option<String> },
    Rich(Rich),
}

/// What a content resource shows, and what stands in its places for this person.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Rich {
    pub types: Value,
    values: Vec<String>,
}

impl Rich {
    /// `ContentVariables`.
    pub(crate) fn variables(&self) -> String {
        let named = self.values.iter().enumerate().map(|(at, value)| ((at + 1).to_string(), json!(value)));
        Value::Object(named.collect::<Map<_, _>>()).to_string()
    }

    /// What stands in the places of the resource itself: nobody's words.
    pub(crate) fn samples(&self) -> Map<String, Value> {
        (1..=self.values.len()).map(|at| (at.to_string(), json!("…"))).collect()
    }

    fn place(&mut self, text: &str) -> String {
        self.values.push(text.to_owned());
        format!("{{{{{}}}}}", self.values.len())
    }

    /// The host stays: it says where an address leads, and is the same for everybody.
    fn address(&mut self, url: &str) -> String {
        let after_host = url.find("://").and_then(|at| Some(at + 3 + url.get(at + 3..)?.find('/')? + 1));
        match after_host.map(|end| url.split_at(end)) {
            Some((host, rest)) if !rest.is_empty() => format!("{host}{}", self.place(rest)),
            _ => url.to_owned(),
        }
    }
}

pub(crate) fn said(content: &Content) -> Result<Said, SendError> {
    match content {
        Content::Template(call) => template(&call.preview, content),
        Content::Buttons(said) => {
            message(content, [said.header.as_ref(), Some(&said.body), said.footer.as_ref()], said.media.as_deref(), &said.buttons)
        }
        Content::Link(said) => link(said, content),
        Content::List(said) => list(said, content),
        Content::Cards(said) => match said.cards.as_slice() {
            [] => Err(wrong("empty", "there is no card")),
            [one] => card(content, one),
            more => carousel(content, more),
        },
        Content::Media(media) => words(media.caption.clone().unwrap_or_default(), Some(public(media)?.to_owned())),
        other => in_words(other),
    }
}

fn wrong(code: &str, detail: impl Into<String>) -> SendError {
    fix("twilio_rcs", code, detail)
}

fn in_words(content: &Content) -> Result<Said, SendError> {
    match content.in_words() {
        Some(said) => words(said.text, None),
        None => Err(not_carried(Channel::Rcs, content.kind().name())),
    }
}

fn words(text: String, media: Option<String>) -> Result<Said, SendError> {
    if text.trim().is_empty() && media.is_none() {
        return Err(wrong("empty", "the message has no text"));
    }
    Ok(Said::Words { text: short("the text", &text, BODY_MAX)?.to_owned(), media })
}

/// RCS approves no templates: its text goes, with its buttons.
fn template(preview: &TemplatePreview, content: &Content) -> Result<Said, SendError> {
    message(content, [preview.header.as_ref(), Some(&preview.body), preview.footer.as_ref()], None, &preview.buttons)
}

fn link(said: &Link, content: &Content) -> Result<Said, SendError> {
    let action = ButtonAction::OpenUrl { url: said.url.clone() };
    let button = Button { id: "link".to_owned(), title: said.label.clone(), action: Some(Box::new(action)) };
    message(content, [said.header.as_ref(), Some(&said.body), said.footer.as_ref()], said.media.as_ref(), &[button])
}

/// Each row is a button; descriptions stand in the text. A list that does not fit becomes numbered lines.
fn list(said: &List, content: &Content) -> Result<Said, SendError> {
    let rows: Vec<_> = said.sections.iter().flat_map(|section| &section.rows).collect();
    if rows.len() > BUTTONS_MAX || rows.iter().any(|row| row.title.chars().count() > LABEL_MAX) {
        return in_words(content);
    }
    let described: Vec<String> = rows.iter().filter_map(|row| Some(format!("{}: {}", row.title, row.description.as_deref()?))).collect();
    let described = described.join("\n");
    let buttons: Vec<Button> = rows.iter().map(|row| Button::reply(&row.id, &row.title)).collect();
    message(content, [said.header.as_ref(), Some(&said.body), Some(&described), said.footer.as_ref()], None, &buttons)
}

/// A text with buttons below it, and a picture above it. Buttons that Twilio has no form for make words of the whole.
fn message<const N: usize>(
    content: &Content,
    lines: [Option<&String>; N],
    media: Option<&Media>,
    buttons: &[Button],
) -> Result<Said, SendError> {
    let body = lines.into_iter().flatten().map(String::as_str).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    if buttons.is_empty() {
        return words(body, media.map(public).transpose()?.map(str::to_owned));
    }
    let mut rich = Rich::default();
    let mut card = json!({ "body": rich.place(short("the text", &body, BODY_MAX)?) });
    if let Some(media) = media {
        card["media"] = json!([rich.address(public(media)?)]);
    }
    let Some(actions) = actions(&mut rich, buttons, BUTTONS_MAX)? else { return in_words(content) };
    card["actions"] = actions;
    rich.types = json!({ "twilio/card": card });
    Ok(Said::Rich(rich))
}

fn card(content: &Content, said: &Card) -> Result<Said, SendError> {
    // Without a picture there is no card to have a title: all of it is text.
    let Some(media) = &said.media else {
        return message(content, [said.title.as_ref(), said.body.as_ref()], None, &said.buttons);
    };
    let mut rich = Rich::default();
    let mut card = json!({ "media": [rich.address(public(media)?)] });
    if let Some(title) = &said.title {
        card["title"] = json!(rich.place(short("a card's title", title, TITLE_MAX)?));
    }
    if let Some(body) = &said.body {
        card["body"] = json!(rich.place(short("a card's text", body, BODY_MAX)?));
    }
    if said.title.is_none() && said.body.is_none() {
        return in_words(content);
    }
    if !said.buttons.is_empty() {
        let Some(actions) = actions(&mut rich, &said.buttons, BUTTONS_MAX)? else { return in_words(content) };
        card["actions"] = actions;
    }
    rich.types = json!({ "twilio/card": card });
    Ok(Said::Rich(rich))
}

/// Every card has a picture, words and one or two buttons, or the whole becomes words.
fn carousel(content: &Content, cards: &[Card]) -> Result<Said, SendError> {
    let whole = |card: &Card| card.media.is_some() && card.title.is_some() && ON_CARD.contains(&card.buttons.len());
    if !CARDS.contains(&cards.len()) || !cards.iter().all(whole) {
        return in_words(content);
    }
    let mut rich = Rich::default();
    let mut shown = Vec::new();
    for card in cards {
        let mut one = json!({});
        for (name, text) in [("title", &card.title), ("body", &card.body)] {
            if let Some(text) = text {
                one[name] = json!(rich.place(short(&format!("a card's {name}"), text, ON_CARD_MAX)?));
            }
        }
        if let Some(media) = &card.media {
            one["media"] = json!(rich.address(public(media)?));
        }
        let Some(actions) = actions(&mut rich, &card.buttons, *ON_CARD.end())? else { return in_words(content) };
        one["actions"] = actions;
        shown.push(one);
    }
    // RCS shows no text above a carousel; Twilio wants one all the same.
    rich.types = json!({ "twilio/carousel": { "body": "…", "cards": shown } });
    Ok(Said::Rich(rich))
}

/// `None` where a button does something that Twilio has no form for.
fn actions(rich: &mut Rich, buttons: &[Button], max: usize) -> Result<Option<Value>, SendError> {
    if buttons.len() > max {
        return Err(wrong("length", format!("at most {max} buttons can stand here, this has {}", buttons.len())));
    }
    let mut all = Vec::with_capacity(buttons.len());
    for button in buttons {
        let title = short("a button's label", &button.title, LABEL_MAX)?;
        all.push(match button.action.as_deref() {
            None => json!({ "type": "QUICK_REPLY", "title": title, "id": short("a button's id", &button.id, ID_MAX)? }),
            Some(ButtonAction::OpenUrl { url }) => json!({ "type": "URL", "title": title, "url": rich.address(url) }),
            Some(ButtonAction::Dial { phone }) => json!({ "type": "PHONE_NUMBER", "title": title, "phone": phone }),
            Some(ButtonAction::ShareLocation | ButtonAction::ViewLocation { .. } | ButtonAction::AddToCalendar { .. }) => return Ok(None),
        });
    }
    Ok(Some(Value::Array(all)))
}

/// Twilio fetches media itself.
fn public(media: &Media) -> Result<&str, SendError> {
    match &media.source {
        MediaSource::Link(link) => Ok(link),
        MediaSource::Stored(_) => Err(wrong("media", "Twilio fetches media itself and needs a public link")),
    }
}

fn short<'a>(what: &str, text: &'a str, max: usize) -> Result<&'a str, SendError> {
    match text.chars().count() {
        found if found > max => Err(wrong("length", format!("{what} has {found} characters, Twilio takes {max} at most on RCS"))),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use model::content::{Buttons, MediaKind};

    use super::*;

    fn buttons(buttons: Vec<Button>, media: Option<&str>) -> Content {
        let media = media.map(|link| {
            let source = MediaSource::Link(link.to_owned());
            Box::new(Media { kind: MediaKind::Image, source, caption: None, filename: None })
        });
        Content::Buttons(Buttons { header: None, body: "Ada, is 9:00 good?".to_owned(), footer: None, buttons, media })
    }

    fn rich(content: &Content) -> Rich {
        match said(content).unwrap() {
            Said::Rich(rich) => rich,
            Said::Words { text, .. } => panic!("{text}"),
        }
    }

    #[test]
    fn what_differs_from_person_to_person_stands_in_variables() {
        let open = ButtonAction::OpenUrl { url: "https://go.example.com/t/ada?x=1".to_owned() };
        let go = Button { id: "go".to_owned(), title: "Open".to_owned(), action: Some(Box::new(open)) };
        let one = rich(&buttons(vec![Button::reply("yes", "Yes"), go], Some("https://example.com/a/b.png")));
        let card = &one.types["twilio/card"];
        assert_eq!(card["body"], "{{1}}");
        assert_eq!(card["media"], json!(["https://example.com/{{2}}"]));
        assert_eq!(card["actions"][0], json!({ "type": "QUICK_REPLY", "title": "Yes", "id": "yes" }));
        assert_eq!(card["actions"][1]["url"], "https://go.example.com/{{3}}");
        assert_eq!(one.variables(), r#"{"1":"Ada, is 9:00 good?","2":"a/b.png","3":"t/ada?x=1"}"#);
        assert!(!Value::Object(one.samples()).to_string().contains("Ada"));
    }

    #[test]
    fn a_button_that_twilio_has_no_form_for_makes_words_of_the_whole() {
        let here = Button { id: "here".to_owned(), title: "Here".to_owned(), action: Some(Box::new(ButtonAction::ShareLocation)) };
        let Said::Words { text, .. } = said(&buttons(vec![Button::reply("yes", "Yes"), here], None)).unwrap() else { panic!("rich") };
        assert!(text.contains("1. Yes"), "{text}");
    }

    #[test]
    fn what_is_too_much_is_named_with_the_limit() {
        let many = (0..11).map(|n| Button::reply(n.to_string(), "x")).collect();
        let error = said(&buttons(many, None)).unwrap_err();
        assert!(error.for_user.contains("at most 10 buttons") && error.code == "twilio_rcs:length", "{error:?}");
        let error = said(&Content::text("x".repeat(1_601))).unwrap_err();
        assert!(error.for_user.contains("1601"), "{error:?}");
    }
}
