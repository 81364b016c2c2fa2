//! What a message is expected to cost, from dated tables (R-WIN-3). A price never forbids; it informs people and rankings.

pub mod rates;
pub mod segments;

use jiff::civil::{Date, date};
use model::content::Content;
use model::decision::{Form, Price};
use model::{Channel, Money, Purpose, Timestamp};
use serde::{Deserialize, Serialize};

pub use rates::{Rate, RateError, RateTable, SAMPLE_RATES_JSON, import_csv};
pub use segments::{Alphabet, Segments, plain, segments, wide_letters};

use crate::rule::{Finding, Rule};

/// From this date on, by the table's own clock, WhatsApp charges utility templates and free-form messages inside the service window.
pub const WINDOW_CHARGED_FROM: Date = date(2026, 10, 1);

/// Everything a price depends on.
#[derive(Clone, PartialEq, Debug)]
pub struct PriceQuery<'a> {
    pub channel: Channel,
    pub form: Form,
    pub purpose: Purpose,
    /// What the provider bills the template as, when it said.
    pub category: Option<&'a str>,
    pub in_window: bool,
    pub in_entry_point: bool,
    /// Of the recipient, ISO 3166-1.
    pub country: Option<&'a str>,
    pub at: Timestamp,
    /// Free-form messages that this number has sent in this calendar month. `None` when it is not known: then the free ones count as used up.
    pub service_messages: Option<u32>,
    pub content: &'a Content,
}

/// The expected price; `None` when no table covers the message.
#[must_use]
pub fn price(query: &PriceQuery<'_>, tables: &[RateTable]) -> Option<Price> {
    let table = tables.iter().find(|t| t.channel == query.channel)?;
    let quantity = quantity(query);
    let cost = cost(query, table, quantity)?;
    Some(Price { amount: Money::new(cost.micros, table.currency), category: cost.category, rate: cost.rate })
}

/// The words that count for the price on a channel of words: as they are sent there. A medium goes beside its caption and is not counted.
#[must_use]
pub fn plain_text(content: &Content) -> String {
    match content {
        Content::Media(media) => media.caption.clone().unwrap_or_default(),
        other => other.plain_text(),
    }
}

struct Cost {
    micros: i64,
    category: String,
    rate: String,
}

/// Parts of a text message; 1 elsewhere.
fn quantity(query: &PriceQuery<'_>) -> u32 {
    match (query.channel, query.content) {
        (Channel::Sms, content) => segments(&plain_text(content)).parts,
        _ => 1,
    }
}

fn cost(query: &PriceQuery<'_>, table: &RateTable, quantity: u32) -> Option<Cost> {
    let free = |category: &str, why: &str| Some(Cost { micros: 0, category: category.to_owned(), rate: format!("{}: {why}", table.name) });
    let day = table.local_date(query.at);
    let rated = |category: &str, shown: String| {
        let rate = table.rate(query.country, category, day)?;
        let micros = rate.micros.checked_mul(i64::from(quantity))?;
        Some(Cost {
            micros,
            category: shown,
            rate: format!("{} {} {} from {}", table.name, rate.country, rate.category, rate.effective_from),
        })
    };
    match query.channel {
        Channel::Sms => rated("sms", format!("sms:{quantity}_segment{}", if quantity == 1 { "" } else { "s" })),
        Channel::Rcs | Channel::Email => rated(query.channel.as_str(), query.channel.as_str().to_owned()),
        Channel::Whatsapp => {
            let category = match (query.form, query.category) {
                (Form::FreeForm, _) => "service".to_owned(),
                (Form::Template, Some(told)) => told.to_lowercase(),
                (Form::Template, None) => of_purpose(query.purpose).to_owned(),
            };
            if query.in_entry_point {
                return free(&category, "free entry point");
            }
            let charged = day >= WINDOW_CHARGED_FROM;
            match category.as_str() {
                "utility" if query.in_window && !charged => free("utility", "free inside the service window"),
                "service" if !charged => free("service", "free-form is free"),
                "service" if query.service_messages.is_some_and(|used| used < table.free_service_messages) => {
                    free("service", "one of the month's free messages")
                }
                // Free-form is charged at the market's utility rate, without tiers.
                "service" => rated("utility", "service".to_owned()),
                other => rated(other, other.to_owned()),
            }
        }
    }
}

const fn of_purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Promotional => "marketing",
        Purpose::Transactional | Purpose::Service => "utility",
        Purpose::Authentication => "authentication",
    }
}

/// The stored form of the question: the facts and the rates that could apply.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PriceRule {
    pub channel: Channel,
    pub form: Form,
    pub purpose: Purpose,
    pub category: Option<String>,
    pub in_window: bool,
    pub in_entry_point: bool,
    pub country: Option<String>,
    pub at: Timestamp,
    pub service_messages: Option<u32>,
    /// Parts of a text message; 1 elsewhere.
    pub quantity: u32,
    /// Only the rows of the table that this country can use.
    pub table: Option<RateTable>,
}

impl PriceRule {
    pub(crate) fn of(query: &PriceQuery<'_>, tables: &[RateTable]) -> Self {
        let table = tables.iter().find(|t| t.channel == query.channel);
        Self {
            channel: query.channel,
            form: query.form,
            purpose: query.purpose,
            category: query.category.map(str::to_owned),
            in_window: query.in_window,
            in_entry_point: query.in_entry_point,
            country: query.country.map(str::to_owned),
            at: query.at,
            service_messages: query.service_messages,
            quantity: quantity(query),
            table: table.map(|t| t.only(query.country)),
        }
    }

    #[must_use]
    pub fn price(&self) -> Option<Price> {
        let table = self.table.as_ref()?;
        let nothing = Content::text("");
        let query = PriceQuery {
            channel: self.channel,
            form: self.form,
            purpose: self.purpose,
            category: self.category.as_deref(),
            in_window: self.in_window,
            in_entry_point: self.in_entry_point,
            country: self.country.as_deref(),
            at: self.at,
            service_messages: self.service_messages,
            content: &nothing,
        };
        let cost = cost(&query, table, self.quantity)?;
        Some(Price { amount: Money::new(cost.micros, table.currency), category: cost.category, rate: cost.rate })
    }
}

impl Rule for PriceRule {
    const NAME: &'static str = "price";

    fn evaluate(&self) -> Finding {
        match self.price() {
            Some(price) => Finding::pass(format!("{} as {}", price.amount, price.category)),
            None => Finding::not_applicable(format!("no rate on record for {}", self.channel)),
        }
    }
}
