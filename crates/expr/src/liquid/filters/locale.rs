//! How languages write numbers, money, months and weekdays. A small table: English is the fallback.

use model::Value;

use super::numbers::Number;
use super::{Args, FilterContext, as_int};
use crate::liquid::format::text_of;

type Made = Result<Value, String>;

pub(super) struct Language {
    pub months: [&'static str; 12],
    /// From Sunday.
    pub days: [&'static str; 7],
    /// Letters of a short name.
    short: usize,
}

impl Language {
    /// `None` for English and for languages that are not in the table.
    pub fn of(locale: &str) -> Option<&'static Self> {
        let code = locale.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
        LANGUAGES.iter().find(|(name, _)| *name == code).map(|(_, language)| language)
    }

    pub fn short(&self, name: &str) -> String {
        name.chars().take(self.short).collect()
    }
}

static LANGUAGES: [(&str, Language); 6] = [
    (
        "es",
        Language {
            months: [
                "enero",
                "febrero",
                "marzo",
                "abril",
                "mayo",
                "junio",
                "julio",
                "agosto",
                "septiembre",
                "octubre",
                "noviembre",
                "diciembre",
            ],
            days: ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
            short: 3,
        },
    ),
    (
        "pt",
        Language {
            months: [
                "janeiro",
                "fevereiro",
                "março",
                "abril",
                "maio",
                "junho",
                "julho",
                "agosto",
                "setembro",
                "outubro",
                "novembro",
                "dezembro",
            ],
            days: ["domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado"],
            short: 3,
        },
    ),
    (
        "fr",
        Language {
            months: [
                "janvier",
                "février",
                "mars",
                "avril",
                "mai",
                "juin",
                "juillet",
                "août",
                "septembre",
                "octobre",
                "novembre",
                "décembre",
            ],
            days: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
            // Three letters would make June and July the same.
            short: 4,
        },
    ),
    (
        "de",
        Language {
            months: ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
            days: ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
            short: 3,
        },
    ),
    (
        "it",
        Language {
            months: [
                "gennaio",
                "febbraio",
                "marzo",
                "aprile",
                "maggio",
                "giugno",
                "luglio",
                "agosto",
                "settembre",
                "ottobre",
                "novembre",
                "dicembre",
            ],
            days: ["domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"],
            short: 3,
        },
    ),
    (
        "nl",
        Language {
            months: [
                "januari",
                "februari",
                "maart",
                "april",
                "mei",
                "juni",
                "juli",
                "augustus",
                "september",
                "oktober",
                "november",
                "december",
            ],
            days: ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
            short: 3,
        },
    ),
];

/// Marks of a number, and whether the currency stands behind the amount.
struct Marks {
    decimal: char,
    group: char,
    behind: bool,
}

fn marks(locale: &str) -> Marks {
    let lower = locale.to_ascii_lowercase().replace('_', "-");
    let (language, region) = lower.split_once('-').unwrap_or((&lower, ""));
    let (decimal, group, behind) = match (language, region) {
        // Latin America writes numbers as the United States do where the region is named here.
        ("es", "mx" | "us" | "pr" | "do" | "gt" | "hn" | "ni" | "pa" | "pe" | "sv") => ('.', ',', false),
        ("es", "ar" | "cl" | "co" | "uy" | "py" | "ec" | "ve" | "bo") => (',', '.', false),
        ("de", "ch" | "li") | ("it", "ch") => ('.', '’', false),
        ("de", "at") => (',', '\u{a0}', false),
        ("pt", "pt") => (',', '\u{a0}', true),
        ("pt" | "tr" | "id", _) => (',', '.', false),
        ("nl", _) => (',', '.', false),
        ("de" | "es" | "it" | "da" | "el" | "ca" | "hr" | "ro" | "sl" | "vi", _) => (',', '.', true),
        ("fr", "ch" | "ca") => (',', '\u{a0}', true),
        ("fr", _) => (',', '\u{202f}', true),
        ("ru" | "uk" | "pl" | "cs" | "sk" | "sv" | "nb" | "no" | "fi" | "hu" | "bg" | "lt" | "lv" | "et", _) => (',', '\u{a0}', true),
        _ => ('.', ',', false),
    };
    Marks { decimal, group, behind }
}

/// Digits with group and decimal marks; rounds half away from zero.
fn written(n: f64, decimals: usize, marks: &Marks) -> String {
    // A hair more than the binary value, so that 1.005 rounds as the decimal that the author wrote.
    let plain = format!("{:.decimals$}", n.abs() * (1.0 + f64::EPSILON));
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut made = String::new();
    if n < 0.0 && plain.bytes().any(|b| matches!(b, b'1'..=b'9')) {
        made.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            made.push(marks.group);
        }
        made.push(digit);
    }
    if !fraction.is_empty() {
        made.push(marks.decimal);
        made.push_str(fraction);
    }
    made
}

/// A number as the locale writes it, with the given count of decimals (as many as there are, up to 3, without one).
pub(super) fn number(v: Value, args: &Args<'_>, context: &FilterContext<'_>) -> Made {
    if v.is_null() {
        return Ok(v);
    }
    let n = checked(Number::of(&v).float())?;
    let decimals = match args.get(0).and_then(as_int) {
        Some(decimals) => usize::try_from(decimals.clamp(0, 12)).unwrap_or(0),
        None => (0..3).find(|d| (n * 10_f64.powi(*d)).fract().abs() < 1e-9).unwrap_or(3) as usize,
    };
    Ok(written(n, decimals, &marks(&context.options.locale)).into())
}

fn checked(n: f64) -> Result<f64, String> {
    if n.abs() < 1e18 { Ok(n) } else { Err("the number is out of range".to_owned()) }
}

/// An amount as the locale writes it. The input is in units of the currency (not in cents), or a map `{micros, currency}`;
/// the currency is the argument, or the map's own.
pub(super) fn money(v: Value, args: &Args<'_>, context: &FilterContext<'_>) -> Made {
    let (amount, own) = match &v {
        Value::Null => return Ok(v),
        Value::Map(map) => (map.get("micros").map_or(0.0, |micros| Number::of(micros).float() / 1e6), map.get("currency").map(text_of)),
        other => (Number::of(other).float(), None),
    };
    let Some(currency) = args.get(0).map(text_of).or(own) else {
        return Err("the currency is missing; write it as money: \"EUR\"".to_owned());
    };
    let (sign, decimals) = match currency.as_str() {
        "EUR" => ("€", 2),
        "USD" => ("$", 2),
        "GBP" => ("£", 2),
        "JPY" => ("¥", 0),
        "INR" => ("₹", 2),
        "BRL" => ("R$", 2),
        "KRW" => ("₩", 0),
        "VND" => ("₫", 0),
        "CLP" | "PYG" | "UGX" | "XAF" | "XOF" | "ISK" => (currency.as_str(), 0),
        "KWD" | "BHD" | "OMR" | "JOD" | "TND" | "IQD" | "LYD" => (currency.as_str(), 3),
        other => (other, 2),
    };
    let marks = marks(&context.options.locale);
    let digits = written(checked(amount)?, decimals, &marks);
    // A code of letters, and a sign in most languages, keep a distance that no line break may use.
    let made = if marks.behind {
        format!("{digits}\u{a0}{sign}")
    } else {
        let (minus, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |digits| ("-", digits));
        let close = sign.chars().count() == 1 && context.options.locale.to_ascii_lowercase().starts_with("en");
        format!("{minus}{sign}{}{digits}", if close { "" } else { "\u{a0}" })
    };
    Ok(made.into())
}
