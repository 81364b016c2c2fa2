//! From sound input to hostile input.

mod bytes;
mod json;

use crate::Random;
use crate::target::Form;

/// Mutations on top of one another.
const AT_ONCE: usize = 6;

/// What mutations draw from besides chance.
pub(crate) struct Material<'a> {
    pub form: Form,
    pub words: &'a [&'a str],
    /// Another input, to take pieces from.
    pub other: &'a [u8],
    pub longest: usize,
}

pub(crate) fn mutate(input: &[u8], with: &Material<'_>, random: &mut Random) -> Vec<u8> {
    // Whole structures most of the time: what does not parse at all is refused by the first line of every reader.
    if with.form == Form::Json
        && !random.one_in(4)
        && let Some(mutant) = json::mutate(input, with, random)
    {
        return fit(mutant, with);
    }
    let mut mutant = input.to_vec();
    for _ in 0..=random.below(AT_ONCE) {
        bytes::mutate(&mut mutant, with, random);
    }
    fit(mutant, with)
}

/// Text stays text: readers of text are never given anything else.
fn fit(mut mutant: Vec<u8>, with: &Material<'_>) -> Vec<u8> {
    mutant.truncate(with.longest);
    if with.form == Form::Text { String::from_utf8_lossy(&mutant).into_owned().into_bytes() } else { mutant }
}
