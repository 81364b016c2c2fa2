//! The program itself: how soon it is up, how much memory it takes when it has nothing to do, how large it is.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::Effort;
use crate::installation::{Server, program};
use crate::report::{Figure, median};

pub async fn measure(folder: &Path, effort: Effort) -> Result<Vec<Figure>> {
    let place = tempfile::tempdir_in(folder)?;
    let data = place.path().join("data");
    let first = Server::start(&data)?.start_took;
    let mut again = Vec::new();
    for _ in 0..effort.pick(7, 3) {
        again.push(Server::start(&data)?.start_took.as_secs_f64() * 1e3);
    }
    let idle = Server::start(&data)?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut figures = vec![
        Figure::new("first_start_time", first.as_secs_f64() * 1e3, "ms"),
        Figure::new("start_time", median(again), "ms"),
        Figure::new("idle_memory_rss", idle.memory()?, "MiB"),
    ];
    let release = program()?;
    let mib = |path: &Path| std::fs::metadata(path).map(|file| file.len() as f64 / (1024.0 * 1024.0));
    figures.push(Figure::new("binary_size", mib(&release)?, "MiB"));
    let debug = release.with_file_name("../debug/antiphon");
    if let Ok(size) = mib(&debug) {
        figures.push(Figure::new("binary_size_dev", size, "MiB"));
    }
    Ok(figures)
}

/// A data folder with this many people, each with a waiting run: how soon it is up, and what it holds in memory for them.
pub async fn with_many(data: &Path, people: u32) -> Result<Vec<Figure>> {
    let empty = tempfile::tempdir()?;
    let nobody = Server::start(&empty.path().join("data"))?;
    let mut took = Vec::new();
    for _ in 0..3 {
        took.push(Server::start(data)?.start_took.as_secs_f64() * 1e3);
    }
    let server = Server::start(data)?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (memory, idle) = (server.memory()?, nobody.memory()?);
    Ok(vec![
        Figure::new("start_time_many_people", median(took), "ms").against(nobody.start_took.as_secs_f64() * 1e3),
        Figure::new("memory_many_people", memory, "MiB").against(idle),
        Figure::new("memory_per_waiting_run", (memory - idle) * 1024.0 * 1024.0 / f64::from(people), "bytes"),
    ])
}
