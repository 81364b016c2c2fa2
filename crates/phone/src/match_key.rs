//! Countries in which one WhatsApp account goes by two numbers: the account keeps the number it was registered with while the numbering
//! plan changed, or is dialled with a mobile prefix that E.164 does not have.

use std::borrow::Cow;

/// All spellings of a number that mean one WhatsApp account, the given one first. A contact found by any of them is the same person.
///
/// * Brazil: mobile numbers got a leading 9 after the area code; older accounts go without it.
/// * Mexico: international dialling of mobiles had a 1 after 52 until 2019; WhatsApp ids may still carry it.
/// * Argentina: mobiles are dialled from abroad with a 9 after 54; WhatsApp may answer without it.
#[must_use]
pub fn match_keys(e164: &str) -> Vec<String> {
    let mut keys = vec![e164.to_owned()];
    if let Some(other) = twin(e164) {
        keys.push(other.into_owned());
    }
    keys
}

fn twin(e164: &str) -> Option<Cow<'static, str>> {
    let digits = e164.strip_prefix('+')?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (country, rest) = digits.split_at_checked(2)?;
    let other = match (country, rest.len()) {
        // Area code, 9, eight digits. Landlines begin with 2 to 5 and have no twin.
        ("55", 11) if &rest[2..3] == "9" && is_old_mobile(&rest[3..4]) => format!("+55{}{}", &rest[..2], &rest[3..]),
        ("55", 10) if is_old_mobile(&rest[2..3]) => format!("+55{}9{}", &rest[..2], &rest[2..]),
        ("52", 11) if rest.starts_with('1') => format!("+52{}", &rest[1..]),
        ("52", 10) => format!("+521{rest}"),
        ("54", 11) if rest.starts_with('9') => format!("+54{}", &rest[1..]),
        ("54", 10) => format!("+549{rest}"),
        _ => return None,
    };
    Some(Cow::Owned(other))
}

/// Brazilian mobile numbers began with 6 to 9 before the ninth digit came.
fn is_old_mobile(first: &str) -> bool {
    matches!(first, "6" | "7" | "8" | "9")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spelling and twin; documentation-style numbers that follow the plans' shapes.
    const TWINS: [(&str, &str); 4] = [
        ("+5511961234567", "+551161234567"),
        ("+5585991234567", "+558591234567"),
        ("+5215512345678", "+525512345678"),
        ("+5491123456789", "+541123456789"),
    ];

    #[test]
    fn two_spellings_find_one_contact_from_either_side() {
        for (a, b) in TWINS {
            assert_eq!(match_keys(a), [a, b]);
            assert_eq!(match_keys(b), [b, a]);
        }
    }

    #[test]
    fn other_numbers_have_one_spelling() {
        for number in ["+551131234567", "+12025550123", "+447700900123", "+5511", "+", "", "+55é1961234567", "not a number"] {
            assert_eq!(match_keys(number), [number]);
        }
    }
}
