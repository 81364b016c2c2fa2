//! What an SMTP server answers (RFC 5321 §4.2, RFC 2034).

use std::io;
use std::time::Duration;

use super::Wire;

/// Bytes of one line. The standard says 512; servers write more.
const LINE_MAX: usize = 2_048;
/// Lines of one answer.
const LINES_MAX: usize = 64;

/// One answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Reply {
    pub code: u16,
    pub lines: Vec<String>,
}

impl Reply {
    pub(crate) async fn read(wire: &mut Wire, within: Duration) -> io::Result<Self> {
        let mut lines = Vec::new();
        loop {
            let line = wire.line(LINE_MAX, within).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            let (code, last, text) = parse(&line).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not an answer of SMTP"))?;
            lines.push(text);
            if last {
                return Ok(Self { code, lines });
            }
            if lines.len() >= LINES_MAX {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "an answer has too many lines"));
            }
        }
    }

    pub(crate) const fn is_positive(&self) -> bool {
        self.code < 400
    }

    /// `5.1.1`, where the server says it.
    pub(crate) fn enhanced(&self) -> Option<&str> {
        let word = self.lines.first()?.split_whitespace().next()?;
        status(word).is_some().then_some(word)
    }

    /// In one line, for people.
    pub(crate) fn text(&self) -> String {
        self.lines.join(" ").chars().filter(|letter| !letter.is_control()).take(300).collect()
    }
}

fn parse(line: &[u8]) -> Option<(u16, bool, String)> {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches(['\r', '\n']);
    let code = text.get(..3)?;
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let code = code.parse().ok().filter(|code| (200..600).contains(code))?;
    match text.as_bytes().get(3) {
        None => Some((code, true, String::new())),
        Some(mark @ (b' ' | b'-')) => Some((code, *mark == b' ', text[4..].to_owned())),
        Some(_) => None,
    }
}

/// The three numbers of an enhanced status code (RFC 3463).
pub(crate) fn status(word: &str) -> Option<(u16, u16, u16)> {
    let mut parts = word.split('.').map(|part| part.parse::<u16>().ok().filter(|_| part.len() <= 3));
    let found = (parts.next()??, parts.next()??, parts.next()??);
    (parts.next().is_none() && matches!(found.0, 2 | 4 | 5)).then_some(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn answers_are_read_with_and_without_text() {
        assert_eq!(parse(b"250 2.1.5 Ok\r\n"), Some((250, true, "2.1.5 Ok".to_owned())));
        assert_eq!(parse(b"250-SIZE 10\r\n"), Some((250, false, "SIZE 10".to_owned())));
        assert_eq!(parse(b"354\r\n"), Some((354, true, String::new())));
        for bad in [&b"25 x\r\n"[..], b"999 x", b"250x", b"\xff\xfe\xff", b""] {
            assert_eq!(parse(bad), None);
        }
    }

    #[test]
    fn a_status_code_has_three_numbers() {
        assert_eq!(status("5.1.10"), Some((5, 1, 10)));
        for bad in ["5.1", "3.1.1", "5.1.1.1", "5.x.1", "", "5..1", "5.1.1000"] {
            assert_eq!(status(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = parse(&bytes);
        }
    }
}
