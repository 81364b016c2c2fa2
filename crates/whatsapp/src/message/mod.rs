//! Everything that `POST /{phone_number_id}/messages` takes and answers (reference section "Sending messages").
//!
//! The same types write requests (a connector) and read them (a simulator), so reading is lenient: numbers or strings
//! where Meta takes both, component names in any case.

mod body;
mod call;
mod contacts;
mod frame;
mod interactive;
mod marketing;
mod media;
mod receipt;
mod response;
mod simple;
mod template;

pub use body::Body;
pub use call::{
    CallAction, CallId, CallPermission, CallPermissionAction, CallPermissionLimit, CallPermissionState, CallRequest, CallResponse,
    CallSession,
};
pub use contacts::{Address, ContactCard, ContactName, Email, Organisation, Phone, Url};
pub use frame::{MessageContext, OutboundMessage, RecipientType};
pub use interactive::{
    AddressParameters, Button, ButtonAction, ButtonMessage, CallPermissionMessage, CarouselAction, CarouselCard, CarouselMessage,
    CatalogMessage, CtaUrlMessage, CtaUrlParameters, FlowAction, FlowMessage, FlowMode, FlowParameters, Header, Interactive, ListAction,
    ListMessage, ListRow, ListSection, NamedAction, ProductAction, ProductItem, ProductListAction, ProductListMessage, ProductMessage,
    ProductSection, Prompt, ReplyButton, TextPart, ThumbnailParameters, VoiceCallParameters,
};
pub use marketing::{MarketingMessage, ProductPolicy};
pub use media::{Audio, Document, Image, MediaSource, Sticker, Video};
pub use receipt::{ReadReceipt, TypingIndicator};
pub use response::{AcceptedContact, AcceptedMessage, MessageStatus, SendResponse, Success};
pub use simple::{Coordinate, Location, Pin, PinAction, Reaction, Text};
pub use template::{
    Component, ComponentKind, Currency, DateTime, LimitedTimeOffer, Parameter, ProductParameter, TapTarget, TemplateButtonAction,
    TemplateCard, TemplateLanguage, TemplateMessage,
};
