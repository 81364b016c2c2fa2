//! Who does what for whom, among several nodes: plain rows, locked in the order of their names.

use std::collections::BTreeMap;

use storage::{Lease, LeaseClaim, StorageError};
use tokio_postgres::Row;

use crate::error::{Failure, Trouble, sql};
use crate::link::Link;
use crate::pool::Pool;
use crate::query::queries;

const CLAIMING: &str = "leases cannot be claimed";
/// Claims that meet one another in the same moment wait or try again.
const TRIES: usize = 10;

queries! {
    ALL() = "SELECT name, holder, fence, beat FROM lease WHERE fence > 0 ORDER BY name";
    /// A lease that nobody ever had has fence 0.
    MAKE(TEXT_ARRAY) = "INSERT INTO lease (name, fence, beat) SELECT name, 0, 0 FROM unnest($1) AS name ORDER BY name ON CONFLICT DO NOTHING";
    LOCK(TEXT_ARRAY) = "SELECT name, holder, fence, beat FROM lease WHERE name = ANY($1) ORDER BY name FOR UPDATE";
    WRITE(TEXT_ARRAY, TEXT_ARRAY, INT8_ARRAY, INT8_ARRAY) = "UPDATE lease SET holder = u.holder, fence = u.fence, beat = u.beat
        FROM unnest($1, $2, $3, $4) AS u (name, holder, fence, beat) WHERE lease.name = u.name";
    RELEASE(TEXT, TEXT_ARRAY) = "UPDATE lease SET holder = NULL WHERE holder = $1 AND name = ANY($2)";
}

fn lease(row: &Row) -> Lease {
    Lease { name: row.get(0), holder: row.get(1), fence: row.get::<_, i64>(2).cast_unsigned(), beat: row.get::<_, i64>(3).cast_unsigned() }
}

pub(crate) async fn list(pool: &Pool) -> Result<Vec<Lease>, StorageError> {
    Ok(pool.query(&ALL, &[]).await?.iter().map(lease).collect())
}

pub(crate) async fn claim(pool: &Pool, holder: &str, claims: &[LeaseClaim]) -> Result<Vec<Lease>, StorageError> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let mut tries = 1;
    loop {
        let lent = pool.lend().await?;
        match lent.transaction("BEGIN", async |link| attempt(link, holder, claims).await).await {
            Err(failure) if failure.trouble == Trouble::Race && tries < TRIES => tries += 1,
            outcome => return Ok(outcome?),
        }
    }
}

async fn attempt(link: &Link, holder: &str, claims: &[LeaseClaim]) -> Result<Vec<Lease>, Failure> {
    let failed = sql(CLAIMING);
    let names: Vec<&str> = claims.iter().map(|claim| claim.name.as_str()).collect();
    link.execute(&MAKE, &[&names]).await.map_err(&failed)?;
    let rows = link.query(&LOCK, &[&names]).await.map_err(&failed)?;
    let mut all: BTreeMap<String, Lease> = rows.iter().map(lease).map(|lease| (lease.name.clone(), lease)).collect();
    let mut answers = Vec::with_capacity(claims.len());
    for claim in claims {
        let there = all.get(&claim.name).filter(|lease| lease.fence > 0);
        let after = Lease::claimed(there, holder, claim);
        all.insert(claim.name.clone(), after.clone());
        answers.push(after);
    }
    let column = |value: fn(&Lease) -> u64| all.values().map(|lease| value(lease).cast_signed()).collect::<Vec<i64>>();
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    let holders: Vec<Option<&str>> = all.values().map(|lease| lease.holder.as_deref()).collect();
    link.execute(&WRITE, &[&names, &holders, &column(|lease| lease.fence), &column(|lease| lease.beat)]).await.map_err(&failed)?;
    Ok(answers)
}

pub(crate) async fn release(pool: &Pool, holder: &str, names: &[String]) -> Result<(), StorageError> {
    pool.execute(&RELEASE, &[&holder, &names]).await.map(drop)
}
