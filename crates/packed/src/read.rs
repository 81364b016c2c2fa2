//! From the packed form back to JSON.

use super::{ALPHABET, ATOMS, PREFIXES, REMEMBERED, Short, VERSION, code};

/// The JSON that was packed; nothing if it is no packed text, or one of a version that this program does not know.
pub fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let (version, mut rest) = packed.split_first()?;
    if *version != VERSION {
        return None;
    }
    let mut out = Vec::with_capacity(packed.len() * 3);
    let mut seen: Vec<Short> = Vec::new();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'"' => {
                let end = string(rest)?;
                out.push(b'"');
                out.extend_from_slice(&rest[..end]);
                rest = &rest[end..];
            }
            0..0x80 => out.push(byte),
            code::NULL => out.extend_from_slice(b"null"),
            code::ATOM | code::FAR_ATOM | code::ATOM_NAME | code::FAR_ATOM_NAME => {
                let (low, after) = rest.split_first()?;
                rest = after;
                let far = matches!(byte, code::FAR_ATOM | code::FAR_ATOM_NAME);
                put_quoted(ATOMS.get(usize::from(*low) + if far { 256 } else { 0 })?, &mut out);
                if matches!(byte, code::ATOM_NAME | code::FAR_ATOM_NAME) {
                    out.push(b':');
                }
            }
            code::ID => {
                let (prefix, after) = rest.split_first()?;
                let (number, after) = after.split_first_chunk()?;
                rest = after;
                put_new(Short::Id { prefix: *prefix, number: u128::from_be_bytes(*number) }, &mut seen, &mut out)?;
            }
            code::MOMENT => {
                let (bytes, after) = rest.split_first_chunk()?;
                rest = after;
                put_new(Short::Moment(*bytes), &mut seen, &mut out)?;
            }
            code::AGAIN => {
                let (place, after) = rest.split_first()?;
                rest = after;
                put_short(*seen.get(usize::from(*place))?, &mut out)?;
            }
            name => {
                put_quoted(ATOMS.get(usize::from(name.checked_sub(code::NAME)?)).filter(|_| name < code::ATOM)?, &mut out);
                out.push(b':');
            }
        }
    }
    Some(out)
}

/// Bytes of a string up to and with the quote that ends it.
fn string(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn put_quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

fn put_new(short: Short, seen: &mut Vec<Short>, out: &mut Vec<u8>) -> Option<()> {
    if seen.len() < REMEMBERED {
        seen.push(short);
    }
    put_short(short, out)
}

fn put_short(short: Short, out: &mut Vec<u8>) -> Option<()> {
    out.push(b'"');
    match short {
        Short::Id { prefix, number } => {
            out.extend_from_slice(PREFIXES.get(usize::from(prefix))?.as_bytes());
            out.push(b'_');
            out.extend((0..26).rev().map(|place| ALPHABET[(number >> (5 * place)) as usize & 31]));
        }
        Short::Moment(bytes) => {
            let packed = bytes.iter().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
            let start = out.len();
            out.extend_from_slice(b"0000-00-00T00:00:00.000Z");
            let text = &mut out[start..];
            for (from, to, shift, bits) in
                [(0, 4, 36, 14), (5, 7, 32, 4), (8, 10, 27, 5), (11, 13, 22, 5), (14, 16, 16, 6), (17, 19, 10, 6), (20, 23, 0, 10)]
            {
                let mut number = (packed >> shift) & ((1 << bits) - 1);
                for digit in text[from..to].iter_mut().rev() {
                    *digit = b'0' + (number % 10) as u8;
                    number /= 10;
                }
            }
        }
    }
    out.push(b'"');
    Some(())
}
