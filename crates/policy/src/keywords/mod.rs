//! STOP, START and HELP in many wordings and languages (A80).
//!
//! A *certain* word is the whole message, give or take case, punctuation and politeness. Anything longer that may mean it is
//! [`Keyword::PossibleStop`]: promotional messages stop at once and a person looks, because "please stop texting me" is a revocation
//! and "don't stop" is not, and no list knows them all. The lists are data; to add a language, add its rows.

mod data;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// What a person's words ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keyword {
    Stop,
    Start,
    Help,
    /// May withdraw consent in free words: suppress promotions, let a person decide.
    PossibleStop,
    None,
}

/// Longer messages are letters, not commands; a stop phrase at their beginning is still found.
const MAX_WORDS: usize = 400;

/// The lists, normalised as messages are, so that a row may be written as people write it.
struct Lists {
    stop: BTreeSet<String>,
    start: BTreeSet<String>,
    help: BTreeSet<String>,
    polite: BTreeSet<String>,
    /// Phrases of whole words, with a space at both ends, by their first word.
    stop_phrases: BTreeMap<String, Vec<String>>,
    /// Phrases in scripts without spaces between words.
    unspaced: Vec<String>,
    /// Longest first, so that `please dont stop` goes before `dont stop`; each with its first word and with a space at both ends.
    harmless: Vec<(String, String)>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let set = |rows: &[&str]| rows.iter().map(|row| normalised(row).join(" ")).filter(|row| !row.is_empty()).collect::<BTreeSet<_>>();
    let first = |row: &str| row.split(' ').next().unwrap_or_default().to_owned();
    let mut harmless: Vec<String> = set(data::HARMLESS).into_iter().collect();
    harmless.sort_by_key(|row| std::cmp::Reverse(row.len()));
    let (unspaced, spaced): (Vec<String>, Vec<String>) = set(data::STOP_PHRASES).into_iter().partition(|row| row.chars().any(is_unspaced));
    let mut stop_phrases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in spaced {
        stop_phrases.entry(first(&row)).or_default().push(format!(" {row} "));
    }
    Lists {
        stop: set(data::STOP),
        start: set(data::START),
        help: set(data::HELP),
        polite: set(data::POLITE),
        stop_phrases,
        unspaced,
        harmless: harmless.into_iter().map(|row| (first(&row), format!(" {row} "))).collect(),
    }
});

/// Reads a message. `START` and `HELP` are never guessed out of free text, so their lists hold whole messages only.
#[must_use]
pub fn classify(text: &str) -> Keyword {
    let words = normalised(text);
    let phrase = words.join(" ");
    let bare = words.iter().filter(|w| !LISTS.polite.contains(*w)).cloned().collect::<Vec<_>>().join(" ");
    let is_in = |list: &BTreeSet<String>| list.contains(&phrase) || list.contains(&bare);
    if is_in(&LISTS.stop) {
        Keyword::Stop
    } else if is_in(&LISTS.start) {
        Keyword::Start
    } else if is_in(&LISTS.help) {
        Keyword::Help
    } else if asks_to_stop(&phrase) {
        Keyword::PossibleStop
    } else {
        Keyword::None
    }
}

/// Whether free text may mean "stop writing to me": it holds a stop phrase, and not only inside one of the known harmless uses.
fn asks_to_stop(phrase: &str) -> bool {
    let words: BTreeSet<&str> = phrase.split(' ').collect();
    let mut padded = format!(" {phrase} ");
    // Most messages hold the first word of few of the phrases, and only those are looked for.
    for (_, harmless) in LISTS.harmless.iter().filter(|(first, _)| words.contains(first.as_str())) {
        padded = padded.replace(harmless.as_str(), " … ");
    }
    let whole_words = words.iter().filter_map(|word| LISTS.stop_phrases.get(*word)).flatten();
    // Written without spaces between words, a phrase may stand anywhere; elsewhere only as whole words.
    let anywhere = padded.chars().any(is_unspaced).then_some(&LISTS.unspaced).into_iter().flatten();
    whole_words.chain(anywhere).any(|wanted| padded.contains(wanted.as_str()))
}

/// Scripts that do not put spaces between words, and Korean, which ties endings to them.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{0e00}'..='\u{0e7f}')
}

/// Lower case, without accents, everything that is not part of a word a space: `S.T.O.P!` becomes `stop`.
fn normalised(text: &str) -> Vec<String> {
    let mut flat = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match plain(c) {
            // Inside a word an apostrophe joins: `don't` is one word, `dont`. Marks and invisible characters go without a trace.
            '\''
            | '’'
            | '‘'
            | '`'
            | '´'
            | '\u{200b}'..='\u{200f}'
            | '\u{fe0f}'
            | '\u{feff}'
            | '\u{300}'..='\u{36f}'
            | '\u{64b}'..='\u{65f}' => {}
            // The sign speaks every language.
            '🛑' => flat.push_str(" stop "),
            '।' | '॥' => flat.push(' '),
            c if c.is_alphanumeric() || is_mark(c) => flat.push(c),
            _ => flat.push(' '),
        }
    }
    let words: Vec<String> = flat.split_whitespace().take(MAX_WORDS).map(str::to_owned).collect();
    // Letters that stand alone spell one word: `s t o p`.
    if words.len() > 2 && words.iter().all(|w| w.chars().count() == 1) { vec![words.concat()] } else { words }
}

/// Vowel signs of Indic and South-East Asian scripts are parts of words though they are not letters.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{0900}'..='\u{0dff}' | '\u{0e00}'..='\u{0eff}')
}

const fn plain(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' | 'ģ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ķ' => 'k',
        'ł' | 'ļ' => 'l',
        'ñ' | 'ń' | 'ň' | 'ņ' => 'n',
        'ò'..='ö' | 'ø' | 'ő' | 'ō' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ű' | 'ū' | 'ů' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ё' => 'е',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'أ' | 'إ' | 'آ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        other => other,
    }
}
