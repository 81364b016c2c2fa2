//! Phone numbers as the Cloud API wants and returns them.
//!
//! `to` always gets `+` and the country code: without the plus Meta prepends the *business* number's country code.
//! Meta rewrites some Brazilian, Mexican and Argentine numbers, so the `wa_id` of an answer or webhook can differ from
//! what was sent; [`match_key`] makes both spellings meet.

/// Digits of a number; other characters are dropped.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The `to` member: `+` and digits. `None` when it cannot be a number with country code (E.164 allows 15 digits).
pub fn to_member(number: &str) -> Option<String> {
    let digits = digits(number);
    ((6..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| format!("+{digits}"))
}

/// The same user under all spellings has the same key: the short form for Brazil (no ninth digit), Mexico (no 1 after
/// 52) and Argentina (no 9 after 54); all other numbers are their own key.
pub fn match_key(number: &str) -> String {
    let digits = digits(number);
    short_form(&digits).unwrap_or(digits)
}

/// The number as its country dials it today, with `+`: Brazilian mobiles with their ninth digit, Mexican ones without the 1 after 52. A `wa_id`
/// keeps the spelling of the day the account was made; this one is also right for calls and SMS. Argentine numbers are left as they
/// are: without the 9 it may be a landline. `None` when it cannot be a number with country code.
pub fn dialable(wa_id: &str) -> Option<String> {
    let digits = digits(wa_id);
    let today = match digits.get(..2) {
        Some("55") => long_form(&digits),
        Some("52") => short_form(&digits),
        _ => None,
    };
    to_member(&today.unwrap_or(digits))
}

/// All spellings under which this user may appear, the given one first.
pub fn aliases(number: &str) -> Vec<String> {
    let given = digits(number);
    let key = match_key(&given);
    let mut all = vec![given];
    for other in [Some(key.clone()), long_form(&key)].into_iter().flatten() {
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all
}

fn short_form(digits: &str) -> Option<String> {
    let without = |at: usize| format!("{}{}", &digits[..at], &digits[at + 1..]);
    match (digits.get(..2)?, digits.len()) {
        // 55, area (2), then 9 and eight digits of which the first is 6-9: a mobile number.
        ("55", 13) if digits.as_bytes()[4] == b'9' && (b'6'..=b'9').contains(&digits.as_bytes()[5]) => Some(without(4)),
        ("52", 13) if digits.as_bytes()[2] == b'1' => Some(without(2)),
        ("54", 13) if digits.as_bytes()[2] == b'9' => Some(without(2)),
        _ => None,
    }
}

fn long_form(digits: &str) -> Option<String> {
    let with = |at: usize, digit: char| format!("{}{digit}{}", &digits[..at], &digits[at..]);
    match (digits.get(..2)?, digits.len()) {
        ("55", 12) if (b'6'..=b'9').contains(&digits.as_bytes()[4]) => Some(with(4, '9')),
        ("52", 12) => Some(with(2, '1')),
        ("54", 12) => Some(with(2, '9')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plus_is_always_sent() {
        assert_eq!(to_member("1 (650) 555-1234").as_deref(), Some("+16505551234"));
        assert_eq!(to_member("+447700900123").as_deref(), Some("+447700900123"));
        assert_eq!(to_member("07700900123"), None);
        assert_eq!(to_member("hello"), None);
    }

    #[test]
    fn rewritten_numbers_meet_under_one_key() {
        for (sent, returned) in [("+5511987654321", "551187654321"), ("+525512345678", "5215512345678"), ("+541123456789", "5491123456789")]
        {
            assert_eq!(match_key(sent), match_key(returned), "{sent}");
            assert!(aliases(sent).contains(&returned.to_owned()), "{sent}");
            assert!(aliases(returned).contains(&digits(sent)), "{sent}");
        }
        assert_eq!(aliases("+551132345678"), ["551132345678"], "a landline in Sao Paulo has one spelling");
        assert_eq!(aliases("+16505551234"), ["16505551234"]);
    }

    #[test]
    fn an_old_account_is_dialled_as_its_country_dials_today() {
        for (wa_id, dialled) in [
            ("551187654321", "+5511987654321"),
            ("5511987654321", "+5511987654321"),
            ("551132345678", "+551132345678"),
            ("5215512345678", "+525512345678"),
            ("525512345678", "+525512345678"),
            ("5491123456789", "+5491123456789"),
            ("541123456789", "+541123456789"),
            ("16505551234", "+16505551234"),
        ] {
            assert_eq!(dialable(wa_id).as_deref(), Some(dialled), "{wa_id}");
        }
        assert_eq!(dialable("52"), None);
    }
}
