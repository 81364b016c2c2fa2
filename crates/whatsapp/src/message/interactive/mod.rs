//! `interactive`: messages with something to tap.

mod button;
mod carousel;
mod flow;
mod list;
mod parts;
mod product;
mod prompt;

pub use button::{Button, ButtonAction, ButtonMessage, ReplyButton};
pub use carousel::{CarouselAction, CarouselCard, CarouselMessage};
pub use flow::{FlowAction, FlowMessage, FlowMode, FlowParameters};
pub use list::{ListAction, ListMessage, ListRow, ListSection};
pub use parts::{Header, NamedAction, TextPart};
pub use product::{
    CatalogMessage, ProductAction, ProductItem, ProductListAction, ProductListMessage, ProductMessage, ProductSection, ThumbnailParameters,
};
pub use prompt::{AddressParameters, CallPermissionMessage, CtaUrlMessage, CtaUrlParameters, Prompt, VoiceCallParameters};

use crate::validate::Checker;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// All interactive kinds, by their own `type`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Interactive {
    /// One to three reply buttons.
    Button(ButtonMessage),
    List(ListMessage),
    CtaUrl(CtaUrlMessage),
    LocationRequestMessage(Prompt<()>),
    RequestContactInfo(Prompt<()>),
    /// India and Singapore.
    AddressMessage(Prompt<AddressParameters>),
    Flow(FlowMessage),
    CatalogMessage(CatalogMessage),
    Product(ProductMessage),
    ProductList(ProductListMessage),
    Carousel(CarouselMessage),
    CallPermissionRequest(CallPermissionMessage),
    VoiceCall(Prompt<VoiceCallParameters>),
    /// Payments in India and Brazil; parameters as documented there.
    OrderDetails(Prompt<Value>),
    OrderStatus(Prompt<Value>),
}

impl Interactive {
    /// `interactive.type`
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Button(_) => "button",
            Self::List(_) => "list",
            Self::CtaUrl(_) => "cta_url",
            Self::LocationRequestMessage(_) => "location_request_message",
            Self::RequestContactInfo(_) => "request_contact_info",
            Self::AddressMessage(_) => "address_message",
            Self::Flow(_) => "flow",
            Self::CatalogMessage(_) => "catalog_message",
            Self::Product(_) => "product",
            Self::ProductList(_) => "product_list",
            Self::Carousel(_) => "carousel",
            Self::CallPermissionRequest(_) => "call_permission_request",
            Self::VoiceCall(_) => "voice_call",
            Self::OrderDetails(_) => "order_details",
            Self::OrderStatus(_) => "order_status",
        }
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        match self {
            Self::Button(message) => message.check(checker),
            Self::List(message) => message.check(checker),
            Self::CtaUrl(message) => message.check(checker),
            Self::LocationRequestMessage(message) => message.check(checker, "send_location"),
            Self::RequestContactInfo(message) => message.check(checker, "request_contact_info"),
            Self::AddressMessage(message) => message.check_address(checker),
            Self::Flow(message) => message.check(checker),
            Self::CatalogMessage(message) => message.check(checker),
            Self::Product(message) => message.check(checker),
            Self::ProductList(message) => message.check(checker),
            Self::Carousel(message) => message.check(checker),
            Self::CallPermissionRequest(message) => message.check(checker),
            Self::VoiceCall(message) => message.check_voice(checker),
            Self::OrderDetails(message) => message.check(checker, "review_and_pay"),
            Self::OrderStatus(message) => message.check(checker, "review_order"),
        }
    }
}
