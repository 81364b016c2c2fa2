//! The gallery compiles as it is committed.

use std::path::Path;

use journey::{CompileContext, Severity, compile, template_file};
use model::template::Template;

#[test]
fn a35_the_appointment_reminder_of_the_gallery_compiles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../gallery/appointment-reminder");
    let mut templates: Vec<Template> = Vec::new();
    for entry in std::fs::read_dir(root.join("templates")).unwrap() {
        let path = entry.unwrap().path();
        let source = std::fs::read_to_string(&path).unwrap();
        templates.push(template_file::parse(&path.display().to_string(), &source).unwrap_or_else(|found| panic!("{found:#?}")));
    }
    let source = std::fs::read_to_string(root.join("journey.yaml")).unwrap();
    let queues = ["front_desk".to_owned()];
    let compiled = compile("journey.yaml", &source, &CompileContext { schema: None, templates: &templates, queues: &queues });
    let bad: Vec<String> =
        compiled.diagnostics.iter().filter(|d| d.severity != Severity::Note).map(journey::Diagnostic::one_line).collect();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    let journey = compiled.journey.expect("no error");
    assert_eq!(journey.worst_case_messages, 8);
    assert_eq!(journey.templates(), ["appointment_reminder", "appointment_soon"]);
}

/// The scenarios are written in the shape that `gallery/README.md` describes, and speak of steps that exist.
#[test]
fn the_scenarios_name_steps_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../gallery/appointment-reminder");
    let source = std::fs::read_to_string(root.join("journey.yaml")).unwrap();
    let journey = journey::reload("journey.yaml", &source).unwrap();
    let mut count = 0;
    for entry in std::fs::read_dir(root.join("scenarios")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.display().to_string();
        let scenario = journey::read_yaml(&file, &std::fs::read_to_string(&path).unwrap()).unwrap_or_else(|found| panic!("{found:#?}"));
        for member in ["scenario", "about", "start", "contacts", "steps"] {
            assert!(scenario.get(member).is_some(), "{file} has no {member}");
        }
        let kinds = ["event", "advance", "customer", "agent", "downtime", "expect"];
        for step in scenario["steps"].as_array().unwrap() {
            let members: Vec<&String> = step.as_object().unwrap().keys().filter(|key| *key != "at").collect();
            assert!(members.len() == 1 && kinds.contains(&members[0].as_str()), "{file}: {step}");
            for expected in step["expect"].as_object().into_iter().flat_map(|map| map.values()) {
                if let Some(name) = expected["step"].as_str() {
                    assert!(journey.step(name).is_some(), "{file}: there is no step {name}");
                }
            }
        }
        count += 1;
    }
    assert!(count >= 8);
}

/// A catalogue of journeys is shared by all workers.
#[test]
fn a_journey_can_be_shared_between_threads() {
    const fn shared<T: Send + Sync>() {}
    shared::<journey::Journey>();
    shared::<journey::RunState>();
}
