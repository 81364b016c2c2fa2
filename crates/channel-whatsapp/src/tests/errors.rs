//! Every code of the provider's error table, with what a good sender does about it.
//!
//! Written from the published table and not from ours, so that a row that is lost or changed is noticed.

use model::send_error::{FallbackCause, Remedy};
use whatsapp::error::{ErrorObject, find, rules};

use crate::errors::send_error;

/// First and last code, the remedy's name, the cause by which a journey falls back.
type Row = (i64, i64, &'static str, FallbackCause);

const MESSAGES: &[Row] = &[
    (1, 2, "retry", FallbackCause::Rejected),
    (4, 4, "slow_sender", FallbackCause::Rejected),
    (100, 100, "fix", FallbackCause::Rejected),
    (80_007, 80_007, "slow_sender", FallbackCause::Rejected),
    (130_403, 130_403, "suppress", FallbackCause::NotCapable),
    (130_429, 130_429, "slow_sender", FallbackCause::Rejected),
    (130_472, 130_472, "next_channel", FallbackCause::MarketingCap),
    (130_497, 130_497, "next_channel", FallbackCause::NotCapable),
    (131_000, 131_000, "retry", FallbackCause::Rejected),
    (131_008, 131_009, "fix", FallbackCause::Rejected),
    (131_016, 131_016, "retry", FallbackCause::Rejected),
    (131_021, 131_021, "fix", FallbackCause::Rejected),
    (131_026, 131_026, "suppress", FallbackCause::NotCapable),
    (131_030, 131_030, "fix", FallbackCause::Rejected),
    (131_047, 131_047, "window_closed", FallbackCause::WindowClosed),
    (131_049, 131_049, "next_channel", FallbackCause::MarketingCap),
    (131_050, 131_050, "revoke_consent", FallbackCause::OptedOut),
    (131_051, 131_051, "fix", FallbackCause::Rejected),
    (131_055, 131_055, "fix", FallbackCause::Rejected),
    (131_056, 131_056, "slow_pair", FallbackCause::Rejected),
    (131_057, 131_057, "slow_sender", FallbackCause::Rejected),
    (131_062, 131_062, "next_channel", FallbackCause::NotCapable),
    (132_000, 132_000, "fix", FallbackCause::Rejected),
    (132_005, 132_005, "fix", FallbackCause::Rejected),
    (132_012, 132_012, "fix", FallbackCause::Rejected),
    (132_018, 132_018, "fix", FallbackCause::Rejected),
    (135_000, 135_000, "fix", FallbackCause::Rejected),
];

const STOPS: &[Row] = &[
    (0, 0, "pause_sender", FallbackCause::SenderUnavailable),
    (3, 3, "pause_sender", FallbackCause::SenderUnavailable),
    (10, 10, "pause_sender", FallbackCause::SenderUnavailable),
    (33, 33, "pause_sender", FallbackCause::SenderUnavailable),
    (190, 190, "pause_sender", FallbackCause::SenderUnavailable),
    (200, 299, "pause_sender", FallbackCause::SenderUnavailable),
    (368, 368, "pause_sender", FallbackCause::SenderUnavailable),
    (131_005, 131_005, "pause_sender", FallbackCause::SenderUnavailable),
    (131_031, 131_031, "pause_sender", FallbackCause::SenderUnavailable),
    (131_037, 131_037, "pause_sender", FallbackCause::SenderUnavailable),
    (131_042, 131_042, "pause_sender", FallbackCause::SenderUnavailable),
    (131_044, 131_045, "pause_sender", FallbackCause::SenderUnavailable),
    (131_048, 131_048, "pause_sender", FallbackCause::SenderUnavailable),
    (132_001, 132_001, "pause_template", FallbackCause::TemplateUnavailable),
    (132_007, 132_007, "pause_template", FallbackCause::TemplateUnavailable),
    (132_015, 132_016, "pause_template", FallbackCause::TemplateUnavailable),
    (133_010, 133_010, "pause_sender", FallbackCause::SenderUnavailable),
    (141_000, 141_000, "pause_sender", FallbackCause::SenderUnavailable),
    (141_002, 141_002, "pause_sender", FallbackCause::SenderUnavailable),
    (141_006, 141_006, "pause_sender", FallbackCause::SenderUnavailable),
];

/// Codes whose reaction depends on the call, or that no message meets: they must be known and explained.
const KNOWN: &[(i64, i64)] = &[
    (613, 613),
    (130_501, 130_501),
    (131_020, 131_020),
    (131_041, 131_041),
    (131_052, 131_053),
    (131_059, 131_060),
    (131_063, 131_064),
    (131_201, 131_215),
    (132_068, 132_069),
    (133_000, 133_000),
    (133_004, 133_009),
    (133_015, 133_016),
    (134_011, 134_011),
    (134_100, 134_102),
    (136_024, 136_025),
    (137_000, 137_000),
    (138_000, 138_025),
    (139_000, 139_006),
    (139_100, 139_103),
    (139_200, 139_200),
    (147_001, 147_005),
    (200_005, 200_007),
    (1_752_041, 1_752_041),
    (2_388_001, 2_388_001),
    (2_388_012, 2_388_012),
    (2_388_019, 2_388_019),
    (2_388_039, 2_388_040),
    (2_388_047, 2_388_047),
    (2_388_072, 2_388_073),
    (2_388_091, 2_388_091),
    (2_388_093, 2_388_093),
    (2_388_103, 2_388_103),
    (2_388_293, 2_388_293),
    (2_388_299, 2_388_299),
    (2_388_318, 2_388_318),
    (2_388_330, 2_388_330),
    (2_494_100, 2_494_100),
    (2_593_107, 2_593_109),
];

fn name(remedy: &Remedy) -> &'static str {
    match remedy {
        Remedy::Retry { .. } => "retry",
        Remedy::SlowPair { .. } => "slow_pair",
        Remedy::SlowSender { .. } => "slow_sender",
        Remedy::NextChannel => "next_channel",
        Remedy::WindowClosed => "window_closed",
        Remedy::SuppressAddress { .. } => "suppress",
        Remedy::RevokeConsent => "revoke_consent",
        Remedy::PauseTemplate => "pause_template",
        Remedy::PauseSender => "pause_sender",
        Remedy::FixData => "fix",
    }
}

