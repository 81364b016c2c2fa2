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
