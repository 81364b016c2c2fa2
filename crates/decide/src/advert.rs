//! Advertisements: the click that opened a conversation is kept once, and a goal that it led to is reported back (A33).

use journey::{Converted, RunState};
use model::conversion::{AdClick, Advert, Conversion};
use model::delivery::{Delivery, DeliveryStatus};
use model::inbound::InboundMessage;
use model::json_text;
use model::timeline::TimelineKind;
use model::{DeliveryId, Millis};

use crate::work::Work;

/// The event that journeys begin by when somebody answers an advertisement.
const AD_CLICKED: &str = "ad_clicked";
/// A platform credits a click with what happens within so long.
const CREDITED: Millis = Millis::from_days(7);

impl Work<'_> {
    /// Keeps the click of a message that an advertisement led to. Answers it if it is news.
    pub fn see_click(&mut self, inbound: &InboundMessage) -> Option<AdClick> {
        let click = AdClick::read(inbound.referral.as_ref()?, inbound.sender, inbound.sent_at)?;
        let news = match &mut self.state.contact.advert {
            Some(advert) => advert.see(click.clone()),
            none => {
                *none = Some(Advert::new(click.clone()));
                true
            }
        };
        if !news {
            return None;
        }
        self.touch_contact();
        Some(click)
    }

    /// Lets journeys and other systems know. Answers whether a journey made something of it.
    pub fn ad_clicked(&mut self, inbound: &InboundMessage, click: &AdClick) -> bool {
        let mut properties = click.properties();
        properties.insert("channel".to_owned(), inbound.channel.as_str().into());
        self.note(TimelineKind::EventTracked, json_text!({ "name": AD_CLICKED, "properties": properties, "source": "advertisement" }));
        self.deliver(AD_CLICKED, &properties, None);
        self.feed(AD_CLICKED, &properties)
    }

    /// Reports a goal to the platform whose advertisement led to it, exactly once. Answers what became of it, for the timeline.
    pub fn report_conversion(&mut self, converted: &Converted, run: &RunState) -> String {
        match self.conversion(converted, run) {
            Ok((endpoint, conversion)) => {
                let (now, event) = (self.now, format!("conversion:{}", converted.event.as_str()));
                let delivery = Delivery {
                    id: DeliveryId::mint(now, self.draws()),
                    workspace: self.signal.workspace,
                    contact: self.state.contact.id,
                    endpoint,
                    event,
                    body: serde_json::to_string(&conversion).unwrap_or_default(),
                    status: DeliveryStatus::Pending,
                    created_at: now,
                    next_at: now,
                    attempts: Vec::new(),
                };
                self.changes.deliveries.push(delivery);
                format!("{} reported", converted.event.as_str())
            }
            Err(why) => format!("{} not reported: {why}", converted.event.as_str()),
        }
    }

    fn conversion(&mut self, converted: &Converted, run: &RunState) -> Result<(String, Conversion), &'static str> {
        let at = run.goal_at.unwrap_or(self.now).min(self.now);
        let event = converted.event;
        let Some(advert) = &mut self.state.contact.advert else { return Err("no advertisement led the person here") };
        let latest = advert.latest();
        let Some(click) = latest.click.clone() else { return Err("the advertisement gave its click no name") };
        if at > latest.at + CREDITED {
            return Err("the click is more than seven days old");
        }
        if event.needs_value() && converted.money.is_none() {
            return Err("what it was worth could not be computed");
        }
        let endpoint = latest.sender.to_string();
        if !event.repeats() {
            if advert.reported.contains(&event) {
                return Err("it was reported for this click before");
            }
            advert.reported.push(event);
        }
        let id = format!("{}.{}", run.id, event.as_str());
        Ok((endpoint, Conversion { id, event, at, click, money: converted.money.clone() }))
    }
}
