//! An object store that speaks S3's protocol: objects are put and got by path, each request signed (AWS Signature Version 4).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::{digest, hmac};
use channel::Secret;
use http_client::{HeaderName, HttpError, Method, Request, Response, Transport, header};
use model::{Clock, Timestamp};

const DEADLINE: Duration = Duration::from_secs(120);
/// Longest object that is read back; WhatsApp's documents have 100 MB at most.
const OBJECT_MAX: usize = 128 * 1024 * 1024;

/// Where the bucket is, and who asks.
#[derive(Clone, Debug, PartialEq)]
pub struct BucketSettings {
    /// `https://s3.eu-central-1.amazonaws.com`, or any server that speaks the same.
    pub endpoint: String,
    pub region: String,
    pub bucket: String,
    /// Before every object's name, without slashes at its ends; may be empty.
    pub prefix: String,
    pub access_key: String,
    pub secret_key: Secret,
}

/// A bucket, addressed by path (`endpoint/bucket/object`), which every such server knows.
#[derive(Clone)]
pub(super) struct Bucket {
    settings: BucketSettings,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bucket({} at {})", self.settings.bucket, self.settings.endpoint)
    }
}

impl Bucket {
    pub(super) fn new(settings: BucketSettings, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self { settings, transport, clock }
    }

    /// Putting the same object twice leaves one.
    pub(super) async fn put(&self, object: &str, bytes: &[u8]) -> io::Result<()> {
        let answer = self.ask(Method::PUT, object, bytes.to_vec()).await?;
        if answer.status.is_success() { Ok(()) } else { Err(refused(&answer)) }
    }

    pub(super) async fn get(&self, object: &str) -> io::Result<Vec<u8>> {
        let answer = self.ask(Method::GET, object, Vec::new()).await?;
        if answer.status.is_success() { Ok(answer.body.to_vec()) } else { Err(refused(&answer)) }
    }

    async fn ask(&self, method: Method, object: &str, body: Vec<u8>) -> io::Result<Response> {
        let BucketSettings { endpoint, bucket, prefix, .. } = &self.settings;
        let path = [bucket.as_str(), prefix.as_str(), object].into_iter().filter(|part| !part.is_empty()).map(escaped).collect::<Vec<_>>();
        let path = format!("/{}", path.join("/"));
        let host = endpoint.split_once("://").map_or(endpoint.as_str(), |(_, host)| host).trim_end_matches('/');
        let hash = hex::encode(digest::digest(&digest::SHA256, &body));
        let signed = Signed { method: method.as_str(), path: &path, headers: &[("host", host)], hash: &hash };
        let (date, authorization) = sign(&self.settings, &signed, self.clock.now());
        let url = format!("{}{path}", endpoint.trim_end_matches('/'));
        let mut request = Request::new(method, url).within(DEADLINE).accepting(OBJECT_MAX);
        request.body = body.into();
        let named = HeaderName::from_static;
        let request = request
            .header(header::AUTHORIZATION, &authorization)
            .and_then(|request| request.header(named("x-amz-date"), &date))
            .and_then(|request| request.header(named("x-amz-content-sha256"), &hash));
        self.transport.send(request.map_err(other)?).await.map_err(other)
    }
}

fn other(error: HttpError) -> io::Error {
    io::Error::other(error)
}

fn refused(answer: &Response) -> io::Error {
    let kind = match answer.status.as_u16() {
        404 => io::ErrorKind::NotFound,
        401 | 403 => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    let words: String = String::from_utf8_lossy(&answer.body).chars().filter(|c| !c.is_control()).take(300).collect();
    io::Error::new(kind, format!("the object store answers {}: {words}", answer.status.as_u16()))
}

/// What a signature is over.
struct Signed<'a> {
    method: &'a str,
    /// Escaped.
    path: &'a str,
    /// Besides the two of the signature itself; names in small letters, in order, and before `x-amz-`.
    headers: &'a [(&'a str, &'a str)],
    /// Of the body, in hex.
    hash: &'a str,
}

