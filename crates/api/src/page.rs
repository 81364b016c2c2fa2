//! Lists: `?limit=&cursor=` in, `{items, next_cursor}` out. Cursors are opaque and belong to one list.

use axum::Json;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use storage::{Page, Paged};
use utoipa::ToSchema;

use crate::problem::{Code, Problem};

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Pass it as `cursor` to get the next page; `null` on the last one.
    pub next_cursor: Option<String>,
}

/// The list that a cursor belongs to, and the size of its pages.
#[derive(Clone, Copy)]
pub struct Lister {
    name: &'static str,
    default: u32,
}

const LARGEST: u32 = 200;

impl<T> List<T> {
    /// A list that is given whole.
    pub fn whole(items: Vec<T>) -> Json<Self> {
        Json(Self { items, next_cursor: None })
    }
}

impl Lister {
    /// `name` is the operation's id; it stands in the cursor.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, default: 50 }
    }

    pub fn page(self, limit: Option<u32>, cursor: Option<&str>) -> Result<Page, Problem> {
        let limit = limit.unwrap_or(self.default);
        if !(1..=LARGEST).contains(&limit) {
            return Err(Problem::new(Code::InvalidQuery, format!("limit must be 1 to {LARGEST}; it is {limit}")));
        }
        let after = cursor.filter(|c| !c.is_empty()).map(|cursor| self.open(cursor)).transpose()?;
        Ok(Page { limit, after })
    }

    pub fn answer<T, U>(self, paged: Paged<T>, each: impl FnMut(T) -> U) -> Json<List<U>> {
        let next_cursor = paged.next.map(|after| self.seal(&after));
        Json(List { items: paged.items.into_iter().map(each).collect(), next_cursor })
    }

    fn seal(self, after: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("1:{}:{after}", self.name))
    }

    fn open(self, cursor: &str) -> Result<String, Problem> {
        let refused = || Problem::new(Code::InvalidCursor, "the cursor is not one that this list gave");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
        let text = String::from_utf8(bytes).map_err(|_| refused())?;
        let after = text.strip_prefix("1:").and_then(|t| t.strip_prefix(self.name)).and_then(|t| t.strip_prefix(':'));
        after.map(str::to_owned).ok_or_else(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_in_its_own_list() {
        let messages = Lister::new("list_messages");
        let cursor = messages.seal("a:b");
        assert_eq!(messages.page(None, Some(&cursor)).unwrap(), Page { limit: 50, after: Some("a:b".to_owned()) });
        assert_eq!(Lister::new("list_contacts").page(None, Some(&cursor)).unwrap_err().code, Code::InvalidCursor);
        assert_eq!(messages.page(None, Some("%%")).unwrap_err().code, Code::InvalidCursor);
    }

    #[test]
    fn page_sizes_have_bounds() {
        assert_eq!(Lister::new("x").page(Some(0), None).unwrap_err().code, Code::InvalidQuery);
        assert_eq!(Lister::new("x").page(Some(201), None).unwrap_err().code, Code::InvalidQuery);
    }
}
