//! Sending an approved template.

use super::interactive::ProductSection;
use super::media::{Document, MediaSource};
use super::simple::Location;
use crate::limits;
use crate::validate::Checker;
use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `template`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateMessage {
    pub name: String,
    pub language: TemplateLanguage,
    /// Components with parameters; one without is left out.
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
}

/// `language`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateLanguage {
    pub code: String,
    /// `deterministic` is the only value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

open_enum! {
    /// `components[].type`, in any case.
    pub enum ComponentKind {
        Header = "header",
        Body = "body",
        Footer = "footer",
        Button = "button",
        Carousel = "carousel",
        LimitedTimeOffer = "limited_time_offer",
        TapTargetConfiguration = "tap_target_configuration",
    }
}

/// `components[]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Component {
    #[serde(rename = "type")]
    pub kind: ComponentKind,
    /// Buttons only: `url`, `quick_reply`, `copy_code`, `catalog`, `mpm`, `flow`, `voice_call` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<String>,
    /// Buttons only: position in the template, from 0. Written as a string, read as a string or a number.
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// Carousel only.
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<TemplateCard>,
}

/// `cards[]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateCard {
    pub card_index: u32,
    pub components: Vec<Component>,
}

/// `parameters[]`. Positional templates take them in order; named ones need `parameter_name` on each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Parameter {
    Text {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameter_name: Option<String>,
        text: String,
    },
    Image {
        image: MediaSource,
    },
    Video {
        video: MediaSource,
    },
    Gif {
        gif: MediaSource,
    },
    Document {
        document: Document,
    },
    Location {
        location: Location,
    },
    Product {
        product: ProductParameter,
    },
    Currency {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameter_name: Option<String>,
        currency: Currency,
    },
    DateTime {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameter_name: Option<String>,
        date_time: DateTime,
    },
    GroupId {
        group_id: String,
    },
    Payload {
        payload: String,
    },
    CouponCode {
        coupon_code: String,
    },
    Action {
        action: TemplateButtonAction,
    },
    LimitedTimeOffer {
        limited_time_offer: LimitedTimeOffer,
    },
    TapTargetConfiguration {
        tap_target_configuration: Vec<TapTarget>,
    },
}

/// `product`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductParameter {
    pub product_retailer_id: String,
    #[serde(deserialize_with = "wire::text")]
    pub catalog_id: String,
}

/// `currency` (legacy)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Currency {
    pub fallback_value: String,
    pub code: String,
    /// Thousandths of the currency unit.
    pub amount_1000: i64,
}

/// `date_time` (legacy)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateTime {
    pub fallback_value: String,
}

/// `action` of catalogue, product list and Flow buttons.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TemplateButtonAction {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_product_retailer_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sections: Option<Vec<ProductSection>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_action_data: Option<Value>,
}

/// `limited_time_offer`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitedTimeOffer {
    /// Unix milliseconds.
    pub expiration_time_ms: i64,
}

/// `tap_target_configuration[]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TapTarget {
    pub url: String,
    pub title: String,
}

impl Parameter {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { parameter_name: None, text: text.into() }
    }

    pub fn named(name: &str, text: impl Into<String>) -> Self {
        Self::Text { parameter_name: Some(name.to_owned()), text: text.into() }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Text { parameter_name, .. } | Self::Currency { parameter_name, .. } | Self::DateTime { parameter_name, .. } => {
                parameter_name.as_deref()
            }
            _ => None,
        }
    }

    fn check(&self, checker: &mut Checker) {
        match self {
            Self::Text { text, .. } => checker.require("text", !text.is_empty(), "must not be empty"),
            Self::Image { image: source } => checker.inside("image", |checker| source.check(checker)),
            Self::Video { video: source } => checker.inside("video", |checker| source.check(checker)),
            Self::Gif { gif: source } => checker.inside("gif", |checker| source.check(checker)),
            Self::Document { document } => checker.inside("document", |checker| document.check(checker)),
            Self::Location { location } => checker.inside("location", |checker| location.check(checker)),
            Self::CouponCode { coupon_code } => checker.text("coupon_code", coupon_code, limits::TEMPLATE_COUPON_MAX),
            Self::TapTargetConfiguration { tap_target_configuration } => {
                checker.each("tap_target_configuration", tap_target_configuration, |checker, target| checker.url("url", &target.url));
            }
            _ => {}
        }
    }
}

