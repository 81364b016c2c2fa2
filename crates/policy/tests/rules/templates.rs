//! Templates at the gate (R-TPL-1, A62, A69, A71).

use model::Purpose;
use model::decision::{Form, Verdict};
use model::message::Rendered;
use model::send_error::FallbackCause;
use model::template::ApprovalState;
use policy::template::purpose_mismatch;

use crate::support::*;

fn whatsapp_only() -> World {
    let mut world = World::transactional();
    world.intent.channels.truncate(1);
    world
}

#[test]
fn r_tpl_1_only_the_approved_version_in_the_right_language_goes() {
    assert_eq!(whatsapp_only().verdict(), "whatsapp");
    for state in [
        ApprovalState::Draft,
        ApprovalState::Pending,
        ApprovalState::Rejected,
        ApprovalState::Paused,
        ApprovalState::Disabled,
        ApprovalState::Other,
    ] {
        let mut world = whatsapp_only();
        world.templates[0].languages.get_mut("en-US").unwrap().approval.state = state;
        let Verdict::Silent { code, cause, .. } = world.judge().record.verdict else { panic!("{state:?} was sent") };
        assert_eq!((code.as_str(), cause), ("template_unavailable", FallbackCause::TemplateUnavailable));
    }
    let mut other_version = whatsapp_only();
    other_version.templates[0].languages.get_mut("en-US").unwrap().approval.version = Some("abd".into());
    assert_eq!(other_version.verdict(), "template_unavailable");
    let mut other_language = whatsapp_only();
    let text = other_language.templates[0].languages.remove("en-US").unwrap();
    other_language.templates[0].languages.insert("en-GB".into(), text);
    assert_eq!(other_language.verdict(), "template_unavailable");
    let mut gone = whatsapp_only();
    gone.templates.clear();
    assert_eq!(gone.verdict(), "template_unavailable");
}

/// R-TPL-2: what cannot be filled is not sent without it.
#[test]
fn r_tpl_2_a_template_with_a_part_that_cannot_be_filled_does_not_go() {
    let mut world = whatsapp_only();
    let text = world.templates[0].languages.get_mut("en-US").unwrap();
    text.not_sendable = Some("it has a button of kind SPM, which cannot be filled".into());
    let Verdict::Silent { code, reason, .. } = world.judge().record.verdict else { panic!("it was sent") };
    assert_eq!(code, "template_unavailable");
    assert!(reason.contains("button of kind SPM"), "{reason}");
}

/// R-FB: a paused template is a cause of its own, and another channel is taken where there is one.
#[test]
fn r_fb_a_paused_template_gives_way_to_the_next_channel() {
    let mut world = World::transactional();
    world.templates[0].languages.get_mut("en-US").unwrap().approval.state = ApprovalState::Paused;
    assert_eq!(world.verdict(), "sms");
}

/// A69: what is promotional cannot hide behind a utility template, nor the other way round.
#[test]
fn a69_purpose_and_template_are_bound() {
    let mut world = World::promotional();
    world.intent.channels.truncate(1);
    assert_eq!(world.verdict(), "whatsapp");
    world.templates[0].purpose = Purpose::Transactional;
    assert_eq!(world.verdict(), "template_purpose");
    for message in Purpose::ALL {
        for template in Purpose::ALL {
            let utility = [Purpose::Transactional, Purpose::Service];
            let fits = message == template || (utility.contains(&message) && utility.contains(&template));
            assert_eq!(purpose_mismatch(message, template).is_none(), fits, "{message} on {template}");
        }
    }
}

/// A69, R-TPL-3: a template that the provider turned into marketing waits for a review.
#[test]
fn a69_a_recategorised_template_is_held_back() {
    let mut world = whatsapp_only();
    world.templates[0].languages.get_mut("en-US").unwrap().approval.category = Some("MARKETING".into());
    assert_eq!(world.verdict(), "template_recategorised");
}

/// A71: a missing value without fallback blocks the message with its reason.
#[test]
fn a71_what_cannot_be_rendered_is_not_sent() {
    let mut world = whatsapp_only();
    world.intent.channels[0].out_of_window = Some(Rendered::Missing { reason: "first_name is missing".into() });
    let Verdict::Silent { code, cause, reason } = world.judge().record.verdict else { panic!("sent") };
    assert_eq!((code.as_str(), cause), ("not_renderable", FallbackCause::NotRenderable));
    assert!(reason.contains("first_name is missing"));
}

/// A62: the window closes between rendering and hand-off: the template goes instead, decided at the last moment.
#[test]
fn a62_the_form_is_chosen_at_hand_off() {
    let mut world = whatsapp_only();
    world.windows.on_inbound(WHATSAPP, world.now, false);
    assert_eq!(world.judge().chosen.unwrap().form, Form::FreeForm);
    world.now = world.now + policy::window::SERVICE_WINDOW;
    assert_eq!(world.judge().chosen.unwrap().form, Form::Template);
    world.intent.channels[0].out_of_window = None;
    let Verdict::Silent { code, cause, .. } = world.judge().record.verdict else { panic!("sent") };
    assert_eq!((code.as_str(), cause), ("window_closed", FallbackCause::WindowClosed));
}

#[test]
fn an_unrenderable_free_form_inside_the_window_gives_way_to_the_template() {
    let mut world = whatsapp_only();
    world.windows.on_inbound(WHATSAPP, world.now, false);
    world.intent.channels[0].in_window = Some(Rendered::Missing { reason: "no date".into() });
    assert_eq!(world.judge().chosen.unwrap().form, Form::Template);
}

/// R-TPL-2: every combination of parts gives a message or a named reason.
#[test]
fn r_tpl_2_rendering_is_total() {
    let missing = || Some(Rendered::Missing { reason: "no date".into() });
    let ready = |content| Some(Rendered::Ready(content));
    let text = || ready(model::content::Content::text("hi"));
    for in_window in [None, text(), missing(), ready(template_content())] {
        for out_of_window in [None, text(), missing(), ready(template_content())] {
            for open in [true, false] {
                let mut world = whatsapp_only();
                if open {
                    world.windows.on_inbound(WHATSAPP, world.now, false);
                }
                world.intent.channels[0].in_window = in_window.clone();
                world.intent.channels[0].out_of_window = out_of_window.clone();
                let parts = [&in_window, &out_of_window];
                let is = |wanted: &dyn Fn(&Rendered) -> bool| parts.iter().any(|p| p.as_ref().is_some_and(wanted));
                let template = is(&|p| matches!(p, Rendered::Ready(c) if c.is_template()));
                let free_form = is(&|p| matches!(p, Rendered::Ready(c) if !c.is_template()));
                let verdict = world.verdict();
                if template || (open && free_form) {
                    assert_eq!(verdict, "whatsapp", "{parts:?} open={open}");
                } else {
                    assert!(["not_renderable", "window_closed"].contains(&verdict.as_str()), "{verdict} {parts:?} open={open}");
                }
            }
        }
    }
}
