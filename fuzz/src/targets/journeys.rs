//! Files that people write: journeys, templates, broadcasts and plain YAML.

use journey::{CompileContext, compile, compile_broadcast, read_yaml, reload, template_file};

use crate::seeds_in;
use crate::target::{Broken, Form, Pace, Target, promise, read_as, reader};

/// Longest file that is tried.
const LONGEST: usize = 24 * 1024;
/// Many passes over a file, with expressions and proofs of termination.
const COMPILER: Pace = Pace { once_ms: 300, each_kib_ms: 60 };

fn text(raw: &[u8]) -> Result<&str, Broken> {
    std::str::from_utf8(raw).map_err(|error| Broken(format!("the input is no text: {error}")))
}

pub const JOURNEYS: Target = Target {
    name: "journey-yaml",
    form: Form::Text,
    seeds: || {
        let mut seeds = seeds_in(&["crates/journey/testdata"], ".journey.yaml")?;
        for folder in ["gallery/appointment-reminder", "gallery/order-updates"] {
            seeds.extend(seeds_in(&[folder], "journey.yaml")?);
        }
        seeds.push(b"broadcast: news\naudience: { query: 'contact.city == \"Rome\"' }\nsend:\n  purpose: promotional\n  whatsapp: { template: news }\n".to_vec());
        Ok(seeds)
    },
    words: &[
        "steps:\n",
        "  - ",
        "send:",
        "await:",
        "delay:",
        "branch:",
        "fallback:",
        "goto",
        "timeout: { after: 1d, to: end }",
        "&a ",
        "*a",
        "<<: *a",
        "!!binary ",
        "| \n",
        ">-\n",
        "? ",
        "{{ contact.name | default: 'x' }}",
        "99999999d",
        "9223372036854775807",
        "{ a: { a: { a: ",
        "---\n",
        "\t",
        "next: ",
    ],
    longest: LONGEST,
    pace: COMPILER,
    reader: || {
        reader(|raw| {
            let source = text(raw)?;
            let compiled = compile("a.yaml", source, &CompileContext::default());
            let errors = compiled.diagnostics.iter().any(|d| d.severity == journey::Severity::Error);
            promise(errors == compiled.journey.is_none(), || "a journey with errors, or none without".into())?;
            if let Some(made) = &compiled.journey {
                let again =
                    reload("a.yaml", source).map_err(|faults| Broken(format!("what was published cannot be read back: {faults:?}")))?;
                promise(again.version == made.version, || "a file has two versions".into())?;
                promise(made.steps.contains_key(&made.start), || "the first step does not exist".into())?;
                promise(!journey::graph(made).nodes.is_empty(), || "a journey without steps".into())?;
            }
            let broadcast = compile_broadcast("a.yaml", source, &CompileContext::default());
            let codes: Vec<_> = compiled.diagnostics.iter().chain(&broadcast.diagnostics).map(|d| Code(d.code)).collect();
            Ok(crate::shape::of(&codes) ^ crate::shape::of(&read_yaml("a.yaml", source).map_err(|faults| faults.len())))
        })
    },
};

/// A code with its number as letters, because a shape leaves out digits.
struct Code(&'static str);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.bytes().try_for_each(|byte| write!(f, "{}", char::from(byte.wrapping_add(17))))
    }
}

pub const TEMPLATES: Target = Target {
    name: "template-yaml",
    form: Form::Text,
    seeds: || {
        let mut seeds = seeds_in(&["crates/journey/testdata"], ".template.yaml")?;
        for folder in ["gallery/appointment-reminder/templates", "gallery/order-updates/templates"] {
            seeds.extend(seeds_in(&[folder], ".yaml")?);
        }
        Ok(seeds)
    },
    words: &[
        "languages:\n",
        "body: ",
        "{{",
        "}}",
        "{{1}}",
        "buttons: [",
        "reply: ",
        "url: ",
        "footer: ",
        "header: ",
        "variables:\n",
        "carousel:",
        "sample: ",
    ],
    longest: LONGEST,
    pace: COMPILER,
    reader: || {
        reader(|raw| {
            let source = text(raw)?;
            let read = template_file::parse("a.yaml", source);
            if let Ok(template) = &read {
                let stored = serde_json::to_string(template).map_err(|error| Broken(format!("cannot be stored: {error}")))?;
                let back: model::template::Template =
                    serde_json::from_str(&stored).map_err(|error| Broken(format!("cannot be read back: {error}")))?;
                promise(&back == template, || "a template comes out of the store changed".into())?;
                promise(template.languages.contains_key(&template.default_language), || "the default language has no text".into())?;
            }
            read_as(&read.map_err(|faults| faults.iter().map(|d| Code(d.code)).collect::<Vec<_>>()))
        })
    },
};
