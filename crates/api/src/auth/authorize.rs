//! The choke point: every request to an operation passes here, and what the OpenAPI document does not permit does not happen.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::identify::identify;
use super::{PeerAddress, Principal, Scope, audit, csrf};
use crate::problem::{Code, Problem};
use crate::state::ApiState;

/// Operations that need no caller, each with its reason. The list may only shrink; a test counts it.
pub const PUBLIC: [(&str, &str); 16] = [
    ("create_session", "signing in"),
    ("check_health", "probes of load balancers; says nothing"),
    ("check_readiness", "probes of load balancers; says nothing"),
    ("get_openapi", "the description of the API is no secret"),
    ("get_problem_page", "the description of the problems is no secret"),
    ("subscribe_whatsapp", "the provider's handshake; guarded by the verify token"),
    ("receive_whatsapp", "guarded by the provider's signature"),
    ("receive_delivery", "guarded by the provider's signature"),
    ("receive_delivery_part", "guarded by the provider's signature"),
    ("show_unsubscription", "shows a button and nothing of anybody"),
    ("unsubscribe", "guarded by the link's tag"),
    ("follow_link", "guarded by the link's tag"),
    ("follow_short_link", "guarded by the link's code, which nobody can guess"),
    ("show_picture", "guarded by the link's tag"),
    ("fetch_handed_out_file", "guarded by the address's token, which nobody can guess"),
    ("receive_source_event", "guarded by the source's signature"),
];

/// What each operation needs, read out of the OpenAPI document.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// By path template, then by method.
    paths: BTreeMap<String, BTreeMap<String, Rule>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    pub operation: String,
    /// `None` for a public operation.
    pub scope: Option<Scope>,
}

impl Rules {
    /// Reads the rules. An operation without a scope that is not in [`PUBLIC`], or with one that nobody knows, is left out, and
    /// therefore refused.
    #[must_use]
    pub fn of(document: &serde_json::Value) -> Self {
        let mut rules = Self::default();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let Some(id) = operation["operationId"].as_str() else { continue };
                let scope = operation["security"][0]["api_key"][0].as_str();
                let rule = match scope {
                    Some(scope) => Scope::parse(scope).map(|scope| Rule { operation: id.to_owned(), scope: Some(scope) }),
                    None => PUBLIC.iter().any(|(name, _)| *name == id).then(|| Rule { operation: id.to_owned(), scope: None }),
                };
                if let Some(rule) = rule {
                    rules.paths.entry(path.clone()).or_default().insert(method.to_uppercase(), rule);
                }
            }
        }
        rules
    }

    /// Everything that can be asked: path, method, rule.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str, &Rule)> {
        self.paths.iter().flat_map(|(path, methods)| methods.iter().map(move |(method, rule)| (path.as_str(), method.as_str(), rule)))
    }

    fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let Some(methods) = self.paths.get(path) else { return Found::NoPath };
        let method = if method == Method::HEAD { "GET" } else { method.as_str() };
        methods.get(method).map_or_else(|| Found::NoMethod(methods.keys().cloned().collect::<Vec<_>>().join(", ")), Found::Rule)
    }
}

enum Found<'a> {
    Rule(&'a Rule),
    NoMethod(String),
    NoPath,
}

/// Lets a request through to its operation, or answers in its place; and writes the audit log.
pub async fn authorize(State((state, rules)): State<(ApiState, Arc<Rules>)>, mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map_or("", MatchedPath::as_str);
    let ip = peer_of(&request);
    let (rule, principal) = match pass(&state, &rules, path, request.method(), request.headers(), ip).await {
        Ok((rule, Some(principal))) => (rule, principal),
        Ok((_, None)) => return next.run(request).await,
        Err(refusal) => return *refusal,
    };
    let changes = !request.method().is_safe() && !is_traffic(&rule.operation);
    let target = request.uri().path().to_owned();
    request.extensions_mut().insert(principal.clone());
    let response = next.run(request).await;
    if changes && response.status().is_success() {
        let status = response.status().as_u16();
        audit(&state, principal.workspace, &principal.actor(), &rule.operation, &target, json!({ "status": status }), principal.ip).await;
    }
    response
}

/// What the document says of a request, and who asks: nobody where an operation is public. `Err` is the answer in the operation's place.
pub(crate) async fn pass<'r>(
    state: &ApiState,
    rules: &'r Rules,
    path: &str,
    method: &Method,
    headers: &HeaderMap,
    ip: Option<IpAddr>,
) -> Result<(&'r Rule, Option<Principal>), Box<Response>> {
    let rule = match rules.find(method, path) {
        Found::Rule(rule) => rule,
        Found::NoMethod(allowed) => return Err(Box::new(method_not_allowed(&allowed))),
        Found::NoPath => return Err(Box::new(Problem::not_found("this address").into_response())),
    };
    let Some(scope) = rule.scope else { return Ok((rule, None)) };
    match admit(state, method, headers, ip, scope, &rule.operation).await {
        Ok(principal) => Ok((rule, Some(principal))),
        Err(problem) => Err(Box::new(problem.into_response())),
    }
}

/// Events are business traffic and have a log of their own; dry runs and read marks change nothing that anyone would look for.
fn is_traffic(operation: &str) -> bool {
    matches!(operation, "create_event" | "create_event_batch" | "validate_journey" | "mark_conversation_read")
}

fn peer_of(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<PeerAddress>().map(|peer| peer.0)
}

async fn admit(
    state: &ApiState,
    method: &Method,
    headers: &HeaderMap,
    ip: Option<IpAddr>,
    scope: Scope,
    operation: &str,
) -> Result<Principal, Problem> {
    let principal = identify(state, headers, ip).await?;
    let refused = match principal.session {
        Some(_) => csrf::check(method, headers, &state.config().public_url).err(),
        None => None,
    };
    let refused = refused.or_else(|| {
        (!principal.has(scope)).then(|| {
            Problem::new(Code::Forbidden, format!("this needs the scope `{}`", scope.as_str())).with("scope", scope.as_str().into())
        })
    });
    let Some(problem) = refused else { return Ok(principal) };
    let detail = json!({ "code": problem.code.as_str(), "scope": scope.as_str() });
    audit(state, principal.workspace, &principal.actor(), "operation.refused", operation, detail, ip).await;
    Err(problem)
}

fn method_not_allowed(allowed: &str) -> Response {
    let mut response = Problem::new(Code::MethodNotAllowed, format!("this address knows {allowed}")).into_response();
    if let Ok(value) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}

/// Guards routes that are no operations of the API: a demo's clock and phones.
pub async fn guard_demo(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let ip = peer_of(&request);
    match admit(&state, request.method(), request.headers(), ip, Scope::DemoUse, "demo").await {
        Ok(principal) => {
            request.extensions_mut().insert(principal);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}
