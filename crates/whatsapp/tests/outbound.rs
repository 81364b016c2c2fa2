//! Golden bytes: every type of "Sending messages" serialises exactly as documented, is valid, and reads back.

use serde_json::{Value, json};
use whatsapp::message::*;

/// The part beside the frame, as documented; `index` of template buttons as a string.
const PARTS: &[&str] = &[
    r#"{"type":"text","text":{"body":"Body, 4096 chars max","preview_url":true}}"#,
    r#"{"type":"image","image":{"id":"1479537139650973","caption":"1024 max"}}"#,
    r#"{"type":"image","image":{"link":"https://example.com/a.png","caption":"x"}}"#,
    r#"{"type":"video","video":{"id":"1166846181421424","caption":"x"}}"#,
    r#"{"type":"audio","audio":{"id":"1013859600285441","voice":true}}"#,
    r#"{"type":"document","document":{"id":"1376223850470843","filename":"order_abc123.pdf","caption":"x"}}"#,
    r#"{"type":"sticker","sticker":{"id":"798882015472548"}}"#,
    r#"{"type":"location","location":{"latitude":"37.44216251868683","longitude":"-122.16153582049394","name":"Cafe","address":"101 Example Ave"}}"#,
    r#"{"type":"reaction","reaction":{"message_id":"wamid.x","emoji":"😀"}}"#,
    r#"{"type":"reaction","reaction":{"message_id":"wamid.x","emoji":""}}"#,
    r#"{"type":"contacts","contacts":[{"name":{"formatted_name":"B. J. Johnson","first_name":"B.","last_name":"Johnson","middle_name":"J.","suffix":"Esq.","prefix":"Dr."},"phones":[{"phone":"+12025550100","type":"Mobile","wa_id":"12025550100"}],"emails":[{"email":"b@example.com","type":"Work"}],"org":{"company":"Example","department":"Legal","title":"Counsel"},"urls":[{"url":"https://example.com","type":"Company"}],"addresses":[{"street":"1 Example Way","city":"Menlo Park","state":"CA","zip":"94025","country":"United States","country_code":"US","type":"Office"}],"birthday":"1999-01-23"}]}"#,
    r#"{"type":"interactive","interactive":{"type":"button","header":{"type":"image","image":{"id":"2762702990552401"}},"body":{"text":"b"},"footer":{"text":"f"},"action":{"buttons":[{"type":"reply","reply":{"id":"change-button","title":"Change"}},{"type":"reply","reply":{"id":"cancel-button","title":"Cancel"}}]}}}"#,
    r#"{"type":"interactive","interactive":{"type":"list","header":{"type":"text","text":"Choose"},"body":{"text":"b"},"footer":{"text":"f"},"action":{"button":"Shipping Options","sections":[{"title":"ASAP","rows":[{"id":"priority_express","title":"Priority Mail Express","description":"Next Day to 2 Days"}]}]}}}"#,
    r#"{"type":"interactive","interactive":{"type":"cta_url","header":{"type":"text","text":"h"},"body":{"text":"b"},"footer":{"text":"f"},"action":{"name":"cta_url","parameters":{"display_text":"See Dates","url":"https://example.com?clickID=x"}}}}"#,
    r#"{"type":"interactive","interactive":{"type":"location_request_message","body":{"text":"b"},"action":{"name":"send_location"}}}"#,
    r#"{"type":"interactive","interactive":{"type":"request_contact_info","body":{"text":"b"},"action":{"name":"request_contact_info"}}}"#,
    r#"{"type":"interactive","interactive":{"type":"address_message","body":{"text":"b"},"action":{"name":"address_message","parameters":{"country":"IN","values":{"name":"C","phone_number":"+910000000000"},"saved_addresses":[{"id":"address1","value":{"name":"C","city":"Mumbai"}}],"validation_errors":{"in_pin_code":"We could not locate this pin code."}}}}}"#,
    r#"{"type":"interactive","interactive":{"type":"flow","header":{"type":"text","text":"h"},"body":{"text":"b"},"footer":{"text":"f"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_token":"AQAAAA","flow_id":"123456","flow_cta":"Book!","mode":"published","flow_action":"navigate","flow_action_payload":{"screen":"FIRST","data":{"k":"v"}}}}}}"#,
    r#"{"type":"interactive","interactive":{"type":"catalog_message","body":{"text":"b"},"footer":{"text":"f"},"action":{"name":"catalog_message","parameters":{"thumbnail_product_retailer_id":"2lc20305pt"}}}}"#,
    r#"{"type":"interactive","interactive":{"type":"product","body":{"text":"opt"},"footer":{"text":"opt"},"action":{"catalog_id":"367025965434465","product_retailer_id":"SKU1"}}}"#,
    r#"{"type":"interactive","interactive":{"type":"product_list","header":{"type":"text","text":"required"},"body":{"text":"required"},"footer":{"text":"opt"},"action":{"catalog_id":"146265584024623","sections":[{"title":"S1","product_items":[{"product_retailer_id":"SKU1"},{"product_retailer_id":"SKU2"}]}]}}}"#,
    r#"{"type":"interactive","interactive":{"type":"carousel","body":{"text":"b"},"action":{"cards":[{"card_index":0,"type":"cta_url","header":{"type":"image","image":{"link":"https://example.com/0"}},"body":{"text":"c"},"action":{"name":"cta_url","parameters":{"display_text":"Shop now","url":"https://example.com"}}},{"card_index":1,"type":"cta_url","header":{"type":"image","image":{"link":"https://example.com/1"}},"body":{"text":"c"},"action":{"name":"cta_url","parameters":{"display_text":"Shop now","url":"https://example.com"}}}]}}}"#,
    r#"{"type":"interactive","interactive":{"type":"carousel","body":{"text":"b"},"action":{"cards":[{"card_index":0,"type":"product","action":{"catalog_id":"123","product_retailer_id":"abc"}},{"card_index":1,"type":"product","action":{"catalog_id":"123","product_retailer_id":"def"}}]}}}"#,
    r#"{"type":"interactive","interactive":{"type":"call_permission_request","body":{"text":"opt"},"action":{"name":"call_permission_request"}}}"#,
    r#"{"type":"interactive","interactive":{"type":"voice_call","body":{"text":"b"},"action":{"name":"voice_call","parameters":{"display_text":"Call on WhatsApp","ttl_minutes":100,"payload":"x"}}}}"#,
    r#"{"type":"interactive","interactive":{"type":"order_details","body":{"text":"b"},"action":{"name":"review_and_pay","parameters":{"reference_id":"r","type":"digital-goods","currency":"INR","total_amount":{"value":1100,"offset":100},"order":{"status":"pending","items":[],"subtotal":{"value":1000,"offset":100}}}}}}"#,
    r#"{"type":"interactive","interactive":{"type":"order_status","body":{"text":"b"},"action":{"name":"review_order","parameters":{"reference_id":"r","order":{"status":"processing"}}}}}"#,
    r#"{"type":"template","template":{"name":"reservation_confirmation","language":{"code":"en_US","policy":"deterministic"},"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"2871834006348767"}}]},{"type":"body","parameters":[{"type":"text","parameter_name":"first_name","text":"Jessica"},{"type":"text","parameter_name":"day","text":"Saturday"}]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"suffix"}]},{"type":"button","sub_type":"quick_reply","index":"1","parameters":[{"type":"payload","payload":"any-string"}]}]}}"#,
    r#"{"type":"template","template":{"name":"t","language":{"code":"en_US"},"components":[{"type":"button","sub_type":"copy_code","index":"1","parameters":[{"type":"coupon_code","coupon_code":"25OFF"}]},{"type":"button","sub_type":"catalog","index":"0","parameters":[{"type":"action","action":{"thumbnail_product_retailer_id":"2lc20305pt"}}]},{"type":"button","sub_type":"mpm","index":"0","parameters":[{"type":"action","action":{"thumbnail_product_retailer_id":"2lc20305pt","sections":[{"title":"Popular","product_items":[{"product_retailer_id":"2lc20305pt"}]}]}}]},{"type":"button","sub_type":"flow","index":"0","parameters":[{"type":"action","action":{"flow_token":"T","flow_action_data":{"k":"v"}}}]},{"type":"limited_time_offer","parameters":[{"type":"limited_time_offer","limited_time_offer":{"expiration_time_ms":1209600000}}]},{"type":"tap_target_configuration","parameters":[{"type":"tap_target_configuration","tap_target_configuration":[{"url":"https://example.com","title":"Offer Details"}]}]}]}}"#,
    r#"{"type":"template","template":{"name":"t","language":{"code":"en_US"},"components":[{"type":"header","parameters":[{"type":"location","location":{"latitude":"1","longitude":"2","name":"n","address":"a"}}]},{"type":"body","parameters":[{"type":"currency","currency":{"fallback_value":"$100.99","code":"USD","amount_1000":100990}},{"type":"date_time","date_time":{"fallback_value":"tomorrow"}}]}]}}"#,
    r#"{"type":"template","template":{"name":"t","language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","text":"Pablo"}]},{"type":"carousel","cards":[{"card_index":0,"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"1558081531584829"}}]},{"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"more-aloes"}]},{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"blue-elf"}]}]},{"card_index":1,"components":[{"type":"header","parameters":[{"type":"product","product":{"product_retailer_id":"x","catalog_id":"y"}}]}]}]}]}}"#,
];

