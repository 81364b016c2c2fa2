//! The report as a page, one file without outside assets.

use super::{Check, Report, Verdict};

const STYLE: &str = "\
:root{color-scheme:light dark;--bg:#f4f5f7;--panel:#fff;--ink:#16191d;--soft:#5d6672;--line:#dfe3e8;--bad:#b42318;--ok:#067647}\
@media(prefers-color-scheme:dark){:root{--bg:#101316;--panel:#181c20;--ink:#e8eaed;--soft:#9aa4b0;--line:#2a3037;--bad:#f97066;--ok:#47cd89}}\
*{box-sizing:border-box}body{margin:0 auto;max-width:960px;padding:24px 16px;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}\
h1{font-size:22px;margin:0}h2{font-size:16px;margin:28px 0 8px}.soft{color:var(--soft)}\
article{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:10px 14px;margin:0 0 8px}\
article>p{margin:0;display:flex;gap:8px 12px;flex-wrap:wrap;align-items:baseline}article b{font-weight:600}\
.failed{color:var(--bad)}.passed{color:var(--ok)}.not_seen{color:var(--soft)}.verdict{font-weight:600;min-width:70px}\
.channel{margin-left:auto;color:var(--soft)}ul{margin:6px 0 0;padding-left:20px;overflow-wrap:anywhere}code{font:13px ui-monospace,monospace}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Report {
    /// A page for people: what failed first.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>Conformance report</title><link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head><body>\n<h1>Conformance report</h1>\n\
             <p>{} failed, {} passed, {} not seen <span class=\"soft\">in {} exchanges until {}, seed {}</span></p>\n",
            self.failed, self.passed, self.not_seen, self.exchanges, self.at, self.seed
        );
        for (verdict, title) in [(Verdict::Failed, "Failed"), (Verdict::Passed, "Passed"), (Verdict::NotSeen, "Not seen")] {
            let group: Vec<&Check> = self.checks.iter().filter(|check| check.verdict == verdict).collect();
            if !group.is_empty() {
                out.push_str(&format!("<h2>{title}</h2>\n"));
                out.extend(group.into_iter().map(article));
            }
        }
        out.push_str("</body></html>\n");
        out
    }
}

fn article(check: &Check) -> String {
    let (class, word) = match check.verdict {
        Verdict::Failed => ("failed", format!("{} of {}", check.failures, check.seen)),
        Verdict::Passed => ("passed", format!("{} of {}", check.seen, check.seen)),
        Verdict::NotSeen => ("not_seen", "–".to_owned()),
    };
    let mut out = format!(
        "<article><p><span class=\"verdict {class}\">{word}</span><b>{}</b><span class=\"channel\">{} <code>{}</code></span></p>",
        escaped(check.rule),
        check.channel,
        check.id
    );
    if check.verdict == Verdict::NotSeen {
        out.push_str(&format!("<p class=\"soft\">To see it: {}</p>", escaped(check.how)));
    } else {
        let rows = check.evidence.iter().map(|e| format!("<li><code>{}</code> {} {}</li>", e.seq, e.at, escaped(&e.what)));
        out.push_str(&format!("<ul>{}</ul>", rows.collect::<String>()));
    }
    out + "</article>\n"
}
