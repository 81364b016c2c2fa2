//! A template filled for a person: every part of it, or the reason why there is no message (R-TPL-2).

use std::collections::BTreeMap;

use model::content::{
    Button, ButtonAction, ButtonParam, Location, Media, MediaSource, Param, ProductSection, TemplateCall, TemplateCard, TemplateParts,
    TemplatePreview,
};
use model::template::{CardText, HeaderPart, Template, TemplateButton, TemplateText, in_order, names_in};
use model::{MediaId, Purpose, Timestamp};

use crate::fill;

/// Longest one-time code that providers show.
const CODE_MAX: usize = 15;
/// Longest code that a button copies.
const COUPON_MAX: usize = 15;
/// Providers show at most this many products behind one button.
const PRODUCTS_MAX: usize = 30;

type Values<'a> = BTreeMap<&'a str, Result<String, String>>;

/// Fills a template in the language that suits the person (A72).
///
/// # Errors
/// Why there is no message for this person: a value is missing, too long or no link, or the template has a part that cannot be filled.
pub fn template_call(template: &Template, values: &Values<'_>, locale: Option<&str>) -> Result<TemplateCall, String> {
    let (language, text) = template.language_for(locale).ok_or_else(|| format!("template `{}` has no language", template.name))?;
    if let Some(why) = &text.not_sendable {
        return Err(format!("template `{}` ({language}) cannot be sent: {why}", template.name));
    }
    let form = Form { template, values, positional: text.is_positional(template.purpose) };
    let header = text.header.as_deref();
    let (buttons, shown) = form.buttons(&text.buttons, text)?;
    let parts = TemplateParts {
        media: text.header_part.as_ref().map(|part| form.media(part)).transpose()?.flatten(),
        location: text.header_part.as_ref().map(|part| form.location(part)).transpose()?.flatten(),
        offer_ends_at: text.offer.as_ref().and_then(|offer| offer.ends_at.as_deref()).map(|at| form.moment(at)).transpose()?,
        cards: text.cards.iter().map(|card| form.card(card, text)).collect::<Result<_, _>>()?,
    };
    let has_parts = parts != TemplateParts::default();
    Ok(TemplateCall {
        template: template.id,
        name: template.name.clone(),
        language: language.replace('-', "_"),
        version: template.version.clone(),
        header: header.map(|header| form.params(header)).transpose()?.unwrap_or_default(),
        body: form.params(&text.body)?,
        buttons,
        preview: TemplatePreview {
            header: header.map(|header| form.filled(header)).transpose()?,
            body: form.filled(&text.body)?,
            footer: text.footer.clone(),
            buttons: shown,
        },
        parts: has_parts.then(|| Box::new(parts)),
    })
}

struct Form<'a> {
    template: &'a Template,
    values: &'a Values<'a>,
    positional: bool,
}

