//! Threads with a read connection each. A read never waits for the writer, and sees the last commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, unbounded};
use model::WorkspaceId;
use rusqlite::{Connection, OptionalExtension};
use storage::{StorageError, StorageErrorKind};
use tokio::sync::oneshot;

use crate::error::{sql, stopped};
use crate::open;
use crate::options::Options;
use crate::sql::contact;

type Job = Box<dyn FnOnce(&Connection) + Send>;

pub(crate) struct Readers {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(crate) fn start(path: &Path, options: &Options) -> Result<Self, StorageError> {
        let (jobs, queue) = unbounded::<Job>();
        let mut threads = Vec::new();
        for number in 0..options.readers.max(1) {
            let conn = open::reader(path, options)?;
            let queue = queue.clone();
            let thread = std::thread::Builder::new()
                .name(format!("store-read-{number}"))
                .spawn(move || {
                    for job in queue {
                        // A panic answers its own caller (the reply is dropped) and leaves the thread to the others.
                        let _ = catch_unwind(AssertUnwindSafe(|| job(&conn)));
                    }
                })
                .map_err(|error| StorageError::because(StorageErrorKind::Unavailable, "no thread for a reader", error))?;
            threads.push(thread);
        }
        Ok(Self { jobs: Some(jobs), threads })
    }

    /// Runs a read on whichever connection is free, in one snapshot.
    pub(crate) async fn read<T, F>(&self, job: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            let _ = reply.send(in_snapshot(conn, job));
        });
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if !sent {
            return Err(stopped());
        }
        answer.await.map_err(|_| StorageError::new(StorageErrorKind::Corrupt, "a read broke off"))?
    }

    /// A read inside a workspace. A workspace that nobody has written to has nothing.
    pub(crate) async fn read_in<T, F>(&self, ws: WorkspaceId, job: F) -> Result<T, StorageError>
    where
        T: Default + Send + 'static,
        F: FnOnce(&Connection, i64) -> Result<T, StorageError> + Send + 'static,
    {
        self.read(move |conn| match workspace(conn, ws)? {
            Some(ws) => job(conn, ws),
            None => Ok(T::default()),
        })
        .await
    }
}

/// Several statements of one read see the same commit.
fn in_snapshot<T>(conn: &Connection, job: impl FnOnce(&Connection) -> Result<T, StorageError>) -> Result<T, StorageError> {
    let snapshot = conn.unchecked_transaction().map_err(sql("a read cannot begin"))?;
    let answer = job(&snapshot);
    // Nothing was written; ending the snapshot cannot change the answer.
    let _ = snapshot.finish();
    answer
}

fn workspace(conn: &Connection, ws: WorkspaceId) -> Result<Option<i64>, StorageError> {
    let failed = sql("workspace cannot be read");
    let mut find = conn.prepare_cached(contact::WORKSPACE).map_err(&failed)?;
    find.query_row([ws.to_bytes()], |row| row.get(0)).optional().map_err(&failed)
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
