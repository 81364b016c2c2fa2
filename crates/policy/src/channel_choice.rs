//! Which channel, address and form a message takes: every draft is examined in the author's order, and the first that may be used is
//! taken. A channel that cannot be used is never a reason for silence while another one can (A58).

use model::content::Content;
use model::decision::{ChannelOption, Form, Price, RuleResult};
use model::message::{ChannelDraft, Origin, Rendered};
use model::{Address, AddressKey, AddressKind, Channel, SenderId};

use crate::address::AddressRule;
use crate::gate::GateInput;
use crate::links::Shortener;
use crate::price::{PriceQuery, PriceRule};
use crate::rule::{Finding, Rule as _, ask};
use crate::sender::{self, SenderRule};
use crate::template::{Part, RenderRule, TemplateRule};
use crate::window::{WindowRule, WindowState};
use crate::zones;

/// How a message goes, or would go once its time has come.
#[derive(Clone, PartialEq, Debug)]
pub struct Chosen {
    pub channel: Channel,
    pub address: AddressKey,
    pub sender: SenderId,
    pub form: Form,
    pub content: Content,
    pub price: Option<Price>,
}

/// One draft at one address, examined.
pub(crate) struct Examined {
    pub option: ChannelOption,
    /// What may be sent, or the first finding that stood in the way.
    pub outcome: Result<Chosen, Finding>,
}

/// Examines every draft, each at every address it could go to, in the author's order.
pub(crate) fn survey(input: &GateInput<'_>, rules: &mut Vec<RuleResult>) -> Vec<Examined> {
    let mut examined = Vec::new();
    for draft in &input.intent.channels {
        let addresses: Vec<Option<(&AddressKey, Option<&Address>)>> = match &draft.address {
            Some(key) => vec![Some((key, input.contact.address(key)))],
            None => {
                let all: Vec<_> = input.contact.addresses_on(draft.channel).map(|a| Some((&a.key, Some(a)))).collect();
                if all.is_empty() { vec![None] } else { all }
            }
        };
        for address in addresses {
            examined.push(examine(input, draft, address, rules));
        }
    }
    examined
}

fn examine(
    input: &GateInput<'_>,
    draft: &ChannelDraft,
    address: Option<(&AddressKey, Option<&Address>)>,
    rules: &mut Vec<RuleResult>,
) -> Examined {
    let sender = sender::pick(draft.channel, draft.sender, input.senders, input.windows);
    let outcome = hard_rules(input, draft, address, rules);
    let (form, price, reason) = match &outcome {
        Ok(chosen) => (Some(chosen.form), chosen.price.clone(), "may be used".to_owned()),
        Err(finding) => (None, None, finding.detail.clone()),
    };
    let option = ChannelOption {
        channel: draft.channel,
        address: address.map(|(key, _)| key.clone()),
        sender: sender.map(|s| s.id),
        eligible: outcome.is_ok(),
        form,
        price,
        reason,
    };
    Examined { option, outcome }
}

