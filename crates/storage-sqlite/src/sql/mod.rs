//! Every statement, by subject. Each says who reads it; the index named after `by` is the one it must use, which
//! `every_statement_uses_the_index_it_names` checks with SQLite's own query plan.
//!
//! Lists are read newest first by row number: rows are only ever appended, so a page that was read stays where it was.

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident by $index:literal = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $sql;)*
        #[cfg(test)]
        pub(crate) const ALL: &[super::Statement] =
            &[$(super::Statement { name: stringify!($name), sql: $name, index: $index }),*];
    };
}

pub(crate) mod contact;
pub(crate) mod conversation;
pub(crate) mod decision;
pub(crate) mod delivery;
pub(crate) mod document;
pub(crate) mod hash;
pub(crate) mod ledger;
pub(crate) mod message;
pub(crate) mod recipient;
pub(crate) mod run;
pub(crate) mod signal;

/// A statement with the index that it must use; an empty one for plain inserts.
#[cfg(test)]
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
    pub(crate) index: &'static str,
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::Statement;

    fn plan(conn: &Connection, sql: &str) -> Vec<String> {
        let mut explain = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        // The plan does not depend on values.
        let nulls = vec![rusqlite::types::Null; explain.parameter_count()];
        explain.query_map(rusqlite::params_from_iter(nulls), |row| row.get(3)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn every_statement_uses_the_index_it_names() {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut conn).unwrap();
        let all: [&[Statement]; 11] = [
            super::contact::ALL,
            super::conversation::ALL,
            super::decision::ALL,
            super::delivery::ALL,
            super::document::ALL,
            super::hash::ALL,
            super::ledger::ALL,
            super::message::ALL,
            super::recipient::ALL,
            super::run::ALL,
            super::signal::ALL,
        ];
        let mut faults = Vec::new();
        for Statement { name, sql, index } in all.into_iter().flatten() {
            let plan = plan(&conn, sql);
            let text = plan.join("; ");
            if !index.is_empty() && !plan.iter().any(|line| line.split_whitespace().any(|word| word == *index)) {
                faults.push(format!("{name} does not use {index}: {text}"));
            }
            let full =
                plan.iter().any(|line| line.starts_with("SCAN") && !line.contains("VIRTUAL TABLE") && !line.contains("CONSTANT ROW"));
            // The one loop over workspaces is over few rows by nature.
            if (full && *name != "WORKSPACES") || text.contains("TEMP B-TREE") {
                faults.push(format!("{name} reads or sorts too much: {text}"));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