impl Form<'_> {
    fn value(&self, name: &str) -> Result<String, String> {
        let variable = self.template.variables.iter().find(|v| v.name == name);
        let given = match self.values.get(name) {
            Some(Ok(text)) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            Some(Err(reason)) => Err(reason.clone()),
            Some(Ok(_)) | None => Err("it has no value".to_owned()),
        };
        let fallback = variable.and_then(|v| v.fallback.clone());
        let value =
            given.or_else(|reason| fallback.ok_or_else(|| format!("variable `{name}` of template `{}`: {reason}", self.template.name)))?;
        match variable.and_then(|v| v.max_length) {
            Some(most) if value.chars().count() > most as usize => {
                Err(format!("variable `{name}` of template `{}` is longer than {most} characters", self.template.name))
            }
            _ => Ok(value),
        }
    }

    fn filled(&self, source: &str) -> Result<String, String> {
        fill::fill(source, &|name| self.value(name))
    }

    fn wrong(&self, what: &str, value: &str, rule: &str) -> String {
        format!("{what} of template `{}` is `{value}`: {rule}", self.template.name)
    }

    fn params(&self, source: &str) -> Result<Vec<Param>, String> {
        in_order(source, self.positional).into_iter().map(|name| Ok(Param { name: name.to_owned(), text: self.value(name)? })).collect()
    }

    fn moment(&self, source: &str) -> Result<Timestamp, String> {
        let text = self.filled(source)?;
        Timestamp::parse(&text).map_err(|_| self.wrong("the end of the offer", &text, "write a moment such as 2026-11-24T18:00:00Z"))
    }

    fn media(&self, part: &HeaderPart) -> Result<Option<Media>, String> {
        let HeaderPart::Media { media, source, filename, .. } = part else { return Ok(None) };
        let text = self.filled(source)?;
        let source = match text.parse::<MediaId>() {
            Ok(id) => MediaSource::Stored(id),
            Err(_) if text.starts_with("https://") => MediaSource::Link(text),
            Err(_) => return Err(self.wrong("the header", &text, "write a public https link, or the id of a stored medium")),
        };
        let filename = filename.as_deref().map(|name| self.filled(name)).transpose()?;
        Ok(Some(Media { kind: *media, source, caption: None, filename }))
    }

    fn location(&self, part: &HeaderPart) -> Result<Option<Location>, String> {
        let HeaderPart::Location { latitude, longitude, name, address } = part else { return Ok(None) };
        let degrees = |what: &str, source: &str, most: f64| {
            let text = self.filled(source)?;
            let rule = format!("write degrees between -{most} and {most}");
            text.parse::<f64>().ok().filter(|value| value.abs() <= most).ok_or_else(|| self.wrong(what, &text, &rule))
        };
        let words = |source: &Option<String>| source.as_deref().map(|source| self.filled(source)).transpose();
        Ok(Some(Location {
            latitude: degrees("the latitude", latitude, 90.0)?,
            longitude: degrees("the longitude", longitude, 180.0)?,
            name: words(name)?,
            address: words(address)?,
        }))
    }

    fn product(&self, part: &HeaderPart) -> Result<Option<(String, String)>, String> {
        let HeaderPart::Product { catalogue, product } = part else { return Ok(None) };
        Ok(Some((self.filled(catalogue)?, self.filled(product)?)))
    }

    fn card(&self, card: &CardText, text: &TemplateText) -> Result<TemplateCard, String> {
        let header = card.header_part.as_ref();
        Ok(TemplateCard {
            media: header.map(|part| self.media(part)).transpose()?.flatten(),
            product: header.map(|part| self.product(part)).transpose()?.flatten(),
            body: card.body.as_deref().map(|body| self.params(body)).transpose()?.unwrap_or_default(),
            buttons: self.buttons(&card.buttons, text)?.0,
        })
    }

    /// What the provider needs, and what the person will see. A button keeps its position, whatever stands before it.
    fn buttons(&self, buttons: &[TemplateButton], text: &TemplateText) -> Result<(Vec<ButtonParam>, Vec<Button>), String> {
        if self.template.purpose == Purpose::Authentication {
            // The provider has exactly one button there, whatever ours is called on other channels.
            let code = self.code(text)?;
            return match code.chars().count() {
                1..=CODE_MAX => Ok((vec![ButtonParam::OneTimeCode { index: 0, code }], Vec::new())),
                _ => Err(self.wrong("the code", &code, &format!("{CODE_MAX} characters are allowed"))),
            };
        }
        let mut params = Vec::new();
        let mut shown = Vec::new();
        for (index, button) in buttons.iter().enumerate() {
            let index = u8::try_from(index).map_err(|_| "a template has too many buttons".to_owned())?;
            params.extend(self.button(index, button)?);
            shown.extend(self.shown(button)?);
        }
        Ok((params, shown))
    }

    fn button(&self, index: u8, button: &TemplateButton) -> Result<Option<ButtonParam>, String> {
        Ok(match button {
            TemplateButton::QuickReply { id, .. } => Some(ButtonParam::QuickReply { index, payload: id.clone() }),
            TemplateButton::Url { url, .. } => match names_in(url).first() {
                Some(name) => Some(ButtonParam::UrlSuffix { index, text: self.value(name)? }),
                None => None,
            },
            TemplateButton::CopyCode { code, .. } => {
                let code = self.filled(code)?;
                if code.chars().count() > COUPON_MAX {
                    return Err(self.wrong("the code to copy", &code, &format!("{COUPON_MAX} characters are allowed")));
                }
                Some(ButtonParam::CopyCode { index, code })
            }
            TemplateButton::Form { token, .. } => {
                let token = token.as_deref().map(|token| self.filled(token)).transpose()?;
                Some(ButtonParam::Form { index, token: token.unwrap_or_default(), data: None })
            }
            TemplateButton::Catalogue { thumbnail, .. } => {
                Some(ButtonParam::Products { index, thumbnail: self.filled(thumbnail)?, sections: Vec::new() })
            }
            TemplateButton::Products { thumbnail, groups, .. } => {
                let mut sections = Vec::new();
                for group in groups {
                    let list = self.filled(&group.products)?;
                    let products: Vec<String> = list.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect();
                    if products.is_empty() {
                        return Err(self.wrong("a list of products", &list, "name at least one, separated by commas"));
                    }
                    sections.push(ProductSection { title: group.title.clone(), products });
                }
                let count: usize = sections.iter().map(|section| section.products.len()).sum();
                if !(1..=PRODUCTS_MAX).contains(&count) {
                    return Err(self.wrong("the number of products", &count.to_string(), &format!("1 to {PRODUCTS_MAX} are allowed")));
                }
                Some(ButtonParam::Products { index, thumbnail: self.filled(thumbnail)?, sections })
            }
            TemplateButton::OneTimeCode { .. } => {
                return Err(format!("template `{}` has a one-time code and is not for authentication", self.template.name));
            }
            TemplateButton::Call { .. } | TemplateButton::VoiceCall { .. } => None,
            TemplateButton::Other { provider_kind, .. } => {
                return Err(format!("template `{}` has a button of kind {provider_kind}, which cannot be filled", self.template.name));
            }
        })
    }

    /// The one value of an authentication template.
    fn code(&self, text: &TemplateText) -> Result<String, String> {
        match names_in(&text.body).as_slice() {
            [name] => self.value(name),
            names => Err(format!("template `{}` needs exactly one variable for the code, has {}", self.template.name, names.len())),
        }
    }

    fn shown(&self, button: &TemplateButton) -> Result<Option<Button>, String> {
        let title = button.title().to_owned();
        let plain = |id: String, action: Option<ButtonAction>| Some(Button { id, title: title.clone(), action: action.map(Box::new) });
        Ok(match button {
            TemplateButton::QuickReply { id, .. } => Some(Button::reply(id.clone(), title)),
            TemplateButton::Url { url, .. } => {
                let url = self.filled(url)?;
                plain(url.clone(), Some(ButtonAction::OpenUrl { url }))
            }
            TemplateButton::Call { phone, .. } => plain(format!("tel:{phone}"), Some(ButtonAction::Dial { phone: phone.clone() })),
            // What a tap does happens inside the provider's app; elsewhere there would be nothing to tap.
            _ => None,
        })
    }
}

/// The variables that a language of a template uses, in order of first use.
#[must_use]
pub fn template_variables(text: &TemplateText) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.sources().into_iter().flat_map(names_in) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}
