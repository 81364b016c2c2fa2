//! Catalogue, single product, product list.

use super::parts::{Frame, Header, NamedAction, TextPart};
use crate::limits;
use crate::validate::Checker;
use crate::wire;
use serde::{Deserialize, Serialize};

/// `catalog_message`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogMessage {
    pub body: TextPart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<TextPart>,
    pub action: NamedAction<ThumbnailParameters>,
}

/// `action.parameters` of `catalog_message`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThumbnailParameters {
    pub thumbnail_product_retailer_id: String,
}

/// `product`: body and footer are optional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductMessage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<TextPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<TextPart>,
    pub action: ProductAction,
}

/// `action` of `product` and of a product card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductAction {
    #[serde(deserialize_with = "wire::text")]
    pub catalog_id: String,
    pub product_retailer_id: String,
}

/// `product_list`: header (text) and body are required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductListMessage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    pub body: TextPart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<TextPart>,
    pub action: ProductListAction,
}

/// `action` of `product_list`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductListAction {
    #[serde(deserialize_with = "wire::text")]
    pub catalog_id: String,
    pub sections: Vec<ProductSection>,
}

/// `sections[]`, also of template buttons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductSection {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub product_items: Vec<ProductItem>,
}

/// `product_items[]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductItem {
    pub product_retailer_id: String,
}

impl CatalogMessage {
    pub(super) fn check(&self, checker: &mut Checker) {
        let body_max = limits::INTERACTIVE_BODY_MAX;
        Frame { header: None, body: Some(&self.body), body_max, footer: self.footer.as_ref() }.check(checker);
        self.action.check(checker, "catalog_message");
    }
}

impl ProductMessage {
    pub(super) fn check(&self, checker: &mut Checker) {
        let body_max = limits::INTERACTIVE_BODY_MAX;
        Frame { header: None, body: self.body.as_ref(), body_max, footer: self.footer.as_ref() }.check(checker);
        checker.inside("action", |checker| self.action.check(checker));
    }
}

impl ProductAction {
    pub(super) fn check(&self, checker: &mut Checker) {
        checker.require("catalog_id", !self.catalog_id.is_empty(), "must not be empty");
        checker.require("product_retailer_id", !self.product_retailer_id.is_empty(), "must not be empty");
    }
}

impl ProductListMessage {
    pub(super) fn check(&self, checker: &mut Checker) {
        let body_max = limits::INTERACTIVE_BODY_MAX;
        Frame { header: self.header.as_ref(), body: Some(&self.body), body_max, footer: self.footer.as_ref() }.check(checker);
        checker.require("header", self.header.as_ref().is_some_and(Header::is_text), "a text header is required");
        checker.inside("action", |checker| {
            let sections = &self.action.sections;
            checker.require("catalog_id", !self.action.catalog_id.is_empty(), "must not be empty");
            checker.count("sections", sections.len(), 1, limits::LIST_SECTIONS_MAX);
            let products: usize = sections.iter().map(|section| section.product_items.len()).sum();
            checker.require("sections", (1..=limits::PRODUCTS_MAX).contains(&products), "1 to 30 products in all sections together");
            checker.each("sections", sections, |checker, section| {
                let title = section.title.as_deref().unwrap_or_default();
                checker.require("title", sections.len() == 1 || !title.is_empty(), "required when there is more than one section");
                checker.longest("title", title, limits::LIST_SECTION_TITLE_MAX);
            });
        });
    }
}
