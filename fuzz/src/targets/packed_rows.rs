//! The form in which stores keep JSON: what came from a disk that lies, and what any record becomes.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::target::{Broken, Form, Pace, Target, promise, read_as, reader};

fn records() -> Vec<&'static str> {
    vec![
        r#"{"id":"msg_0000000000e0080000000000v7","contact":"ctc_0000000000e0080000000000v7","status":"delivered","at":"2026-11-22T10:00:00.123Z","again":"2026-11-22T10:00:00.123Z"}"#,
        r#"{"channel":"whatsapp","content":{"type":"text","body":"Grüße, \"Ana\" \\ \u0000 👋"},"price":null,"list":[1,-2,3.5,1e300,true,false,[],{}]}"#,
        r#"["msg_","msg_0000000000e0080000000000v","2026-11-22T10:00:00Z","null",null,"",{"":""}]"#,
    ]
}

pub const UNPACK: Target = Target {
    name: "packed-reader",
    form: Form::Bytes,
    seeds: || {
        let pack = |text: &str| -> anyhow::Result<Vec<u8>> { Ok(packed::pack(&serde_json::from_str::<&RawValue>(text)?)?) };
        records().into_iter().map(pack).collect()
    },
    words: &["\u{1}", "\"", "\\", "{", "}"],
    longest: 64 * 1024,
    pace: Pace::LINEAR,
    reader: || {
        reader(|raw| {
            let text = packed::unpack(raw);
            if let Some(text) = &text {
                promise(text.len() <= 64 + raw.len() * 64, || format!("{} bytes come of {}", text.len(), raw.len()))?;
            }
            read_as(&text.as_deref().map(serde_json::from_slice::<Value>).map(|read| read.map_err(|error| error.classify())))
        })
    },
};

pub const PACK: Target = Target {
    name: "packed-writer",
    form: Form::Json,
    seeds: || Ok(records().into_iter().map(|text| text.as_bytes().to_vec()).collect()),
    words: &[
        "msg_0000000000e0080000000000v7",
        "ctc_",
        "delivered",
        "whatsapp",
        "2026-11-22T10:00:00.123Z",
        "2026-02-30T10:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "null",
    ],
    longest: 32 * 1024,
    pace: Pace::LINEAR,
    reader: || {
        reader(|raw| {
            let Ok(value) = serde_json::from_slice::<Value>(raw) else { return read_as(&()) };
            let text = value.to_string();
            let written = packed::pack(&value).map_err(|error| Broken(format!("cannot be packed: {error}")))?;
            let as_is: &RawValue = serde_json::from_str(&text).map_err(|error| Broken(error.to_string()))?;
            let copied = packed::pack(as_is).map_err(|error| Broken(format!("cannot be packed: {error}")))?;
            for packed in [&written, &copied] {
                promise(packed::unpack(packed).as_deref() == Some(text.as_bytes()), || format!("comes out changed: {text}"))?;
            }
            read_as(&value)
        })
    },
};
