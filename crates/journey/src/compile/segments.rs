//! What an SMS costs at worst: how many segments it can take, and which letters make it dearer.

use super::Reader;
use crate::limits::{self, SMS_SEGMENTS_MAX, sms_segments};
use crate::text::Text;
use crate::yaml::Node;

/// Letters of a value that has no limit of its own: most names, and most numbers of orders.
const VALUE_LETTERS: usize = 30;
/// A short link on a domain such as `https://go.example.com`: the domain, `/s/`, and twelve letters.
const SHORT_LINK: usize = 22 + 3 + 12;
/// Wide letters that are named; one is enough to make a text dear.
const NAMED: usize = 5;

/// JRN032 where the text can never go, JRN033 where it may be billed more than once.
pub(super) fn check(r: &mut Reader<'_>, node: &Node, text: &Text) {
    // Without values and branches: what is too long then is too long for everybody.
    let least = if text.source().contains("{%") { 0 } else { sms_segments(&text.longest(0).0) };
    if least > SMS_SEGMENTS_MAX {
        let fix = format!("Shorten it to {SMS_SEGMENTS_MAX}.");
        return r.findings.error("JRN032", node.at, format!("the SMS takes {least} segments"), fix);
    }
    if let Some((what, fix)) = warning(text) {
        r.findings.warning("JRN033", node.at, what, fix);
    }
}

fn warning(text: &Text) -> Option<(String, String)> {
    let (most, assumed) = text.longest(VALUE_LETTERS);
    let segments = sms_segments(&most);
    if segments < 2 {
        return None;
    }
    let mut what = format!("the SMS takes {}{segments} segments, and each one is paid for", if assumed { "up to " } else { "" });
    if assumed {
        what.push_str(&format!(" (values without `truncate` counted with {VALUE_LETTERS} letters)"));
    }
    let wide = limits::wide_letters(&most);
    let narrow: String = most.chars().map(|letter| if wide.contains(&letter) { 'x' } else { letter }).collect();
    let without = sms_segments(&narrow);
    let mut fix = "160 plain characters fit in one, 70 with accents or symbols beyond the GSM alphabet.".to_owned();
    if without < segments {
        let named: Vec<String> = wide.iter().take(NAMED).map(|letter| format!("`{letter}`")).collect();
        let more = if wide.len() > NAMED { " and others" } else { "" };
        let verb = if wide.len() == 1 { "makes" } else { "make" };
        what.push_str(&format!("; {}{more} {verb} it so: {without} without", named.join(", ")));
        fix = "Write plain letters instead (' for a curly quote, - for a dash, words for an emoji), or shorten the text.".to_owned();
    }
    let linked = sms_segments(&with_short_links(&most));
    if linked < segments {
        what.push_str(&format!("; {linked} where links are shortened"));
    }
    Some((what, fix))
}

/// Links as they are where a workspace shortens them, if that makes them shorter.
fn with_short_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let start = ["https://", "http://"].iter().filter_map(|scheme| word.find(scheme)).min();
        let Some((before, link)) = start.map(|at| word.split_at(at)) else {
            out.push_str(word);
            continue;
        };
        let target = link.trim_end();
        out.push_str(before);
        if target.chars().count() > SHORT_LINK {
            out.extend(std::iter::repeat_n('x', SHORT_LINK));
        } else {
            out.push_str(target);
        }
        out.push_str(&link[target.len()..]);
    }
    out
}
