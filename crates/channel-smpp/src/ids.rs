//! Ids of the message centre: one form for answers and receipts, whatever base, case and padding they come in.

use channel::IdForm;
use model::SenderId;

/// Without what centres add or drop: spaces, case, leading zeros.
pub(crate) fn normal(id: &str) -> String {
    let lower = id.trim().to_ascii_lowercase();
    let short = lower.trim_start_matches('0');
    if short.is_empty() && !lower.is_empty() { "0".to_owned() } else { short.to_owned() }
}

/// The form in which answers name the message of a receipt.
pub(crate) fn of_receipt(id: &str, form: IdForm) -> String {
    let id = normal(id);
    let other = match form {
        IdForm::Same => None,
        IdForm::HexThenDecimal => hex_of(&id),
        IdForm::DecimalThenHex => decimal_of(&id),
    };
    other.unwrap_or(id)
}

/// Other forms that the same id may have had in an answer, for the one that is known.
pub(crate) fn others(id: &str) -> impl Iterator<Item = String> {
    let id = normal(id);
    [hex_of(&id), decimal_of(&id)].into_iter().flatten()
}

fn hex_of(decimal: &str) -> Option<String> {
    decimal.parse::<u128>().ok().map(|number| format!("{number:x}"))
}

fn decimal_of(hex: &str) -> Option<String> {
    u128::from_str_radix(hex, 16).ok().map(|number| number.to_string())
}

/// Two centres count alike, so an id is only unique together with its sender.
pub(crate) fn provider_id(sender: SenderId, normal: &str) -> String {
    format!("{sender}/{normal}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_padding_and_spaces_do_not_matter() {
        assert_eq!(normal(" 00AbC "), "abc");
        assert_eq!(normal("000"), "0");
        assert_eq!(of_receipt("0A1", IdForm::Same), normal("a1"));
    }

    #[test]
    fn bases_are_mapped_as_the_sender_says() {
        assert_eq!(of_receipt("0000000255", IdForm::HexThenDecimal), normal("FF"));
        assert_eq!(of_receipt("000000FF", IdForm::DecimalThenHex), normal("255"));
        // An id that is no number stays what it is.
        assert_eq!(of_receipt("a-1", IdForm::HexThenDecimal), "a-1");
        assert_eq!(others("255").collect::<Vec<_>>(), ["ff", "597"]);
    }
}
