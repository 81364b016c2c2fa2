//! What happens in a story: events, time, customers and agents.

use anyhow::{Context as _, Result, bail};
use api::Engine as _;
use model::contact::ContactPatch;
use model::content::Content;
use model::message::{ChannelDraft, Rendered};
use model::signal::{AgentAct, SignalBody};
use model::{Channel, ConversationId, Millis, UserId};
use simulator::{Entry, FormEnd, Line, Outcome, PersonId, RichMessage, TapKind};

use super::player::{Player, Someone};
use super::story::{Advance, AgentWork, CustomerAct, What};
use crate::stage::WORKSPACE;

/// Whoever works in the inbox.
const AGENT: UserId = UserId::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0004);
/// What a customer does reaches the product within this time.
const MOMENT: Millis = Millis::from_secs(1);

impl Player {
    /// Does one thing, and whatever follows from it at this moment.
    pub async fn act(&mut self, what: &What) -> Result<()> {
        match what {
            What::Event { contact, name, properties, occurred_at } => {
                let address = self.someone(contact)?.address.clone();
                let body = SignalBody::Event { name: name.clone(), properties: properties.clone(), contact: ContactPatch::default() };
                self.submit(&address, body, *occurred_at).await?;
                self.stage.settle().await?;
            }
            What::Advance(advance) => {
                let now = self.stage.clock_now();
                let to = match advance {
                    Advance::By(span) => now + *span,
                    Advance::To(moment) => *moment,
                };
                self.last_advance = now;
                self.run_to(to).await?;
            }
            What::Customer { contact, does } => self.customer(contact, does).await?,
            What::Agent { contact, does } => self.agent(contact, does).await?,
            What::Downtime(_) | What::Expect(_) => {}
        }
        Ok(())
    }

    async fn customer(&mut self, name: &str, does: &CustomerAct) -> Result<()> {
        let someone = self.someone(name)?.clone();
        match does {
            CustomerAct::Silence => {
                self.stage.reads(someone.person, false);
                if let Some(someone) = self.people.get_mut(name) {
                    someone.silent = true;
                }
                return Ok(());
            }
            CustomerAct::Unreachable => {
                let outcomes = |world: &mut simulator::World| {
                    world.outcomes_mut().script(someone.person, Line::WhatsApp, Some(Outcome::NeverDelivered));
                };
                self.stage.simulator.with(outcomes);
                return Ok(());
            }
            _ if someone.silent => bail!("{name} answers nothing any more: the story said so"),
            CustomerAct::Tap { button, message, times } => {
                let entry = self.tappable(&someone, name, button, message.as_deref()).await?;
                for _ in 0..*times {
                    self.tap(someone.person, &entry, button)?;
                    self.stage.advance(MOMENT).await?;
                }
            }
            CustomerAct::Fill(answers) => {
                self.fill(&someone, name, answers).await?;
                self.stage.advance(MOMENT).await?;
            }
            CustomerAct::Write { text, message: Some(step), .. } => {
                let quoted = self.on_phone(&someone, name, step).await?;
                let quote = RichMessage::Quote { message: quoted.id, text: text.clone() };
                self.stage.simulator.with(|world| world.person_sends(someone.person, Some(&quoted.business), quote))?;
                self.stage.advance(MOMENT).await?;
            }
            CustomerAct::Write { text, channel, message: None } => {
                let line = match channel {
                    Some(Channel::Whatsapp) => Line::WhatsApp,
                    Some(_) => Line::Sms,
                    None => self.last_line(someone.person),
                };
                self.stage.simulator.with(|world| world.person_types(someone.person, line, None, text))?;
                self.stage.advance(MOMENT).await?;
            }
        }
        Ok(())
    }

    /// Each page gets what is answered on it, as the person would go through them.
    async fn fill(&self, someone: &Someone, name: &str, answers: &serde_json::Map<String, serde_json::Value>) -> Result<()> {
        let has_form = |entry: &Entry| entry.shown.taps.iter().any(|tap| tap.target.as_deref().is_some_and(|to| to.starts_with("flow:")));
        let entry = self.phone(someone.person).into_iter().rev().find(|entry| entry.from_business && has_form(entry));
        let entry = entry.with_context(|| format!("no message on the phone of {name} has a form"))?;
        let known: Vec<&str> =
            self.forms.iter().flat_map(|form| &form.pages).flat_map(|page| &page.fields).map(|field| field.name.as_str()).collect();
        if let Some(unknown) = answers.keys().find(|answer| !known.contains(&answer.as_str())) {
            bail!("no form of this folder asks for `{unknown}`; there are: {}", known.join(", "));
        }
        let pages = self.forms.iter().flat_map(|form| &form.pages).map(|page| {
            let asked = |answer: &&String| page.fields.iter().any(|field| field.name == **answer);
            let given = answers.keys().filter(asked).map(|answer| (answer.clone(), answers[answer].clone())).collect();
            (page.screen.clone(), given)
        });
        match self.stage.simulator.fill_form(someone.person, &entry.id, &pages.collect()).await {
            FormEnd::Sent(_) => Ok(()),
            FormEnd::Complained(words) => bail!("the form said: {words}"),
            FormEnd::Failed(status, words) => bail!("the form could not be filled in ({status}): {words}"),
        }
    }

