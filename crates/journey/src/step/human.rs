//! Words by which people ask for a person, in the languages of our first users.

/// Words that mean a person by themselves, and in a short sentence.
const PERSON: &[&str] = &[
    // English
    "agent",
    "human",
    "person",
    "representative",
    "operator",
    "someone",
    "somebody",
    // Spanish, Portuguese
    "humano",
    "humana",
    "persona",
    "agente",
    "operador",
    "operadora",
    "asesor",
    "asesora",
    "pessoa",
    "atendente",
    "alguien",
    "alguém",
    // French, Italian
    "humain",
    "humaine",
    "personne",
    "conseiller",
    "conseillère",
    "opérateur",
    "umano",
    "operatore",
    "operatrice",
    // German, Dutch
    "mensch",
    "menschen",
    "mitarbeiter",
    "mitarbeiterin",
    "berater",
    "mens",
    "medewerker",
    // Arabic, Hindi, Indonesian, Turkish
    "موظف",
    "إنسان",
    "शख्स",
    "इंसान",
    "एजेंट",
    "manusia",
    "petugas",
    "temsilci",
    "insan",
];

/// Longer texts have something to say; that is for whoever the default branch calls.
const WORDS_MAX: usize = 8;

/// Lower case, single blanks, no punctuation at the edges of words: what two texts are compared by.
pub(super) fn normal(text: &str) -> String {
    let words = text.split_whitespace().map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation() || "¡¿!?.,…“”«»".contains(c)));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Whether a normalised text asks for a person.
pub(super) fn asks_for_a_person(said: &str) -> bool {
    let words: Vec<&str> = said.split(' ').collect();
    words.len() <= WORDS_MAX && words.iter().any(|word| PERSON.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a39_people_ask_for_people_in_their_own_words() {
        for text in ["Agent!", "can I talk to a human?", "quiero hablar con una persona", "Ich möchte einen Mitarbeiter sprechen", "HUMANO"]
        {
            assert!(asks_for_a_person(&normal(text)), "{text}");
        }
        for text in ["", "yes", "my agency moved", "the person who was with me last time had brown hair and was very kind"] {
            assert!(!asks_for_a_person(&normal(text)), "{text}");
        }
    }
}
