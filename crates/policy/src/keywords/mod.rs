//! STOP, START and HELP in many wordings and languages (A80).
//!
//! A *certain* word is the whole message, give or take case, punctuation and politeness. Anything longer that may mean it is
//! [`Keyword::PossibleStop`]: promotional messages stop at once and a person looks, because "please stop texting me" is a revocation
//! and "don't stop" is not, and no list knows them all. The lists are data; to add a language, add its rows.

mod data;

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

/// Longer messages are letters, not commands; a stop phrase inside one is still found.
const MAX_WORDS: usize = 400;

/// Reads a message. `START` and `HELP` are never guessed out of free text, so their lists hold whole messages only.
#[must_use]
pub fn classify(text: &str) -> Keyword {
    let words = normalised(text);
    if words.is_empty() {
        return Keyword::None;
    }
    let phrase = words.join(" ");
    let bare = without_politeness(&words).join(" ");
    let is_in = |list: &[&str]| list.contains(&phrase.as_str()) || list.contains(&bare.as_str());
    if is_in(data::STOP) {
        Keyword::Stop
    } else if is_in(data::START) {
        Keyword::Start
    } else if is_in(data::HELP) {
        Keyword::Help
    } else if asks_to_stop(&phrase) {
        Keyword::PossibleStop
    } else {
        Keyword::None
    }
}

/// Whether free text may mean "stop writing to me": it holds a stop phrase, and what it holds is not one of the known harmless uses.
fn asks_to_stop(phrase: &str) -> bool {
    let mut padded = format!(" {phrase} ");
    for harmless in data::HARMLESS {
        padded = padded.replace(&format!(" {harmless} "), " … ");
    }
    let holds = |wanted: &&str| {
        // Written without spaces between words, a phrase may stand anywhere; elsewhere only as whole words.
        if wanted.chars().any(is_unspaced) { padded.contains(*wanted) } else { padded.contains(&format!(" {wanted} ")) }
    };
    data::STOP_PHRASES.iter().any(|p| holds(&p))
}

/// Scripts that do not put spaces between words.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{0e00}'..='\u{0e7f}')
}

/// Lower case, accents of Latin letters taken off, everything that is not a letter or digit a space, so `S.T.O.P` becomes `stop`.
fn normalised(text: &str) -> Vec<String> {
    let mut flat = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match plain(c) {
            // Inside a word an apostrophe joins: `don't` is one word, `dont`.
            '\'' | '’' | '‘' | '`' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{300}'..='\u{36f}' => {}
            c if c.is_alphanumeric() || is_mark(c) => flat.push(c),
            _ => flat.push(' '),
        }
    }
    let words: Vec<String> = flat.split_whitespace().take(MAX_WORDS).map(str::to_owned).collect();
    // Letters that stand alone spell one word: `s t o p`.
    if words.len() > 2 && words.iter().all(|w| w.chars().count() == 1) { vec![words.concat()] } else { words }
}

/// Vowel signs and viramas of Indic and South-East Asian scripts are parts of words though they are not letters.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{0900}'..='\u{0dff}' | '\u{0e00}'..='\u{0e7f}' | '\u{064b}'..='\u{065f}')
}

fn without_politeness(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).filter(|w| !data::POLITE.contains(w)).collect()
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
        other => other,
    }
}
