//! Our own door, as providers find it: the public address, the handshake of a callback, and its signatures.

use channel::{Account, Hop, Provider, WhatsappAccount};
use http_client::{Request, Response, Transport};

/// A delivery that tells nothing.
const EMPTY: &[u8] = br#"{"object":"whatsapp_business_account","entry":[]}"#;
const CHALLENGE: &str = "20261123";

const WAY: &str = "check the name, the proxy and the address given with --public-url";

pub(super) async fn server(transport: &dyn Transport, public_url: &str) -> Hop {
    match transport.send(Request::get(format!("{public_url}/readyz"))).await {
        Err(error) => Hop::broken("server", format!("nobody answers at {public_url}: {error}"), WAY),
        Ok(answer) if answer.status.as_u16() != 200 => {
            let found = format!("{public_url}/readyz answers {}: {}", answer.status.as_u16(), start(&answer));
            Hop::broken("server", found, "if the words are not ours, the proxy sends requests elsewhere; else they say what is missing")
        }
        Ok(_) if public_url.starts_with("https://") => Hop::good("server", format!("it answers at {public_url}")),
        Ok(_) => {
            let found = format!("it answers at {public_url}, which is not HTTPS");
            Hop::doubtful(
                "server",
                found,
                "providers on the internet deliver to HTTPS only; put a proxy with TLS in front of it (docs/deploy.md)",
            )
        }
    }
}

/// The doors that the sender's provider knocks at.
pub(super) async fn webhooks(transport: &dyn Transport, public_url: &str, account: &Account) -> Vec<Hop> {
    let Provider::WhatsappCloud(whatsapp) = &account.provider else { return Vec::new() };
    let url = format!("{public_url}/webhooks/whatsapp/{}", account.sender.id);
    vec![handshake(transport, &url, whatsapp).await, signature(transport, &url, whatsapp).await]
}

async fn handshake(transport: &dyn Transport, url: &str, whatsapp: &WhatsappAccount) -> Hop {
    let token = percent(whatsapp.verify_token.reveal());
    let asked = format!("{url}?hub.mode=subscribe&hub.challenge={CHALLENGE}&hub.verify_token={token}");
    match transport.send(Request::get(asked)).await {
        Err(error) => Hop::broken("handshake", format!("nobody answers at {url}: {error}"), WAY),
        Ok(answer) if answer.status.as_u16() == 200 && *answer.body == *CHALLENGE.as_bytes() => {
            Hop::good("handshake", format!("{url} answers with the challenge"))
        }
        Ok(answer) => {
            let found = format!("{url} answers {} instead of the challenge: {}", answer.status.as_u16(), start(&answer));
            Hop::broken("handshake", found, "the proxy must hand over path and query as they are; and the server must use this store")
        }
    }
}

/// Signed by the app's secret it is taken, and not otherwise.
async fn signature(transport: &dyn Transport, url: &str, whatsapp: &WhatsappAccount) -> Hop {
    let good = channel_whatsapp::sign(whatsapp, EMPTY);
    let taken = deliver(transport, url, &good).await;
    let wrong = deliver(transport, url, &format!("sha256={}", "0".repeat(64))).await;
    match (taken, wrong) {
        (Ok(200), Ok(401 | 403)) => Hop::good("signature", "what is signed is taken, and what is not is turned away"),
        (Ok(200), Ok(other)) => {
            let found = format!("a delivery with a wrong signature is answered {other}");
            Hop::broken("signature", found, "this is not our server's answer: look at what stands before it")
        }
        (Ok(other), _) => {
            let mend = "the proxy must not rewrite bodies or drop the header X-Hub-Signature-256; a server that runs on another store has another secret";
            Hop::broken("signature", format!("a delivery that is signed rightly is answered {other}"), mend)
        }
        (Err(error), _) => Hop::broken("signature", format!("nobody answers at {url}: {error}"), WAY),
    }
}

async fn deliver(transport: &dyn Transport, url: &str, signature: &str) -> Result<u16, http_client::HttpError> {
    let name = http::HeaderName::from_static("x-hub-signature-256");
    let request = Request::post(url).header(name, signature)?.body("application/json", EMPTY)?;
    Ok(transport.send(request).await?.status.as_u16())
}

/// The beginning of an answer, on one line.
fn start(answer: &Response) -> String {
    String::from_utf8_lossy(&answer.body).chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

/// For a query.
fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
