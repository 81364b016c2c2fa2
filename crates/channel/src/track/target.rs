//! Where a link of ours may lead.

use std::net::IpAddr;

/// A link that nobody outside can follow.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is in a private network, where nobody who gets the message can follow it")]
pub struct PrivateTarget(pub String);

/// Whether an address is one of the web that we lead to. Addresses of mail and telephone are not, nor is what has spaces in it.
pub fn leads(target: &str) -> Result<bool, PrivateTarget> {
    let rest = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://"));
    let Some(rest) = rest.filter(|_| !target.chars().any(|c| c.is_control() || c.is_whitespace())) else {
        return Ok(false);
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let near = ["localhost", "local", "internal", "lan", "home.arpa"].iter().any(|end| host == *end || host.ends_with(&format!(".{end}")));
    let literal = host.parse::<IpAddr>().ok().or_else(|| numbers(&host));
    if near || literal.is_some_and(http_client::is_private) {
        return Err(PrivateTarget(host));
    }
    Ok(!host.is_empty())
}

/// An IPv4 address in the other spellings that browsers read: one to four parts, each decimal, octal or hexadecimal, the last one filling up.
fn numbers(host: &str) -> Option<IpAddr> {
    let parts: Option<Vec<u32>> = host.split('.').map(number).collect();
    let parts = parts.filter(|parts| parts.len() <= 4)?;
    let (last, first) = parts.split_last()?;
    let mut whole: u32 = 0;
    for (place, part) in first.iter().enumerate() {
        whole |= u32::from(u8::try_from(*part).ok()?) << (24 - 8 * place);
    }
    let room = u32::MAX.checked_shr(8 * u32::try_from(first.len()).ok()?)?;
    (*last <= room).then(|| IpAddr::V4((whole | last).into()))
}

fn number(part: &str) -> Option<u32> {
    match (part.strip_prefix("0x"), part.strip_prefix('0')) {
        (Some(""), _) => Some(0),
        (Some(hex), _) => u32::from_str_radix(hex, 16).ok(),
        (None, Some(octal)) if !octal.is_empty() => u32::from_str_radix(octal, 8).ok(),
        _ => part.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_private_addresses_are_refused_in_every_spelling() {
        for private in [
            "http://127.0.0.1/x",
            "https://10.0.0.7",
            "https://user:pw@192.168.1.1:8443/a",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "https://localhost:3000/",
            "https://nas.local",
            "https://wiki.internal/x",
            "https://LOCALHOST./",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://0177.0.0.1/",
            "http://192.168.257/",
            "http://169.254.169.254/latest",
        ] {
            assert!(leads(private).is_err(), "{private}");
        }
        for public in ["https://example.com", "http://93.184.216.34/a", "https://localhost.example.com/", "https://1.example.com"] {
            assert_eq!(leads(public), Ok(true), "{public}");
        }
        for other in ["mailto:a@example.com", "tel:+12025550123", "#top", "", "https://", "javascript:alert(1)", "https://a b"] {
            assert_eq!(leads(other), Ok(false), "{other}");
        }
    }
}
