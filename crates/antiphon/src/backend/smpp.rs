//! A draft of an SMPP sender: what fits the protocol becomes an account, the rest is said with its place.

use api::engine::{Fault, SmppAlphabet, SmppBind, SmppConcat, SmppDraft, SmppIdForm, SmppSubmit};
use channel::{BindMode, Concat, DefaultAlphabet, IdForm, Secret, SmppAccount, SubmitWith};

/// What the protocol has room for, in octets.
const ROOM: [(&str, usize); 3] = [("system_id", 15), ("password", 8), ("system_type", 12)];
const WINDOW_MAX: u16 = 100;
/// Relative times end before a month does.
const VALIDITY_MAX_MIN: u32 = 30 * 24 * 60;

/// The faults of a draft, with pointers into the request.
pub(super) fn faults(draft: &SmppDraft, address: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, detail: String| faults.push(Fault::new(pointer, detail));
    let values = [&draft.system_id, &draft.password, &draft.system_type];
    for ((name, room), value) in ROOM.iter().zip(values) {
        if value.len() > *room || !value.is_ascii() {
            fault(&format!("/provider/{name}"), format!("SMPP has room for {room} ASCII characters here"));
        }
    }
    if draft.system_id.is_empty() {
        fault("/provider/system_id", "the message centre knows you by it".to_owned());
    }
    if draft.host.is_empty() || draft.host.contains(['/', ' ', ':']) && draft.host.parse::<std::net::Ipv6Addr>().is_err() {
        fault("/provider/host", "a host name or an address, without scheme and port".to_owned());
    }
    match &draft.authority {
        Some(pem) if !http_client::is_authority(pem) => {
            fault("/provider/authority", "certificates in PEM, beginning with -----BEGIN CERTIFICATE-----".to_owned());
        }
        Some(_) if !draft.tls => fault("/provider/authority", "it is of use with tls only".to_owned()),
        _ => {}
    }
    if !(1..=WINDOW_MAX).contains(&draft.window) {
        fault("/provider/window", format!("message centres grant between 1 and {WINDOW_MAX}"));
    }
    if draft.validity_min.is_some_and(|minutes| !(1..=VALIDITY_MAX_MIN).contains(&minutes)) {
        fault("/provider/validity_min", format!("between 1 and {VALIDITY_MAX_MIN} minutes"));
    }
    let digits = address.trim_start_matches('+');
    let number = (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let name = (1..=11).contains(&address.len()) && address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" .&-_".contains(&byte));
    if !number && !name {
        fault("/address", "a number, a short code, or a name of at most 11 letters".to_owned());
    }
    faults
}

pub(super) fn account(draft: &SmppDraft, address: &str) -> SmppAccount {
    SmppAccount {
        host: draft.host.clone(),
        port: draft.port,
        tls: draft.tls,
        authority: draft.authority.clone(),
        system_id: draft.system_id.clone(),
        password: Secret::new(&draft.password),
        system_type: draft.system_type.clone(),
        from: address.to_owned(),
        bind: match draft.bind {
            SmppBind::Transceiver => BindMode::Transceiver,
            SmppBind::Pair => BindMode::Pair,
        },
        window: draft.window,
        enquire_link_s: 30,
        response_timeout_s: 20,
        submit_with: match draft.submit_with {
            SmppSubmit::SubmitSm => SubmitWith::SubmitSm,
            SmppSubmit::DataSm => SubmitWith::DataSm,
        },
        concat: match draft.concat {
            SmppConcat::Udh8 => Concat::Udh8,
            SmppConcat::Udh16 => Concat::Udh16,
            SmppConcat::Sar => Concat::Sar,
            SmppConcat::Payload => Concat::Payload,
        },
        default_alphabet: match draft.default_alphabet {
            SmppAlphabet::Gsm7 => DefaultAlphabet::Gsm7,
            SmppAlphabet::Latin1 => DefaultAlphabet::Latin1,
            SmppAlphabet::Ascii => DefaultAlphabet::Ascii,
        },
        id_form: match draft.id_form {
            SmppIdForm::Same => IdForm::Same,
            SmppIdForm::HexThenDecimal => IdForm::HexThenDecimal,
            SmppIdForm::DecimalThenHex => IdForm::DecimalThenHex,
        },
        validity_min: draft.validity_min,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> SmppDraft {
        serde_json::from_str(r#"{"host": "smsc.example.com", "system_id": "shop", "password": "secret"}"#).unwrap()
    }

    fn pointers(draft: &SmppDraft, address: &str) -> Vec<String> {
        faults(draft, address).into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn a_short_draft_is_filled_with_what_most_centres_want() {
        assert!(pointers(&draft(), "+12025550100").is_empty() && pointers(&draft(), "Example").is_empty());
        let account = account(&draft(), "Example");
        assert_eq!((account.port, account.window, account.bind, account.from.as_str()), (2775, 10, BindMode::Transceiver, "Example"));
    }

    #[test]
    fn what_the_protocol_has_no_room_for_is_refused_with_its_place() {
        let wrong = SmppDraft {
            host: "smpp://smsc.example.com".to_owned(),
            system_id: "x".repeat(16),
            password: "ninechars".to_owned(),
            authority: Some("mine".to_owned()),
            window: 0,
            validity_min: Some(0),
            ..draft()
        };
        let expected = [
            "/provider/system_id",
            "/provider/password",
            "/provider/host",
            "/provider/authority",
            "/provider/window",
            "/provider/validity_min",
            "/address",
        ];
        assert_eq!(pointers(&wrong, "Much too long a name"), expected);
    }
}
