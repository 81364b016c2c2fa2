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
            // Of RCS it is the message's id, which the sender chooses: another id does not make other words.
            (Some(a), Some(b)) => a == b || sending.channel == "rcs",
            _ => true,
        };
        same && other.channel == sending.channel && other.to == sending.to && other.words == sending.words
    })
}

/// The next time the same words went to the same person, as another message.
fn repeated<'a>(material: &'a Material<'a>, place: usize, sending: &Sending<'_>) -> Option<&'a Sending<'a>> {
    let another = |other: &&Sending<'_>| match sending.channel {
        // The same id again is the same message there, and asking so is how a client settles its doubt; another id is another message.
        "rcs" => other.reference != sending.reference && other.words == sending.words,
        // A server takes the same Message-ID twice, so both an equal id and equal words are a repeat.
        "email" => other.words == sending.words || other.reference.is_some() && other.reference == sending.reference,
        _ => false,
    };
    match sending.channel {
        "rcs" | "email" => {
            let later = material.sendings.iter().skip(place + 1);
            later.filter(|other| other.channel == sending.channel && other.to == sending.to).find(another)
        }
        _ => again(material, place, sending),
    }
}

fn of<'a>(material: &'a Material<'a>, channel: &'a str, fate: Fate) -> impl Iterator<Item = (usize, &'a Sending<'a>)> {
    material.sendings.iter().enumerate().filter(move |(_, sending)| sending.channel == channel && sending.fate == fate)
}

pub fn lost_answer(material: &Material<'_>, channel: &'static str) -> Check {
    let how = match channel {
        "smpp" => "set `drop_link_every` of `smsc` and send",
        "email" => "set `drop_link_every` of `mail` and send",
        _ => "set `answer_lost_percent` and send",
    };
    let mut check = Check::new("no_blind_repeat", channel, "does not send a message again whose answer was lost", how);
    for (place, sending) in of(material, channel, Fate::AnswerLost) {
        let next = repeated(material, place, sending).filter(|next| next.exchange.at <= sending.exchange.at + BLIND);
        check.case(next.is_none(), sending.exchange, || match next {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::config::WorldConfig;
    use crate::report::Verdict;
    use crate::world::{Exchange, Party, World, note};

    fn verdict(channel: &str, party: Party, method: &str, sends: [(&str, &str); 2]) -> Option<Verdict> {
        let mut world = World::new(WorldConfig::default(), 7);
        for (n, (target, body)) in sends.into_iter().enumerate() {
            let mut exchange = Exchange::request(world.now(), party, method, target, body.as_bytes());
            match n {
                0 => exchange.note = Some(note::ANSWER_LOST.to_owned()),
                _ => exchange = exchange.answered(Some(0), b""),
            }
            world.record(exchange);
        }
        world.report().check("no_blind_repeat", channel).map(|check| check.verdict)
    }

    #[test]
    fn rcs_words_may_come_again_under_their_id_and_under_no_other() {
        let to = |id: &str| format!("/v1/phones/%2B12025550123/agentMessages?messageId={id}&agentId=a");
        let body = |ttl: &str| json!({ "contentMessage": { "text": "Hello" }, "ttl": ttl }).to_string();
        let rcs = |id: &str| verdict("rcs", Party::RbmApi, "POST", [(&to("one"), &body("60s")), (&to(id), &body("59s"))]);
        assert_eq!(rcs("one"), Some(Verdict::Passed));
        assert_eq!(rcs("two"), Some(Verdict::Failed));
    }

    #[test]
    fn an_smpp_text_is_the_same_whatever_its_validity_is() {
        let body = |text: &str, validity: &str| {
            json!({ "text": text, "octets": hex::encode(text), "data_coding": 0, "esm_class": 0, "validity_period": validity }).to_string()
        };
        let to = "12025550100 → 12025550123";
        let smpp = |text: &str| verdict("smpp", Party::Smsc, "submit", [(to, &body("Hello", "1")), (to, &body(text, "2"))]);
        assert_eq!(smpp("Hello"), Some(Verdict::Failed));
        assert_eq!(smpp("Goodbye"), Some(Verdict::Passed));
    }

    #[test]
    fn parts_of_one_smpp_text_are_no_repeat_of_each_other() {
        let body = |octets: &str| json!({ "text": "?", "octets": octets, "data_coding": 0, "esm_class": 0x40 }).to_string();
        let to = "12025550100 → 12025550123";
        let smpp = |octets: &str| verdict("smpp", Party::Smsc, "submit", [(to, &body("050003070201616161")), (to, &body(octets))]);
        assert_eq!(smpp("050003070202616161"), Some(Verdict::Passed));
        assert_eq!(smpp("050003080201616161"), Some(Verdict::Failed), "the reference number is new, the part is not");
    }

    #[test]
    fn a_mail_is_repeated_by_its_id_or_by_its_words() {
        let mail = |id: &str, words: &str| format!("Message-ID: <{id}>\r\nSubject: Table\r\n\r\n--{id}\r\n{words}\r\n");
        let said = |id: &str, words: &str| {
            verdict("email", Party::MailServer, "MAIL", [("a@example.com", &mail("1@x", "Ready.")), ("a@example.com", &mail(id, words))])
        };
        assert_eq!(said("1@x", "Ready. "), Some(Verdict::Failed));
        assert_eq!(said("2@x", "Ready."), Some(Verdict::Failed));
        assert_eq!(said("2@x", "Closed."), Some(Verdict::Passed));
    }
}
