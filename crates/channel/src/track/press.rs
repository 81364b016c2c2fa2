//! A request for a link or picture of ours, as an event of the person. What a machine did has another name, so that nobody who waits for a
//! person can take it for one.

use http::HeaderMap;
use model::contact::ContactPatch;
use model::signal::{SignalBody, Target};
use model::value::{Attributes, Value};
use model::{MessageId, Millis, Timestamp};

use super::who::{Asked, machine};
use crate::Incoming;

/// Requests for the same thing within this long are one event, in seconds: who asks a thousand times writes a few rows.
const SAME_S: i64 = 60;
/// Characters of a program's name that are kept.
const PROGRAM_MAX: usize = 200;

/// One request, once it is known to be for something of ours.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    pub asked: Asked,
    pub message: MessageId,
    /// When the link was written.
    pub written: Timestamp,
    /// Whoever comes sooner than this is a machine on the message's way.
    pub soon: Millis,
    /// Where it leads; a picture leads nowhere.
    pub target: Option<&'a str>,
    /// What tells this link from others of the message.
    pub token: &'a str,
    pub headers: &'a HeaderMap,
    /// The first word of the event's key: `email`, `link`.
    pub kind: &'static str,
}

impl Press<'_> {
    #[must_use]
    pub fn incoming(&self, now: Timestamp) -> Incoming {
        let machine = machine(self.headers, self.asked, now - self.written, self.soon);
        let name = match (self.asked, machine) {
            (Asked::Picture, None) => "mail_opened",
            (Asked::Picture, Some(_)) => "mail_fetched_by_machine",
            (_, None) => "link_clicked",
            (_, Some(_)) => "link_followed_by_machine",
        };
        let mut properties = Attributes::new();
        let mut put = |name: &str, value: &str| properties.insert(name.to_owned(), Value::Text(value.to_owned()));
        if let Some(target) = self.target {
            put("url", target);
        }
        if let Some(why) = machine {
            put("machine", why);
        }
        if let Some(program) = self.headers.get("user-agent").and_then(|value| value.to_str().ok()) {
            put("program", &program.chars().take(PROGRAM_MAX).collect::<String>());
        }
        let Self { kind, message, token, .. } = self;
        Incoming {
            dedupe_key: format!("{kind}:{name}:{message}:{token}:{}", now.as_secs() / SAME_S),
            event_time: now,
            target: Target::Message(self.message),
            body: SignalBody::Event { name: name.to_owned(), properties, contact: ContactPatch::default() },
        }
    }
}
