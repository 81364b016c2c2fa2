//! The page for those who build on the simulator names everything there is.

use simulator::Knobs;

const PAGE: &str = include_str!("../../../docs/simulator.md");
const ROUTES: &str = include_str!("../src/control/routes.rs");
const LOG: &str = include_str!("../src/control/log.rs");
const TELNYX_CODES: &str = include_str!("../src/telnyx/codes.rs");

#[test]
fn the_page_names_every_route_of_the_control_api() {
    let routes: Vec<&str> = ROUTES.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|at| *at != "/").collect();
    assert!(routes.len() > 25, "routes are no longer found: {routes:?}");
    let missing: Vec<&&str> = routes.iter().filter(|at| !PAGE.contains(&format!("`{at}`"))).collect();
    assert!(missing.is_empty(), "not in docs/simulator.md: {missing:?}");
}

#[test]
fn the_page_names_every_party_of_the_log() {
    let parties: Vec<&str> = LOG.split("Party::").skip(1).filter_map(|rest| rest.split_once(" => \"")?.1.split('"').next()).collect();
    assert!(parties.len() > 12, "parties are no longer found: {parties:?}");
    let missing: Vec<&&str> = parties.iter().filter(|party| !PAGE.contains(&format!("`{party}`"))).collect();
    assert!(missing.is_empty(), "not in docs/simulator.md: {missing:?}");
}

/// Rows of the table by which a script's codes become Telnyx's.
#[test]
fn the_page_names_every_code_that_an_ending_has_with_telnyx() {
    let table = TELNYX_CODES.split("pub fn of_script").nth(1).and_then(|rest| rest.split("own => own").next()).expect("the table");
    let codes: Vec<&str> = table.split("=> ").skip(1).filter_map(|rest| rest.split(',').next()).collect();
    assert!(codes.len() > 8, "codes are no longer found: {codes:?}");
    // Nothing that is in time expires: no ending of a number leads there.
    let missing: Vec<&&str> = codes.iter().filter(|code| **code != "40005" && !PAGE.contains(**code)).collect();
    assert!(missing.is_empty(), "not in docs/simulator.md: {missing:?}");
}

#[test]
fn the_page_names_every_fault() {
    let knobs = serde_json::to_value(Knobs::default()).unwrap();
    let mut names = Vec::new();
    for (name, value) in knobs.as_object().unwrap() {
        names.push(name.clone());
        names.extend(value.as_object().into_iter().flat_map(|inner| inner.keys().cloned()));
    }
    assert!(names.len() > 30, "knobs are no longer found: {names:?}");
    let missing: Vec<&String> = names.iter().filter(|name| !PAGE.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "not in docs/simulator.md: {missing:?}");
}

#[test]
fn the_page_names_every_rule_of_the_report() {
    let report = simulator::World::new(simulator::WorldConfig::default(), 1).report();
    assert!(report.checks.len() > 20);
    let missing: Vec<&str> = report.checks.iter().map(|check| check.id).filter(|id| !PAGE.contains(&format!("`{id}`"))).collect();
    assert!(missing.is_empty(), "not in docs/simulator.md: {missing:?}");
}
