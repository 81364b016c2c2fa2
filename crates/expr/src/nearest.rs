//! "Did you mean": the known name nearest to a mistyped one.

/// The candidate with the fewest edits, if few enough for a slip of the fingers. Ties go to the first candidate.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    let wanted = name.to_lowercase().replace('_', "");
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= 8 && name.len() <= 64)
        .map(|candidate| (distance(&wanted, &candidate.to_lowercase().replace('_', "")), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance, with a swap of neighbours as one edit.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let names = ["first_name", "last_name", "city"];
        assert_eq!(nearest("fist_name", names), Some("first_name"));
        assert_eq!(nearest("firstName", names), Some("first_name"));
        assert_eq!(nearest("ctiy", names), Some("city"));
        assert_eq!(nearest("order_total", names), None);
    }
}
