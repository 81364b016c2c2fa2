//! Sessions of browsers: started at sign-in, ended by sign-out, idleness or age.

use model::{Millis, Timestamp, UserId, WorkspaceId};
use storage::{DocumentExt, StorageErrorKind};

use super::token::Token;
use crate::documents::{Session, User};
use crate::problem::Problem;
use crate::state::ApiState;

const IDLE: Millis = Millis::from_hours(12);
const AGE: Millis = Millis::from_days(14);
/// Being seen is written at most this often.
const SEEN_EVERY: Millis = Millis::from_mins(5);

/// Starts a session and gives the cookie's value. Each sign-in has an id of its own.
pub async fn start_session(state: &ApiState, ws: WorkspaceId, user: UserId, ip: Option<String>) -> Result<String, Problem> {
    let now = state.wall_now();
    let token = Token::mint(state.secrets(), "", ws);
    let session = Session { hash: token.hash, user, started_at: now, last_seen_at: now, ip };
    state.store().put(ws, &session, 0, now).await?;
    Ok(token.text)
}

/// The user of a session that is still good.
pub async fn find_session(state: &ApiState, cookie: &str) -> Result<Option<(WorkspaceId, Session, User)>, Problem> {
    let Some((ws, hash)) = Token::read("", cookie) else { return Ok(None) };
    let store = state.store();
    let now = state.wall_now();
    let Some(found) = store.get::<Session>(ws, &hash).await? else { return Ok(None) };
    if session_is_over(&found.value, now) {
        store.delete_document(ws, <Session as storage::Document>::KIND, &hash).await?;
        return Ok(None);
    }
    let Some(user) = store.get::<User>(ws, &found.value.user.to_string()).await? else { return Ok(None) };
    if !user.value.active || found.value.started_at < user.value.sessions_from {
        return Ok(None);
    }
    if found.value.last_seen_at + SEEN_EVERY <= now {
        let session = Session { last_seen_at: now, ..found.value.clone() };
        tolerate(store.put(ws, &session, found.version, now).await.map(|_| ()))?;
        let seen = User { last_seen_at: Some(now), ..user.value.clone() };
        tolerate(store.put(ws, &seen, user.version, now).await.map(|_| ()))?;
    }
    Ok(Some((ws, found.value, user.value)))
}

/// Two requests at once may both want to write when they were seen; either will do.
fn tolerate(result: Result<(), storage::StorageError>) -> Result<(), Problem> {
    match result {
        Err(error) if error.kind != StorageErrorKind::Conflict => Err(error.into()),
        _ => Ok(()),
    }
}

pub fn session_is_over(session: &Session, now: Timestamp) -> bool {
    session.last_seen_at + IDLE <= now || session.started_at + AGE <= now
}

pub async fn end_session(state: &ApiState, ws: WorkspaceId, hash: &str) -> Result<(), Problem> {
    state.store().delete_document(ws, <Session as storage::Document>::KIND, hash).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_end_by_idleness_and_by_age() {
        let start = Timestamp::from_secs(0);
        let session = |last_seen_at| Session { hash: String::new(), user: UserId::from_u128(1), started_at: start, last_seen_at, ip: None };
        assert!(!session_is_over(&session(start), start + Millis::from_hours(11)));
        assert!(session_is_over(&session(start), start + Millis::from_hours(12)));
        let late = start + Millis::from_days(13) + Millis::from_hours(20);
        assert!(!session_is_over(&session(late), late));
        assert!(session_is_over(&session(late), start + Millis::from_days(14)));
    }
}
