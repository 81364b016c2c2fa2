//! Conditions, personalised text, words that end or begin consent, and tables of prices.

use expr::cel::{self, Schema};
use expr::liquid::{self, RenderOptions};
use model::{Channel, Value};
use policy::{keywords, price};

use crate::seeds_in;
use crate::target::{Broken, Form, Pace, Target, promise, read_as, reader};

fn text(raw: &[u8]) -> Result<&str, Broken> {
    std::str::from_utf8(raw).map_err(|error| Broken(format!("the input is no text: {error}")))
}

fn lines(text: &str) -> Vec<Vec<u8>> {
    text.lines().map(|line| line.as_bytes().to_vec()).collect()
}

/// What evaluations read.
fn roots() -> Result<std::collections::BTreeMap<String, Value>, Broken> {
    let data = r#"{"contact":{"city":"Rome","age":41,"tags":["vip","new"],"born":"1985-03-01T00:00:00Z"},"event":{"items":[{"price":5}],"total":12.5},"now":"2026-11-22T10:00:00Z"}"#;
    serde_json::from_str(data).map_err(|error| Broken(error.to_string()))
}

pub const CONDITIONS: Target = Target {
    name: "conditions",
    form: Form::Text,
    seeds: || {
        Ok(lines(concat!(
            "contact.city == \"Rome\" && contact.age >= 18\n",
            "!has(contact.city) || contact.tags.exists(t, t.startsWith(\"v\"))\n",
            "now - timestamp(contact.born) > duration(\"36h\") ? size(contact.tags) : -1\n",
            "event.items.map(i, i.price * 2).all(p, p in [1, 2.5, 10])\n",
            "timestamp(\"2026-11-22T10:00:00Z\").getHours(\"Europe/Madrid\") % 12 == 0\n",
            "{\"a\": 1, \"b\": [null, true]}.b[0] == null\n",
            "contact.city.matches(\"^R.*e$\") // comment\n",
            "r'raw\\n' + '''triple''' + \"\\u00e9\\x41\\101\"\n",
            "string(int(\"9223372036854775807\")) != double(\"1e308\")\n",
        )))
    },
    words: &[
        "&&",
        "||",
        "!",
        "(",
        ")",
        "[",
        "]",
        "?",
        ":",
        ".exists(x, ",
        ".map(x, ",
        "has(",
        "contact.",
        "timestamp(",
        "duration(",
        "\"\\u{10ffff}\"",
        "9223372036854775807",
        "-",
        "1e308",
        "'''",
        "r\"",
        ".matches(\"(a*)*b\")",
    ],
    longest: 12 * 1024,
    pace: Pace { once_ms: 200, each_kib_ms: 60 },
    reader: || {
        let roots = roots().map_err(|Broken(what)| anyhow::anyhow!(what))?;
        reader(move |raw| {
            let source = text(raw)?;
            let tree = match cel::parse(source) {
                Ok(tree) => tree,
                Err(error) => return read_as(&error.span.start.min(8)),
            };
            let printed = tree.to_string();
            // A longer text than may be read can come of a shorter one, by brackets.
            if printed.len() <= cel::SOURCE_BYTES_MAX {
                let again = cel::parse(&printed).map_err(|error| Broken(format!("what was printed cannot be read: {printed}: {error}")))?;
                promise(again.to_string() == printed, || format!("printed in two ways: {printed} and {again}"))?;
                let (before, after) = (cel::eval(&tree, &roots), cel::eval(&again, &roots));
                // An error says where it stands, which differs. Compared as text, because NaN is not equal to itself.
                let said = |answer: &Result<Value, cel::EvalError>| format!("{:?}", answer.as_ref().map_err(|error| error.kind));
                promise(said(&before) == said(&after), || format!("what was printed means something else: {printed}"))?;
            }
            let _ = cel::check(&tree, &Schema::new());
            let truth = cel::eval_bool(&tree, &roots);
            read_as(&(&tree.kind, truth))
        })
    },
};

