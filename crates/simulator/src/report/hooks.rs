//! Rules about taking webhooks.

use std::collections::BTreeMap;

use model::Millis;

use super::Check;
use super::material::{Fate, Material, channel_of, forged};
use crate::world::{Exchange, Party};

/// How long a reply to a message may take to be counted as its reply.
const REPLY: Millis = Millis::from_mins(10);

fn on<'a>(material: &'a Material<'a>, channel: &'a str) -> impl Iterator<Item = &'a Exchange> {
    material.hooks.iter().copied().filter(move |exchange| channel_of(exchange.party) == channel)
}

fn said(exchange: &Exchange) -> String {
    exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string())
}

const fn good(status: u16) -> bool {
    matches!(status, 200..=299)
}

pub fn handshake(material: &Material<'_>) -> Check {
    let mut check = Check::new(
        "handshake_answered",
        "whatsapp",
        "answers the check of a callback with its challenge",
        "register a callback through the API",
    );
    for exchange in &material.handshakes {
        check.case(exchange.status.is_some_and(good), exchange, || format!("the handshake got {}", said(exchange)));
    }
    check
}

pub fn signature(material: &Material<'_>, channel: &'static str) -> Check {
    let mut check = Check::new(
        "signature_verified",
        channel,
        "refuses a webhook whose signature is wrong",
        "set `wrong_signature_percent` and let people write",
    );
    for exchange in on(material, channel).filter(|exchange| forged(exchange)) {
        // No answer at all shows nothing about the signature.
        let Some(status) = exchange.status else { continue };
        check.case(!good(status), exchange, || format!("a forged webhook got {status}"));
    }
    check
}

pub fn accepted(material: &Material<'_>, channel: &'static str) -> Check {
    let mut check = Check::new("webhooks_accepted", channel, "accepts what is signed rightly", "set a callback and let people write");
    for exchange in on(material, channel).filter(|exchange| !forged(exchange)) {
        let Some(status) = exchange.status else { continue };
        // Meta takes nothing but 200 for an acceptance (reference 4.1).
        let right = if channel == "whatsapp" { status == 200 } else { good(status) };
        check.case(right, exchange, || format!("a true webhook got {status}"));
    }
    check
}

pub fn in_time(material: &Material<'_>, channel: &'static str) -> Check {
    // Meta wants fewer than one in a hundred over a second; Twilio waits 15 s and Telnyx 2; the events of RCS are pushed with 10 s.
    let (limit, rule, tolerated) = match channel {
        "whatsapp" => (1_000, "answers webhooks within a second, 99 times in 100", 1),
        "sms" => (15_000, "answers webhooks within 15 seconds, those of Telnyx within 2", 0),
        _ => (10_000, "answers events within 10 seconds", 0),
    };
    let mut check = Check::new("answers_in_time", channel, rule, "set a callback and let people write, at `--speed 1`");
    let timed: Vec<(&Exchange, u64)> = on(material, channel).filter_map(|exchange| Some((exchange, exchange.took_ms?))).collect();
    let late = timed.iter().filter(|(_, took)| *took > limit).count();
    let forgiven = late * 100 <= timed.len() * tolerated;
    for (exchange, took) in timed {
        let limit = if exchange.party == Party::TelnyxWebhook { 2_000 } else { limit };
        check.case(took <= limit || forgiven && tolerated > 0, exchange, || format!("answered after {took} ms"));
    }
    check
}

pub fn duplicates(material: &Material<'_>, channel: &'static str) -> Check {
    let mut check = Check::new("duplicates_accepted", channel, "accepts a webhook that comes a second time", "set `duplicate_percent`");
    let mut seen: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for exchange in on(material, channel).filter(|exchange| !forged(exchange) && exchange.attempt == 1) {
        let Some(status) = exchange.status else { continue };
        if let Some(first) = seen.insert((&exchange.target, &exchange.request), exchange.seq) {
            check.case(good(status), exchange, || format!("the same as {first} got {status}"));
        }
    }
    check
}

/// A message that was told twice is answered once: nothing of the same words goes to that person again before they write again.
pub fn answered_once(material: &Material<'_>, channel: &'static str) -> Check {
    let mut check = Check::new(
        "duplicates_answered_once",
        channel,
        "does not answer a message twice that was told twice",
        "set `duplicate_percent` and let people write",
    );
    let mut copies: BTreeMap<(&str, &str), Vec<&Exchange>> = BTreeMap::new();
    for told in material.told.iter().filter(|told| told.channel == channel && told.exchange.status.is_some_and(good)) {
        copies.entry((&told.from, &told.id)).or_default().push(told.exchange);
    }
    for ((from, id), told) in &copies {
        let [first, .., last] = told.as_slice() else { continue };
        let until = last.at + REPLY;
        let others =
            copies.iter().any(|((who, other), when)| who == from && other != id && when.iter().any(|e| e.at >= first.at && e.at <= until));
        if others {
            continue;
        }
        let mut replies: BTreeMap<&str, usize> = BTreeMap::new();
        let sent = material.sendings.iter().filter(|s| s.channel == channel && s.to == *from && s.fate == Fate::Accepted);
        for sending in sent.filter(|s| s.exchange.seq > first.seq && s.exchange.at <= until) {
            *replies.entry(&sending.words).or_default() += 1;
        }
        let twice = replies.values().any(|count| *count > 1);
        check.case(!twice, last, || match twice {
            true => format!("{id} was told {} times, and the same answer was sent more than once", told.len()),
            false => format!("{id} was told {} times", told.len()),
        });
    }
    check
}

pub fn out_of_order(material: &Material<'_>) -> Check {
    let mut check =
        Check::new("out_of_order_accepted", "whatsapp", "accepts a status that comes after a later one", "set `reorder_percent` and send");
    let mut highest: BTreeMap<&str, u8> = BTreeMap::new();
    for status in material.statuses.iter().filter(|status| status.rank > 0) {
        let Some(answer) = status.exchange.status else { continue };
        let before = highest.entry(&status.id).or_default();
        if status.rank < *before {
            check.case(good(answer), status.exchange, || format!("an earlier status of {} came late and got {answer}", status.id));
        }
        *before = status.rank.max(*before);
    }
    check
}

pub fn one_click(material: &Material<'_>) -> Check {
    let mut check =
        Check::new("one_click_accepted", "email", "accepts a press on the opt-out button of a mail program", "press it: `unsubscribes`");
    for exchange in &material.one_clicks {
        check.case(exchange.status.is_some_and(good), exchange, || format!("the press got {}", said(exchange)));
    }
    check
}
