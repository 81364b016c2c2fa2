//! Files of our own for providers that take no uploads and fetch files themselves: MMS and RCS.

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use model::content::{Content, MediaSource};
use model::send_error::SendError;
use model::{MediaId, WorkspaceId};

use crate::Account;
use crate::refusal::fix;

/// Gives out addresses of stored files. The runtime implements it over the object store.
#[async_trait]
pub trait MediaLinks: Send + Sync + 'static {
    /// Where anybody who has the address can fetch the file for some days. `None` when there is no such file (any more).
    async fn link(&self, workspace: WorkspaceId, media: MediaId) -> Option<String>;
}

/// Puts a public address in the place of each stored file.
pub async fn with_links<'a>(
    content: &'a Content,
    account: &Account,
    links: Option<&Arc<dyn MediaLinks>>,
) -> Result<Cow<'a, Content>, SendError> {
    let stored = content.media().into_iter().any(|media| matches!(media.source, MediaSource::Stored(_)));
    let Some(links) = links.filter(|_| stored) else { return Ok(Cow::Borrowed(content)) };
    let mut content = content.clone();
    for media in content.media_mut() {
        let MediaSource::Stored(id) = media.source else { continue };
        let link = links.link(account.workspace, id).await;
        let gone = || fix(account.provider.kind().as_str(), "media", format!("the file {id} is not in the object store (any more)"));
        media.source = MediaSource::Link(link.ok_or_else(gone)?);
    }
    Ok(Cow::Owned(content))
}
