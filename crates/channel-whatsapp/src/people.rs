//! Addresses of a person and moments of events, from what Meta writes.

use model::{AddressKey, Timestamp};
use whatsapp::number;

/// What the provider named, best first: the business-scoped id, then the phone number.
pub(crate) fn keys(user_id: Option<&str>, wa_id: Option<&str>) -> Vec<AddressKey> {
    let user = user_id.filter(|id| !id.is_empty()).map(AddressKey::bsuid);
    let phone = wa_id.and_then(number::to_member).map(AddressKey::phone);
    user.into_iter().chain(phone).collect()
}

/// The same, and the other spellings of a Brazilian, Mexican or Argentine number, under which the business may know the person.
pub(crate) fn lookup(named: &[AddressKey]) -> Vec<AddressKey> {
    let mut all = named.to_vec();
    for key in named.iter().filter(|key| key.kind == model::AddressKind::Phone) {
        for alias in number::aliases(&key.value) {
            let alias = AddressKey::phone(format!("+{alias}"));
            if !all.contains(&alias) {
                all.push(alias);
            }
        }
    }
    all
}

/// Unix seconds of a webhook. A value that no calendar has is brought to its nearest end.
pub(crate) fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds.clamp(0, Timestamp::MAX.as_secs()))
}
