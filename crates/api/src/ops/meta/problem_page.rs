//! What a problem means, for people who follow its `type`.

use axum::http::header;

use crate::ops::prelude::*;
use crate::problem::error_pages;

/// The page about one kind of problem.
#[utoipa::path(get, path = "/problems/{slug}", operation_id = "get_problem_page", tag = "meta", params(("slug" = String, Path)),
    responses((status = 200, content_type = "text/markdown", body = String)))]
pub async fn get_problem_page(Path(slug): Path<String>) -> Result<Response, Problem> {
    let name = format!("{}.md", slug.replace('-', "_"));
    let page = error_pages().into_iter().find(|(file, _)| *file == name);
    let (_, text) = page.ok_or_else(|| Problem::not_found("this kind of problem"))?;
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], text).into_response())
}
