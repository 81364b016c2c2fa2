//! Statements with the types of their values, and tables that are written whole.

use tokio_postgres::types::Type;

/// A statement. The types go with it, so that a pooler need not keep a prepared one.
pub(crate) struct Query {
    pub(crate) sql: &'static str,
    pub(crate) types: &'static [Type],
}

/// Statements of one subject: `NAME(TYPES) = "SQL";`.
macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident($($pg:ident),*) = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) static $name: crate::query::Query =
            crate::query::Query { sql: $sql, types: &[$(tokio_postgres::types::Type::$pg),*] };)*
    };
}
pub(crate) use queries;

/// Rows of one table on their way there: one array for each column, one statement for all; further ones for rows that are `known` to be there,
/// and where one is `unsure`.
macro_rules! columns {
    ($($(#[$doc:meta])* $table:ident of $row:ident { $($field:ident: $ty:ty = $pg:ident),* $(,)? } $sql:expr
        $(, known $known:expr)? $(, unsure $unsure:expr)?;)*) => {$(
        #[derive(Clone, Debug)]
        pub(crate) struct $row { $(pub(crate) $field: $ty),* }

        $(#[$doc])*
        #[derive(Default)]
        pub(crate) struct $table { $($field: Vec<$ty>),* }

        impl $table {
            const TYPES: &'static [tokio_postgres::types::Type] = &[$(tokio_postgres::types::Type::$pg),*];

            pub(crate) fn push(&mut self, row: $row) {
                $(self.$field.push(row.$field);)*
            }
        }

        impl FromIterator<$row> for $table {
            fn from_iter<I: IntoIterator<Item = $row>>(rows: I) -> Self {
                let mut all = Self::default();
                rows.into_iter().for_each(|row| all.push(row));
                all
            }
        }

        impl crate::query::Table for $table {
            fn query(&self, standing: crate::query::Standing) -> &'static crate::query::Query {
                static QUERY: crate::query::Query = crate::query::Query { sql: $sql, types: $table::TYPES };
                match standing {
                    $(crate::query::Standing::Known => {
                        static KNOWN: crate::query::Query = crate::query::Query { sql: $known, types: $table::TYPES };
                        &KNOWN
                    })?
                    $(crate::query::Standing::Unsure => {
                        static UNSURE: crate::query::Query = crate::query::Query { sql: $unsure, types: $table::TYPES };
                        &UNSURE
                    })?
                    _ => &QUERY,
                }
            }
            fn values(&self) -> Vec<&(dyn tokio_postgres::types::ToSql + Sync)> {
                vec![$(&self.$field),*]
            }
            fn is_empty(&self) -> bool {
                [$(self.$field.is_empty()),*].contains(&true)
            }
        }
    )*};
}
pub(crate) use columns;

/// What is known of a row's place in its table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) enum Standing {
    /// Nothing is there. If something is all the same, the server refuses, and the batch is tried again in the careful way.
    #[default]
    New,
    /// It is there.
    Known,
    /// It may be there.
    Unsure,
}

pub(crate) trait Table {
    /// The same values, whatever the standing.
    fn query(&self, standing: Standing) -> &'static Query;
    fn values(&self) -> Vec<&(dyn tokio_postgres::types::ToSql + Sync)>;
    fn is_empty(&self) -> bool;
}
