//! Amazon SES: events in notifications of SNS.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Account, Call, Heard, Received, Refused};
use model::Timestamp;
use serde_json::Value;

use super::Help;
use super::said::{NAME, Said, kept, message, text, told};
use super::sns::{self, Notice};
use crate::errors;
use crate::inbound::House;

const SERVICE: &str = "ses";
/// People in one event.
const PEOPLE_MAX: usize = 100;

pub(super) async fn receive(
    topic_arn: &str,
    account: &Account,
    call: &Call<'_>,
    now: Timestamp,
    help: &Help<'_>,
) -> Result<Heard, Refused> {
    match sns::open(topic_arn, call, help).await? {
        // Confirmed by now; there is nothing to keep.
        Notice::Confirmed => Ok(Heard::default()),
        Notice::Event { id, body } => {
            let event: Value = serde_json::from_str(&body).map_err(|error| Refused::BadBody(error.to_string()))?;
            if text(&event, "notificationType") == Some("Received") {
                return written(&event, &id, account, now, help.house).await;
            }
            Ok(events(&event, &id, now).into())
        }
    }
}

/// What somebody wrote, by a receipt rule whose action is this topic. One that stores the mail elsewhere sends only its head.
async fn written(event: &Value, id: &str, account: &Account, now: Timestamp, house: &House) -> Result<Heard, Refused> {
    let Some(content) = text(event, "content") else { return Ok(vec![kept(SERVICE, "received_without_content", id, event)].into()) };
    let receipt = event.get("receipt").unwrap_or(&Value::Null);
    let packed = receipt.get("action").and_then(|action| text(action, "encoding")) == Some("BASE64");
    let raw = if packed {
        STANDARD.decode(content.trim()).map_err(|error| Refused::BadBody(error.to_string()))?
    } else {
        content.as_bytes().to_vec()
    };
    let from = event.get("mail").and_then(|mail| text(mail, "source")).unwrap_or_default();
    let to = receipt.get("recipients").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    house.read_for(account, from, to.take(PEOPLE_MAX), &raw, now).await
}

fn events(event: &Value, id: &str, now: Timestamp) -> Vec<Received> {
    let mail = event.get("mail").unwrap_or(&Value::Null);
    let about = message(tag(mail)).or_else(|| message(header(mail, "message-id")));
    let kind = text(event, "eventType").or_else(|| text(event, "notificationType")).unwrap_or_default();
    let people = |of: &str, list: &str| {
        let list = event.get(of).and_then(|of| of.get(list)).and_then(Value::as_array);
        list.into_iter().flatten().take(PEOPLE_MAX).cloned().collect::<Vec<Value>>()
    };
    let named = |said: Said, person: &Value| {
        let address = text(person, "emailAddress").or_else(|| person.as_str());
        told(SERVICE, said, about, address, now).unwrap_or_else(|| kept(SERVICE, "unnamed", id, event))
    };
    match kind {
        "Delivery" => people("delivery", "recipients").iter().map(|person| named(Said::Delivered, person)).collect(),
        "Complaint" => people("complaint", "complainedRecipients").iter().map(|person| named(Said::Complained, person)).collect(),
        "Bounce" => {
            let sort = event.get("bounce").and_then(|bounce| text(bounce, "bounceType")).unwrap_or_default();
            let people = people("bounce", "bouncedRecipients");
            // A transient one may still arrive; its end is told by another event.
            if sort == "Transient" && people.iter().all(|person| text(person, "action") != Some("failed")) {
                return vec![kept(SERVICE, "transient", id, event)];
            }
            let failed = people.iter().map(|person| {
                let status = text(person, "status").unwrap_or(if sort == "Permanent" { "5.1.1" } else { "" });
                named(Said::Failed(errors::bounced(status, text(person, "diagnosticCode").unwrap_or_default())), person)
            });
            failed.collect()
        }
        "Reject" | "Rendering Failure" => {
            let said = event.get("reject").and_then(|reject| text(reject, "reason")).unwrap_or_default();
            vec![named(Said::Failed(errors::blocked(said)), &Value::Null)]
        }
        "Send" | "Open" | "Click" => Vec::new(),
        other => vec![kept(SERVICE, &other.to_lowercase(), id, event)],
    }
}

fn tag(mail: &Value) -> Option<&str> {
    mail.get("tags")?.get(NAME)?.get(0)?.as_str()
}

fn header<'a>(mail: &'a Value, name: &str) -> Option<&'a str> {
    let all = mail.get("headers")?.as_array()?;
    let found = all.iter().find(|header| text(header, "name").is_some_and(|given| given.eq_ignore_ascii_case(name)))?;
    text(found, "value")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The shape that a receipt rule's action gives: RFC 5322 in `content`.
    #[tokio::test]
    async fn what_people_write_comes_by_a_receipt_rule() {
        use crate::tests::office::{KEY, account, settings};
        use crate::token::{self, Purpose};
        let inbound = Some(channel::MailInbound { domain: "in.example.com".to_owned(), listen: String::new() });
        let account = account(channel::EmailAccount { inbound, ..settings(1) });
        let local = token::local(&channel::Secret::new(KEY), Purpose::Reply, model::MessageId::from_u128(7), "");
        let mail = "From: alex@example.org\r\nMessage-ID: <1@x>\r\nSubject: Re: x\r\n\r\nYes\r\n";
        let mut event = serde_json::json!({ "notificationType": "Received", "mail": { "source": "alex@example.org" }, "content": mail,
            "receipt": { "recipients": [format!("{local}@in.example.com"), "x@example.net"], "action": { "type": "SNS", "encoding": "UTF8" } } });
        let plain = written(&event, "1", &account, Timestamp::EPOCH, &House::default()).await.unwrap();
        assert!(matches!(&plain.received[..], [Received::Contact(one)] if one.dedupe_key.starts_with("email:in:")), "{plain:?}");
        event["receipt"]["action"]["encoding"] = "BASE64".into();
        event["content"] = STANDARD.encode(mail).into();
        assert_eq!(written(&event, "1", &account, Timestamp::EPOCH, &House::default()).await, Ok(plain));
        event["content"] = "&".into();
        assert!(matches!(written(&event, "1", &account, Timestamp::EPOCH, &House::default()).await, Err(Refused::BadBody(_))));
        event["receipt"]["recipients"] = serde_json::json!(["x@example.net"]);
        event["content"] = STANDARD.encode(mail).into();
        assert_eq!(written(&event, "1", &account, Timestamp::EPOCH, &House::default()).await, Err(Refused::NoSuchAddress));
        event["content"] = Value::Null;
        let bare = written(&event, "1", &account, Timestamp::EPOCH, &House::default()).await.unwrap();
        assert!(matches!(&bare.received[..], [Received::Kept { kind, .. }] if kind == "ses_received_without_content"), "{bare:?}");
    }

    proptest! {
        #[test]
        fn damaged_events_never_panic(case in 0_usize..9, at in 0_usize..4_000, byte: u8) {
            let cases: std::collections::BTreeMap<String, Value> = serde_json::from_str(include_str!("../../testdata/sns_signed.json")).unwrap();
            let message = cases.values().filter_map(|envelope| text(envelope, "Message")).cycle().nth(case).unwrap();
            let mut bytes = message.as_bytes().to_vec();
            let place = at % bytes.len();
            bytes[place] = byte;
            if let Ok(event) = serde_json::from_slice::<Value>(&bytes) {
                prop_assert!(events(&event, "1", Timestamp::EPOCH).len() <= PEOPLE_MAX);
            }
        }
    }
}
