//! Phone numbers and the WABA as nodes, registration and settings (reference 8).

use model::Millis;
use serde_json::{Map, Value, json};

use super::{ApiRequest, GraphError, paging};
use crate::world::World;

/// How long a code counts that was sent to a number.
const CODE_COUNTS: Millis = Millis::from_mins(10);

impl World {
    /// A number as a node. Without `fields` Meta gives the six members that the list shows as well.
    fn number_node(&self, id: &str, fields: &[String]) -> Option<Value> {
        let number = self.cloud.numbers.get(id)?;
        let callback = |c: &Option<super::Callback>| c.as_ref().map(|c| c.url.clone());
        let configuration: Map<String, Value> = [
            ("phone_number", callback(&number.callback)),
            ("whatsapp_business_account", callback(&self.cloud.waba_callback)),
            ("application", callback(&self.cloud.app_callback)),
        ]
        .into_iter()
        .filter_map(|(name, url)| Some((name.to_owned(), url?.into())))
        .collect();
        let throughput = if number.config.throughput_mps >= super::limits::HIGH { "HIGH" } else { "STANDARD" };
        let all = json!({
            "verified_name": number.config.verified_name,
            "code_verification_status": if number.verified { "VERIFIED" } else { "NOT_VERIFIED" },
            "display_phone_number": printed(&number.config.phone),
            "quality_rating": "GREEN",
            "platform_type": "CLOUD_API",
            "throughput": { "level": throughput },
            "webhook_configuration": configuration,
            "status": if number.registered { "CONNECTED" } else { "DISCONNECTED" },
            "name_status": "APPROVED",
            "account_mode": "LIVE",
            "is_official_business_account": false,
            "is_pin_enabled": true,
            "whatsapp_business_manager_messaging_limit": tier(self.config.cloud.portfolio_limit),
            "health_status": self.health_of("PHONE_NUMBER", id),
        });
        const DEFAULT: [&str; 7] = [
            "verified_name",
            "code_verification_status",
            "display_phone_number",
            "quality_rating",
            "platform_type",
            "throughput",
            "webhook_configuration",
        ];
        Some(pick(&all, fields, &DEFAULT, id))
    }

    pub(super) fn get_number(&self, request: &ApiRequest, id: &str) -> Result<Value, GraphError> {
        self.number_node(id, &request.fields()).ok_or_else(|| GraphError::unknown_object("GET", id))
    }

    pub(super) fn list_numbers(&self, request: &ApiRequest) -> Result<Value, GraphError> {
        let fields = request.fields();
        let nodes = self.cloud.numbers.keys().filter_map(|id| self.number_node(id, &fields)).collect();
        paging::page(request, nodes, |node| node["id"].as_str().unwrap_or_default().to_owned())
    }

    pub(super) fn get_waba(&self, request: &ApiRequest) -> Value {
        let id = &self.config.cloud.waba_id;
        let all = json!({
            "name": "Simulated WhatsApp Business Account",
            "timezone_id": "1",
            "currency": "USD",
            "message_template_namespace": "00000000_0000_0000_0000_000000000000",
            "account_review_status": "APPROVED",
            "country": "US",
            "health_status": self.health_of("WABA", id),
            "marketing_messages_lite_api_status": "ONBOARDED",
            "owner_business_info": { "name": "Simulated portfolio", "id": self.config.cloud.business_id },
        });
        pick(&all, &request.fields(), &["name", "timezone_id", "message_template_namespace"], id)
    }

