//! Reading and showing numbers.

use std::fmt;

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, Region, ValidationError};

/// A phone number in E.164: `+12025550123`. It has a length that its country uses; whether anybody has it, nobody knows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct E164(String);

/// Why a text is not a phone number, and how to mend it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PhoneError {
    #[error("`{0}` is not a phone number; write digits with the country code, such as +12025550123")]
    NotANumber(String),
    #[error("`{0}` names no country; begin with + and the country code, or set a default country")]
    NoCountry(String),
    #[error("`{0}` is not a country code of two letters such as US")]
    UnknownRegion(String),
    #[error("`{0}` is too short for its country; check for missing digits")]
    TooShort(String),
    #[error("`{0}` is too long for its country; check for doubled digits or a second country code")]
    TooLong(String),
    #[error("`{0}` has a number of digits that its country does not use; check for missing or doubled digits")]
    WrongLength(String),
}

/// Readings until a number is the same twice.
const ROUNDS: usize = 4;

/// Reads a number as people write it. Without a `+`, it is read as dialled inside `default_region` (ISO 3166-1, `GB`). Brazilian and Mexican
/// mobiles in the spelling of former years come out as they are dialled today ([`crate::current`]).
pub fn parse(text: &str, default_region: Option<&str>) -> Result<E164, PhoneError> {
    let region = default_region.map(region_of).transpose()?;
    let trimmed = text.trim();
    let mut number = once(trimmed, region)?;
    // What is written down must read as itself, or one person becomes two: a stray national 0 is lost at a second reading only.
    for _ in 0..ROUNDS {
        match once(&number, None) {
            Ok(again) if again == number => return Ok(E164(number)),
            Ok(again) => number = again,
            Err(_) => break,
        }
    }
    Err(PhoneError::NotANumber(trimmed.to_owned()))
}

fn once(trimmed: &str, region: Option<Region>) -> Result<String, PhoneError> {
    let number = PhoneNumber::parse(trimmed, region).map_err(|error| explained(trimmed, region, &error))?;
    // Only the length is asked: plans change faster than any table of them, and refusing a customer's new number is worse than
    // trying one that does not exist. A WhatsApp id of a Mexican mobile (52 1 …) passes too: the plan dropped the 1, WhatsApp did not.
    if !is_old_mexican_mobile(&number) {
        match number.is_possible_with_reason() {
            Ok(NumberLengthType::IsPossible) => {}
            Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
                return Err(PhoneError::TooShort(trimmed.to_owned()));
            }
            Err(ValidationError::TooLong) => return Err(PhoneError::TooLong(trimmed.to_owned())),
            Err(ValidationError::InvalidCountryCode) => return Err(PhoneError::NoCountry(trimmed.to_owned())),
            Err(ValidationError::InvalidLength) => return Err(PhoneError::WrongLength(trimmed.to_owned())),
        }
    }
    let written = number.format_as(PhoneNumberFormat::E164);
    Ok(crate::current(&written).unwrap_or_else(|| written.into_owned()))
}

fn is_old_mexican_mobile(number: &PhoneNumber) -> bool {
    number.country_code == 52 && (10_000_000_000..20_000_000_000).contains(&number.national_number)
}

fn region_of(code: &str) -> Result<Region, PhoneError> {
    code.to_ascii_uppercase().parse().map_err(|_| PhoneError::UnknownRegion(code.to_owned()))
}

fn explained(text: &str, region: Option<Region>, error: &ParseError) -> PhoneError {
    let text = text.to_owned();
    match error {
        ParseError::InvalidCountryCode if region.is_none() || text.starts_with('+') => PhoneError::NoCountry(text),
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => PhoneError::TooShort(text),
        ParseError::TooLongNsn => PhoneError::TooLong(text),
        ParseError::InvalidCountryCode | ParseError::NotANumber(_) => PhoneError::NotANumber(text),
    }
}

/// The country of an E.164 number (ISO 3166-1): the one whose plan has it, else the main one of its calling code.
#[must_use]
pub fn country(e164: &str) -> Option<String> {
    let number = PhoneNumber::parse(e164, None).ok()?;
    let region = number.get_region_code().or_else(|| PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code))?;
    (region != Region::World).then(|| region.to_string())
}

