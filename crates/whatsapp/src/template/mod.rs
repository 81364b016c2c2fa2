//! Templates as objects: creating, reading, editing (reference section "Templates"). Sending one is
//! [`crate::message::TemplateMessage`].

mod check;
mod component;
mod object;

pub use component::{
    Example, NamedExample, OtpType, SupportedApp, TemplateButton, TemplateCardDefinition, TemplateComponent, TemplateHeaderFormat,
};
pub use object::{
    Category, ParameterFormat, Template, TemplateCreate, TemplateCreated, TemplateEdit, TemplateQualityScore, TemplateTimeToLive,
};
