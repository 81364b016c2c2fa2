//! The file: a head, then for each table its parts, each with its length, and an empty one at its end. What broke off has no end.

use std::path::{Path, PathBuf};

use storage::{StorageError, StorageErrorKind};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader, BufWriter};

const HEAD: &[u8] = b"Antiphon PostgreSQL backup 1\n";
const END: &[u8] = b"end\n";
/// More than the server ever puts into one part; a longer one is damage.
const PART_MAX: u32 = 1 << 30;

fn writing(error: std::io::Error) -> StorageError {
    StorageError::because(StorageErrorKind::Unavailable, "the backup cannot be written", error)
}

fn reading(error: std::io::Error) -> StorageError {
    let kind = if error.kind() == std::io::ErrorKind::UnexpectedEof { StorageErrorKind::Corrupt } else { StorageErrorKind::Unavailable };
    StorageError::because(kind, "the backup cannot be read to its end", error)
}

pub(super) struct Output {
    file: BufWriter<File>,
    partial: PathBuf,
}

impl Output {
    pub(super) async fn create(to: &Path) -> Result<Self, StorageError> {
        let mut partial = to.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let mut options = tokio::fs::OpenOptions::new();
        // What an earlier, broken attempt left is overwritten.
        options.write(true).create(true).truncate(true);
        // Whoever reads it reads everything.
        #[cfg(unix)]
        options.mode(0o600);
        let mut output = Self { file: BufWriter::new(options.open(&partial).await.map_err(writing)?), partial };
        output.file.write_all(HEAD).await.map_err(writing)?;
        Ok(output)
    }

    pub(super) async fn number(&mut self, number: i64) -> Result<(), StorageError> {
        self.file.write_i64(number).await.map_err(writing)
    }

    pub(super) async fn part(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if length == 0 {
            return Ok(());
        }
        self.file.write_u32(length).await.map_err(writing)?;
        self.file.write_all(bytes).await.map_err(writing)
    }

    pub(super) async fn end_of_table(&mut self) -> Result<(), StorageError> {
        self.file.write_u32(0).await.map_err(writing)
    }

    pub(super) async fn finish(mut self, to: &Path) -> Result<(), StorageError> {
        self.file.write_all(END).await.map_err(writing)?;
        self.file.flush().await.map_err(writing)?;
        self.file.get_ref().sync_all().await.map_err(writing)?;
        tokio::fs::rename(&self.partial, to).await.map_err(writing)
    }

    pub(super) async fn remove(self) {
        // It is overwritten by the next attempt if this fails.
        let _ = tokio::fs::remove_file(&self.partial).await;
    }
}

pub(super) struct Input {
    file: BufReader<File>,
}

impl Input {
    pub(super) async fn open(from: &Path) -> Result<Self, StorageError> {
        let mut input = Self { file: BufReader::new(File::open(from).await.map_err(reading)?) };
        input.expect(HEAD, "this file is no backup of a PostgreSQL store").await?;
        Ok(input)
    }

    async fn expect(&mut self, bytes: &[u8], text: &str) -> Result<(), StorageError> {
        let mut there = vec![0; bytes.len()];
        self.file.read_exact(&mut there).await.map_err(reading)?;
        if there == bytes { Ok(()) } else { Err(StorageError::new(StorageErrorKind::Corrupt, text)) }
    }

    pub(super) async fn number(&mut self) -> Result<i64, StorageError> {
        self.file.read_i64().await.map_err(reading)
    }

    /// The next part of a table, or nothing at its end.
    pub(super) async fn part(&mut self) -> Result<Option<Vec<u8>>, StorageError> {
        let length = self.file.read_u32().await.map_err(reading)?;
        if length == 0 {
            return Ok(None);
        }
        if length > PART_MAX {
            return Err(StorageError::new(StorageErrorKind::Corrupt, "the backup is damaged"));
        }
        let mut bytes = vec![0; length as usize];
        self.file.read_exact(&mut bytes).await.map_err(reading)?;
        Ok(Some(bytes))
    }

    pub(super) async fn end(&mut self) -> Result<(), StorageError> {
        self.expect(END, "the backup is damaged").await
    }
}
