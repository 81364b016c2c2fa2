//! Google's message ids are UUIDs that the sender chooses, and a second message with a known id is ignored. Ours are UUIDs already.

use model::MessageId;

/// `0192…-….-7…-….-…`.
pub(crate) fn uuid(message: MessageId) -> String {
    let raw = message.as_u128();
    let part = |from: u32, bits: u32| (raw >> from) & ((1 << bits) - 1);
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", part(96, 32), part(80, 16), part(64, 16), part(48, 16), part(0, 48))
}

/// The message that a UUID is of; `None` for what is no UUID, such as the ids of people's messages.
pub(crate) fn message(uuid: &str) -> Option<MessageId> {
    let hyphens = |at: usize| uuid.as_bytes().get(at) == Some(&b'-');
    if uuid.len() != 36 || !uuid.is_ascii() || ![8, 13, 18, 23].into_iter().all(hyphens) {
        return None;
    }
    let digits: String = uuid.chars().filter(char::is_ascii_hexdigit).collect();
    if digits.len() == 32 { u128::from_str_radix(&digits, 16).ok().map(MessageId::from_u128) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_way_there_and_back() {
        let id = MessageId::from_u128(0x0192_0000_abcd_7000_8000_0000_0000_0007);
        assert_eq!(uuid(id), "01920000-abcd-7000-8000-000000000007");
        assert_eq!(message(&uuid(id)), Some(id));
        for strange in ["", "MxA1B2C3", "01920000-abcd-7000-8000-00000000000g", "01920000+abcd-7000-8000-000000000007", "é1920000-abcd-7000-8000-00000000000"] {
            assert_eq!(message(strange), None, "{strange}");
        }
    }
}