    /// `POST /{number}/register`, `deregister`, `request_code`, `verify_code`.
    pub(super) fn number_registration(&mut self, id: &str, edge: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let pin_ok = |pin: Option<String>| pin.is_some_and(|pin| pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()));
        match edge {
            "register" if !pin_ok(request.param("pin")) => return Err(GraphError::invalid("Param pin must be a string of 6 digits")),
            "request_code" => {
                if !request.param("code_method").is_some_and(|method| matches!(method.as_str(), "SMS" | "VOICE")) {
                    return Err(GraphError::invalid("Param code_method must be one of {SMS, VOICE}"));
                }
                request.param("language").ok_or_else(|| GraphError::required("language"))?;
            }
            "verify_code" => return self.verify_number(id, &request.param("code").ok_or_else(|| GraphError::required("code"))?),
            _ => {}
        }
        let code = (self.mint.decimal("code", 6), self.now + CODE_COUNTS);
        if let Some(number) = self.cloud.numbers.get_mut(id) {
            match edge {
                "register" if !number.verified => return Err(GraphError::of_code(133006)),
                "register" => number.registered = true,
                "deregister" => {
                    number.registered = false;
                    number.form_key = None;
                }
                "request_code" if number.verified => return Err(GraphError::coded(136024, "The phone number is verified already.")),
                "request_code" => number.code = Some(code),
                _ => {}
            }
        }
        Ok(json!({ "success": true }))
    }

    fn verify_number(&mut self, id: &str, given: &str) -> Result<Value, GraphError> {
        let now = self.now;
        let Some(number) = self.cloud.numbers.get_mut(id) else { return Err(GraphError::unknown_object("POST", id)) };
        match &number.code {
            Some((code, until)) if code == given && now < *until => {
                (number.verified, number.code) = (true, None);
                Ok(json!({ "success": true }))
            }
            _ => Err(GraphError::of_code(136025)),
        }
    }

    /// Has the number's owner show again that it is theirs, as after it moved.
    pub fn forget_verification(&mut self, id: &str) {
        if let Some(number) = self.cloud.numbers.get_mut(id) {
            (number.verified, number.registered, number.code) = (false, false, None);
        }
    }

    /// The code that was sent to a number last, as its phone shows it.
    #[must_use]
    pub fn verification_code(&self, id: &str) -> Option<&str> {
        self.cloud.numbers.get(id)?.code.as_ref().map(|(code, _)| code.as_str())
    }

    pub(super) fn number_settings(&mut self, id: &str, write: Option<&Value>) -> Result<Value, GraphError> {
        let Some(number) = self.cloud.numbers.get_mut(id) else { return Err(GraphError::unknown_object("GET", id)) };
        match write {
            Some(body) => {
                let body = body.as_object().ok_or_else(|| GraphError::invalid("The settings must be an object"))?;
                number.settings.extend(body.clone());
                Ok(json!({ "success": true }))
            }
            None => {
                let mut settings = number.settings.clone();
                settings.entry("calling").or_insert_with(|| json!({ "status": "DISABLED" }));
                settings.insert("id".into(), id.into());
                Ok(Value::Object(settings))
            }
        }
    }
}

/// The members asked for (or the default ones), and `id` always.
pub(super) fn pick(all: &Value, fields: &[String], default: &[&str], id: &str) -> Value {
    let mut node = Map::new();
    for (name, value) in all.as_object().into_iter().flatten() {
        let wanted = if fields.is_empty() { default.contains(&name.as_str()) } else { fields.contains(name) };
        if wanted {
            node.insert(name.clone(), value.clone());
        }
    }
    node.insert("id".into(), id.into());
    Value::Object(node)
}

/// As the node prints it: `+1 631-555-5555`; other countries in groups.
fn printed(phone: &str) -> String {
    let digits = phone.trim_start_matches('+');
    if digits.len() == 11 && digits.starts_with('1') {
        return format!("+1 {}-{}-{}", &digits[1..4], &digits[4..7], &digits[7..]);
    }
    format!("+{} {}", digits.get(..2).unwrap_or_default(), digits.get(2..).unwrap_or_default())
}

pub(super) fn tier(limit: u32) -> String {
    match limit {
        0 => "TIER_UNLIMITED".into(),
        n if n % 1_000 == 0 => format!("TIER_{}K", n / 1_000),
        n => format!("TIER_{n}"),
    }
}
