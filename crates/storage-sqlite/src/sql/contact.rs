//! Workspaces, contacts and addresses.

statements! {
    /// Writer and readers, once for each workspace.
    WORKSPACE by "sqlite_autoindex_workspace_1" = "SELECT n FROM workspace WHERE id = ?1";
    INSERT_WORKSPACE by "" = "INSERT INTO workspace (id) VALUES (?1) RETURNING n";
    /// `Store::workspaces`.
    WORKSPACES by "document_id" =
        "SELECT id FROM workspace WHERE EXISTS (SELECT 1 FROM document WHERE document.ws = workspace.n) ORDER BY id";

    /// Writer: a signal that names its contact.
    CONTACT_BY_ID by "contact_id" = "SELECT n FROM contact WHERE ws = ?1 AND id = ?2";
    /// Writer: the row, unless it is remembered.
    CONTACT_LOAD by "PRIMARY" = "SELECT ws, id, next_wake, last_step, last_message, last_decision, last_run, profile, last_seen_at, thread,
         recent, inbox_at, runs, state, length(conversation), size FROM contact WHERE n = ?1";
    CONTACT_INSERT by "" = "INSERT INTO contact (next_wake, last_step, last_message, last_decision, last_run, profile, last_seen_at,
         conversation, runs, state, size, room, n, thread, recent, inbox_at, ws, id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, zeroblob(?12), ?13, ?14, ?15, ?16, ?17, ?18)";
    /// Touches no index. A conversation and runs that stay as they are are not given.
    CONTACT_UPDATE by "PRIMARY" = "UPDATE contact SET next_wake = ?1, last_step = ?2, last_message = ?3, last_decision = ?4, last_run = ?5,
         profile = ?6, last_seen_at = ?7, conversation = coalesce(?8, conversation), runs = coalesce(?9, runs), state = ?10, size = ?11,
         room = zeroblob(?12) WHERE n = ?13";
    /// With what is in indexes.
    CONTACT_LISTED by "PRIMARY" = "UPDATE contact SET next_wake = ?1, last_step = ?2, last_message = ?3, last_decision = ?4, last_run = ?5,
         profile = ?6, last_seen_at = ?7, conversation = coalesce(?8, conversation), runs = coalesce(?9, runs), state = ?10, size = ?11,
         room = zeroblob(?12), thread = ?14, recent = ?15, inbox_at = ?16 WHERE n = ?13";
    /// Lists of one contact: where its chains begin.
    CONTACT_HEADS by "contact_id" = "SELECT last_step, last_message, last_decision, last_run FROM contact WHERE ws = ?1 AND id = ?2";
    /// Whose chain it is (`Store::messages` of a conversation).
    CONTACT_OF_OWN_THREAD by "contact_id" =
        "SELECT id FROM contact WHERE ws = ?1 AND id = ?2 AND thread IS NULL AND conversation IS NOT NULL";
    CONTACT_OF_THREAD by "contact_thread" = "SELECT id FROM contact INDEXED BY contact_thread WHERE ws = ?1 AND thread = ?2 LIMIT 1";
    /// `Store::scan_contacts`: an audience is chosen by reading everybody once, in the order of ids.
    CONTACTS_SCAN by "contact_id" = "SELECT id, state FROM contact INDEXED BY contact_id WHERE ws = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    /// `Store::contact_state`.
    CONTACT_STATE by "contact_id" = "SELECT state FROM contact WHERE ws = ?1 AND id = ?2";

    /// The timer loop (`Store::due`), for each contact that the queue names.
    CONTACT_DUE by "PRIMARY" = "SELECT workspace.id, contact.id, contact.next_wake FROM contact
         CROSS JOIN workspace ON workspace.n = contact.ws WHERE contact.n = ?1";
    CONTACT_WAKE by "PRIMARY" = "SELECT next_wake FROM contact WHERE n = ?1";
    /// At the start: what was saved, up to which step, and who has stepped since.
    WAKES by "PRIMARY" = "SELECT contact, at FROM wake WHERE contact > 0";
    WAKE_MARK by "PRIMARY" = "SELECT step FROM wake_mark WHERE ws = ?1";
    WORKSPACE_NUMBERS by "PRIMARY" = "SELECT n FROM workspace WHERE n > 0";
    STEPPED_SINCE by "PRIMARY" = "SELECT contact FROM step WHERE n > ?1 AND n < ?2";
    /// Now and then.
    WAKE_PUT by "" = "INSERT INTO wake (contact, at) VALUES (?1, ?2) ON CONFLICT (contact) DO UPDATE SET at = excluded.at";
    WAKE_DELETE by "PRIMARY" = "DELETE FROM wake WHERE contact = ?1";
    WAKE_MARK_PUT by "" = "INSERT INTO wake_mark (ws, step) VALUES (?1, ?2) ON CONFLICT (ws) DO UPDATE SET step = excluded.step";

    PROFILE_PUT by "" = "INSERT INTO profile (contact, ws, name, locale, created_at, search) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (contact) DO UPDATE SET name = excluded.name, locale = excluded.locale, created_at = excluded.created_at,
         search = excluded.search";
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
}