    /// The channel of the last message on the phone; WhatsApp, if there is one, when there is none.
    fn last_line(&self, person: PersonId) -> Line {
        self.stage.simulator.with(|world| {
            let who = world.person(person);
            let fallback = if who.is_none_or(|who| who.on_whatsapp) { Line::WhatsApp } else { Line::Sms };
            who.and_then(|who| who.thread.last()).map_or(fallback, |entry| entry.line)
        })
    }

    /// The message on the phone whose button is meant.
    async fn tappable(&self, someone: &Someone, name: &str, button: &str, step: Option<&str>) -> Result<Entry> {
        let entry = match step {
            Some(step) => self.on_phone(someone, name, step).await?,
            None => {
                let entry = self.phone(someone.person).into_iter().rev().find(|entry| entry.from_business && has_button(entry, button));
                entry.with_context(|| format!("no message on the phone of {name} has a button `{button}`"))?
            }
        };
        if !has_button(&entry, button) {
            let there: Vec<&str> = entry.shown.replies().map(|(_, tap)| tap.id.as_str()).collect();
            bail!("the message has no button `{button}`; it has: {}", there.join(", "));
        }
        Ok(entry)
    }

    fn phone(&self, person: PersonId) -> Vec<Entry> {
        self.stage.simulator.with(|world| world.person(person).map(|who| who.thread.clone()).unwrap_or_default())
    }

    /// The latest message of a step, as it lies on the phone.
    async fn on_phone(&self, someone: &Someone, name: &str, step: &str) -> Result<Entry> {
        let sent = self.messages(someone.contact).await?;
        let sent = sent.iter().rev().find(|message| super::expect::step_of(message) == Some(step));
        let sent = sent.with_context(|| format!("step {step} has sent nothing to {name}"))?;
        let entry = self.phone(someone.person).into_iter().find(|entry| Some(&entry.id) == sent.provider_id.as_ref());
        entry.with_context(|| format!("the message of step {step} has not reached the phone of {name}"))
    }

    fn tap(&self, person: PersonId, entry: &Entry, button: &str) -> Result<()> {
        let is_row = entry.shown.rows.iter().any(|row| row.id == button);
        self.stage.simulator.with(|world| {
            if is_row { world.person_picks(person, &entry.id, button) } else { world.person_taps(person, &entry.id, button) }
        })?;
        Ok(())
    }

    async fn agent(&mut self, name: &str, does: &AgentWork) -> Result<()> {
        let someone = self.someone(name)?.clone();
        let act = match does {
            AgentWork::Resolve(category) => AgentAct::Resolve { category: Some(category.clone()) },
            AgentWork::Reply(text) => self.reply_to(&someone, name, text).await?,
        };
        let applied = self.submit(&someone.address, SignalBody::Agent { user: AGENT, act }, None).await?;
        if applied.reply.get("sent").and_then(serde_json::Value::as_bool) == Some(false) {
            let reason = applied.reply.get("reason").and_then(serde_json::Value::as_str).unwrap_or_default();
            bail!("the reply was not sent: {reason}");
        }
        self.stage.settle().await?;
        Ok(())
    }

    /// As the console does it: the composer says where free words may go, and the reply names the last message that was seen.
    async fn reply_to(&self, someone: &Someone, name: &str, text: &str) -> Result<AgentAct> {
        // A contact and its thread have one number.
        let thread = ConversationId::from_u128(someone.contact.as_u128());
        let composer = self.stage.app.backend.composer(WORKSPACE, thread).await?;
        let composer = composer.with_context(|| format!("there is no conversation with {name}"))?;
        let Some(channel) = composer.channels.iter().find(|channel| channel.free_form.allowed) else {
            let reasons = composer
                .channels
                .iter()
                .map(|channel| format!("{}: {}", channel.channel, channel.free_form.reason.as_deref().unwrap_or("not allowed")));
            bail!("nothing can be written to {name} now ({})", reasons.collect::<Vec<_>>().join("; "));
        };
        let draft = ChannelDraft {
            channel: channel.channel,
            sender: Some(channel.sender),
            address: Some(channel.address.clone()),
            in_window: Some(Rendered::Ready(Content::text(text))),
            out_of_window: None,
        };
        Ok(AgentAct::Reply { draft, seen: composer.seen, reply_to: None })
    }
}

fn has_button(entry: &Entry, button: &str) -> bool {
    let tap = |tap: &simulator::Tap| tap.id == button && matches!(tap.kind, TapKind::Reply | TapKind::TemplateReply);
    entry.shown.taps.iter().any(tap) || entry.shown.rows.iter().any(|row| row.id == button)
}
