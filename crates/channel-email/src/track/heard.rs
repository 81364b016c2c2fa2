//! A request for a link or picture of a mail.

use channel::track::{Asked, Press};
use channel::{Answer, Call, EmailAccount, Heard, Received, Refused};
use model::{Millis, Timestamp};

use super::link::Link;

/// The parts of addresses: a press, a look at a link's head alone, a picture.
pub(crate) const CLICK: &str = "click.";
pub(crate) const LOOK: &str = "look.";
pub(crate) const OPEN: &str = "open.";

/// Whoever comes sooner after the mail was written is a scanner on its way to the mailbox.
const SOON: Millis = Millis::from_secs(10);

/// `None` when the part is of another kind. The answer to a press is where it leads.
pub(crate) fn heard(email: &EmailAccount, call: &Call<'_>, now: Timestamp) -> Option<Result<Heard, Refused>> {
    let (token, asked) = [(CLICK, Asked::Link), (LOOK, Asked::Head), (OPEN, Asked::Picture)]
        .into_iter()
        .find_map(|(part, asked)| Some((call.part.strip_prefix(part)?, asked)))?;
    Some(read(email, call, token, asked, now).ok_or(Refused::NoSuchAddress))
}

fn read(email: &EmailAccount, call: &Call<'_>, token: &str, asked: Asked, now: Timestamp) -> Option<Heard> {
    let link = Link::read(&email.key, token).filter(|link| !link.is_over(now))?;
    // A press needs a target, and a picture has none: neither proof is good for the other.
    if link.target.is_some() == (asked == Asked::Picture) {
        return None;
    }
    let press = Press {
        asked,
        message: link.message,
        written: link.written,
        soon: SOON,
        target: link.target.as_deref(),
        token: token.split_once('.').map_or("", |(_, proof)| proof),
        headers: call.headers,
        kind: "email",
    };
    let incoming = press.incoming(now);
    let answer = link.target.map(|body| Answer { mime: "text/uri-list", body });
    Some(Heard { received: vec![Received::Contact(Box::new(incoming))], answer })
}
