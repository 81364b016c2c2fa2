//! Numbers, ids, addresses, moments, and events of other systems with their signatures.

use integrations::{source, standard_webhooks as signatures};
use model::{AddressKey, ContactId, MessageId, Timestamp};

use super::heard::{BODY_MAX, NOW};
use crate::target::{Broken, Form, Pace, Target, promise, read_as, reader};

fn text(raw: &[u8]) -> Result<&str, Broken> {
    std::str::from_utf8(raw).map_err(|error| Broken(format!("the input is no text: {error}")))
}

fn texts(of: &[&str]) -> Vec<Vec<u8>> {
    of.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// The plus, three digits of a country and 17 of its own: what numbering plans are read with. E.164 itself ends at 15, and Germany does not.
const LONGEST: usize = 21;

pub const PHONES: Target = Target {
    name: "phone-numbers",
    form: Form::Text,
    seeds: || {
        Ok(texts(&[
            "+1 202 555 0123",
            "(202) 555-0123 ext. 7",
            "0044 7700 900123",
            "+55 11 98765-4321",
            "+52 1 55 1234 5678",
            "tel:+12025550123;phone-context=+1",
            "٠٢٠٢٥٥٥٠١٢٣",
            "+54 9 11 1234-5678",
            "+49 (0)30 123456",
        ]))
    },
    words: &[
        "+",
        "00",
        "(0)",
        ";ext=",
        "x12",
        "tel:",
        ";phone-context=",
        ";isub=",
        "\u{ff0b}",
        "\u{0660}",
        "\u{2060}",
        "-",
        "/",
        "+52 1",
        "+55",
    ],
    longest: 2 * 1024,
    pace: Pace { once_ms: 300, each_kib_ms: 100 },
    reader: || {
        reader(|raw| {
            let said = text(raw)?;
            let mut shape = 0;
            for region in [None, Some("US"), Some("BR"), Some("DE")] {
                let read = phone::parse(said, region);
                if let Ok(number) = &read {
                    let written = number.as_str();
                    promise(
                        written.starts_with('+') && written.len() <= LONGEST && written[1..].bytes().all(|byte| byte.is_ascii_digit()),
                        || format!("{written} is not E.164"),
                    )?;
                    promise(phone::parse(written, None).as_ref() == Ok(number), || format!("{written} is read as another number"))?;
                    let _ = (phone::twin(written), phone::country(written), number.national(), number.international());
                }
                shape = read_as(&read)? ^ u64::rotate_left(shape, 7);
            }
            Ok(shape)
        })
    },
};

pub const IDS: Target = Target {
    name: "ids-and-moments",
    form: Form::Text,
    seeds: || {
        let id = MessageId::from_u128(0x0193_5a7b_0000_7000_8000_0000_0000_0007).to_string();
        Ok(texts(&[
            &id,
            &id.replace("msg_", "ctc_"),
            "phone:+12025550123",
            "email:ana@example.com",
            "2026-11-22T10:00:00.123Z",
            "2026-11-22T10:00:00+01:00",
            "-009999-01-01T00:00:00Z",
            "36h",
            "1d 2h",
            "P1DT2H",
        ]))
    },
    words: &["msg_", "ctc_", "phone:", "email:", "z", "0", "7", "i", "T", "Z", "+23:59", "9999-12-31", ".999999999", "\u{130}"],
    longest: 1024,
    pace: Pace::LINEAR,
    reader: || {
        reader(|raw| {
            let said = text(raw)?;
            let (message, contact) = (said.parse::<MessageId>(), said.parse::<ContactId>());
            let (address, moment) = (said.parse::<AddressKey>(), said.parse::<Timestamp>());
            let same = |what: &str, again: bool| promise(again, || format!("{what} {said:?} is read as another when it was written"));
            if let Ok(id) = &message {
                same("id", id.to_string().parse::<MessageId>().as_ref() == Ok(id) && id.to_string() == said)?;
            }
            if let Ok(address) = &address {
                same("address", address.to_string().parse::<AddressKey>().as_ref() == Ok(address))?;
            }
            if let Ok(moment) = &moment {
                same("moment", moment.to_string().parse::<Timestamp>().as_ref() == Ok(moment))?;
            }
            read_as(&(
                message.is_ok(),
                contact.is_ok(),
                address.map(|a| a.kind),
                moment.is_ok(),
                expr::parse_duration(said).is_ok(),
                expr::parse_zone(said).is_some(),
            ))
        })
    },
};

pub const SOURCE_EVENTS: Target = Target {
    name: "source-events",
    form: Form::Json,
    seeds: || {
        Ok(texts(&[
            r#"{"type":"order_shipped","timestamp":"2026-11-22T10:00:00Z","data":{"contact":{"phone":"+12025550123"},"properties":{"order":"A-1","total":12.5,"items":[{"name":"Mug"}]}}}"#,
            r#"{"type":"signed_up","data":{"contact":{"email":"ana@example.com"}}}"#,
        ]))
    },
    words: &["v1,", "whsec_", "1795000000", "msg_1", "type", "data", "contact", "properties", "timestamp"],
    longest: BODY_MAX,
    pace: Pace::LINEAR,
    reader: || {
        let secret = signatures::secret_from(&[7; 32]);
        reader(move |raw| {
            // The body under a sound signature, and the body's own text as the headers, which nobody has checked yet.
            let signed = signatures::sign(&secret, "msg_1", NOW, raw).map_err(|error| Broken(error.to_string()))?;
            let at = NOW.as_secs().to_string();
            let headers = signatures::Headers { id: Some("msg_1"), timestamp: Some(&at), signature: Some(&signed) };
            promise(signatures::verify(&[&secret], &headers, raw, NOW).is_ok(), || "a sound signature is refused".into())?;
            if let Ok(said) = std::str::from_utf8(raw) {
                let headers = signatures::Headers { id: Some(said), timestamp: Some(said), signature: Some(said) };
                promise(signatures::verify(&[&secret], &headers, raw, NOW).is_err(), || "anybody can sign".into())?;
                let headers = signatures::Headers { id: Some("msg_1"), timestamp: Some(&at), signature: Some(said) };
                promise(signatures::verify(&[&secret], &headers, raw, NOW).is_err(), || "anybody can sign".into())?;
            }
            read_as(&source::read(raw).map_err(|error| error.classify()))
        })
    },
};
