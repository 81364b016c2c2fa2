//! Short links of texts.

use model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A link that leads through the workspace's own domain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct MessageLink {
    /// What stands at the end of the short address.
    #[schema(example = "4fQ0xZ81bTcd")]
    pub code: String,
    #[schema(example = "https://shop.example.com/orders/A-1042")]
    pub target: String,
    #[schema(value_type = String, format = DateTime)]
    pub written_at: Timestamp,
    /// From then on it leads nowhere.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
}
