//! Strange deliveries: every update comes out as something, and nothing panics.

use channel::{Account, Provider, Received, Secret, WhatsappAccount};
use model::sender::{Sender, SenderStatus};
use model::{Channel, SenderId, Timestamp, WorkspaceId};
use proptest::prelude::*;
use serde_json::{Value, json};

fn account() -> Account {
    Account {
        workspace: WorkspaceId::from_u128(1),
        sender: Sender {
            id: SenderId::from_u128(2),
            channel: Channel::Whatsapp,
            name: "Main".into(),
            address: "+15550783881".into(),
            provider_ref: "7".into(),
            status: SenderStatus::Active,
            per_second: 80,
        },
        provider: Provider::WhatsappCloud(WhatsappAccount {
            phone_number_id: "7".into(),
            waba_id: "8".into(),
            access_token: Secret::new("t"),
            app_secret: Secret::new("s"),
            verify_token: Secret::new("v"),
            base_url: "https://graph.example.com".into(),
            graph_version: "v26.0".into(),
            read_receipts: true,
            dataset_id: None,
        }),
    }
}

fn receive(field: &str, mut value: Value) -> Vec<Received> {
    value["metadata"] = json!({"phone_number_id": "7"});
    let body =
        json!({"object": "whatsapp_business_account", "entry": [{"id": "8", "time": 5, "changes": [{"field": field, "value": value}]}]});
    channel_whatsapp::receive(&[account()], body.to_string().as_bytes(), Timestamp::from_secs(9)).unwrap()
}

#[test]
fn moments_beyond_the_calendar_do_not_overflow() {
    for timestamp in [i64::MAX, i64::MIN, -1] {
        let message =
            json!({"from": "12025550100", "id": "wamid.1", "timestamp": timestamp.to_string(), "type": "text", "text": {"body": "x"}});
        let Received::Contact(incoming) = receive("messages", json!({"messages": [message]})).remove(0) else { panic!() };
        assert!((Timestamp::EPOCH..=Timestamp::MAX).contains(&incoming.event_time));
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec![
            "text",
            "image",
            "failed",
            "read",
            "stop",
            "system",
            "user_changed_number",
            "US.1",
            "12025550100",
            "edit",
            "group",
            ""
        ])
        .prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "id",
        "type",
        "timestamp",
        "from",
        "from_user_id",
        "text",
        "body",
        "status",
        "errors",
        "code",
        "wa_id",
        "user_id",
        "system",
        "edit",
        "message",
        "context",
        "image",
        "event",
        "value",
        "category",
        "recipient_id",
        "biz_opaque_callback_data",
        "message_template_id",
    ]);
    leaf.prop_recursive(4, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..10)
                .prop_map(|members| Value::from_iter(members.into_iter().map(|(name, member)| (name.to_owned(), member)))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn no_update_disappears_and_nothing_panics(items in prop::collection::vec(any_json(), 1..6), list in prop::sample::select(vec![
        ("messages", "messages"), ("messages", "statuses"), ("messages", "errors"), ("user_preferences", "user_preferences"), ("history", "messages"),
    ])) {
        let count = items.len();
        let received = receive(list.0, json!({ list.1: items }));
        prop_assert!(received.len() >= count);
    }

    #[test]
    fn no_field_panics(value in any_json(), field in prop::sample::select(vec![
        "account_update", "message_template_status_update", "template_category_update", "phone_number_quality_update", "account_alerts", "security", "new_one",
    ])) {
        if value.is_object() {
            prop_assert_eq!(receive(field, value).len(), 1);
        }
    }
}
