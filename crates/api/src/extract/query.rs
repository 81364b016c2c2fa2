//! Query parameters. Unknown ones are refused: a filter that is misspelt must not answer with everything.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Code, Problem};

pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => {
                let text = error.body_text();
                let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
                Err(Problem::new(Code::InvalidQuery, text))
            }
        }
    }
}

/// Reads `a,b,c` into values of a closed set; what is no such value is named.
pub(crate) fn words<T: DeserializeOwned>(parameter: &str, text: Option<&str>) -> Result<Vec<T>, Problem> {
    let words = text.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty());
    words
        .map(|word| {
            serde_json::from_value(serde_json::Value::String(word.to_owned()))
                .map_err(|_| Problem::new(Code::InvalidQuery, format!("`{word}` is not a value of `{parameter}`")))
        })
        .collect()
}

/// Reads one optional parameter through its `FromStr`.
pub(crate) fn one<T: std::str::FromStr>(parameter: &str, text: Option<&str>) -> Result<Option<T>, Problem>
where
    T::Err: std::fmt::Display,
{
    text.filter(|t| !t.is_empty())
        .map(|t| t.parse().map_err(|error| Problem::new(Code::InvalidQuery, format!("{parameter}: {error}"))))
        .transpose()
}
