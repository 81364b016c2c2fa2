//! Values as columns hold them.

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

type Trouble = Box<dyn std::error::Error + Sync + Send>;

/// Sixteen bytes of an id in a `uuid` column: eight of PostgreSQL's bytes less than in a `bytea`, and compared as fast.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(crate) struct Uid(pub(crate) [u8; 16]);

impl ToSql for Uid {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Trouble> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    accepts!(UUID);
    to_sql_checked!();
}

impl<'a> FromSql<'a> for Uid {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Trouble> {
        Ok(Self(raw.try_into()?))
    }

    accepts!(UUID);
}

/// PostgreSQL's text cannot hold the character zero; nothing else is changed.
pub(crate) fn clean(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}
