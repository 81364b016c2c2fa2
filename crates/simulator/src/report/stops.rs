//! The rule about people who have had enough.

use model::Millis;

use super::Check;
use super::material::{Material, Sending};
use crate::twilio::{Keyword, keyword};

/// One confirmation may go out within this time.
const CONFIRMATION: Millis = Millis::from_mins(5);

pub fn stop(material: &Material<'_>, channel: &'static str) -> Check {
    let (rule, how) = match channel {
        "whatsapp" => ("sends no marketing to who stopped it", "stop marketing as somebody, or write STOP"),
        _ => ("sends nothing but one confirmation to who wrote STOP", "write STOP as somebody"),
    };
    let mut check = Check::new("stop_obeyed", channel, rule, how);
    for (place, told) in material.told.iter().enumerate() {
        // Who never heard of it cannot obey; SMPP answers 0.
        let heard = told.exchange.status.is_some_and(|status| if channel == "smpp" { status == 0 } else { (200..300).contains(&status) });
        if told.channel != channel || keyword(&told.text) != Some(Keyword::Stop) || !heard {
            continue;
        }
        let (at, seq) = (told.exchange.at, told.exchange.seq);
        // A copy of the same webhook is not a second wish.
        let next = material.told[place + 1..].iter().find(|n| n.channel == channel && n.from == told.from && n.id != told.id);
        let until = next.map_or(u64::MAX, |next| next.exchange.seq);
        let concerned = |s: &&Sending<'_>| {
            s.channel == channel
                && s.to == told.from
                && s.exchange.seq > seq
                && s.exchange.seq < until
                && (channel != "whatsapp" || s.template == Some("MARKETING"))
        };
        let mut after = material.sendings.iter().filter(concerned).peekable();
        let confirms = channel != "whatsapp" && after.peek().is_some_and(|first| first.exchange.at <= at + CONFIRMATION);
        let offender = after.nth(usize::from(confirms));
        let shown = offender.map_or(told.exchange, |sending| sending.exchange);
        check.case(offender.is_none(), shown, || match offender {
            Some(sending) => format!("sent to {} after the STOP in {seq}", sending.to),
            None => format!("nothing more to {}", told.from),
        });
    }
    check
}
