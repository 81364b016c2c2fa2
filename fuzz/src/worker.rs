//! The process that plays one target.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use fuzz::hunt::{Until, hunt, try_one};
use fuzz::target::Target;

use super::Cli;

/// The input that is being read, where it is found when the process ends by it.
pub(super) const LAST: &str = "last";
/// Its length, as text.
pub(super) const LENGTH: &str = "last-length";

pub(super) fn find(name: &str) -> Result<&'static Target> {
    let names = || fuzz::targets::ALL.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
    fuzz::targets::ALL
        .iter()
        .copied()
        .find(|target| target.name == name)
        .ok_or_else(|| anyhow!("there is no target `{name}`; there are {}", names()))
}

pub(super) fn run(cli: &Cli, folder: &Path) -> Result<bool> {
    let target = find(cli.target.as_deref().unwrap_or_default())?;
    let until = cli.inputs.map_or(Until::Passed(Duration::from_secs(cli.seconds)), Until::Inputs);
    // What a panic says is in the finding; a thousand of them on the terminal help nobody.
    let quiet = cli.replay.is_none();
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !quiet {
            loud(panic);
        }
    }));
    let (seed, folder, replay) = (cli.seed, folder.to_path_buf(), cli.replay.clone());
    // Readers in the product run on threads with this stack.
    let thread = std::thread::Builder::new().stack_size(fuzz::STACK_BYTES);
    let playing = thread.spawn(move || match replay {
        Some(file) => replayed(target, &file, &folder),
        None => played(target, seed, until, &folder),
    })?;
    playing.join().map_err(|_| anyhow!("the player itself broke"))?
}

/// Writes an input down before it is read.
struct Notebook {
    last: File,
    length: File,
}

impl Notebook {
    fn open(folder: &Path) -> Result<Self> {
        Ok(Self { last: File::create(folder.join(LAST))?, length: File::create(folder.join(LENGTH))? })
    }

    fn write(&self, input: &[u8]) {
        // What cannot be written down is missed only when this very input ends the process.
        let _ = self.last.write_all_at(input, 0);
        let _ = self.length.write_all_at(format!("{:<12}", input.len()).as_bytes(), 0);
    }
}

fn played(target: &Target, seed: u64, until: Until, folder: &Path) -> Result<bool> {
    let notebook = Notebook::open(folder)?;
    let hunted = hunt(target, seed, until, &mut |input| notebook.write(input))?;
    for (at, finding) in hunted.findings.iter().enumerate() {
        let file = folder.join(format!("found-{at}"));
        std::fs::write(&file, &finding.input)?;
        let what: String = finding.what.chars().take(400).collect();
        writeln!(std::io::stdout(), "  FOUND {what}\n    {} bytes in {}", finding.input.len(), file.display())?;
    }
    writeln!(
        std::io::stdout(),
        "{:<18} {:>9} inputs, {:>5} shapes, {} findings",
        target.name,
        hunted.inputs,
        hunted.shapes,
        hunted.findings.len()
    )?;
    Ok(hunted.findings.is_empty())
}

fn replayed(target: &Target, file: &Path, folder: &Path) -> Result<bool> {
    let input = std::fs::read(file).with_context(|| file.display().to_string())?;
    Notebook::open(folder)?.write(&input);
    let outcome = try_one(target, &mut (target.reader)()?, &input);
    writeln!(std::io::stdout(), "{}: {}", target.name, outcome.as_ref().map_or_else(Clone::clone, |_| "every promise holds".to_owned()))?;
    Ok(outcome.is_ok())
}
