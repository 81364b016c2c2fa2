use model::message::MessageStatus;
use model::timeline::TimelineKind;
use model::{Draws, Rng as _};
use storage_tests::make;

use super::{pack, unpack};

fn back(json: &str) -> String {
    String::from_utf8(unpack(&pack(json)).expect("it can be read")).unwrap()
}

#[test]
fn records_come_back_letter_by_letter_in_half_of_the_room() {
    let records = [
        serde_json::to_string(&make::message(7, MessageStatus::Queued)).unwrap(),
        serde_json::to_string(&make::decision(8, None, true)).unwrap(),
        serde_json::to_string(&[make::timeline(9, TimelineKind::StepEntered), make::timeline(10, TimelineKind::MessageQueued)]).unwrap(),
        serde_json::to_string(&make::conversation(5, model::case::ConversationStatus::Bot, 10)).unwrap(),
    ];
    for json in records {
        assert_eq!(back(&json), json);
        let packed = pack(&json).len();
        assert!(packed * 2 <= json.len(), "{packed} of {} bytes: {json}", json.len());
    }
}

#[test]
fn what_only_looks_short_stays_as_it_is() {
    for json in [
        r#"["9026-11-22T09:30:00.123Z","2026-19-22T09:30:00.123Z","2026-11-22T09:30:00.1234","2026-11-22 09:30:00.123Z"]"#,
        r#"["ctc_81jdabcdefghjkmnpqrstvwxyz","ctc_01jdabcdefghjkmnpqrstvwxyz","xyz_01jdabcdefghjkmnpqrstvwxyz","ws_7zzzzzzzzzzzzzzzzzzzzzzzzz"]"#,
        r#"["ctc_01JDABCDEFGHJKMNPQRSTVWXYZ","ctc_01jdabcdefghijklmnopqrstuv","ctc_é1jdabcdefghjkmnpqrstvwxy"]"#,
        r#"{"id":"id","a\"b":"c\\","id\\":null,"\\\"":[true,false,null,-1.5e9],"é":"– ü"}"#,
        r#"{"a": 1,  "id" : "x", "contact":"contact"}"#,
        r#"["a\\","\"","\\\"\\",null,"null"]"#,
        r#""""#,
        "null",
    ] {
        assert_eq!(back(json), json);
    }
}

#[test]
fn damage_is_noticed_or_harmless() {
    let packed = pack(&serde_json::to_string(&make::message(7, MessageStatus::Queued)).unwrap());
    let mut draws = Draws::new(1);
    for _ in 0..20_000 {
        let mut bytes = packed.clone();
        let place = draws.below(bytes.len() as u64) as usize;
        bytes[place] ^= 1 << draws.below(8);
        bytes.truncate(draws.below(bytes.len() as u64 + 1) as usize);
        // Nothing may panic; what is not JSON is found by whoever reads it.
        drop(unpack(&bytes));
    }
    assert_eq!(unpack(&[]), None);
    assert_eq!(unpack(&[2, b'{', b'}']), None);
    assert_eq!(unpack(&[1, 0xFF]), None);
    assert_eq!(unpack(&[1, 0xF0]), None);
}

/// Random texts of quotes, escapes, codes and words.
#[test]
fn any_json_goes_through() {
    let mut draws = Draws::new(2);
    let words =
        ["id", "contact", "é", "\"", "\\", "null", "2026-11-22T09:30:00.123Z", "msg_01jdabcdefghjkmnpqrstvwxyz", "\u{1F600}", "\n", "~"];
    for _ in 0..5_000 {
        let members: serde_json::Map<String, serde_json::Value> = (0..draws.below(8))
            .map(|_| {
                let mut text =
                    |most: u64| -> String { (0..draws.below(most)).map(|_| words[draws.below(words.len() as u64) as usize]).collect() };
                (text(3), serde_json::Value::String(text(4)))
            })
            .collect();
        let json = serde_json::to_string(&members).unwrap();
        assert_eq!(back(&json), json);
    }
}
