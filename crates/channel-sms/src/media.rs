//! Media that people send. They lie behind the account's credentials, by a redirect to Twilio's storage.

use std::time::Duration;

use channel::{FetchedMedia, TwilioAccount, refusal};
use http_client::{Request, Transport};
use model::send_error::SendError;

use crate::{api, errors};

/// Longest medium that is fetched; carriers stop far below. In bytes.
const MEDIA_MAX: usize = 20 * 1024 * 1024;

/// Twilio hands out media by a redirect to its storage.
const REDIRECTS_MAX: usize = 3;

/// Follows Twilio's own redirects by hand: the credentials go to Twilio only, and the guard checks every hop.
pub(crate) async fn fetch(transport: &dyn Transport, twilio: &TwilioAccount, link: &str) -> Result<FetchedMedia, SendError> {
    let mut url = link.to_owned();
    for _ in 0..=REDIRECTS_MAX {
        let mut request = Request::get(&url).within(Duration::from_secs(60)).accepting(MEDIA_MAX);
        if is_twilio(twilio, &url) {
            request = api::authorised(twilio, request).map_err(|error| errors::not_sent(&error))?;
        }
        let answer = transport.send(request).await.map_err(|error| refusal::not_fetched(&error.to_string()))?;
        match (answer.status.as_u16(), answer.header("location")) {
            (200, _) => {
                let mime = answer.header("content-type").unwrap_or("application/octet-stream").to_owned();
                return Ok(FetchedMedia { bytes: answer.body.to_vec(), mime });
            }
            (301 | 302 | 303 | 307 | 308, Some(next)) if next.contains("://") => url = next.to_owned(),
            (status @ (429 | 500..), _) => return Err(refusal::not_fetched(&format!("HTTP {status}"))),
            (status, _) => return Err(errors::fix("media", format!("the medium cannot be fetched: HTTP {status}"))),
        }
    }
    Err(errors::fix("media", "the medium's address redirects too often"))
}

fn is_twilio(twilio: &TwilioAccount, url: &str) -> bool {
    let authority =
        |url: &str| url.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase());
    let (Some(own), Some(given)) = (authority(&twilio.base_url), authority(url)) else { return false };
    own == given || (url.starts_with("https://") && given.ends_with(".twilio.com"))
}