/// Whether an E.164 number lies in a range that its country has given out, as far as the tables know. Numbers that are reserved for
/// films and documentation may not: +44 7700 900xxx does not.
#[must_use]
pub fn is_valid(e164: &str) -> bool {
    PhoneNumber::parse(e164, None).is_ok_and(|n| n.is_valid() && n.format_as(PhoneNumberFormat::E164) == e164)
}

impl E164 {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// As dialled inside its country: `(202) 555-0123`.
    #[must_use]
    pub fn national(&self) -> String {
        self.shown(PhoneNumberFormat::National)
    }

    /// As shown to somebody abroad: `+1 202-555-0123`.
    #[must_use]
    pub fn international(&self) -> String {
        self.shown(PhoneNumberFormat::International)
    }

    fn shown(&self, format: PhoneNumberFormat) -> String {
        PhoneNumber::parse(&self.0, None).map_or_else(|_| self.0.clone(), |n| n.format_as(format).into_owned())
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for E164 {
    /// Only the last two digits: numbers do not belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E164(…{})", self.0.get(self.0.len().saturating_sub(2)..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_down_is_read_as_itself() {
        for text in ["+5503994512678", "+49005612", "+390612345678", "+52 1 55 1234 5678", "+551161234567"] {
            if let Ok(number) = parse(text, None) {
                assert_eq!(parse(number.as_str(), None).as_ref(), Ok(&number), "{text}");
            }
        }
        assert_eq!(parse("+390612345678", None).unwrap().as_str(), "+390612345678");
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, region, expected) in [
            ("+1 (202) 555-0123", None, "+12025550123"),
            ("(202) 555-0123", Some("US"), "+12025550123"),
            ("07700 900123", Some("gb"), "+447700900123"),
            (" +44 7700 900123 ", None, "+447700900123"),
            ("0049 30 901820", Some("DE"), "+4930901820"),
            ("+5215512345678", None, "+525512345678"),
            ("+525512345678", None, "+525512345678"),
            ("+55 11 6123-4567", None, "+5511961234567"),
            ("+55 11 3123-4567", None, "+551131234567"),
            ("912 345 678", Some("PT"), "+351912345678"),
        ] {
            assert_eq!(parse(text, region).as_ref().map(E164::as_str), Ok(expected), "{text}");
        }
    }

    #[test]
    fn errors_say_what_is_wrong_and_how_to_mend_it() {
        assert!(matches!(parse("hello", None), Err(PhoneError::NotANumber(_))));
        assert!(matches!(parse("", None), Err(PhoneError::NotANumber(_))));
        assert!(matches!(parse("2025550123", None), Err(PhoneError::NoCountry(_))));
        assert!(matches!(parse("+999 123456", None), Err(PhoneError::NoCountry(_))));
        assert!(matches!(parse("2025550123", Some("Narnia")), Err(PhoneError::UnknownRegion(_))));
        assert!(matches!(parse("+120255501", None), Err(PhoneError::TooShort(_))));
        assert!(matches!(parse("+12025550123456789012", None), Err(PhoneError::TooLong(_))));
        let error = parse("2025550123", None).unwrap_err().to_string();
        assert!(error.contains("begin with +") && !error.ends_with('.'), "{error}");
    }

    #[test]
    fn numbers_name_their_country_and_show_themselves() {
        assert_eq!(country("+447700900123").as_deref(), Some("GB"));
        assert_eq!(country("+14165550123").as_deref(), Some("CA"));
        assert_eq!(country("nonsense"), None);
        let number = parse("+12025550123", None).unwrap();
        assert_eq!((number.national().as_str(), number.international().as_str()), ("(202) 555-0123", "+1 202-555-0123"));
        assert_eq!(format!("{number:?}"), "E164(…23)");
    }

    #[test]
    fn only_the_written_form_is_valid() {
        assert!(is_valid("+12025550123") && is_valid("+4930901820"));
        assert!(!is_valid("+447700900123"), "reserved for films");
        assert!(!is_valid("+1 202 555 0123") && !is_valid("2025550123") && !is_valid("+1202555"));
    }
}
