//! Countries in which one person's number has two spellings, because the numbering plan changed while accounts kept what they were made with,
//! or because mobiles are dialled with a prefix.
//!
//! * Brazil: mobile numbers got a leading 9 after the area code; WhatsApp ids of older accounts go without it.
//! * Mexico: international dialling of mobiles had a 1 after 52 until 2019; WhatsApp ids may still carry it.
//! * Argentina: mobiles are dialled from abroad with a 9 after 54. Without it the number may be a landline, or a mobile that somebody wrote down
//!   in the domestic way, so neither spelling can be made into the other.

/// How the number is dialled today, if it is in a spelling of former years.
#[must_use]
pub fn current(e164: &str) -> Option<String> {
    let (country, rest) = national(e164)?;
    match (country, rest.len()) {
        ("55", 10) if is_old_mobile(&rest[2..3]) => Some(format!("+55{}9{}", &rest[..2], &rest[2..])),
        ("52", 11) if rest.starts_with('1') => Some(format!("+52{}", &rest[1..])),
        _ => None,
    }
}

/// Another spelling under which the same person may be known, where neither is the right one.
#[must_use]
pub fn twin(e164: &str) -> Option<String> {
    match national(e164)? {
        ("54", rest) if rest.len() == 11 && rest.starts_with('9') => Some(format!("+54{}", &rest[1..])),
        ("54", rest) if rest.len() == 10 => Some(format!("+549{rest}")),
        _ => None,
    }
}

fn national(e164: &str) -> Option<(&str, &str)> {
    let digits = e164.strip_prefix('+')?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.split_at_checked(2))?
}

/// Brazilian mobile numbers began with 6 to 9 before the ninth digit came; landlines begin with 2 to 5.
fn is_old_mobile(first: &str) -> bool {
    matches!(first, "6" | "7" | "8" | "9")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_spelling_becomes_todays_and_todays_stays() {
        for (old, today) in [("+551161234567", "+5511961234567"), ("+558591234567", "+5585991234567"), ("+5215512345678", "+525512345678")]
        {
            assert_eq!(current(old).as_deref(), Some(today));
            assert_eq!(current(today), None);
            assert_eq!((twin(old), twin(today)), (None, None));
        }
    }

    #[test]
    fn an_argentine_number_is_looked_for_in_both_spellings() {
        assert_eq!(twin("+5491123456789").as_deref(), Some("+541123456789"));
        assert_eq!(twin("+541123456789").as_deref(), Some("+5491123456789"));
        assert_eq!(current("+541123456789"), None, "it may be a landline");
    }

    #[test]
    fn other_numbers_have_one_spelling() {
        for number in ["+551131234567", "+12025550123", "+447700900123", "+5511", "+", "", "+55é1961234567", "not a number"] {
            assert_eq!((current(number), twin(number)), (None, None), "{number}");
        }
    }
}
