//! Public addresses of stored files, for providers that fetch files themselves. Each holds 128 random bits and ends after some days.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use channel::MediaLinks;
use model::{MediaId, Millis, Rng as _, Timestamp, WorkspaceId};
use runtime::{MediaDoc, SecureRng, TimeSource};
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt as _, StorageError, StorageErrorKind, Store};

/// As long as a message may wait at a carrier, and then some.
const LIVES: Millis = Millis::from_days(7);
/// What has less left is prolonged before it is given out again.
const LEFT_MIN: Millis = Millis::from_days(4);

/// The address of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkDoc {
    media: MediaId,
    token: String,
    until: Timestamp,
}

impl Document for LinkDoc {
    const KIND: &'static str = "media_link";
    fn id(&self) -> String {
        self.media.to_string()
    }
}

/// Gives addresses out.
pub(crate) struct HandedOut {
    store: Arc<dyn Store>,
    clock: Arc<dyn TimeSource>,
    /// Where providers reach us, without a slash at the end.
    public_url: String,
}

impl HandedOut {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Arc<dyn TimeSource>, public_url: &str) -> Self {
        Self { store, clock, public_url: public_url.trim_end_matches('/').to_owned() }
    }

    async fn token(&self, ws: WorkspaceId, media: MediaId) -> Result<Option<String>, StorageError> {
        if self.store.get::<MediaDoc>(ws, &media.to_string()).await?.is_none() {
            return Ok(None);
        }
        let now = self.clock.now();
        let known = self.store.get::<LinkDoc>(ws, &media.to_string()).await?;
        if let Some(link) = &known
            && link.value.until - now > LEFT_MIN
        {
            return Ok(Some(link.value.token.clone()));
        }
        let (version, token) = match known {
            // It is on its way to phones already, so it stays good.
            Some(link) if link.value.until > now => (link.version, link.value.token),
            Some(link) => (link.version, random()),
            None => (0, random()),
        };
        let link = LinkDoc { media, token: token.clone(), until: now + LIVES };
        match self.store.put(ws, &link, version, now).await {
            // Another message with the same file was faster; its address is as good.
            Err(error) if error.kind == StorageErrorKind::Conflict => {
                Ok(self.store.get::<LinkDoc>(ws, &media.to_string()).await?.map(|link| link.value.token))
            }
            put => put.map(|_| Some(token)),
        }
    }
}

fn random() -> String {
    let mut rng = SecureRng::new();
    let mut bits = [0; 16];
    for half in bits.chunks_exact_mut(8) {
        half.copy_from_slice(&rng.next_u64().to_le_bytes());
    }
    URL_SAFE_NO_PAD.encode(bits)
}

#[async_trait]
impl MediaLinks for HandedOut {
    async fn link(&self, workspace: WorkspaceId, media: MediaId) -> Option<String> {
        match self.token(workspace, media).await {
            Ok(token) => Some(format!("{}/m/{workspace}/{media}/{}", self.public_url, token?)),
            Err(error) => {
                tracing::warn!(media.id = %media, error = %error, "A file could not be given out");
                None
            }
        }
    }
}

/// Whether somebody who names this token may have the file.
pub(crate) async fn may_have(
    store: &dyn Store,
    ws: WorkspaceId,
    media: MediaId,
    token: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let known = store.get::<LinkDoc>(ws, &media.to_string()).await?;
    Ok(known.is_some_and(|link| {
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(link.value.token.as_bytes(), token.as_bytes()).is_ok();
        same && link.value.until > now
    }))
}
