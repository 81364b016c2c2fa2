//! How a template looks as a mail. Where designs lie is the runtime's business; adapters of email read them.

use async_trait::async_trait;
use model::{TemplateId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// One language of a template's design, rendered, with its places `{{name}}` still open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MailDesign {
    pub subject: String,
    pub html: String,
    /// The template's own text when absent.
    pub text: Option<String>,
}

#[async_trait]
pub trait DesignReader: Send + Sync + 'static {
    /// `None` when the template has no design in this language. `Err` when that cannot be said now.
    async fn design(&self, workspace: WorkspaceId, template: TemplateId, language: &str) -> Result<Option<MailDesign>, String>;
}
