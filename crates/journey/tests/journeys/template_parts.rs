//! Templates whose parts are more than words are filled from the same variables as the words, or not at all.

use std::collections::BTreeMap;

use journey::template_call;
use model::content::{ButtonParam, MediaKind, MediaSource, TemplateCall};
use model::template::{CardText, HeaderPart, Offer, ProductGroup, Template, TemplateButton, TemplateText, Variable, VariableKind};
use model::{Purpose, TemplateId, Timestamp};

fn template(purpose: Purpose, text: TemplateText) -> Template {
    let names = journey::template_variables(&text);
    let variable =
        |name: String| Variable { name, kind: VariableKind::Text, sample: "sample".to_owned(), fallback: None, max_length: None };
    Template {
        id: TemplateId::from_u128(1),
        name: "sample".to_owned(),
        purpose,
        variables: names.into_iter().map(variable).collect(),
        languages: BTreeMap::from([("en".to_owned(), text)]),
        default_language: "en".to_owned(),
        version: "v".to_owned(),
        updated_at: Timestamp::EPOCH,
    }
}

fn filled(purpose: Purpose, text: TemplateText, values: &[(&str, &str)]) -> Result<TemplateCall, String> {
    let values = values.iter().map(|(name, value)| (*name, Ok((*value).to_owned()))).collect();
    template_call(&template(purpose, text), &values, None)
}

fn picture(source: &str) -> HeaderPart {
    HeaderPart::Media { media: MediaKind::Image, source: source.to_owned(), filename: None, sample: None }
}

fn offer() -> TemplateText {
    TemplateText {
        header_part: Some(picture("{{photo}}")),
        body: "Only for {{first_name}}".to_owned(),
        offer: Some(Offer { text: "Ends soon".to_owned(), ends_at: Some("{{until}}".to_owned()) }),
        buttons: vec![
            TemplateButton::VoiceCall { title: "Talk".to_owned() },
            TemplateButton::CopyCode { title: "Copy code".to_owned(), code: "{{coupon}}".to_owned() },
            TemplateButton::Url { title: "Shop".to_owned(), url: "https://example.com/{{path}}".to_owned() },
            TemplateButton::Form { title: "Book".to_owned(), form: "77".to_owned(), screen: None, token: None },
        ],
        ..TemplateText::default()
    }
}

const OFFER: [(&str, &str); 5] = [
    ("photo", "https://example.com/a.png"),
    ("first_name", "Sam"),
    ("until", "2026-12-01T18:00:00Z"),
    ("coupon", "WELCOME20"),
    ("path", "spring"),
];

#[test]
fn each_part_is_filled_and_each_button_keeps_its_place() {
    let call = filled(Purpose::Promotional, offer(), &OFFER).unwrap();
    let parts = call.parts.unwrap();
    assert_eq!(parts.media.unwrap().source, MediaSource::Link("https://example.com/a.png".to_owned()));
    assert_eq!(parts.offer_ends_at, Timestamp::parse("2026-12-01T18:00:00Z").ok());
    assert_eq!(
        call.buttons,
        [
            ButtonParam::CopyCode { index: 1, code: "WELCOME20".to_owned() },
            ButtonParam::UrlSuffix { index: 2, text: "spring".to_owned() },
            ButtonParam::Form { index: 3, token: String::new(), data: None },
        ]
    );
}

/// R-TPL-2: a message or the reason.
#[test]
fn r_tpl_2_a_part_that_cannot_be_filled_is_a_reason_and_never_left_out() {
    for (name, value, reason) in [
        ("photo", "", "variable `photo` of template `sample`: it has no value"),
        ("photo", "http://example.com/a.png", "the header of template `sample` is `http://example.com/a.png`: write a public https link"),
        ("until", "tomorrow", "the end of the offer of template `sample` is `tomorrow`"),
        ("coupon", "WELCOME-TO-ALL-OF-YOU", "15 characters are allowed"),
    ] {
        let values: Vec<_> = OFFER.iter().map(|(known, old)| (*known, if *known == name { value } else { *old })).collect();
        let said = filled(Purpose::Promotional, offer(), &values).unwrap_err();
        assert!(said.contains(reason), "{said}");
    }
    let marked = TemplateText { not_sendable: Some("it has a button of kind SPM".to_owned()), ..offer() };
    let said = filled(Purpose::Promotional, marked, &OFFER).unwrap_err();
    assert_eq!(said, "template `sample` (en) cannot be sent: it has a button of kind SPM");
}