impl Component {
    fn of(kind: ComponentKind, parameters: Vec<Parameter>) -> Self {
        Self { kind, sub_type: None, index: None, parameters, cards: Vec::new() }
    }

    pub fn header(parameter: Parameter) -> Self {
        Self::of(ComponentKind::Header, vec![parameter])
    }

    pub fn body(parameters: Vec<Parameter>) -> Self {
        Self::of(ComponentKind::Body, parameters)
    }

    pub fn button(sub_type: &str, index: usize, parameter: Parameter) -> Self {
        let button = Self::of(ComponentKind::Button, vec![parameter]);
        Self { sub_type: Some(sub_type.to_owned()), index: Some(index.to_string()), ..button }
    }

    pub fn limited_time_offer(expiration_time_ms: i64) -> Self {
        let limited_time_offer = LimitedTimeOffer { expiration_time_ms };
        Self::of(ComponentKind::LimitedTimeOffer, vec![Parameter::LimitedTimeOffer { limited_time_offer }])
    }

    /// Cards as lists of their components; the index is the position.
    pub fn carousel(cards: Vec<Vec<Component>>) -> Self {
        let card = |(card_index, components)| TemplateCard { card_index, components };
        Self { cards: (0..).zip(cards).map(card).collect(), ..Self::of(ComponentKind::Carousel, Vec::new()) }
    }

    fn check(&self, checker: &mut Checker) {
        checker.require("type", self.kind.is_known(), "is not a known component");
        if self.kind == ComponentKind::Button {
            checker.require("sub_type", self.sub_type.as_deref().is_some_and(|kind| !kind.is_empty()), "required for a button");
            let position = self.index.as_deref().and_then(|index| index.trim().parse::<usize>().ok());
            checker.require("index", position.is_some_and(|index| index < limits::TEMPLATE_BUTTONS_MAX), "must be 0 to 9");
        }
        if self.kind == ComponentKind::Header {
            checker.require("parameters", self.parameters.len() <= 1, "a header takes one parameter");
        }
        if self.kind == ComponentKind::Carousel {
            checker.count("cards", self.cards.len(), 1, limits::CAROUSEL_CARDS_MAX);
            checker.each("cards", &self.cards, |checker, card| {
                checker.require("card_index", card.card_index < limits::CAROUSEL_CARDS_MAX as u32, "must be 0 to 9");
                let nested = card.components.iter().any(|component| component.kind == ComponentKind::Carousel);
                checker.require("components", !nested, "a card cannot hold a carousel");
                if !nested {
                    checker.each("components", &card.components, |checker, component| component.check(checker));
                }
            });
        }
        let named = self.parameters.iter().filter(|parameter| parameter.name().is_some()).count();
        let texts = self.parameters.iter().filter(|parameter| matches!(parameter, Parameter::Text { .. })).count();
        let mixed = self.kind == ComponentKind::Body && named > 0 && named < texts;
        checker.require("parameters", !mixed, "either all parameters have parameter_name or none");
        checker.unique("parameters", self.parameters.iter().filter_map(Parameter::name));
        checker.each("parameters", &self.parameters, |checker, parameter| parameter.check(checker));
    }
}

impl TemplateMessage {
    pub fn new(name: &str, language: &str, components: Vec<Component>) -> Self {
        Self { name: name.to_owned(), language: TemplateLanguage { code: language.to_owned(), policy: None }, components }
    }

    /// An authentication template: the code goes twice, into the body and into the button.
    pub fn one_time_code(name: &str, language: &str, code: &str) -> Self {
        let button = Component::button("url", 0, Parameter::text(code));
        Self::new(name, language, vec![Component::body(vec![Parameter::text(code)]), button])
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        checker.text("name", &self.name, limits::TEMPLATE_NAME_MAX);
        checker.require("name", plain(&self.name), "only a-z, 0-9 and _");
        checker.require("language.code", !self.language.code.is_empty(), "must not be empty");
        checker.each("components", &self.components, |checker, component| component.check(checker));
    }
}
