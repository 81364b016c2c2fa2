//! Person or machine: mail programs fetch pictures before anybody looks, scanners follow every link, chats draw previews. None of that is a
//! person, and a journey must not take it for one (A88).

use http::HeaderMap;
use model::Millis;

/// Parts of the names of programs that fetch by themselves, in lower case.
const PROGRAMS: [&str; 26] = [
    "bot",
    "crawl",
    "spider",
    "preview",
    "scan",
    "fetch",
    "monitor",
    "headless",
    "facebookexternalhit",
    "whatsapp/",
    "slack",
    "telegram",
    "skype",
    "barracuda",
    "mimecast",
    "proofpoint",
    "safelinks",
    "urldefense",
    "curl/",
    "wget/",
    "python",
    "go-http-client",
    "java/",
    "okhttp",
    "libwww",
    "node-fetch",
];
/// Proxies that fetch pictures in a mailbox's place, whether or not somebody looks.
const PICTURE_PROXIES: [&str; 4] = ["googleimageproxy", "ggpht.com", "yahoomailproxy", "outlook-ios-android-proxy"];

/// What a request was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    Link,
    Picture,
    /// The head only: nobody sees anything of it.
    Head,
}

/// Why a request was no person's; `None` when it may have been one's. It came `after` the link was written.
#[must_use]
pub fn machine(headers: &HeaderMap, asked: Asked, after: Millis, soon: Millis) -> Option<&'static str> {
    if asked == Asked::Head {
        return Some("head");
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let ahead = ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().filter_map(|name| header(name)).any(|value| {
        let value = value.to_ascii_lowercase();
        value.contains("prefetch") || value.contains("preview") || value.contains("prerender")
    });
    if ahead {
        return Some("prefetch");
    }
    let program = header("user-agent").unwrap_or_default().trim().to_ascii_lowercase();
    // Apple's Mail Privacy Protection fetches every picture under this bare name.
    if program.is_empty() || program == "mozilla/5.0" {
        return Some(if program.is_empty() { "nameless" } else { "privacy_proxy" });
    }
    if asked == Asked::Picture && PICTURE_PROXIES.iter().any(|name| program.contains(name)) {
        return Some("picture_proxy");
    }
    if PROGRAMS.iter().any(|name| program.contains(name)) {
        return Some("program");
    }
    (after < soon).then_some("too_soon")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROWSER: &str =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15";

    fn asked(what: Asked, headers: &[(&'static str, &str)], after_s: i64) -> Option<&'static str> {
        let headers = headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect();
        machine(&headers, what, Millis::from_secs(after_s), Millis::from_secs(10))
    }

    #[test]
    fn a_browser_after_a_while_is_a_person() {
        assert_eq!(asked(Asked::Link, &[("user-agent", BROWSER)], 10), None);
        assert_eq!(asked(Asked::Picture, &[("user-agent", BROWSER)], 10), None);
    }

    #[test]
    fn scanners_proxies_and_previews_are_machines() {
        let google = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";
        for (what, headers, after, why) in [
            (Asked::Head, vec![("user-agent", BROWSER)], 600, "head"),
            (Asked::Link, vec![("user-agent", BROWSER), ("sec-purpose", "prefetch;prerender")], 600, "prefetch"),
            (Asked::Link, vec![("user-agent", BROWSER), ("x-purpose", "preview")], 600, "prefetch"),
            (Asked::Picture, vec![("user-agent", "Mozilla/5.0")], 600, "privacy_proxy"),
            (Asked::Link, vec![], 600, "nameless"),
            (Asked::Picture, vec![("user-agent", google)], 600, "picture_proxy"),
            (Asked::Link, vec![("user-agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)")], 600, "program"),
            (Asked::Link, vec![("user-agent", "WhatsApp/2.24 A")], 600, "program"),
            (Asked::Link, vec![("user-agent", "Mozilla/5.0 (compatible; BarracudaCentral)")], 600, "program"),
            (Asked::Link, vec![("user-agent", BROWSER)], 9, "too_soon"),
        ] {
            assert_eq!(asked(what, &headers, after), Some(why), "{headers:?}");
        }
    }
}
