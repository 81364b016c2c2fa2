//! What a person does about a message, and when. Pure: persona, message and draws in, deeds out.

use model::{Draws, Millis, Rng, Timestamp};

use super::{Entry, Line, Person, Persona, Shown};

/// Something a person will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    Read { message: String },
    Tap { message: String, tap: usize },
    Pick { message: String, row: usize },
    Type { line: Line, business: String, text: String },
    Block { business: String },
    StopMarketing { business: String },
}

/// Answers by habit in a moving day, at most: two automatons must not talk for ever.
const ANSWERS_PER_DAY: usize = 6;

const RESCHEDULE_TEXTS: &[&str] = &[
    "Sorry, something came up. Could we do Thursday afternoon instead?",
    "I can't make it that day. Do you have anything next week?",
    "Is a later time possible? After 5 pm would be best.",
    "Could we move it to the morning, please?",
];

const THANKS_TEXTS: &[&str] = &["Thank you, see you then.", "Great, thanks!", "Perfect, that works for me."];

/// What `person` does about the newly arrived `entry`, in order of time.
pub fn react(person: &Person, entry: &Entry, sms_sender: Option<&str>, now: Timestamp, draws: &mut Draws) -> Vec<(Millis, Deed)> {
    let mut deeds = Vec::new();
    let pace = person.persona.pace();
    let read = between(pace.read_ms, draws);
    let answer = read + between(pace.answer_ms, draws);
    if matches!(entry.line, Line::WhatsApp | Line::Rcs) && reads(person.persona, draws) {
        deeds.push((Millis(read as i64), Deed::Read { message: entry.id.clone() }));
    }
    let recent = person.answers.iter().filter(|at| **at + Millis::from_days(1) > now).count();
    if recent >= ANSWERS_PER_DAY {
        return deeds;
    }
    let at = Millis(answer as i64);
    let types = |text: &str| Deed::Type { line: entry.line, business: entry.business.clone(), text: text.to_owned() };
    match person.persona {
        Persona::Manual | Persona::Silent => {}
        Persona::Blocks if entry.line == Line::WhatsApp => deeds.push((at, Deed::Block { business: entry.business.clone() })),
        Persona::Blocks => deeds.push((at, types("STOP"))),
        Persona::Stops => {
            deeds.push((at, types("STOP")));
            if entry.line == Line::WhatsApp {
                deeds.push((plus(at, 2_000), Deed::StopMarketing { business: entry.business.clone() }));
            }
        }
        _ if !entry.shown.asks() => {}
        Persona::Reschedules => {
            let words = RESCHEDULE_TEXTS[draws.below(RESCHEDULE_TEXTS.len() as u64) as usize];
            match choose(&entry.shown, false) {
                Some(deed) => {
                    deeds.push((at, deed.into_deed(entry)));
                    deeds.push((plus(at, 8_000 + draws.below(40_000)), types(words)));
                }
                None if recent == 0 => deeds.push((at, types(words))),
                None => deeds.push((at, types(THANKS_TEXTS[draws.below(THANKS_TEXTS.len() as u64) as usize]))),
            }
        }
        Persona::TwoChannels => {
            deeds.push((at, confirm(entry, types)));
            if let (Line::WhatsApp, Some(sender)) = (entry.line, sms_sender) {
                let text = "I answered on WhatsApp, all good.".to_owned();
                deeds.push((plus(at, 60_000), Deed::Type { line: Line::Sms, business: sender.to_owned(), text }));
            }
        }
        Persona::Confirms | Persona::Late | Persona::Private | Persona::SmsOnly | Persona::UsernameOnly => {
            deeds.push((at, confirm(entry, types)));
        }
    }
    deeds
}

/// What somebody picked among the answers on offer.
enum Choice {
    Tap(usize),
    Row(usize),
}

impl Choice {
    fn into_deed(self, entry: &Entry) -> Deed {
        let message = entry.id.clone();
        match self {
            Self::Tap(tap) => Deed::Tap { message, tap },
            Self::Row(row) => Deed::Pick { message, row },
        }
    }
}

fn reads(persona: Persona, draws: &mut Draws) -> bool {
    match persona {
        Persona::Manual => false,
        Persona::Silent => draws.below(2) == 0,
        _ => true,
    }
}

fn confirm(entry: &Entry, types: impl Fn(&str) -> Deed) -> Deed {
    match choose(&entry.shown, true) {
        Some(choice) => choice.into_deed(entry),
        None => types(&spoken_option(&entry.shown.text).unwrap_or_else(|| "YES".to_owned())),
    }
}

