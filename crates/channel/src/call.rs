//! What a provider delivers by HTTP, before anything about it is known.

use http::HeaderMap;

use crate::Received;

/// One request of a provider to `/webhooks/{provider}/{sender}` or `/webhooks/{provider}/{sender}/{part}`.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The last segment of the address, for providers that deliver different things to different addresses; else empty.
    pub part: &'a str,
    /// As it was asked for, with the query. What a provider signed is this after the *configured* public address, never after the
    /// request's own host.
    pub path: &'a str,
    pub headers: &'a HeaderMap,
    /// As it came: signatures are over these bytes.
    pub body: &'a [u8],
}

/// What a call told, once its signature was found good.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Heard {
    pub received: Vec<Received>,
    /// What the provider wants to read in the 200 that it gets when all this is durable; `None` is an empty 200.
    pub answer: Option<Answer>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    pub mime: &'static str,
    pub body: String,
}

impl Call<'_> {
    /// A header's text; `None` when it is absent or no text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The raw value of the first pair with this name in the query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        let (_, query) = self.path.split_once('?')?;
        query.split('&').filter_map(|pair| pair.split_once('=')).find_map(|(n, value)| (n == name).then_some(value))
    }
}

impl From<Vec<Received>> for Heard {
    fn from(received: Vec<Received>) -> Self {
        Self { received, answer: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_the_query_are_read_as_they_came() {
        let headers = HeaderMap::from_iter([("x-signature".parse().unwrap(), "abc".parse().unwrap())]);
        let call = Call { part: "status", path: "/webhooks/x/snd_1/status?message=msg_1&a=b%20c", headers: &headers, body: b"" };
        assert_eq!((call.header("X-Signature"), call.header("other")), (Some("abc"), None));
        assert_eq!((call.query("message"), call.query("a"), call.query("b")), (Some("msg_1"), Some("b%20c"), None));
        assert_eq!(Call { path: "/webhooks/x", ..call }.query("message"), None);
    }
}
