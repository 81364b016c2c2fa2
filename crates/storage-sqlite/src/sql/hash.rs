//! Hashes: the log of the young ones, the runs and their blocks.

statements! {
    /// Writer and readers: where a run's places point to.
    HASH_BLOCK by "PRIMARY" = "SELECT entries FROM hash_block WHERE n = ?1";
    HASH_BLOCK_INSERT by "" = "INSERT INTO hash_block (n, entries) VALUES (?1, ?2)";
    /// Of a run that is not needed any more, some at a time.
    HASH_BLOCKS_DELETE by "PRIMARY" = "DELETE FROM hash_block WHERE n IN
         (SELECT n FROM hash_block WHERE n >= ?1 AND n < ?2 ORDER BY n LIMIT ?3)";

    /// At the start.
    HASH_RUNS by "PRIMARY" = "SELECT n, level, entries, filter, firsts FROM hash_run WHERE n > 0 AND state = ?1 ORDER BY n";
    HASH_RUNS_LEFT by "PRIMARY" = "SELECT n FROM hash_run WHERE n > 0 AND state <> ?1 ORDER BY n";
    HASH_RUN_LAST by "PRIMARY" = "SELECT n FROM hash_run WHERE n > 0 ORDER BY n DESC LIMIT 1";
    HASH_RUN_PUT by "" = "INSERT INTO hash_run (n, level, state, entries, filter, firsts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (n) DO UPDATE SET state = excluded.state, entries = excluded.entries, filter = excluded.filter, firsts = excluded.firsts";
    HASH_RUN_STATE by "PRIMARY" = "UPDATE hash_run SET state = ?2 WHERE n = ?1";
    HASH_RUN_DELETE by "PRIMARY" = "DELETE FROM hash_run WHERE n = ?1";

    /// At the start.
    HASH_LOG by "PRIMARY" = "SELECT entries FROM hash_log WHERE n > 0 ORDER BY n";
    HASH_LOG_LAST by "PRIMARY" = "SELECT n FROM hash_log WHERE n > 0 ORDER BY n DESC LIMIT 1";
    HASH_LOG_INSERT by "" = "INSERT INTO hash_log (n, entries) VALUES (?1, ?2)";
    /// What a run has from now on.
    HASH_LOG_DELETE by "PRIMARY" = "DELETE FROM hash_log WHERE n < ?1";

    /// A redelivery of what waits or is parked.
    HELD_KEY by "PRIMARY" = "SELECT fingerprint FROM held_key WHERE key = ?1";
    HELD_KEY_PUT by "" = "INSERT INTO held_key (key, fingerprint) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
}
