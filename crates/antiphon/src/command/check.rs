//! `antiphon check`: types journeys and templates like a compiler.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use journey::{CompileContext, Diagnostic, Severity};
use model::template::Template;
use serde::Serialize;

use super::forms::FormFile;
use super::{Exit, Output};

/// Checks journey and broadcast files and their templates, and prints everything that is wrong with file, line and column, and how to mend it.
///
/// A folder is searched for `journey.yaml` and, beside it, `templates/*.yaml` and `forms/*.json`. Ends with 1 when anything is an error.
#[derive(Args, Debug)]
pub struct Check {
    /// Journey or broadcast files, or folders that hold a journey.yaml.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Treat warnings as errors.
    #[arg(long)]
    strict: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    files: usize,
    errors: usize,
    warnings: usize,
    diagnostics: &'a [Diagnostic],
}

impl Check {
    pub fn run(&self, out: Output) -> Result<Exit> {
        let mut found = Vec::new();
        let mut files = 0;
        for path in &self.paths {
            let bundle = Bundle::find(path)?;
            files += 1 + bundle.templates.len() + bundle.forms.len();
            found.extend(bundle.check()?.1);
            found.extend(bundle.forms.iter().flat_map(FormFile::check));
        }
        let count = |severity| found.iter().filter(|one: &&Diagnostic| one.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        for one in &found {
            out.say(one.one_line())?;
        }
        let plural = |n: usize, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
        out.say(format!("{}: {}, {}", plural(files, "file"), plural(errors, "error"), plural(warnings, "warning")))?;
        out.json(&Report { files, errors, warnings, diagnostics: &found })?;
        Ok(if errors > 0 || (self.strict && warnings > 0) { Exit::No } else { Exit::Done })
    }
}

/// A journey file, and the templates and forms beside it.
#[derive(Clone, Debug)]
pub struct Bundle {
    pub journey: PathBuf,
    pub templates: Vec<PathBuf>,
    pub forms: Vec<FormFile>,
}

impl Bundle {
    pub fn find(path: &Path) -> Result<Self> {
        let journey = if path.is_dir() { path.join("journey.yaml") } else { path.to_owned() };
        if !journey.is_file() {
            bail!("{} is not there; name a journey file, or a folder that holds journey.yaml", journey.display());
        }
        let folder = journey.parent().map_or_else(|| PathBuf::from("templates"), |parent| parent.join("templates"));
        let mut templates = Vec::new();
        if folder.is_dir() {
            for entry in std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
                let file = entry?.path();
                if file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
                    templates.push(file);
                }
            }
        }
        templates.sort();
        let forms = FormFile::all(&journey.with_file_name("forms"))?;
        Ok(Self { journey, templates, forms })
    }

    pub fn source(&self) -> Result<String> {
        read(&self.journey)
    }

    /// Whether the file is a broadcast's: its first member says so.
    pub fn is_broadcast(&self) -> Result<bool> {
        let source = self.source()?;
        let first = source.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        Ok(first.is_some_and(|line| line.starts_with("broadcast:")))
    }

    /// The templates that can be read, and what is wrong with the others.
    pub fn read_templates(&self) -> Result<(Vec<Template>, Vec<Diagnostic>)> {
        let (mut templates, mut found) = (Vec::new(), Vec::new());
        for file in &self.templates {
            match journey::template_file::parse(&file.display().to_string(), &read(file)?) {
                Ok(template) => templates.push(template),
                Err(faults) => found.extend(faults),
            }
        }
        Ok((templates, found))
    }

    /// The compiled journey, when nothing is wrong with it, and everything that was found.
    pub fn check(&self) -> Result<(Option<journey::Journey>, Vec<Diagnostic>)> {
        let (templates, mut found) = self.read_templates()?;
        let context = CompileContext { schema: None, templates: &templates, queues: &[] };
        if self.is_broadcast()? {
            found.extend(journey::compile_broadcast(&self.journey.display().to_string(), &self.source()?, &context).diagnostics);
            return Ok((None, found));
        }
        let compiled = journey::compile(&self.journey.display().to_string(), &self.source()?, &context);
        found.extend(compiled.diagnostics);
        Ok((compiled.journey, found))
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}