#[test]
fn a_one_time_code_goes_into_the_text_and_the_button() {
    let text = TemplateText {
        body: "{{code}} is your code".to_owned(),
        buttons: vec![TemplateButton::QuickReply { id: "copy".to_owned(), title: "Copy code".to_owned() }],
        ..TemplateText::default()
    };
    let call = filled(Purpose::Authentication, text.clone(), &[("code", "493817")]).unwrap();
    assert_eq!(
        (call.body[0].text.as_str(), call.buttons),
        ("493817", vec![ButtonParam::OneTimeCode { index: 0, code: "493817".to_owned() }])
    );
    assert!(filled(Purpose::Authentication, text.clone(), &[("code", "0123456789abcdef")]).unwrap_err().contains("15 characters"));
    let two = TemplateText { body: "{{code}} for {{first_name}} today".to_owned(), ..text };
    assert!(filled(Purpose::Authentication, two, &[("code", "1"), ("first_name", "Sam")]).unwrap_err().contains("exactly one variable"));
}

#[test]
fn numbered_values_go_in_the_providers_order() {
    let text =
        TemplateText { header: Some("For {{header_1}}".to_owned()), body: "{{2}} after {{1}} now".to_owned(), ..TemplateText::default() };
    let call = filled(Purpose::Service, text, &[("header_1", "h"), ("1", "one"), ("2", "two")]).unwrap();
    assert_eq!(call.body.iter().map(|param| param.text.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(call.preview.body, "two after one now");
}

#[test]
fn products_places_and_cards_are_filled() {
    let place = HeaderPart::Location {
        latitude: "{{lat}}".to_owned(),
        longitude: "-122.16".to_owned(),
        name: Some("Shop".to_owned()),
        address: None,
    };
    let groups = vec![ProductGroup { title: Some("New".to_owned()), products: "{{products}}".to_owned() }];
    let buttons = vec![TemplateButton::Products { title: "Items".to_owned(), thumbnail: "A1".to_owned(), groups }];
    let text = TemplateText { header_part: Some(place), body: "Here".to_owned(), buttons, ..TemplateText::default() };
    let call = filled(Purpose::Service, text.clone(), &[("lat", "37.4"), ("products", "A1, B2,")]).unwrap();
    assert_eq!(call.parts.unwrap().location.unwrap().latitude, 37.4);
    let ButtonParam::Products { sections, .. } = &call.buttons[0] else { panic!("{:?}", call.buttons) };
    assert_eq!(sections[0].products, ["A1", "B2"]);
    assert!(filled(Purpose::Service, text.clone(), &[("lat", "91"), ("products", "A1")]).unwrap_err().contains("between -90 and 90"));
    assert!(filled(Purpose::Service, text, &[("lat", "1"), ("products", " , ")]).unwrap_err().contains("name at least one"));

    let card = |number: u8| CardText {
        header_part: Some(picture("https://example.com/{{card_image}}")),
        body: Some(format!("Card {{{{card_{number}_1}}}} here")),
        buttons: vec![TemplateButton::QuickReply { id: format!("more_{number}"), title: "More".to_owned() }],
    };
    let text = TemplateText { body: "Look".to_owned(), cards: vec![card(1), card(2)], ..TemplateText::default() };
    let call = filled(Purpose::Promotional, text, &[("card_image", "x.png"), ("card_1_1", "a"), ("card_2_1", "b")]).unwrap();
    let cards = call.parts.unwrap().cards;
    assert_eq!((cards[1].body[0].text.as_str(), cards[1].buttons.len()), ("b", 1));
    assert_eq!(cards[0].buttons[0], ButtonParam::QuickReply { index: 0, payload: "more_1".to_owned() });
}

const FILE: &str = r#"
template: spring_offer
purpose: promotional
variables:
  photo: { sample: "https://example.com/a.png", fallback: "https://example.com/any.png" }
  until: { sample: "2026-12-01T18:00:00Z", kind: time }
  coupon: { sample: SPRING }
  items: { sample: "A1,B2" }
languages:
  en:
    image: "{{photo}}"
    sample: "4::handle"
    body: Only for a few days.
    offer: { text: Ends soon, ends_at: "{{until}}" }
    buttons:
      - { copy_code: "{{coupon}}", title: Copy code }
      - { form: "77", screen: FIRST, title: Book }
      - { products: [{ title: New, products: "{{items}}" }], thumbnail: A1, title: Items }
      - { voice_call: true, title: Talk }
"#;

#[test]
fn a_template_file_says_every_part() {
    let template = journey::template_file::parse("t.yaml", FILE).unwrap_or_else(|found| panic!("{found:#?}"));
    let values = [("until", "2026-12-01T18:00:00Z"), ("coupon", "SPRING"), ("items", "A1,B2")];
    let values = values.iter().map(|(name, value)| (*name, Ok((*value).to_owned()))).collect();
    let call = template_call(&template, &values, None).unwrap();
    let media = call.parts.unwrap().media.unwrap();
    assert_eq!(media.source, MediaSource::Link("https://example.com/any.png".to_owned()), "a fallback stands in for a picture too");
    assert_eq!(call.buttons.len(), 3);
}

#[test]
fn faults_in_parts_are_found() {
    let codes = |source: &str| {
        let found = journey::template_file::parse("t.yaml", source).err().unwrap_or_default();
        found.into_iter().map(|fault| fault.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&FILE.replace("    body:", "    header: Hello\n    body:")), ["TPL009"]);
    assert_eq!(codes(&FILE.replace("text: Ends soon", "text: Ends very very soon")), ["TPL006"]);
    assert_eq!(codes(&FILE.replace("voice_call: true, ", "")), ["JRN016"]);
    assert_eq!(codes(&FILE.replace("{{coupon}}", "{{cupon}}")), ["TPL004", "TPL008"]);
    let one_card = FILE.replace("    offer:", "    cards:\n      - { image: \"{{photo}}\", body: Look here. }\n    offer:");
    assert_eq!(codes(&one_card), ["TPL009"]);
}

#[test]
fn a_journey_that_sends_what_cannot_be_filled_does_not_compile() {
    let source = r#"
journey: sample
owner: front_desk
purpose: promotional
entry: { on: order_placed, key: event.id }
goal: { none: "a test" }
start: tell
steps:
  tell: { send: { whatsapp: { out_of_window: { template: sample } }, max_lateness: 1h, fallback: { any: done } }, next: done }
  done: { end: done }
"#;
    let text =
        TemplateText { body: "Look".to_owned(), not_sendable: Some("it has a button of kind SPM".to_owned()), ..TemplateText::default() };
    let compiled = |text: TemplateText| {
        let templates = [template(Purpose::Promotional, text)];
        let context = journey::CompileContext { templates: &templates, ..journey::CompileContext::default() };
        journey::compile("sample.yaml", source, &context).diagnostics.into_iter().map(|found| (found.code, found.what)).collect::<Vec<_>>()
    };
    let found = compiled(text.clone());
    assert!(found.contains(&("JRN046", "template `sample` (en) cannot be sent: it has a button of kind SPM".to_owned())), "{found:?}");
    let whole = compiled(TemplateText { not_sendable: None, ..text });
    assert!(whole.iter().all(|(code, _)| *code != "JRN046"), "{whole:?}");
}
