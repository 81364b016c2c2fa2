//! What deciding costs: microseconds a step and bytes of state, with no store.
//!
//! `cargo run --release -p decide --example decide_rate -- [people] [rounds] [room]`
//!
//! Plays the gallery's appointment reminder from the booking to the thanks for each person: booked, woken, the reminder handed over, taken,
//! accepted, delivered, read, answered by a tap, the thanks handed over, taken, accepted, delivered. With `room` the sender has room at once, so both messages leave in the
//! steps that plan them and nothing is handed over by a step of its own. States are kept in a list. The last line is
//! a digest over everything that was decided: it stays the same when only the speed changes. One person and one round under callgrind show
//! where the time goes, and how often memory is asked for.
#![expect(clippy::disallowed_methods, reason = "it measures real time")]

mod story;

use std::io::Write;
use std::time::{Duration, Instant};

use decide::Core;
use model::change::Changes;
use model::draws::stable_hash;
use model::signal::Signal;
use model::{ContactId, Message, MessageStatus};
use storage::{Decider, Named, StepInput, StepOutput, named_message};

use story::Maker;

/// The steps of one person's story, in order.
const STEPS: [&str; 12] = [
    "booking",
    "wake",
    "hand-off",
    "result",
    "accepted",
    "delivered",
    "read",
    "tap",
    "hand-off 2",
    "result 2",
    "accepted 2",
    "delivered 2",
];

#[derive(Default)]
struct Person {
    state: Option<Vec<u8>>,
    messages: Vec<Message>,
}

struct Totals {
    time: [Duration; STEPS.len()],
    bytes: [usize; STEPS.len()],
    /// Of everything that is to be stored beside the state, as JSON.
    changes: [usize; STEPS.len()],
    digest: u64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let people: usize = arguments.next().map_or(Ok(2_000), |text| text.parse())?;
    let rounds: usize = arguments.next().map_or(Ok(5), |text| text.parse())?;
    let room = arguments.next().is_some_and(|word| word == "room");
    let core = story::core()?;
    let mut out = std::io::stdout().lock();
    let mut best: Option<Totals> = None;
    for _ in 0..rounds.max(1) {
        let totals = round(&core, people, room)?;
        let sum = |totals: &Totals| totals.time.iter().sum::<Duration>();
        if best.as_ref().is_none_or(|best| sum(&totals) < sum(best)) {
            best = Some(totals);
        }
    }
    let Some(best) = best else { return Ok(()) };
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / people as f64;
    for (n, name) in STEPS.iter().enumerate() {
        let (state, changes) = (best.bytes[n] / people, best.changes[n] / people);
        writeln!(out, "{name:<12} {:>7.2} us  {state:>6} bytes of state  {changes:>6} of changes", micros(best.time[n]))?;
    }
    let steps = if room { STEPS.len() - 2 } else { STEPS.len() };
    let mean = micros(best.time.iter().sum()) / steps as f64;
    let each = |of: &[usize]| of.iter().sum::<usize>() / people / steps;
    writeln!(out, "a step       {mean:>7.2} us  {:>6} bytes of state  {:>6} of changes", each(&best.bytes), each(&best.changes))?;
    writeln!(out, "digest {:016x}", best.digest)?;
    Ok(())
}

/// Step by step over all people, as a store meets them: the state of one person is out of the caches when their next signal comes.
fn round(core: &Core, count: usize, room: bool) -> Result<Totals, Box<dyn std::error::Error>> {
    let mut maker = Maker::default();
    let mut totals = Totals { time: [Duration::ZERO; STEPS.len()], bytes: [0; STEPS.len()], changes: [0; STEPS.len()], digest: 0 };
    let mut people: Vec<Person> = (0..count).map(|_| Person::default()).collect();
    for (n, name) in STEPS.iter().enumerate() {
        if room && name.starts_with("hand-off") {
            continue;
        }
        let mut signals: Vec<Signal> =
            people.iter().enumerate().map(|(who, person)| story::signal(&mut maker, name, who, &person.messages)).collect();
        if room && ["wake", "tap"].contains(name) {
            signals.iter_mut().for_each(|signal| signal.permit = vec![story::WHATSAPP]);
        }
        for (who, (person, signal)) in people.iter_mut().zip(&signals).enumerate() {
            let named = named_message(signal).and_then(|named| {
                person.messages.iter().find(|message| match &named {
                    Named::Id(id) => message.id == *id,
                    Named::Provider { provider_id, .. } => message.provider_id.as_ref() == Some(provider_id),
                })
            });
            let contact = ContactId::from_u128(1 + who as u128);
            let input = StepInput { contact, state: person.state.as_deref(), signal, message: named, taken: &[] };
            let began = Instant::now();
            let output = core.decide(input)?;
            totals.time[n] += began.elapsed();
            totals.bytes[n] += output.state.len();
            let said = said(&output)?;
            totals.changes[n] += said.len();
            totals.digest = stable_hash(&[&totals.digest.to_be_bytes(), &said]);
            person.state = Some(output.state);
            for message in output.changes.messages {
                person.messages.retain(|known| known.id != message.id);
                person.messages.push(message);
            }
        }
    }
    let delivered = |person: &Person| person.messages.iter().any(|message| message.status == MessageStatus::Delivered);
    if !people.iter().all(delivered) {
        return Err("somebody's thanks never arrived".into());
    }
    Ok(totals)
}

/// Everything that was decided, in the form in which others read it. What a later release adds does not belong to it.
fn said(output: &StepOutput) -> Result<Vec<u8>, serde_json::Error> {
    let Changes {
        contact, link, unlink, messages, decisions, ledger, timeline, conversation, runs, counters, deliveries, next_wake, ..
    } = &output.changes;
    let people = (contact, link, unlink, conversation, ledger, next_wake);
    serde_json::to_vec(&(people, messages, decisions, timeline, runs, counters, deliveries, &output.reply))
}
