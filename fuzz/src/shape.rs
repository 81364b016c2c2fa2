//! In which way an input was read: what is left of an answer's `Debug` text without its words and numbers.

use std::fmt::{self, Debug, Write};

/// Characters of an answer that count.
const LOOKED_AT: usize = 16 * 1024;

/// FNV-1a over the marks and the first letters of names; digits and what stands in quotes do not count.
struct Outline {
    hash: u64,
    left: usize,
    quoted: bool,
    escaped: bool,
}

impl Write for Outline {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            if self.quoted {
                (self.quoted, self.escaped) = (self.escaped || byte != b'"', !self.escaped && byte == b'\\');
                continue;
            }
            self.quoted = byte == b'"';
            if !byte.is_ascii_digit() {
                self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Ok(())
    }
}

/// Two answers of one shape have the same number.
#[must_use]
pub fn of(answer: &dyn Debug) -> u64 {
    let mut outline = Outline { hash: 0xcbf2_9ce4_8422_2325, left: LOOKED_AT, quoted: false, escaped: false };
    // It ends early where the answer is longer than what counts.
    let _ = write!(outline, "{answer:?}");
    outline.hash
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn words_and_numbers_do_not_change_a_shape_and_structure_does() {
        assert_eq!(of(&Some("a \" b")), of(&Some("something else")));
        assert_eq!(of(&[1, 2]), of(&[345, 6]));
        assert_ne!(of(&Some("a")), of(&None::<&str>));
        assert_ne!(of(&["a"]), of(&["a", "b"]));
    }
}
