//! From a file to a checked journey, with everything that is wrong in it.

mod actions;
mod body;
mod broadcast;
mod checks;
mod flow;
mod head;
mod reader;
mod rich;
mod segments;
mod send;
mod steps;
mod version;
mod waits;

use expr::cel::{Schema, Type};
use model::template::Template;

use crate::definition::Journey;
use crate::diagnostic::{Diagnostic, Findings, Place, Severity};
use crate::yaml::{self, Trouble};
pub use broadcast::{compile_broadcast, reload_broadcast};
pub(crate) use reader::{Fields, Reader, is_name};

/// What a workspace has, to check a file against.
#[derive(Clone, Copy, Debug, Default)]
pub struct CompileContext<'a> {
    /// Types of `contact`, and of events by name. Without it both are open: anything may be read of them.
    pub schema: Option<&'a WorkspaceSchema>,
    pub templates: &'a [Template],
    /// Queues that exist. Empty: any name will do.
    pub queues: &'a [String],
}

/// What a workspace knows of its own data.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceSchema {
    /// Type of `contact`: a record, or anything.
    pub contact: Option<Type>,
    /// Type of `event`, by the event's name. Unknown events are open.
    pub events: std::collections::BTreeMap<String, Type>,
}

#[derive(Clone, Debug)]
pub struct Compiled {
    /// Present exactly when there is no error.
    pub journey: Option<Journey>,
    /// In the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a journey file and checks all of it. As many findings as there are, in one run.
#[must_use]
pub fn compile(file: &str, source: &str, ctx: &CompileContext<'_>) -> Compiled {
    run(file, source, *ctx, true)
}

/// Reads a published file back. What it was checked against at publication (templates, queues, schema) may have changed
/// since and is not asked again, because a run keeps the version that it entered (R-VER-1). The version under which it was
/// stored is the true one: a caller that has it puts it into the journey.
pub fn reload(file: &str, source: &str) -> Result<Journey, Vec<Diagnostic>> {
    let compiled = run(file, source, CompileContext::default(), false);
    compiled.journey.ok_or(compiled.diagnostics)
}

fn run(file: &str, source: &str, ctx: CompileContext<'_>, workspace: bool) -> Compiled {
    let mut findings = Findings::new(file);
    let (root, faults) = yaml::read(source);
    for fault in faults {
        let code = if fault.code == Trouble::Syntax { "JRN001" } else { "JRN002" };
        findings.error(code, fault.at, fault.what, fault.fix);
    }
    let Some(root) = root else {
        if !findings.has_errors() {
            let at = Place { line: 1, column: 1, end_line: 1, end_column: 2 };
            findings.error("JRN001", at, "the file is empty", "Begin with `journey: <name>`.");
        }
        return Compiled { journey: None, diagnostics: findings.into_sorted() };
    };
    let mut reader = Reader::new(source, ctx, workspace, findings);
    let journey = head::journey(&mut reader, &root);
    let diagnostics = reader.findings.into_sorted();
    let clean = diagnostics.iter().all(|d| d.severity != Severity::Error);
    Compiled { journey: journey.filter(|_| clean), diagnostics }
}

/// The types that expressions may read here, without what depends on the place.
pub(crate) fn base_schema(ctx: &CompileContext<'_>) -> Schema {
    let contact = ctx.schema.and_then(|s| s.contact.clone()).unwrap_or(Type::Any);
    Schema::new().with("contact", contact).with("event", Type::Any).with("entry", Type::Any).with("now", Type::Time)
}
