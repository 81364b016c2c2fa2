//! How a number's set-up at Meta stands: token, permissions, app, callback, account, number. Asks only; nothing is changed.

mod app;
mod number;
mod token;

use channel::{Account, Hop, Secret, WhatsappAccount};

use crate::Whatsapp;
use crate::graph::Trouble;

impl Whatsapp {
    pub(crate) async fn checkup(&self, account: &Account, public_url: &str) -> Vec<Hop> {
        let call = match self.call(account) {
            Ok(call) => call,
            Err(error) => return vec![Hop::broken("credentials", error.for_user, "connect the sender anew")],
        };
        let (app, mut hops) = token::hops(&call).await;
        // With a token that Meta does not take, every further answer would say the same.
        if hops.iter().any(|hop| hop.hop == "token" && hop.state == channel::HopState::Broken) {
            let rest = ["app_secret", "callback", "subscription", "number", "health"];
            hops.extend(rest.map(|hop| Hop::unasked(hop, "the token must work first")));
            return hops;
        }
        let callback = Callback { public_url, sender: account.sender.id.to_string() };
        hops.extend(app::hops(&call, app.as_deref(), &callback).await);
        hops.extend(number::hops(&call, account, &callback).await);
        hops
    }
}

/// Where webhooks of a number must go.
struct Callback<'a> {
    public_url: &'a str,
    sender: String,
}

impl Callback<'_> {
    fn url(&self) -> String {
        format!("{}/webhooks/whatsapp/{}", self.public_url, self.sender)
    }

    /// One address may serve all numbers of a workspace, so any of ours is right.
    fn is_ours(&self, url: &str) -> bool {
        url.strip_prefix(self.public_url).is_some_and(|path| path.starts_with("/webhooks/whatsapp/snd_"))
    }
}

/// The same account with another token.
fn with_token(account: &WhatsappAccount, token: String) -> WhatsappAccount {
    WhatsappAccount { access_token: Secret::new(token), ..account.clone() }
}

/// A refusal in a few words.
fn words(trouble: Trouble) -> String {
    trouble.into_error().for_user
}
