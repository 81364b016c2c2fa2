//! Amazon SES: events in notifications of SNS.

use channel::{Call, Heard, Received, Refused};
use model::Timestamp;
use serde_json::Value;

use super::Help;
use super::said::{NAME, Said, kept, message, text, told};
use super::sns::{self, Notice};
use crate::errors;

const SERVICE: &str = "ses";
/// People in one event.
const PEOPLE_MAX: usize = 100;

pub(super) async fn receive(topic_arn: &str, call: &Call<'_>, now: Timestamp, help: &Help<'_>) -> Result<Heard, Refused> {
    match sns::open(topic_arn, call, help).await? {
        // Confirmed by now; there is nothing to keep.
        Notice::Confirmed => Ok(Heard::default()),
        Notice::Event { id, body } => {
            let event: Value = serde_json::from_str(&body).map_err(|error| Refused::BadBody(error.to_string()))?;
            Ok(events(&event, &id, now).into())
        }
    }
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
