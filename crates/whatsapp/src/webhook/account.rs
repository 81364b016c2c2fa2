//! Fields about the business account.

use super::NameDecision;
use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

open_enum! {
    /// `event` of an account update.
    pub enum AccountEvent {
        Violation = "ACCOUNT_VIOLATION",
        Restriction = "ACCOUNT_RESTRICTION",
        DisabledUpdate = "DISABLED_UPDATE",
        PartnerAdded = "PARTNER_ADDED",
        PartnerRemoved = "PARTNER_REMOVED",
        PartnerAppInstalled = "PARTNER_APP_INSTALLED",
        PartnerAppUninstalled = "PARTNER_APP_UNINSTALLED",
        VolumeTierUpdate = "VOLUME_BASED_PRICING_TIER_UPDATE",
        AuthInternationalEligibility = "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
        PrimaryLocationUpdate = "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
        AdAccountLinked = "AD_ACCOUNT_LINKED",
        MarketingTermsSigned = "MM_LITE_TERMS_SIGNED",
        PartnerCertificationUpdate = "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
        Offboarded = "ACCOUNT_OFFBOARDED",
        Reconnected = "ACCOUNT_RECONNECTED",
        Deleted = "ACCOUNT_DELETED",
    }
}

/// `account_update`: `event` and the detail object that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountUpdate {
    pub event: AccountEvent,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub violation_info: Option<ViolationInfo>,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub restriction_info: Vec<Restriction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ban_info: Option<BanInfo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waba_info: Option<WabaInfo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disconnection_info: Option<DisconnectionInfo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_tier_info: Option<VolumeTier>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `violation_info`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViolationInfo {
    #[serde(default)]
    pub violation_type: String,
}

open_enum! {
    /// `restriction_type`
    pub enum RestrictionType {
        BusinessInitiatedMessaging = "RESTRICTED_BIZ_INITIATED_MESSAGING",
        CustomerInitiatedMessaging = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING",
        AddPhoneNumber = "RESTRICTED_ADD_PHONE_NUMBER_ACTION",
        UtilityTemplates = "RESTRICTED_UTILITY_TEMPLATES",
        DirectSendUtilityTemplates = "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES",
        BusinessInitiatedCalling = "RESTRICTED_BUSINESS_INITIATED_CALLING",
        UserInitiatedCalling = "RESTRICTED_USER_INITIATED_CALLING",
    }
}

/// One of `restriction_info`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    pub restriction_type: RestrictionType,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub expiration: Option<String>,
}

/// `ban_info`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BanInfo {
    /// DISABLE, REINSTATE or SCHEDULE_FOR_DISABLE. Written as a list in some samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waba_ban_state: Option<Value>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub waba_ban_date: Option<String>,
}

/// `waba_info`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WabaInfo {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub waba_id: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub owner_business_id: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub partner_app_id: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub solution_id: Option<String>,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub solution_partner_business_ids: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disconnection_info: Option<DisconnectionInfo>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `disconnection_info`: who ended coexistence, and why (`PRIMARY_INACTIVITY`: the app stayed unopened).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisconnectionInfo {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiated_by: Option<String>,
}

/// `volume_tier_info`. May come more than once: the one with the smallest `tier_update_time` counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeTier {
    #[serde(default, with = "wire::epoch_opt", skip_serializing_if = "Option::is_none")]
    pub tier_update_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing_category: Option<String>,
    /// Messages from and to, as in `25000001:50000000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_month: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// `business_capability_update`. Limits are written as numbers or as `TIER_…`; -1 is unlimited.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BusinessCapability {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub max_daily_conversations_per_business: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub max_daily_conversation_per_phone: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub max_phone_numbers_per_business: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub max_phone_numbers_per_waba: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `account_alerts`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountAlert {
    /// BUSINESS or PHONE_NUMBER.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<String>,
    pub alert_info: AlertInfo,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `alert_info`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertInfo {
    /// CRITICAL, WARNING or INFORMATIONAL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_severity: Option<String>,
    /// ACTIVE or NONE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_description: Option<String>,
}

/// `account_review_update`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountReview {
    pub decision: NameDecision,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `account_settings_update`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountSettings {
    /// PHONE_NUMBER_SETTINGS is the only documented one.
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, with = "wire::epoch_opt", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number_settings: Option<Value>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `partner_solutions`: members are not fully documented, so all but the first three are in `extra`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PartnerSolution {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub solution_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solution_status: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `payment_configuration_update`: state of a payment provider.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PaymentConfiguration {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
