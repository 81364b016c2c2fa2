//! STOP in any wording (A80), over `data/keywords.tsv`.

use std::collections::BTreeSet;

use policy::keywords::{Keyword, classify};

fn phrases(label: &str) -> Vec<(&'static str, &'static str)> {
    let rows = include_str!("data/keywords.tsv").lines().filter(|l| !l.starts_with('#'));
    let rows = rows.map(|l| l.split('\t').collect::<Vec<_>>());
    rows.filter(|cols| cols[0] == label).map(|cols| (cols[1], cols[2])).collect()
}

#[test]
fn the_set_is_large_and_in_many_languages() {
    let all: Vec<_> = ["out", "keep", "in", "help"].into_iter().flat_map(phrases).collect();
    let languages: BTreeSet<_> = all.iter().map(|(language, _)| language).collect();
    assert!(all.len() >= 300 && languages.len() >= 20, "{} phrases, {} languages", all.len(), languages.len());
}

/// A80: at least 99 % of revocations are seen, the plain ones as certain.
#[test]
fn a80_revocations_are_recognised_in_any_wording_and_language() {
    let set = phrases("out");
    let missed: Vec<_> = set.iter().filter(|(_, text)| !matches!(classify(text), Keyword::Stop | Keyword::PossibleStop)).collect();
    assert!(missed.len() * 100 <= set.len(), "{} of {} missed: {missed:?}", missed.len(), set.len());
    let certain = set.iter().filter(|(_, text)| classify(text) == Keyword::Stop).count();
    assert!(certain * 2 > set.len(), "only {certain} of {} are certain", set.len());
}

/// A80: what is ambiguous goes to a person; it never revokes by itself.
#[test]
fn a80_no_harmless_message_revokes_by_itself() {
    let set = phrases("keep");
    let wrong: Vec<_> = set.iter().filter(|(_, text)| classify(text) == Keyword::Stop).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let alarms: Vec<_> = set.iter().filter(|(_, text)| classify(text) == Keyword::PossibleStop).collect();
    assert!(alarms.len() * 20 <= set.len(), "too many false alarms: {alarms:?}");
}

#[test]
fn start_and_help_are_whole_messages() {
    assert!(phrases("in").iter().all(|(_, text)| classify(text) == Keyword::Start));
    assert!(phrases("help").iter().all(|(_, text)| classify(text) == Keyword::Help));
    assert_eq!(classify("I need help with my order"), Keyword::None);
    assert_eq!(classify("the car does not start"), Keyword::None);
    assert_eq!(classify(""), Keyword::None);
    assert_eq!(classify("   …!?  "), Keyword::None);
}

#[test]
fn a80_politeness_does_not_make_a_stop_uncertain() {
    for text in ["STOP PLEASE", "Stop, thank you!", "please STOP", "hi, stop"] {
        assert_eq!(classify(text), Keyword::Stop, "{text}");
    }
    assert_eq!(classify("please stop texting me"), Keyword::PossibleStop);
}
