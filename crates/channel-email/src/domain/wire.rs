//! Questions and answers of the domain name system as bytes (RFC 1035), as far as two kinds of record need them.

use super::names::NotAsked;

pub(super) const TXT: u16 = 16;
pub(super) const MX: u16 = 15;
const INTERNET: u16 = 1;
/// Records that are read of one answer.
const RECORDS_MAX: u16 = 200;
/// Jumps inside one name: a name that points in a circle must end.
const JUMPS_MAX: usize = 16;
const NO_SUCH_NAME: u8 = 3;

/// A question for one name, which asks the server to look further by itself.
pub(super) fn question(id: u16, name: &str, kind: u16) -> Result<Vec<u8>, NotAsked> {
    let bad = || NotAsked::BadName(name.to_owned());
    let name = name.trim_end_matches('.');
    if name.is_empty() || name.len() > 253 {
        return Err(bad());
    }
    let mut out = Vec::with_capacity(name.len() + 18);
    // Recursion desired; one question.
    for word in [id, 0x0100, 1, 0, 0, 0] {
        out.extend_from_slice(&word.to_be_bytes());
    }
    for label in name.split('.') {
        let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let length = u8::try_from(label.len()).ok().filter(|length| (1..=63).contains(length) && letters).ok_or_else(bad)?;
        out.push(length);
        out.extend_from_slice(label.as_bytes());
    }
    out.push(0);
    out.extend_from_slice(&kind.to_be_bytes());
    out.extend_from_slice(&INTERNET.to_be_bytes());
    Ok(out)
}

/// The data of all records of a kind in an answer, each with where it lies. Aliases on the way are passed over: the server followed them.
pub(super) fn records(answer: &[u8], id: u16, kind: u16) -> Result<Vec<(usize, usize)>, NotAsked> {
    let word = |at: usize| answer.get(at..at + 2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).ok_or(NotAsked::Unreadable);
    let (given, flags) = (word(0)?, word(2)?);
    // It must be an answer, to this question, and whole.
    if given != id || flags & 0x8000 == 0 || flags & 0x0200 != 0 {
        return Err(NotAsked::Unreadable);
    }
    match u8::try_from(flags & 0x000f).unwrap_or_default() {
        0 => {}
        NO_SUCH_NAME => return Ok(Vec::new()),
        code => return Err(NotAsked::Refused(code)),
    }
    let mut at = 12;
    for _ in 0..word(4)?.min(1) {
        at = after_name(answer, at)? + 4;
    }
    let mut found = Vec::new();
    for _ in 0..word(6)?.min(RECORDS_MAX) {
        let head = after_name(answer, at)?;
        let (this, length) = (word(head)?, usize::from(word(head + 8)?));
        let data = head + 10;
        if answer.len() < data + length {
            return Err(NotAsked::Unreadable);
        }
        if this == kind {
            found.push((data, length));
        }
        at = data + length;
    }
    Ok(found)
}

/// The pieces of a text, joined as one.
pub(super) fn text(data: &[u8]) -> Result<String, NotAsked> {
    let (mut out, mut rest) = (Vec::new(), data);
    while let Some((length, tail)) = rest.split_first() {
        let (piece, more) = tail.split_at_checked(usize::from(*length)).ok_or(NotAsked::Unreadable)?;
        out.extend_from_slice(piece);
        rest = more;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Preference and host of a record that says who takes mail.
pub(super) fn mail_host(answer: &[u8], at: usize) -> Result<(u16, String), NotAsked> {
    let preference = answer.get(at..at + 2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).ok_or(NotAsked::Unreadable)?;
    Ok((preference, name(answer, at + 2)?))
}

fn after_name(answer: &[u8], mut at: usize) -> Result<usize, NotAsked> {
    loop {
        match *answer.get(at).ok_or(NotAsked::Unreadable)? {
            0 => return Ok(at + 1),
            // The rest of the name stands elsewhere.
            length if length & 0xc0 == 0xc0 => return Ok(at + 2),
            length if length & 0xc0 == 0 => at += 1 + usize::from(length),
            _ => return Err(NotAsked::Unreadable),
        }
    }
}

fn name(answer: &[u8], mut at: usize) -> Result<String, NotAsked> {
    let mut labels: Vec<String> = Vec::new();
    let mut jumps = 0;
    loop {
        let length = *answer.get(at).ok_or(NotAsked::Unreadable)?;
        if length & 0xc0 == 0xc0 {
            let low = *answer.get(at + 1).ok_or(NotAsked::Unreadable)?;
            at = usize::from(length & 0x3f) << 8 | usize::from(low);
            jumps += 1;
        } else if length == 0 {
            return Ok(labels.join(".").to_ascii_lowercase());
        } else {
            let end = at + 1 + usize::from(length);
            labels.push(String::from_utf8_lossy(answer.get(at + 1..end).ok_or(NotAsked::Unreadable)?).into_owned());
            at = end;
        }
        // 127 labels fill the longest name.
        if jumps > JUMPS_MAX || labels.len() > 127 {
            return Err(NotAsked::Unreadable);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_question_has_the_name_in_labels_and_refuses_what_is_no_name() {
        let asked = question(7, "_dmarc.example.com.", TXT).unwrap();
        assert_eq!(&asked[..12], [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(&asked[12..], b"\x06_dmarc\x07example\x03com\x00\x00\x10\x00\x01");
        for bad in ["", ".", "a..b", "b c.example.com", &"x".repeat(64), &format!("{}com", "abc.".repeat(70))] {
            assert_eq!(question(7, bad, TXT), Err(NotAsked::BadName(bad.to_owned())));
        }
    }

    #[test]
    fn a_name_that_points_at_itself_ends() {
        assert_eq!(name(&[0xc0, 0x00], 0), Err(NotAsked::Unreadable));
    }

    proptest! {
        /// Whatever a name server says, reading it ends without a fault.
        #[test]
        fn any_answer_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in prop::sample::select(vec![TXT, MX])) {
            let mut answer = vec![0, 7, 0x81, 0x80, 0, 1, 0, 9, 0, 0, 0, 0];
            answer.extend(bytes);
            if let Ok(found) = records(&answer, 7, kind) {
                for (at, length) in found {
                    let _ = text(&answer[at..at + length]);
                    let _ = mail_host(&answer, at);
                }
            }
        }
    }
}
