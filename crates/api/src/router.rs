//! Puts operations, guards, files and layers together.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use bytes::Bytes;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::auth::{Rules, authorize, guard_demo};
use crate::front::Front;
use crate::problem::{Code, Problem};
use crate::state::ApiState;
use crate::{assets, layers, openapi, ops};

/// The document, ready to be sent.
#[derive(Clone)]
pub struct OpenApiText(pub Bytes);

/// Every operation, with its description.
pub fn operations() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(openapi::base()).merge(ops::routes())
}

/// The whole HTTP side.
pub fn router(state: ApiState) -> Router {
    router_with_demo(state, Router::new())
}

/// Only the probes of load balancers and process managers: for a node that takes no requests.
pub fn probes(state: ApiState) -> Router {
    let (operations, _) = ops::probes().split_for_parts();
    operations.with_state(state.clone()).fallback(takes_none).layer(from_fn_with_state(state, layers::finish))
}

async fn takes_none() -> Problem {
    Problem::new(Code::NotFound, "this node takes no requests: its role is `worker` only")
}

/// The same behind the short ways of what comes by the thousand: for the server.
pub fn front(state: ApiState) -> Front {
    front_with_demo(state, Router::new())
}

pub fn front_with_demo(state: ApiState, demo: Router) -> Front {
    let (router, rules) = build(state.clone(), demo);
    Front::new(router, state, rules)
}

/// With a demo's own routes (`/demo/clock`, `/sim/…`) behind the same sign-in.
pub fn router_with_demo(state: ApiState, demo: Router) -> Router {
    build(state, demo).0
}

fn build(state: ApiState, demo: Router) -> (Router, Arc<Rules>) {
    let (operations, document) = operations().split_for_parts();
    let document = openapi::complete(&document);
    let rules = Arc::new(Rules::of(&document));
    let text = OpenApiText(Bytes::from(document.to_string()));
    let operations = operations
        .method_not_allowed_fallback(not_allowed)
        .layer(axum::Extension(text))
        .layer(from_fn_with_state((state.clone(), Arc::clone(&rules)), authorize))
        .layer(from_fn(layers::private))
        .with_state(state.clone());
    let demo = demo.layer(from_fn_with_state(state.clone(), guard_demo)).layer(from_fn(layers::private));
    let router = Router::new()
        .merge(operations)
        .merge(demo)
        .fallback(assets::serve)
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state, layers::finish));
    (router, rules)
}

async fn not_allowed() -> Problem {
    Problem::of_status(axum::http::StatusCode::METHOD_NOT_ALLOWED)
}
