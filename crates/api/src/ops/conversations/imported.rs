//! The part of a thread that was written before the number was connected: it came in any order, and is read by its own time.

use model::timeline::{TimelineEntry, TimelineKind};
use model::{ContactId, Timestamp, WorkspaceId};
use storage::{Paged, TimelineFilter};

use crate::ops::prelude::*;

const MARK: &str = "imported.";
/// Lines read at once.
const STRETCH: u32 = 500;

/// Where a page begins: at a moment, after so many lines of it. What has one moment stands in the order in which it came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    at: Timestamp,
    shown: usize,
}

impl Place {
    pub(super) const fn newest() -> Self {
        Self { at: Timestamp::MAX, shown: 0 }
    }

    pub(super) fn read(cursor: &str) -> Option<Self> {
        let (at, shown) = cursor.strip_prefix(MARK)?.split_once('.')?;
        Some(Self { at: Timestamp::from_millis(at.parse().ok()?), shown: shown.parse().ok()? })
    }

    pub(super) fn written(self) -> String {
        format!("{MARK}{}.{}", self.at.as_millis(), self.shown)
    }

    fn after(self, page: &[TimelineEntry]) -> Option<Self> {
        let at = page.last()?.at;
        let here = page.iter().filter(|line| line.at == at).count();
        Some(Self { at, shown: if at == self.at { self.shown + here } else { here } })
    }
}

/// Newest first.
pub(super) async fn page(
    state: &ApiState,
    ws: WorkspaceId,
    contact: ContactId,
    place: &Place,
    limit: u32,
) -> Result<Paged<TimelineEntry>, Problem> {
    let filter = TimelineFilter { kinds: vec![TimelineKind::MessageImported] };
    let wanted = place.shown.saturating_add(limit as usize);
    let mut lines: Vec<TimelineEntry> = Vec::new();
    let mut next = Page::first(STRETCH);
    let mut more = false;
    loop {
        let found = state.store().timeline(ws, contact, filter.clone(), next.clone()).await?;
        lines.extend(found.items.into_iter().filter(|line| line.at <= place.at));
        // Stable, and never more at hand than a page and a stretch.
        lines.sort_by_key(|line| std::cmp::Reverse(line.at));
        more |= lines.len() > wanted;
        lines.truncate(wanted);
        match found.next {
            Some(after) => next.after = Some(after),
            None => break,
        }
    }
    let lines = lines.split_off(place.shown.min(lines.len()));
    let next = if more { place.after(&lines).map(Place::written) } else { None };
    Ok(Paged { items: lines, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        for place in [Place::newest(), Place { at: Timestamp::from_millis(1_739_230_955_000), shown: 7 }] {
            assert_eq!(Place::read(&place.written()), Some(place));
        }
        assert_eq!((Place::read("12.3"), Place::read("imported.x.y"), Place::read("imported.5")), (None, None, None));
    }
}
