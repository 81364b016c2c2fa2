//! The doctor's bind.

use channel::{Adapter as _, HopState, Secret};
use http_client::Guard;
use simulator::smsc::SmscKnobs;

use super::centre::{Centre, account};
use crate::{Smpp, testing};

async fn found(centre: &Centre, change: impl FnOnce(&mut channel::SmppAccount)) -> (HopState, String) {
    let channel::Provider::Smpp(mut smpp) = centre.account.provider.clone() else { panic!("an account of SMPP") };
    change(&mut smpp);
    let mut hops = centre.smpp.examine(&account(smpp), "https://app.example.com").await;
    assert_eq!(hops.len(), 1, "{hops:?}");
    let hop = hops.remove(0);
    (hop.state, hop.found)
}

#[tokio::test]
async fn settings_that_bind_are_good_and_wrong_ones_say_what_the_centre_said() {
    let centre = Centre::open(SmscKnobs::default()).await;
    let (state, words) = found(&centre, |_| {}).await;
    assert_eq!(state, HopState::Good, "{words}");
    let (state, words) = found(&centre, |smpp| smpp.password = Secret::new("wrong")).await;
    assert_eq!(state, HopState::Broken);
    assert!(words.contains("0x0e"), "ESME_RINVPASWD: {words}");
    let (state, words) = found(&centre, |smpp| smpp.port = 1).await;
    assert_eq!(state, HopState::Broken, "nobody listens there: {words}");
    // The trial left the line alone: a message still goes.
    assert!(centre.send(1, "+12025550123", "Hello").await.is_ok());
}

#[tokio::test]
async fn a_private_host_that_is_not_listed_is_named() {
    let adapter = Smpp::new(Guard::public_only());
    let hops = adapter.examine(&account(testing::account()), "https://app.example.com").await;
    assert_eq!(hops[0].state, HopState::Broken);
    assert!(hops[0].found.contains("private address"), "{hops:?}");
}
