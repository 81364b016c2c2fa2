//! A process's place on its machine: a file that it keeps locked while it lives. Who gets the lock knows that whoever had it before has ended, and
//! need not wait until that one's leases have expired.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use model::draws::stable_hash;

/// Earlier processes remembered: of several that ended one soon after the other, some may not have come to take over anything.
const ENDED_MAX: usize = 16;
/// No more of a file is read: sixteen ids and the machine's.
const LONGEST: u64 = 16 * 1_024;
/// Names the running kernel: another one on another machine, and after a restart.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";

/// The lock, for as long as this lives.
#[derive(Debug)]
pub struct Place {
    _locked: File,
    ended: Vec<String>,
}

impl Place {
    /// Takes the place of a name in a folder, if nobody who lives has it, and writes down that it is this process's now.
    pub fn take(folder: &Path, name: &str, id: &str) -> std::io::Result<Option<Self>> {
        // A lock proves something about processes of this kernel only: a folder may be shared by machines, and not every network folder locks.
        let Ok(boot) = std::fs::read_to_string(BOOT) else { return Ok(None) };
        Self::take_as(folder, name, id, boot.trim())
    }

    fn take_as(folder: &Path, name: &str, id: &str, boot: &str) -> std::io::Result<Option<Self>> {
        let path = folder.join(format!("node-{:016x}.lock", stable_hash(&[name.as_bytes()])));
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let mut text = String::new();
        (&file).take(LONGEST).read_to_string(&mut text)?;
        let mut lines = text.lines();
        let of_this_kernel = lines.next() == Some(boot);
        let mut ended: Vec<String> = lines.filter(|_| of_this_kernel).filter(|line| *line != id).map(str::to_owned).collect();
        ended.drain(..ended.len().saturating_sub(ENDED_MAX));
        let mut written = format!("{boot}\n");
        for one in ended.iter().map(String::as_str).chain([id]) {
            written.push_str(one);
            written.push('\n');
        }
        file.seek(SeekFrom::Start(0))?;
        file.write_all(written.as_bytes())?;
        // What is left of a longer text goes last: whoever dies in between leaves old ids, which are true as well.
        file.set_len(written.len() as u64)?;
        Ok(Some(Self { _locked: file, ended }))
    }

    /// Whether this was a process that had the place before.
    #[must_use]
    pub fn has_ended(&self, id: &str) -> bool {
        self.ended.iter().any(|ended| ended == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gets_the_place_knows_who_had_it_before() {
        let folder = tempfile::tempdir().unwrap();
        let take = |name: &str, id: &str, boot: &str| Place::take_as(folder.path(), name, id, boot).unwrap();
        let first = take("n", "n-1", "k").unwrap();
        assert!(!first.has_ended("n-1"));
        assert!(take("n", "n-2", "k").is_none(), "the first still lives");
        let other = take("m", "m-1", "k").unwrap();
        assert!(!other.has_ended("n-1"), "another name's place");
        drop(first);
        let second = take("n", "n-2", "k").unwrap();
        assert!(second.has_ended("n-1") && !second.has_ended("n-2") && !second.has_ended("m-1"));
        // It ended before it took over anything.
        drop(second);
        let third = take("n", "n-3", "k").unwrap();
        assert!(third.has_ended("n-1") && third.has_ended("n-2"));
        drop(third);
        let elsewhere = take("n", "n-4", "another kernel").unwrap();
        assert!(!elsewhere.has_ended("n-3"), "a lock says nothing about other machines");
    }

    #[test]
    fn only_the_latest_are_remembered_and_no_rubbish_is_believed() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..40 {
            Place::take_as(folder.path(), "n", &format!("long-name-{n}"), "k").unwrap().unwrap();
        }
        let last = Place::take_as(folder.path(), "n", "last", "k").unwrap().unwrap();
        assert!(last.has_ended("long-name-39") && last.has_ended("long-name-24") && !last.has_ended("long-name-23"));
        drop(last);
        let path = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        std::fs::write(path, "x").unwrap();
        assert!(!Place::take_as(folder.path(), "n", "new", "k").unwrap().unwrap().has_ended("last"));
    }
}
