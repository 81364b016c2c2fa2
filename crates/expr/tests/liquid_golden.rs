//! The table of Liquid cases: every block of `liquid_golden.txt` is rendered and compared whole.

use std::collections::BTreeMap;

use expr::liquid::{RenderOptions, parse, render};
use model::Value;

#[derive(Default)]
struct Case {
    name: String,
    source: String,
    data: String,
    out: Option<String>,
    missing: Vec<String>,
    error: Option<String>,
    options: RenderOptions,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for block in include_str!("liquid_golden.txt").split("\n\n") {
        let mut case = Case::default();
        for line in block.lines().filter(|line| !line.starts_with('#')) {
            let (key, value) = line.split_once(": ").or_else(|| line.split_once(':')).expect("a line is `key: value`");
            match key {
                "name" => case.name = value.to_owned(),
                "in" => case.source = value.replace("\\n", "\n"),
                "data" => case.data = value.to_owned(),
                "out" => case.out = Some(value.replace("\\n", "\n")),
                "missing" => case.missing = value.split(", ").map(str::to_owned).collect(),
                "error" => case.error = Some(value.to_owned()),
                "zone" => case.options.zone = expr::parse_zone(value).expect("a zone"),
                "locale" => case.options.locale = value.to_owned(),
                other => panic!("unknown key {other}"),
            }
        }
        if !case.name.is_empty() {
            cases.push(case);
        }
    }
    cases
}

fn run(case: &Case) -> Result<(String, Vec<String>), String> {
    let template = parse(&case.source).map_err(|e| e.to_string())?;
    let data: BTreeMap<String, Value> = serde_json::from_str(&case.data).map_err(|e| e.to_string())?;
    let result = render(&template, &data, &case.options).map_err(|e| e.to_string())?;
    Ok((result.text, result.missing.into_iter().map(|missing| missing.path).collect()))
}

#[test]
fn every_case_of_the_table_renders_as_written() {
    let cases = cases();
    assert!(cases.len() >= 97, "the table has shrunk to {}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let ok = match (run(case), &case.out, &case.error) {
            (Ok((text, missing)), Some(out), None) if text == *out && missing == case.missing => continue,
            (Err(message), None, Some(error)) if message.contains(error.as_str()) => continue,
            (other, ..) => other,
        };
        wrong.push(format!("{}: got {ok:?}, wanted {:?} {:?} {:?}", case.name, case.out, case.missing, case.error));
    }
    assert!(wrong.is_empty(), "{} of {} cases differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
