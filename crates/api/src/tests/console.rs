//! The console's files.

use crate::testing::TestApp;

#[tokio::test]
async fn any_page_is_the_console_and_files_that_are_not_there_are_not() {
    let app = TestApp::new().await;
    for path in ["/", "/inbox", "/contacts/ctc_1/timeline"] {
        let answer = app.anonymous("GET", path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache");
    }
    for path in ["/assets/none.js", "/none.png", "/v1/none", "/sim/none", "/sources/x/y"] {
        let answer = app.anonymous("GET", path).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{path}");
    }
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let app = TestApp::new().await;
    let etag = app.anonymous("GET", "/").await.header("etag").to_owned();
    let answer = app.anonymous("GET", "/").header("if-none-match", &format!("W/{etag}")).await;
    assert_eq!((answer.status, answer.body.len()), (304, 0));
}

#[tokio::test]
async fn every_answer_guards_the_browser() {
    let app = TestApp::new().await;
    for path in ["/", "/v1/session", "/healthz"] {
        let answer = app.anonymous("GET", path).await;
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(answer.header("x-request-id").starts_with("req_"), "{path}");
    }
    assert_eq!(app.get("/v1/session").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_problems_type_leads_to_its_page() {
    let app = TestApp::new().await;
    let kind = app.anonymous("GET", "/v1/session").await.json()["type"].as_str().unwrap().to_owned();
    let page = app.anonymous("GET", &kind).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/markdown; charset=utf-8"));
    assert!(page.text().starts_with("# Sign in first (`unauthenticated`, 401)"));
}

#[tokio::test]
async fn a_demos_routes_need_a_session_too() {
    let app = TestApp::new().await;
    let demo = axum::Router::new().route("/demo/clock", axum::routing::get(|| async { "now" }));
    let router = crate::router_with_demo(app.state.clone(), demo);
    let call = |router: &axum::Router| crate::testing::Call::new(router.clone(), "GET", "/demo/clock");
    assert_eq!(call(&router).await.status, 401);
    let cookie = app.session(app.owner).await;
    let answer = call(&router).header("cookie", &format!("antiphon_session={cookie}")).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "now"));
}

/// A13: whatever the console calls is in the published description.
#[test]
fn a13_the_console_calls_nothing_but_the_published_api() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console/src");
    let document: serde_json::Value = serde_json::from_str(&crate::openapi_json()).unwrap();
    let known: Vec<Vec<&str>> = document["paths"].as_object().unwrap().keys().map(|path| path.split('/').collect()).collect();
    let mut called = std::collections::BTreeSet::new();
    collect(&source, &mut called);
    assert!(called.len() > 20, "only {} calls found under {}", called.len(), source.display());
    for path in called {
        let parts: Vec<_> = path.split('/').collect();
        // A variable may stand for an id or for the name of an act.
        let fits = |template: &Vec<&str>| {
            template.len() == parts.len() && template.iter().zip(&parts).all(|(t, p)| t == p || matches!(*p, "{}" | "*"))
        };
        assert!(known.iter().any(fits), "the console calls {path}, which is not in the description");
    }
}

/// Every literal that begins with `/v1/`, with its variables as `{}` and without its query.
fn collect(folder: &std::path::Path, called: &mut std::collections::BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, called);
            continue;
        }
        if !path.extension().is_some_and(|e| e == "ts" || e == "tsx") || path.to_string_lossy().contains(".test.") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for (start, _) in text.match_indices("/v1/") {
            let Some(quote @ ('\'' | '"' | '`')) = text[..start].chars().next_back() else { continue };
            let literal = text[start..].split(quote).next().unwrap_or_default();
            let literal = literal.split('?').next().unwrap_or_default();
            let mut path = String::new();
            let mut rest = literal;
            while let Some((before, after)) = rest.split_once("${") {
                path.push_str(before);
                path.push_str("{}");
                rest = after.split_once('}').map_or("", |(_, rest)| rest);
            }
            path.push_str(rest);
            called.insert(path);
        }
    }
}
