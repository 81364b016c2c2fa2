//! A60: 200 texts whose alphabet, units and parts another program counted (`testdata/segments.json` says how).

use channel::{Concat, DefaultAlphabet};
use policy::price::{Alphabet, segments};
use serde::Deserialize;

use crate::text::cut;

#[derive(Deserialize)]
struct Golden {
    texts: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    text: String,
    alphabet: String,
    units: usize,
    parts: usize,
    /// Octets of the last part, hex.
    last: Option<String>,
}

fn rows() -> Vec<Row> {
    let golden: Golden = serde_json::from_str(include_str!("../../testdata/segments.json")).unwrap();
    assert_eq!(golden.texts.len(), 200);
    golden.texts
}

#[test]
fn a60_what_is_sent_has_the_alphabet_and_parts_of_the_golden_set() {
    for row in rows() {
        let cut = cut(&row.text, Concat::Udh8, DefaultAlphabet::Gsm7).unwrap();
        let (alphabet, width) = if cut.data_coding == 0 { ("gsm7", 1) } else { ("ucs2", 2) };
        let units: usize = cut.parts.iter().map(Vec::len).sum::<usize>() / width;
        assert_eq!((alphabet, units, cut.parts.len()), (row.alphabet.as_str(), row.units, row.parts), "{:?}", row.text);
        if let Some(last) = row.last {
            assert_eq!(cut.parts.last().map(hex::encode), Some(last), "{:?}", row.text);
        }
    }
}

#[test]
fn a60_what_is_priced_is_what_is_sent() {
    for row in rows() {
        let counted = segments(&row.text);
        let alphabet = if counted.alphabet == Alphabet::Gsm7 { "gsm7" } else { "ucs2" };
        assert_eq!(
            (alphabet, counted.units as usize, counted.parts as usize),
            (row.alphabet.as_str(), row.units, row.parts),
            "{:?}",
            row.text
        );
    }
}
