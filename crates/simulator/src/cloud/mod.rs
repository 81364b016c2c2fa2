//! The WhatsApp Cloud API: requests in, answers and webhooks out (reference: Meta's developer pages, Graph v26.0).

mod blocks;
mod codes;
mod dispatch;
mod error;
mod flows;
mod health;
mod history;
mod inbound;
mod inbound_kinds;
mod lifecycle;
mod limits;
mod media;
mod numbers;
mod outbound;
mod paging;
mod payload;
mod pricing;
mod profile;
mod request;
mod send;
mod server;
mod state;
mod subscriptions;
mod templates;
mod tokens;
mod uploads;

pub use error::GraphError;
pub use flows::{Flow, FormEnd};
pub use media::MediaFile;
pub use outbound::{CloudMessage, Delivery};
pub use request::{ApiAnswer, ApiRequest, FormFile, FormPart};
pub use server::{broken, router};
pub use state::{Callback, CloudState};
pub use subscriptions::HandshakeScope;
pub use templates::{ReviewDecision, Template};
pub use tokens::TokenState;
