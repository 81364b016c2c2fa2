//! The list of all cases.

/// Runs every case against a rig, each with a fresh one.
#[macro_export]
macro_rules! suite {
    ($rig:expr) => {
        $crate::suite!(@module $rig, sending:
            an_accepted_message_left_once_and_has_an_id,
            a_refusal_says_why_and_is_not_repeated,
            an_unknown_outcome_is_said_to_be_unknown,
            our_mark_travels_with_the_message,
            every_content_leaves_or_is_refused_with_a_reason,
            a_decision_for_another_sender_does_not_leave,
            an_address_of_another_kind_does_not_leave,
        );
        $crate::suite!(@module $rig, hearing:
            a_message_in_names_the_person_and_the_words,
            statuses_name_their_message_and_do_not_hide_one_another,
            what_is_not_signed_is_not_read,
            signed_rubbish_breaks_nothing,
            unknown_addresses_are_unknown,
        );
        $crate::suite!(@module $rig, keeping:
            secrets_are_never_shown,
            credentials_of_another_provider_are_refused,
        );
    };
    (@module $rig:expr, $module:ident: $($case:ident,)*) => {
        mod $module {
            use super::*;
            $(
                #[tokio::test]
                async fn $case() {
                    $crate::cases::$module::$case(&$rig).await;
                }
            )*
        }
    };
}
