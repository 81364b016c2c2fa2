//! A text cut into what fits into one message each (3GPP TS 23.040).

use channel::{Concat, DefaultAlphabet};

use super::coding::{self, Coded, UCS2};

/// A header of concatenation counts in 8 bits.
const PARTS_MAX: usize = 255;

/// A text as it is submitted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cut {
    pub data_coding: u8,
    /// Octets of each part, without headers.
    pub parts: Vec<Vec<u8>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum TooLong {
    #[error("the text needs {0} parts, and a phone puts at most {PARTS_MAX} together")]
    Parts(usize),
}

/// Room of a single message and of one of several.
const fn room(data_coding: u8, concat: Concat) -> (usize, usize) {
    match (data_coding, concat) {
        (UCS2, Concat::Udh8) => (70, 67),
        // A centre that writes the headers itself may take the wider reference.
        (UCS2, Concat::Udh16 | Concat::Sar) => (70, 66),
        (_, Concat::Udh8) => (160, 153),
        (_, Concat::Udh16 | Concat::Sar) => (160, 152),
        (_, Concat::Payload) => (usize::MAX, usize::MAX),
    }
}

pub(crate) fn cut(text: &str, concat: Concat, default: DefaultAlphabet) -> Result<Cut, TooLong> {
    let Coded { data_coding, units } = coding::code(text, default);
    let (single, each) = room(data_coding, concat);
    let weight: usize = units.iter().map(|unit| unit.weight).sum();
    let limit = if weight <= single { single } else { each };
    let mut parts = vec![Vec::new()];
    let mut used = 0;
    for unit in units {
        // A character is never cut: neither an escape from its letter nor half of a pair from the other.
        if used + unit.weight > limit {
            parts.push(Vec::new());
            used = 0;
        }
        used += unit.weight;
        if let Some(last) = parts.last_mut() {
            last.extend(unit.octets);
        }
    }
    if parts.len() > PARTS_MAX { Err(TooLong::Parts(parts.len())) } else { Ok(Cut { data_coding, parts }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(text: &str, concat: Concat) -> Vec<usize> {
        cut(text, concat, DefaultAlphabet::Gsm7).unwrap().parts.iter().map(Vec::len).collect()
    }

    #[test]
    fn parts_change_exactly_at_the_limits() {
        assert_eq!(sizes(&"a".repeat(160), Concat::Udh8), [160]);
        assert_eq!(sizes(&"a".repeat(161), Concat::Udh8), [153, 8]);
        assert_eq!(sizes(&"a".repeat(161), Concat::Udh16), [152, 9]);
        assert_eq!(sizes(&"я".repeat(70), Concat::Udh8), [140]);
        assert_eq!(sizes(&"я".repeat(71), Concat::Udh8), [134, 8]);
        assert_eq!(sizes(&"a".repeat(500), Concat::Payload), [500]);
    }

    #[test]
    fn no_character_is_cut() {
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(20));
        assert_eq!(sizes(&text, Concat::Udh8), [152, 22]);
        // 33 pairs fill 66 of 67 units.
        assert_eq!(sizes(&"😀".repeat(40), Concat::Udh8), [132, 28]);
    }

    #[test]
    fn a_text_of_more_than_255_parts_is_refused() {
        assert_eq!(cut(&"a".repeat(153 * 255 + 1), Concat::Udh8, DefaultAlphabet::Gsm7), Err(TooLong::Parts(256)));
    }
}
