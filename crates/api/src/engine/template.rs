//! What taking in the providers' templates came to.

use serde::Serialize;
use utoipa::ToSchema;

/// Each is a template's name, with its language where only one is meant: `welcome/pt_BR`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
pub struct TemplateSync {
    /// How many languages the providers have.
    pub seen: usize,
    pub created: Vec<String>,
    /// Text, approval, category or quality changed here.
    pub changed: Vec<String>,
    /// Drafts of ours that say something else than the provider's; hand them in to replace it.
    pub differing: Vec<String>,
    /// Known here as handed in, and not there any more.
    pub gone: Vec<String>,
    pub not_sendable: Vec<UnfilledTemplate>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct UnfilledTemplate {
    pub template: String,
    pub reason: String,
}
