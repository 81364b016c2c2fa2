//! A webhook body becomes the product's words.

use channel::{Account, Provider, Received, Refused};
use model::Timestamp;
use whatsapp::webhook::{self, Update, UpdateKind};

use crate::{coexistence, inbound, receipt, reports};

/// Reads one POST. `accounts` are those of the app that the webhook belongs to; each update is matched by its phone number id. The
/// signature must have been verified before.
pub fn receive(accounts: &[Account], raw: &[u8], now: Timestamp) -> Result<Vec<Received>, Refused> {
    let delivery = webhook::parse(raw).map_err(|error| Refused::BadBody(error.to_string()))?;
    Ok(delivery.into_iter().flat_map(|update| one(accounts, &update, now)).collect())
}

fn one(accounts: &[Account], update: &Update, now: Timestamp) -> Vec<Received> {
    let account = account_of(accounts, update);
    let about_people = matches!(
        update.kind,
        UpdateKind::Message(_)
            | UpdateKind::Echo(_)
            | UpdateKind::History(_)
            | UpdateKind::HistoryMedia(_)
            | UpdateKind::Status(_)
            | UpdateKind::UserPreference(_)
    );
    if about_people && account.is_none() {
        return vec![kept("unknown_number", update)];
    }
    match (&update.kind, account) {
        (UpdateKind::Message(message), Some(account)) => vec![inbound::message(account, update, message)],
        (UpdateKind::Echo(echo), Some(account)) => vec![coexistence::echo(account, update, echo)],
        (UpdateKind::History(history), Some(account)) => coexistence::history(account, update, history),
        (UpdateKind::HistoryMedia(message), Some(account)) => vec![coexistence::history_media(account, update, message)],
        (UpdateKind::ContactSync(sync), Some(_)) => vec![coexistence::contact(update, sync, now)],
        (UpdateKind::Status(status), Some(_)) => vec![receipt::status(update, status)],
        (UpdateKind::UserPreference(preference), Some(_)) => inbound::preference(update, preference, now),
        (
            UpdateKind::TemplateStatus(_)
            | UpdateKind::TemplateQuality(_)
            | UpdateKind::TemplateCategory(_)
            | UpdateKind::TemplateCorrectCategory(_),
            _,
        ) => vec![reports::template(update, now)],
        (UpdateKind::Unparsed { error }, _) => vec![Received::Broken { raw: json(update), error: error.clone() }],
        (
            UpdateKind::ValueError(_)
            | UpdateKind::PhoneNumberQuality(_)
            | UpdateKind::PhoneNumberName(_)
            | UpdateKind::AccountUpdate(_)
            | UpdateKind::AccountAlert(_)
            | UpdateKind::AccountReview(_)
            | UpdateKind::BusinessCapability(_)
            | UpdateKind::Security(_),
            _,
        ) => {
            vec![reports::sender(accounts, account, update)]
        }
        _ => vec![kept(&update.field, update)],
    }
}

/// The account whose number the update names.
fn account_of<'a>(accounts: &'a [Account], update: &Update) -> Option<&'a Account> {
    let id = update.phone_number_id.as_deref()?;
    accounts.iter().find(|account| matches!(&account.provider, Provider::WhatsappCloud(credentials) if credentials.phone_number_id == id))
}

pub(crate) fn kept(kind: &str, update: &Update) -> Received {
    Received::Kept { kind: kind.to_owned(), raw: json(update), key: inbound::key(update) }
}

/// The item as it came; a text that no value can hold (half an emoji) is kept as text.
pub(crate) fn json(update: &Update) -> serde_json::Value {
    let raw = update.raw.get();
    serde_json::from_str(raw).unwrap_or_else(|_| serde_json::Value::String(raw.to_owned()))
}
