//! Steps by what is published now, whichever node published it.

use std::collections::BTreeSet;
use std::sync::Arc;

use decide::Core;
use model::WorkspaceId;
use model::signal::Signal;
use storage::{Decider as _, StepOutcome, StorageError, StorageErrorKind};

use crate::Engine;
use crate::gather::{GROUP, Gather};

/// A step is repeated so often when others publish at the same time; each time by what they published.
const TRIES: usize = 16;

/// Passes signals to the store, and reads a workspace again when the store says that its documents are newer than what is decided by here.
pub(crate) async fn pass_current(
    engine: &Engine,
    gather: &Arc<Gather>,
    mut signals: Vec<Signal>,
    bounded: bool,
) -> Result<Vec<StepOutcome>, StorageError> {
    let mut outcomes = Vec::with_capacity(signals.len());
    // Part after part, because a part that was committed must not be repeated with the rest.
    loop {
        let rest = if signals.len() > GROUP { signals.split_off(GROUP) } else { Vec::new() };
        // Once a part is durable the caller has a right to the rest.
        outcomes.extend(one_part(engine, gather, signals, bounded && outcomes.is_empty()).await?);
        if rest.is_empty() {
            return Ok(outcomes);
        }
        signals = rest;
    }
}

async fn one_part(engine: &Engine, gather: &Arc<Gather>, signals: Vec<Signal>, bounded: bool) -> Result<Vec<StepOutcome>, StorageError> {
    let workspaces: BTreeSet<WorkspaceId> = signals.iter().map(|signal| signal.workspace).collect();
    for ws in &workspaces {
        // One that another node has just set up.
        if engine.core().catalogue(*ws).is_none() {
            engine.reload(*ws).await?;
        }
    }
    for _ in 0..TRIES {
        match gather.pass(signals.clone(), bounded).await {
            Err(error) if error.kind == StorageErrorKind::Conflict => {
                for ws in &workspaces {
                    catch_up(engine, *ws).await?;
                }
            }
            passed => return passed,
        }
    }
    Err(StorageError::new(StorageErrorKind::Unavailable, "what is published changes faster than it can be read"))
}

/// Others in the same group may have been the reason, so it looks first.
async fn catch_up(engine: &Engine, ws: WorkspaceId) -> Result<(), StorageError> {
    let core: &Core = engine.core();
    let there = engine.store().revision(ws).await?;
    if core.revision(ws) == Some(there) { Ok(()) } else { engine.reload(ws).await }
}
