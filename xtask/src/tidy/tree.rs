//! The files of the repository: what is committed, and what would be with the next `git add`.

use anyhow::Result;

use crate::shell;

/// One text file.
pub struct File {
    /// From the root, with slashes.
    pub path: String,
    pub text: String,
}

pub struct Tree {
    pub files: Vec<File>,
    /// Every path, those of pictures and other bytes too.
    pub paths: Vec<String>,
}

impl Tree {
    pub fn load() -> Result<Self> {
        let listed = shell::output(&["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"])?;
        let root = shell::root();
        let mut tree = Self { files: Vec::new(), paths: Vec::new() };
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            // A file that was just removed is still listed until that is committed.
            let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
            tree.paths.push(path.to_owned());
            if let Ok(text) = String::from_utf8(bytes) {
                tree.files.push(File { path: path.to_owned(), text });
            }
        }
        tree.paths.sort();
        Ok(tree)
    }

    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl File {
    /// Whether it ends with one of these, without the dot.
    pub fn ends(&self, endings: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }

    /// Written by hand, in a language that runs.
    pub fn is_source(&self) -> bool {
        self.ends(&["rs", "ts", "tsx", "css", "mjs", "js", "py", "sh", "sql"]) && !self.path.ends_with(".d.ts")
    }

    /// What other people sent: kept as it came.
    pub fn is_foreign(&self) -> bool {
        self.path.starts_with("fixtures/") || self.path.contains("/fixtures/")
    }

    /// Lines with their numbers, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}
