//! Deliveries as Twilio signs them.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel_tests::Delivery;
use http_client::HeaderMap;

pub const TOKEN: &str = "an-auth-token";
pub const PUBLIC: &str = "https://antiphon.example.com";

/// As a form is signed: names and values in the order of names. These bodies have each name once.
pub fn delivery(path: &str, part: &str, body: &[u8]) -> Option<Delivery> {
    let text = String::from_utf8_lossy(body);
    let mut pairs: Vec<(String, String)> = text.split('&').filter(|p| !p.is_empty()).map(pair).collect();
    pairs.sort();
    pairs.dedup();
    let params: String = pairs.into_iter().map(|(name, value)| name + &value).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, TOKEN.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, format!("{PUBLIC}{path}{params}").as_bytes()));
    let mut headers = HeaderMap::new();
    headers.insert("x-twilio-signature", signature.parse().ok()?);
    headers.insert("content-type", "application/x-www-form-urlencoded".parse().ok()?);
    Some(Delivery { part: part.to_owned(), path: path.to_owned(), headers, body: body.to_vec() })
}

/// As a form is read: a plus is a blank, a percent sign two hexadecimal digits.
fn pair(text: &str) -> (String, String) {
    let plain = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((&first, after)) = rest.split_first() {
            let hex = (first == b'%').then(|| after.get(..2)).flatten();
            let value = hex.and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
            bytes.push(value.unwrap_or(if first == b'+' { b' ' } else { first }));
            rest = if value.is_some() { &after[2..] } else { after };
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (plain(name), plain(value))
}
