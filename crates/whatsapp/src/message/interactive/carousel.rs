//! Carousels: cards with a picture or video and a link button, or product cards.

use super::parts::{Frame, Header, NamedAction, TextPart};
use super::product::ProductAction;
use super::prompt::{CtaUrlParameters, check_cta_url};
use crate::limits;
use crate::validate::Checker;
use serde::{Deserialize, Serialize};

/// `carousel`: no header and no footer outside the cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarouselMessage {
    pub body: TextPart,
    pub action: CarouselAction,
}

/// `action`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarouselAction {
    pub cards: Vec<CarouselCard>,
}

/// `cards[]`: all of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CarouselCard {
    Link { card_index: u32, header: Header, body: Option<TextPart>, action: NamedAction<CtaUrlParameters> },
    Product { card_index: u32, action: ProductAction },
}

/// On the wire `card_index` stands before `type`, which serde's tagged enums cannot write.
#[derive(Serialize, Deserialize)]
struct CardWire {
    card_index: u32,
    #[serde(rename = "type")]
    kind: CardKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header: Option<Header>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<TextPart>,
    action: CardAction,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CardKind {
    CtaUrl,
    Product,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum CardAction {
    Link(NamedAction<CtaUrlParameters>),
    Product(ProductAction),
}

impl Serialize for CarouselCard {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.clone() {
            Self::Link { card_index, header, body, action } => {
                CardWire { card_index, kind: CardKind::CtaUrl, header: Some(header), body, action: CardAction::Link(action) }
            }
            Self::Product { card_index, action } => {
                CardWire { card_index, kind: CardKind::Product, header: None, body: None, action: CardAction::Product(action) }
            }
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CarouselCard {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let CardWire { card_index, kind, header, body, action } = CardWire::deserialize(deserializer)?;
        match (kind, action) {
            (CardKind::CtaUrl, CardAction::Link(action)) => {
                let header = header.ok_or_else(|| D::Error::missing_field("header"))?;
                Ok(Self::Link { card_index, header, body, action })
            }
            (CardKind::Product, CardAction::Product(action)) => Ok(Self::Product { card_index, action }),
            _ => Err(D::Error::custom("the card's action does not belong to its type")),
        }
    }
}

impl CarouselCard {
    fn index(&self) -> u32 {
        match self {
            Self::Link { card_index, .. } | Self::Product { card_index, .. } => *card_index,
        }
    }

    fn check(&self, checker: &mut Checker) {
        checker.require("card_index", self.index() < limits::CAROUSEL_CARDS_MAX as u32, "must be 0 to 9");
        match self {
            Self::Link { header, body, action, .. } => {
                Frame { header: Some(header), body: body.as_ref(), body_max: limits::CAROUSEL_CARD_BODY_MAX, footer: None }.check(checker);
                let pictured = matches!(header, Header::Image { .. } | Header::Video { .. });
                checker.require("header", pictured, "must be an image or a video");
                let breaks = body.as_ref().map_or(0, |body| body.text.matches('\n').count());
                checker.require("body.text", breaks <= limits::CAROUSEL_CARD_LINE_BREAKS_MAX, "at most 2 line breaks");
                check_cta_url(checker, action);
            }
            Self::Product { action, .. } => checker.inside("action", |checker| action.check(checker)),
        }
    }
}

impl CarouselMessage {
    pub(super) fn check(&self, checker: &mut Checker) {
        Frame { header: None, body: Some(&self.body), body_max: limits::INTERACTIVE_BODY_MAX, footer: None }.check(checker);
        let cards = &self.action.cards;
        checker.inside("action", |checker| {
            checker.count("cards", cards.len(), limits::CAROUSEL_CARDS_MIN, limits::CAROUSEL_CARDS_MAX);
            let indexes: Vec<String> = cards.iter().map(|card| card.index().to_string()).collect();
            checker.unique("cards", indexes.iter().map(String::as_str));
            let same = cards.windows(2).all(|pair| match (&pair[0], &pair[1]) {
                (CarouselCard::Link { header: a, .. }, CarouselCard::Link { header: b, .. }) => {
                    std::mem::discriminant(a) == std::mem::discriminant(b)
                }
                (CarouselCard::Product { action: a, .. }, CarouselCard::Product { action: b, .. }) => a.catalog_id == b.catalog_id,
                _ => false,
            });
            checker.require("cards", same, "all cards must have the same kind, header type and catalogue");
            checker.each("cards", cards, |checker, card| card.check(checker));
        });
    }
}
