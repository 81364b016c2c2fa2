//! API keys that were read a moment ago: a program that sends thousands of events a second is not looked up for each of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::{Millis, Timestamp};

use crate::documents::ApiKey;

/// So long a key is taken for what it was. A key that is deleted on this node is forgotten at once; on all others, told or not, it opens
/// nothing after this.
const FRESH: Millis = Millis(500);
/// Keys that are remembered at most; beyond, all are read again.
const MOST: usize = 1_000;

/// By the hash of the secret, which is made over the workspace too: a key of one is never found for another. In memory, per process.
#[derive(Debug, Default)]
pub(crate) struct KnownKeys {
    keys: Mutex<BTreeMap<String, Known>>,
}

#[derive(Debug)]
struct Known {
    key: Arc<ApiKey>,
    /// Before it was read, so that no deletion since goes unseen for longer than [`FRESH`].
    read_at: Timestamp,
}

impl KnownKeys {
    pub(crate) fn find(&self, hash: &str, now: Timestamp) -> Option<Arc<ApiKey>> {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let known = keys.get(hash)?;
        // A clock that was set back makes nothing fresh for longer.
        (known.read_at <= now && now < known.read_at + FRESH).then(|| Arc::clone(&known.key))
    }

    /// `read_at`: when it was asked for.
    pub(crate) fn keep(&self, key: Arc<ApiKey>, read_at: Timestamp) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MOST && !keys.contains_key(&key.hash) {
            keys.clear();
        }
        keys.insert(key.hash.clone(), Known { key, read_at });
    }

    pub(crate) fn forget(&self, hash: &str) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(hash);
    }
}

#[cfg(test)]
mod tests {
    use model::{ApiKeyId, UserId};

    use super::*;

    fn key(hash: &str) -> Arc<ApiKey> {
        let at = Timestamp::from_secs(1_000);
        Arc::new(ApiKey {
            id: ApiKeyId::from_u128(1),
            name: "test".to_owned(),
            scopes: Vec::new(),
            prefix: "ak_".to_owned(),
            hash: hash.to_owned(),
            created_at: at,
            created_by: UserId::from_u128(2),
            last_used_at: None,
        })
    }

    #[test]
    fn a_key_is_known_for_half_a_second_and_not_before_it_was_read() {
        let keys = KnownKeys::default();
        let read_at = Timestamp::from_secs(1_000);
        keys.keep(key("a"), read_at);
        assert!(keys.find("a", read_at + Millis(499)).is_some());
        assert!(keys.find("a", read_at + Millis(500)).is_none());
        assert!(keys.find("a", read_at - Millis(1)).is_none(), "the clock was set back");
        assert!(keys.find("b", read_at).is_none());
        keys.forget("a");
        assert!(keys.find("a", read_at).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let keys = KnownKeys::default();
        for n in 0..(MOST + 5) {
            keys.keep(key(&n.to_string()), Timestamp::from_secs(1_000));
        }
        assert!(keys.keys.lock().unwrap().len() <= MOST);
        assert!(keys.find(&(MOST + 4).to_string(), Timestamp::from_secs(1_000)).is_some());
    }
}
