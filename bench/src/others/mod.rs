//! What a user would otherwise pick, doing what an event asks for, over HTTP on this machine: deduplicated, one contact's state kept durably,
//! one call of the provider. `make bench BENCH=others` runs these, and nothing else does.
//!
//! Each is set up as its own documentation begins, with default settings for durability. What cannot be installed is skipped, and the reason
//! is printed.

mod graphile;
mod kannel;
mod process;
mod restate;

use std::path::Path;

use anyhow::Result;

use crate::Effort;
use crate::delay::{Course, events};
use crate::installation::Installation;
use crate::report::{Figure, Sheet, median};
use crate::stub::Stub;

/// Our rate beside that of each.
pub async fn measure(folder: &Path, effort: Effort, sheet: &mut Sheet) -> Result<()> {
    let place = tempfile::tempdir_in(folder)?;
    let mut rates = Vec::new();
    let mut best: Vec<(&'static str, Vec<f64>)> =
        vec![("others_durable_execution", Vec::new()), ("others_job_queue", Vec::new()), ("others_sms_gateway", Vec::new())];
    for round in 0..effort.pick(3, 1) {
        let span = effort.span(6, 3);
        let own = place.path().join(round.to_string());
        std::fs::create_dir(&own)?;
        let stub = Stub::default();
        let product = Installation::new(&own.join("data"), &stub).await?;
        rates.push(Course::new(product.server.address(), &stub, events(&product.key)).rate(span).await?);
        drop(product);
        for (name, found) in &mut best {
            let rate = match *name {
                "others_durable_execution" => restate::rate(&own, span).await,
                "others_job_queue" => graphile::rate(span).await,
                _ => kannel::rate(&own, span).await,
            };
            match rate {
                Ok(rate) => found.push(rate),
                Err(reason) => println!("{name} is skipped: {reason:#}"),
            }
        }
    }
    let ours = median(rates);
    for (name, found) in best.into_iter().filter(|(_, found)| !found.is_empty()) {
        sheet.add([Figure::new(name, ours, "events/s").against(median(found))])?;
    }
    Ok(())
}
