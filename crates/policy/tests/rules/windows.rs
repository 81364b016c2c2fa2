//! The customer service window and the free entry point (R-WIN-1, R-WIN-2).

use model::{Millis, Timestamp};
use policy::window::{ENTRY_POINT, SERVICE_WINDOW};
use policy::{WindowState, Windows};
use proptest::prelude::*;

use crate::support::*;

const MARGIN: Millis = Millis::from_secs(60);

fn opened(at: Timestamp, from_ad: bool) -> Windows {
    let mut windows = Windows::default();
    windows.on_inbound(WHATSAPP, at, from_ad);
    windows
}

/// R-WIN-2: every second around both ends.
#[test]
fn r_win_2_the_window_shuts_a_margin_before_its_end() {
    let windows = opened(noonish(), false);
    for second in -120..=120 {
        let now = noonish() + SERVICE_WINDOW + Millis::from_secs(second);
        assert_eq!(windows.state(WHATSAPP, now, MARGIN).open, second < -60, "{second}");
        assert_eq!(windows.state(WHATSAPP, now, Millis::ZERO).open, second < 0, "{second}");
    }
    assert_eq!(windows.state(SMS, noonish(), MARGIN), WindowState::default(), "another number has its own window");
}

#[test]
fn r_win_1_the_entry_point_lasts_72_hours_from_the_answer_and_does_not_prolong_the_window() {
    let mut windows = opened(noonish(), true);
    assert!(!windows.state(WHATSAPP, noonish(), MARGIN).in_entry_point, "nobody has answered yet");
    let answered = noonish() + Millis::from_hours(23);
    windows.on_business_reply(WHATSAPP, answered);
    windows.on_business_reply(WHATSAPP, answered + Millis::from_hours(10)); // a second answer opens nothing
    let state = windows.state(WHATSAPP, answered + Millis::from_hours(71), MARGIN);
    assert_eq!((state.open, state.in_entry_point), (false, true));
    assert_eq!(state.entry_point_until, Some(answered + ENTRY_POINT));
    assert!(!windows.state(WHATSAPP, answered + ENTRY_POINT - MARGIN, MARGIN).in_entry_point);
}

#[test]
fn r_win_1_an_answer_after_24_hours_or_without_an_ad_opens_no_entry_point() {
    let mut late = opened(noonish(), true);
    late.on_business_reply(WHATSAPP, noonish() + SERVICE_WINDOW);
    assert_eq!(late.state(WHATSAPP, noonish() + SERVICE_WINDOW, MARGIN).entry_point_until, None);
    let mut plain = opened(noonish(), false);
    plain.on_business_reply(WHATSAPP, noonish());
    assert_eq!(plain.state(WHATSAPP, noonish(), MARGIN).entry_point_until, None);
}

#[test]
fn a_stretch_of_windows_remembers_when_it_opened() {
    let mut windows = opened(noonish(), false);
    windows.on_inbound(WHATSAPP, noonish() + Millis::from_hours(23), false);
    assert_eq!(windows.state(WHATSAPP, noonish(), MARGIN).opened_at, Some(noonish()));
    let later = noonish() + Millis::from_days(3);
    windows.on_inbound(WHATSAPP, later, false);
    assert_eq!(windows.state(WHATSAPP, later, MARGIN).opened_at, Some(later));
}

#[test]
fn windows_survive_their_stored_form() {
    let mut windows = opened(noonish(), true);
    windows.on_business_reply(WHATSAPP, noonish());
    let stored = serde_json::to_string(&windows).unwrap();
    assert_eq!(serde_json::from_str::<Windows>(&stored).unwrap(), windows);
}

proptest! {
    /// R-WIN-1: whatever the order of arrival, the window ends 24 hours after the latest message.
    #[test]
    fn r_win_1_order_of_arrival_does_not_matter(minutes in proptest::collection::vec(0i64..10_000, 1..8), ask in 0i64..12_000) {
        let moment = |m: i64| noonish() + Millis::from_mins(m);
        let mut windows = Windows::default();
        for m in &minutes {
            windows.on_inbound(WHATSAPP, moment(*m), false);
        }
        let latest = *minutes.iter().max().unwrap();
        let state = windows.state(WHATSAPP, moment(ask), MARGIN);
        prop_assert_eq!(state.closes_at, Some(moment(latest) + SERVICE_WINDOW));
        prop_assert_eq!(state.last_inbound, Some(moment(latest)));
        prop_assert_eq!(state.open, ask + 1 < latest + 24 * 60);
    }
}