pub const LIQUID: Target = Target {
    name: "liquid",
    form: Form::Text,
    seeds: || {
        let cases = seeds_in(&["crates/expr/tests/liquid_golden.txt"], ".txt")?.concat();
        let cases = String::from_utf8(cases)?;
        Ok(cases.lines().filter_map(|line| line.strip_prefix("in: ")).map(|text| text.replace("\\n", "\n").into_bytes()).collect())
    },
    words: &[
        "{{",
        "}}",
        "{%",
        "%}",
        "{%- ",
        " -%}",
        "{% for i in (1..9999999) %}",
        "{% endfor %}",
        "{% if a %}",
        "{% endif %}",
        "{% raw %}",
        "{% liquid\n",
        "| date: \"%Y\"",
        "| default: ",
        "| split: ''",
        "| times: 9223372036854775807",
        "| divided_by: 0",
        "| truncate: -1",
        "| slice: -5, 99",
        "contact.city",
        "forloop.index",
        "{% cycle 'a', 'b' %}",
        "{% increment x %}",
        "| join",
        "| sort: 'a'",
    ],
    longest: 12 * 1024,
    // A turn of a loop is a step of the fuel, and all of it may be spent.
    pace: Pace { once_ms: 1_500, each_kib_ms: 60 },
    reader: || {
        let (roots, options) = (roots().map_err(|Broken(what)| anyhow::anyhow!(what))?, RenderOptions::default());
        reader(move |raw| {
            let source = text(raw)?;
            let template = match liquid::parse(source) {
                Ok(template) => template,
                Err(error) => return read_as(&Some(error)),
            };
            let _ = liquid::variables(&template);
            let rendered = liquid::render(&template, &roots, &options);
            promise(liquid::render(&template, &roots, &options) == rendered, || "one template says two things".into())?;
            if let Ok(rendered) = &rendered {
                promise(rendered.text.len() <= options.output_bytes_max, || format!("{} bytes come of it", rendered.text.len()))?;
            }
            // By the tree of the text: what comes of it has the shape of its data.
            Ok(crate::shape::of(&template) ^ crate::shape::of(&rendered.is_ok()))
        })
    },
};

pub const STOP_WORDS: Target = Target {
    name: "stop-words",
    form: Form::Text,
    seeds: || {
        Ok(lines(
            "STOP\nstop please\nplease don't stop\nunsubscribe me from this list\nBAJA\nparar\nSTART\nhelp?\nстоп\n停止\n配信停止\nI want to stop by tomorrow\nＳＴＯＰ\ns t o p\n",
        ))
    },
    words: &["stop", "STOP", " ", "don't", "please", "停止", "arrêter", "\u{200b}", "\u{301}", "!!!", "🛑", "start", "help", "ﬅop"],
    longest: 8 * 1024,
    pace: Pace::LINEAR,
    reader: || {
        reader(|raw| {
            let said = text(raw)?;
            let heard = keywords::classify(said);
            // Blanks around a message are the keyboard's, not the person's.
            promise(keywords::classify(&format!(" {said}\n")) == heard, || format!("blanks around it change what {said:?} means"))?;
            let segments = price::segments(said);
            let _ = (price::wide_letters(said), price::plain(said));
            read_as(&(heard, segments))
        })
    },
};

pub const RATES: Target = Target {
    name: "rates-csv",
    form: Form::Text,
    seeds: || {
        Ok(vec![
            b"country,category,effective_from,currency,amount\nPT,utility,2026-10-01,EUR,0.0200\n*,marketing,2026-10-01,EUR,0.05\n"
                .to_vec(),
            b"\"US\",\"sms\",\"2026-01-01\",\"USD\",\"0.0079\"\r\n\r\nGB,sms,2026-02-28,USD,12\r\n".to_vec(),
        ])
    },
    words: &[
        "PT,",
        "*,",
        "EUR",
        "USD",
        "QQQ",
        "2026-02-30",
        "9999-12-31",
        "0.00000000001",
        "-1",
        "1e9",
        "99999999999999999999",
        "\"",
        ",,",
        "\r\n",
    ],
    longest: 16 * 1024,
    pace: Pace::LINEAR,
    reader: || {
        reader(|raw| {
            let read = price::import_csv("a table", Channel::Whatsapp, text(raw)?);
            if let Ok(table) = &read {
                let stored = serde_json::to_string(table).map_err(|error| Broken(format!("cannot be stored: {error}")))?;
                let back: policy::RateTable =
                    serde_json::from_str(&stored).map_err(|error| Broken(format!("cannot be read back: {error}")))?;
                promise(&back == table, || "a table comes out of the store changed".into())?;
            }
            read_as(&read)
        })
    },
};
