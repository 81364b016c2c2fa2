//! Whole lists, page by page.

use std::future::Future;

use storage::{Page, Paged, StorageError};

const PAGE: u32 = 500;

/// Contacts and keys that are asked for at once: a store with several readers, or a server at the end of a wire, has work for each.
pub(crate) const AT_ONCE: usize = 8;

/// All rows of a list, in its order.
pub(crate) async fn all<T, F>(mut read: impl FnMut(Page) -> F) -> Result<Vec<T>, StorageError>
where
    F: Future<Output = Result<Paged<T>, StorageError>>,
{
    let mut rows = Vec::new();
    let mut page = Page::first(PAGE);
    loop {
        let got = read(page).await?;
        rows.extend(got.items);
        match got.next {
            Some(after) => page = Page { limit: PAGE, after: Some(after) },
            None => return Ok(rows),
        }
    }
}

/// All rows of a list that stands newest first, oldest first.
pub(crate) async fn oldest_first<T, F>(read: impl FnMut(Page) -> F) -> Result<Vec<T>, StorageError>
where
    F: Future<Output = Result<Paged<T>, StorageError>>,
{
    let mut rows = all(read).await?;
    rows.reverse();
    Ok(rows)
}
