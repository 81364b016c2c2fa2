//! A number at Meta: how it stands, registering it, and the profile that people see.

use channel::{Account, PeopleLimit, Throughput};
use model::send_error::SendError;
use serde_json::{Map, Value, json};
use whatsapp::manage::{HealthStatus, Page, PhoneNumber};
use whatsapp::message::Success;

use crate::graph::{Call, Trouble};
use crate::settle::encode;
use crate::{Whatsapp, reports};

const FIELDS: &str = "id,display_phone_number,verified_name,status,code_verification_status,name_status,quality_rating,throughput,whatsapp_business_manager_messaging_limit,health_status";
const PROFILE: &str = "about,address,description,email,profile_picture_url,websites,vertical";

/// How a number stands, in Meta's words where people know those.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct NumberState {
    pub status: Option<String>,
    /// Whether the number was shown to be ours: `VERIFIED`, `NOT_VERIFIED`, `EXPIRED`.
    pub verification: Option<String>,
    pub quality: Option<String>,
    pub name: Option<String>,
    pub name_status: Option<String>,
    pub messaging_limit: Option<String>,
    /// The same as a number.
    pub people: Option<PeopleLimit>,
    pub throughput: Option<Throughput>,
    /// The portfolio, whose numbers share the messaging limit.
    pub business: Option<String>,
    pub problems: Vec<String>,
}

/// What a phone app hands over (coexistence).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AppData {
    AddressBook,
    History,
}

/// What people see of a business.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Profile {
    pub about: Option<String>,
    pub address: Option<String>,
    pub description: Option<String>,
    pub email: Option<String>,
    pub websites: Vec<String>,
    pub vertical: Option<String>,
    /// Where the picture lies.
    pub picture: Option<String>,
}

impl Whatsapp {
    pub async fn number_state(&self, account: &Account) -> Result<NumberState, SendError> {
        let call = self.call(account)?;
        let edge = format!("{}?fields={FIELDS}", encode(&call.account.phone_number_id));
        let number: PhoneNumber = call.get(&edge).await.map_err(Trouble::into_error)?;
        let mut state = read(&number);
        state.business = portfolio(&call).await;
        Ok(state)
    }

    /// Registers the number for the Cloud API. The PIN is the number's own, or becomes it.
    pub async fn register_number(&self, account: &Account, pin: &str) -> Result<(), SendError> {
        self.write(account, "register", &json!({ "messaging_product": "whatsapp", "pin": pin })).await
    }

    /// Takes the number from the Cloud API, so that it can be used elsewhere.
    pub async fn deregister_number(&self, account: &Account) -> Result<(), SendError> {
        self.write(account, "deregister", &json!({ "messaging_product": "whatsapp" })).await
    }

    /// Has Meta send a code to the number, by which we show that it is ours. `method` is `SMS` or `VOICE`, the language Meta's (`en_US`).
    pub async fn ask_for_code(&self, account: &Account, method: &str, language: &str) -> Result<(), SendError> {
        self.write(account, "request_code", &json!({ "code_method": method, "language": language })).await
    }

    /// Tells Meta the code that came.
    pub async fn verify_code(&self, account: &Account, code: &str) -> Result<(), SendError> {
        self.write(account, "verify_code", &json!({ "code": code })).await
    }

    /// Has the phone app that has the number, too, hand over its address book, or what was said there before: each once, and only within a day
    /// of connecting the number. It comes by webhook.
    pub async fn sync_app(&self, account: &Account, what: AppData) -> Result<(), SendError> {
        let call = self.call(account)?;
        let edge = format!("{}/smb_app_data", encode(&call.account.phone_number_id));
        let kind = match what {
            AppData::AddressBook => "smb_app_state_sync",
            AppData::History => "history",
        };
        let body = json!({ "messaging_product": "whatsapp", "sync_type": kind });
        let _asked: Map<String, Value> = call.post(&edge, &body).await.map_err(Trouble::into_error)?;
        Ok(())
    }

