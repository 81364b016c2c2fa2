//! Webhooks: one POST body in, a list of classified updates out.
//!
//! [`parse`] fails only when the body as a whole is not a delivery of the Cloud API. Everything inside is read piece by
//! piece: a piece that cannot be read becomes [`UpdateKind::Unparsed`], a piece that this version does not know becomes
//! [`UpdateKind::Unknown`], and its neighbours are not affected.

mod account;
mod action;
mod call;
mod classify;
mod coexistence;
mod contact;
mod content;
mod context;
mod envelope;
mod flow;
mod group;
mod interactive;
mod media;
mod message;
mod order;
mod phone;
mod preference;
mod status;
mod system;
mod template;
mod update;

pub use account::{
    AccountAlert, AccountEvent, AccountReview, AccountSettings, AccountUpdate, AlertInfo, BanInfo, BusinessCapability, DisconnectionInfo,
    PartnerSolution, PaymentConfiguration, Restriction, RestrictionType, ViolationInfo, VolumeTier, WabaInfo,
};
pub use action::{AutomaticEvent, LinkClick, UserAction};
pub use call::{Call, CallDirection, CallSession, CallStatus};
pub use coexistence::{ContactSync, History, HistoryMessage, HistoryMetadata, HistoryThread, MessageEcho, SyncedContact};
pub use contact::{ContactProfile, Profile};
pub use content::{Content, Edit, Reaction, Revoke, Text, Unsupported};
pub use context::{Context, Referral, ReferredProduct, WelcomeMessage};
pub use envelope::{Delivery, EnvelopeError, parse};
pub use flow::{FlowErrorCount, FlowEvent, FlowUpdate};
pub use group::{GroupEvent, GroupEventType, GroupParticipant, GroupSetting};
pub use interactive::{ButtonReply, CallPermissionReply, FormReply, InteractiveReply, ListReply, TemplateButton};
pub use media::{InboundMedia, Location, MediaKind};
pub use message::InboundMessage;
pub use order::{Order, OrderItem, SharedContact, SharedName, SharedPhone};
pub use phone::{BusinessUsername, NameDecision, PhoneNumberName, PhoneNumberQuality, SecurityEvent};
pub use preference::{PreferenceValue, UserPreference};
pub use status::{Conversation, ConversationOrigin, Status, StatusName};
pub use system::{Identity, System, SystemKind};
pub use template::{
    CorrectCategory, DisableInfo, QualityScore, RejectionInfo, TemplateButtonInfo, TemplateCategoryUpdate, TemplateComponents,
    TemplateEvent, TemplateOtherInfo, TemplateQuality, TemplateRef, TemplateStatusUpdate,
};
pub use update::{Update, UpdateKind};
