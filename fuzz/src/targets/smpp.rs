//! What message centres write: frames, and in them texts and receipts.

use crate::target::{Form, Pace, Target, promise, read_as, reader};

/// A frame: length, id, status, sequence, body.
fn frame(id: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).unwrap_or_default();
    [&length.to_be_bytes()[..], &id.to_be_bytes(), &[0; 4], &[0, 0, 0, 7], body].concat()
}

/// `deliver_sm` with a class, a coding and a text, and optional parameters behind it.
fn deliver(esm_class: u8, coding: u8, text: &[u8], tlvs: &[u8]) -> Vec<u8> {
    let addresses = b"\0\x01\x0112025550123\0\x01\x0112025550100\0";
    let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
    frame(5, &[&addresses[..], &[esm_class, 0, 0, 0, 0, 0, 0, coding, 0, length], text, tlvs].concat())
}

/// `data_sm` with a class and parameters.
fn data(esm_class: u8, tlvs: &[u8]) -> Vec<u8> {
    frame(0x103, &[&b"\0\x01\x0112025550123\0\x01\x0112025550100\0"[..], &[esm_class, 0, 0], tlvs].concat())
}

pub const FRAMES: Target = Target {
    name: "smpp-frames",
    form: Form::Bytes,
    seeds: || {
        let receipt = b"id:0123456789 sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 stat:DELIVRD err:000 text:Hello";
        let named = b"\x00\x1e\x00\x0b0123456789\0\x04\x27\x00\x01\x02";
        let two = [deliver(0, 0, b"Hello", b""), frame(0x15, b"")].concat();
        Ok(vec![
            two,
            deliver(4, 0, receipt, b""),
            deliver(4, 0, b"", named),
            deliver(0x40, 0, b"\x05\x00\x03\x07\x02\x01Hel", b""),
            deliver(0x40, 8, b"\x06\x08\x04\x00\x07\x02\x01\x00H\xd8\x3d\xde\x00", b""),
            deliver(0, 0, b"Hel", b"\x02\x0c\x00\x02\x00\x07\x02\x0e\x00\x01\x02\x02\x0f\x00\x01\x01"),
            deliver(0, 8, b"", b"\x04\x24\x00\x04\x00H\x00i"),
            // Turkish behind the escape and Portuguese in place of the alphabet.
            deliver(0x40, 0, b"\x06\x24\x01\x01\x25\x01\x03S\x7bo \x1bI", b""),
            deliver(4, 0, b"Stat:UNDELIV ID:77", b"\x04\x23\x00\x03\x03\x00\x1b"),
            data(4, b"\x00\x1e\x00\x0377\0\x04\x27\x00\x01\x05"),
            data(0x40, b"\x04\x24\x00\x09\x05\x00\x03\x07\x02\x01Hel"),
            frame(0x8000_0004, b"0123456789\0"),
            frame(0x8000_0009, b"centre\0\x02\x10\x00\x01\x34"),
        ])
    },
    words: &[
        "id:",
        "stat:",
        "DELIVRD",
        "UNDELIV",
        "err:",
        "text:",
        "\x04\x24",
        "\0\x1e",
        "\x02\x0c",
        "\0\0\0\x05",
        "\0\0\x01\x03",
        "\x04\x23",
        "\x24\x01",
        "\x25\x01",
    ],
    longest: 64 * 1024 + 64,
    pace: Pace::LINEAR,
    reader: || {
        reader(|octets| {
            let read = channel_smpp::read_octets(octets);
            promise(read.len() <= octets.len() / 16 + 1, || format!("{} frames in {} octets", read.len(), octets.len()))?;
            read_as(&Plain(&read))
        })
    },
};

/// Descriptions whose words count, unlike those in quotes.
struct Plain<'a>(&'a [String]);

impl std::fmt::Debug for Plain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|one| f.write_str(one))
    }
}
