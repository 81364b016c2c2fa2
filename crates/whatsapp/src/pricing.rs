//! Pricing as statuses report it. Rates are data of the operator and never live here.

use crate::wire::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// `pricing_model`: per message since 1 July 2025, per conversation before.
    pub enum PricingModel { PerMessage = "PMP", PerConversation = "CBP" }
}

open_enum! {
    /// `pricing.type`: whether the message is charged, and if not, why.
    pub enum PricingType {
        Regular = "regular",
        FreeCustomerService = "free_customer_service",
        FreeEntryPoint = "free_entry_point",
    }
}

open_enum! {
    /// `pricing.category` and `conversation.origin.type`, which spell `authentication-international` differently.
    pub enum PricingCategory {
        Marketing = "marketing",
        Utility = "utility",
        Authentication = "authentication",
        AuthenticationInternational = "authentication-international" | "authentication_international",
        Service = "service",
        ReferralConversion = "referral_conversion",
        MarketingLite = "marketing_lite",
        GroupMarketing = "group_marketing",
        GroupUtility = "group_utility",
        GroupService = "group_service",
    }
}

/// The `pricing` object of a status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pricing {
    /// To be removed by Meta: decide from `type` and `category`, see [`Pricing::is_charged`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing_model: Option<PricingModel>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<PricingType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<PricingCategory>,
}

impl Pricing {
    /// Whether this message costs; `None` when the object does not say.
    pub fn is_charged(&self) -> Option<bool> {
        match &self.kind {
            Some(PricingType::Regular) => Some(true),
            Some(PricingType::FreeCustomerService | PricingType::FreeEntryPoint) => Some(false),
            Some(PricingType::Unknown(_)) | None => self.billable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charging_is_read_from_type_before_billable() {
        let read = |json: &str| serde_json::from_str::<Pricing>(json).unwrap();
        assert_eq!(read(r#"{"billable":true,"pricing_model":"PMP","type":"regular","category":"service"}"#).is_charged(), Some(true));
        assert_eq!(read(r#"{"billable":true,"type":"free_entry_point","category":"marketing"}"#).is_charged(), Some(false));
        assert_eq!(read(r#"{"billable":true,"pricing_model":"CBP","category":"service"}"#).is_charged(), Some(true));
        assert_eq!(read("{}").is_charged(), None);
        assert_eq!(read(r#"{"category":"authentication_international"}"#).category, Some(PricingCategory::AuthenticationInternational));
        assert_eq!(read(r#"{"category":"max_price"}"#).category, Some(PricingCategory::Unknown("max_price".into())));
    }
}
