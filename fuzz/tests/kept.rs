//! Every seed and every kept case keeps every promise, and the hunt itself finds what it is there for.

use std::collections::BTreeSet;

use fuzz::hunt::{Until, hunt, try_one};
use fuzz::target::{Broken, Form, Pace, Target, promise, read_as};
use fuzz::targets::ALL;

/// Mutations of each target that every run of the tests plays besides.
const A_FEW: u64 = 150;

/// With the stack of the threads that read in the product.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(fuzz::STACK_BYTES).spawn(work).unwrap().join().unwrap();
}

#[test]
fn seeds_kept_cases_and_a_few_mutations_break_no_promise() {
    for target in ALL {
        on_a_small_stack(|| {
            let mut reader = (target.reader)().unwrap();
            let seeds = (target.seeds)().unwrap();
            assert!(!seeds.is_empty() && seeds.iter().all(|seed| seed.len() <= target.longest), "{}", target.name);
            for input in seeds.iter().chain(&fuzz::cases_of(target.name).unwrap()) {
                assert!(try_one(target, &mut reader, input).is_ok(), "{}: {:?}", target.name, try_one(target, &mut reader, input));
            }
            let hunted = hunt(target, 7, Until::Inputs(A_FEW), &mut |_| {}).unwrap();
            assert_eq!(hunted.findings, [], "{}", target.name);
            assert!(hunted.shapes > 3, "{}: all is read in {} ways", target.name, hunted.shapes);
        });
    }
}

#[test]
fn every_kept_case_is_of_a_target_and_every_target_has_its_own_name() {
    let names: BTreeSet<&str> = ALL.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), ALL.len());
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/cases")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            let name = entry.file_name().into_string().unwrap();
            assert!(names.contains(name.as_str()), "no target is named {name}");
            assert!(!fuzz::case_files(&name).unwrap().is_empty(), "{name} keeps nothing");
        }
    }
}

/// A reader with four mistakes.
const BAD: Target = Target {
    name: "bad",
    form: Form::Json,
    seeds: || Ok(vec![br#"{"list":[1],"name":"a"}"#.to_vec()]),
    words: &["boom", "twice"],
    longest: 4_096,
    pace: Pace { once_ms: 40, each_kib_ms: 0 },
    reader: || {
        Ok(Box::new(|raw| {
            let value: serde_json::Value = serde_json::from_slice(raw).unwrap_or_default();
            let name = value["name"].as_str().unwrap_or_default();
            assert!(value["list"].as_array().is_none_or(|list| list.len() < 30), "too many");
            promise(!name.contains("twice"), || "not the same twice".into())?;
            if name.contains("boom") {
                // Long enough for any machine, and not by the clock.
                assert_ne!((0..30_000_000_u64).fold(1_u64, |all, one| all.rotate_left(3) ^ std::hint::black_box(one)), 0);
            }
            read_as(&value)
        }))
    },
};

#[test]
fn panics_broken_promises_and_slowness_are_found_and_made_small() {
    let found = hunt(&BAD, 3, Until::Inputs(4_000), &mut |_| {}).unwrap().findings;
    let of =
        |what: &str| found.iter().find(|finding| finding.what.contains(what)).unwrap_or_else(|| panic!("{what} was not found: {found:?}"));
    assert!(of("panics: too many").input.len() < 200);
    assert!(of("not the same twice").input.len() < 40);
    assert!(of("takes too long").input.len() < 40);
    assert_eq!(of("not the same twice").what, Broken("not the same twice".into()).0);
}

#[test]
fn one_seed_plays_the_same_inputs_and_another_plays_others() {
    let played = |seed| {
        let mut inputs = Vec::new();
        let hunted = hunt(ALL[0], seed, Until::Inputs(300), &mut |input| inputs.push(input.to_vec())).unwrap();
        (inputs, hunted.shapes)
    };
    assert_eq!(played(5), played(5));
    assert_ne!(played(5).0, played(6).0);
}

#[test]
fn what_is_found_in_one_place_does_not_hide_another() {
    let target = Target { reader: || Ok(Box::new(|raw| Err(Broken(format!("number {}", raw.len()))))), ..BAD };
    let found = hunt(&target, 1, Until::Inputs(50), &mut |_| {}).unwrap().findings;
    // Digits do not make two mistakes of one.
    assert_eq!(found.len(), 1, "{found:?}");
}
