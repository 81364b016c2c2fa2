//! One partition a month for what grows with time, made before it is needed. Old ones are an administrator's to detach or drop.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use storage::StorageError;

use crate::error::{described, plain, sql};
use crate::migrate::LOCK;
use crate::pool::Pool;
use crate::query::queries;

/// Parted by an id, whose first 48 bits are milliseconds.
const BY_ID: [&str; 3] = ["message", "decision", "delivery"];
/// Parted by a moment in milliseconds.
const BY_TIME: [&str; 2] = ["step", "audit"];
/// This month and the next ones, so that a store that runs for weeks without upkeep still has its partition.
const AHEAD: i32 = 3;

queries! {
    NOW() = "SELECT (extract(epoch FROM now()) * 1000)::int8";
    KNOWN(TEXT_ARRAY) = "SELECT relname::text FROM pg_class WHERE relname = ANY($1) AND relkind = 'r'";
}

/// A month's partitions: names and statements.
fn month(first: Date) -> Vec<(String, String)> {
    let start = |date: Date| date.to_zoned(TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_millisecond());
    let (from, to) = (start(first), start(first.saturating_add(1.month())));
    let name = |table: &str| format!("{table}_{:04}_{:02}", first.year(), first.month());
    let id = |at: i64| {
        let hex = format!("{:032x}", (at.max(0) as u128) << 80);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    };
    let part = |table: &str, from: String, to: String| {
        let name = name(table);
        // A partition does not take this from its parent. A message's row is written several times within seconds: with room on its page
        // for all of that page's rows at once, no index is touched.
        let room = if table == "message" { " WITH (fillfactor = 50)" } else { "" };
        let sql = format!("CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} FOR VALUES FROM ('{from}') TO ('{to}'){room}");
        (name, sql)
    };
    let by_id = BY_ID.iter().map(|table| part(table, id(from), id(to)));
    by_id.chain(BY_TIME.iter().map(|table| part(table, from.to_string(), to.to_string()))).collect()
}

/// Makes those that are missing, by the server's clock.
pub(crate) async fn make(pool: &Pool) -> Result<(), StorageError> {
    let lent = pool.lend().await?;
    let failed = plain("partitions cannot be looked at");
    let row = lent.link().one(&NOW, &[]).await.map_err(&failed)?;
    let now = Timestamp::from_millisecond(row.map_or(0, |row| row.get(0))).unwrap_or_default();
    let this = now.to_zoned(TimeZone::UTC).date().first_of_month();
    let wanted: Vec<(String, String)> = (0..=AHEAD).flat_map(|months| month(this.saturating_add(months.months()))).collect();
    let names: Vec<&str> = wanted.iter().map(|(name, _)| name.as_str()).collect();
    let rows = lent.link().query(&KNOWN, &[&names]).await.map_err(&failed)?;
    let known: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    for (name, statement) in wanted.iter().filter(|(name, _)| !known.contains(name)) {
        let made = lent
            .transaction("BEGIN; SET LOCAL lock_timeout = '2s'", async |link| {
                let failed = sql("a partition cannot be made");
                link.run(LOCK).await.map_err(&failed)?;
                link.run(statement).await.map_err(&failed)
            })
            .await;
        if let Err(failure) = made {
            // Its rows lie with the others meanwhile; nothing is lost.
            tracing::warn!("Partition {name} cannot be made now: {}", described(&failure.error));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let statements = |date: Date| month(date).into_iter().map(|(_, sql)| sql).collect::<Vec<_>>();
        let (december, january) = (statements(Date::constant(2026, 12, 1)), statements(Date::constant(2027, 1, 1)));
        assert!(
            december[0].starts_with("CREATE TABLE IF NOT EXISTS message_2026_12 PARTITION OF message FOR VALUES FROM ('01a22ee6"),
            "{december:?}"
        );
        for (earlier, later) in december.iter().zip(&january) {
            let end = earlier.rsplit_once(" TO ").unwrap().1.trim_end_matches(" WITH (fillfactor = 50)");
            let start = later.rsplit_once(" FROM ").unwrap().1.split_once(" TO ").unwrap().0;
            assert_eq!(end, start);
        }
        assert!(december[3].ends_with("FROM ('1796083200000') TO ('1798761600000')"), "{december:?}");
    }
}
