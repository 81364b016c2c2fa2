//! One update: what it is, whom it concerns, and the key under which a repetition is recognised.

use super::envelope::Place;
use super::{
    AccountAlert, AccountReview, AccountSettings, AccountUpdate, AutomaticEvent, BusinessCapability, BusinessUsername, Call, CallStatus,
    ContactProfile, ContactSync, CorrectCategory, FlowUpdate, GroupEvent, History, InboundMessage, MessageEcho, PartnerSolution,
    PaymentConfiguration, PhoneNumberName, PhoneNumberQuality, SecurityEvent, Status, TemplateCategoryUpdate, TemplateComponents,
    TemplateQuality, TemplateStatusUpdate, UserAction, UserPreference,
};
use crate::error::ErrorObject;
use crate::wire;
use serde_json::value::RawValue;

/// One thing that a webhook reports.
#[derive(Debug, Clone)]
pub struct Update {
    /// `entry.id`: the business account.
    pub waba_id: Option<String>,
    /// `entry.time`, Unix seconds; absent on `messages`.
    pub entry_time: Option<i64>,
    /// `changes[].field` as written.
    pub field: String,
    /// The number it concerns, when the value has `metadata`.
    pub phone_number_id: Option<String>,
    /// That number's digits, without a plus.
    pub display_phone_number: Option<String>,
    /// The profile of the user it concerns, when the delivery has one that belongs to this update.
    pub contact: Option<ContactProfile>,
    pub kind: UpdateKind,
    /// The item as it arrived (a message, a status, or the whole value), with everything that has no typed member.
    pub raw: Box<RawValue>,
}

/// All that the fields of a webhook can say.
#[derive(Debug, Clone)]
pub enum UpdateKind {
    Message(Box<InboundMessage>),
    Status(Box<Status>),
    UserAction(UserAction),
    /// `value.errors[]`: concerns the number, not a message.
    ValueError(ErrorObject),
    UserPreference(UserPreference),
    TemplateStatus(TemplateStatusUpdate),
    TemplateQuality(TemplateQuality),
    TemplateComponents(TemplateComponents),
    TemplateCategory(TemplateCategoryUpdate),
    TemplateCorrectCategory(CorrectCategory),
    PhoneNumberQuality(PhoneNumberQuality),
    PhoneNumberName(PhoneNumberName),
    BusinessCapability(BusinessCapability),
    BusinessUsername(BusinessUsername),
    AccountUpdate(Box<AccountUpdate>),
    AccountAlert(AccountAlert),
    AccountReview(AccountReview),
    AccountSettings(AccountSettings),
    Security(SecurityEvent),
    Flow(Box<FlowUpdate>),
    Call(Box<Call>),
    CallStatus(CallStatus),
    AutomaticEvent(AutomaticEvent),
    Group(Box<GroupEvent>),
    /// A message which the owner typed in the phone app (coexistence). Outbound, opens no window, stops bots.
    Echo(Box<MessageEcho>),
    ContactSync(ContactSync),
    History(Box<History>),
    /// Media of an old message, delivered after its placeholder. Never a new message.
    HistoryMedia(Box<InboundMessage>),
    PartnerSolution(PartnerSolution),
    PaymentConfiguration(PaymentConfiguration),
    /// Control of the thread was passed; the payload is in `raw` (not fully documented).
    Handover,
    /// A copy of what another party handles. Must not be answered; the payload is in `raw` (not fully documented).
    Standby,
    /// A field, or a content of a known field, that this version does not know. Kept in `raw`.
    Unknown,
    /// A piece that could not be read. Kept in `raw`.
    Unparsed {
        error: String,
    },
}

impl Update {
    pub(super) fn at(place: &Place, raw: &RawValue, kind: UpdateKind) -> Self {
        Self {
            waba_id: place.waba_id.clone(),
            entry_time: place.time,
            field: place.field.clone(),
            phone_number_id: None,
            display_phone_number: None,
            contact: None,
            kind,
            raw: raw.to_owned(),
        }
    }

    /// Equal for repetitions of one update, different for different ones. Meta delivers at least once, to every
    /// subscribed app, for up to seven days.
    pub fn dedupe_key(&self) -> String {
        let number = self.phone_number_id.as_deref().unwrap_or("-");
        match &self.kind {
            UpdateKind::Message(message) => format!("message:{number}:{}", message.id),
            UpdateKind::Echo(echo) => format!("echo:{number}:{}", echo.message.id),
            UpdateKind::HistoryMedia(message) => format!("history_media:{number}:{}", message.id),
            UpdateKind::Status(status) => {
                format!("status:{number}:{}:{}:{}:{}", status.id, status.status, status.recipient_key().unwrap_or("-"), status.timestamp)
            }
            UpdateKind::Call(call) => format!("call:{number}:{}:{}", call.id, call.event),
            UpdateKind::CallStatus(status) => format!("call_status:{number}:{}:{}:{}", status.id, status.status, status.timestamp),
            _ => {
                let waba = self.waba_id.as_deref().unwrap_or("-");
                let time = self.entry_time.unwrap_or_default();
                format!("{}:{waba}:{number}:{time}:{}", self.field, wire::stable_hash(self.raw.get()))
            }
        }
    }

    /// The moment the update itself names, Unix seconds; template and account updates use `entry.time`.
    pub fn happened_at(&self) -> Option<i64> {
        match &self.kind {
            UpdateKind::Message(message) | UpdateKind::HistoryMedia(message) => Some(message.timestamp),
            UpdateKind::Status(status) => Some(status.timestamp),
            UpdateKind::Echo(echo) => Some(echo.message.timestamp),
            UpdateKind::UserPreference(preference) => preference.timestamp.or(self.entry_time),
            UpdateKind::UserAction(action) => action.timestamp,
            UpdateKind::Call(call) => call.timestamp,
            UpdateKind::CallStatus(status) => Some(status.timestamp),
            UpdateKind::AutomaticEvent(event) => event.timestamp,
            UpdateKind::Group(group) => group.timestamp,
            _ => self.entry_time,
        }
    }
}
