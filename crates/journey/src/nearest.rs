//! "Did you mean": the known name nearest to a mistyped one.

/// The candidate with the fewest edits, if few enough for a slip of the fingers.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 64 && name.len() <= 64)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// A sentence for a fix: the nearest name, or all of them when they are few.
pub(crate) fn suggestion<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(name, candidates.clone()) {
        return format!("Did you mean `{near}`?");
    }
    let all: Vec<&str> = candidates.into_iter().take(16).collect();
    if all.is_empty() { "There is none yet.".to_owned() } else { format!("Known here: {}.", all.join(", ")) }
}

/// Levenshtein distance over characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let cost = usize::from(from != *to);
            row.push((last[j] + cost).min(row[j] + 1).min(last[j + 1] + 1));
        }
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        assert_eq!(nearest("max_latenes", ["max_lateness", "on_late"]), Some("max_lateness"));
        assert_eq!(nearest("colour", ["max_lateness", "on_late"]), None);
    }
}
