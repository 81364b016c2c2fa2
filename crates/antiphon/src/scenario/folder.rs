//! A gallery folder: a journey, its templates, its scenarios.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use api::engine::FormDraft;
use journey::{Diagnostic, Journey, StepKind};
use model::TemplateId;
use model::template::Template;

use super::player::play_scenario;
use super::read::read_scenario;
use super::{Report, Scenario};
use crate::command::check::Bundle;

/// Templates get ids in the order of their files, so that a story has the same ids each time it is played.
const FIRST_TEMPLATE: u128 = 0x0193_0000_0000_7000_8000_0000_0000_0100;

/// Everything that scenarios of one folder need.
#[derive(Debug)]
pub struct Folder {
    pub journey: Journey,
    pub journey_file: String,
    pub templates: Vec<Template>,
    /// Of `forms/`, in the order of their names.
    pub forms: Vec<FormDraft>,
    /// In the order of their names.
    pub scenarios: Vec<Found>,
}

/// A scenario file, read or refused.
#[derive(Debug)]
pub struct Found {
    pub file: String,
    pub scenario: Result<Scenario, Vec<Diagnostic>>,
}

impl Folder {
    /// Opens a folder that holds `journey.yaml` and `scenarios/`, or a single scenario file in such a folder.
    pub fn open(path: &Path) -> Result<Self> {
        let (root, only) = if path.is_file() { (above(path)?, Some(path)) } else { (path.to_owned(), None) };
        let bundle = Bundle::find(&root)?;
        let (mut templates, mut found) = bundle.read_templates()?;
        let (journey, wrong) = bundle.check()?;
        found.extend(wrong);
        let Some(journey) = journey else {
            let errors = found.iter().filter(|one| one.severity == journey::Severity::Error);
            bail!("the journey has errors:\n{}", errors.map(Diagnostic::one_line).collect::<Vec<_>>().join("\n"));
        };
        for (index, template) in templates.iter_mut().enumerate() {
            template.id = TemplateId::from_u128(FIRST_TEMPLATE + index as u128);
        }
        let files = match only {
            Some(file) => vec![file.to_owned()],
            None => scenario_files(&root.join("scenarios"))?,
        };
        let mut scenarios = Vec::new();
        for file in files {
            let text = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            let file = file.display().to_string();
            let scenario = read_scenario(&file, &text, &journey);
            scenarios.push(Found { file, scenario });
        }
        let forms =
            bundle.forms.iter().map(|form| form.draft().map_err(|fault| anyhow::anyhow!(fault.one_line()))).collect::<Result<_>>()?;
        let folder = Self { journey, journey_file: bundle.journey.display().to_string(), templates, forms, scenarios };
        folder.check_names()?;
        Ok(folder)
    }

    fn check_names(&self) -> Result<()> {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for found in &self.scenarios {
            let Ok(scenario) = &found.scenario else { continue };
            if let Some(first) = seen.insert(&scenario.name, &found.file) {
                bail!("{} and {first} are both called `{}`; give each scenario a name of its own", found.file, scenario.name);
            }
        }
        Ok(())
    }

    /// Every queue that the journey hands over to.
    #[must_use]
    pub fn queues(&self) -> BTreeSet<&str> {
        let steps = self.journey.steps.values().filter_map(|step| match &step.kind {
            StepKind::HandOff(hand_off) => Some(hand_off.queue.as_str()),
            _ => None,
        });
        steps.chain([self.journey.owner.as_str(), self.journey.takeover.queue.as_str()]).collect()
    }
}

/// Plays one scenario of a folder, or reports why it cannot be read.
pub async fn play(folder: &Folder, found: &Found) -> Report {
    match &found.scenario {
        Ok(scenario) => Report::of(scenario, play_scenario(folder, scenario).await),
        Err(faults) => Report::unreadable(&found.file, faults),
    }
}

fn above(file: &Path) -> Result<PathBuf> {
    let root = file.parent().and_then(Path::parent).map(Path::to_owned);
    root.with_context(|| format!("{} is in no scenarios/ folder beside a journey.yaml", file.display()))
}

fn scenario_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read; scenarios stand there", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("{} holds no scenario; write one as gallery/README.md describes", folder.display());
    }
    Ok(files)
}
