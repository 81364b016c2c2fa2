//! Room that rows keep for what they grow by. A row that is as long as it was is overwritten where it stands; one that grew moves what is
//! beside it, and on a full page that is a split: four pages written in the place of one, two of them half empty.

/// What a column takes: bytes in the record's header, and in its body.
type Width = (usize, usize);

/// The longest record that is kept in steps; longer ones are rare and spill over pages anyway.
const LONGEST: usize = 30_000;

/// Bytes that records of which 8, 7, … 1 fill a page of 4 KiB can have, with their numbers and places.
const PAGE_PARTS: [usize; 8] = [502, 575, 672, 808, 1_012, 1_352, 2_034, 4_060];

/// What a message takes in its contact's row until the provider has it: text, address, reasons, and what to do when it fails.
const ON_ITS_WAY: usize = 600;

pub(super) const fn integer(value: i64) -> Width {
    let bytes = match value {
        0 | 1 => 0,
        -0x80..=0x7F => 1,
        -0x8000..=0x7FFF => 2,
        -0x0080_0000..=0x007F_FFFF => 3,
        -0x8000_0000..=0x7FFF_FFFF => 4,
        -0x8000_0000_0000..=0x7FFF_FFFF_FFFF => 6,
        _ => 8,
    };
    (1, bytes)
}

pub(super) fn optional(value: Option<i64>) -> Width {
    value.map_or((1, 0), integer)
}

/// A blob or a text.
pub(super) const fn bytes(length: usize) -> Width {
    let header = match 13 + 2 * length {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    };
    (header, length)
}

pub(super) fn optional_bytes(length: Option<usize>) -> Width {
    length.map_or((1, 0), bytes)
}

/// The size of a record, and how long its room is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Room {
    pub(super) size: i64,
    pub(super) room: i64,
}

/// Room for a record with these columns, beside its number, its size and the room itself. It stays as long as it was (`before`) while it fits;
/// otherwise `longer` says how long it should be for what it must hold.
pub(super) fn keep(columns: &[Width], before: i64, longer: impl FnOnce(usize) -> usize) -> Room {
    // The length of the header, the number (which stands outside of the record), the size: two bytes from 128 to 32,767.
    let least = 1 + 1 + 3 + columns.iter().map(|(header, body)| header + body).sum::<usize>();
    if least > LONGEST {
        return Room::default();
    }
    let before = usize::try_from(before).unwrap_or_default();
    let mut size = if least < before { before } else { longer(least).max(least + 1).max(128) };
    // An empty room takes one byte of the header; from 58 bytes on it takes two, so that one length cannot be.
    if size - least == 59 {
        size += 1;
    }
    let rest = size - least;
    Room { size: size as i64, room: (if rest < 59 { rest - 1 } else { rest - 2 }) as i64 }
}

/// Contacts are anywhere in their table, so as many as can share a page. A new one has its life before it: it is longest when a message is on its
/// way, which takes as much again as most others take by themselves.
pub(super) fn of_contact(least: usize, fresh: bool) -> usize {
    let wanted = least + if fresh { ON_ITS_WAY } else { 32 };
    PAGE_PARTS.into_iter().find(|part| *part >= wanted).unwrap_or(wanted)
}

/// Messages stand in the order in which they came. They are longest when they are on their way; later come times, an id and a price.
pub(super) const fn of_message(least: usize) -> usize {
    (least + 48).next_multiple_of(16)
}
