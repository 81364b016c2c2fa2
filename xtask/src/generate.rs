//! Generated files: written anew from their sources, then compared with what is committed.

use anyhow::{Result, bail};

use crate::{shell, tidy};

/// What is generated, as `git` names it.
const GENERATED: [&str; 4] = ["docs/api", "docs/errors", "console/src/lib/api/schema.d.ts", tidy::CHECKSUMS];

pub fn run(check: bool) -> Result<()> {
    // The API's own tests write the documents when they are told to, so these cannot differ from what the tests compare with. They are run with
    // the whole workspace, because Cargo would build crates anew with fewer features for one package alone.
    let line = ["cargo", "test", "--quiet", "--workspace", "--locked", "--lib", "tests::documents::"];
    shell::silently(&line, &[("ANTIPHON_UPDATE", "1")])?;
    // The console's types come from that document, by a generator that needs an older TypeScript and so lives apart.
    shell::run(&["make", "--silent", "console/tools/openapi/node_modules/.installed"])?;
    shell::silently(&["npm", "run", "--silent", "--prefix", "console/tools/openapi", "generate"], &[])?;
    tidy::record_migrations()?;
    if !check {
        return Ok(());
    }
    let mut line = vec!["git", "status", "--porcelain", "--"];
    line.extend(GENERATED);
    let changed = shell::output(&line)?;
    if changed.trim().is_empty() {
        return Ok(());
    }
    let mut line = vec!["git", "--no-pager", "diff", "--stat", "--"];
    line.extend(GENERATED);
    shell::run(&line)?;
    bail!("generated files are not up to date; run `cargo xtask gen` and commit:\n{changed}")
}
