//! Golden journeys: `testdata/<name>.journey.yaml` with `testdata/<name>.<case>.case`.
//!
//! A case is a script. A line that begins with a time is an input; the indented lines under it are everything that came of
//! it and are compared whole. Between any two inputs every run goes through its stored form. `BLESS=1` writes the outcomes.

use crate::support::check;

macro_rules! golden {
    ($($(#[$doc:meta])* $name:ident: $journey:literal / $case:literal;)*) => {$(
        $(#[$doc])*
        #[test]
        fn $name() {
            check($journey, $case);
        }
    )*};
}

golden! {
    /// What comes while a send settles is for the wait behind it.
    an_event_while_a_message_settles_satisfies_the_wait_that_follows: "clicked" / "while_settling";
    /// The same while it is not known whether the message arrived.
    an_event_while_a_message_is_in_doubt_satisfies_the_wait_that_follows: "clicked" / "in_doubt";
    /// And nothing that happened before the message left.
    an_event_before_the_message_left_satisfies_no_wait: "clicked" / "before_it_left";
    /// A35: two appointments of one person; cancelling one ends only that run.
    a35_cancelling_one_appointment_ends_only_its_run: "appointment" / "two_appointments";
    /// A36: the journey of an order hears of its own order only.
    a36_another_order_changes_nothing: "order_updates" / "another_order";
    /// A35: an exit is heard in every wait, also while a message is queued.
    r_exit_1_an_exit_wins_over_a_queued_message: "appointment" / "cancelled_while_queued";
    /// A31: the start moves and so does the timer; nothing fires at the old time.
    a31_moving_the_appointment_moves_the_timer: "appointment" / "moved";
    /// A31: the time moves into the past of the touch.
    a31_moving_into_the_past_skips_the_touch: "appointment" / "moved_into_past";
    /// A43: touches whose moment is past are skipped, not sent late.
    a43_past_touches_are_skipped: "appointment" / "booked_late";
    /// A42: confirmed once, even if tapped three times.
    a42_confirming_three_times_confirms_once: "appointment" / "tapped_three_times";
    /// A78: silence takes the timeout edge at the exact second.
    a78_silence_takes_the_timeout_at_the_exact_second: "appointment" / "silence";
    /// A78: the silence begins when the provider accepted the message.
    a78_silence_begins_at_acceptance: "appointment" / "accepted_late";
    /// A47: the message is skipped as too late and the person continues.
    a47_a_late_message_is_skipped_and_the_person_continues: "appointment" / "too_late";
    /// A47: after a downtime every message keeps the time at which it was due.
    a47_after_a_downtime_messages_keep_their_due_time: "appointment" / "downtime";
    /// R-EXIT: the awaited event and the exit are the same one.
    r_exit_1_an_exit_wins_on_the_event_that_is_waited_for: "interest" / "exit_wins";
    /// A36: buying the other item does not end this item's journey.
    a36_buying_the_other_item_does_not_end_this_journey: "interest" / "other_item";
    /// R-GOAL: counted once, also after the end, and not beyond its window.
    r_goal_1_the_goal_counts_once_and_after_the_end: "interest" / "goal_after_end";
    /// R-ENTRY-2: entry policies give reasons.
    r_entry_2_a_second_entry_is_refused_with_a_reason: "interest" / "entry_reasons";
    /// A44: delivered, then shipped: no "shipped" after "delivered".
    a44_shipped_after_delivered_sends_nothing: "order_updates" / "out_of_order";
    /// A44: in order, each state says its thing once.
    a44_updates_in_order_send_each_state: "order_updates" / "in_order";
    /// A44: a queued "shipped" is taken back when "delivered" arrives.
    a44_a_queued_message_is_overtaken_by_the_next_state: "order_updates" / "overtaken";
    /// U5: what would be more than `max_messages` is skipped as capped.
    u5_messages_of_one_run_are_bounded: "capped" / "bound";
    /// A78: no news at all ends the run.
    a78_no_news_ends_the_run: "order_updates" / "no_news";
    /// A25: matched by id although the label was renamed.
    a25_a_renamed_button_still_matches: "question" / "renamed_button";
    /// A26: what nothing matches takes the default branch.
    a26_unrecognised_reply_takes_the_default_branch: "question" / "default";
    /// A39: twice not understood calls a person.
    a39_twice_not_understood_calls_a_person: "question" / "twice_not_understood";
    /// A39: asking for a person calls one.
    a39_asking_for_a_person_calls_one: "question" / "asked_for_human";
    /// Words mean a choice on channels without buttons.
    a25_words_choose_where_there_are_no_buttons: "question" / "words";
    /// Where buttons became numbered lines, the number of a line answers.
    a27_a_number_answers_where_buttons_became_lines: "question" / "numbered";
    /// And so does its label.
    a27_a_label_answers_where_buttons_became_lines: "question" / "labelled";
    /// An answer that overtakes the acceptance is not lost.
    a26_an_answer_before_acceptance_is_kept: "question" / "early_answer";
    /// R-WAIT-1: two branches match one event; the first declared one fires, once.
    r_wait_1_the_first_declared_branch_fires_once: "question" / "simultaneous";
    /// R-WAIT-1: the event and the timeout fall on the same moment.
    r_wait_1_an_event_at_the_moment_of_the_timeout_wins: "question" / "event_at_timeout";
    /// Doubled and stale wakes, and news of older visits.
    a_doubled_wake_is_harmless: "question" / "doubled_wake";
    /// R-FB-1: delivered after the fallback went out.
    r_fb_1_a_late_delivery_is_a_double_reach_once: "fallback" / "double_reach";
    /// A76: not delivered in time.
    a76_not_delivered_takes_its_edge_once: "fallback" / "not_delivered";
    /// A76: delivered and not read in time.
    a76_not_read_takes_its_edge_once: "fallback" / "not_read";
    /// A refusal that comes after acceptance still falls back while the message settles.
    a76_a_refusal_after_acceptance_falls_back: "fallback" / "refused_later";
    /// R-WAIT-2: local time of day, over a change of clocks.
    r_wait_2_calendar_delays_keep_local_time: "calendar" / "clock_change";
    /// A42, A43: the gallery's reminder, confirmed with three taps.
    a42_the_gallery_confirms_once: "gallery" / "confirm";
    /// A43: the gallery's reminder to somebody who stays silent.
    a43_the_gallery_falls_back_to_sms_and_then_the_inbox: "gallery" / "silence";
    /// A31: the gallery's plan is made again when the appointment moves.
    a31_the_gallery_plans_again_when_moved: "gallery" / "moved";
    /// A late tap on WhatsApp counts while the SMS waits for its answer.
    a25_a_late_tap_counts_in_the_gallery: "gallery" / "late_tap";
    /// A71: a missing value without fallback blocks the text, never "Hi ,".
    a71_a_missing_value_is_a_reason_and_no_text: "question" / "missing_name";
    /// A25: what a person shares answers by the word of the request.
    a25_a_shared_location_answers_the_request: "visit" / "shared";
    /// A25: a refused permission is no permission.
    a25_a_refusal_takes_the_default: "visit" / "refused";
}
