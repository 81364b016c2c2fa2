//! Each documented limit, broken once: the error names the place and the rule.

use serde_json::{Value, json};
use whatsapp::message::OutboundMessage;
use whatsapp::template::TemplateCreate;

fn broken(part: Value) -> String {
    let mut body = json!({"messaging_product": "whatsapp", "to": "+16505551234"});
    body.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
    let message: OutboundMessage = serde_json::from_value(body).unwrap();
    message.validate().unwrap_err().to_string()
}

fn interactive(kind: &str, action: Value) -> Value {
    json!({"type": "interactive", "interactive": {"type": kind, "body": {"text": "b"}, "action": action}})
}

#[test]
fn plain_types_keep_their_limits() {
    let long = |length: usize| "x".repeat(length);
    for (part, wanted) in [
        (json!({"type": "text", "text": {"body": long(4097)}}), "text.body: at most 4096 characters, has 4097"),
        (json!({"type": "text", "text": {"body": ""}}), "text.body: must not be empty"),
        (json!({"type": "image", "image": {"id": "1", "link": "https://example.com"}}), "image: exactly one of id and link"),
        (json!({"type": "image", "image": {}}), "image: exactly one of id and link"),
        (json!({"type": "image", "image": {"link": "ftp://example.com"}}), "image.link: must start with http"),
        (json!({"type": "image", "image": {"id": "1", "caption": long(1025)}}), "image.caption: at most 1024"),
        (json!({"type": "location", "location": {"latitude": 91, "longitude": 0}}), "location.latitude"),
        (json!({"type": "location", "location": {"latitude": "NaN", "longitude": 0}}), "location.latitude"),
        (json!({"type": "contacts", "contacts": []}), "1 to 257 items"),
        (json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "A"}}]}), "one more name part"),
        (
            json!({"type": "reaction", "reaction": {"message_id": "m", "emoji": "x"}, "context": {"message_id": "q"}}),
            "a reaction cannot quote",
        ),
        (json!({"type": "text", "text": {"body": "x"}, "biz_opaque_callback_data": long(513)}), "biz_opaque_callback_data: at most 512"),
        (json!({"type": "text", "text": {"body": "x"}, "to": "not a number"}), "to: must be a phone number with country code"),
    ] {
        let error = broken(part.clone());
        assert!(error.contains(wanted), "{wanted} not in {error}");
    }
}

#[test]
fn interactive_kinds_keep_their_limits() {
    let button = |id: &str, title: &str| json!({"type": "reply", "reply": {"id": id, "title": title}});
    let row = |id: usize| json!({"id": id.to_string(), "title": "t"});
    let rows = |count: usize| (0..count).map(row).collect::<Vec<_>>();
    let card = |index: u32, header: Value| json!({"card_index": index, "type": "cta_url", "header": header, "body": {"text": "c"}, "action": {"name": "cta_url", "parameters": {"display_text": "d", "url": "https://example.com"}}});
    let image = json!({"type": "image", "image": {"id": "1"}});
    let video = json!({"type": "video", "video": {"id": "1"}});
    for (part, wanted) in [
        (
            interactive("button", json!({"buttons": [button("1", "a"), button("2", "b"), button("3", "c"), button("4", "d")]})),
            "action.buttons: 1 to 3 items, has 4",
        ),
        (interactive("button", json!({"buttons": [button("1", "a"), button("1", "b")]})), "must be unique, repeated: 1"),
        (interactive("button", json!({"buttons": [button("1", "a"), button("2", "a")]})), "must be unique, repeated: a"),
        (
            interactive("button", json!({"buttons": [button("1", &"t".repeat(21))]})),
            "interactive.action.buttons[0].reply.title: at most 20",
        ),
        (interactive("list", json!({"button": "b", "sections": [{"rows": rows(11)}]})), "1 to 10 rows"),
        (
            interactive("list", json!({"button": "b", "sections": [{"rows": rows(1)}, {"rows": rows(1)}]})),
            "required when there is more than one section",
        ),
        (interactive("list", json!({"button": "b".repeat(21), "sections": [{"rows": rows(1)}]})), "action.button: at most 20"),
        (
            interactive("list", json!({"button": "b", "sections": [{"rows": [{"id": "1", "title": "t", "description": "d".repeat(73)}]}]})),
            "description: at most 72",
        ),
        (
            interactive(
                "cta_url",
                json!({"name": "cta_url", "parameters": {"display_text": "d".repeat(21), "url": "https://example.com"}}),
            ),
            "display_text: at most 20",
        ),
        (interactive("cta_url", json!({"name": "cta_url"})), "action.parameters: required"),
        (interactive("location_request_message", json!({"name": "wrong"})), "action.name: must be send_location"),
        (interactive("flow", json!({"name": "flow", "parameters": {"flow_cta": "Book"}})), "exactly one of flow_id and flow_name"),
        (
            interactive(
                "product_list",
                json!({"catalog_id": "1", "sections": [{"title": "s", "product_items": [{"product_retailer_id": "p"}]}]}),
            ),
            "a text header is required",
        ),
        (interactive("carousel", json!({"cards": [card(0, image.clone())]})), "action.cards: 2 to 10 items"),
        (interactive("carousel", json!({"cards": [card(0, image.clone()), card(0, image.clone())]})), "must be unique"),
        (interactive("carousel", json!({"cards": [card(0, image), card(1, video)]})), "same kind, header type"),
    ] {
        let error = broken(part.clone());
        assert!(error.contains(wanted), "{wanted} not in {error}");
    }
    let list_with_image = json!({"type": "interactive", "interactive": {"type": "list", "header": {"type": "image", "image": {"id": "1"}}, "body": {"text": "b".repeat(4097)}, "action": {"button": "b", "sections": [{"rows": rows(1)}]}}});
    let error = broken(list_with_image);
    assert!(error.contains("text header only") && error.contains("body.text: at most 4096"), "{error}");
}

