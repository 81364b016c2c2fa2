//! Goods of a catalogue that the provider knows.

use serde::{Deserialize, Serialize};

/// One product of a catalogue, or several under headings.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Products {
    /// Needed with more than one product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// The provider's id of the catalogue.
    pub catalogue: String,
    pub sections: Vec<ProductSection>,
}

crate::compact_struct!(Products { 1 header, 2 body, 3 footer, 4 catalogue, 5 sections });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProductSection {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The business's own numbers of the products.
    pub products: Vec<String>,
}

crate::compact_struct!(ProductSection { 1 title, 2 products });

/// The whole catalogue, behind one picture.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Catalogue {
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// The product whose picture is shown; the provider chooses one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
}

crate::compact_struct!(Catalogue { 1 body, 2 footer, 3 thumbnail });

impl Products {
    /// The product, when it is only one.
    #[must_use]
    pub fn single(&self) -> Option<&str> {
        let mut all = self.sections.iter().flat_map(|section| &section.products);
        match (all.next(), all.next()) {
            (Some(product), None) => Some(product),
            _ => None,
        }
    }
}
