//! SendGrid's inbound parse: what people write, as a form with the raw mail in it.

use channel::{Account, Call, Heard, MailDoor, Refused};
use mail_parser::{MessageParser, MimeHeaders as _};
use model::Timestamp;
use serde_json::Value;

use super::postmark::said_by;
use super::said::text;
use crate::inbound::{House, flat};

/// Fields of one form. A form with more is made to exhaust its reader.
const FIELDS_MAX: usize = 100;
/// People whom one mail names.
const PEOPLE_MAX: usize = 50;

pub(super) async fn receive(door: &MailDoor, account: &Account, call: &Call<'_>, now: Timestamp, house: &House) -> Result<Heard, Refused> {
    said_by(&door.user, &door.password, call)?;
    let form = Form::of(call).ok_or_else(|| Refused::BadBody("not a form of inbound parse".to_owned()))?;
    let raw = form.field("email").ok_or_else(|| {
        Refused::BadBody(
            "the form has no raw mail: tick \u{201c}POST the raw, full MIME message\u{201d} where the address is set".to_owned(),
        )
    })?;
    let envelope = form.field("envelope").and_then(|json| serde_json::from_slice::<Value>(json).ok()).unwrap_or_default();
    let from = text(&envelope, "from").unwrap_or_default();
    let to = envelope.get("to").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    house.read_for(account, from, to.take(PEOPLE_MAX), raw, now).await
}

/// A form of several parts, which is a mail without its head. Fields are bytes as they came: a mail in one must not be decoded.
struct Form {
    whole: Vec<u8>,
    fields: Vec<(String, std::ops::Range<usize>)>,
}

impl Form {
    fn of(call: &Call<'_>) -> Option<Self> {
        let kind = call.header("content-type").filter(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data"))?;
        if kind.chars().any(char::is_control) {
            return None;
        }
        let whole = [format!("Content-Type: {kind}\r\n\r\n").as_bytes(), call.body].concat();
        let closed = flat(&whole);
        let parsed = MessageParser::default().parse(&closed)?;
        let field = |part: &mail_parser::MessagePart<'_>| {
            let name = part.content_disposition()?.attribute("name")?.to_owned();
            let place = usize::try_from(part.offset_body).ok()?..usize::try_from(part.offset_end).ok()?;
            Some((name, place))
        };
        let fields = parsed.parts.iter().take(FIELDS_MAX).filter_map(field).collect();
        drop(parsed);
        Some(Self { whole, fields })
    }

    fn field(&self, name: &str) -> Option<&[u8]> {
        let (_, place) = self.fields.iter().find(|(given, _)| given == name)?;
        self.whole.get(place.clone())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(body: &[u8]) -> Option<Form> {
        let headers = [(http::header::CONTENT_TYPE, "multipart/form-data; boundary=xYzZY".parse().unwrap())].into_iter().collect();
        Form::of(&Call { part: "sendgrid_inbound", path: "", headers: &headers, body })
    }

    #[test]
    fn fields_are_the_bytes_that_came() {
        let body = b"--xYzZY\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nFrom: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n\xe4\r\n--b--\r\n\r\n--xYzZY\r\nContent-Disposition: form-data; name=\"envelope\"\r\n\r\n{}\r\n--xYzZY--\r\n";
        let form = form(body).unwrap();
        let mail = form.field("email").unwrap();
        assert!(mail.starts_with(b"From: a@example.org\r\n") && mail.ends_with(b"\xe4\r\n--b--\r\n"), "{}", String::from_utf8_lossy(mail));
        assert_eq!((form.field("envelope"), form.field("text")), (Some(&b"{}"[..]), None));
    }

    proptest! {
        #[test]
        fn arbitrary_forms_never_panic(body in "(--xYzZY(--)?|\r\n|Content-Disposition: form-data; name=email|\\PC){0,40}") {
            let _ = form(body.as_bytes()).and_then(|form| form.field("email").map(<[u8]>::len));
        }
    }
}
