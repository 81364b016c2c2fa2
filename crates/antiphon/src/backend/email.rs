//! A draft of an email sender: what can be sent with becomes an account, the rest is said with its place.

use api::engine::{EmailDkim, EmailDraft, EmailSecurity, EmailService, EmailStream, Fault};
use channel::{DkimKey, EmailAccount, MailDoor, MailInbound, MailSecurity, MailService, MailStream, MailTracking, Provider, Secret};
use channel_email::{check_key, is_authority, is_sendgrid_key, valid_address};
use model::SenderId;

/// Characters of a subject that mail programs show.
const SUBJECT_MAX: usize = 200;

/// The faults of a draft, with pointers into the request.
pub(super) fn faults(draft: &EmailDraft, address: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, detail: String| faults.push(Fault::new(pointer, detail));
    let domain = address.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
    if !valid_address(address) {
        fault("/address", "a mail address that people can answer, such as hello@example.com".to_owned());
    }
    if draft.host.is_empty() || draft.host.contains(['/', ' ', ':']) && draft.host.parse::<std::net::Ipv6Addr>().is_err() {
        fault("/provider/host", "a host name or an address, without scheme and port".to_owned());
    }
    if draft.authority.as_deref().is_some_and(|pem| !is_authority(pem)) {
        fault("/provider/authority", "certificates in PEM, beginning with -----BEGIN CERTIFICATE-----".to_owned());
    }
    if draft.user.as_deref().is_some_and(str::is_empty) || (draft.user.is_some() && draft.password.is_empty()) {
        fault("/provider/user", "a user has a name and a password; leave both out when the server knows you by your address".to_owned());
    }
    let subject = draft.subject.trim();
    if subject.is_empty() || subject.chars().count() > SUBJECT_MAX || subject.chars().any(char::is_control) {
        fault("/provider/subject", format!("one line of 1 to {SUBJECT_MAX} characters"));
    }
    if draft.from_name.as_deref().is_some_and(|name| name.chars().any(char::is_control)) {
        fault("/provider/from_name", "one line".to_owned());
    }
    for (place, dkim) in [("dkim", &draft.dkim), ("dkim_also", &draft.dkim_also)] {
        let Some(dkim) = dkim else { continue };
        for (member, detail) in dkim_faults(dkim, domain) {
            fault(&format!("/provider/{place}/{member}"), detail);
        }
    }
    match (&draft.dkim, &draft.dkim_also) {
        (None, Some(_)) => fault("/provider/dkim_also", "a second signature needs a first one in dkim".to_owned()),
        (Some(one), Some(also)) if one.selector == also.selector && one.domain == also.domain => {
            fault("/provider/dkim_also/selector", "another name than that of the key in dkim".to_owned());
        }
        _ => {}
    }
    match &draft.service {
        Some(EmailService::Sendgrid { public_key, .. }) if !is_sendgrid_key(public_key) => {
            fault("/provider/service/public_key", "the verification key as the service shows it, in base64".to_owned());
        }
        Some(EmailService::Sendgrid { inbound: Some(door), .. }) if door.user.is_empty() || door.password.len() < 16 => {
            fault(
                "/provider/service/inbound/password",
                "a name, and a password of 16 characters or more: nothing else guards the webhook".to_owned(),
            );
        }
        Some(EmailService::Ses { topic_arn }) if !topic_arn.starts_with("arn:aws") => {
            fault("/provider/service/topic_arn", "the topic's name, such as arn:aws:sns:us-east-1:123456789012:mail".to_owned());
        }
        Some(EmailService::Postmark { user, password }) if user.is_empty() || password.len() < 16 => {
            fault(
                "/provider/service/password",
                "a name, and a password of 16 characters or more: nothing else guards the webhook".to_owned(),
            );
        }
        _ => {}
    }
    if draft.tracking.base.as_deref().is_some_and(|base| !is_base(base)) {
        fault("/provider/tracking/base", "https:// and a host of yours that leads to Antiphon, such as https://go.example.com".to_owned());
    }
    if let Some(inbound) = &draft.inbound {
        if !valid_address(&format!("reply@{}", inbound.domain)) {
            fault("/provider/inbound/domain", "a domain of yours whose mail is delivered here, such as in.example.com".to_owned());
        }
        let takes_mail = matches!(
            draft.service,
            Some(EmailService::Postmark { .. } | EmailService::Ses { .. } | EmailService::Sendgrid { inbound: Some(_), .. })
        );
        let by_webhook = inbound.listen.is_empty() && takes_mail;
        if !by_webhook && inbound.listen.parse::<std::net::SocketAddr>().is_err() {
            fault("/provider/inbound/listen", "an address with a port, such as 0.0.0.0:2525".to_owned());
        }
    }
    faults
}

