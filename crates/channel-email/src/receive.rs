//! What comes by HTTP: a press on an unsubscribe link.

use channel::{Account, Call, Heard, Refused};
use model::Timestamp;

use crate::adapter::credentials;
use crate::token;
use crate::unsubscribe::pressed;

/// The part of a link that somebody pressed, before its token.
const UNSUBSCRIBE: &str = "unsubscribe.";
/// Characters of a program's name that are kept as evidence.
const AGENT_MAX: usize = 200;

pub(crate) fn receive(account: &Account, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
    let email = credentials(account).map_err(|_| Refused::NoSuchAddress)?;
    let link = call.part.strip_prefix(UNSUBSCRIBE).ok_or(Refused::NoSuchAddress)?;
    // A link that we did not make leads nowhere; who guesses learns nothing.
    let (message, address) = token::read_link(&email.key, link).ok_or(Refused::NoSuchAddress)?;
    let agent = call.header("user-agent").map(|agent| agent.chars().take(AGENT_MAX).collect());
    Ok(vec![pressed(&address, message, now, agent)].into())
}
