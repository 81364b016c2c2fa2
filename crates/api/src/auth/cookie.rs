//! The session cookie.

use axum::http::{HeaderMap, HeaderValue, header};

/// Absolute life of a session, in seconds.
const MAX_AGE: i64 = 14 * 24 * 3600;

/// Browsers keep a `__Host-` cookie only if it is secure and bound to this very host; on plain http (loopback) they refuse it.
const fn name(https: bool) -> &'static str {
    if https { "__Host-antiphon" } else { "antiphon_session" }
}

pub fn cookie_of(headers: &HeaderMap, https: bool) -> Option<&str> {
    let wanted = name(https);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

fn cookie(https: bool, value: &str, max_age: i64) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}", name(https));
    // The value is a token of ours: letters, digits, `-` and `_`.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

pub fn set_cookie(https: bool, token: &str) -> HeaderValue {
    cookie(https, token, MAX_AGE)
}

pub fn clear_cookie(https: bool) -> HeaderValue {
    cookie(https, "", 0)
}