#[test]
fn every_documented_type_is_read_valid_and_written_byte_for_byte() {
    for part in PARTS {
        let golden = format!(r#"{{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234",{}"#, &part[1..]);
        let message: OutboundMessage = serde_json::from_str(&golden).unwrap_or_else(|error| panic!("{part}: {error}"));
        assert_eq!(message.validate(), Ok(()), "{part}");
        assert_eq!(serde_json::to_string(&message).unwrap(), golden);
    }
}

#[test]
fn builders_give_the_documented_frame() {
    let message = OutboundMessage::to_phone("1 (650) 555-1234", Text::new("hi")).in_reply_to("wamid.q").with_callback_data("our-id");
    assert_eq!(
        serde_json::to_string(&message).unwrap(),
        r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"text","text":{"body":"hi"},"context":{"message_id":"wamid.q"},"biz_opaque_callback_data":"our-id"}"#
    );
    let message =
        OutboundMessage::to_user("US.13491208655302741918", Interactive::Button(ButtonMessage::new("b", [("y", "Yes"), ("n", "No")])));
    assert_eq!(
        serde_json::to_string(&message).unwrap(),
        r#"{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"US.13491208655302741918","type":"interactive","interactive":{"type":"button","body":{"text":"b"},"action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Yes"}},{"type":"reply","reply":{"id":"n","title":"No"}}]}}}"#
    );
    let message = OutboundMessage::to_phone("+16505551234", TemplateMessage::one_time_code("otp", "en_US", "J$FpnYnP"));
    assert_eq!(
        serde_json::to_string(&message).unwrap(),
        r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"template","template":{"name":"otp","language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","text":"J$FpnYnP"}]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"J$FpnYnP"}]}]}}"#
    );
}

