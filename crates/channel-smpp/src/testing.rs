//! A sender for tests.

use channel::{BindMode, Concat, DefaultAlphabet, IdForm, Secret, SmppAccount, SubmitWith};

pub(crate) fn account() -> SmppAccount {
    SmppAccount {
        host: "127.0.0.1".to_owned(),
        port: 2775,
        tls: false,
        authority: None,
        system_id: "antiphon".to_owned(),
        password: Secret::new("secret"),
        system_type: String::new(),
        from: "+12025550100".to_owned(),
        bind: BindMode::Transceiver,
        window: 10,
        enquire_link_s: 30,
        response_timeout_s: 20,
        submit_with: SubmitWith::SubmitSm,
        concat: Concat::Udh8,
        default_alphabet: DefaultAlphabet::Gsm7,
        id_form: IdForm::Same,
        validity_min: None,
    }
}
