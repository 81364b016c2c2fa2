//! What Twilio delivers: messages to `inbound`, delivery statuses to `status`.

use channel::{Account, Answer, Call, Heard, Refused, TwilioAccount};
use model::{MessageId, Timestamp};

use crate::inbound::receive_inbound;
use crate::signature::verify;
use crate::status::receive_status;

/// An empty document in Twilio's markup: replies go out through the gate and never from here.
const NOTHING_TO_SAY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>";

pub(crate) fn receive(account: &Account, twilio: &TwilioAccount, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
    let url = format!("{}{}", twilio.public_url.trim_end_matches('/'), call.path);
    let header = |name| call.header(name);
    let content_type = header("content-type").unwrap_or_default();
    let settings = header("x-twilio-webhooks-signature-settings");
    verify(twilio, &url, header("x-twilio-signature"), settings, call.body, content_type)?;
    match call.part {
        "inbound" => {
            let answer = Answer { mime: "text/xml; charset=utf-8", body: NOTHING_TO_SAY.to_owned() };
            Ok(Heard { received: receive_inbound(account, call.body, now)?, answer: Some(answer) })
        }
        "status" => {
            let message = call.query("message").and_then(|id| id.parse::<MessageId>().ok());
            Ok(receive_status(account, message, call.body, now)?.into())
        }
        _ => Err(Refused::NoSuchAddress),
    }
}
