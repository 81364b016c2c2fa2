//! Recipients of broadcasts: moved by steps, written down and closed by the broadcast's own loop.

use model::broadcast::{Closing, NewRecipient, RecipientChange, RecipientNews, RecipientState, broadcast_scope};
use model::{BroadcastId, ContactId, Timestamp};
use storage::StorageError;

use super::chunk::Chunk;
use super::rows::Move;
use crate::pool::Pool;
use crate::query::queries;
use crate::value::{Uid, clean};

queries! {
    /// Freezing an audience. Whoever is there stays as they are.
    ADD(INT4, UUID, UUID_ARRAY, BOOL_ARRAY, INT8, TEXT) = "WITH new AS (
          INSERT INTO recipient (ws, broadcast, contact, canary, state, not_before, at)
          SELECT $1, $2, u.contact, u.canary, 'pending', 0, $5 FROM unnest($3, $4) AS u (contact, canary) ORDER BY u.contact
          ON CONFLICT DO NOTHING RETURNING 1),
        counted AS (INSERT INTO counter_delta (n, ws, scope, key, name, by) SELECT 0, $1, $6, '', 'pending', count(*) FROM new)
        SELECT count(*) FROM new";
    CLOSE(INT4, UUID, UUID_ARRAY, TEXT, TEXT, TEXT, INT8, TEXT) = "WITH old AS (
          SELECT contact, code FROM recipient WHERE ws = $1 AND broadcast = $2 AND contact = ANY ($3) AND state = 'pending' ORDER BY contact FOR UPDATE),
        closed AS (UPDATE recipient r SET state = $4, not_before = 0, at = $7, code = $5, reason = $6 FROM old
          WHERE r.ws = $1 AND r.broadcast = $2 AND r.contact = old.contact RETURNING old.code AS code),
        counted AS (INSERT INTO counter_delta (n, ws, scope, key, name, by)
          SELECT 0, $1, $8, coalesce(code, ''), 'pending', -count(*) FROM closed GROUP BY 4
          UNION ALL SELECT 0, $1, $8, $5, $4, count(*) FROM closed)
        SELECT count(*) FROM closed";
}

pub(crate) async fn add(pool: &Pool, ws: i32, broadcast: BroadcastId, rows: &[NewRecipient], at: Timestamp) -> Result<u64, StorageError> {
    let (contacts, canaries): (Vec<Uid>, Vec<bool>) = rows.iter().map(|row| (Uid(row.contact.to_bytes()), row.canary)).unzip();
    let scope = broadcast_scope(broadcast);
    let values: [crate::link::Value<'_>; 6] = [&ws, &Uid(broadcast.to_bytes()), &contacts, &canaries, &at.as_millis(), &scope];
    let row = pool.one(&ADD, &values).await?;
    Ok(row.map_or(0, |row| row.get::<_, i64>(0).cast_unsigned()))
}

pub(crate) async fn close(
    pool: &Pool,
    ws: i32,
    broadcast: BroadcastId,
    contacts: &[ContactId],
    closing: &Closing,
) -> Result<u64, StorageError> {
    let contacts: Vec<Uid> = contacts.iter().map(|id| Uid(id.to_bytes())).collect();
    let (code, reason, scope) = (clean(&closing.code), clean(&closing.reason), broadcast_scope(broadcast));
    let values: [crate::link::Value<'_>; 8] =
        [&ws, &Uid(broadcast.to_bytes()), &contacts, &closing.state.as_str(), &code, &reason, &closing.at.as_millis(), &scope];
    let row = pool.one(&CLOSE, &values).await?;
    Ok(row.map_or(0, |row| row.get::<_, i64>(0).cast_unsigned()))
}

impl Chunk<'_> {
    /// Several moves in one chunk are one: only where it stood before and where it ends count. There may be no row: nobody can be moved into
    /// an audience.
    pub(super) fn move_recipient(&mut self, ws: i32, contact: ContactId, change: RecipientChange) {
        let RecipientChange { broadcast, at, news } = change;
        let key = (ws, Uid(broadcast.to_bytes()), Uid(contact.to_bytes()));
        let at = at.as_millis();
        let row = self.rows.moves.entry(key).or_insert_with(|| Move {
            ws,
            broadcast: key.1,
            contact: key.2,
            scope: broadcast_scope(broadcast),
            state: None,
            not_before: 0,
            at,
            code: None,
            reason: None,
            decision: None,
            message: None,
            channel: None,
            replied_at: None,
            opted_out_at: None,
            complaint: false,
            n: 0,
        });
        match news {
            RecipientNews::Moved { state, not_before, code, reason, decision, message, channel } => {
                row.state = Some(RecipientState::as_str(state));
                row.not_before = not_before.map_or(0, Timestamp::as_millis);
                row.at = at;
                (row.code, row.reason) = (code.as_deref().map(clean), reason.as_deref().map(clean));
                row.decision = decision.map(|id| Uid(id.to_bytes())).or(row.decision);
                row.message = message.map(|id| Uid(id.to_bytes())).or(row.message);
                row.channel = channel.map(model::Channel::as_str).or(row.channel);
            }
            RecipientNews::Replied => drop(row.replied_at.get_or_insert(at)),
            RecipientNews::OptedOut { complaint } => {
                if row.opted_out_at.is_none() {
                    (row.opted_out_at, row.complaint) = (Some(at), complaint);
                }
            }
        }
    }
}
