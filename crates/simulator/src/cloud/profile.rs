//! The business profile, and what of the shop is shown (reference 8).

use serde_json::{Value, json};

use super::send::product;
use super::{ApiRequest, GraphError};
use crate::world::World;

/// Members that can be written, with their greatest lengths in characters.
const MEMBERS: [(&str, usize); 6] =
    [("about", 139), ("address", 256), ("description", 512), ("email", 128), ("vertical", 64), ("profile_picture_handle", 4_096)];

impl World {
    pub(super) fn get_profile(&self, request: &ApiRequest, number: &str) -> Result<Value, GraphError> {
        let state = self.cloud.numbers.get(number).ok_or_else(|| GraphError::unknown_object("GET", number))?;
        let fields = request.fields();
        let mut profile = state.profile.clone();
        profile.retain(|name, _| fields.is_empty() || fields.contains(name));
        profile.insert("messaging_product".into(), "whatsapp".into());
        Ok(json!({ "data": [profile] }))
    }

    pub(super) fn set_profile(&mut self, number: &str, body: &Value) -> Result<Value, GraphError> {
        product(body)?;
        let state = self.cloud.numbers.get_mut(number).ok_or_else(|| GraphError::unknown_object("POST", number))?;
        let mut profile = state.profile.clone();
        for (member, max) in MEMBERS {
            let Some(text) = body.get(member) else { continue };
            let text = text.as_str().ok_or_else(|| GraphError::invalid(format!("Param {member} must be a string")))?;
            if text.chars().count() > max || (member == "about" && text.is_empty()) {
                return Err(GraphError::invalid(format!("Param {member} must have between 1 and {max} characters")));
            }
            if member == "profile_picture_handle" {
                profile.insert("profile_picture_url".into(), "https://pps.whatsapp.net/simulated.jpg".into());
            } else {
                profile.insert(member.into(), text.into());
            }
        }
        if let Some(websites) = body.get("websites") {
            let list = websites
                .as_array()
                .filter(|l| l.len() <= 2)
                .ok_or_else(|| GraphError::invalid("Param websites must be an array of at most 2 URLs"))?;
            if !list.iter().all(|url| url.as_str().is_some_and(|u| u.starts_with("http") && u.len() <= 256)) {
                return Err(GraphError::invalid("Param websites must be an array of at most 2 URLs"));
            }
            profile.insert("websites".into(), websites.clone());
        }
        state.profile = profile;
        Ok(json!({ "success": true }))
    }

    pub(super) fn commerce_settings(&self, number: &str) -> Value {
        let state = self.cloud.numbers.get(number);
        let row = state.map(|state| json!({ "id": number, "is_cart_enabled": state.cart, "is_catalog_visible": state.catalogue }));
        json!({ "data": row.into_iter().collect::<Vec<_>>() })
    }

    /// By the query or the body; what is not given stays.
    pub(super) fn set_commerce_settings(&mut self, number: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let wish = |name: &str| match request.param(name).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(GraphError::invalid(format!("Param {name} must be a boolean - got \"{other}\"."))),
        };
        let (cart, catalogue) = (wish("is_cart_enabled")?, wish("is_catalog_visible")?);
        let state = self.cloud.numbers.get_mut(number).ok_or_else(|| GraphError::unknown_object("POST", number))?;
        state.cart = cart.unwrap_or(state.cart);
        state.catalogue = catalogue.unwrap_or(state.catalogue);
        Ok(json!({ "success": true }))
    }
}
