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
    let bad: Vec<String> = compiled.diagnostics.iter().filter(|d| d.severity != Severity::Note).map(|d| d.one_line()).collect();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    let journey = compiled.journey.expect("no error");
    assert_eq!(journey.worst_case_messages, 8);
    assert_eq!(journey.templates(), ["appointment_reminder", "appointment_soon"]);
}
