//! One call in, one outcome out.

use model::content::Content;
use model::send_error::Remedy;
use model::signal::SendOutcome;
use model::{AddressKey, MessageId, SenderId};

use crate::{Answer, Rig, Wish, decided, samples};

const MESSAGE: MessageId = MessageId::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0007);

fn wish(rig: &dyn Rig, content: Content) -> Wish {
    Wish { message: MESSAGE, address: rig.person(), content }
}

async fn send(rig: &dyn Rig, content: Content) -> SendOutcome {
    let account = rig.account();
    rig.adapter().send(&account, &decided(&account, &wish(rig, content))).await
}

/// It leaves once, and the provider's id comes back.
pub async fn an_accepted_message_left_once_and_has_an_id(rig: &dyn Rig) {
    rig.next(Answer::Accepts);
    let outcome = send(rig, Content::text("Your table is ready")).await;
    assert!(matches!(&outcome, SendOutcome::Accepted { provider_id, .. } if !provider_id.is_empty()), "{outcome:?}");
    let calls = rig.calls();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert!(calls[0].contains("table"), "the words must be in it: {calls:?}");
}

/// What is refused has a code, a sentence for people and a remedy, and was not tried twice.
pub async fn a_refusal_says_why_and_is_not_repeated(rig: &dyn Rig) {
    for answer in Answer::REFUSALS {
        rig.next(answer);
        let outcome = send(rig, Content::text("hello")).await;
        // A line that is down says nothing but that nothing left.
        if answer == Answer::Unreachable && outcome == SendOutcome::NeverArrived {
            assert!(rig.calls().is_empty());
            continue;
        }
        let SendOutcome::Refused { error } = &outcome else { panic!("{answer:?}: {outcome:?}") };
        assert!(error.code.contains(':') && !error.for_user.is_empty(), "{answer:?}: {error:?}");
        let fits = match answer {
            Answer::NobodyThere => matches!(error.remedy, Remedy::SuppressAddress { .. } | Remedy::NextChannel),
            Answer::Throttles => matches!(error.remedy, Remedy::SlowSender { .. } | Remedy::SlowPair { .. } | Remedy::Retry { .. }),
            Answer::WrongCredentials => matches!(error.remedy, Remedy::PauseSender),
            // Where one connection serves all, the whole sender waits.
            _ => matches!(error.remedy, Remedy::Retry { .. } | Remedy::SlowSender { .. }),
        };
        assert!(fits, "{answer:?}: {error:?}");
        let expected = usize::from(answer != Answer::Unreachable);
        assert_eq!(rig.calls().len(), expected, "{answer:?}");
    }
}

/// Nobody knows, and the adapter says so: it neither claims a refusal nor tries again (R-DEDUP-2).
pub async fn an_unknown_outcome_is_said_to_be_unknown(rig: &dyn Rig) {
    for answer in Answer::UNCERTAIN {
        rig.next(answer);
        let outcome = send(rig, Content::text("hello")).await;
        assert!(matches!(&outcome, SendOutcome::Unknown { detail } if !detail.is_empty()), "{answer:?}: {outcome:?}");
        assert_eq!(rig.calls().len(), 1, "{answer:?}: tried once");
    }
}

/// Our message's mark travels, so that a status can settle a message whose answer was lost.
pub async fn our_mark_travels_with_the_message(rig: &dyn Rig) {
    let Some(mark) = rig.mark(MESSAGE) else { return };
    rig.next(Answer::Accepts);
    send(rig, Content::text("hello")).await;
    let calls = rig.calls();
    assert!(calls[0].contains(&mark), "`{mark}` is not in {calls:?}");
}

/// What the sheet says it carries leaves; what it does not carry leaves in another form or is refused, and never breaks.
pub async fn every_content_leaves_or_is_refused_with_a_reason(rig: &dyn Rig) {
    let sheet = rig.adapter().capabilities();
    for content in samples() {
        rig.next(Answer::Accepts);
        let outcome = send(rig, content.clone()).await;
        let calls = rig.calls().len();
        match outcome {
            SendOutcome::Accepted { .. } => assert_eq!(calls, 1, "{}", content.kind().name()),
            SendOutcome::Refused { error } => {
                assert!(!sheet.carries(&content), "the sheet says that it carries {}: {error:?}", content.kind().name());
                assert_eq!(calls, 0, "{}", content.kind().name());
                assert!(matches!(error.remedy, Remedy::FixData | Remedy::NextChannel), "{}: {error:?}", content.kind().name());
            }
            other => panic!("{}: {other:?}", content.kind().name()),
        }
        // The answer that nobody fetched must not be the next one's.
        if calls == 0 {
            send(rig, Content::text("again")).await;
            rig.calls();
        }
    }
}

/// A decision is for one sender.
pub async fn a_decision_for_another_sender_does_not_leave(rig: &dyn Rig) {
    let account = rig.account();
    let decision = decided(&account, &wish(rig, Content::text("hello")));
    let mut other = account.clone();
    other.sender.id = SenderId::from_u128(99);
    rig.next(Answer::Accepts);
    let outcome = rig.adapter().send(&other, &decision).await;
    assert!(matches!(outcome, SendOutcome::Refused { .. }), "{outcome:?}");
    assert!(rig.calls().is_empty());
}

/// An address that the channel cannot reach is refused before anything leaves.
pub async fn an_address_of_another_kind_does_not_leave(rig: &dyn Rig) {
    let account = rig.account();
    let channel = account.sender.channel;
    let strange =
        [AddressKey::phone("+12025550123"), AddressKey::new(model::AddressKind::Email, "a@example.com"), AddressKey::bsuid("US.1")];
    for address in strange.into_iter().filter(|key| !channel.accepts(key.kind)) {
        rig.next(Answer::Accepts);
        let Some(decision) = crate::decided::try_decided(&account, &Wish { address, ..wish(rig, Content::text("hello")) }) else {
            continue;
        };
        let outcome = rig.adapter().send(&account, &decision).await;
        assert!(matches!(outcome, SendOutcome::Refused { .. }), "{outcome:?}");
        assert!(rig.calls().is_empty());
    }
}