#[test]
fn templates_to_send_are_checked() {
    let template =
        |components: Value| json!({"type": "template", "template": {"name": "t", "language": {"code": "en"}, "components": components}});
    for (part, wanted) in [
        (json!({"type": "template", "template": {"name": "Not Plain", "language": {"code": "en"}}}), "template.name: only a-z, 0-9 and _"),
        (
            template(
                json!([{"type": "body", "parameters": [{"type": "text", "parameter_name": "a", "text": "x"}, {"type": "text", "text": "y"}]}]),
            ),
            "either all parameters",
        ),
        (template(json!([{"type": "button", "sub_type": "url", "index": "10", "parameters": []}])), "index: must be 0 to 9"),
        (template(json!([{"type": "button", "index": "1", "parameters": []}])), "sub_type: required"),
        (
            template(
                json!([{"type": "button", "sub_type": "copy_code", "index": 0, "parameters": [{"type": "coupon_code", "coupon_code": "0123456789ABCDEF"}]}]),
            ),
            "coupon_code: at most 15",
        ),
        (template(json!([{"type": "sidebar"}])), "is not a known component"),
    ] {
        let error = broken(part.clone());
        assert!(error.contains(wanted), "{wanted} not in {error}");
    }
}

fn definition(components: Value) -> TemplateCreate {
    serde_json::from_value(json!({"name": "welcome", "language": "en_US", "category": "marketing", "components": components})).unwrap()
}

#[test]
fn the_documented_template_definition_is_valid_and_round_trips() {
    let body = json!({"name":"welcome_discount_template","language":"en_US","category":"marketing","parameter_format":"named","message_send_ttl_seconds":43200,"components":[
        {"type":"header","format":"image","example":{"header_handle":["4::aW"]}},
        {"type":"body","text":"Welcome, {{first_name}}! Use code *{{discount_code}}* today.","example":{"body_text_named_params":[{"param_name":"first_name","example":"Pablo"},{"param_name":"discount_code","example":"WELCOME20"}]}},
        {"type":"footer","text":"Lucky Shrub"},
        {"type":"buttons","buttons":[{"type":"url","text":"View deals","url":"https://example.com/d?p={{1}}","example":["summer2023"]},{"type":"phone_number","text":"Call us","phone_number":"+15550051310"},{"type":"quick_reply","text":"Unsubscribe"}]}]});
    let template: TemplateCreate = serde_json::from_value(body).unwrap();
    assert_eq!(template.validate(), Ok(()));
    let written = serde_json::to_value(&template).unwrap();
    assert_eq!(written["components"][0], json!({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}}));
    assert_eq!(serde_json::from_value::<TemplateCreate>(written).unwrap(), template);
}

#[test]
fn template_definitions_keep_their_limits() {
    let body = json!({"type": "BODY", "text": "b"});
    let reply = |text: &str| json!({"type": "QUICK_REPLY", "text": text});
    let link = json!({"type": "URL", "text": "t", "url": "https://example.com"});
    for (components, wanted) in [
        (json!([]), "exactly one body is required"),
        (json!([{"type": "BODY", "text": "{{1}} hello", "example": {"body_text": [["a"]]}}]), "start or the end"),
        (json!([{"type": "BODY", "text": "a {{1}}{{2}} b", "example": {"body_text": [["a", "b"]]}}]), "next to each other"),
        (json!([{"type": "BODY", "text": "a {{1}} and {{3}} b", "example": {"body_text": [["a", "b"]]}}]), "without gaps"),
        (json!([{"type": "BODY", "text": "a {{1}} b"}]), "1 sample values are required"),
        (json!([{"type": "BODY", "text": "x".repeat(1025)}]), "at most 1024"),
        (json!([body, {"type": "FOOTER", "text": "no {{1}} here"}]), "a footer takes no variables"),
        (json!([body, {"type": "HEADER", "format": "TEXT", "text": "x".repeat(61)}]), "at most 60"),
        (json!([body, {"type": "HEADER", "format": "IMAGE"}]), "a sample file is required"),
        (json!([body, {"type": "BUTTONS", "buttons": [reply("a"), link, reply("b")]}]), "quick replies must stand together"),
        (json!([body, {"type": "BUTTONS", "buttons": [link, link, link]}]), "at most 2 link buttons"),
        (json!([body, {"type": "BUTTONS", "buttons": [reply(&"x".repeat(26))]}]), "at most 25"),
        (
            json!([body, {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "t", "url": "https://example.com/{{1}}/x"}]}]),
            "one variable, at the end",
        ),
        (
            json!([body, {"type": "FOOTER", "text": "f"}, {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "now"}}]),
            "takes no footer",
        ),
    ] {
        let error = definition(components).validate().unwrap_err().to_string();
        assert!(error.contains(wanted), "{wanted} not in {error}");
    }
}
