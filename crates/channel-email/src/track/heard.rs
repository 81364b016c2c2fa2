//! A request for a link or picture of ours, as an event of the person. What a machine did has another name, so that nobody who waits for a
//! person can take it for one.

use channel::{Answer, Call, EmailAccount, Heard, Incoming, Received, Refused};
use model::Timestamp;
use model::contact::ContactPatch;
use model::signal::{SignalBody, Target};
use model::value::{Attributes, Value};

use super::link::Link;
use super::who::{For, machine};

/// The parts of addresses: a press, a look at a link's head alone, a picture.
pub(crate) const CLICK: &str = "click.";
pub(crate) const LOOK: &str = "look.";
pub(crate) const OPEN: &str = "open.";

/// Requests for the same thing within this long are one event, in seconds: who asks a thousand times writes a few rows.
const SAME_S: i64 = 60;
/// Characters of a program's name that are kept.
const PROGRAM_MAX: usize = 200;

/// `None` when the part is of another kind. The answer to a press is where it leads.
pub(crate) fn heard(email: &EmailAccount, call: &Call<'_>, now: Timestamp) -> Option<Result<Heard, Refused>> {
    let (token, what) = [(CLICK, For::Link), (LOOK, For::Head), (OPEN, For::Picture)]
        .into_iter()
        .find_map(|(part, what)| Some((call.part.strip_prefix(part)?, what)))?;
    Some(read(email, call, token, what, now).ok_or(Refused::NoSuchAddress))
}

fn read(email: &EmailAccount, call: &Call<'_>, token: &str, what: For, now: Timestamp) -> Option<Heard> {
    let link = Link::read(&email.key, token).filter(|link| !link.is_over(now))?;
    // A press needs a target, and a picture has none: neither proof is good for the other.
    if link.target.is_some() == (what == For::Picture) {
        return None;
    }
    let machine = machine(call, what, link.written, now);
    let name = match (what, machine) {
        (For::Picture, None) => "mail_opened",
        (For::Picture, Some(_)) => "mail_fetched_by_machine",
        (_, None) => "link_clicked",
        (_, Some(_)) => "link_followed_by_machine",
    };
    let mut properties = Attributes::new();
    let mut put = |name: &str, value: &str| properties.insert(name.to_owned(), Value::Text(value.to_owned()));
    if let Some(target) = &link.target {
        put("url", target);
    }
    if let Some(why) = machine {
        put("machine", why);
    }
    if let Some(program) = call.header("user-agent") {
        put("program", &program.chars().take(PROGRAM_MAX).collect::<String>());
    }
    let proof = token.split_once('.').map_or("", |(_, proof)| proof);
    let incoming = Incoming {
        dedupe_key: format!("email:{name}:{}:{proof}:{}", link.message, now.as_secs() / SAME_S),
        event_time: now,
        target: Target::Message(link.message),
        body: SignalBody::Event { name: name.to_owned(), properties, contact: ContactPatch::default() },
    };
    let answer = link.target.map(|body| Answer { mime: "text/uri-list", body });
    Some(Heard { received: vec![Received::Contact(Box::new(incoming))], answer })
}