/// The date header, and the authorization.
fn sign(settings: &BucketSettings, signed: &Signed<'_>, now: Timestamp) -> (String, String) {
    let date: String = now.to_string().split('.').next().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    let date = format!("{}Z", date.trim_end_matches('Z'));
    let day = date.get(..8).unwrap_or_default().to_owned();
    let own = [("x-amz-content-sha256", signed.hash), ("x-amz-date", date.as_str())];
    let headers: Vec<(&str, &str)> = signed.headers.iter().copied().chain(own).collect();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let canonical = format!("{}\n{}\n\n{lines}\n{names}\n{}", signed.method, signed.path, signed.hash);
    let scope = format!("{day}/{}/s3/aws4_request", settings.region);
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex::encode(digest::digest(&digest::SHA256, canonical.as_bytes())));
    let mut key = format!("AWS4{}", settings.secret_key.reveal()).into_bytes();
    for part in [day.as_str(), &settings.region, "s3", "aws4_request"] {
        key = mac(&key, part);
    }
    let signature = hex::encode(mac(&key, &text));
    let access = &settings.access_key;
    (date, format!("AWS4-HMAC-SHA256 Credential={access}/{scope},SignedHeaders={names},Signature={signature}"))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}

/// Each byte that is not plain, but for slashes.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use http_client::StatusCode;
    use model::{MediaId, WorkspaceId};

    use super::*;
    use crate::media::MediaStore;

    fn settings(secret: &str) -> BucketSettings {
        BucketSettings {
            endpoint: "https://s3.example.com".to_owned(),
            region: "us-east-1".to_owned(),
            bucket: "clinic media".to_owned(),
            prefix: "antiphon".to_owned(),
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_key: Secret::new(secret),
        }
    }

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp::parse("2013-05-24T00:00:00Z").unwrap()
        }
    }

    /// The first example of Amazon's page "Signature Calculations for the Authorization Header".
    #[test]
    fn a_request_is_signed_as_published() {
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let headers = [("host", "examplebucket.s3.amazonaws.com"), ("range", "bytes=0-9")];
        let (date, authorization) =
            sign(&settings(SECRET), &Signed { method: "GET", path: "/test.txt", headers: &headers, hash }, Noon.now());
        assert_eq!(date, "20130524T000000Z");
        let expected = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
                        SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
                        Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        assert_eq!(authorization, expected);
    }

    /// A server that signs what it was asked itself, and compares.
    #[derive(Default)]
    struct Server(Mutex<BTreeMap<String, Vec<u8>>>);

    #[async_trait::async_trait]
    impl Transport for Server {
        async fn send(&self, request: Request) -> Result<Response, HttpError> {
            let path = request.url.strip_prefix("https://s3.example.com").unwrap().to_owned();
            let hash = hex::encode(digest::digest(&digest::SHA256, &request.body));
            let signed = Signed { method: request.method.as_str(), path: &path, headers: &[("host", "s3.example.com")], hash: &hash };
            let (date, authorization) = sign(&settings(SECRET), &signed, Noon.now());
            let given = |name: &str| request.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
            let right = (given("authorization"), given("x-amz-date"), given("x-amz-content-sha256")) == (authorization, date, hash);
            let mut objects = self.0.lock().unwrap();
            let (status, body) = match (right, request.method.as_str()) {
                (false, _) => (403, b"<Code>SignatureDoesNotMatch</Code>".to_vec()),
                (true, "PUT") => {
                    objects.insert(path, request.body.to_vec());
                    (200, Vec::new())
                }
                (true, _) => objects.get(&path).map_or((404, b"<Code>NoSuchKey</Code>".to_vec()), |object| (200, object.clone())),
            };
            Ok(Response { status: StatusCode::from_u16(status).unwrap(), headers: Default::default(), body: body.into() })
        }
    }

    #[tokio::test]
    async fn objects_are_put_and_got_and_a_wrong_key_is_refused() {
        let (ws, id, server) = (WorkspaceId::from_u128(1), MediaId::from_u128(2), Arc::new(Server::default()));
        let store = MediaStore::in_bucket(settings(SECRET), server.clone(), Arc::new(Noon));
        store.put(ws, id, b"PDF").await.unwrap();
        store.put(ws, id, b"PDF").await.unwrap();
        assert_eq!(store.get(ws, id).await.unwrap(), b"PDF");
        let names: Vec<String> = server.0.lock().unwrap().keys().cloned().collect();
        assert_eq!(names, [format!("/clinic%20media/antiphon/{ws}/{id}")]);
        let missing = store.get(ws, MediaId::from_u128(3)).await.unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        let wrong = MediaStore::in_bucket(settings("another"), server, Arc::new(Noon));
        assert_eq!(wrong.get(ws, id).await.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert!(!format!("{wrong:?}").contains("another"));
    }
}
