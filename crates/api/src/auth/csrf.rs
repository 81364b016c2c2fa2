//! Requests that another site made a browser send.

use axum::http::{HeaderMap, Method, header};

use crate::problem::{Code, Problem};

/// A session's change must carry a header that other sites cannot add without asking first, and must come from our own pages.
/// This stands beside `SameSite=Lax`, not instead of it.
pub fn check(method: &Method, headers: &HeaderMap, public_url: &str) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    if headers.get("x-antiphon-csrf").is_none_or(|v| v != "1") {
        return Err(Problem::new(Code::CsrfRefused, "a browser session's change needs the header `x-antiphon-csrf: 1`"));
    }
    same_origin(headers, public_url)
}

/// Whether the request comes from our own pages, as far as the browser says where it comes from.
pub fn same_origin(headers: &HeaderMap, public_url: &str) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return Err(Problem::new(Code::CsrfRefused, "the request comes from another site"));
    }
    let Some(origin) = text("origin") else { return Ok(()) };
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let same_host = origin.split_once("://").is_some_and(|(_, authority)| !host.is_empty() && authority.eq_ignore_ascii_case(host));
    if same_host || origin.eq_ignore_ascii_case(public_url) {
        Ok(())
    } else {
        Err(Problem::new(Code::CsrfRefused, "the request comes from another origin"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect::<HeaderMap>()
    }

    #[test]
    fn another_site_cannot_make_a_browser_change_anything() {
        let url = "http://127.0.0.1:8080";
        let refused = |pairs| check(&Method::POST, &headers(pairs), url).unwrap_err().code;
        assert_eq!(refused(&[("host", "127.0.0.1:8080")]), Code::CsrfRefused);
        assert_eq!(
            refused(&[("x-antiphon-csrf", "1"), ("host", "127.0.0.1:8080"), ("origin", "https://evil.example.com")]),
            Code::CsrfRefused
        );
        assert_eq!(refused(&[("x-antiphon-csrf", "1"), ("sec-fetch-site", "cross-site")]), Code::CsrfRefused);
        assert_eq!(refused(&[("x-antiphon-csrf", "1"), ("origin", "null")]), Code::CsrfRefused);
    }

    #[test]
    fn our_own_pages_may() {
        let url = "https://antiphon.example.com";
        let own = headers(&[("x-antiphon-csrf", "1"), ("host", "localhost:8080"), ("origin", "http://localhost:8080")]);
        assert!(check(&Method::POST, &own, url).is_ok());
        let behind_proxy = headers(&[("x-antiphon-csrf", "1"), ("host", "10.0.0.1"), ("origin", "https://antiphon.example.com")]);
        assert!(check(&Method::POST, &behind_proxy, url).is_ok());
        assert!(check(&Method::GET, &HeaderMap::new(), url).is_ok());
    }
}