/// Address, sender, consent, window, rendering, template, price: in this order, until one says no.
fn hard_rules(
    input: &GateInput<'_>,
    draft: &ChannelDraft,
    address: Option<(&AddressKey, Option<&Address>)>,
    rules: &mut Vec<RuleResult>,
) -> Result<Chosen, Finding> {
    let channel = draft.channel;
    let intent = input.intent;
    let clear = |finding: Finding| if finding.clears() { Ok(()) } else { Err(finding) };

    let address_rule = AddressRule {
        now: input.now,
        channel,
        address: address.map(|(key, _)| key.clone()),
        linked: address.is_some_and(|(_, known)| known.is_some()),
        reach: address.and_then(|(_, known)| known).and_then(|a| a.reach.get(&channel).cloned()),
    };
    clear(ask(&address_rule, Some(channel), rules))?;
    let Some((key, _)) = address else { return Err(address_rule.evaluate()) };

    let sender = sender::pick(channel, draft.sender, input.senders, input.windows);
    let sender_rule = SenderRule { channel, wanted: draft.sender, sender: sender.map(|s| s.id), status: sender.map(|s| s.status.clone()) };
    clear(ask(&sender_rule, Some(channel), rules))?;
    let Some(sender) = sender else { return Err(sender_rule.evaluate()) };

    let compliance = matches!(intent.origin, Origin::Compliance { .. });
    let models = &input.rules.consent;
    let mut consent = input.consent.question(key, channel, intent.purpose, intent.topic.as_deref(), models, compliance);
    if matches!(intent.origin, Origin::Agent { .. }) {
        consent.answers = input.windows.last_inbound(sender.id);
    }
    clear(ask(&consent, Some(channel), rules))?;

    let window = input.windows.state(sender.id, input.now, input.rules.window_margin);
    let (form, content) = choose_content(input, draft, &window, rules)?;
    let shortener =
        input.rules.links.as_ref().map(|rules| Shortener { rules, workspace: input.workspace, message: input.message, key: input.key });
    let led = shortener.and_then(|shortener| shortener.shortened(channel, sender.id, content));
    let content = led.as_ref().map_or(content, |(led, _)| led);

    let category = billed_as(input, content);
    let country = recipient_country(input, key);
    let query = PriceQuery {
        channel,
        form,
        purpose: intent.purpose,
        category: category.as_deref(),
        in_window: window.open,
        in_entry_point: window.in_entry_point,
        country: country.as_deref(),
        at: input.now,
        service_messages: input.service_messages,
        content,
    };
    let price_rule = PriceRule::of(&query, &input.rules.rates);
    ask(&price_rule, Some(channel), rules);
    Ok(Chosen { channel, address: key.clone(), sender: sender.id, form, content: content.clone(), price: price_rule.price() })
}

/// The best content that the window allows: free-form while it is open, a template otherwise (R-WIN-2).
fn choose_content<'a>(
    input: &GateInput<'_>,
    draft: &'a ChannelDraft,
    window: &WindowState,
    rules: &mut Vec<RuleResult>,
) -> Result<(Form, &'a Content), Finding> {
    let channel = draft.channel;
    let parts = [("in_window", &draft.in_window), ("out_of_window", &draft.out_of_window)];
    let parts = parts.into_iter().filter_map(|(name, part)| part.as_ref().map(|p| (name, p)));
    // What could not be rendered outside of the window would have been a template.
    let is_template = |name: &str, part: &Rendered| match part {
        Rendered::Ready(content) => content.is_template(),
        Rendered::Missing { .. } => name == "out_of_window",
    };
    let (templates, free_form): (Vec<_>, Vec<_>) = parts.partition(|(name, part)| is_template(name, part));
    let rule = WindowRule {
        now: input.now,
        channel,
        closes_at: window.closes_at,
        margin: input.rules.window_margin,
        has_free_form: !free_form.is_empty(),
        has_template: !templates.is_empty(),
    };
    let asked = ask(&rule, Some(channel), rules);
    if !asked.clears() {
        return Err(asked);
    }
    let mut usable = if channel != Channel::Whatsapp || window.open { free_form } else { Vec::new() };
    usable.extend(templates);

    let rendering = RenderRule { channel, parts: usable.iter().map(|(name, part)| Part::of(name, part)).collect() };
    let asked = ask(&rendering, Some(channel), rules);
    if !asked.clears() {
        return Err(asked);
    }
    let mut refused = None;
    for (_, part) in usable {
        let Rendered::Ready(content) = part else { continue };
        let Content::Template(call) = content else { return Ok((Form::FreeForm, content)) };
        let rule = TemplateRule::of(channel, input.intent.purpose, call, input.templates.template(call.template));
        let asked = ask(&rule, Some(channel), rules);
        if asked.clears() {
            return Ok((Form::Template, content));
        }
        refused.get_or_insert(asked);
    }
    Err(refused.unwrap_or_else(|| rendering.evaluate()))
}

fn billed_as(input: &GateInput<'_>, content: &Content) -> Option<String> {
    let Content::Template(call) = content else { return None };
    let template = input.templates.template(call.template)?;
    let same = |tag: &str| tag.replace('_', "-").eq_ignore_ascii_case(&call.language.replace('_', "-"));
    template.languages.iter().find(|(tag, _)| same(tag)).and_then(|(_, text)| text.approval.category.clone())
}

/// By the address itself; a business-scoped id falls back on what else is known of the contact.
fn recipient_country(input: &GateInput<'_>, key: &AddressKey) -> Option<String> {
    if key.kind == AddressKind::Phone {
        return zones::country_of(&key.value);
    }
    zones::countries(input.contact, Some(key)).first().cloned()
}
