//! Events for other systems, and the audit log.

statements! {
    DELIVERY_INSERT by "" = "INSERT INTO delivery (ws, id, endpoint, status, next_at, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (ws, id) DO UPDATE SET status = excluded.status, next_at = excluded.next_at, doc = excluded.doc";
    DELIVERY_UPDATE by "delivery_id" = "UPDATE delivery SET status = ?3, next_at = ?4, doc = ?5 WHERE ws = ?1 AND id = ?2";
    /// The deliverer (`Store::due_deliveries`).
    DELIVERIES_DUE by "delivery_due" = "SELECT doc FROM delivery INDEXED BY delivery_due WHERE status = 'pending' AND next_at <= ?1
         ORDER BY next_at, n LIMIT ?2";
    /// `Store::deliveries` of an endpoint.
    DELIVERIES_OF_ENDPOINT by "delivery_endpoint" = "SELECT n, doc FROM delivery INDEXED BY delivery_endpoint
         WHERE ws = ?1 AND n < ?2 AND endpoint = ?4 ORDER BY n DESC LIMIT ?3";
    /// `Store::deliveries` of all.
    DELIVERIES by "delivery_workspace" = "SELECT n, doc FROM delivery INDEXED BY delivery_workspace
         WHERE ws = ?1 AND n < ?2 AND ?4 IS NULL ORDER BY n DESC LIMIT ?3";

    AUDIT_INSERT by "" = "INSERT INTO audit (ws, doc) VALUES (?1, ?2)";
    /// `Store::audit`.
    AUDIT by "audit_workspace" = "SELECT n, doc FROM audit INDEXED BY audit_workspace WHERE ws = ?1 AND n < ?2 ORDER BY n DESC LIMIT ?3";
}