    async fn write(&self, account: &Account, edge: &str, body: &Value) -> Result<(), SendError> {
        let call = self.call(account)?;
        let edge = format!("{}/{edge}", encode(&call.account.phone_number_id));
        let _done: Success = call.post(&edge, body).await.map_err(Trouble::into_error)?;
        Ok(())
    }

    pub async fn profile(&self, account: &Account) -> Result<Profile, SendError> {
        let call = self.call(account)?;
        let edge = format!("{}/whatsapp_business_profile?fields={PROFILE}", encode(&call.account.phone_number_id));
        let page: Page<Map<String, Value>> = call.get(&edge).await.map_err(Trouble::into_error)?;
        let found = page.data.into_iter().next().unwrap_or_default();
        let text = |name: &str| found.get(name).and_then(Value::as_str).map(str::to_owned);
        let sites = found.get("websites").and_then(Value::as_array).into_iter().flatten();
        Ok(Profile {
            about: text("about"),
            address: text("address"),
            description: text("description"),
            email: text("email"),
            websites: sites.filter_map(|site| site.as_str().map(str::to_owned)).collect(),
            vertical: text("vertical"),
            picture: text("profile_picture_url"),
        })
    }

    /// Members that are absent stay as they are. The picture is not written.
    pub async fn write_profile(&self, account: &Account, profile: &Profile) -> Result<(), SendError> {
        let call = self.call(account)?;
        let mut body = json!({ "messaging_product": "whatsapp" });
        let texts = [
            ("about", &profile.about),
            ("address", &profile.address),
            ("description", &profile.description),
            ("email", &profile.email),
            ("vertical", &profile.vertical),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                body[name] = json!(text);
            }
        }
        if !profile.websites.is_empty() {
            body["websites"] = json!(profile.websites);
        }
        let edge = format!("{}/whatsapp_business_profile", encode(&call.account.phone_number_id));
        let _done: Success = call.post(&edge, &body).await.map_err(Trouble::into_error)?;
        Ok(())
    }
}

/// Not every token may see it.
async fn portfolio(call: &Call<'_>) -> Option<String> {
    let edge = format!("{}?fields=owner_business_info", encode(&call.account.waba_id));
    let waba: Value = call.get(&edge).await.ok()?;
    let id = &waba["owner_business_info"]["id"];
    id.as_str().map(str::to_owned).or_else(|| id.as_u64().map(|id| id.to_string()))
}

/// Meta's levels (reference 10.3): what each number begins with, and what it is raised to.
const STANDARD: u32 = 80;
const HIGH: u32 = 1_000;

pub(crate) fn throughput(level: &str) -> Option<Throughput> {
    let granted = match level {
        "STANDARD" => STANDARD,
        "HIGH" => HIGH,
        _ => return None,
    };
    Some(Throughput { granted, standard: STANDARD, most: HIGH })
}

fn read(number: &PhoneNumber) -> NumberState {
    let limit = number.whatsapp_business_manager_messaging_limit.clone();
    let level = number.throughput.as_ref().and_then(|throughput| throughput["level"].as_str());
    let health = number.extra.get("health_status").and_then(|value| serde_json::from_value::<HealthStatus>(value.clone()).ok());
    let errors = health.iter().flat_map(|health| &health.entities).flat_map(|entity| &entity.errors);
    NumberState {
        status: number.status.clone(),
        verification: number.extra.get("code_verification_status").and_then(Value::as_str).map(str::to_owned),
        quality: number.quality_rating.as_ref().map(|quality| quality.as_str().to_owned()),
        name: number.verified_name.clone(),
        name_status: number.extra.get("name_status").and_then(Value::as_str).map(str::to_owned),
        people: limit.as_deref().and_then(reports::people_limit),
        messaging_limit: limit,
        throughput: level.and_then(throughput),
        business: None,
        problems: errors.filter_map(|error| error["error_description"].as_str().map(str::to_owned)).collect(),
    }
}
