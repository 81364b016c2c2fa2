//! Meta's word on templates, numbers and accounts.

use channel::{Account, PeopleLimit, Provider, Received, SenderReport, TemplateNews, TemplateReport};
use model::template::ApprovalState;
use model::{SenderId, Timestamp};
use whatsapp::error::Action;
use whatsapp::webhook::{
    AccountEvent, AccountUpdate, RestrictionType, TemplateEvent, TemplateRef, TemplateStatusUpdate, Update, UpdateKind,
};

use crate::{inbound, numbers, people, receive};

/// States of a template. Whatever is not listed sends nothing.
pub(crate) fn approval_state(event: &TemplateEvent) -> ApprovalState {
    match event {
        // FLAGGED is a warning: the template still goes.
        TemplateEvent::Approved
        | TemplateEvent::Reinstated
        | TemplateEvent::Flagged
        | TemplateEvent::Unlocked
        | TemplateEvent::Unarchived => ApprovalState::Approved,
        TemplateEvent::Pending | TemplateEvent::InAppeal => ApprovalState::Pending,
        TemplateEvent::Rejected => ApprovalState::Rejected,
        TemplateEvent::Paused => ApprovalState::Paused,
        TemplateEvent::Disabled => ApprovalState::Disabled,
        TemplateEvent::LimitExceeded
        | TemplateEvent::Locked
        | TemplateEvent::Archived
        | TemplateEvent::Deleted
        | TemplateEvent::PendingDeletion
        | TemplateEvent::Unknown(_) => ApprovalState::Other,
    }
}

pub(crate) fn template(update: &Update, now: Timestamp) -> Received {
    let (template, news) = match &update.kind {
        UpdateKind::TemplateStatus(status) => (&status.template, state(status)),
        UpdateKind::TemplateQuality(quality) => {
            (&quality.template, TemplateNews::Quality { score: quality.new_quality_score.as_str().to_owned() })
        }
        UpdateKind::TemplateCategory(change) => match &change.new_category {
            Some(category) => {
                (&change.template, TemplateNews::Category { category: category.clone(), correct: change.correct_category.clone() })
            }
            None => return receive::kept(&update.field, update),
        },
        UpdateKind::TemplateCorrectCategory(found) => match &found.category {
            Some(category) => {
                (&found.template, TemplateNews::Category { category: category.clone(), correct: found.correct_category.clone() })
            }
            None => return receive::kept(&update.field, update),
        },
        _ => return receive::kept(&update.field, update),
    };
    let TemplateRef { id, name, language } = template.clone();
    Received::Template(TemplateReport {
        account: update.waba_id.clone().unwrap_or_default(),
        provider_id: Some(id),
        name,
        language,
        news,
        at: update.entry_time.map_or(now, people::moment),
    })
}

