//! Moments, spans, zones and patterns as people's data brings them: not the source of an expression, but what it is given.

use std::collections::BTreeMap;

use expr::liquid::RenderOptions;
use expr::{cel, liquid};
use model::Value;

use crate::target::{Form, Pace, Target, promise, read_as, reader};

/// Each reads some of the input's lines: a moment, a span, a zone, a pattern.
const CONDITIONS: &[&str] = &[
    "timestamp(moment)",
    "timestamp(moment) + duration(span) - duration(span)",
    "timestamp(moment) - timestamp(now) < duration(span)",
    "timestamp(moment).getHours(zone) + timestamp(moment).getDayOfYear(zone)",
    "timestamp(int(moment)).getFullYear()",
    "timestamp(string(timestamp(moment))) == timestamp(moment)",
];
const TEMPLATES: &[&str] = &["{{ moment | date: pattern, zone }}", "{{ moment | date: pattern }}", "{{ now | date: pattern, zone }}"];

pub const DATES: Target = Target {
    name: "dates-in-data",
    form: Form::Text,
    seeds: || {
        let samples = [
            "2026-11-22T10:00:00Z\n36h\nEurope/Madrid\n%d %B %Y",
            "2026-03-29T02:30:00+01:00\n-1m\n+05:30\n%A %H:%M %Z",
            "9999-12-31T23:59:59.999999999Z\n999999h\nPacific/Apia\n%s %j %U",
            "-009999-01-01T00:00:00Z\n0s\nUTC\n%-d/%-m/%y",
            "1795000000\n1.5h\nAmerica/New_York\n%10Y%%",
            "2026-11-22\n1h30m\nnowhere\n%",
            "now\n9223372036854775807s\n-23:59\n%Q%+%e",
        ];
        Ok(samples.iter().map(|sample| sample.as_bytes().to_vec()).collect())
    },
    words: &["T", "Z", "+23:59", "-", "9999", "1e18", ".999999999", "\u{661}", "ns", "ms", "h", "%", "%9999Y", "%^", "Etc/GMT+12", "\n"],
    longest: 8 * 1024,
    pace: Pace { once_ms: 200, each_kib_ms: 60 },
    reader: || {
        let conditions = CONDITIONS.iter().map(|source| cel::parse(source)).collect::<Result<Vec<_>, _>>();
        let conditions = conditions.map_err(|error| anyhow::anyhow!("{error}"))?;
        let templates = TEMPLATES.iter().map(|source| liquid::parse(source)).collect::<Result<Vec<_>, _>>();
        let templates = templates.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let options = RenderOptions::default();
        reader(move |raw| {
            let said = String::from_utf8_lossy(raw);
            let mut lines = said.split('\n');
            let mut roots: BTreeMap<String, Value> = BTreeMap::new();
            for name in ["moment", "span", "zone", "pattern"] {
                roots.insert(name.to_owned(), Value::Text(lines.next().unwrap_or_default().into()));
            }
            roots.insert("now".to_owned(), Value::Text("2026-11-22T10:00:00Z".into()));
            let answers: Vec<_> = conditions.iter().map(|tree| cel::eval(tree, &roots)).collect();
            if answers.first().is_some_and(Result::is_ok) {
                let again = answers.last().and_then(|answer| answer.as_ref().ok());
                promise(again == Some(&Value::Bool(true)), || format!("{:?} is another moment when it was written", roots["moment"]))?;
            }
            if let (Some(Ok(plain)), Some(Ok(there_and_back))) = (answers.first(), answers.get(1)) {
                promise(plain == there_and_back, || format!("a span forth and back is no way home: {plain:?} and {there_and_back:?}"))?;
            }
            let rendered: Vec<_> = templates.iter().map(|template| liquid::render(template, &roots, &options)).collect();
            for text in rendered.iter().flatten() {
                promise(text.text.len() <= options.output_bytes_max, || format!("{} bytes come of a date", text.text.len()))?;
            }
            let kinds: Vec<_> = answers.iter().map(|answer| answer.as_ref().map(|_| ()).map_err(|error| error.kind)).collect();
            read_as(&(kinds, rendered.iter().map(Result::is_ok).collect::<Vec<_>>()))
        })
    },
};
