//! Documents.

statements! {
    /// `Store::document`, and the writer before it changes one.
    DOCUMENT by "document_id" = "SELECT id, version, updated_at, doc FROM document WHERE ws = ?1 AND kind = ?2 AND id = ?3";
    /// `Store::documents`, in the order of ids.
    DOCUMENTS by "document_id" = "SELECT id, version, updated_at, doc FROM document INDEXED BY document_id
         WHERE ws = ?1 AND kind = ?2 AND id > ?3 ORDER BY id LIMIT ?4";
    /// `Store::inventory`.
    DOCUMENT_KINDS by "document_id" = "SELECT DISTINCT kind FROM document INDEXED BY document_id WHERE ws = ?1 ORDER BY kind";
    DOCUMENT_PUT by "" = "INSERT INTO document (ws, kind, id, version, updated_at, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (ws, kind, id) DO UPDATE SET version = excluded.version, updated_at = excluded.updated_at, doc = excluded.doc";
    DOCUMENT_DELETE by "document_id" = "DELETE FROM document WHERE ws = ?1 AND kind = ?2 AND id = ?3";
}
