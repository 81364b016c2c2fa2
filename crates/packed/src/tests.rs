use std::collections::BTreeMap;

use model::message::MessageStatus;
use model::timeline::TimelineKind;
use model::{Draws, JsonText, Rng as _};
use serde::Serialize;
use storage_tests::make;

use super::{pack, unpack};

/// A record comes back as the JSON that it would have been.
fn check<T: Serialize + ?Sized>(record: &T) -> (usize, usize) {
    let json = serde_json::to_string(record).unwrap();
    let packed = pack(record).unwrap();
    assert_eq!(String::from_utf8(unpack(&packed).expect("it can be read")).unwrap(), json);
    (packed.len(), json.len())
}

#[test]
fn records_come_back_letter_by_letter_in_half_of_the_room() {
    let timeline = [make::timeline(9, TimelineKind::StepEntered), make::timeline(10, TimelineKind::MessageQueued)];
    for (packed, json) in [
        check(&make::message(7, MessageStatus::Queued)),
        check(&make::decision(8, None, true)),
        check(&timeline),
        check(&make::conversation(5, model::case::ConversationStatus::Bot, 10)),
        check(&make::run(3, "reminder", model::change::RunStatus::Active, "ask")),
    ] {
        assert!(packed * 2 <= json, "{packed} of {json} bytes");
    }
}

/// Every kind of value that a record can have.
#[test]
fn every_shape_is_written_as_json_writes_it() {
    #[derive(Serialize)]
    struct Unit;
    #[derive(Serialize)]
    struct Pair(i8, u128);
    #[derive(Serialize)]
    struct Wrapped(f32);
    #[derive(Serialize)]
    enum Shape {
        Unit,
        New(String),
        Tuple(u8, char),
        Struct { id: Option<u8>, contact: bool },
    }
    #[derive(Serialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Tagged {
        Receipt { at: i64 },
        Wake,
    }
    check(&(Unit, Pair(-1, u128::MAX), Wrapped(0.1), (), 1.5e300_f64, f64::NAN, -0.0, i128::MIN));
    check(&[Shape::Unit, Shape::New("\u{7}\"\\é".to_owned()), Shape::Tuple(1, '"'), Shape::Struct { id: None, contact: true }]);
    check(&[Tagged::Receipt { at: -1 }, Tagged::Wake]);
    check(&BTreeMap::from([(1, "id"), (-2, "null")]));
    check(&BTreeMap::from([(MessageStatus::Queued, None), (MessageStatus::Read, Some(1))]));
    check(&BTreeMap::from([("a\n", vec![JsonText::of(&"id"), JsonText::default(), JsonText::of(&[1, 2])])]));
    check(&serde_json::json!({ "id": { "contact": [[], {}, null, true, 1e9, "n"] }, "": "" }));
    check("");
    assert!(pack(&BTreeMap::from([(None::<u8>, 3)])).is_err(), "a name must be a text");
    assert!(pack(&BTreeMap::from([((1, 2), 3)])).is_err(), "a name must be a text");
}

#[test]
fn what_only_looks_short_stays_as_it_is() {
    for json in [
        r#"["9026-11-22T09:30:00.123Z","2026-19-22T09:30:00.123Z","2026-11-22T09:30:00.1234","2026-11-22 09:30:00.123Z"]"#,
        r#"["ctc_81jdabcdefghjkmnpqrstvwxyz","ctc_01jdabcdefghjkmnpqrstvwxyz","xyz_01jdabcdefghjkmnpqrstvwxyz","ws_7zzzzzzzzzzzzzzzzzzzzzzzzz"]"#,
        r#"["ctc_01JDABCDEFGHJKMNPQRSTVWXYZ","ctc_01jdabcdefghijklmnopqrstuv","ctc_é1jdabcdefghjkmnpqrstvwxy"]"#,
        r#"{"id":"id","a\"b":"c\\","id\\":null,"\\\"":[true,false,null,-1.5e9],"é":"– ü"}"#,
        r#"{"a": 1,  "id" : "x", "contact":"contact", "n" :null }"#,
        r#"["a\\","\"","\\\"\\",null,"null"]"#,
    ] {
        // As text that is JSON already, and as the tree that it stands for.
        let raw: Box<serde_json::value::RawValue> = serde_json::from_str(json).unwrap();
        check(&raw);
        check(&[&raw, &raw]);
        check(&serde_json::from_str::<serde_json::Value>(json).unwrap());
    }
}

#[test]
fn damage_is_noticed_or_harmless() {
    let packed = pack(&make::message(7, MessageStatus::Queued)).unwrap();
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
fn any_text_goes_through() {
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
        check(&members);
        check(&JsonText::of(&members));
    }
}