/// The button or row that agrees (or does not). Falls back to the first (or last) one.
fn choose(shown: &Shown, agree: bool) -> Option<Choice> {
    const AGREE: &[&str] = &["confirm", "yes", "ok", "accept", "keep", "coming"];
    const OTHER: &[&str] = &["resched", "change", "move", "another", "different"];
    let words = if agree { AGREE } else { OTHER };
    let fits = |id: &str, title: &str| {
        let text = format!("{id} {title}").to_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    let replies: Vec<usize> = shown.replies().map(|(index, _)| index).collect();
    let edge = |all: &[usize]| if agree { all.first().copied() } else { all.get(1).or(all.last()).copied() };
    if let Some(fallback) = edge(&replies) {
        let tap = replies.iter().copied().find(|i| fits(&shown.taps[*i].id, &shown.taps[*i].title)).unwrap_or(fallback);
        return Some(Choice::Tap(tap));
    }
    let rows: Vec<usize> = (0..shown.rows.len()).collect();
    let fallback = edge(&rows)?;
    Some(Choice::Row(rows.iter().copied().find(|i| fits(&shown.rows[*i].id, &shown.rows[*i].title)).unwrap_or(fallback)))
}

/// `Reply C to confirm` → `C`: the word after the first "reply", without its punctuation.
fn spoken_option(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let at = lower.find("reply ")? + "reply ".len();
    // Lower-casing can change byte lengths outside ASCII, so the offset is checked against the original text.
    let word = text.get(at..)?.split_whitespace().next()?;
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    (!word.is_empty() && word.len() <= 10 && !word.eq_ignore_ascii_case("stop") && !word.eq_ignore_ascii_case("to"))
        .then(|| word.to_owned())
}

fn plus(at: Millis, ms: u64) -> Millis {
    Millis(at.0 + ms as i64)
}

fn between((from, to): (u64, u64), draws: &mut Draws) -> u64 {
    from + draws.below(to.saturating_sub(from) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::WorldConfig;
    use crate::people::{Population, Tap, TapKind};

    fn entry(line: Line, text: &str, taps: &[&str]) -> Entry {
        let taps = taps.iter().map(|t| Tap { id: t.to_lowercase(), title: (*t).into(), kind: TapKind::Reply, target: None }).collect();
        Entry {
            seq: 1,
            at: Timestamp::EPOCH,
            line,
            from_business: true,
            business: "b".into(),
            id: "m".into(),
            opaque: None,
            kind: "text".into(),
            shown: Shown { taps, ..Shown::text(text) },
            context: None,
            read_at: None,
            delivered_at: None,
            reaction: None,
            revoked: false,
        }
    }

    fn deeds(persona: Persona, entry: &Entry) -> Vec<Deed> {
        let config = WorldConfig::default();
        let mut person = Population::generate(&config, 1).iter().next().cloned().expect("a population has people");
        person.persona = persona;
        react(&person, entry, Some("+12025550100"), Timestamp::EPOCH, &mut Draws::new(1)).into_iter().map(|(_, deed)| deed).collect()
    }

    #[test]
    fn a_confirmer_taps_the_confirming_button_wherever_it_stands() {
        let entry = entry(Line::WhatsApp, "Your appointment", &["Reschedule", "Confirm"]);
        assert!(deeds(Persona::Confirms, &entry).contains(&Deed::Tap { message: "m".into(), tap: 1 }));
    }

    #[test]
    fn a_rescheduler_taps_and_then_writes() {
        let entry = entry(Line::WhatsApp, "Your appointment", &["Confirm", "Reschedule"]);
        let deeds = deeds(Persona::Reschedules, &entry);
        assert_eq!(deeds[1], Deed::Tap { message: "m".into(), tap: 1 });
        assert!(matches!(&deeds[2], Deed::Type { line: Line::WhatsApp, .. }));
    }

    #[test]
    fn a_stopper_writes_stop_to_an_sms() {
        let deeds = deeds(Persona::Stops, &entry(Line::Sms, "Hello", &[]));
        assert_eq!(deeds, vec![Deed::Type { line: Line::Sms, business: "b".into(), text: "STOP".into() }]);
    }

    #[test]
    fn an_sms_with_named_options_is_answered_with_the_first() {
        let deeds = deeds(Persona::SmsOnly, &entry(Line::Sms, "Tomorrow 9:00. Reply C to confirm, R to reschedule.", &[]));
        assert_eq!(deeds, vec![Deed::Type { line: Line::Sms, business: "b".into(), text: "C".into() }]);
    }

    #[test]
    fn a_silent_person_never_answers() {
        let deeds = deeds(Persona::Silent, &entry(Line::WhatsApp, "Coming?", &["Confirm"]));
        assert!(deeds.iter().all(|deed| matches!(deed, Deed::Read { .. })));
    }
}
