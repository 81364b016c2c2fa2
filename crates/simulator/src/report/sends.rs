//! Rules about sending.

use model::Millis;

use super::Check;
use super::material::{Fate, Material, Sending};

/// A repeat within this time of a lost answer is blind: no status can have settled it with certainty.
const BLIND: Millis = Millis::from_mins(10);
/// The least pause after an answer that says "too many".
const PAUSE: Millis = Millis::from_secs(1);
/// A refusal that is repeated within this time is the same try again, not a new decision.
const SAME_TRY: Millis = Millis::from_hours(1);

/// The next time the same message was sent.
fn again<'a>(material: &'a Material<'a>, place: usize, sending: &Sending<'_>) -> Option<&'a Sending<'a>> {
    material.sendings.iter().skip(place + 1).find(|other| {
        let same = match (&sending.reference, &other.reference) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        same && other.channel == sending.channel && other.to == sending.to && other.words == sending.words
    })
}

fn of<'a>(material: &'a Material<'a>, channel: &'a str, fate: Fate) -> impl Iterator<Item = (usize, &'a Sending<'a>)> {
    material.sendings.iter().enumerate().filter(move |(_, sending)| sending.channel == channel && sending.fate == fate)
}

pub fn lost_answer(material: &Material<'_>, channel: &'static str) -> Check {
    let how = if channel == "smpp" { "set `drop_link_every` of `smsc` and send" } else { "set `answer_lost_percent` and send" };
    let mut check = Check::new("no_blind_repeat", channel, "does not send a message again whose answer was lost", how);
    for (place, sending) in of(material, channel, Fate::AnswerLost) {
        let next = again(material, place, sending).filter(|next| next.exchange.at <= sending.exchange.at + BLIND);
        // The same id again is the same message there, and asking so is how a client settles its doubt.
        let harmless = channel == "rcs" && next.is_some_and(|next| next.reference.is_some() && next.reference == sending.reference);
        check.case(next.is_none() || harmless, sending.exchange, || match next {
            Some(next) => format!("sent again as {} to {}", next.exchange.seq, sending.to),
            None => format!("not sent again to {}", sending.to),
        });
    }
    check
}

pub fn throttled(material: &Material<'_>, channel: &'static str) -> Check {
    let how = if channel == "smpp" { "set `per_second` of `smsc` and send" } else { "set `throttle_percent` and send" };
    let mut check = Check::new("backs_off", channel, "waits a second at least before it repeats what was one too many", how);
    for (place, sending) in of(material, channel, Fate::Throttled) {
        let next = again(material, place, sending).map(|next| next.exchange.at - sending.exchange.at);
        check.case(next.is_none_or(|gap| gap >= PAUSE), sending.exchange, || match next {
            Some(gap) => format!("repeated after {} ms", gap.0),
            None => "not repeated".to_owned(),
        });
    }
    check
}

pub fn refused(material: &Material<'_>, channel: &'static str) -> Check {
    let how = if channel == "smpp" { "send to a number that ends in 0180" } else { "set `reject_percent` and send" };
    let mut check = Check::new("refusal_taken", channel, "does not repeat what was refused for good", how);
    for (place, sending) in of(material, channel, Fate::Refused) {
        let next = again(material, place, sending).filter(|next| next.exchange.at <= sending.exchange.at + SAME_TRY);
        check.case(next.is_none(), sending.exchange, || match next {
            Some(next) => format!("sent again as {}", next.exchange.seq),
            None => format!("not sent again to {}", sending.to),
        });
    }
    check
}

/// Re-engagement: outside the window only templates.
pub fn window(material: &Material<'_>) -> Check {
    const CLOSED: u64 = 131_047;
    // A number with this ending is refused so inside the window too.
    const SCRIPTED: &str = "0197";
    let mut check = Check::new(
        "window_kept",
        "whatsapp",
        "writes freely only within 24 hours of the person's last message",
        "send texts to people who have not written",
    );
    let free = |sending: &&Sending<'_>| sending.channel == "whatsapp" && sending.template.is_none() && !sending.to.ends_with(SCRIPTED);
    for sending in material.sendings.iter().filter(free) {
        let closed = sending.fate == Fate::Refused && sending.exchange.response.contains(&CLOSED.to_string());
        let id = serde_json::from_str::<serde_json::Value>(&sending.exchange.response).unwrap_or_default()["messages"][0]["id"].clone();
        let failed = material.statuses.iter().find(|status| Some(status.id.as_str()) == id.as_str() && status.code == Some(CLOSED));
        if sending.fate == Fate::Accepted || closed {
            check.case(!closed && failed.is_none(), sending.exchange, || match (closed, failed) {
                (true, _) => format!("refused to {}: the window is closed", sending.to),
                (_, Some(status)) => format!("failed to {} by {}: the window was closed", sending.to, status.exchange.seq),
                _ => format!("inside the window of {}", sending.to),
            });
        }
    }
    check
}
