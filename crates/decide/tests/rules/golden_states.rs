//! States that earlier releases wrote stay readable for ever. The files are never made anew; a new form of the state adds a file.

use decide::{ContactState, StateError};
use model::MessageStatus;
use model::message::Origin;
use model::signal::SignalBody;
use policy::Rulebook;

use crate::world::World;

const V1: &[u8] = include_bytes!("../golden/state-v1.bin");
const V2: &[u8] = include_bytes!("../golden/state-v2.bin");

#[test]
fn a_state_of_each_form_reads_as_the_same_contact() {
    let states = [V1, V2].map(|bytes| ContactState::decode(bytes).unwrap());
    assert_eq!((V1[0], V2[0]), (1, 2));
    assert_eq!(format!("{:?}", states[0]), format!("{:?}", states[1]));
    assert!(V2.len() * 2 < V1.len(), "{} bytes were {}", V2.len(), V1.len());
}

/// Not only readable: what stands in it is there.
#[test]
fn nothing_of_an_old_state_is_lost() {
    for state in [V1, V2].map(|bytes| ContactState::decode(bytes).unwrap()) {
        assert_eq!(state.contact.addresses[0].key.value, "+12025550123");
        assert_eq!((state.contact.addresses[0].reach.len(), state.consent.head().seq, state.consent.standing().len()), (2, 8, 3));
        assert_eq!((state.runs.len(), state.ended.len(), state.past.len()), (6, 2, 2));
        assert!(state.runs.iter().all(|run| run.context.contains_key("starts_at") && !run.visits.is_empty()));
        assert!(state.outbox.iter().all(|message| message.intent.is_some()));
        assert!(state.outbox.iter().any(|message| matches!(message.origin, Origin::Journey { .. })));
        assert!(state.outbox.iter().any(|message| message.status == MessageStatus::InDoubt));
        assert!(!state.taps.is_empty() && !state.fallen_back.is_empty() && state.stop_confirmed_at.is_some());
        assert!(state.opt_out_suspected.is_some() && state.thread.case.is_some() && !state.history.marks().is_empty());
    }
}

#[test]
fn an_old_state_becomes_the_present_form_at_its_next_step() {
    let mut world = World::new(crate::parked::JOURNEY, Rulebook::default());
    world.state = Some(std::sync::Arc::new(V1.to_vec()));
    world.apply(SignalBody::ContactUpdate(model::contact::ContactPatch::default())).unwrap();
    let written = world.state.clone().unwrap();
    assert_eq!(written[0], 2);
    let (old, new) = (ContactState::decode(V1).unwrap(), world.state());
    assert_eq!(format!("{:?}", old.consent), format!("{:?}", new.consent));
    assert_eq!(format!("{:?}", old.runs), format!("{:?}", new.runs));
}

#[test]
fn a_state_of_a_later_release_is_refused_and_never_misread() {
    assert!(matches!(ContactState::decode(&[9, 1, 2]), Err(StateError::Format(9))));
    assert!(matches!(ContactState::decode(&[]), Err(StateError::Empty)));
    assert!(matches!(ContactState::decode(&V2[..V2.len() - 1]), Err(StateError::Compact(_))));
}
