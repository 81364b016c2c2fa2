//! The list of all cases.

/// Runs every case against a backend.
#[macro_export]
macro_rules! suite {
    ($backend:ty) => {
        $crate::suite!(@module $backend, dedupe:
            the_same_key_in_one_batch_is_applied_once,
            a_known_key_gets_the_first_answer,
            another_body_under_the_same_key_is_told,
            concurrent_callers_with_one_key_apply_it_once,
            the_same_key_in_another_workspace_is_another_key,
            a_rejected_signal_leaves_no_key,
            a_replay_of_a_parked_signal_is_a_duplicate,
        );
        $crate::suite!(@module $backend, resolve:
            an_unknown_address_makes_a_contact_with_the_id_of_the_signal,
            an_unknown_address_makes_nobody_unless_asked,
            the_first_address_that_anybody_has_wins,
            an_unknown_contact_or_message_is_unresolved,
            a_message_leads_to_its_contact,
            an_address_stays_with_its_first_owner,
            a_step_that_would_link_an_address_of_another_is_decided_without_it,
            within_a_batch_an_address_goes_to_whoever_came_first,
            an_unlinked_address_can_be_taken_by_another,
            only_the_owner_can_unlink_an_address,
            the_named_message_is_handed_in_as_earlier_steps_left_it,
            a_message_of_somebody_else_is_not_handed_in,
            an_edit_a_deletion_and_a_reaction_name_the_message_that_they_are_about,
        );
        $crate::suite!(@module $backend, atomic:
            one_poisonous_signal_among_a_thousand_is_parked_alone,
            a_panic_is_parked_like_poison,
            a_rejected_signal_stores_nothing,
            changes_of_another_contact_are_parked,
            a_forked_consent_chain_is_parked,
            signals_of_one_batch_see_one_another,
            concurrent_steps_on_one_contact_lose_nothing,
            concurrent_batches_keep_their_own_order,
            an_empty_batch_is_answered,
            what_was_answered_survives_a_restart,
        );
        $crate::suite!(@module $backend, orphans:
            a_status_that_overtakes_its_message_is_applied_later,
            a_waiting_signal_is_applied_once_although_redelivered,
            a_waiting_signal_expires_where_people_see_it,
            several_waiting_signals_are_applied_in_order,
            a_waiting_signal_survives_a_restart,
            a_poisonous_waiting_signal_is_parked,
            ids_of_another_channel_or_workspace_wake_nobody,
        );
        $crate::suite!(@module $backend, parked:
            a_healed_signal_leaves_the_parking_place,
            a_signal_that_is_tried_again_has_no_permit,
            a_signal_that_fails_again_stays_and_counts_its_tries,
            retrying_what_is_not_parked_is_nothing,
            bytes_that_are_no_signal_are_kept_and_shown,
        );
        $crate::suite!(@module $backend, wakes:
            due_contacts_come_earliest_first,
            a_contact_stays_due_until_a_step_moves_its_wake,
            the_next_wake_is_the_earliest_of_all,
        );
        $crate::suite!(@module $backend, outbox:
            queued_messages_come_by_class_then_time_then_id,
            a_deferred_message_waits_in_the_queue,
            queue_heads_name_each_sender_once_with_its_earliest,
            a_message_that_leaves_the_queue_is_not_queued,
            messages_in_flight_come_oldest_first,
            what_a_step_marks_as_sending_is_handed_out_with_it,
        );
        $crate::suite!(@module $backend, lists:
            pages_hold_still_while_rows_are_added,
            a_wrong_cursor_is_refused,
            contacts_are_found_by_words_and_addresses,
            message_filters_narrow_the_list,
            decision_filters_narrow_the_list,
            run_filters_narrow_the_list,
            a_changed_row_replaces_the_old_one,
        );
        $crate::suite!(@module $backend, inbox:
            conversations_come_by_latest_message,
            conversations_of_many_hours_come_by_latest_message,
            a_conversation_without_a_word_is_found_and_in_no_list_of_many,
            conversation_filters_narrow_the_list,
        );
        $crate::suite!(@module $backend, history:
            a_timeline_is_newest_first_and_filters_by_kind,
            a_ledger_is_oldest_first,
            the_log_is_read_forwards_from_a_position,
            counters_are_sums,
        );
        $crate::suite!(@module $backend, documents:
            a_document_is_created_once,
            a_stale_version_is_a_conflict,
            concurrent_writers_of_one_document_all_but_one_conflict,
            documents_come_in_the_order_of_their_ids,
            a_deleted_document_is_gone_and_can_come_back,
            workspaces_are_those_with_documents,
            typed_documents_survive,
        );
        $crate::suite!(@module $backend, deliveries:
            due_deliveries_come_earliest_first,
            a_delivered_event_is_not_due_any_more,
            an_unknown_delivery_cannot_be_updated,
            deliveries_are_listed_by_endpoint,
            the_audit_log_is_newest_first,
        );
        $crate::suite!(@module $backend, recipients:
            contacts_are_read_once_in_the_order_of_their_ids,
            a_recipient_is_written_down_once,
            pending_recipients_come_by_their_time_and_wave,
            a_row_moves_with_the_step_that_says_so,
            a_refused_step_moves_no_row,
            only_pending_recipients_are_closed,
            recipients_are_listed_whole_and_by_state,
        );
        $crate::suite!(@module $backend, isolation:
            nothing_of_one_workspace_is_seen_in_another,
            a_signal_cannot_reach_into_another_workspace,
        );
        $crate::suite!(@module $backend, leases:
            a_free_lease_is_taken_once,
            a_renewal_moves_the_beat_and_keeps_the_fence,
            a_lease_is_taken_from_the_dead_and_not_from_the_living,
            a_released_lease_is_free_at_once_and_its_fence_grows,
            of_many_who_claim_one_lease_one_gets_it,
            document_marks_tell_every_change,
        );
        $crate::suite!(@module $backend, moving:
            a_moved_store_holds_the_same_and_goes_on,
            a_comparison_tells_what_is_not_the_same,
            only_an_empty_store_takes_another_in,
        );
        $crate::suite!(@module $backend, running:
            stats_count_what_there_is,
            a_backup_taken_while_writing_is_whole,
            a_backup_replaces_nothing,
        );
    };
    (@module $backend:ty, $module:ident: $($case:ident),* $(,)?) => {
        mod $module {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    $crate::cases::$module::$case::<$backend>().await;
                }
            )*
        }
    };
}