/// Each with the member that it is about.
fn dkim_faults(dkim: &EmailDkim, domain: &str) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if domain != dkim.domain && !domain.ends_with(&format!(".{}", dkim.domain)) {
        faults.push(("domain", format!("{domain} or a domain above it; receivers count no other")));
    }
    if !is_label(&dkim.selector) {
        faults.push(("selector", "letters, digits and hyphens: the name of your key's DNS record before ._domainkey".to_owned()));
    }
    if let Err(error) = check_key(&dkim.private_key) {
        faults.push(("private_key", error.to_string()));
    }
    faults
}

fn key(dkim: &EmailDkim) -> DkimKey {
    DkimKey { domain: dkim.domain.clone(), selector: dkim.selector.clone(), private_key: Secret::new(&dkim.private_key) }
}

fn service(draft: &EmailService) -> MailService {
    match draft {
        EmailService::Ses { topic_arn } => MailService::Ses { topic_arn: topic_arn.clone() },
        EmailService::Sendgrid { public_key, inbound } => MailService::Sendgrid {
            public_key: public_key.clone(),
            inbound: inbound.as_ref().map(|door| MailDoor { user: door.user.clone(), password: Secret::new(&door.password) }),
        },
        EmailService::Postmark { user, password } => MailService::Postmark { user: user.clone(), password: Secret::new(password) },
    }
}

/// Where a service delivers its webhooks; nowhere when there is none.
pub(super) fn webhook_path(account: &EmailAccount, id: SenderId) -> String {
    match &account.service {
        None => String::new(),
        Some(MailService::Ses { .. }) => format!("/webhooks/email/{id}/ses"),
        Some(MailService::Sendgrid { .. }) => format!("/webhooks/email/{id}/sendgrid"),
        Some(MailService::Postmark { .. }) => format!("/webhooks/email/{id}/postmark"),
    }
}

