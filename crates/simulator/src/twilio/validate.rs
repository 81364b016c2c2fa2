//! Checks of the parameters of a send.

use model::{Millis, Timestamp};

use super::error::TwilioError;

/// The form of a request: names may repeat.
#[derive(Clone, Debug, Default)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Present and not empty.
    #[must_use]
    pub fn some(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|v| !v.is_empty())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }
}

pub const BODY_MAX: usize = 1_600;
const MEDIA_MAX: usize = 10;

/// E.164: plus, 8 to 15 digits, and 10 after the country code in North America. Spaces and dashes are forgiven.
pub fn phone(input: &str) -> Result<String, TwilioError> {
    let bad = || TwilioError::new(21211, input);
    let compact: String = input.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = compact.strip_prefix('+').ok_or_else(bad)?;
    let length = digits.len();
    let valid = digits.bytes().all(|b| b.is_ascii_digit()) && (8..=15).contains(&length) && !digits.starts_with('0');
    let nanp = !digits.starts_with('1') || (length == 11 && matches!(digits.as_bytes()[1], b'2'..=b'9'));
    if valid && nanp { Ok(format!("+{digits}")) } else { Err(bad()) }
}

/// Twilio's public magic numbers for tests.
pub fn magic(to: &str) -> Option<u32> {
    match to {
        "+15005550001" => Some(21211),
        "+15005550002" => Some(21612),
        "+15005550003" => Some(21408),
        "+15005550004" => Some(21610),
        "+15005550009" => Some(21614),
        _ => None,
    }
}

pub fn url(text: &str, code: u32) -> Result<(), TwilioError> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if host.is_some_and(|h| !h.is_empty() && !h.starts_with('/') && !h.contains(' ')) { Ok(()) } else { Err(TwilioError::new(code, text)) }
}

/// Body and media: at least one of them, neither too much.
pub fn content(form: &Form) -> Result<(String, Vec<String>), TwilioError> {
    let body = form.get("Body").unwrap_or_default().to_owned();
    let media: Vec<String> = form.all("MediaUrl").map(str::to_owned).collect();
    if body.is_empty() && media.is_empty() {
        return Err(TwilioError::new(21619, ""));
    }
    if body.chars().count() > BODY_MAX {
        return Err(TwilioError::new(21617, ""));
    }
    if media.len() > MEDIA_MAX {
        return Err(TwilioError::new(21623, ""));
    }
    for link in &media {
        url(link, 21620)?;
    }
    Ok((body, media))
}

/// `ValidityPeriod`: 1 to 36,000 seconds.
pub fn validity(form: &Form) -> Result<i64, TwilioError> {
    match form.some("ValidityPeriod") {
        None => Ok(36_000),
        Some(text) => match text.parse() {
            Ok(seconds @ 1..=36_000) => Ok(seconds),
            _ => Err(TwilioError::new(20001, "ValidityPeriod")),
        },
    }
}

/// `SendAt` with `ScheduleType=fixed`: 5 minutes to 35 days ahead, messaging services only.
pub fn schedule(form: &Form, now: Timestamp) -> Result<Option<Timestamp>, TwilioError> {
    let Some(kind) = form.some("ScheduleType") else { return Ok(None) };
    if kind != "fixed" {
        return Err(TwilioError::new(20001, "ScheduleType"));
    }
    if form.some("MessagingServiceSid").is_none() {
        return Err(TwilioError::new(35118, ""));
    }
    let at = form.some("SendAt").ok_or_else(|| TwilioError::new(35111, ""))?;
    let at = Timestamp::parse(at).map_err(|_| TwilioError::new(35114, ""))?;
    if at < now + Millis::from_secs(300) || at > now + Millis::from_days(35) {
        return Err(TwilioError::new(35114, ""));
    }
    Ok(Some(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_must_be_in_e164() {
        assert_eq!(phone("+1 (202) 555-0123").as_deref(), Ok("+12025550123"));
        for bad in ["12025550123", "+1202555012", "+11025550123", "+0123456789", "+1202555O123", "", "+"] {
            assert_eq!(phone(bad).map_err(|e| e.code), Err(21211), "{bad}");
        }
    }

    #[test]
    fn scheduling_needs_a_service_and_a_moment_ahead() {
        let now = Timestamp::from_secs(1_800_000_000);
        let form = |pairs: &[(&str, &str)]| Form(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
        let code = |pairs: &[(&str, &str)]| schedule(&form(pairs), now).map_err(|e| e.code);
        assert_eq!(code(&[]), Ok(None));
        assert_eq!(code(&[("ScheduleType", "fixed")]), Err(35118));
        assert_eq!(code(&[("ScheduleType", "fixed"), ("MessagingServiceSid", "MG1")]), Err(35111));
        let soon = (now + Millis::from_secs(60)).to_string();
        assert_eq!(code(&[("ScheduleType", "fixed"), ("MessagingServiceSid", "MG1"), ("SendAt", &soon)]), Err(35114));
    }
}
