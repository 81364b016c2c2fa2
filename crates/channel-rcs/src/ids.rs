//! Our message ids as the UUIDs that the API wants.

use model::MessageId;

pub(crate) fn uuid(message: MessageId) -> String {
    let hex = format!("{:032x}", message.as_u128());
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// `None` for the id of a message that is not ours.
pub(crate) fn message(uuid: &str) -> Option<MessageId> {
    let shaped = uuid.len() == 36 && [8, 13, 18, 23].iter().all(|at| uuid.as_bytes()[*at] == b'-');
    let hex: String = uuid.chars().filter(|c| *c != '-').collect();
    (shaped && hex.len() == 32).then(|| u128::from_str_radix(&hex, 16).ok().map(MessageId::from_u128)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_as_they_went() {
        for id in [0x0192_abcd_0000_7000_8000_0000_0000_0007, 1, u128::MAX] {
            let id = MessageId::from_u128(id);
            assert_eq!(message(&uuid(id)), Some(id));
        }
        assert_eq!(uuid(MessageId::from_u128(7)), "00000000-0000-0000-0000-000000000007");
        for other in [
            "",
            "MxA1B2C4",
            "7f1c0e4a-0000-4000-8000-00000000000",
            "7f1c0e4a00000-4000-8000-000000000001",
            "zzzzzzzz-0000-4000-8000-000000000001",
        ] {
            assert_eq!(message(other), None, "{other}");
        }
    }
}