/// A web address without path; `http:` where the rest of the product is reached without encryption, too.
fn is_base(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte))
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// `before` are the settings that it replaces: addresses and links in mails that were sent stay good. `fresh` is for a new sender.
pub(super) fn account(
    draft: &EmailDraft,
    name: &str,
    address: &str,
    public_url: &str,
    before: Option<&Provider>,
    fresh: impl FnOnce() -> Secret,
) -> EmailAccount {
    let key = match before {
        Some(Provider::Email(before)) => before.key.clone(),
        _ => fresh(),
    };
    EmailAccount {
        host: draft.host.clone(),
        port: draft.port,
        security: match draft.security {
            EmailSecurity::Starttls => MailSecurity::Starttls,
            EmailSecurity::Tls => MailSecurity::Tls,
            EmailSecurity::Plain => MailSecurity::Plain,
        },
        authority: draft.authority.clone(),
        user: draft.user.clone(),
        password: Secret::new(&draft.password),
        from: address.to_owned(),
        from_name: draft.from_name.clone().unwrap_or_else(|| name.to_owned()),
        subject: draft.subject.trim().to_owned(),
        dkim: draft.dkim.as_ref().map(self::key),
        dkim_also: draft.dkim_also.as_ref().map(self::key),
        stream: match draft.stream {
            EmailStream::Promotional => MailStream::Promotional,
            EmailStream::Transactional => MailStream::Transactional,
        },
        inbound: draft
            .inbound
            .as_ref()
            .map(|inbound| MailInbound { domain: inbound.domain.to_ascii_lowercase(), listen: inbound.listen.clone() }),
        service: draft.service.as_ref().map(service),
        tracking: MailTracking { clicks: draft.tracking.clicks, opens: draft.tracking.opens, base: draft.tracking.base.clone() },
        key,
        public_url: public_url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(more: &str) -> EmailDraft {
        serde_json::from_str(&format!(r#"{{"host": "smtp.example.com", "subject": "Hello" {more}}}"#)).unwrap()
    }

    fn pointers(draft: &EmailDraft, address: &str) -> Vec<String> {
        faults(draft, address).into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn a_short_draft_asks_for_encryption_and_keeps_its_key_when_it_is_replaced() {
        let address = "hello@example.com";
        assert!(pointers(&draft(""), address).is_empty());
        let first = account(&draft(""), "Shop", address, "https://a.example.com", None, || Secret::new("one"));
        assert_eq!((first.port, first.security, first.from_name.as_str()), (587, MailSecurity::Starttls, "Shop"));
        let before = Provider::Email(first.clone());
        let second = account(&draft(""), "Shop", address, "https://a.example.com", Some(&before), || Secret::new("two"));
        assert_eq!(second.key, first.key);
    }

    #[test]
    fn a_second_key_needs_a_first_one_and_a_name_of_its_own() {
        let pem = include_str!("../../../channel-email/testdata/dkim_example.pem").replace('\n', "\\n");
        let key = |selector: &str| format!(r#"{{"domain": "example.com", "selector": "{selector}", "private_key": "{pem}"}}"#);
        let of = |more: &str| pointers(&draft(more), "hello@example.com");
        assert!(of(&format!(r#", "dkim": {}, "dkim_also": {}"#, key("a1"), key("b2"))).is_empty());
        assert_eq!(of(&format!(r#", "dkim_also": {}"#, key("b2"))), ["/provider/dkim_also"]);
        assert_eq!(of(&format!(r#", "dkim": {}, "dkim_also": {}"#, key("a1"), key("a1"))), ["/provider/dkim_also/selector"]);
    }

    #[test]
    fn mail_comes_without_a_listener_only_where_a_service_takes_it() {
        let key =
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
        let of = |service: &str| {
            let more = format!(r#", "inbound": {{"domain": "in.example.com"}}, "service": {service}"#);
            pointers(&draft(&more), "hello@example.com")
        };
        let door = |password: &str| {
            format!(r#"{{"kind": "sendgrid", "public_key": "{key}", "inbound": {{"user": "hook", "password": "{password}"}}}}"#)
        };
        assert!(of(&door("a password of some length")).is_empty());
        assert!(of(r#"{"kind": "ses", "topic_arn": "arn:aws:sns:us-east-1:123456789012:mail"}"#).is_empty());
        assert_eq!(of(&format!(r#"{{"kind": "sendgrid", "public_key": "{key}"}}"#)), ["/provider/inbound/listen"]);
        assert_eq!(of(&door("short")), ["/provider/service/inbound/password"]);
    }

    #[test]
    fn what_cannot_be_sent_with_is_refused_with_its_place() {
        let more = r#", "authority": "x", "user": "", "from_name": "a\nb",
            "dkim": {"domain": "example.org", "selector": "", "private_key": "x"}, "inbound": {"domain": "in example", "listen": "2525"},
            "tracking": {"clicks": true, "base": "https://go.example.com/x?y"}"#;
        let wrong = EmailDraft { host: "smtp://x".to_owned(), subject: " ".to_owned(), ..draft(more) };
        let expected = [
            "/address",
            "/provider/host",
            "/provider/authority",
            "/provider/user",
            "/provider/subject",
            "/provider/from_name",
            "/provider/dkim/domain",
            "/provider/dkim/selector",
            "/provider/dkim/private_key",
            "/provider/tracking/base",
            "/provider/inbound/domain",
            "/provider/inbound/listen",
        ];
        assert_eq!(pointers(&wrong, "nobody"), expected);
    }
}
