//! What an adapter keeps to itself.

use channel::{Provider, ProviderKind, Secret, TwilioAccount, WhatsappAccount};
use model::content::Content;
use model::signal::SendOutcome;

use crate::{Answer, Rig, Wish, decided};

/// Neither the account's debug text nor any error shows a secret.
pub async fn secrets_are_never_shown(rig: &dyn Rig) {
    let account = rig.account();
    let secrets = rig.secrets();
    assert!(!secrets.is_empty() && secrets.iter().all(|secret| secret.len() >= 4), "a rig names its account's secrets");
    let mut shown = vec![format!("{account:?}")];
    for answer in Answer::REFUSALS.into_iter().chain(Answer::UNCERTAIN) {
        rig.next(answer);
        let wish = Wish { message: model::MessageId::from_u128(7), address: rig.person(), content: Content::text("hello") };
        match rig.adapter().send(&account, &decided(&account, &wish)).await {
            SendOutcome::Refused { error } => shown.push(format!("{error:?}")),
            other => shown.push(format!("{other:?}")),
        }
        rig.calls();
    }
    for text in shown {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "a secret is in: {text}");
        }
    }
}

/// An account of another provider is refused and not tried.
pub async fn credentials_of_another_provider_are_refused(rig: &dyn Rig) {
    let mut account = rig.account();
    assert_eq!(rig.adapter().capabilities().channel, account.sender.channel);
    let wish = Wish { message: model::MessageId::from_u128(7), address: rig.person(), content: Content::text("hello") };
    let decision = decided(&account, &wish);
    account.provider = another(account.provider.kind());
    rig.next(Answer::Accepts);
    let outcome = rig.adapter().send(&account, &decision).await;
    assert!(matches!(outcome, SendOutcome::Refused { .. }), "{outcome:?}");
    assert!(rig.calls().is_empty());
}

fn another(kind: ProviderKind) -> Provider {
    let secret = || Secret::new("of another provider");
    if kind == ProviderKind::Twilio {
        return Provider::WhatsappCloud(WhatsappAccount {
            phone_number_id: "1".to_owned(),
            waba_id: "1".to_owned(),
            access_token: secret(),
            app_secret: secret(),
            verify_token: secret(),
            base_url: "https://graph.example.com".to_owned(),
            graph_version: "v26.0".to_owned(),
            read_receipts: true,
            dataset_id: None,
        });
    }
    Provider::Twilio(TwilioAccount {
        account_sid: "AC1".to_owned(),
        auth_token: secret(),
        signing_key: None,
        from: Some("+12025550100".to_owned()),
        messaging_service_sid: None,
        base_url: "https://api.example.com".to_owned(),
        public_url: "https://antiphon.example.com".to_owned(),
    })
}