#[test]
fn group_pins_receipts_marketing_and_calls_have_their_own_frames() {
    let pin = Pin { action: PinAction::Pin, message_id: "wamid.x".into(), expiration_days: Some(7) };
    let message = OutboundMessage::to_group("Y2FwaV9ncm91cDo", pin.clone());
    assert_eq!(message.validate(), Ok(()));
    assert_eq!(
        serde_json::to_string(&message).unwrap(),
        r#"{"messaging_product":"whatsapp","recipient_type":"group","to":"Y2FwaV9ncm91cDo","type":"pin","pin":{"type":"pin","message_id":"wamid.x","expiration_days":7}}"#
    );
    assert!(OutboundMessage::to_phone("+16505551234", pin).validate().unwrap_err().to_string().contains("groups only"));

    assert_eq!(
        serde_json::to_string(&ReadReceipt::new("wamid.x")).unwrap(),
        r#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x"}"#
    );
    let typing = ReadReceipt::new("wamid.x").typing();
    let golden = r#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x","typing_indicator":{"type":"text"}}"#;
    assert_eq!(serde_json::to_string(&typing).unwrap(), golden);
    assert_eq!(serde_json::from_str::<ReadReceipt>(golden).unwrap(), typing);
    assert!(serde_json::from_str::<ReadReceipt>(r#"{"messaging_product":"whatsapp","to":"+1"}"#).is_err());

    let template = OutboundMessage::to_phone("+16505551234", TemplateMessage::new("sale", "en_US", vec![]));
    let marketing = MarketingMessage {
        product_policy: Some(ProductPolicy::Strict),
        message_activity_sharing: Some(true),
        ..MarketingMessage::new(template)
    };
    let golden = r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"template","template":{"name":"sale","language":{"code":"en_US"}},"product_policy":"STRICT","message_activity_sharing":true}"#;
    assert_eq!(serde_json::to_string(&marketing).unwrap(), golden);
    assert_eq!(serde_json::from_str::<MarketingMessage>(golden).unwrap(), marketing);
    assert!(MarketingMessage::new(OutboundMessage::to_phone("+16505551234", Text::new("x"))).validate().is_err());

    let call = CallRequest::connect("14085550100", CallSession { sdp_type: "offer".into(), sdp: "v=0".into() });
    assert_eq!(
        serde_json::to_string(&call).unwrap(),
        r#"{"messaging_product":"whatsapp","to":"14085550100","action":"connect","session":{"sdp_type":"offer","sdp":"v=0"}}"#
    );
    let end = CallRequest::act("wacid.x", CallAction::PreAccept, None);
    assert_eq!(serde_json::to_string(&end).unwrap(), r#"{"messaging_product":"whatsapp","call_id":"wacid.x","action":"pre_accept"}"#);
}

#[test]
fn requests_are_read_leniently_where_meta_does() {
    let read = |body: Value| serde_json::from_value::<OutboundMessage>(body);
    let message = read(json!({"messaging_product": "whatsapp", "to": "16505551234", "text": {"body": "type may be omitted"}})).unwrap();
    assert!(matches!(message.body, Body::Text(_)));
    let message = read(
        json!({"messaging_product": "whatsapp", "to": 16505551234u64, "type": "location", "location": {"latitude": 1.5, "longitude": "2"}}),
    )
    .unwrap();
    assert_eq!((message.validate(), message.to.as_deref()), (Ok(()), Some("16505551234")));
    let message = read(json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "template", "template": {"name": "t", "language": {"code": "en"},
        "components": [{"type": "BODY", "parameters": [{"type": "text", "text": "a"}]}, {"type": "Button", "sub_type": "url", "index": 0, "parameters": [{"type": "text", "text": "b"}]}]}})).unwrap();
    let Body::Template(template) = &message.body else { panic!() };
    assert_eq!((&template.components[0].kind, template.components[1].index.as_deref()), (&ComponentKind::Body, Some("0")));
    assert!(read(json!({"to": "+16505551234", "text": {"body": "x"}})).is_err());
    assert!(
        read(json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "hologram", "hologram": {}}))
            .unwrap_err()
            .to_string()
            .contains("hologram")
    );
}

#[test]
fn answers_are_read_and_written() {
    let body = r#"{"messaging_product":"whatsapp","contacts":[{"input":"+16505551234","wa_id":"16505551234"}],"messages":[{"id":"wamid.x","message_status":"held_for_quality_assessment"}]}"#;
    let answer: SendResponse = serde_json::from_str(body).unwrap();
    assert_eq!(answer.message_id(), Some("wamid.x"));
    assert_eq!(answer.messages[0].message_status, Some(MessageStatus::HeldForQualityAssessment));
    assert_eq!(serde_json::to_string(&answer).unwrap(), body);
    let to_user: SendResponse = serde_json::from_str(
        r#"{"messaging_product":"whatsapp","contacts":[{"input":"US.1","user_id":"US.1"}],"messages":[{"id":"wamid.x"}]}"#,
    )
    .unwrap();
    assert_eq!((to_user.contacts[0].wa_id.as_deref(), to_user.contacts[0].user_id.as_deref()), (None, Some("US.1")));
}