fn state(update: &TemplateStatusUpdate) -> TemplateNews {
    let rejection = update.rejection_info.as_ref().map(|info| [info.reason.as_deref(), info.recommendation.as_deref()]);
    let other = update.other_info.as_ref().map(|info| [info.title.as_deref(), info.description.as_deref()]);
    let explained =
        rejection.or(other).map(|texts| texts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
    let reason = explained.or_else(|| update.reason.clone().filter(|reason| reason != "NONE"));
    TemplateNews::State {
        state: approval_state(&update.event),
        raw: update.event.as_str().to_owned(),
        reason,
        category: update.category.clone(),
    }
}

pub(crate) fn sender(accounts: &[Account], account: Option<&Account>, update: &Update) -> Received {
    let (kind, pause) = match &update.kind {
        UpdateKind::ValueError(error) => {
            let class = error.class(None);
            let stops = class.rule.is_some() && matches!(class.action, Action::PauseSender | Action::PauseConnection);
            (format!("error {}", error.code), stops.then(|| format!("{}: {}", class.meaning, class.advice)))
        }
        UpdateKind::PhoneNumberQuality(quality) => (format!("quality {}", quality.event), None),
        UpdateKind::PhoneNumberName(name) => (format!("name {}", name.decision), None),
        UpdateKind::Security(event) => (format!("security {}", event.event), None),
        UpdateKind::AccountUpdate(change) => (format!("account {}", change.event), account_pause(change)),
        UpdateKind::AccountAlert(alert) => (format!("alert {}", alert.alert_info.alert_type.as_deref().unwrap_or("unnamed")), None),
        UpdateKind::AccountReview(review) => (format!("review {}", review.decision), None),
        _ => (update.field.clone(), None),
    };
    let people = match &update.kind {
        UpdateKind::PhoneNumberQuality(quality) => quality.max_daily_conversations_per_business.as_deref(),
        UpdateKind::BusinessCapability(capability) => capability.max_daily_conversations_per_business.as_deref(),
        _ => None,
    };
    let people = people.and_then(people_limit);
    let mut senders = concerned(accounts, account, update);
    if senders.is_empty() && people.is_some() {
        // The limit is the portfolio's, whichever number it is told of.
        senders = of_account(accounts, update);
    }
    let throughput = match &update.kind {
        // The only change of the throughput that Meta tells of.
        UpdateKind::PhoneNumberQuality(quality) if quality.event == "THROUGHPUT_UPGRADE" => numbers::throughput("HIGH"),
        _ => None,
    };
    Received::Sender(SenderReport { senders, kind, pause, people, throughput, raw: receive::json(update), key: inbound::key(update) })
}

/// The number that it names, or every number of the account.
fn concerned(accounts: &[Account], account: Option<&Account>, update: &Update) -> Vec<SenderId> {
    let number = match &update.kind {
        UpdateKind::PhoneNumberQuality(quality) => quality.display_phone_number.as_deref(),
        UpdateKind::PhoneNumberName(name) => name.display_phone_number.as_deref(),
        UpdateKind::Security(event) => event.display_phone_number.as_deref(),
        UpdateKind::AccountUpdate(change) if change.event == AccountEvent::Offboarded => change.phone_number.as_deref(),
        _ => None,
    };
    match (number, account, &update.kind) {
        (Some(number), ..) => sender_with(accounts, number).into_iter().collect(),
        (None, Some(account), _) => vec![account.sender.id],
        // About a number that is not ours.
        (None, None, UpdateKind::ValueError(_)) => Vec::new(),
        (None, None, _) => of_account(accounts, update),
    }
}

fn of_account(accounts: &[Account], update: &Update) -> Vec<SenderId> {
    accounts.iter().filter(|account| is_of(account, update)).map(|account| account.sender.id).collect()
}

fn is_of(account: &Account, update: &Update) -> bool {
    matches!(&account.provider, Provider::WhatsappCloud(number) if update.waba_id.as_ref() == Some(&number.waba_id))
}

/// A messaging limit as a number, as `TIER_2K`, or as one of the words for none.
pub(crate) fn people_limit(written: &str) -> Option<PeopleLimit> {
    let tier = written.strip_prefix("TIER_").unwrap_or(written);
    if matches!(tier, "UNLIMITED" | "-1") {
        return Some(PeopleLimit::Unlimited);
    }
    let (digits, thousands) = tier.strip_suffix('K').map_or((tier, 1), |digits| (digits, 1_000));
    let people = digits.parse::<u32>().ok()?.checked_mul(thousands)?;
    (people > 0).then_some(PeopleLimit::PerDay(people))
}

fn sender_with(accounts: &[Account], number: &str) -> Option<SenderId> {
    let wanted = whatsapp::number::digits(number);
    let is_ours = |account: &&Account| {
        matches!(account.provider, Provider::WhatsappCloud(_)) && whatsapp::number::digits(&account.sender.address) == wanted
    };
    accounts.iter().find(is_ours).map(|account| account.sender.id)
}

/// Whether the account can no longer send, and why.
fn account_pause(change: &AccountUpdate) -> Option<String> {
    match &change.event {
        AccountEvent::DisabledUpdate => {
            let state = change.ban_info.as_ref().and_then(|ban| ban.waba_ban_state.as_ref()).map(ToString::to_string).unwrap_or_default();
            (state.contains("DISABLE") && !state.contains("SCHEDULE"))
                .then(|| "Meta disabled the account; see the business support home".to_owned())
        }
        AccountEvent::Restriction => {
            let stops = |kind: &RestrictionType| {
                matches!(kind, RestrictionType::BusinessInitiatedMessaging | RestrictionType::CustomerInitiatedMessaging)
            };
            let named = change.restriction_info.iter().find(|restriction| stops(&restriction.restriction_type))?;
            Some(format!(
                "Meta restricted the account ({}) until {}",
                named.restriction_type,
                named.expiration.as_deref().unwrap_or("further notice")
            ))
        }
        AccountEvent::Deleted => Some("the account was deleted at Meta".to_owned()),
        AccountEvent::Offboarded => Some("the number left the Cloud API".to_owned()),
        AccountEvent::PartnerRemoved | AccountEvent::PartnerAppUninstalled => {
            Some("our app was removed from the account at Meta".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a10_messaging_limits_are_read_in_every_form() {
        for (written, meant) in [
            ("2000", Some(PeopleLimit::PerDay(2_000))),
            ("TIER_250", Some(PeopleLimit::PerDay(250))),
            ("TIER_2K", Some(PeopleLimit::PerDay(2_000))),
            ("TIER_100K", Some(PeopleLimit::PerDay(100_000))),
            ("TIER_UNLIMITED", Some(PeopleLimit::Unlimited)),
            ("-1", Some(PeopleLimit::Unlimited)),
            ("TIER_NOT_SET", None),
            ("0", None),
            ("9999999K", None),
        ] {
            assert_eq!(people_limit(written), meant, "{written}");
        }
    }
}