/// Both ways in which a code reaches us: in a status, and in the answer to the call.
fn reactions(code: i64) -> [(&'static str, FallbackCause); 2] {
    let documented = find(code).and_then(|rule| rule.http).unwrap_or(400);
    [None, Some(documented)].map(|http| {
        let error = send_error(&ErrorObject { code, ..ErrorObject::default() }, http);
        (name(&error.remedy), error.cause)
    })
}

#[test]
fn every_code_that_a_message_can_meet_has_its_reaction_and_its_cause() {
    let wrong: Vec<String> = [MESSAGES, STOPS]
        .concat()
        .into_iter()
        .flat_map(|(from, to, remedy, cause)| (from..=to).map(move |code| (code, remedy, cause)))
        .filter(|(code, remedy, cause)| reactions(*code).iter().any(|found| found != &(*remedy, *cause)))
        .map(|(code, remedy, cause)| format!("{code}: wanted {remedy} {cause:?}, found {:?}", reactions(code)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_published_code_is_known_and_no_other_is_claimed() {
    let published: Vec<(i64, i64)> =
        [MESSAGES, STOPS].concat().into_iter().map(|(from, to, ..)| (from, to)).chain(KNOWN.iter().copied()).collect();
    let unknown: Vec<i64> = published.iter().flat_map(|(from, to)| *from..=*to).filter(|code| find(*code).is_none()).collect();
    assert!(unknown.is_empty(), "not in our table: {unknown:?}");
    let claimed: Vec<i64> = rules()
        .flat_map(|rule| rule.from..=rule.to)
        .filter(|code| !published.iter().any(|(from, to)| (from..=to).contains(&code)))
        .collect();
    assert!(claimed.is_empty(), "in our table only: {claimed:?}");
}

#[test]
fn a_refusal_that_must_never_repeat_does_not_even_when_it_is_called_transient() {
    for code in [131_026, 131_047, 131_048, 131_049, 131_050, 137_000] {
        let error = ErrorObject { code, is_transient: Some(true), ..ErrorObject::default() };
        let found = send_error(&error, Some(400));
        assert!(!matches!(found.remedy, Remedy::Retry { .. } | Remedy::SlowPair { .. } | Remedy::SlowSender { .. }), "{code}: {found:?}");
    }
}
