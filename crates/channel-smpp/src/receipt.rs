//! Delivery receipts in their dialects: optional parameters first, then the customary text (SMPP 3.4, appendix B, which binds nobody).

use model::MessageStatus;

/// What a receipt says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Dlr {
    /// As the message centre wrote it.
    pub id: String,
    /// `DELIVRD` and its like, in capitals.
    pub state: String,
    /// The network's own code.
    pub err: Option<String>,
}

/// Longest id that the protocol has room for.
const ID_MAX: usize = 65;

impl Dlr {
    /// `None` for a state that is not final: such a receipt changes nothing.
    pub fn outcome(&self) -> Option<MessageStatus> {
        match self.state.as_str() {
            "DELIVRD" => Some(MessageStatus::Delivered),
            "EXPIRED" | "DELETED" | "UNDELIV" | "REJECTD" | "SKIPPED" | "UNKNOWN" => Some(MessageStatus::Failed),
            _ => None,
        }
    }
}

/// The names of the states of `message_state`.
pub(crate) fn state_name(code: u8) -> &'static str {
    match code {
        0 => "SCHEDLD",
        1 => "ENROUTE",
        2 => "DELIVRD",
        3 => "EXPIRED",
        4 => "DELETED",
        5 => "UNDELIV",
        6 => "ACCEPTD",
        8 => "REJECTD",
        9 => "SKIPPED",
        _ => "UNKNOWN",
    }
}

/// What one source says of a receipt: parameters and text each have what the other may lack.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Noted {
    pub id: Option<String>,
    pub state: Option<&'static str>,
    pub err: Option<String>,
}

impl Noted {
    /// This, and what the other has beyond it.
    pub fn or(self, other: Self) -> Self {
        Self { id: self.id.or(other.id), state: self.state.or(other.state), err: self.err.or(other.err) }
    }
}

/// Reads the text of a receipt. Keys come in any case and order, and some are missing.
pub(crate) fn notes(text: &str) -> Noted {
    let id = field(text, "id").filter(|id| id.len() < ID_MAX);
    Noted { id, state: field(text, "stat").and_then(|state| canonical(&state)), err: field(text, "err") }
}

/// A text that is a receipt by itself.
pub(crate) fn read(text: &str) -> Option<Dlr> {
    let Noted { id, state, err } = notes(text);
    Some(Dlr { id: id?, state: state?.to_owned(), err })
}

/// Message centres cut and lengthen the names as they like.
fn canonical(state: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 10] = [
        ("DELIV", "DELIVRD"),
        ("EXPIR", "EXPIRED"),
        ("DELET", "DELETED"),
        ("UNDEL", "UNDELIV"),
        ("ACCEP", "ACCEPTD"),
        ("UNKN", "UNKNOWN"),
        ("REJEC", "REJECTD"),
        ("ENROU", "ENROUTE"),
        ("SKIP", "SKIPPED"),
        ("SCHED", "SCHEDLD"),
    ];
    let state = state.to_ascii_uppercase();
    NAMES.iter().find(|(beginning, _)| state.starts_with(beginning)).map(|(_, name)| *name)
}

/// The word behind `key:`, where the key stands at the beginning or behind a space.
fn field(text: &str, key: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(key) {
        let (begin, end) = (from + found, from + found + key.len());
        let alone = begin == 0 || lower.as_bytes()[begin - 1].is_ascii_whitespace();
        if alone && lower[end..].starts_with(':') {
            let value = text[end + 1..].trim_start().split_ascii_whitespace().next().unwrap_or_default();
            return (!value.is_empty()).then(|| value.to_owned());
        }
        // The text of the message itself comes last and may say anything.
        if key != "text" && field_begins(&lower[from..begin]) {
            return None;
        }
        from = end;
    }
    None
}

fn field_begins(part: &str) -> bool {
    part.contains(" text:")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dlr(id: &str, state: &str, err: Option<&str>) -> Option<Dlr> {
        Some(Dlr { id: id.to_owned(), state: state.to_owned(), err: err.map(str::to_owned) })
    }

    #[test]
    fn the_customary_text_and_its_dialects() {
        let full = "id:0123456789 sub:001 dlvrd:001 submit date:2611230100 done date:2611230101 stat:DELIVRD err:000 text:Hello";
        assert_eq!(read(full), dlr("0123456789", "DELIVRD", Some("000")));
        assert_eq!(read("ID:A1b2 STAT:Undelivered Err:01F"), dlr("A1b2", "UNDELIV", Some("01F")));
        assert_eq!(read("stat:EXPIRED id: 77"), dlr("77", "EXPIRED", None));
        assert_eq!(
            read("id:7 sub:1 dlvrd:1 submit date:261123010203 done date:261123010204 stat:REJECTD err:8 Text:id:9 stat:DELIVRD"),
            dlr("7", "REJECTD", Some("8"))
        );
    }

    #[test]
    fn ordinary_texts_are_no_receipts() {
        for text in ["", "id:", "my id:5 is lost", "stat:DELIVRD", "id:1 stat:perhaps", "the acid:3 stat:DELIVRD"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn only_final_states_say_how_it_ended() {
        let outcome = |state: &str| Dlr { id: "1".to_owned(), state: state.to_owned(), err: None }.outcome();
        assert_eq!(outcome("DELIVRD"), Some(MessageStatus::Delivered));
        assert_eq!(outcome(state_name(5)), Some(MessageStatus::Failed));
        assert_eq!((outcome("ENROUTE"), outcome(state_name(6))), (None, None));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_can_be_looked_at(text in "(id|stat|err|text|:| |é|DELIVRD|\\PC){0,40}") {
            let _ = read(&text);
        }
    }
}
