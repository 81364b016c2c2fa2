//! Where requests may go: the public internet, and the hosts that the operator lists by name.
//!
//! Without it, anyone who can set a webhook address or send a media link could make the server read its own network (cloud metadata,
//! databases, admin pages). Names are checked after resolution, in the resolver itself, so that a name cannot point elsewhere between the
//! check and the connection.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Rules for outbound addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    allowed: BTreeSet<String>,
}

/// Why an address is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Blocked {
    #[error("the address has no host")]
    NoHost,
    #[error("the scheme {0} is not http or https")]
    Scheme(String),
    #[error("plain http goes only to hosts in the list of allowed private hosts, and {0} is not in it")]
    PlainHttp(String),
    #[error("user and password do not belong in an address")]
    UserInfo,
    #[error("{0} is a private address and not in the list of allowed private hosts")]
    Private(String),
}

impl Guard {
    /// Lets requests go to the public internet by https only.
    #[must_use]
    pub fn public_only() -> Self {
        Self::default()
    }

    /// Also lets them go to these hosts, by http or https: `127.0.0.1`, `127.0.0.1:9900`, `[::1]:9900`, `crm.internal`.
    /// With a port only that port is meant.
    #[must_use]
    pub fn allowing<'a>(hosts: impl IntoIterator<Item = &'a str>) -> Self {
        Self { allowed: hosts.into_iter().map(str::to_ascii_lowercase).collect() }
    }

    /// Whether the operator listed this host, with this port or with any.
    #[must_use]
    pub fn lists(&self, host: &str, port: Option<u16>) -> bool {
        let host = host.to_ascii_lowercase();
        self.allowed.contains(&host) || port.is_some_and(|port| self.allowed.contains(&format!("{host}:{port}")))
    }

    /// Whether the operator listed this host with any port at all; the resolver does not learn the port.
    pub(crate) fn lists_name(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.allowed.iter().any(|allowed| allowed.rsplit_once(':').map_or(allowed.as_str(), |(name, _)| name) == host || *allowed == host)
    }

    /// Checks an address before anything is resolved. A name passes here and is checked again by the resolver.
    pub fn check(&self, url: &reqwest::Url) -> Result<(), Blocked> {
        let host = url.host_str().ok_or(Blocked::NoHost)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Blocked::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Blocked::UserInfo);
        }
        if self.lists(host, url.port_or_known_default()) {
            return Ok(());
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let literal: Option<IpAddr> = bare.parse().ok();
        // A listed name on another port would pass the resolver, which does not learn the port.
        if self.lists_name(host)
            || literal.is_some_and(is_private)
            || bare.eq_ignore_ascii_case("localhost")
            || bare.to_ascii_lowercase().ends_with(".localhost")
        {
            return Err(Blocked::Private(host.to_owned()));
        }
        if url.scheme() == "http" {
            return Err(Blocked::PlainHttp(host.to_owned()));
        }
        Ok(())
    }
}

/// Not on the public internet: loopback, private, link-local, shared, documentation, multicast, reserved; also when wrapped in IPv6.
#[must_use]
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 224
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let s = address.segments();
    let embedded = |high: u16, low: u16| is_private_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_private_v4(v4);
    }
    match s {
        // NAT64 and 6to4 carry an IPv4 address inside.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        // Global unicast is 2000::/3; within it 2001::/23 (protocol assignments, Teredo) and 2001:db8::/32 (documentation) are not hosts.
        [first, second, ..] => {
            first & 0xe000 != 0x2000 || (first == 0x2001 && (second < 0x200 || second == 0xdb8)) || (first == 0x3fff && second < 0x1000)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(guard: &Guard, url: &str) -> Result<(), Blocked> {
        guard.check(&url.parse().unwrap())
    }

    #[test]
    fn private_addresses_are_refused_in_every_spelling() {
        let guard = Guard::public_only();
        for url in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://localhost/",
            "https://a.localhost/",
            "https://10.1.2.3/",
            "https://172.31.0.1/",
            "https://192.168.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://[2001:db8::1]/",
            "https://255.255.255.255/",
            "https://224.0.0.1/",
        ] {
            assert!(matches!(verdict(&guard, url), Err(Blocked::Private(_))), "{url}");
        }
    }

    #[test]
    fn the_public_internet_is_reached_by_https_only() {
        let guard = Guard::public_only();
        assert_eq!(verdict(&guard, "https://graph.facebook.com/v26.0"), Ok(()));
        assert_eq!(verdict(&guard, "https://8.8.8.8/"), Ok(()));
        assert_eq!(verdict(&guard, "https://[2606:4700::1111]/"), Ok(()));
        assert!(matches!(verdict(&guard, "http://example.com/"), Err(Blocked::PlainHttp(_))));
        assert!(matches!(verdict(&guard, "https://a:b@example.com/"), Err(Blocked::UserInfo)));
        assert!(matches!(verdict(&guard, "ftp://example.com/"), Err(Blocked::Scheme(_))));
    }

    #[test]
    fn listed_hosts_are_reached_on_the_listed_port() {
        let guard = Guard::allowing(["127.0.0.1:9900", "CRM.internal"]);
        assert_eq!(verdict(&guard, "http://127.0.0.1:9900/x"), Ok(()));
        assert!(verdict(&guard, "http://127.0.0.1:9901/x").is_err());
        assert!(verdict(&guard, "http://127.0.0.1/x").is_err());
        assert_eq!(verdict(&guard, "http://crm.internal/x"), Ok(()));
        assert!(Guard::allowing(["crm.internal:8080"]).check(&"https://crm.internal/".parse().unwrap()).is_err());
        assert!(guard.lists_name("127.0.0.1") && guard.lists_name("crm.internal") && !guard.lists_name("other.internal"));
    }
}
