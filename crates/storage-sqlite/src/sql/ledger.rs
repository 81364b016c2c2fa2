//! The consent ledger. There is no update and no delete, and there shall be none.

macro_rules! list {
    ($from:literal) => {
        concat!("SELECT n, doc FROM ledger INDEXED BY ", $from, " AND n > ?2 AND (?3 IS NULL OR contact = ?3) ORDER BY n LIMIT ?6")
    };
}

statements! {
    LEDGER_INSERT by "" = "INSERT INTO ledger (ws, contact, seq, kind, value, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    /// `Store::ledger` of a contact, in the order of its chain. The cursor is the position in the chain.
    LEDGER_OF_CONTACT by "ledger_contact" = "SELECT seq, doc FROM ledger INDEXED BY ledger_contact
         WHERE contact = ?3 AND seq > ?2 AND ws = ?1 AND (?4 IS NULL OR (kind = ?4 AND value = ?5)) ORDER BY seq LIMIT ?6";
    /// `Store::ledger` of an address, over all contacts that ever had it.
    LEDGER_OF_ADDRESS by "ledger_address" = list!("ledger_address WHERE ws = ?1 AND kind = ?4 AND value = ?5");
    /// `Store::ledger` of everybody (`antiphon verify`).
    LEDGER by "ledger_workspace" = list!("ledger_workspace WHERE ws = ?1 AND ?4 IS NULL AND ?5 IS NULL");
}
