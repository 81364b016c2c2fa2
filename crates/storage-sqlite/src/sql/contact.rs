//! Workspaces, contacts, addresses and dedupe keys.

statements! {
    /// Writer and readers, once for each workspace.
    WORKSPACE by "sqlite_autoindex_workspace_1" = "SELECT n FROM workspace WHERE id = ?1";
    INSERT_WORKSPACE by "" = "INSERT INTO workspace (id) VALUES (?1) RETURNING n";
    /// `Store::workspaces`.
    WORKSPACES by "document_id" =
        "SELECT id FROM workspace WHERE EXISTS (SELECT 1 FROM document WHERE document.ws = workspace.n) ORDER BY id";

    /// Writer: a signal that names its contact.
    CONTACT_BY_ID by "contact_id" = "SELECT n FROM contact WHERE ws = ?1 AND id = ?2";
    /// Writer: the state, unless the group already holds it.
    CONTACT_LOAD by "PRIMARY" = "SELECT id, state, next_wake FROM contact WHERE n = ?1";
    CONTACT_INSERT by "" = "INSERT INTO contact (ws, id, next_wake, state) VALUES (?1, ?2, ?3, ?4) RETURNING n";
    CONTACT_UPDATE by "PRIMARY" = "UPDATE contact SET state = ?2 WHERE n = ?1";
    /// Apart from the state, so that the timer index is touched only when the wake moved.
    CONTACT_WAKE by "PRIMARY" = "UPDATE contact SET next_wake = ?2 WHERE n = ?1";
    /// `Store::scan_contacts`: an audience is chosen by reading everybody once, in the order of ids.
    CONTACTS_SCAN by "contact_id" = "SELECT id, state FROM contact INDEXED BY contact_id WHERE ws = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    /// `Store::contact_state`.
    CONTACT_STATE by "contact_id" = "SELECT state FROM contact WHERE ws = ?1 AND id = ?2";

    /// The timer loop (`Store::due`): a range of the index, however many contacts sleep.
    CONTACTS_DUE by "contact_due" = "SELECT workspace.id, contact.id, contact.next_wake FROM contact INDEXED BY contact_due
         CROSS JOIN workspace ON workspace.n = contact.ws WHERE contact.next_wake <= ?1 ORDER BY contact.next_wake, contact.n LIMIT ?2";
    /// The timer loop (`Store::next_due`).
    NEXT_DUE by "contact_due" = "SELECT next_wake FROM contact INDEXED BY contact_due WHERE next_wake IS NOT NULL ORDER BY next_wake LIMIT 1";

    PROFILE_PUT by "" = "INSERT INTO profile (contact, ws, name, locale, created_at, last_seen_at, search) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (contact) DO UPDATE SET name = excluded.name, locale = excluded.locale, created_at = excluded.created_at,
         last_seen_at = excluded.last_seen_at, search = excluded.search";
    /// `Store::contacts`; a search reads this narrow table from its newest end until the page is full. ?3 is a JSON list of patterns.
    PROFILES by "profile_workspace" = "SELECT profile.contact, contact.id, name, locale, created_at, last_seen_at, search
         FROM profile INDEXED BY profile_workspace CROSS JOIN contact ON contact.n = profile.contact
         WHERE profile.ws = ?1 AND profile.contact < ?2
         AND NOT EXISTS (SELECT 1 FROM json_each(?3) AS word WHERE search NOT LIKE word.value ESCAPE '\\')
         ORDER BY profile.contact DESC LIMIT ?4";
    /// `Store::contacts` for one address.
    PROFILE_OF_ADDRESS by "PRIMARY" = "SELECT profile.contact, contact.id, name, locale, created_at, last_seen_at, search
         FROM address CROSS JOIN profile ON profile.contact = address.contact CROSS JOIN contact ON contact.n = profile.contact
         WHERE address.ws = ?1 AND address.kind = ?5 AND address.value = ?6 AND profile.contact < ?2
         AND NOT EXISTS (SELECT 1 FROM json_each(?3) AS word WHERE search NOT LIKE word.value ESCAPE '\\')
         LIMIT ?4";

    /// Writer: a signal that names addresses.
    ADDRESS_OWNER by "PRIMARY" = "SELECT contact FROM address WHERE ws = ?1 AND kind = ?2 AND value = ?3";
    /// `Store::find_contact`.
    ADDRESS_CONTACT by "PRIMARY" = "SELECT contact.id FROM address CROSS JOIN contact ON contact.n = address.contact
         WHERE address.ws = ?1 AND kind = ?2 AND value = ?3";
    /// An address that belongs to somebody stays there.
    ADDRESS_LINK by "" = "INSERT INTO address (ws, kind, value, contact) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    ADDRESS_UNLINK by "PRIMARY" = "DELETE FROM address WHERE ws = ?1 AND kind = ?2 AND value = ?3 AND contact = ?4";

    /// Writer: the first thing asked of every signal that has a key.
    DEDUPE by "PRIMARY" = "SELECT dedupe.contact, fingerprint, reply, contact.id FROM dedupe LEFT JOIN contact ON contact.n = dedupe.contact
         WHERE dedupe.ws = ?1 AND key = ?2";
    /// Replaces only what parking or waiting left without an answer.
    DEDUPE_PUT by "" = "INSERT INTO dedupe (ws, key, contact, fingerprint, reply) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ws, key) DO UPDATE SET contact = excluded.contact, reply = excluded.reply";
}
