//! Playing mutations until the time is over, and making small what was found.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use anyhow::Result;

use crate::mutate::{Material, mutate};
use crate::target::{Broken, Reader, Target};
use crate::{Random, cases_of, cost};

/// Inputs that are kept to be mutated further.
const CORPUS_MAX: usize = 2_000;
/// Tries to make a finding smaller.
const SMALLER_MAX: usize = 1_000;
/// Different findings after which there is enough to do.
const FINDINGS_MAX: usize = 10;
/// Measurements before an input counts as slow: the least of them, since a machine may be busy.
const MEASURED: usize = 3;

/// When a hunt ends.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    Passed(Duration),
    Inputs(u64),
}

/// An input that broke a promise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub what: String,
    pub input: Vec<u8>,
}

#[derive(Clone, Debug, Default)]
pub struct Hunted {
    pub inputs: u64,
    /// In how many ways inputs were read.
    pub shapes: usize,
    pub findings: Vec<Finding>,
}

/// Reads one input, and says which promise did not hold.
pub fn try_one(target: &Target, reader: &mut Reader, input: &[u8]) -> Result<u64, String> {
    let start = cost::clock();
    let answer = guarded(reader, input);
    let bound = Duration::from_millis(target.pace.bound_ms(input.len()));
    if start.elapsed() > bound && answer.is_ok() {
        let measured = (0..MEASURED).map(|_| cost::processor_time(|| drop(guarded(reader, input)))).min().unwrap_or_default();
        if measured > bound {
            return Err(format!("takes too long: more than {} ms for {} bytes", bound.as_millis(), input.len()));
        }
    }
    answer
}

fn guarded(reader: &mut Reader, input: &[u8]) -> Result<u64, String> {
    match catch_unwind(AssertUnwindSafe(|| reader(input))) {
        Ok(Ok(shape)) => Ok(shape),
        Ok(Err(Broken(what))) => Err(what),
        Err(payload) => Err(format!("panics: {}", words(payload.as_ref()))),
    }
}

fn words(payload: &(dyn Any + Send)) -> &str {
    payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("without words")
}

/// What a finding is known by: one mistake shows with many inputs.
fn kind(what: &str) -> String {
    what.chars().filter(|letter| !letter.is_ascii_digit()).take(60).collect()
}

/// Plays a target. `before` is told each input before it is read, so that one which ends the process is known all the same.
pub fn hunt(target: &Target, seed: u64, until: Until, before: &mut dyn FnMut(&[u8])) -> Result<Hunted> {
    let mut reader = (target.reader)()?;
    let mut random = Random::new(seed);
    let mut corpus = (target.seeds)()?;
    corpus.extend(cases_of(target.name)?);
    let (mut seen, mut found) = (BTreeSet::new(), BTreeMap::new());
    let (mut inputs, start) = (0_u64, cost::clock());
    let over = |inputs| match until {
        Until::Passed(time) => start.elapsed() >= time,
        Until::Inputs(most) => inputs >= most,
    };
    let sound = corpus.len();
    while !over(inputs) && found.len() < FINDINGS_MAX {
        // Seeds first as they are; then what came last more often than what is old.
        let input = match usize::try_from(inputs).ok().filter(|at| *at < sound) {
            Some(at) => corpus[at].clone(),
            None => {
                let newest = corpus.len().saturating_sub(1 + random.below(20));
                let at = if random.one_in(3) { newest } else { random.below(corpus.len()) };
                let other = corpus[random.below(corpus.len())].as_slice();
                let with = Material { form: target.form, words: target.words, other, longest: target.longest };
                mutate(&corpus[at], &with, &mut random)
            }
        };
        inputs += 1;
        before(&input);
        match try_one(target, &mut reader, &input) {
            Ok(shape) => {
                if seen.insert(shape) && corpus.len() < CORPUS_MAX {
                    corpus.push(input);
                }
            }
            Err(what) => {
                if let std::collections::btree_map::Entry::Vacant(place) = found.entry(kind(&what)) {
                    let input = smaller(target, &mut reader, input, place.key(), before);
                    place.insert(Finding { what, input });
                }
            }
        }
    }
    Ok(Hunted { inputs, shapes: seen.len(), findings: found.into_values().collect() })
}

/// Takes pieces out as long as the same promise stays broken.
fn smaller(target: &Target, reader: &mut Reader, mut input: Vec<u8>, known_as: &str, before: &mut dyn FnMut(&[u8])) -> Vec<u8> {
    let (mut piece, mut tries) = (input.len() / 2, 0);
    while piece > 0 {
        let mut at = 0;
        while at < input.len() {
            tries += 1;
            if tries > SMALLER_MAX {
                return input;
            }
            let mut shorter = input.clone();
            shorter.drain(at..(at + piece).min(input.len()));
            before(&shorter);
            match try_one(target, reader, &shorter) {
                Err(what) if kind(&what) == known_as => input = shorter,
                _ => at += piece,
            }
        }
        piece /= 2;
    }
    input
}
