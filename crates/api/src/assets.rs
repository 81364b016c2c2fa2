//! The console's files, built into the program, and the page that stands in for them until they are built.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::problem::{Code, Problem};

/// One built-in file.
struct Asset {
    /// `assets/index-abc.js`.
    path: &'static str,
    mime: &'static str,
    /// Hash of the bytes.
    etag: &'static str,
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// Addresses that are never pages of the console.
const NOT_PAGES: [&str; 7] = ["/v1/", "/webhooks/", "/sources/", "/demo/", "/sim/", "/problems/", "/openapi.json"];

/// Answers what no operation answers: a file, or the console's page for any address that a browser opens.
pub async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    if NOT_PAGES.iter().any(|prefix| path.starts_with(prefix)) {
        return Problem::not_found("this address").into_response();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Problem::new(Code::MethodNotAllowed, "this address knows GET, HEAD").into_response();
    }
    let name = path.trim_start_matches('/');
    if let Some(asset) = CONSOLE.iter().find(|a| a.path == name) {
        return answer(asset, &request);
    }
    // A file that is not there is not there; anything else is an address inside the console.
    let is_file = name.rsplit('/').next().is_some_and(|last| last.contains('.')) || name.starts_with("assets/");
    match CONSOLE.iter().find(|a| a.path == "index.html") {
        Some(index) if !is_file => answer(index, &request),
        _ => Problem::not_found("this address").into_response(),
    }
}

fn answer(asset: &'static Asset, request: &Request) -> Response {
    // Names under assets/ carry a hash of the content, so they never change; everything else is asked for again.
    let cache = if asset.path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let unchanged = known.is_some_and(|known| known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == asset.etag));
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(asset.bytes));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
        response
    };
    response.headers_mut().insert(header::ETAG, HeaderValue::from_static(asset.etag));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}
