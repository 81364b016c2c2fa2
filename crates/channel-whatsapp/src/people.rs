//! Addresses of a person and moments of events, from what Meta writes.

use model::{AddressKey, AddressKind, Timestamp};
use whatsapp::number;

/// What the provider named, best first: the business-scoped id, then the phone number as it is dialled today, which is how the business and the
/// other channels know it.
pub(crate) fn keys(user_id: Option<&str>, wa_id: Option<&str>) -> Vec<AddressKey> {
    let user = user_id.filter(|id| !id.is_empty()).map(AddressKey::bsuid);
    let phone = wa_id.and_then(number::dialable).map(AddressKey::phone);
    user.into_iter().chain(phone).collect()
}

/// The same, and an Argentine number's other spelling (with or without the 9 of mobiles), under which the business may know the person. Other
/// countries' numbers have one spelling here.
pub(crate) fn lookup(named: &[AddressKey]) -> Vec<AddressKey> {
    let mut all = named.to_vec();
    for key in named.iter().filter(|key| key.kind == AddressKind::Phone && key.value.starts_with("+54")) {
        let twins = number::aliases(&key.value).into_iter().map(|digits| AddressKey::phone(format!("+{digits}")));
        all.extend(twins.filter(|twin| twin != key));
    }
    all
}

/// Unix seconds of a webhook. A value that no calendar has is brought to its nearest end.
pub(crate) fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds.clamp(0, Timestamp::MAX.as_secs()))
}
