//! Prices on both sides of the date on which WhatsApp began to charge inside the window (R-WIN-3).

use model::content::Content;
use model::decision::Form;
use model::{Channel, Currency, Purpose, Timestamp};
use policy::RateTable;
use policy::price::{PriceQuery, import_csv, price};

use crate::support::*;

pub fn sample() -> Vec<RateTable> {
    serde_json::from_str(policy::price::SAMPLE_RATES_JSON).unwrap()
}

fn query(content: &Content) -> PriceQuery<'_> {
    PriceQuery {
        channel: Channel::Whatsapp,
        form: if content.is_template() { Form::Template } else { Form::FreeForm },
        purpose: Purpose::Transactional,
        category: None,
        in_window: true,
        in_entry_point: false,
        country: Some("US"),
        at: at("2026-09-30T23:59:59.999Z"),
        service_messages: None,
        content,
    }
}

fn micros(query: &PriceQuery<'_>) -> i64 {
    price(query, &sample()).unwrap().amount.micros
}

const AFTER: &str = "2026-10-01T00:00:00Z";

#[test]
fn r_win_3_inside_the_window_is_free_before_october_2026_and_utility_rate_after() {
    for content in [template_content(), Content::text("hi")] {
        let before = query(&content);
        assert_eq!(micros(&before), 0);
        let after = PriceQuery { at: at(AFTER), ..query(&content) };
        assert_eq!(micros(&after), 5_000, "the new utility rate of the United States");
        assert_eq!(micros(&PriceQuery { country: Some("GB"), ..after }), 20_000);
    }
}

#[test]
fn r_win_3_the_entry_point_is_free_on_both_sides() {
    let template = template_content();
    for at_text in ["2026-09-30T12:00:00Z", AFTER] {
        for purpose in Purpose::ALL {
            assert_eq!(micros(&PriceQuery { in_entry_point: true, purpose, at: at(at_text), ..query(&template) }), 0);
        }
    }
}

#[test]
fn r_win_3_templates_outside_the_window_and_marketing_always_cost() {
    let template = template_content();
    let outside = PriceQuery { in_window: false, ..query(&template) };
    assert_eq!(micros(&outside), 10_000);
    assert_eq!(micros(&PriceQuery { at: at(AFTER), ..outside }), 5_000);
    let marketing = PriceQuery { purpose: Purpose::Promotional, ..query(&template) };
    assert_eq!(micros(&marketing), 30_000);
    // Billed as marketing although it was written as utility.
    assert_eq!(micros(&PriceQuery { category: Some("MARKETING"), ..query(&template) }), 30_000);
}

#[test]
fn r_win_3_a_thousand_free_form_messages_a_month_are_free() {
    let text = Content::text("hi");
    let after = |used| micros(&PriceQuery { at: at(AFTER), service_messages: used, ..query(&text) });
    assert_eq!((after(Some(0)), after(Some(999)), after(Some(1_000)), after(None)), (0, 0, 5_000, 5_000));
    // A template in the window is not one of them.
    let template = template_content();
    assert_eq!(micros(&PriceQuery { at: at(AFTER), service_messages: Some(0), ..query(&template) }), 5_000);
}

#[test]
fn r_win_3_the_date_is_the_billing_accounts_own() {
    let mut tables = sample();
    tables[0].time_zone = "America/Los_Angeles".into();
    let text = Content::text("hi");
    let ask = |moment: &str| price(&PriceQuery { at: at(moment), ..query(&text) }, &tables).unwrap().amount.micros;
    assert_eq!((ask("2026-10-01T06:59:59Z"), ask("2026-10-01T07:00:00Z")), (0, 5_000));
}

#[test]
fn text_messages_cost_by_the_part() {
    let sms = |text: &str| {
        let content = Content::text(text);
        price(&PriceQuery { channel: Channel::Sms, ..query(&content) }, &sample()).unwrap()
    };
    assert_eq!((sms("hi").amount.micros, sms("hi").category.as_str()), (10_000, "sms:1_segment"));
    let two = sms(&"a".repeat(161));
    assert_eq!((two.amount.micros, two.category.as_str()), (20_000, "sms:2_segments"));
    assert_eq!(sms("hi").amount.currency, Currency::EUR);
}

#[test]
fn the_whole_text_of_a_message_counts_for_its_price() {
    use model::content::{Button, Buttons};
    let buttons = vec![Button::reply("a", "Yes")];
    let content = Content::Buttons(Buttons { header: None, body: "line\n".repeat(40), footer: None, buttons, media: None });
    let told = price(&PriceQuery { channel: Channel::Sms, ..query(&content) }, &sample()).unwrap();
    assert_eq!(told.category, "sms:2_segments");
}

#[test]
fn a_country_without_a_row_takes_the_rest_and_no_table_means_no_price() {
    let template = template_content();
    let elsewhere = PriceQuery { country: Some("PT"), in_window: false, ..query(&template) };
    assert_eq!(micros(&elsewhere), 20_000);
    assert_eq!(micros(&PriceQuery { country: None, ..elsewhere }), 20_000);
    assert_eq!(price(&PriceQuery { at: Timestamp::EPOCH, ..elsewhere }, &sample()), None, "no rate had begun");
    assert_eq!(price(&elsewhere, &[]), None);
}

#[test]
fn rates_are_imported_from_lines() {
    let text = "country,category,effective_from,currency,amount\nPT,Utility,2026-10-01,EUR,0.0200\n\n*,marketing,2026-10-01,EUR,0.1\n";
    let table = import_csv("list of October", Channel::Whatsapp, text).unwrap();
    assert_eq!(table.rates.iter().map(|r| r.micros).collect::<Vec<_>>(), [20_000, 100_000]);
    assert_eq!(table.rates[0].category, "utility");
    for (text, line) in [
        ("PT,utility,2026-10-01,EUR", 1),
        ("PT,utility,soon,EUR,0.1", 1),
        ("PT,utility,2026-10-01,EUR,0.1\nPT,marketing,2026-10-01,USD,0.1", 2),
        ("PT,utility,2026-10-01,EUR,-1", 1),
        ("PT,utility,2026-10-01,EUR,0.1234567", 1),
        ("Portugal,utility,2026-10-01,EUR,0.1", 1),
        ("", 1),
    ] {
        assert_eq!(import_csv("x", Channel::Whatsapp, text).unwrap_err().line, line, "{text}");
    }
}

#[test]
fn the_gate_writes_the_price_into_the_decision() {
    let mut world = World::transactional();
    world.rules.rates = sample();
    let ruling = world.judge();
    assert_eq!(ruling.record.price.as_ref().unwrap().amount.micros, 10_000);
    assert_eq!(ruling.record.channels[0].price, ruling.record.price);
}
